//! `/persona/history`: what happened at one's account.

use axum::Router;
use axum::extract::{Query, State};
use axum::routing::{get, post};
use browserid::Timestamp;
use serde::{Deserialize, Serialize};
use service::history::{Event, MAX_EVENTS, What};

use crate::answer::Answer;
use crate::client::From;
use crate::cookie::Presented;
use crate::guard::FromOurPages;
use crate::problem::{Kind, Problem};
use crate::session::Okay;
use crate::sign_in::Deps;

/// So many events are given where nothing is asked.
const USUAL: usize = 100;

/// The paths.
pub(crate) fn routes() -> Router<Deps> {
    Router::new()
        .route("/persona/history", get(read))
        .route("/persona/history/seen", post(seen))
}

async fn read(
    State(deps): State<Deps>,
    Presented(token): Presented,
    asked: Result<Query<Asked>, axum::extract::rejection::QueryRejection>,
) -> Result<Answer<Events>, Problem> {
    let token = token.ok_or(Kind::NoSession)?;
    let Query(asked) = asked.map_err(|_| malformed())?;
    let max = asked.max.unwrap_or(USUAL);
    if !(1..=MAX_EVENTS).contains(&max) {
        return Err(malformed());
    }
    let [from, until] = [asked.from, asked.until].map(|time| time.map(Timestamp::from_millis));
    let events = deps.sign_in.history(&token, from, until, max).await?;
    Ok(Answer(Events {
        status: "okay",
        events: events.into_iter().map(Line::of).collect(),
    }))
}

async fn seen(
    _: FromOurPages,
    State(deps): State<Deps>,
    Presented(token): Presented,
    From(client): From,
) -> Result<Answer<Okay>, Problem> {
    let token = token.ok_or(Kind::NoSession)?;
    deps.sign_in.saw_devices(&token, &client).await?;
    Ok(Answer(Okay::OKAY))
}

fn malformed() -> Problem {
    Problem::because(
        Kind::RequestMalformed,
        "`from` and `until` must be times in milliseconds, `max` a number from 1 to 1000",
    )
}

/// What is asked for: all of it may be missing.
#[derive(Deserialize)]
struct Asked {
    from: Option<u64>,
    until: Option<u64>,
    max: Option<usize>,
}

#[derive(Serialize)]
struct Events {
    status: &'static str,
    events: Vec<Line>,
}

/// `what` and its members stand beside the others.
#[derive(Serialize)]
struct Line {
    time: u64,
    #[serde(flatten)]
    what: What,
    device: String,
    source: String,
}

impl Line {
    fn of(event: Event) -> Self {
        Self {
            time: event.time.as_millis(),
            what: event.what,
            device: event.device,
            source: event.source,
        }
    }
}
