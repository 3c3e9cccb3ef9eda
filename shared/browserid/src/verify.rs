//! Verifying a backed assertion, without I/O. The order is part of the contract (PROTOCOL §5.1, PRODUCT rule 3):
//!
//! 1. Take the bundle apart: certificate, assertion; every part must be a signed object, the issuer a host name.
//! 2. Find the authority: for a trusted issuer that issuer itself; otherwise the authority for the address's domain, or
//!    the fallback if that domain says that it has no support. Nobody else is ever asked, whatever the certificate says.
//!    In a federation: the issuer, if the member list names it for the address's domain; else nobody at all.
//! 3. The certificate: algorithm and signature with one of the authority's keys, `iat`, `exp`, the authority's
//!    `not-before`, its key.
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

use std::sync::Arc;

use crate::{
    Answer, Authority, Discovery, DiscoveryError, DiscoveryRules, Domain, Federation,
    FederationRefusal, Heard, Json, KeyStrength, Question, Reading, Timestamp,
    bundle::BackedAssertion,
    certificate::{EmailClaim, IssuerClaim},
};

pub use explain::{ExplainedStep, Explanation};
pub use identity::Identity;
pub use refusal::{Part, Refusal};

use explain::{Journal, Stage};
use proof::{Circumstances, Parts, Proof};

/// What this verifier accepts.
#[derive(Clone, Debug)]
pub struct Policy {
    /// Fallback, hops, hosts, content type.
    pub discovery: DiscoveryRules,
    /// Whose members alone may certify, each for its own domains: then neither fallback nor trusted issuers count. None:
    /// whoever discovery finds.
    pub federation: Option<Arc<Federation>>,
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
    explanation: Explanation,
    state: State,
}

#[derive(Debug)]
enum State {
    Asking(Box<Search>),
    Done(Box<Result<Identity, Refusal>>),
}

/// The search for whoever speaks for the address.
#[derive(Debug)]
struct Search {
    discovery: Discovery,
    fallback: Option<Domain>,
    /// Who is asked, in a federation.
    member: Option<Asked>,
}

/// A member that may speak for the address's domain.
#[derive(Debug)]
struct Asked {
    issuer: Domain,
    /// Which of its keys count.
    strength: KeyStrength,
}

impl Verification {
    /// `assertion` and `audience` as the caller sent them: any JSON value, what is no text is refused as the reference
    /// does. `now` is the one moment at which everything must hold.
    pub fn start(assertion: &Json, audience: &Json, policy: &Policy, now: Timestamp) -> Self {
        let circumstances = Circumstances {
            audience: audience.clone(),
            federation: policy.federation.clone(),
            now,
            strong_keys: policy.strong_keys,
        };
        let mut explanation = Explanation::new(circumstances);
        let state = match take_apart(assertion, policy) {
            Ok(parts) => begin(explanation.parsed(parts), policy),
            Err(refusal) => Err(refusal),
        };
        let state = match state {
            Ok(search) => State::Asking(Box::new(search)),
            Err(refusal) => State::Done(Box::new(Err(explanation.failed(refusal)))),
        };
        Self { explanation, state }
    }

    /// The question to answer next, or None when it is done.
    pub fn question(&self) -> Option<Question> {
        match &self.state {
            State::Asking(search) => search.discovery.question(),
            State::Done(_) => None,
        }
    }

    /// Answers [`question`](Self::question) with what came back now. Without a question nothing happens.
    pub fn answer(&mut self, answer: Answer) {
        if let (State::Asking(search), Some(question)) = (&self.state, self.question()) {
            let reading = Reading::of(&question, answer, search.discovery.rules());
            self.hear(&reading.into());
        }
    }

