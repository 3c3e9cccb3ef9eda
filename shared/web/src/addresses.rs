//! `/persona/addresses`, `/persona/addresses/default`.

use axum::Router;
use axum::extract::State;
use axum::routing::post;
use serde::Deserialize;

use crate::answer::Answer;
use crate::client::From;
use crate::cookie::Presented;
use crate::guard::FromOurPages;
use crate::problem::Problem;
use crate::request::{Json, Shape};
use crate::session::Okay;
use crate::sign_in::Deps;

/// The routes, without headers, log and fallbacks.
pub(crate) fn routes() -> Router<Deps> {
    Router::new()
        .route("/persona/addresses", post(give).delete(take))
        .route("/persona/addresses/default", post(set_default))
}

async fn give(
    _: FromOurPages,
    State(deps): State<Deps>,
    Presented(token): Presented,
    From(client): From,
    Json(given): Json<Whose>,
) -> Result<Answer<Okay>, Problem> {
    let token = token.as_ref();
    deps.sign_in
        .give_address(token, &given.address, &given.email, &client)
        .await?;
    Ok(Answer(Okay::OKAY))
}

async fn take(
    _: FromOurPages,
    State(deps): State<Deps>,
    Presented(token): Presented,
    From(client): From,
    Json(given): Json<Whose>,
) -> Result<Answer<Okay>, Problem> {
    let token = token.as_ref();
    deps.sign_in
        .take_address(token, &given.address, &given.email, &client)
        .await?;
    Ok(Answer(Okay::OKAY))
}

async fn set_default(
    _: FromOurPages,
    State(deps): State<Deps>,
    Presented(token): Presented,
    From(client): From,
    Json(given): Json<Which>,
) -> Result<Answer<Okay>, Problem> {
    deps.sign_in
        .set_default_address(token.as_ref(), &given.address, &client)
        .await?;
    Ok(Answer(Okay::OKAY))
}

#[derive(Deserialize)]
struct Whose {
    address: String,
    email: String,
}

impl Shape for Whose {
    const EXPECTED: &'static str =
        "the body must be an object with `address` and `email`, both text";
}

#[derive(Deserialize)]
struct Which {
    address: String,
}

impl Shape for Which {
    const EXPECTED: &'static str = "the body must be an object with `address`, a text";
}
