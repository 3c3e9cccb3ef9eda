//! Who is asking: source, browser, device cookie.

use std::convert::Infallible;

use axum::extract::{FromRef, FromRequestParts};
use http::HeaderMap;
use http::header::{ACCEPT_LANGUAGE, USER_AGENT};
use http::request::Parts;
use service::client::Client;
use service::mail::Language;
use service::secret::Token;

use crate::agent;
use crate::cookie::SessionCookie;
use crate::source::Source;

/// What a request says of whoever sent it.
pub(crate) struct From(pub(crate) Client);

impl<S> FromRequestParts<S> for From
where
    S: Send + Sync,
    SessionCookie: FromRef<S>,
{
    type Rejection = Infallible;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, Infallible> {
        let Ok(Source(source)) = Source::from_request_parts(parts, state).await;
        let marks = SessionCookie::from_ref(state).devices(&parts.headers);
        Ok(Self(Client {
            device: device(&parts.headers),
            language: Language::from_accept(&accepted(&parts.headers)),
            marks: marks.iter().map(Token::hash).collect(),
            source,
        }))
    }
}

/// In few words what browser it says it is: `Firefox on Linux`. What it sent is kept nowhere.
fn device(headers: &HeaderMap) -> String {
    let agent = headers
        .get(USER_AGENT)
        .and_then(|value| value.to_str().ok());
    agent.map(agent::name).unwrap_or_default()
}

/// `Accept-Language`, several lines as one.
pub(crate) fn accepted(headers: &HeaderMap) -> String {
    let lines = headers.get_all(ACCEPT_LANGUAGE).iter();
    let lines: Vec<_> = lines.filter_map(|line| line.to_str().ok()).collect();
    lines.join(",")
}