    /// Answers [`question`](Self::question) with what was read by the same rules, now or before. Without a question
    /// nothing happens.
    pub fn hear(&mut self, heard: &Heard) {
        let State::Asking(search) = &mut self.state else {
            return;
        };
        let error = search.hear(heard);
        let Some(seen) = self.explanation.heard(heard, error) else {
            return;
        };
        if let Some(found) = search.discovery.outcome() {
            let outcome = search.conclude(found, seen);
            let outcome = outcome.map_err(|refusal| self.explanation.failed(refusal));
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

    /// The outcome and what led to it; None while there is a [`question`](Self::question).
    pub fn finish(self) -> Option<(Result<Identity, Refusal>, Explanation)> {
        match self.state {
            State::Asking(_) => None,
            State::Done(outcome) => Some((*outcome, self.explanation)),
        }
    }

    /// What was done so far: [`Explanation::steps`].
    pub fn steps(&self) -> Vec<ExplainedStep> {
        self.explanation.steps()
    }
}

/// A bundle that has the right shape, under which it must hold, and what is noted of it.
struct Seen<'a> {
    circumstances: &'a Circumstances,
    journal: &'a mut Journal,
    parts: &'a Parts,
}

/// Step 1.
fn take_apart(assertion: &Json, policy: &Policy) -> Result<Parts, Refusal> {
    let trusted = match &policy.federation {
        None => policy.trusted_issuers.as_slice(),
        Some(_) => &[],
    };
    BackedAssertion::parse(assertion, policy.discovery.hosts)
        .map_err(Refusal::Bundle)
        .and_then(|bundle| Parts::new(bundle, trusted))
}

/// Step 2: whom to ask.
fn begin(seen: Seen<'_>, policy: &Policy) -> Result<Search, Refusal> {
    seen.journal.reach(Stage::Identity);
    if let Some(federation) = &policy.federation {
        return begin_among_members(seen, federation, policy);
    }
    let parts = seen.parts;
    let discovery = match (parts.trusted_issuer(), parts.principal()) {
        (Some(issuer), principal) => {
            let principal = principal.unwrap_or(issuer).clone();
            Discovery::start_at(issuer.clone(), principal, &policy.discovery)
        }
        (None, Some(principal)) => Discovery::start(principal.clone(), &policy.discovery),
        (None, None) => return Err(refute(seen, without_email(parts))),
    };
    Ok(Search {
        discovery,
        fallback: policy.discovery.fallback.clone(),
        member: None,
    })
}

fn without_email(parts: &Parts) -> Refusal {
    match parts.email_claim() {
        EmailClaim::Malformed => Refusal::EmailMalformed,
        _ => Refusal::EmailMissing,
    }
}

/// Step 2 in a federation: the list has decided before anybody is asked. Without a list everybody is refused, and that is
/// said before all else; nothing that was sent is the matter.
fn begin_among_members(
    seen: Seen<'_>,
    federation: &Federation,
    policy: &Policy,
) -> Result<Search, Refusal> {
    let (now, parts) = (seen.circumstances.now, seen.parts);
    seen.journal.reach(Stage::Federation);
    let list = federation.list_at(now).map_err(Refusal::Federation)?;
    let Some(principal) = parts.principal() else {
        return Err(refute(seen, without_email(parts)));
    };
    match list.vouching(parts.issuer(), principal, now) {
        Ok(member) => {
            // The list names who speaks: an issuer that sends us on to another one is refused.
            let rules = DiscoveryRules {
                max_delegations: 0,
                ..policy.discovery.clone()
            };
            Ok(Search {
                discovery: Discovery::start_at(member.issuer.clone(), principal.clone(), &rules),
                fallback: None,
                member: Some(Asked {
                    issuer: member.issuer.clone(),
                    strength: member.keys,
                }),
            })
        }
        Err(refusal) => Err(refute(seen, Refusal::Federation(refusal))),
    }
}

/// The issuer's signature stays unchecked, because nobody was found who could confirm it. What else is wrong goes first.
fn refute(seen: Seen<'_>, refusal: Refusal) -> Refusal {
    let Seen {
        circumstances,
        journal,
        parts,
    } = seen;
    Proof::refute(parts, circumstances, journal).unwrap_or_else(|| {
        journal.reach(Stage::Authority);
        refusal
    })
}

impl Search {
    /// What this answer showed to be wrong, if it did.
    fn hear(&mut self, heard: &Heard) -> Option<DiscoveryError> {
        let failed_before = self.discovery.first_error().is_some();
        self.discovery.hear(&heard.reading);
        match self.discovery.outcome() {
            Some(outcome) => outcome.as_ref().err().cloned(),
            None if failed_before => None,
            None => self.discovery.first_error().cloned(),
        }
    }

