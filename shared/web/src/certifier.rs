//! The certificate service of Persona's days (PROTOCOL §7): `POST /cert_key`, `GET /public-key`, `GET /__heartbeat__`.
//!
//! An owner's own server asks it, after it has checked its own session; there is no authentication here. So who may
//! reach it is decided outside (loopback only, or signed requests: [`Callers`]), and what a browser sends is refused in
//! any case: a page of a stranger, opened on the very machine, must not be the one that asks.
//!
//! Answers are the old service's, with `code` beside `reason`. The order of the checks:
//! 1. not signed, where that is asked: 403 `wrong_front`; with `Origin`: 403 `wrong_origin`
//! 2. another path or method: 404 `not_found`
//! 3. another encoding than UTF-8: 415 `type_unsupported`; over 10 240 bytes: 413 `body_too_large`; no JSON object, or a
//!    member twice: 400 `request_malformed`
//! 4. `duration`, if it is there, is no number above zero: 400 `duration_invalid`
//! 5. `pubkey` is no text: 400 `key_missing`; `email` is no text: 400 `address_malformed`
//! 6. the key is none, or none that we certify: 400 `key_malformed`, `key_refused`
//! 7. the address is none: 400 `address_malformed`; of another domain: 403 `not_our_domain`

mod asked;
mod failure;

use std::sync::Arc;

use axum::Router;
use axum::extract::{Request, State};
use axum::middleware::{Next, from_fn_with_state};
use axum::response::{Html, IntoResponse, Response};
use axum::routing::any;
use http::header::ORIGIN;
use serde::Serialize;
use service::certifier::Certifier;

use crate::answer::Answer;
use crate::cors::Cors;
use crate::envelope::Envelope;
use crate::headers;
use crate::problem::{Kind, Problem};
use asked::Asked;
use failure::Refused;

/// What these routes need.
#[derive(Clone)]
pub struct Deps {
    /// Who may ask.
    pub callers: Callers,
    /// The operation.
    pub certifier: Arc<Certifier>,
}

/// Who may ask for a certificate in whoever's name.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum Callers {
    /// Whoever reaches the socket: it must be one that strangers do not reach.
    Reaching,
    /// Only requests that carry [`SignedCaller`].
    Signed,
}

/// A request whose signature the platform has checked (IAM, on AWS): put into its extensions by whoever knows.
#[derive(Clone, Copy, Debug)]
pub struct SignedCaller;

/// The routes, complete with headers, log and fallbacks.
pub fn router(deps: Deps) -> Router {
    let envelope = Envelope {
        clock: Arc::clone(&deps.certifier.clock),
        cors: Cors::none(),
        headers: headers::identity,
        panicked: || Refused::from(Kind::Internal).into_response(),
    };
    let callers = deps.callers;
    let nothing = || any(async || Refused::from(Kind::NotFound));
    let routes = Router::new()
        .route("/cert_key", nothing().post(cert_key))
        .route("/public-key", nothing().get(public_key))
        .route("/__heartbeat__", nothing().get(heartbeat))
        .fallback(async || Refused::from(Kind::NotFound))
        .with_state(deps)
        .layer(from_fn_with_state(callers, admit));
    envelope.around(routes)
}

async fn admit(State(callers): State<Callers>, request: Request, next: Next) -> Response {
    let is_signed = request.extensions().get::<SignedCaller>().is_some();
    if callers == Callers::Signed && !is_signed {
        return Refused::from(Problem::because(
            Kind::WrongFront,
            "only signed requests are answered here",
        ))
        .into_response();
    }
    // Browsers name the origin with every POST, also after a name was bent to this machine (DNS rebinding); servers
    // do not.
    if request.headers().contains_key(ORIGIN) {
        return Refused::from(Problem::because(
            Kind::WrongOrigin,
            "only servers may ask this, not pages",
        ))
        .into_response();
    }
    next.run(request).await
}

/// `{"success":true,"certificate":…}`
#[derive(Serialize)]
struct Certified {
    success: bool,
    certificate: String,
}

async fn cert_key(State(deps): State<Deps>, asked: Asked) -> Result<Answer<Certified>, Refused> {
    let certificate = deps
        .certifier
        .certify(&asked.email, &asked.pubkey, asked.duration_s)
        .await?;
    Ok(Answer(Certified {
        success: true,
        certificate,
    }))
}

async fn public_key(State(deps): State<Deps>) -> impl IntoResponse {
    Answer(deps.certifier.profile.issuer_key().to_json())
}

async fn heartbeat() -> Html<&'static str> {
    Html("ok certifier")
}
