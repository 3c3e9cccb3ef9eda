//! How a verification is told: the same on v1, v2 and the command line.

use axum::response::Response;
use browserid::{ExplainedStep, Identity, Json, Refusal};
use http::{HeaderName, HeaderValue};
use serde::Serialize;
use serde_json::Map;
use service::federation::Voice;
use service::verify::{Timing, Verified};

use crate::answer::Answer;
use crate::envelope::Facts;

/// What is written: the original's members in the original's order, `code` with a failure, `steps` if asked for.
#[derive(Debug, Serialize)]
#[serde(untagged)]
pub enum Report<'a> {
    /// It is them.
    Okay(Okay<'a>),
    /// It is not, or cannot be told.
    Failure(Failure),
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
    steps: Option<Vec<Step>>,
}

/// Members of a failure.
#[derive(Debug, Serialize)]
pub struct Failure {
    status: &'static str,
    code: &'static str,
    reason: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    steps: Option<Vec<Step>>,
}

/// One of the ordered steps.
#[derive(Debug, Serialize)]
pub struct Step {
    name: &'static str,
    okay: bool,
    #[serde(skip_serializing_if = "Map::is_empty")]
    facts: Map<String, Json>,
}

/// Tells `verified`, with its steps if it `is_explained`.
pub fn report(verified: &Verified, is_explained: bool) -> Report<'_> {
    let steps = is_explained.then(|| {
        let steps = verified.explanation.steps();
        steps.into_iter().map(Step::from).collect()
    });
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

    /// 200 in any case: the question was answered. The log learns the audience that was asked for, who vouched, and in a
    /// federation in which member's name.
    pub(crate) fn answer(self, audience: &Json, member: Option<&Voice>) -> Response {
        let mut facts = Facts {
            audience: audience
                .as_str()
                .filter(not_an_assertion)
                .map(str::to_owned),
            member: member.map(ToString::to_string),
            ..Facts::default()
        };
        match &self {
            Self::Okay(okay) => facts.issuer = Some(okay.issuer.to_owned()),
            Self::Failure(failure) => facts.code = Some(failure.code),
        }
        facts.attach(Answer(self))
    }
}

/// Callers confuse the two parameters, and an assertion must not reach a log. No origin has a tilde.
fn not_an_assertion(audience: &&str) -> bool {
    !audience.contains('~')
}

/// Where the time went, for the developer tools of browsers and for `curl -i`. Only together with steps: to everybody
/// else it would tell whether somebody has asked for this domain before.
pub(crate) fn server_timing(timing: Timing) -> (HeaderName, HeaderValue) {
    let text = format!(
        "discovery;dur={}, crypto;dur={}",
        milliseconds(timing.discovery_us),
        milliseconds(timing.crypto_us)
    );
    // Digits and punctuation always make a header's value.
    let value = HeaderValue::try_from(text).unwrap_or(HeaderValue::from_static(""));
    (HeaderName::from_static("server-timing"), value)
}

fn milliseconds(us: u64) -> String {
    format!("{}.{:03}", us / 1000, us % 1000)
}

fn okay(identity: &Identity, steps: Option<Vec<Step>>) -> Okay<'_> {
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

fn failure(refusal: &Refusal, steps: Option<Vec<Step>>) -> Failure {
    Failure {
        status: "failure",
        code: refusal.code().as_str(),
        reason: refusal.server_reason(),
        steps,
    }
}

impl From<ExplainedStep> for Step {
    fn from(step: ExplainedStep) -> Self {
        Self {
            name: step.name,
            okay: step.okay,
            facts: step.facts,
        }
    }
}
