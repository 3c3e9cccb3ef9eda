//! What every answer goes through on its way out.

use std::future::{Future, poll_fn};
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Arc;
use std::task::Poll;

use axum::Router;
use axum::extract::{Request, State};
use axum::middleware::{Next, from_fn_with_state};
use axum::response::{IntoResponse, Response};
use http::HeaderMap;
use service::ports::Clock;

use crate::cors::Cors;

/// What differs between the functions.
#[derive(Clone)]
pub(crate) struct Envelope {
    pub(crate) clock: Arc<dyn Clock>,
    /// What pages elsewhere are told, also in the answer to a request that panicked.
    pub(crate) cors: Cors,
    /// Sets the headers that every answer has.
    pub(crate) headers: fn(&mut HeaderMap),
    /// The answer in place of one that panicked.
    pub(crate) panicked: fn() -> Response,
}

impl Envelope {
    /// Puts it around all of `router`, its fallbacks too.
    pub(crate) fn around(self, router: Router) -> Router {
        router.layer(from_fn_with_state(self, pass))
    }
}

/// What the log line of a request says beside method, path and status. Never a secret.
#[derive(Clone, Debug, Default)]
pub(crate) struct Facts {
    pub(crate) audience: Option<String>,
    pub(crate) code: Option<&'static str>,
    pub(crate) issuer: Option<String>,
    /// In a federation: the member in whose name it came, or `stranger`.
    pub(crate) member: Option<String>,
}

/// What came of a verification in a federation, for whoever logs around a router: an extension of the response.
#[derive(Clone, Debug)]
pub struct Told {
    /// None if it was accepted.
    pub code: Option<&'static str>,
    /// The member in whose name it came, or `stranger`.
    pub member: String,
}

impl Facts {
    pub(crate) fn code(code: &'static str) -> Self {
        Self {
            code: Some(code),
            ..Self::default()
        }
    }

    pub(crate) fn attach(self, response: impl IntoResponse) -> Response {
        let mut response = response.into_response();
        response.extensions_mut().insert(self);
        response
    }
}

async fn pass(State(envelope): State<Envelope>, request: Request, next: Next) -> Response {
    let started = envelope.clock.now();
    let method = request.method().clone();
    let uri = request.uri().clone();
    let crossing = envelope.cors.headers_for(request.headers());
    let mut response = unwound(next.run(request))
        .await
        .unwrap_or_else(envelope.panicked);
    (envelope.headers)(response.headers_mut());
    response.headers_mut().extend(crossing);
    let facts = response
        .extensions_mut()
        .remove::<Facts>()
        .unwrap_or_default();
    tracing::info!(
        method = %method,
        // Never the query: it may hold an address, and on v1 an assertion.
        path = shortened(uri.path()),
        status = response.status().as_u16(),
        code = facts.code,
        audience = facts.audience.as_deref().map(shortened),
        issuer = facts.issuer.as_deref().map(shortened),
        member = facts.member.as_deref(),
        duration_ms = envelope.clock.now().since_ms(started),
        "answered"
    );
    if let Some(member) = facts.member {
        let code = facts.code;
        response.extensions_mut().insert(Told { code, member });
    }
    response
}

/// None if `work` panicked. The panic's message has gone to standard error by then.
async fn unwound<T>(work: impl Future<Output = T>) -> Option<T> {
    let mut work = Box::pin(work);
    poll_fn(|context| {
        // What a panic leaves half done is dropped with the request; nothing shared is borrowed across it.
        match catch_unwind(AssertUnwindSafe(|| work.as_mut().poll(context))) {
            Ok(poll) => poll.map(Some),
            Err(_) => Poll::Ready(None),
        }
    })
    .await
}

/// Callers choose paths, audiences and issuers; the log takes 200 characters of each.
fn shortened(text: &str) -> &str {
    match text.char_indices().nth(200) {
        Some((end, _)) => text.split_at(end).0,
        None => text,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_the_start_of_a_long_text_is_logged() {
        assert_eq!(shortened(&"ä".repeat(201)), "ä".repeat(200));
        assert_eq!(shortened("/verify"), "/verify");
    }
}
