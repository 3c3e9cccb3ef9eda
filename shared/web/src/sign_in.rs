//! `/persona/session`, `/persona/enrolment`, `/persona/password`, `/persona/health`, and the routes of the ways in beside them.

use std::sync::Arc;

use axum::Router;
use axum::extract::{FromRef, State};
use axum::response::IntoResponse;
use axum::routing::{get, post};
use serde::Deserialize;
use service::secret::{Password, Token};
use service::sign_in::SignIn;

use crate::addresses;
use crate::answer::Answer;
use crate::client::From;
use crate::cookie::{Presented, SessionCookie};
use crate::cors::Cors;
use crate::envelope::Envelope;
use crate::front::Front;
use crate::guard::FromOurPages;
use crate::headers;
use crate::pages::Pages;
use crate::passkeys;
use crate::people;
use crate::problem::{Kind, Problem};
use crate::recovery;
use crate::release;
use crate::request::{Json, Shape};
use crate::session::{Credentials, Okay, SignedIn, Who, health, sign_out, who};
use crate::source::Source;
use crate::totp;

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
    let routes = Router::new()
        .route("/persona/session", get(who).post(sign_in).delete(sign_out))
        .route("/persona/enrolment", post(enrol))
        .route("/persona/enrolment/look", post(look))
        .route(
            "/persona/password",
            post(set_password).delete(remove_password),
        )
        .merge(addresses::routes())
        .merge(passkeys::routes())
        .merge(people::routes())
        .merge(recovery::routes())
        .merge(release::routes())
        .merge(totp::routes())
        .merge(crate::sessions::routes())
        .merge(crate::history::routes())
        .merge(crate::not_me::routes());
    // Before the front: who asks whether the function lives need not come through it, and learns nothing else.
    let health = Router::new()
        .route("/persona/health", get(health))
        .method_not_allowed_fallback(async || Problem::from(Kind::MethodNotAllowed));
    enveloped(routes, health, deps)
}

/// Routes over these operations, and those that stand before the front, complete with headers, log and fallbacks.
pub(crate) fn enveloped(routes: Router<Deps>, before: Router, deps: Deps) -> Router {
    let cors = Cors::of(&deps.pages);
    let envelope = Envelope {
        clock: Arc::clone(&deps.sign_in.clock),
        cors: cors.clone(),
        headers: headers::identity,
        panicked: || Problem::from(Kind::Internal).into_response(),
    };
    let front = deps.front.clone();
    let routes = routes
        .method_not_allowed_fallback(async || Problem::from(Kind::MethodNotAllowed))
        .fallback(async || Problem::from(Kind::NotFound))
        .with_state(deps);
    envelope.around(front.before(cors.before(routes)).merge(before))
}

async fn sign_in(
    _: FromOurPages,
    State(deps): State<Deps>,
    From(client): From,
    Json(given): Json<Credentials>,
) -> Result<SignedIn, Problem> {
    let typed = Credentials::typed(given.password, given.totp);
    let new = deps
        .sign_in
        .with_password(&given.email, typed, given.life, &client)
        .await?;
    Ok(SignedIn(deps.cookie, new))
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
    From(client): From,
    Json(given): Json<Enrol>,
) -> Result<SignedIn, Problem> {
    let token = link(&given.token)?;
    let password = Password::new(given.password);
    let new = deps.sign_in.enrol(&token, password, &client).await?;
    Ok(SignedIn(deps.cookie, new))
}

async fn set_password(
    _: FromOurPages,
    State(deps): State<Deps>,
    Presented(token): Presented,
    From(client): From,
    Json(given): Json<NewPassword>,
) -> Result<Answer<Okay>, Problem> {
    let token = token.ok_or(Kind::NoSession)?;
    let current = given.current.map(Password::new);
    let new = Password::new(given.new);
    deps.sign_in
        .set_password(&token, current, new, &client)
        .await?;
    Ok(Answer(Okay::OKAY))
}

async fn remove_password(
    _: FromOurPages,
    State(deps): State<Deps>,
    Presented(token): Presented,
    From(client): From,
) -> Result<Answer<Okay>, Problem> {
    let token = token.ok_or(Kind::NoSession)?;
    deps.sign_in.remove_password(&token, &client).await?;
    Ok(Answer(Okay::OKAY))
}

/// A text that no link of ours can hold is an unknown link.
pub(crate) fn link(text: &str) -> Result<Token, Problem> {
    Token::parse(text).ok_or_else(|| Kind::EnrolmentInvalid.into())
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
    /// Not needed in a session that was proved lately.
    current: Option<String>,
    new: String,
}

impl Shape for NewPassword {
    const EXPECTED: &'static str =
        "the body must be an object with `new` and perhaps `current`, both text";
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

impl FromRef<Deps> for Arc<SignIn> {
    fn from_ref(deps: &Deps) -> Self {
        Arc::clone(&deps.sign_in)
    }
}
