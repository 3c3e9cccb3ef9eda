//! `/persona/session`, `/persona/enrolment`, `/persona/password`, `/persona/health`.

use std::sync::Arc;

use axum::Router;
use axum::extract::{FromRef, State};
use axum::response::{IntoResponse, Response};
use axum::routing::{get, post};
use browserid::{Email, Timestamp};
use http::HeaderMap;
use http::header::SET_COOKIE;
use serde::{Deserialize, Serialize};
use service::secret::{Password, Token};
use service::sign_in::{NewSession, SignIn};

use crate::answer::Answer;
use crate::cookie::{Presented, SessionCookie};
use crate::cors::Cors;
use crate::envelope::Envelope;
use crate::front::Front;
use crate::guard::FromOurPages;
use crate::headers;
use crate::pages::Pages;
use crate::problem::{Kind, Problem};
use crate::request::{Json, Shape};
use crate::source::Source;

/// What these routes need.
#[derive(Clone)]
pub struct Deps {
    /// The session cookie.
    pub cookie: SessionCookie,
    /// Who hands the requests over.
    pub front: Front,
    /// Where our pages are.
    pub pages: Pages,
    /// The operations.
    pub sign_in: Arc<SignIn>,
}

/// The routes, complete with headers, log and fallbacks.
pub fn router(deps: Deps) -> Router {
    let cors = Cors::of(&deps.pages);
    let envelope = Envelope {
        clock: Arc::clone(&deps.sign_in.clock),
        cors: cors.clone(),
        headers: headers::identity,
        panicked: || Problem::from(Kind::Internal).into_response(),
    };
    let front = deps.front.clone();
    let routes = Router::new()
        .route("/persona/session", get(who).post(sign_in).delete(sign_out))
        .route("/persona/enrolment", post(enrol))
        .route("/persona/enrolment/look", post(look))
        .route("/persona/password", post(change_password))
        .method_not_allowed_fallback(async || Problem::from(Kind::MethodNotAllowed))
        .fallback(async || Problem::from(Kind::NotFound))
        .with_state(deps);
    // Before the front: who asks whether the function lives need not come through it, and learns nothing else.
    let health = Router::new()
        .route("/persona/health", get(health))
        .method_not_allowed_fallback(async || Problem::from(Kind::MethodNotAllowed));
    envelope.around(front.before(cors.before(routes)).merge(health))
}

async fn who(
    State(deps): State<Deps>,
    Presented(token): Presented,
) -> Result<Answer<Who>, Problem> {
    let session = deps.sign_in.who(token.as_ref()).await?;
    Ok(Answer(match session {
        Some(session) => Who::somebody(&session.email, session.expires()),
        None => Who::nobody(),
    }))
}

async fn sign_in(
    _: FromOurPages,
    State(deps): State<Deps>,
    Source(source): Source,
    Json(given): Json<Credentials>,
) -> Result<SignedIn, Problem> {
    let password = Password::new(given.password);
    let new = deps
        .sign_in
        .with_password(&given.email, password, &source)
        .await?;
    Ok(SignedIn(deps.cookie, new))
}

async fn sign_out(
    _: FromOurPages,
    State(deps): State<Deps>,
    Presented(token): Presented,
) -> Result<impl IntoResponse, Problem> {
    deps.sign_in.sign_out(token.as_ref()).await?;
    Ok(([(SET_COOKIE, deps.cookie.clear())], Answer(Okay::OKAY)))
}

async fn look(
    _: FromOurPages,
    State(deps): State<Deps>,
    Source(source): Source,
    Json(given): Json<Link>,
) -> Result<Answer<Who>, Problem> {
    let token = link(&given.token)?;
    let enrolment = deps.sign_in.look_at_enrolment(&token, &source).await?;
    Ok(Answer(Who::somebody(&enrolment.email, enrolment.expires)))
}

async fn enrol(
    _: FromOurPages,
    State(deps): State<Deps>,
    Source(source): Source,
    Json(given): Json<Enrol>,
) -> Result<SignedIn, Problem> {
    let token = link(&given.token)?;
    let password = Password::new(given.password);
    let new = deps.sign_in.enrol(&token, password, &source).await?;
    Ok(SignedIn(deps.cookie, new))
}

async fn change_password(
    _: FromOurPages,
    State(deps): State<Deps>,
    Presented(token): Presented,
    Source(source): Source,
    Json(given): Json<NewPassword>,
) -> Result<Answer<Okay>, Problem> {
    let token = token.ok_or(Kind::NoSession)?;
    let (current, new) = (Password::new(given.current), Password::new(given.new));
    deps.sign_in
        .change_password(&token, current, new, &source)
        .await?;
    Ok(Answer(Okay::OKAY))
}

async fn health() -> Answer<Okay> {
    Answer(Okay::OKAY)
}

/// A text that no link of ours can hold is an unknown link.
fn link(text: &str) -> Result<Token, Problem> {
    Token::parse(text).ok_or_else(|| Kind::EnrolmentInvalid.into())
}

#[derive(Deserialize)]
struct Credentials {
    email: String,
    password: String,
}

impl Shape for Credentials {
    const EXPECTED: &'static str =
        "the body must be an object with `email` and `password`, both text";
}

#[derive(Deserialize)]
struct Link {
    token: String,
}

impl Shape for Link {
    const EXPECTED: &'static str = "the body must be an object with `token`, a text";
}

#[derive(Deserialize)]
struct Enrol {
    password: String,
    token: String,
}

impl Shape for Enrol {
    const EXPECTED: &'static str =
        "the body must be an object with `token` and `password`, both text";
}

#[derive(Deserialize)]
struct NewPassword {
    current: String,
    new: String,
}

impl Shape for NewPassword {
    const EXPECTED: &'static str = "the body must be an object with `current` and `new`, both text";
}

#[derive(Serialize)]
struct Okay {
    status: &'static str,
}

impl Okay {
    const OKAY: Self = Self { status: "okay" };
}

/// Somebody with the moment it ends, or `"email":null`.
#[derive(Serialize)]
struct Who {
    status: &'static str,
    email: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    expires: Option<u64>,
}

impl Who {
    fn somebody(email: &Email, expires: Timestamp) -> Self {
        Self {
            email: Some(email.as_str().to_owned()),
            expires: Some(expires.as_millis()),
            ..Self::nobody()
        }
    }

    fn nobody() -> Self {
        Self {
            status: "okay",
            email: None,
            expires: None,
        }
    }
}

/// Who it is now, and the cookie that says so.
struct SignedIn(SessionCookie, NewSession);

impl IntoResponse for SignedIn {
    fn into_response(self) -> Response {
        let Self(cookie, NewSession { session, token }) = self;
        let who = Who::somebody(&session.email, session.expires());
        let headers = HeaderMap::from_iter([(SET_COOKIE, cookie.set(&token))]);
        (headers, Answer(who)).into_response()
    }
}

impl FromRef<Deps> for Pages {
    fn from_ref(deps: &Deps) -> Self {
        deps.pages.clone()
    }
}

impl FromRef<Deps> for SessionCookie {
    fn from_ref(deps: &Deps) -> Self {
        deps.cookie
    }
}
