//! `POST /persona/not-me`: by the link of a mail, or by whoever is signed in and has lately proved who they are.

use axum::Router;
use axum::extract::State;
use axum::response::{AppendHeaders, IntoResponse};
use axum::routing::post;
use browserid::Timestamp;
use http::header::SET_COOKIE;
use serde::{Deserialize, Serialize};
use service::secret::Token;

use crate::answer::Answer;
use crate::client::From;
use crate::cookie::Presented;
use crate::guard::FromOurPages;
use crate::problem::{Kind, Problem};
use crate::request::{Json, Shape};
use crate::sign_in::Deps;

/// The path.
pub(crate) fn routes() -> Router<Deps> {
    Router::new().route("/persona/not-me", post(not_me))
}

async fn not_me(
    _: FromOurPages,
    State(deps): State<Deps>,
    Presented(session): Presented,
    From(client): From,
    Json(given): Json<Given>,
) -> Result<impl IntoResponse, Problem> {
    let (left, clear) = match given {
        Given {
            token: Some(token),
            since: None,
        } => {
            // A text that no link of ours can hold is an unknown link.
            let token = Token::parse(&token).ok_or(Kind::NoticeInvalid)?;
            let left = deps.sign_in.not_me_by_link(&token, &client).await?;
            // This browser may have a session of somebody else's.
            (left, None)
        }
        Given {
            token: None,
            since: Some(since),
        } => {
            let session = session.ok_or(Kind::NoSession)?;
            let since = Timestamp::from_millis(since);
            let left = deps.sign_in.not_me(&session, since, &client).await?;
            (left, Some((SET_COOKIE, deps.cookie.clear())))
        }
        _ => return Err(Problem::because(Kind::RequestMalformed, Given::EXPECTED)),
    };
    let done = Done {
        status: "okay",
        left: Left {
            passkeys: left.passkeys,
        },
    };
    Ok((AppendHeaders(clear), Answer(done)))
}

/// One of the two.
#[derive(Deserialize)]
struct Given {
    token: Option<String>,
    since: Option<u64>,
}

impl Shape for Given {
    const EXPECTED: &'static str =
        "the body must be an object with `token`, a text, or `since`, a time in milliseconds";
}

#[derive(Serialize)]
struct Done {
    status: &'static str,
    left: Left,
}

#[derive(Serialize)]
struct Left {
    passkeys: usize,
}
