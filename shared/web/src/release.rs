//! `/persona/panic/release`, and where that gives its challenge.

use axum::Router;
use axum::extract::State;
use axum::routing::post;
use serde::Deserialize;
use service::passkeys::Proof;
use service::secret::{Password, Token};
use service::sign_in::Typed;

use crate::answer::Answer;
use crate::client::From;
use crate::cookie::PresentedCeremony;
use crate::guard::FromOurPages;
use crate::passkeys::{Answered, Challenged, Credential};
use crate::problem::{Kind, Problem};
use crate::request::{Json, Shape};
use crate::session::Okay;
use crate::sign_in::Deps;

/// The routes, without headers, log and fallbacks.
pub(crate) fn routes() -> Router<Deps> {
    Router::new()
        .route("/persona/panic/release", post(release))
        .route("/persona/panic/release/challenge", post(challenge))
}

async fn challenge(
    _: FromOurPages,
    State(deps): State<Deps>,
    From(client): From,
    Json(given): Json<Link>,
) -> Result<Challenged, Problem> {
    let token = link(&given.token)?;
    let challenge = deps.sign_in.challenge_to_release(&token, &client).await?;
    Ok(Challenged(deps.cookie, challenge))
}

/// By a passkey, or by a password where its owner has no passkey.
async fn release(
    _: FromOurPages,
    State(deps): State<Deps>,
    PresentedCeremony(browser): PresentedCeremony,
    From(client): From,
    Json(given): Json<Release>,
) -> Result<Answered<Answer<Okay>>, Problem> {
    let sign_in = &deps.sign_in;
    match given {
        Release::Passkey { credential, token } => {
            let token = link(&token)?;
            let proof = Proof {
                answer: &credential.bytes(),
                browser: browser.as_ref(),
            };
            sign_in.release_with_passkey(&token, proof, &client).await?;
        }
        Release::Password {
            email,
            password,
            token,
            totp,
        } => {
            let token = link(&token)?;
            let typed = Typed::new(Password::new(password), totp);
            sign_in
                .release_with_password(&token, &email, typed, &client)
                .await?;
        }
    }
    Ok(Answered(deps.cookie, Answer(Okay::OKAY)))
}

/// A text that no link of ours can hold is an unknown link.
fn link(text: &str) -> Result<Token, Problem> {
    Token::parse(text).ok_or_else(|| Kind::ReleaseInvalid.into())
}

#[derive(Deserialize)]
struct Link {
    token: String,
}

impl Shape for Link {
    const EXPECTED: &'static str = "the body must be an object with `token`, a text";
}

#[derive(Deserialize)]
#[serde(untagged)]
enum Release {
    Passkey {
        credential: Credential,
        token: String,
    },
    Password {
        email: String,
        password: String,
        token: String,
        #[serde(default)]
        totp: Option<String>,
    },
}

impl Shape for Release {
    const EXPECTED: &'static str = "the body must be an object with `token`, a text, and `credential`, an object, or `email` and `password`, both text";
}
