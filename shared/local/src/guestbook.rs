//! The demo site: a list of recent visitors, signed in with their domains.
//!
//! It is a relying party like any other. It trusts nothing in this process: it asks the verifier by HTTP, compares
//! the audience with the origin it was configured with (never with a `Host` header), and keeps a session of its own.
//!
//! - this file: the four requests
//! - `book.rs`: what is kept
//! - `headers.rs`: what its pages may do
//! - `own_session.rs`: the cookie
//! - `verifier.rs`: asking the verifier

mod book;
mod headers;
mod own_session;
mod verifier;

use std::sync::Arc;

use axum::body::Bytes;
use axum::extract::{DefaultBodyLimit, State};
use axum::response::{IntoResponse, Response};
use axum::routing::{get, post};
use axum::{Json, Router};
use http::{HeaderMap, HeaderValue, StatusCode, header};
use serde::Deserialize;
use serde_json::{Value, json};
use service::ports::{Clock, Random};

pub use book::{Book, BookError};
pub use headers::page_headers;
use own_session::SessionToken;
use verifier::{Asked, ask};

/// No assertion is longer than the verifier reads.
const BODY_LIMIT: usize = 16 * 1024;

/// The site and what it needs.
pub struct Guestbook {
    /// Visitors and sessions.
    pub book: Arc<Book>,
    /// When a visit was.
    pub clock: Arc<dyn Clock>,
    /// Its own origin: the audience of every assertion that it takes.
    pub origin: String,
    /// Where the verifier answers, on 127.0.0.1.
    pub port: u16,
    /// Where session tokens come from.
    pub random: Arc<dyn Random>,
}

impl Guestbook {
    /// The requests of the site; its files are somebody else's.
    pub fn router(self) -> Router {
        Router::new()
            .route("/visitors", get(visitors))
            .route("/signin", post(sign_in))
            .route("/signout", post(sign_out))
            .layer(DefaultBodyLimit::max(BODY_LIMIT))
            .with_state(Arc::new(self))
    }

    /// The e-mail address that the request's session belongs to.
    async fn visitor(&self, headers: &HeaderMap) -> Result<Option<String>, Refusal> {
        let Some(token) = SessionToken::read(headers) else {
            return Ok(None);
        };
        let now = self.clock.now();
        self.in_book(move |book| book.visitor(&token.hash(), now))
            .await
    }

    async fn in_book<T: Send + 'static>(
        &self,
        work: impl FnOnce(&Book) -> Result<T, BookError> + Send + 'static,
    ) -> Result<T, Refusal> {
        let book = Arc::clone(&self.book);
        match tokio::task::spawn_blocking(move || work(&book)).await {
            Ok(Ok(done)) => Ok(done),
            Ok(Err(error)) => {
                tracing::error!("the guestbook cannot be read or written: {error}");
                Err(Refusal::Broken)
            }
            Err(_) => Err(Refusal::Broken),
        }
    }
}

async fn visitors(
    State(site): State<Arc<Guestbook>>,
    headers: HeaderMap,
) -> Result<Response, Refusal> {
    let you = site.visitor(&headers).await?;
    let visits = site.in_book(Book::recent).await?;
    let visitors: Vec<Value> = visits
        .iter()
        .map(|visit| json!({"email": visit.email, "at": visit.at.as_millis()}))
        .collect();
    Ok(answer(json!({"visitors": visitors, "you": you})))
}

#[derive(Deserialize)]
struct SignInBody {
    assertion: String,
}

async fn sign_in(
    State(site): State<Arc<Guestbook>>,
    headers: HeaderMap,
    body: Bytes,
) -> Result<Response, Refusal> {
    site.check_sender(&headers)?;
    let body: SignInBody = serde_json::from_slice(&body).map_err(|_| Refusal::Malformed)?;
    let email = match ask(site.port, &body.assertion, &site.origin).await {
        Asked::Okay { email } => email,
        Asked::Refused { reason } => return Err(Refusal::Assertion(reason)),
        Asked::NoAnswer => return Err(Refusal::VerifierSilent),
    };
    let token = SessionToken::random(site.random.as_ref()).map_err(|_| Refusal::Broken)?;
    let (hash, now, visitor) = (token.hash(), site.clock.now(), email.clone());
    site.in_book(move |book| book.sign_in(&hash, &visitor, now))
        .await?;
    let cookie = [(header::SET_COOKIE, token.set_cookie())];
    Ok((cookie, answer(json!({"email": email}))).into_response())
}

async fn sign_out(
    State(site): State<Arc<Guestbook>>,
    headers: HeaderMap,
) -> Result<Response, Refusal> {
    site.check_sender(&headers)?;
    if let Some(token) = SessionToken::read(&headers) {
        site.in_book(move |book| book.sign_out(&token.hash()))
            .await?;
    }
    let cookie = [(header::SET_COOKIE, own_session::clear_cookie())];
    Ok((cookie, answer(json!({"email": null}))).into_response())
}

impl Guestbook {
    /// No other site's page may sign somebody in or out: it could sign a visitor in as somebody else. Browsers say where
    /// a POST comes from; what says nothing is no page, and has no visitor's cookies.
    fn check_sender(&self, headers: &HeaderMap) -> Result<(), Refusal> {
        let is_ours = |origin: &HeaderValue| origin.as_bytes() == self.origin.as_bytes();
        if !headers.get_all(header::ORIGIN).iter().all(is_ours) {
            return Err(Refusal::WrongOrigin);
        }
        let kind = headers
            .get(header::CONTENT_TYPE)
            .and_then(|value| value.to_str().ok())
            .and_then(|value| value.split(';').next())
            .unwrap_or_default();
        if kind.trim().eq_ignore_ascii_case("application/json") {
            Ok(())
        } else {
            Err(Refusal::NotJson)
        }
    }
}

/// Why a request got nothing.
#[derive(Debug)]
enum Refusal {
    Assertion(String),
    Broken,
    Malformed,
    NotJson,
    VerifierSilent,
    WrongOrigin,
}

impl IntoResponse for Refusal {
    fn into_response(self) -> Response {
        let (status, reason) = match self {
            Self::Assertion(reason) => (StatusCode::UNAUTHORIZED, reason),
            Self::Broken => (
                StatusCode::SERVICE_UNAVAILABLE,
                "the guestbook cannot be opened just now".into(),
            ),
            Self::Malformed => (
                StatusCode::BAD_REQUEST,
                "send {\"assertion\": \"…\"}".into(),
            ),
            Self::NotJson => (
                StatusCode::UNSUPPORTED_MEDIA_TYPE,
                "send application/json".into(),
            ),
            Self::VerifierSilent => (
                StatusCode::SERVICE_UNAVAILABLE,
                "the verifier does not answer".into(),
            ),
            Self::WrongOrigin => (
                StatusCode::FORBIDDEN,
                "only the guestbook's own pages may ask for this".into(),
            ),
        };
        (status, answer(json!({"reason": reason}))).into_response()
    }
}

fn answer(body: Value) -> Response {
    let headers = [
        (header::CACHE_CONTROL, "no-store"),
        (header::X_CONTENT_TYPE_OPTIONS, "nosniff"),
    ];
    (headers, Json(body)).into_response()
}
