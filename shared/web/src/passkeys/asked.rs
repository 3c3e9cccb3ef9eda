//! What these paths take, and how a challenge leaves and is over.

use axum::response::{IntoResponse, Response};
use http::HeaderMap;
use http::header::SET_COOKIE;
use serde::{Deserialize, Serialize};
use serde_json::Value;
use service::passkeys::Challenge;
use service::session::Life;

use crate::answer::Answer;
use crate::cookie::SessionCookie;
use crate::problem::{Kind, Problem};
use crate::request::Shape;

/// Nothing is needed.
#[derive(Deserialize)]
pub(super) struct Nothing {}

impl Shape for Nothing {
    const EXPECTED: &'static str = "the body must be an object";
}

/// `PublicKeyCredential.toJSON()`, not read here.
#[derive(Deserialize)]
#[serde(transparent)]
pub(crate) struct Credential(serde_json::Map<String, Value>);

impl Credential {
    /// As JSON again, for whoever reads it.
    pub(crate) fn bytes(&self) -> Vec<u8> {
        // Texts for keys: it cannot fail, and an empty answer would prove nothing.
        serde_json::to_vec(&self.0).unwrap_or_default()
    }
}

#[derive(Deserialize)]
pub(super) struct Use {
    pub(super) credential: Credential,
    #[serde(default)]
    pub(super) life: Life,
}

impl Shape for Use {
    const EXPECTED: &'static str = "the body must be an object with `credential`, an object";
}

#[derive(Deserialize)]
#[serde(untagged)]
pub(super) enum Again {
    Passkey {
        credential: Credential,
    },
    Password {
        password: String,
        totp: Option<String>,
    },
}

impl Shape for Again {
    const EXPECTED: &'static str =
        "the body must be an object with `credential`, an object, or with `password`, a text";
}

#[derive(Deserialize)]
pub(super) struct Link {
    pub(super) token: String,
}

impl Shape for Link {
    const EXPECTED: &'static str = "the body must be an object with `token`, a text";
}

#[derive(Deserialize)]
pub(super) struct Enrol {
    pub(super) credential: Credential,
    pub(super) name: String,
    pub(super) token: String,
}

impl Shape for Enrol {
    const EXPECTED: &'static str = "the body must be an object with `token` and `name`, both text, and `credential`, an object";
}

#[derive(Deserialize)]
pub(super) struct Add {
    pub(super) credential: Credential,
    pub(super) name: String,
}

impl Shape for Add {
    const EXPECTED: &'static str =
        "the body must be an object with `name`, a text, and `credential`, an object";
}

#[derive(Deserialize)]
pub(super) struct Rename {
    pub(super) id: String,
    pub(super) name: String,
}

impl Shape for Rename {
    const EXPECTED: &'static str = "the body must be an object with `id` and `name`, both text";
}

#[derive(Deserialize)]
pub(super) struct Which {
    pub(super) id: String,
}

impl Shape for Which {
    const EXPECTED: &'static str = "the body must be an object with `id`, a text";
}

/// A challenge, and the cookie that binds it to this browser.
pub(crate) struct Challenged(pub(crate) SessionCookie, pub(crate) Challenge);

#[derive(Serialize)]
struct Options {
    status: &'static str,
    #[serde(rename = "publicKey")]
    public_key: Value,
}

impl IntoResponse for Challenged {
    fn into_response(self) -> Response {
        let Self(cookie, Challenge { browser, options }) = self;
        let Ok(public_key) = serde_json::from_str(&options) else {
            return Problem::from(Kind::Internal).into_response();
        };
        let options = Options {
            status: "okay",
            public_key,
        };
        let headers = HeaderMap::from_iter([(SET_COOKIE, cookie.set_ceremony(&browser))]);
        (headers, Answer(options)).into_response()
    }
}

/// What came of a challenge that was answered: the browser forgets it.
pub(crate) struct Answered<T>(pub(crate) SessionCookie, pub(crate) T);

impl<T: IntoResponse> IntoResponse for Answered<T> {
    fn into_response(self) -> Response {
        let Self(cookie, answer) = self;
        let mut response = answer.into_response();
        let headers = response.headers_mut();
        headers.append(SET_COOKIE, cookie.clear_ceremony());
        response
    }
}
