//! Finding the authority for a domain, as a state machine without I/O (PROTOCOL §1.1, §1.4, §1.8).

mod error;
mod media_type;
mod reading;
mod walk;

use std::sync::Arc;

use crate::{Domain, HostRule, Support};

pub use error::DiscoveryError;
pub use reading::{Freshness, Heard, Reading};

use walk::Walk;

/// How many domains may delegate one after the other, as in the reference.
pub const MAX_DELEGATIONS: usize = 5;

/// How discovery behaves; no default: each is a decision of the operator.
#[derive(Clone, Debug)]
pub struct DiscoveryRules {
    /// Who speaks for domains that say that they do not take part, and for those that say nothing.
    pub fallback: Option<Domain>,
    /// How many domains may delegate one after the other; usually [`MAX_DELEGATIONS`].
    pub max_delegations: usize,
    /// Which hosts may be an authority.
    pub hosts: HostRule,
    /// Refuse a document that only delegates if it is not served as `application/json` either.
    pub strict_content_type: bool,
}

/// `GET /.well-known/browserid?domain=<principal>` on `host`.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Question {
    /// Whom to ask.
    pub host: Domain,
    /// Whose authority is looked for; the same along the whole chain.
    pub principal: Domain,
}

/// What came back.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Answer {
    /// The host spoke HTTP. Redirects are not followed.
    Response {
        /// The status code.
        status: u16,
        /// The `Content-Type` header as sent.
        content_type: Option<String>,
        /// The body, decoded from its transfer coding.
        body: Vec<u8>,
    },
    /// It did not.
    Unreachable(Unreachable),
}

/// Why there was no response. `NoSuchHost` is an answer ("no support"); the others are trouble, on which no fallback
/// speaks: otherwise whoever can disturb a domain's network could hand its people to the fallback.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Unreachable {
    /// Refused, reset, or not HTTP.
    Connection,
    /// The address is not a public one.
    Forbidden,
    /// The name does not exist.
    NoSuchHost,
    /// No whole answer before the deadline.
    Timeout,
    /// The certificate is not trusted, or not the host's.
    Tls,
    /// More than `limit` bytes.
    TooLarge {
        /// The limit, in bytes.
        limit: usize,
    },
}

/// A discovery under way: ask [`question`](Self::question), give it [`answer`](Self::answer) (or what was read of one
/// before: [`hear`](Self::hear)), until there is an [`outcome`](Self::outcome). No host is asked twice, and at most
/// `max_delegations` + 1 hosts are asked, the fallback and whom it delegates to among them.
///
/// If the domain says "no support" (it is disabled, has no document, or a broken one, anywhere along its chain), the
/// fallback is asked in its place, with the same `principal`. If the domain is only in trouble (status 500 and above, no
/// connection, no answer in time), nobody speaks for it.
#[derive(Clone, Debug)]
pub struct Discovery {
    asked: Vec<Domain>,
    /// What the domain itself answered, while the fallback is asked.
    first_error: Option<DiscoveryError>,
    principal: Domain,
    rules: DiscoveryRules,
    state: State,
}

#[derive(Clone, Debug)]
enum State {
    Asking(Walk),
    Done(Result<Authority, DiscoveryError>),
}

impl Discovery {
    /// Looks for the authority for `principal`.
    pub fn start(principal: Domain, rules: &DiscoveryRules) -> Self {
        Self {
            asked: vec![principal.clone()],
            first_error: None,
            rules: rules.clone(),
            state: State::Asking(Walk::new(principal.clone())),
            principal,
        }
    }

    /// Looks for the keys of `host`, speaking for people of `principal`: how a trusted issuer is asked. Trust was put
    /// in that issuer, so no fallback answers in its place.
    pub fn start_at(host: Domain, principal: Domain, rules: &DiscoveryRules) -> Self {
        Self {
            asked: vec![host.clone()],
            first_error: None,
            principal,
            rules: DiscoveryRules {
                fallback: None,
                ..rules.clone()
            },
            state: State::Asking(Walk::new(host)),
        }
    }

    /// The question to answer next, or None when it is done.
    pub fn question(&self) -> Option<Question> {
        match &self.state {
            State::Asking(walk) => Some(Question {
                host: walk.host().clone(),
                principal: self.principal.clone(),
            }),
            State::Done(_) => None,
        }
    }

    /// Answers [`question`](Self::question). Without a question nothing happens.
    pub fn answer(&mut self, answer: Answer) {
        if let Some(question) = self.question() {
            self.hear(&Reading::of(&question, answer, &self.rules));
        }
    }

    /// Answers [`question`](Self::question) with what was read by the same rules. Without a question nothing happens; an
    /// answer to another one is none.
    pub fn hear(&mut self, reading: &Reading) {
        let Some(question) = self.question() else {
            return;
        };
        let State::Asking(walk) = &self.state else {
            return;
        };
        let walk = walk.clone();
        let next = if *reading.question() == question {
            walk.take(reading.said(), &self.rules)
        } else {
            let misplaced = DiscoveryError::Unreachable {
                host: question.host,
                why: Unreachable::Connection,
            };
            walk.take(&Err(misplaced), &self.rules)
        };
        match next {
            walk::Next::Ask(walk) => self.ask(walk),
            walk::Next::Found(authority) => self.state = State::Done(Ok(authority)),
            walk::Next::Failed(error) => self.fail(error),
        }
    }

    /// Some once [`question`](Self::question) is None.
    pub fn outcome(&self) -> Option<&Result<Authority, DiscoveryError>> {
        match &self.state {
            State::Asking(_) => None,
            State::Done(outcome) => Some(outcome),
        }
    }

    /// By which rules answers are read.
    pub(crate) fn rules(&self) -> &DiscoveryRules {
        &self.rules
    }

    /// True if `host` was asked already, or is being asked.
    pub(crate) fn has_asked(&self, host: &Domain) -> bool {
        self.asked.contains(host)
    }

    /// What the domain itself answered, while the fallback is asked in its place.
    pub(crate) fn first_error(&self) -> Option<&DiscoveryError> {
        self.first_error.as_ref()
    }

    /// A host that was asked on the way to the first failure cannot say anything new to the fallback's chain, and there
    /// is an end to how many are asked.
    fn ask(&mut self, walk: Walk) {
        let is_enough = self.asked.len() > self.rules.max_delegations;
        match self.first_error.take() {
            Some(error) if is_enough || self.asked.contains(walk.host()) => {
                self.state = State::Done(Err(error));
            }
            first_error => {
                self.first_error = first_error;
                self.asked.push(walk.host().clone());
                self.state = State::Asking(walk);
            }
        }
    }

    fn fail(&mut self, error: DiscoveryError) {
        match self.rules.fallback.take() {
            Some(fallback) if error.is_no_support() => {
                self.first_error = Some(error);
                self.ask(Walk::new(fallback));
            }
            _ => self.state = State::Done(Err(error)),
        }
    }
}

/// Who speaks for a domain, and with which keys. Only [`Discovery`] makes one.
#[derive(Clone, Debug, PartialEq)]
pub struct Authority {
    domain: Domain,
    chain: Vec<Domain>,
    support: Arc<Support>,
}

impl Authority {
    /// The last of the chain: the only issuer that is right.
    pub fn domain(&self) -> &Domain {
        &self.domain
    }

    /// From the domain (or the fallback in its place) along the delegations to the authority.
    pub fn chain(&self) -> &[Domain] {
        &self.chain
    }

    /// What the authority offers.
    pub fn support(&self) -> &Support {
        &self.support
    }
}

#[cfg(test)]
mod tests;
