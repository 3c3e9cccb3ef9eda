//! The verifier: `/verify` and `/` (v1), `/v2`, the health paths, `/wsapi/address_info` and `/wsapi/discovery`.
//!
//! Requests, statuses, headers and reasons are those of the original verifier, so that its clients work unchanged.
//! Failures also carry `code`.

mod address_info;
mod codes;
mod discovery;
mod parameters;
mod report;
mod v1;
mod v2;
mod wsapi;

use std::sync::Arc;

use axum::Router;
use axum::extract::{FromRef, Request, State};
use axum::handler::Handler;
use axum::response::{IntoResponse, Response};
use axum::routing::{MethodRouter, any};
use browserid::Domain;
use http::header::ALLOW;
use http::{StatusCode, Uri};
use serde::Serialize;
use service::verify::Verify;
use tower::ServiceExt;

use crate::answer::Answer;
use crate::cors::Cors;
use crate::envelope::{Envelope, Facts};
use crate::headers;
use crate::problem::{Kind, Problem};

pub use codes::{REQUEST_CODES, RequestCode};
pub use report::{Report, report};

/// What these routes need.
#[derive(Clone)]
pub struct Deps {
    /// Is `?explain=1` answered? The steps tell what was fetched, which is nobody's business on a shared verifier.
    pub explains: bool,
    /// Where the pages of an authority are: `https://` and its name, unless the product runs on one machine.
    pub origin_of: OriginOf,
    /// May callers name issuers to trust (`trustedIssuers`, `experimental_forceIssuer`)? They harm nobody but themselves,
    /// but they can make the verifier ask any public host. Where it is off, `trustedIssuers` can only leave out some of
    /// the operator's for that one request, and `experimental_forceIssuer` is not heard.
    pub trusts_callers_issuers: bool,
    /// The operation.
    pub verify: Arc<Verify>,
    /// What `/__version__` says.
    pub version: Version,
}

/// From an authority to the origin of its pages. It may know things: the local product's port, for one.
pub type OriginOf = Arc<dyn Fn(&Domain) -> String + Send + Sync>;

/// What runs here.
#[derive(Clone, Copy, Debug, Serialize)]
pub struct Version {
    /// `x.y.z`
    pub version: &'static str,
    /// 40 hex digits, or `unknown`.
    pub commit: &'static str,
    /// Where the source is, or `unknown`.
    pub source: &'static str,
}

impl Version {
    /// What this build is. Whoever packs a release sets `SELFSAME_COMMIT` and `SELFSAME_SOURCE` while it compiles.
    pub const BUILT: Self = Self {
        version: env!("CARGO_PKG_VERSION"),
        commit: match option_env!("SELFSAME_COMMIT") {
            Some(commit) => commit,
            None => "unknown",
        },
        source: match option_env!("SELFSAME_SOURCE") {
            Some(source) => source,
            None => "unknown",
        },
    };
}

/// `https://` and the authority's name.
pub fn https_origin(authority: &Domain) -> String {
    format!("https://{authority}")
}

/// The routes, complete with headers, log and fallbacks.
pub fn router(deps: Deps) -> Router {
    let envelope = Envelope {
        clock: Arc::clone(deps.verify.clock()),
        cors: Cors::none(),
        headers: headers::verifier,
        panicked: || Problem::because(Kind::Unavailable, "service unavailable").into_response(),
    };
    let routes = Router::new()
        .route("/", only_post(v1::verify))
        .route("/verify", only_post(v1::verify))
        .route("/v2", only_post(v2::verify))
        .route("/status", any(status))
        .route("/__heartbeat__", any(heartbeat))
        .route("/__lbheartbeat__", any(heartbeat))
        .route("/__version__", any(version))
        .route(
            "/wsapi/address_info",
            any(not_found).get(address_info::address_info),
        )
        .route("/wsapi/discovery", any(not_found).get(discovery::discovery))
        .fallback(not_found)
        .with_state(deps);
    let forgiving = routes.map_request(forgive_spelling);
    envelope.around(Router::new().fallback_service(forgiving))
}

/// The original's paths were written without regard to case and with or without a slash at the end.
fn forgive_spelling(mut request: Request) -> Request {
    let spelled = request.uri().path();
    let path = spelled.strip_suffix('/').unwrap_or(spelled);
    let meant = ["/verify", "/v2"]
        .into_iter()
        .find(|known| path.eq_ignore_ascii_case(known));
    if let Some(meant) = meant.filter(|meant| *meant != spelled) {
        let target = match request.uri().query() {
            Some(query) => format!("{meant}?{query}"),
            None => meant.to_owned(),
        };
        if let Ok(target) = target.parse() {
            *request.uri_mut() = target;
        }
    }
    request
}

/// GET and HEAD are refused without an `Allow`, OPTIONS is answered, other methods find nothing: as the original did.
fn only_post<H, T>(handler: H) -> MethodRouter<Deps>
where
    H: Handler<T, Deps>,
    T: 'static,
{
    // `any` first: it keeps axum from adding an `Allow` of its own.
    any(not_found)
        .post(handler)
        .get(async || {
            let text = (StatusCode::METHOD_NOT_ALLOWED, "Method Not Allowed");
            Facts::code(Kind::MethodNotAllowed.code()).attach(text)
        })
        .options(async || {
            const METHODS: &str = "POST,GET,HEAD";
            ([(ALLOW, METHODS)], METHODS)
        })
}

async fn not_found() -> Response {
    let text = (StatusCode::NOT_FOUND, "Not Found");
    Facts::code(Kind::NotFound.code()).attach(text)
}

async fn status(uri: Uri) -> Response {
    health(&uri, "OK").await
}

async fn heartbeat(uri: Uri) -> Response {
    health(&uri, Answer(Nothing {})).await
}

async fn version(State(version): State<Version>, uri: Uri) -> Response {
    health(&uri, Answer(version)).await
}

/// Load balancers ask these to the letter; with a query there is nothing.
async fn health(uri: &Uri, answer: impl IntoResponse) -> Response {
    match uri.query() {
        None => answer.into_response(),
        Some(_) => not_found().await,
    }
}

/// `{}`
#[derive(Serialize)]
struct Nothing {}

impl FromRef<Deps> for Version {
    fn from_ref(deps: &Deps) -> Self {
        deps.version
    }
}
