//! What a certificate is asked with: a JSON object or a form, read as the old service's documentation has it.

use axum::body::Body;
use axum::extract::{FromRequest, Request};
use browserid::{Json, json};
use http::HeaderMap;
use serde_json::Map;
use service::certifier::DEFAULT_DURATION_S;

use super::failure::Refused;
use crate::media_type::{MediaType, is_plain_utf8};
use crate::problem::{Kind, Problem};
use crate::request::read;

/// A complete request. Whether its values are good is the operation's business.
pub(super) struct Asked {
    pub(super) duration_s: f64,
    pub(super) email: String,
    pub(super) pubkey: String,
}

impl<S: Send + Sync> FromRequest<S> for Asked {
    type Rejection = Refused;

    async fn from_request(request: Request, _: &S) -> Result<Self, Refused> {
        let (parts, body) = request.into_parts();
        let mut members = members(&parts.headers, body).await?;
        let duration_s = seconds(members.get("duration"))?;
        let Some(Json::String(pubkey)) = members.remove("pubkey") else {
            let reason = "pubkey argument is required and must be a string";
            return Err(Problem::because(Kind::KeyMissing, reason).into());
        };
        let Some(Json::String(email)) = members.remove("email") else {
            let reason = "email argument is required and must be a string";
            return Err(Problem::because(Kind::AddressMalformed, reason).into());
        };
        Ok(Self {
            duration_s,
            email,
            pubkey,
        })
    }
}

/// A body of any other type is not looked at, and an empty one has no members.
async fn members(headers: &HeaderMap, body: Body) -> Result<Map<String, Json>, Problem> {
    let Some(kind) = MediaType::of(headers) else {
        return Ok(Map::new());
    };
    if !is_plain_utf8(headers) {
        let reason = "the body must be UTF-8 and not compressed";
        return Err(Problem::because(Kind::TypeUnsupported, reason));
    }
    let body = read(body).await?;
    let members = match kind {
        _ if body.is_empty() => Some(Map::new()),
        MediaType::Form => of_form(&body),
        MediaType::Json => of_json(&body),
    };
    members.ok_or_else(|| {
        let reason = "the body must be one JSON object, or a form, with each member once";
        Problem::because(Kind::RequestMalformed, reason)
    })
}

/// A member that stands there twice would be one address to us and another to whoever looked at the request before.
fn of_json(body: &[u8]) -> Option<Map<String, Json>> {
    match json::parse(body) {
        Ok(Json::Object(members)) => Some(members),
        _ => None,
    }
}

fn of_form(body: &[u8]) -> Option<Map<String, Json>> {
    let mut members = Map::new();
    for (name, value) in form_urlencoded::parse(body) {
        let earlier = members.insert(name.into_owned(), Json::String(value.into_owned()));
        if earlier.is_some() {
            return None;
        }
    }
    Some(members)
}

/// A number, or a text that is nothing but one; the default if it is not there. What is no number, and what is not above
/// zero, is refused here already, because the duration is the first thing that is looked at.
fn seconds(duration: Option<&Json>) -> Result<f64, Problem> {
    let seconds = match duration {
        None | Some(Json::Null) => Some(DEFAULT_DURATION_S),
        Some(Json::Number(number)) => number.as_f64(),
        Some(Json::String(text)) => text.parse().ok(),
        Some(_) => None,
    };
    seconds
        .filter(|seconds| seconds.is_finite() && *seconds > 0.0)
        .ok_or_else(|| {
            let reason = "duration argument must be a number when present";
            Problem::because(Kind::DurationInvalid, reason)
        })
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn durations_are_numbers_above_zero_or_left_out() {
        for (duration, expected) in [
            (None, Some(86_400.0)),
            (Some(json!(null)), Some(86_400.0)),
            (Some(json!(3600)), Some(3600.0)),
            (Some(json!(0.5)), Some(0.5)),
            (Some(json!("3600")), Some(3600.0)),
            (Some(json!("3600.5")), Some(3600.5)),
            (Some(json!(1e300)), Some(1e300)),
            (Some(json!("3600abc")), None),
            (Some(json!("0x10")), None),
            (Some(json!(" 3600")), None),
            (Some(json!("1e400")), None),
            (Some(json!("inf")), None),
            (Some(json!("NaN")), None),
            (Some(json!("duration")), None),
            (Some(json!("")), None),
            (Some(json!(0)), None),
            (Some(json!("-0")), None),
            (Some(json!(-1)), None),
            (Some(json!(true)), None),
            (Some(json!([3600])), None),
        ] {
            assert_eq!(seconds(duration.as_ref()).ok(), expected, "{duration:?}");
        }
    }

    #[test]
    fn a_member_that_stands_twice_is_no_request() {
        assert_eq!(of_form(b"email=a&email=b"), None);
        assert_eq!(of_json(br#"{"email":"a","email":"b"}"#), None);
        let once = of_form(b"email=a%40b.example&duration=60").expect("a form");
        assert_eq!(
            Json::Object(once),
            json!({"email": "a@b.example", "duration": "60"})
        );
    }
}
