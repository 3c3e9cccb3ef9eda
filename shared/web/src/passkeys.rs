//! `/persona/passkey`, `/persona/again`, `/persona/ways`, `/persona/ways/passkey`, `/persona/enrolment/passkey`, and where each
//! gives its challenge.

mod asked;

use axum::Router;
use axum::extract::State;
use axum::routing::{get, post};
use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use browserid::Timestamp;
use serde::Serialize;
use service::account::Account;
use service::passkeys::{Proof, is_nudged};
use service::secret::Password;
use service::sign_in::Typed;

use self::asked::{Add, Again, Enrol, Link, Nothing, Rename, Use, Which};
pub(crate) use self::asked::{Answered, Challenged, Credential};
use crate::answer::Answer;
use crate::client::From;
use crate::cookie::{Presented, PresentedCeremony};
use crate::guard::FromOurPages;
use crate::problem::{Kind, Problem};
use crate::request::Json;
use crate::session::{Okay, SignedIn};
use crate::sign_in::{Deps, link};

/// The routes, without headers, log and fallbacks.
pub(crate) fn routes() -> Router<Deps> {
    Router::new()
        .route("/persona/passkey/challenge", post(challenge))
        .route("/persona/passkey", post(sign_in))
        .route("/persona/again/challenge", post(challenge_again))
        .route("/persona/again", post(again))
        .route(
            "/persona/enrolment/passkey/challenge",
            post(challenge_to_enrol),
        )
        .route("/persona/enrolment/passkey", post(enrol))
        .route("/persona/ways", get(ways))
        .route("/persona/ways/passkey/challenge", post(challenge_to_add))
        .route("/persona/ways/passkey", post(add).delete(remove))
        .route("/persona/ways/passkey/name", post(rename))
}

async fn challenge(
    _: FromOurPages,
    State(deps): State<Deps>,
    From(client): From,
    Json(Nothing {}): Json<Nothing>,
) -> Result<Challenged, Problem> {
    let challenge = deps.sign_in.challenge(&client).await?;
    Ok(Challenged(deps.cookie, challenge))
}

async fn sign_in(
    _: FromOurPages,
    State(deps): State<Deps>,
    PresentedCeremony(browser): PresentedCeremony,
    From(client): From,
    Json(given): Json<Use>,
) -> Result<Answered<SignedIn>, Problem> {
    let proof = Proof {
        answer: &given.credential.bytes(),
        browser: browser.as_ref(),
    };
    let new = deps
        .sign_in
        .with_passkey(proof, given.life, &client)
        .await?;
    Ok(Answered(deps.cookie, SignedIn(deps.cookie, new)))
}

async fn challenge_again(
    _: FromOurPages,
    State(deps): State<Deps>,
    Presented(token): Presented,
    From(client): From,
    Json(Nothing {}): Json<Nothing>,
) -> Result<Challenged, Problem> {
    let challenge = deps
        .sign_in
        .challenge_again(token.as_ref(), &client)
        .await?;
    Ok(Challenged(deps.cookie, challenge))
}

/// With a passkey, or with a password.
async fn again(
    _: FromOurPages,
    State(deps): State<Deps>,
    Presented(token): Presented,
    PresentedCeremony(browser): PresentedCeremony,
    From(client): From,
    Json(given): Json<Again>,
) -> Result<Answered<Answer<Fresh>>, Problem> {
    let until = match given {
        Again::Passkey { credential } => {
            let proof = Proof {
                answer: &credential.bytes(),
                browser: browser.as_ref(),
            };
            let sign_in = &deps.sign_in;
            sign_in.prove_again(token.as_ref(), proof, &client).await?
        }
        Again::Password { password, totp } => {
            let typed = Typed::new(Password::new(password), totp);
            let proved = deps
                .sign_in
                .prove_again_with_password(token.as_ref(), typed, &client);
            proved.await?
        }
    };
    Ok(Answered(deps.cookie, Answer(Fresh::until(until))))
}

async fn challenge_to_enrol(
    _: FromOurPages,
    State(deps): State<Deps>,
    From(client): From,
    Json(given): Json<Link>,
) -> Result<Challenged, Problem> {
    let token = link(&given.token)?;
    let challenge = deps.sign_in.challenge_to_enrol(&token, &client).await?;
    Ok(Challenged(deps.cookie, challenge))
}

