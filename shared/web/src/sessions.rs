//! `/persona/sessions`: where a person is signed in, and the end of it.

use axum::Router;
use axum::extract::State;
use axum::response::{AppendHeaders, IntoResponse};
use axum::routing::{delete, get};
use http::header::SET_COOKIE;
use serde::{Deserialize, Serialize};
use service::secret::TokenHash;
use service::session::{Life, Way};
use service::sessions::Listed;

use crate::answer::Answer;
use crate::client::From;
use crate::cookie::Presented;
use crate::guard::FromOurPages;
use crate::problem::{Kind, Problem};
use crate::request::{Json, Shape};
use crate::session::Okay;
use crate::sign_in::Deps;

/// The paths.
pub(crate) fn routes() -> Router<Deps> {
    Router::new()
        .route("/persona/sessions", get(list).delete(end))
        .route("/persona/sessions/others", delete(end_others))
}

async fn list(
    State(deps): State<Deps>,
    Presented(token): Presented,
) -> Result<Answer<Sessions>, Problem> {
    let token = token.ok_or(Kind::NoSession)?;
    let listed = deps.sign_in.sessions(&token).await?;
    Ok(Answer(Sessions {
        status: "okay",
        sessions: listed.into_iter().map(Session::of).collect(),
    }))
}

async fn end(
    _: FromOurPages,
    State(deps): State<Deps>,
    Presented(token): Presented,
    From(client): From,
    Json(given): Json<Which>,
) -> Result<impl IntoResponse, Problem> {
    let token = token.ok_or(Kind::NoSession)?;
    let id = TokenHash::parse(&given.id).ok_or(Kind::SessionUnknown)?;
    deps.sign_in.end_session(&token, &id, &client).await?;
    let is_this = id == token.hash();
    let clear = is_this.then(|| (SET_COOKIE, deps.cookie.clear()));
    Ok((AppendHeaders(clear), Answer(Okay::OKAY)))
}

async fn end_others(
    _: FromOurPages,
    State(deps): State<Deps>,
    Presented(token): Presented,
    From(client): From,
) -> Result<Answer<Okay>, Problem> {
    let token = token.ok_or(Kind::NoSession)?;
    deps.sign_in.end_other_sessions(&token, &client).await?;
    Ok(Answer(Okay::OKAY))
}

#[derive(Deserialize)]
struct Which {
    id: String,
}

impl Shape for Which {
    const EXPECTED: &'static str = "the body must be an object with `id`, a text";
}

#[derive(Serialize)]
struct Sessions {
    status: &'static str,
    sessions: Vec<Session>,
}

/// Times in milliseconds.
#[derive(Serialize)]
struct Session {
    id: String,
    device: String,
    created: u64,
    last_seen: u64,
    life: Life,
    way: Way,
    is_this: bool,
}

impl Session {
    fn of(listed: Listed) -> Self {
        let session = listed.session;
        Self {
            id: listed.id.text(),
            device: session.device,
            created: session.created.as_millis(),
            last_seen: session.last_seen.as_millis(),
            life: session.life,
            way: session.way,
            is_this: listed.is_this,
        }
    }
}
