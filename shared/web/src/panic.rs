//! `/persona/panic`: pulls the switch. On AWS a function of its own, since whoever writes into the support document could
//! name a key there that signs for everybody: that is not for the function that hears all the world.

use axum::Router;
use axum::extract::State;
use axum::routing::post;
use serde::{Deserialize, Serialize};
use service::panic::Published;

use crate::answer::Answer;
use crate::client::From;
use crate::cookie::Presented;
use crate::guard::FromOurPages;
use crate::problem::Problem;
use crate::request::{Json, Shape};
use crate::sign_in::{Deps, enveloped};

/// The route, complete with headers, log and fallbacks.
pub fn router(deps: Deps) -> Router {
    let routes = Router::new().route("/persona/panic", post(pull));
    enveloped(routes, Router::new(), deps)
}

async fn pull(
    _: FromOurPages,
    State(deps): State<Deps>,
    Presented(token): Presented,
    From(client): From,
    Json(Nothing {}): Json<Nothing>,
) -> Result<Answer<Pulled>, Problem> {
    let pulled = deps.sign_in.panic(token.as_ref(), &client).await?;
    Ok(Answer(Pulled {
        status: "okay",
        not_before: pulled.not_before.as_millis(),
        certificates_live_until: pulled.certificates_live_until().as_millis(),
        published: matches!(pulled.published, Published::Yes),
    }))
}

#[derive(Deserialize)]
struct Nothing {}

impl Shape for Nothing {
    const EXPECTED: &'static str = "the body must be an object";
}

#[derive(Serialize)]
struct Pulled {
    status: &'static str,
    not_before: u64,
    certificates_live_until: u64,
    /// The support document says it.
    published: bool,
}
