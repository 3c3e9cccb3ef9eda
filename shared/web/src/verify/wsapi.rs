//! What Persona's `/wsapi` has in common: one parameter in the query, and how wrong usage is told.

use axum::response::{IntoResponse, Response};
use http::{StatusCode, Uri};
use serde::Serialize;

use crate::answer::Answer;
use crate::envelope::Facts;
use crate::problem::Kind;

/// The value of `name`, if nothing else stands in the query. The error is Persona's sentence.
pub(super) fn only_parameter(name: &str, uri: &Uri) -> Result<String, String> {
    let mut value = None;
    let query = uri.query().unwrap_or_default();
    for (found, text) in form_urlencoded::parse(query.as_bytes()) {
        if found != name || value.is_some() {
            let found: String = found.chars().take(64).collect();
            return Err(format!("extra parameters are not allowed: {found}"));
        }
        value = Some(text.into_owned());
    }
    value.ok_or_else(|| format!("missing required parameter: '{name}'"))
}

/// Not asked as it should be, and the sentence.
pub(super) struct Usage(pub(super) Kind, pub(super) String);

impl IntoResponse for Usage {
    fn into_response(self) -> Response {
        let Self(kind, reason) = self;
        no_success(kind.status(), kind.code(), reason)
    }
}

/// `{"success":false,"code":…,"reason":…}`
pub(super) fn no_success(status: StatusCode, code: &'static str, reason: String) -> Response {
    let answer = NoSuccess {
        success: false,
        code,
        reason,
    };
    Facts::code(code).attach((status, Answer(answer)))
}

#[derive(Serialize)]
struct NoSuccess {
    success: bool,
    code: &'static str,
    reason: String,
}
