//! What every identity provider of ours says about sessions: who is signed in, signing out, and the answers.

use std::sync::Arc;

use axum::extract::State;
use axum::response::{IntoResponse, Response};
use browserid::{Email, Timestamp};
use http::HeaderMap;
use http::header::SET_COOKIE;
use serde::{Deserialize, Serialize};
use service::secret::Password;
use service::session::Life;
use service::sign_in::{NewSession, SignIn, Typed};

use crate::answer::Answer;
use crate::cookie::{Presented, SessionCookie};
use crate::guard::FromOurPages;
use crate::problem::Problem;
use crate::request::Shape;

/// `GET /persona/session`.
pub(crate) async fn who(
    State(sign_in): State<Arc<SignIn>>,
    Presented(token): Presented,
) -> Result<Answer<Who>, Problem> {
    let session = sign_in.who(token.as_ref()).await?;
    Ok(Answer(match session {
        Some(session) => Who::somebody(&session.email, session.expires()),
        None => Who::nobody(),
    }))
}

/// `DELETE /persona/session`.
pub(crate) async fn sign_out(
    _: FromOurPages,
    State(sign_in): State<Arc<SignIn>>,
    State(cookie): State<SessionCookie>,
    Presented(token): Presented,
) -> Result<impl IntoResponse, Problem> {
    sign_in.sign_out(token.as_ref()).await?;
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

/// Somebody with the moment it ends, or `"email":null`.
#[derive(Serialize)]
pub(crate) struct Who {
    status: &'static str,
    email: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    expires: Option<u64>,
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
        }
    }
}

/// Who it is now, and the cookie that says so.
pub(crate) struct SignedIn(pub(crate) SessionCookie, pub(crate) NewSession);

impl IntoResponse for SignedIn {
    fn into_response(self) -> Response {
        let Self(
            cookie,
            NewSession {
                session,
                token,
                mark,
            },
        ) = self;
        let who = Who::somebody(&session.email, session.expires());
        let mut headers = HeaderMap::from_iter([(SET_COOKIE, cookie.set(&token, &session))]);
        if let Some(mark) = mark {
            headers.append(SET_COOKIE, cookie.set_device(&mark, &session.email));
        }
        (headers, Answer(who)).into_response()
    }
}
