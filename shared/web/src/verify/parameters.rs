//! What a verification is asked with: a JSON object, a form, or (v1) the query.

use axum::body::Body;
use axum::response::{IntoResponse, Response};
use browserid::Json;
use http::header::CONTENT_TYPE;
use http::{HeaderMap, StatusCode, Uri};
use serde_json::Map;

use crate::envelope::Facts;
use crate::media_type::{MediaType, is_plain_utf8};
use crate::problem::{Kind, Problem};
use crate::request::{MAX_BODY, read};

/// Members by name, of whatever JSON type.
#[derive(Debug, Default, PartialEq)]
pub(crate) struct Parameters(Map<String, Json>);

/// Most members of a form, as in the original.
const MAX_MEMBERS: usize = 1000;

/// A body that cannot be read at all: the status alone, as the original's framework answered.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct Unreadable(Kind);

impl Parameters {
    /// Reads a JSON object or a form. A body of any other type is not looked at, an empty one has no members, nor has a
    /// JSON array.
    pub(crate) async fn of_body(headers: &HeaderMap, body: Body) -> Result<Self, Unreadable> {
        let Some(kind) = MediaType::of(headers) else {
            return Ok(Self::default());
        };
        if !is_plain_utf8(headers) {
            return Err(Unreadable(Kind::TypeUnsupported));
        }
        let body = read(body)
            .await
            .map_err(|problem: Problem| Unreadable(problem.kind()))?;
        match kind {
            _ if body.is_empty() => Ok(Self::default()),
            MediaType::Form => Self::of_form(&body),
            MediaType::Json => match serde_json::from_slice(&body) {
                Ok(Json::Object(members)) => Ok(Self(members)),
                Ok(Json::Array(_)) => Ok(Self::default()),
                _ => Err(Unreadable(Kind::RequestMalformed)),
            },
        }
    }

    /// Reads a query, with the limits of a body.
    pub(crate) fn of_query(uri: &Uri) -> Result<Self, Unreadable> {
        let query = uri.query().unwrap_or_default().as_bytes();
        if query.len() > MAX_BODY {
            return Err(Unreadable(Kind::BodyTooLarge));
        }
        Self::of_form(query)
    }

    /// A name that stands there twice, or with brackets (`a[b]=c`), was a list or an object to the original: something
    /// that is no text.
    fn of_form(form: &[u8]) -> Result<Self, Unreadable> {
        if form.split(|byte| *byte == b'&').count() > MAX_MEMBERS {
            return Err(Unreadable(Kind::BodyTooLarge));
        }
        let mut members = Map::new();
        for (name, value) in form_urlencoded::parse(form) {
            let value = Json::String(value.into_owned());
            let (name, is_nested) = match name.split_once('[') {
                Some((name, _)) if !name.is_empty() => (name.to_owned(), true),
                _ => (name.into_owned(), false),
            };
            let value = match members.remove(&name) {
                Some(Json::Array(mut list)) => {
                    list.push(value);
                    Json::Array(list)
                }
                Some(earlier) => Json::Array(vec![earlier, value]),
                None if is_nested => Json::Array(vec![value]),
                None => value,
            };
            members.insert(name, value);
        }
        Ok(Self(members))
    }

    /// The member, if it is there and what JavaScript calls truthy: the original asked no more than that.
    pub(crate) fn truthy(&self, name: &str) -> Option<&Json> {
        self.0.get(name).filter(|value| is_truthy(value))
    }
}

fn is_truthy(value: &Json) -> bool {
    match value {
        Json::Null => false,
        Json::Bool(value) => *value,
        Json::Number(number) => number.as_f64() != Some(0.0),
        Json::String(text) => !text.is_empty(),
        Json::Array(_) | Json::Object(_) => true,
    }
}

/// The header as it came, or `none`.
pub(crate) fn content_type(headers: &HeaderMap) -> String {
    match headers.get(CONTENT_TYPE) {
        Some(value) if !value.is_empty() => String::from_utf8_lossy(value.as_bytes()).into_owned(),
        _ => "none".to_owned(),
    }
}

impl IntoResponse for Unreadable {
    fn into_response(self) -> Response {
        let status: StatusCode = self.0.status();
        Facts::code(self.0.code()).attach(status)
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn members_of_a_form_are_texts_unless_they_repeat_or_nest() {
        for (form, expected) in [
            ("a=1&b=x%20y+z", json!({"a": "1", "b": "x y z"})),
            ("a=1&a=2&a=3", json!({"a": ["1", "2", "3"]})),
            ("a[]=1", json!({"a": ["1"]})),
            ("a[b]=1&a=2", json!({"a": ["1", "2"]})),
            ("[a]=1", json!({"[a]": "1"})),
            ("a", json!({"a": ""})),
            ("", json!({})),
        ] {
            let read = Parameters::of_form(form.as_bytes());
            let Parameters(members) = read.expect("few members");
            assert_eq!(Json::Object(members), expected, "{form}");
        }
    }

    #[test]
    fn a_form_has_at_most_1000_members() {
        let read = |members: usize| Parameters::of_form("a&".repeat(members - 1).as_bytes());
        assert!(read(1000).is_ok());
        assert_eq!(read(1001), Err(Unreadable(Kind::BodyTooLarge)));
    }

    #[test]
    fn truth_is_that_of_javascript() {
        let values = json!({
            "no": [null, false, 0, 0.0, -0.0, ""],
            "yes": [true, 1, 0.1, "0", "false", [], {}],
        });
        assert!(
            values["no"]
                .as_array()
                .is_some_and(|all| !all.iter().any(is_truthy))
        );
        assert!(
            values["yes"]
                .as_array()
                .is_some_and(|all| all.iter().all(is_truthy))
        );
    }
}
