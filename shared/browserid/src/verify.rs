//! Verifying a backed assertion, without I/O. The order is part of the contract (PROTOCOL §5.1, PRODUCT rule 3):
//!
//! 1. Take the bundle apart: certificate, assertion; every part must be a signed object, the issuer a host name.
//! 2. Find the authority: for a trusted issuer that issuer itself; otherwise the authority for the address's domain, or
//!    the fallback if that domain says that it has no support. Nobody else is ever asked, whatever the certificate says.
//! 3. The certificate: algorithm and signature with one of the authority's keys, `iat`, `exp`, its key.
//! 4. The assertion: algorithm and signature with that key, `iat`, `exp`.
//! 5. There is one certificate.
//! 6. The audience is the site that asks.
//! 7. The issuer is the authority (or a trusted one), and the address is one.
//!
//! The first that fails is the refusal. Without an authority's word on the issuer (it is a stranger), the signature in
//! step 3 cannot be checked and need not be: the other steps run, and the last one refuses.

mod explain;
mod identity;
mod proof;
mod refusal;

use std::sync::OnceLock;

use crate::{
    Answer, Authority, Discovery, DiscoveryError, DiscoveryRules, Domain, Heard, Json, Question,
    Reading, Timestamp,
    bundle::BackedAssertion,
    certificate::{EmailClaim, IssuerClaim},
};

pub use explain::ExplainedStep;
pub use identity::Identity;
pub use refusal::{Part, Refusal};

use explain::{Fact, Journal};
use proof::{Circumstances, Parts, Proof};

/// What this verifier accepts.
#[derive(Clone, Debug)]
pub struct Policy {
    /// Fallback, hops, hosts, content type.
    pub discovery: DiscoveryRules,
    /// Issuers that may certify anyone. Compared as whole names.
    pub trusted_issuers: Vec<String>,
    /// Refuse everything below RSA 2048 (2047 bits pass), so all DSA too.
    pub strong_keys: bool,
}

/// One verification, without I/O: ask [`question`](Self::question), give it [`answer`](Self::answer), until there is an
/// [`outcome`](Self::outcome). Asks nothing at all if what was sent has the wrong shape, and never more than
/// [`Discovery`] does.
#[derive(Debug)]
pub struct Verification {
    journal: Journal,
    state: State,
    steps: OnceLock<Vec<ExplainedStep>>,
}

#[derive(Debug)]
enum State {
    Asking(Box<Pending>),
    Done(Box<Result<Identity, Refusal>>),
}

/// A verification that waits for an answer.
#[derive(Debug)]
struct Pending {
    circumstances: Circumstances,
    discovery: Discovery,
    fallback: Option<Domain>,
    is_trusted: bool,
    parts: Parts,
}

impl Verification {
    /// `assertion` and `audience` as the caller sent them: any JSON value, what is no text is refused as the reference
    /// does. `now` is the one moment at which everything must hold.
    pub fn start(assertion: &Json, audience: &Json, policy: &Policy, now: Timestamp) -> Self {
        let mut journal = Journal::default();
        let state = match take_apart(assertion, policy, &mut journal) {
            Ok(parts) => begin(parts, audience, policy, now, &mut journal),
            Err(refusal) => State::Done(Box::new(Err(refusal))),
        };
        Self {
            journal,
            state,
            steps: OnceLock::new(),
        }
    }

    /// The question to answer next, or None when it is done.
    pub fn question(&self) -> Option<Question> {
        match &self.state {
            State::Asking(pending) => pending.discovery.question(),
            State::Done(_) => None,
        }
    }

    /// Answers [`question`](Self::question) with what came back now. Without a question nothing happens.
    pub fn answer(&mut self, answer: Answer) {
        if let (State::Asking(pending), Some(question)) = (&self.state, self.question()) {
            let reading = Reading::of(&question, answer, pending.discovery.rules());
            self.hear(&reading.into());
        }
    }

    /// Answers [`question`](Self::question) with what was read by the same rules, now or before. Without a question
    /// nothing happens.
    pub fn hear(&mut self, heard: &Heard) {
        let State::Asking(pending) = &mut self.state else {
            return;
        };
        self.steps = OnceLock::new();
        explain::hop(&mut self.journal, &mut pending.discovery, heard);
        if let Some(found) = pending.discovery.outcome() {
            let outcome = pending.conclude(found, &mut self.journal);
            self.state = State::Done(Box::new(outcome));
        }
    }

    /// Some once [`question`](Self::question) is None.
    pub fn outcome(&self) -> Option<&Result<Identity, Refusal>> {
        match &self.state {
            State::Asking(_) => None,
            State::Done(outcome) => Some(outcome),
        }
    }

    /// What was done, in order, for `explain`: `parsed`, `identity`, `discovery` (one for each host asked), `key`,
    /// `certificate`, `assertion`, `audience`, `authority`. The last one that is there says why it failed.
    pub fn steps(&self) -> &[ExplainedStep] {
        self.steps.get_or_init(|| self.journal.steps())
    }
}

/// Step 1.
fn take_apart(assertion: &Json, policy: &Policy, journal: &mut Journal) -> Result<Parts, Refusal> {
    let parts = BackedAssertion::parse(assertion, policy.discovery.hosts)
        .map_err(Refusal::Bundle)
        .and_then(Parts::new);
    let facts = match &parts {
        Ok(parts) => vec![
            (
                "certificates",
                Fact::Number(1 + parts.further_certificates.len() as u64),
            ),
            (
                "certificate_algorithm",
                Fact::of(parts.first_certificate.algorithm()),
            ),
            ("assertion_algorithm", Fact::of(parts.assertion.algorithm())),
        ],
        Err(_) => vec![],
    };
    journal.note("parsed", facts, parts.as_ref().err());
    parts
}

