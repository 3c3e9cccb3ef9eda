//! How a verification is told: the same on v1, v2 and the command line.

use axum::response::Response;
use browserid::{ExplainedStep, Identity, Json, Refusal};
use serde::Serialize;
use serde_json::Map;
use service::verify::Verified;

use crate::answer::Answer;
use crate::envelope::Facts;

/// What is written: the original's members in the original's order, `code` with a failure, `steps` if asked for.
#[derive(Debug, Serialize)]
#[serde(untagged)]
pub enum Report<'a> {
    /// It is them.
    Okay(Okay<'a>),
    /// It is not, or cannot be told.
    Failure(Failure<'a>),
}

/// Members of a success.
#[derive(Debug, Serialize)]
pub struct Okay<'a> {
    audience: &'a str,
    expires: u64,
    issuer: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    email: Option<&'a str>,
    #[serde(rename = "idpClaims", skip_serializing_if = "Map::is_empty")]
    idp_claims: &'a Map<String, Json>,
    #[serde(rename = "userClaims", skip_serializing_if = "Map::is_empty")]
    user_claims: &'a Map<String, Json>,
    #[serde(rename = "unverified-email", skip_serializing_if = "Option::is_none")]
    unverified_email: Option<&'a Json>,
    status: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    steps: Option<Vec<Step<'a>>>,
}

/// Members of a failure.
#[derive(Debug, Serialize)]
pub struct Failure<'a> {
    status: &'static str,
    code: &'static str,
    reason: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    steps: Option<Vec<Step<'a>>>,
}

/// One of the ordered steps.
#[derive(Debug, Serialize)]
pub struct Step<'a> {
    name: &'static str,
    okay: bool,
    #[serde(skip_serializing_if = "Map::is_empty")]
    facts: &'a Map<String, Json>,
}

/// Tells `verified`, with its steps if it `is_explained`.
pub fn report(verified: &Verified, is_explained: bool) -> Report<'_> {
    let steps = is_explained.then(|| verified.steps.iter().map(step).collect());
    match &verified.outcome {
        Ok(identity) => Report::Okay(okay(identity, steps)),
        Err(refusal) => Report::Failure(failure(refusal, steps)),
    }
}

impl<'a> Report<'a> {
    /// v1 with `experimental_allowUnverified`: the claim of that name stands at the top too.
    pub(crate) fn with_unverified_email(mut self) -> Self {
        if let Self::Okay(okay) = &mut self {
            let claims: &'a Map<String, Json> = okay.idp_claims;
            okay.unverified_email = claims.get("unverified-email");
        }
        self
    }

    /// 200 in any case: the question was answered. The log learns the audience that was asked for, and who vouched.
    pub(crate) fn answer(self, audience: &Json) -> Response {
        let mut facts = Facts {
            audience: audience.as_str().map(str::to_owned),
            ..Facts::default()
        };
        match &self {
            Self::Okay(okay) => facts.issuer = Some(okay.issuer.to_owned()),
            Self::Failure(failure) => facts.code = Some(failure.code),
        }
        facts.attach(Answer(self))
    }
}

fn okay<'a>(identity: &'a Identity, steps: Option<Vec<Step<'a>>>) -> Okay<'a> {
    Okay {
        audience: identity.audience(),
        expires: identity.expires().as_millis(),
        issuer: identity.issuer(),
        email: identity.email().map(|email| email.as_str()),
        idp_claims: identity.idp_claims(),
        user_claims: identity.user_claims(),
        unverified_email: None,
        status: "okay",
        steps,
    }
}

fn failure<'a>(refusal: &Refusal, steps: Option<Vec<Step<'a>>>) -> Failure<'a> {
    Failure {
        status: "failure",
        code: refusal.code().as_str(),
        reason: refusal.server_reason(),
        steps,
    }
}

fn step(step: &ExplainedStep) -> Step<'_> {
    Step {
        name: step.name,
        okay: step.okay,
        facts: &step.facts,
    }
}
