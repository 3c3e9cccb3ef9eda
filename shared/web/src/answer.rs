//! A typed answer as JSON.

use axum::body::Body;
use axum::response::{IntoResponse, Response};
use http::header::CONTENT_TYPE;
use http::{HeaderMap, HeaderValue};
use serde::Serialize;

use crate::problem::{Kind, Problem};

/// Written in the order of the type's members, with the media type as the original verifier wrote it.
pub(crate) struct Answer<T>(pub(crate) T);

impl<T: Serialize> IntoResponse for Answer<T> {
    fn into_response(self) -> Response {
        let Ok(body) = serde_json::to_vec(&self.0) else {
            return Problem::from(Kind::Internal).into_response();
        };
        let kind = HeaderValue::from_static("application/json; charset=utf-8");
        let headers = HeaderMap::from_iter([(CONTENT_TYPE, kind)]);
        (headers, Body::from(body)).into_response()
    }
}
