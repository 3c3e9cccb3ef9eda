//! The router of each site.

use std::collections::BTreeMap;
use std::net::SocketAddr;
use std::sync::Arc;

use axum::Router;
use axum::extract::{ConnectInfo, Request, State};
use axum::middleware::{Next, from_fn};
use axum::response::{IntoResponse, Redirect, Response};
use axum::routing::{MethodRouter, any, get};
use browserid::{Domain, SupportDocument};
use http::{HeaderValue, StatusCode, header};
use service::ports::PanicSwitch;
use web::page_headers::{self, Transport};
use web::source::Source;

use crate::guestbook::Guestbook;
use crate::hand_over::hand_over;
use crate::pages::{Page, Site};
use crate::served::Served;

/// The functions of the identity provider.
pub fn functions(sign_in: web::sign_in::Deps, sign: web::sign::Deps) -> Router {
    let sign = web::sign::router(sign);
    let sign = any(move |request| hand_over(sign.clone(), request));
    let panic = web::panic::router(sign_in.clone());
    let panic = any(move |request| hand_over(panic.clone(), request));
    let sign_in = web::sign_in::router(sign_in);
    Router::new()
        .route("/persona/sign", sign.clone())
        .route("/persona/sign/", sign)
        .route("/persona/panic", panic)
        .fallback(move |request| hand_over(sign_in.clone(), request))
        .layer(from_fn(name_source))
}

/// The identity provider: its support document, its pages, its functions.
pub fn identity(functions: Router, document: Document) -> Router {
    let published = get(move || support_document_of(document.clone()));
    at_both_paths(published)
        .route("/", get(|| async { Redirect::to("/persona/account.html") }))
        .fallback_service(with_pages(Site::Identity, functions))
}

/// A support document, and the panic switch that it tells of.
#[derive(Clone)]
pub struct Document {
    /// Without what the switch says.
    pub document: SupportDocument,
    /// None where there is none.
    pub switch: Option<Arc<dyn PanicSwitch>>,
}

/// The document as the switch stands now. Where that cannot be read there is none: an old one would let in what the owner
/// has stopped.
async fn support_document_of(document: Document) -> Response {
    let Document { document, switch } = document;
    let not_before = match switch {
        None => None,
        Some(switch) => match switch.switch().await {
            Ok(switch) => switch.not_before,
            Err(error) => {
                tracing::error!(error = %error, "the support document cannot be made");
                return StatusCode::SERVICE_UNAVAILABLE.into_response();
            }
        },
    };
    support_document(document.not_before(not_before).to_json().to_string())
}

/// A support document at both of its paths, and nothing else.
fn published(document: &serde_json::Value) -> Router {
    let document = document.to_string();
    at_both_paths(get(|| async move { support_document(document) }))
}

fn at_both_paths(published: MethodRouter) -> Router {
    Router::new()
        .route("/.well-known/browserid", published.clone())
        .route("/.well-known/browserid/", published)
}

/// The domains below `.localhost` that leave everything to `authority`: by name, what a static host with their document
/// would answer.
pub fn delegating(served: &Served, authority: &Domain) -> BTreeMap<String, Router> {
    let authority = authority.clone();
    let document = SupportDocument::Delegated { authority }.to_json();
    let published = published(&document);
    let here = served.others().iter().filter(|one| one.is_localhost());
    here.map(|domain| (domain.host().to_owned(), published.clone()))
        .collect()
}

/// The fallback: the same for people whose own domain does not vouch for them.
pub fn fallback(deps: web::fallback::Deps, document: SupportDocument) -> Router {
    identity(
        web::fallback::router(deps).layer(from_fn(name_source)),
        Document {
            document,
            switch: None,
        },
    )
}

/// The demo site: its pages and its four requests.
pub fn guestbook(site: Guestbook) -> Router {
    with_pages(Site::Guestbook, site.router())
}

/// Any other site: the script for relying parties, and what the site itself answers.
pub fn with_script(site: Router) -> Router {
    with_pages(Site::Bare, site)
}

/// Files first, then `functions`.
fn with_pages(site: Site, functions: Router) -> Router {
    Router::new()
        .fallback(page_or_function)
        .with_state(Arc::new(Split { functions, site }))
}

struct Split {
    functions: Router,
    site: Site,
}

async fn page_or_function(State(split): State<Arc<Split>>, request: Request) -> Response {
    if let Some(page) = Page::find(split.site, request.uri().path()) {
        return page.answer(request.method(), request.headers());
    }
    hand_over(split.functions.clone(), request).await
}

/// For everybody's pages to read: it says who vouches here and with which key.
fn support_document(json: String) -> Response {
    let mut response = (
        [
            (header::CONTENT_TYPE, "application/json"),
            (header::CACHE_CONTROL, "public, max-age=300"),
        ],
        json,
    )
        .into_response();
    for (name, value) in page_headers::of(site::DOCUMENT, Transport::PlainLocalhost, None) {
        if let Ok(value) = HeaderValue::try_from(&*value) {
            response.headers_mut().insert(name, value);
        }
    }
    response
}

/// Says where a request came from, for counting guesses.
async fn name_source(mut request: Request, next: Next) -> Response {
    let peer = request.extensions().get::<ConnectInfo<SocketAddr>>();
    if let Some(source) = peer.map(|ConnectInfo(address)| Source::of(address.ip())) {
        request.extensions_mut().insert(source);
    }
    next.run(request).await
}
