//! One POST to the verifier, as any site would send it.

use bytes::Bytes;
use http::{Request, StatusCode, header};
use http_body_util::Full;
use percent_encoding::{NON_ALPHANUMERIC, utf8_percent_encode};
use serde_json::Value;

use crate::hosts;
use crate::plain_http::exchange;

/// What came of it.
pub enum Asked {
    /// This person is there, for this site.
    Okay {
        /// Their address.
        email: String,
    },
    /// The verifier says no.
    Refused {
        /// Why.
        reason: String,
    },
    /// The verifier says nothing that can be understood.
    NoAnswer,
}

/// Asks the verifier on this machine whether `assertion` is good for `audience`.
pub async fn ask(port: u16, assertion: &str, audience: &str) -> Asked {
    let encode = |text| utf8_percent_encode(text, NON_ALPHANUMERIC).to_string();
    let form = format!(
        "assertion={}&audience={}",
        encode(assertion),
        encode(audience)
    );
    let request = Request::post("/verify")
        .header(header::HOST, format!("{}:{port}", hosts::LOOPBACK))
        .header(header::CONTENT_TYPE, "application/x-www-form-urlencoded")
        .body(Full::new(Bytes::from(form)));
    let Ok(request) = request else {
        return Asked::NoAnswer;
    };
    let Ok(response) = exchange(hosts::LOOPBACK, port, request).await else {
        return Asked::NoAnswer;
    };
    let status = response.status();
    let Ok(answer) = serde_json::from_slice::<Value>(response.body()) else {
        return Asked::NoAnswer;
    };
    let text = |member: &str| answer.get(member).and_then(Value::as_str);
    match (text("status"), text("email"), text("audience")) {
        // The audience is compared once more: a verifier that answers about another site proves nothing here.
        (Some("okay"), Some(email), Some(for_whom))
            if status == StatusCode::OK && for_whom == audience =>
        {
            Asked::Okay {
                email: email.to_owned(),
            }
        }
        (Some("failure"), _, _) => Asked::Refused {
            reason: text("reason").unwrap_or("refused").to_owned(),
        },
        _ => Asked::NoAnswer,
    }
}
