//! `/persona/people`: who is at this domain, for its owners.

use axum::Router;
use axum::extract::State;
use axum::routing::get;
use serde::{Deserialize, Serialize};
use service::people::Person;

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
    Router::new().route("/persona/people", get(people).post(invite).delete(dismiss))
}

async fn people(
    State(deps): State<Deps>,
    Presented(token): Presented,
) -> Result<Answer<People>, Problem> {
    let people = deps.sign_in.people(token.as_ref()).await?;
    Ok(Answer(People {
        status: "okay",
        people: people.iter().map(Shown::of).collect(),
    }))
}

async fn invite(
    _: FromOurPages,
    State(deps): State<Deps>,
    Presented(token): Presented,
    From(client): From,
    Json(given): Json<Whom>,
) -> Result<Answer<Invited>, Problem> {
    let (link, expires) = deps
        .sign_in
        .invite(token.as_ref(), &given.email, &client)
        .await?;
    // Behind `#`, which no log and no Referer ever holds.
    let origin = deps.pages.origin().as_str();
    Ok(Answer(Invited {
        status: "okay",
        link: format!("{origin}/persona/enrol.html#{}", link.expose()),
        expires: expires.as_millis(),
    }))
}

async fn dismiss(
    _: FromOurPages,
    State(deps): State<Deps>,
    Presented(token): Presented,
    From(client): From,
    Json(given): Json<Whom>,
) -> Result<Answer<Okay>, Problem> {
    deps.sign_in
        .dismiss(token.as_ref(), &given.email, &client)
        .await?;
    Ok(Answer(Okay::OKAY))
}

#[derive(Deserialize)]
struct Whom {
    email: String,
}

impl Shape for Whom {
    const EXPECTED: &'static str = "the body must be an object with `email`, a text";
}

#[derive(Serialize)]
struct People {
    status: &'static str,
    people: Vec<Shown>,
}

/// What owners learn of a person, and nothing else.
#[derive(Serialize)]
struct Shown {
    email: String,
    created: u64,
    is_owner: bool,
    has_ways: bool,
    addresses: Vec<String>,
}

impl Shown {
    fn of(person: &Person) -> Self {
        let account = &person.account;
        let addresses = person.addresses.iter();
        Self {
            email: account.email.as_str().to_owned(),
            created: account.created.as_millis(),
            is_owner: account.ways.is_owner,
            has_ways: person.has_ways(),
            addresses: addresses.map(|one| one.as_str().to_owned()).collect(),
        }
    }
}

#[derive(Serialize)]
struct Invited {
    status: &'static str,
    link: String,
    expires: u64,
}
