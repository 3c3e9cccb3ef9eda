//! What every identity provider of ours says about sessions: who is signed in, signing out, and the answers.

use std::sync::Arc;

use axum::extract::State;
use axum::response::{IntoResponse, Response};
use browserid::{Email, Timestamp};
use http::HeaderMap;
use http::header::SET_COOKIE;
use serde::{Deserialize, Serialize};
use service::secret::Password;
use service::session::{FRESH_MS, Life, Way};
use service::sessions::Person;
use service::sign_in::{NewSession, SignIn, Typed};

use crate::answer::Answer;
use crate::client::From;
use crate::cookie::{Presented, SessionCookie};
use crate::guard::FromOurPages;
use crate::problem::Problem;
use crate::request::Shape;

/// `GET /persona/session`.
pub(crate) async fn who(
    State(sign_in): State<Arc<SignIn>>,
    Presented(token): Presented,
    From(client): From,
) -> Result<Answer<Who>, Problem> {
    let here = sign_in.here(token.as_ref(), &client).await?;
    Ok(Answer(match here.person {
        Some((session, person)) => Who::signed_in(&session, &person, here.is_panic),
        None => Who {
            panic: Some(here.is_panic),
            ..Who::nobody()
        },
    }))
}

/// `DELETE /persona/session`.
pub(crate) async fn sign_out(
    _: FromOurPages,
    State(sign_in): State<Arc<SignIn>>,
    State(cookie): State<SessionCookie>,
    Presented(token): Presented,
    From(client): From,
) -> Result<impl IntoResponse, Problem> {
    sign_in.sign_out(token.as_ref(), &client).await?;
    Ok(([(SET_COOKIE, cookie.clear())], Answer(Okay::OKAY)))
}

/// `GET /persona/health`.
pub(crate) async fn health() -> Answer<Okay> {
    Answer(Okay::OKAY)
}

/// What signs in.
#[derive(Deserialize)]
pub(crate) struct Credentials {
    pub(crate) email: String,
    pub(crate) password: String,
    /// The code of the second step, where one is asked for.
    pub(crate) totp: Option<String>,
    /// `window`, `hour` or `keep`: for how long.
    #[serde(default)]
    pub(crate) life: Life,
}

impl Shape for Credentials {
    const EXPECTED: &'static str = "the body must be an object with `email` and `password`, both text, and perhaps `totp` and `life`";
}

impl Credentials {
    /// What has to be proved.
    pub(crate) fn typed(password: String, totp: Option<String>) -> Typed {
        Typed::new(Password::new(password), totp)
    }
}

#[derive(Serialize)]
pub(crate) struct Okay {
    status: &'static str,
}

impl Okay {
    pub(crate) const OKAY: Self = Self { status: "okay" };
}

/// Somebody signed in, somebody whose link it is, or `"email":null`.
#[derive(Serialize)]
pub(crate) struct Who {
    status: &'static str,
    email: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    expires: Option<u64>,
    #[serde(flatten)]
    signed_in: Option<Session>,
    #[serde(skip_serializing_if = "Option::is_none")]
    panic: Option<bool>,
}

/// What is known of somebody signed in. Times in milliseconds.
#[derive(Serialize)]
struct Session {
    life: Life,
    way: Way,
    /// Until then what changes a way in needs no other proof.
    fresh_until: u64,
    addresses: Vec<String>,
    default_address: String,
    is_owner: bool,
    is_to_be_renewed: bool,
    new_devices: Vec<NewDevice>,
}

#[derive(Serialize)]
struct NewDevice {
    time: u64,
    device: String,
}

impl Who {
    pub(crate) fn somebody(email: &Email, expires: Timestamp) -> Self {
        Self {
            email: Some(email.as_str().to_owned()),
            expires: Some(expires.as_millis()),
            ..Self::nobody()
        }
    }

    pub(crate) fn nobody() -> Self {
        Self {
            status: "okay",
            email: None,
            expires: None,
            signed_in: None,
            panic: None,
        }
    }

    fn signed_in(session: &service::session::Session, person: &Person, is_panic: bool) -> Self {
        let text = |email: &Email| email.as_str().to_owned();
        let devices = person.new_devices.iter();
        let signed_in = Session {
            life: session.life,
            way: session.way,
            fresh_until: session.proved.plus_ms(FRESH_MS).as_millis(),
            addresses: person.addresses.iter().map(text).collect(),
            default_address: text(&person.default_address),
            is_owner: person.is_owner,
            is_to_be_renewed: person.is_to_be_renewed,
            new_devices: devices
                .map(|device| NewDevice {
                    time: device.time.as_millis(),
                    device: device.name.clone(),
                })
                .collect(),
        };
        Self {
            signed_in: Some(signed_in),
            panic: Some(is_panic),
            ..Self::somebody(&session.email, session.expires())
        }
    }
}

/// Who it is now, and the cookie that says so.
pub(crate) struct SignedIn(pub(crate) SessionCookie, pub(crate) NewSession);

impl IntoResponse for SignedIn {
    fn into_response(self) -> Response {
        let Self(cookie, new) = self;
        // Nobody is signed in while the switch is pulled.
        let who = Who::signed_in(&new.session, &new.person, false);
        let set = cookie.set(&new.token, &new.session);
        let mut headers = HeaderMap::from_iter([(SET_COOKIE, set)]);
        if let Some(mark) = new.mark {
            headers.append(SET_COOKIE, cookie.set_device(&mark, &new.session.email));
        }
        (headers, Answer(who)).into_response()
    }
}
