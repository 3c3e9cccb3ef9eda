//! `/persona/ways/codes`, `/persona/recovery`.

use axum::Router;
use axum::extract::State;
use axum::routing::post;
use serde::{Deserialize, Serialize};
use service::recovery::RecoveryCode;
use service::session::Life;

use crate::answer::Answer;
use crate::client::From;
use crate::cookie::Presented;
use crate::guard::FromOurPages;
use crate::problem::{Kind, Problem};
use crate::request::{Json, Shape};
use crate::session::SignedIn;
use crate::sign_in::Deps;

/// The routes, without headers, log and fallbacks.
pub(crate) fn routes() -> Router<Deps> {
    Router::new()
        .route("/persona/ways/codes", post(make))
        .route("/persona/recovery", post(recover))
}

async fn make(
    _: FromOurPages,
    State(deps): State<Deps>,
    Presented(token): Presented,
    From(client): From,
) -> Result<Answer<Codes>, Problem> {
    let token = token.ok_or(Kind::NoSession)?;
    let codes = deps.sign_in.make_codes(&token, &client).await?;
    Ok(Answer(Codes {
        status: "okay",
        codes: codes.iter().map(RecoveryCode::expose).collect(),
    }))
}

async fn recover(
    _: FromOurPages,
    State(deps): State<Deps>,
    From(client): From,
    Json(given): Json<Recover>,
) -> Result<SignedIn, Problem> {
    let new = deps
        .sign_in
        .with_recovery_code(&given.email, &given.code, given.life, &client)
        .await?;
    Ok(SignedIn(deps.cookie, new))
}

/// All of a new set: shown once.
#[derive(Serialize)]
struct Codes {
    status: &'static str,
    codes: Vec<String>,
}

#[derive(Deserialize)]
struct Recover {
    code: String,
    email: String,
    /// `window`, `hour` or `keep`: for how long.
    #[serde(default)]
    life: Life,
}

impl Shape for Recover {
    const EXPECTED: &'static str =
        "the body must be an object with `email` and `code`, both text, and perhaps `life`";
}