    /// Steps 3 to 7.
    fn conclude(
        &self,
        found: &Result<Authority, DiscoveryError>,
        seen: Seen<'_>,
    ) -> Result<Identity, Refusal> {
        let parts = seen.parts;
        if let (Some(member), Err(error)) = (&self.member, found) {
            return Err(member.did_not_answer(error));
        }
        match found {
            Ok(authority) if self.was_asked(parts.issuer()) => {
                let strength = self.member.as_ref().map(|member| member.strength);
                let support = authority.support();
                let proof =
                    Proof::find(parts, support, strength, seen.circumstances, seen.journal)?;
                seen.journal.reach(Stage::Authority);
                if parts.trusted_issuer().is_some() {
                    identity_from_trusted_issuer(parts, proof)
                } else {
                    identity_from_authority(parts, proof, authority)
                }
            }
            Ok(authority) => Err(refute(seen, untrusted(parts, Some(authority.domain())))),
            Err(error) if self.was_asked(parts.issuer()) || self.is_fallback(parts.issuer()) => {
                Err(Refusal::Discovery(error.clone()))
            }
            Err(_) => Err(refute(seen, untrusted(parts, self.fallback.as_ref()))),
        }
    }

    /// The issuer is the address's domain, its fallback, or one that the search passed through. A certificate without
    /// an issuer counts as its domain's own, as in the reference, until the last step.
    fn was_asked(&self, issuer: &IssuerClaim) -> bool {
        match issuer {
            IssuerClaim::Named(issuer) => self.discovery.has_asked(issuer),
            IssuerClaim::Absent(_) | IssuerClaim::Malformed(_) => true,
        }
    }

    fn is_fallback(&self, issuer: &IssuerClaim) -> bool {
        matches!((issuer, &self.fallback), (IssuerClaim::Named(issuer), Some(fallback)) if issuer == fallback)
    }
}

impl Asked {
    fn did_not_answer(&self, error: &DiscoveryError) -> Refusal {
        match error {
            DiscoveryError::TooManyHops { .. } | DiscoveryError::Circular { .. } => {
                Refusal::Federation(FederationRefusal::MemberDelegates {
                    issuer: self.issuer.clone(),
                })
            }
            error => Refusal::Discovery(error.clone()),
        }
    }
}

fn identity_from_trusted_issuer(parts: &Parts, proof: Proof<'_>) -> Result<Identity, Refusal> {
    match parts.email_claim() {
        EmailClaim::Malformed => Err(Refusal::TrustedIssuerEmailMalformed),
        _ => Ok(Identity::new(proof)),
    }
}

fn identity_from_authority(
    parts: &Parts,
    proof: Proof<'_>,
    authority: &Authority,
) -> Result<Identity, Refusal> {
    match parts.issuer() {
        IssuerClaim::Named(issuer) if issuer == authority.domain() => Ok(Identity::new(proof)),
        _ => Err(untrusted(parts, Some(authority.domain()))),
    }
}

fn untrusted(parts: &Parts, expected: Option<&Domain>) -> Refusal {
    Refusal::UntrustedIssuer {
        expected: expected.cloned(),
        issuer: parts.issuer().as_str().to_owned(),
    }
}

#[cfg(test)]
mod tests;
