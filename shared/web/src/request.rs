//! From bytes to typed requests, with a limit.

use axum::body::{Body, Bytes, HttpBody};
use axum::extract::{FromRequest, Request};
use http::HeaderMap;
use http_body_util::{BodyExt, LengthLimitError, Limited};
use serde::de::DeserializeOwned;

use crate::media_type::{MediaType, is_plain_utf8};
use crate::problem::{Kind, Problem};

/// The most bytes of body that any path reads. Assertions, keys and passwords are far smaller.
pub const MAX_BODY: usize = 10_240;

/// A body as JSON of a fixed shape.
pub(crate) struct Json<T>(pub(crate) T);

/// A shape, and how to name it to whoever sent another one.
pub(crate) trait Shape: DeserializeOwned {
    /// `an object with …`. The parser's own words could repeat a password.
    const EXPECTED: &'static str;
}

impl<S: Send + Sync, T: Shape> FromRequest<S> for Json<T> {
    type Rejection = Problem;

    async fn from_request(request: Request, _: &S) -> Result<Self, Problem> {
        let (parts, body) = request.into_parts();
        require_json(&parts.headers)?;
        let body = read(body).await?;
        serde_json::from_slice(&body)
            .map(Self)
            .map_err(|_| Problem::because(Kind::RequestMalformed, T::EXPECTED))
    }
}

/// Refuses every body that is not `application/json` in UTF-8.
pub(crate) fn require_json(headers: &HeaderMap) -> Result<(), Problem> {
    if MediaType::of(headers) == Some(MediaType::Json) && is_plain_utf8(headers) {
        Ok(())
    } else {
        Err(Kind::TypeUnsupported.into())
    }
}

/// Reads a body of at most [`MAX_BODY`] bytes. One that is announced longer is not waited for; of any other, what comes
/// counts, whatever Content-Length says.
pub(crate) async fn read(body: Body) -> Result<Bytes, Problem> {
    if body.size_hint().lower() > MAX_BODY as u64 {
        return Err(Kind::BodyTooLarge.into());
    }
    match Limited::new(body, MAX_BODY).collect().await {
        Ok(body) => Ok(body.to_bytes()),
        Err(error) if error.is::<LengthLimitError>() => Err(Kind::BodyTooLarge.into()),
        Err(_) => Err(Kind::RequestMalformed.into()),
    }
}