async fn enrol(
    _: FromOurPages,
    State(deps): State<Deps>,
    PresentedCeremony(browser): PresentedCeremony,
    From(client): From,
    Json(given): Json<Enrol>,
) -> Result<Answered<SignedIn>, Problem> {
    let token = link(&given.token)?;
    let proof = Proof {
        answer: &given.credential.bytes(),
        browser: browser.as_ref(),
    };
    let sign_in = &deps.sign_in;
    let new = sign_in
        .enrol_passkey(&token, proof, &given.name, &client)
        .await?;
    Ok(Answered(deps.cookie, SignedIn(deps.cookie, new)))
}

async fn ways(
    State(deps): State<Deps>,
    Presented(token): Presented,
) -> Result<Answer<WaysIn>, Problem> {
    let account = deps.sign_in.account(token.as_ref()).await?;
    Ok(Answer(WaysIn::of(&account)))
}

async fn challenge_to_add(
    _: FromOurPages,
    State(deps): State<Deps>,
    Presented(token): Presented,
    From(client): From,
    Json(Nothing {}): Json<Nothing>,
) -> Result<Challenged, Problem> {
    let challenge = deps
        .sign_in
        .challenge_to_add(token.as_ref(), &client)
        .await?;
    Ok(Challenged(deps.cookie, challenge))
}

async fn add(
    _: FromOurPages,
    State(deps): State<Deps>,
    Presented(token): Presented,
    PresentedCeremony(browser): PresentedCeremony,
    From(client): From,
    Json(given): Json<Add>,
) -> Result<Answered<Answer<Added>>, Problem> {
    let proof = Proof {
        answer: &given.credential.bytes(),
        browser: browser.as_ref(),
    };
    let sign_in = &deps.sign_in;
    let id = sign_in
        .add_passkey(token.as_ref(), proof, &given.name, &client)
        .await?;
    Ok(Answered(deps.cookie, Answer(Added::of(&id))))
}

async fn rename(
    _: FromOurPages,
    State(deps): State<Deps>,
    Presented(token): Presented,
    From(client): From,
    Json(given): Json<Rename>,
) -> Result<Answer<Okay>, Problem> {
    let id = passkey(&given.id)?;
    let sign_in = &deps.sign_in;
    sign_in
        .rename_passkey(token.as_ref(), &id, &given.name, &client)
        .await?;
    Ok(Answer(Okay::OKAY))
}

async fn remove(
    _: FromOurPages,
    State(deps): State<Deps>,
    Presented(token): Presented,
    From(client): From,
    Json(given): Json<Which>,
) -> Result<Answer<Okay>, Problem> {
    let id = passkey(&given.id)?;
    deps.sign_in
        .remove_passkey(token.as_ref(), &id, &client)
        .await?;
    Ok(Answer(Okay::OKAY))
}

/// A text that is no id is that of no passkey.
fn passkey(id: &str) -> Result<Vec<u8>, Problem> {
    let id = URL_SAFE_NO_PAD.decode(id);
    id.map_err(|_| Kind::PasskeyUnknown.into())
}

/// Until when what needs a fresh proof can be done.
#[derive(Serialize)]
pub(crate) struct Fresh {
    status: &'static str,
    fresh_until: u64,
}

impl Fresh {
    pub(crate) fn until(until: Timestamp) -> Self {
        Self {
            status: "okay",
            fresh_until: until.as_millis(),
        }
    }
}

#[derive(Serialize)]
struct Added {
    status: &'static str,
    id: String,
}

impl Added {
    fn of(id: &[u8]) -> Self {
        Self {
            status: "okay",
            id: URL_SAFE_NO_PAD.encode(id),
        }
    }
}

/// How a person can sign in. No secret, and no key, is in it.
#[derive(Serialize)]
struct WaysIn {
    status: &'static str,
    password: bool,
    totp: bool,
    codes_left: usize,
    passkeys: Vec<OnePasskey>,
    /// A second passkey or recovery codes should be made.
    nudge: bool,
}

#[derive(Serialize)]
struct OnePasskey {
    id: String,
    name: String,
    created: u64,
    last_used: Option<u64>,
    is_backed_up: bool,
}

impl WaysIn {
    fn of(account: &Account) -> Self {
        let ways = &account.ways;
        let passkeys = ways.passkeys.iter().map(|passkey| OnePasskey {
            id: URL_SAFE_NO_PAD.encode(&passkey.id),
            name: passkey.name.clone(),
            created: passkey.created.as_millis(),
            last_used: passkey.last_used.map(Timestamp::as_millis),
            is_backed_up: passkey.is_backed_up,
        });
        Self {
            status: "okay",
            password: account.password.is_some(),
            totp: ways.totp.as_ref().is_some_and(|totp| totp.is_confirmed),
            codes_left: ways.recovery_codes.len(),
            passkeys: passkeys.collect(),
            nudge: is_nudged(ways),
        }
    }
}
