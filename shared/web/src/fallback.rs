//! The fallback's paths: `POST /persona/proof` (mail me a code), `POST /persona/proof/confirm`, and those of an identity
//! provider: `/persona/session`, `/persona/password`, `/persona/health`, `/persona/sign/`. `DELETE /persona/proof`: forget me.
//!
//! Known and unknown addresses get the same answers. Nothing here learns which site a person wants to sign in to.

use std::sync::Arc;

use axum::Router;
use axum::extract::{FromRef, State};
use axum::response::{AppendHeaders, IntoResponse};
use axum::routing::{get, post};
use http::HeaderMap;
use http::header::SET_COOKIE;
use serde::{Deserialize, Serialize};
use service::fallback::{Fallback, FallbackFailure};
use service::mail::Language;
use service::secret::Password;
use service::session::Life;
use service::sign::Sign;
use service::sign_in::SignIn;

use crate::answer::Answer;
use crate::client::{From, accepted};
use crate::cookie::{Presented, PresentedProof, SessionCookie};
use crate::cors::Cors;
use crate::envelope::Envelope;
use crate::front::Front;
use crate::guard::FromOurPages;
use crate::headers;
use crate::pages::Pages;
use crate::problem::{Kind, Problem};
use crate::request::{Json, Shape};
use crate::session::{Credentials, Okay, SignedIn, health, sign_out, who};
use crate::source::Source;

/// What these routes need.
#[derive(Clone)]
pub struct Deps {
    /// The session cookie; the cookie of a proof under way is named after it.
    pub cookie: SessionCookie,
    /// The operations.
    pub fallback: Arc<Fallback>,
    /// Who hands the requests over.
    pub front: Front,
    /// Where our pages are.
    pub pages: Pages,
    /// Certificates; its `speaks` is that of a fallback.
    pub sign: Arc<Sign>,
}

/// The routes, complete with headers, log and fallbacks.
pub fn router(deps: Deps) -> Router {
    let cors = Cors::of(&deps.pages);
    let envelope = Envelope {
        clock: Arc::clone(&deps.fallback.clock),
        cors: cors.clone(),
        headers: headers::identity,
        panicked: || Problem::from(Kind::Internal).into_response(),
    };
    let front = deps.front.clone();
    let sign = crate::sign::paths(crate::sign::Deps {
        cookie: deps.cookie,
        front: deps.front.clone(),
        pages: deps.pages.clone(),
        sign: Arc::clone(&deps.sign),
    });
    let routes = Router::new()
        .route("/persona/session", get(who).post(sign_in).delete(sign_out))
        .route("/persona/proof", post(ask).delete(forget))
        .route("/persona/proof/confirm", post(confirm))
        .route("/persona/password", post(set_password))
        .with_state(deps)
        .merge(sign)
        .method_not_allowed_fallback(async || Problem::from(Kind::MethodNotAllowed))
        .fallback(async || Problem::from(Kind::NotFound));
    // Before the front: who asks whether the function lives need not come through it, and learns nothing else.
    let health = Router::new()
        .route("/persona/health", get(health))
        .method_not_allowed_fallback(async || Problem::from(Kind::MethodNotAllowed));
    envelope.around(front.before(cors.before(routes)).merge(health))
}

async fn ask(
    _: FromOurPages,
    State(deps): State<Deps>,
    Source(source): Source,
    headers: HeaderMap,
    Json(given): Json<Address>,
) -> Result<impl IntoResponse, Problem> {
    let language = Language::from_accept(&accepted(&headers));
    let asked = deps.fallback.ask(&given.email, language, &source).await?;
    let cookie = deps.cookie.proof().set(&asked.token);
    Ok((
        [(SET_COOKIE, cookie)],
        Answer(Expires {
            status: "okay",
            expires: asked.expires.as_millis(),
        }),
    ))
}

async fn confirm(
    _: FromOurPages,
    State(deps): State<Deps>,
    PresentedProof(token): PresentedProof,
    From(client): From,
    Json(given): Json<Code>,
) -> Result<impl IntoResponse, Problem> {
    // Without the cookie of the browser that asked no code is right, and none is tried.
    let token = token.ok_or(FallbackFailure::CodeInvalid)?;
    let new = deps
        .fallback
        .confirm(&token, &given.code, given.life, &client)
        .await?;
    let forget = AppendHeaders([(SET_COOKIE, deps.cookie.proof().clear())]);
    Ok((forget, SignedIn(deps.cookie, new)))
}

async fn sign_in(
    _: FromOurPages,
    State(deps): State<Deps>,
    From(client): From,
    Json(given): Json<Credentials>,
) -> Result<SignedIn, Problem> {
    let typed = Credentials::typed(given.password, given.totp);
    let new = deps
        .fallback
        .with_password(&given.email, typed, given.life, &client)
        .await?;
    Ok(SignedIn(deps.cookie, new))
}

async fn forget(
    _: FromOurPages,
    State(deps): State<Deps>,
    Presented(token): Presented,
) -> Result<impl IntoResponse, Problem> {
    let token = token.ok_or(Kind::NoSession)?;
    let email = deps.fallback.forget(&token).await?;
    let cookies = [deps.cookie.clear(), deps.cookie.clear_device(&email)];
    let cookies = cookies.map(|cookie| (SET_COOKIE, cookie));
    Ok((AppendHeaders(cookies), Answer(Okay::OKAY)))
}

async fn set_password(
    _: FromOurPages,
    State(deps): State<Deps>,
    Presented(token): Presented,
    From(client): From,
    Json(given): Json<NewPassword>,
) -> Result<Answer<Okay>, Problem> {
    let token = token.ok_or(Kind::NoSession)?;
    let current = given.current.map(Password::new);
    let new = Password::new(given.new);
    deps.fallback
        .set_password(&token, current, new, &client)
        .await?;
    Ok(Answer(Okay::OKAY))
}

#[derive(Deserialize)]
struct Address {
    email: String,
}

impl Shape for Address {
    const EXPECTED: &'static str = "the body must be an object with `email`, a text";
}

#[derive(Deserialize)]
struct Code {
    code: String,
    /// `window`, `hour` or `keep`: for how long.
    #[serde(default)]
    life: Life,
}

impl Shape for Code {
    const EXPECTED: &'static str = "the body must be an object with `code`, a text, and perhaps `life`: `window`, `hour` or `keep`";
}

#[derive(Deserialize)]
struct NewPassword {
    /// Not needed in a session that a code has just begun.
    current: Option<String>,
    new: String,
}

impl Shape for NewPassword {
    const EXPECTED: &'static str =
        "the body must be an object with `new` and perhaps `current`, both text";
}

/// A code is on its way, and works until then.
#[derive(Serialize)]
struct Expires {
    status: &'static str,
    expires: u64,
}

impl FromRef<Deps> for Arc<SignIn> {
    fn from_ref(deps: &Deps) -> Self {
        Arc::clone(&deps.fallback.sign_in)
    }
}

impl FromRef<Deps> for Pages {
    fn from_ref(deps: &Deps) -> Self {
        deps.pages.clone()
    }
}

impl FromRef<Deps> for SessionCookie {
    fn from_ref(deps: &Deps) -> Self {
        deps.cookie
    }
}
