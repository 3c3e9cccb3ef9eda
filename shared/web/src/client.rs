//! Who is asking: source, browser, device cookie.

use std::convert::Infallible;

use axum::extract::{FromRef, FromRequestParts};
use http::HeaderMap;
use http::header::USER_AGENT;
use http::request::Parts;
use service::client::Client;

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
        let mark = SessionCookie::from_ref(state).device(&parts.headers);
        Ok(Self(Client {
            device: device(&parts.headers),
            mark: mark.map(|token| token.hash()),
            source,
        }))
    }
}

/// In few words what browser it says it is.
fn device(headers: &HeaderMap) -> String {
    let agent = headers
        .get(USER_AGENT)
        .and_then(|value| value.to_str().ok());
    agent
        .map(|agent| agent.chars().take(80).collect())
        .unwrap_or_default()
}
