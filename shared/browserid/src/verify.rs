#![allow(missing_docs, clippy::todo, unused_variables, dead_code)]
use crate::{Answer, Code, DiscoveryRules, Domain, Email, Json, Question, Timestamp};
/// What this verifier accepts.
#[derive(Clone, Debug)]
pub struct Policy {
    /// Fallback, hops, hosts, content type.
    pub discovery: DiscoveryRules,
    /// Issuers that may certify anyone.
    pub trusted_issuers: Vec<String>,
    /// Refuse everything below RSA 2048 (2047 bits pass), so all DSA too.
    pub strong_keys: bool,
}
/// One verification, without I/O: ask, answer, until there is an outcome.
#[derive(Debug)]
pub struct Verification {}
impl Verification {
    /// `assertion` and `audience` as the caller sent them (any JSON value: non-strings are refused as the reference does).
    pub fn start(assertion: &Json, audience: &Json, policy: &Policy, now: Timestamp) -> Self {
        todo!()
    }
    pub fn question(&self) -> Option<Question> {
        todo!()
    }
    pub fn answer(&mut self, answer: Answer) {
        todo!()
    }
    pub fn outcome(&self) -> Option<&Result<Identity, Refusal>> {
        todo!()
    }
    /// What was done, in order, for `explain`.
    pub fn steps(&self) -> &[ExplainedStep] {
        todo!()
    }
}
/// Only Verification makes one.
#[derive(Clone, Debug, PartialEq)]
pub struct Identity {
    email: Option<Email>,
    audience: String,
    expires: Timestamp,
    issuer: String,
    idp_claims: serde_json::Map<String, Json>,
    user_claims: serde_json::Map<String, Json>,
}
impl Identity {
    pub fn email(&self) -> Option<&Email> {
        self.email.as_ref()
    }
    /// Exactly the string the caller sent.
    pub fn audience(&self) -> &str {
        &self.audience
    }
    pub fn expires(&self) -> Timestamp {
        self.expires
    }
    pub fn issuer(&self) -> &str {
        &self.issuer
    }
    pub fn idp_claims(&self) -> &serde_json::Map<String, Json> {
        &self.idp_claims
    }
    pub fn user_claims(&self) -> &serde_json::Map<String, Json> {
        &self.user_claims
    }
}
/// Why not: facts as fields; `code()` is ours, `reason()` (= Display) the reference's sentence.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Refusal {
    NotAString,
}
impl Refusal {
    pub fn code(&self) -> Code {
        todo!()
    }
    pub fn reason(&self) -> String {
        todo!()
    }
}
/// `name` is stable, `facts` small and about what was sent only.
#[derive(Clone, Debug, PartialEq)]
pub struct ExplainedStep {
    pub name: &'static str,
    pub okay: bool,
    pub facts: serde_json::Map<String, Json>,
}