/// Step 2: whom to ask.
fn begin(
    parts: Parts,
    audience: &Json,
    policy: &Policy,
    now: Timestamp,
    journal: &mut Journal,
) -> State {
    let trusted = parts.issuer_in(&policy.trusted_issuers).cloned();
    let principal = parts.principal().cloned();
    journal.note(
        "identity",
        vec![
            ("email", Fact::of(parts.email().map(|email| email.as_str()))),
            ("issuer", Fact::of(Some(parts.issuer().as_str()))),
            ("issuer_is_trusted", Fact::Truth(trusted.is_some())),
        ],
        None,
    );
    let circumstances = Circumstances {
        audience: audience.clone(),
        now,
        strong_keys: policy.strong_keys,
    };
    let is_trusted = trusted.is_some();
    let discovery = match (trusted, principal) {
        (Some(issuer), principal) => {
            let principal = principal.unwrap_or_else(|| issuer.clone());
            Discovery::start_at(issuer, principal, &policy.discovery)
        }
        (None, Some(principal)) => Discovery::start(principal, &policy.discovery),
        (None, None) => {
            let refusal = match parts.email_claim() {
                EmailClaim::Malformed => Refusal::EmailMalformed,
                _ => Refusal::EmailMissing,
            };
            let refusal = Proof::refute(&parts, &circumstances, journal).unwrap_or_else(|| {
                journal.note("authority", vec![], Some(&refusal));
                refusal
            });
            return State::Done(Box::new(Err(refusal)));
        }
    };
    State::Asking(Box::new(Pending {
        circumstances,
        discovery,
        fallback: policy.discovery.fallback.clone(),
        is_trusted,
        parts,
    }))
}

impl Pending {
    /// Steps 3 to 7.
    fn conclude(
        &self,
        found: &Result<Authority, DiscoveryError>,
        journal: &mut Journal,
    ) -> Result<Identity, Refusal> {
        match found {
            Ok(authority) if self.issuer_was_asked() => {
                let proof = Proof::find(
                    &self.parts,
                    authority.support().keys(),
                    &self.circumstances,
                    journal,
                )?;
                let outcome = if self.is_trusted {
                    self.identity_from_trusted_issuer(proof)
                } else {
                    self.identity_from_authority(proof, authority)
                };
                self.note_authority(journal, Some(authority.domain()), outcome.as_ref().err());
                outcome
            }
            Ok(authority) => Err(self.refuse_stranger(Some(authority.domain()), journal)),
            Err(error) if self.issuer_was_asked() || self.issuer_is_fallback() => {
                Err(Refusal::Discovery(error.clone()))
            }
            Err(_) => Err(self.refuse_stranger(self.fallback.as_ref(), journal)),
        }
    }

    /// The issuer is the address's domain, its fallback, or one that the search passed through. A certificate without
    /// an issuer counts as its domain's own, as in the reference, until the last step.
    fn issuer_was_asked(&self) -> bool {
        match self.parts.issuer() {
            IssuerClaim::Named(issuer) => self.discovery.has_asked(issuer),
            IssuerClaim::Absent(_) | IssuerClaim::Malformed(_) => true,
        }
    }

    fn issuer_is_fallback(&self) -> bool {
        matches!((self.parts.issuer(), &self.fallback), (IssuerClaim::Named(issuer), Some(fallback)) if issuer == fallback)
    }

    fn identity_from_trusted_issuer(&self, proof: Proof<'_>) -> Result<Identity, Refusal> {
        match self.parts.email_claim() {
            EmailClaim::Malformed => Err(Refusal::TrustedIssuerEmailMalformed),
            _ => Ok(Identity::new(proof)),
        }
    }

    fn identity_from_authority(
        &self,
        proof: Proof<'_>,
        authority: &Authority,
    ) -> Result<Identity, Refusal> {
        match self.parts.issuer() {
            IssuerClaim::Named(issuer) if issuer == authority.domain() => Ok(Identity::new(proof)),
            _ => Err(self.untrusted(Some(authority.domain()))),
        }
    }

    /// Nothing was fetched from the issuer, so its signature stays unchecked. What else is wrong goes first.
    fn refuse_stranger(&self, expected: Option<&Domain>, journal: &mut Journal) -> Refusal {
        Proof::refute(&self.parts, &self.circumstances, journal).unwrap_or_else(|| {
            let refusal = self.untrusted(expected);
            self.note_authority(journal, expected, Some(&refusal));
            refusal
        })
    }

    fn untrusted(&self, expected: Option<&Domain>) -> Refusal {
        Refusal::UntrustedIssuer {
            expected: expected.cloned(),
            issuer: self.parts.issuer().as_str().to_owned(),
        }
    }

    fn note_authority(
        &self,
        journal: &mut Journal,
        authority: Option<&Domain>,
        refusal: Option<&Refusal>,
    ) {
        journal.note(
            "authority",
            vec![
                ("authority", Fact::of(authority.map(Domain::as_str))),
                ("issuer", Fact::of(Some(self.parts.issuer().as_str()))),
                ("issuer_is_trusted", Fact::Truth(self.is_trusted)),
            ],
            refusal,
        );
    }
}

#[cfg(test)]
mod tests;
