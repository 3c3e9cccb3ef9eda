//! What was done, for people who want to know: kept as it came while verifying, put into words only when asked for.

mod facts;

use serde_json::Map;

use crate::{DiscoveryError, Domain, Heard, Json, PublicKey, certificate::IssuerClaim};

use super::Seen;
use super::proof::{Circumstances, Parts};
use super::refusal::Refusal;

/// One step. `name` is stable; `facts` are small and about what was sent and answered only: never the assertion itself,
/// a certificate or a signature.
#[derive(Clone, Debug, PartialEq)]
pub struct ExplainedStep {
    /// What was looked at: `parsed`, `identity`, `federation` (where there is one), `discovery` (one for each host heard), `key`, `clock`, `certificate`,
    /// `signature` (the assertion's), `assertion`, `audience`, `authority`, in this order.
    pub name: &'static str,
    /// False for the step that refused, which is the last; it has `code`, `reason`, `fault` and `advice` among its facts.
    pub okay: bool,
    /// What was seen. Times are in milliseconds, relative to the moment of the verification unless it says otherwise.
    pub facts: Map<String, Json>,
}

/// How a verification came to its outcome. Holds what was sent and heard; words are made by [`steps`](Self::steps).
#[derive(Debug)]
pub struct Explanation {
    circumstances: Circumstances,
    journal: Journal,
    /// None if what was sent has the wrong shape.
    parts: Option<Parts>,
    refusal: Option<Refusal>,
}

/// What is noted on the way.
#[derive(Debug, Default)]
pub(super) struct Journal {
    hops: Vec<Hop>,
    /// Why, for each of the authority's keys that was tried before one fitted.
    pub(super) refused_keys: Vec<Refusal>,
    stage: Stage,
    /// Were the authority's keys tried? Not if the issuer is a stranger.
    tried_keys: bool,
    /// The certified one.
    pub(super) user_key: Option<PublicKey>,
}

/// One host's answer.
#[derive(Debug)]
struct Hop {
    /// What it showed to be wrong, if it did.
    error: Option<DiscoveryError>,
    heard: Heard,
}

/// How far it came.
#[derive(Clone, Copy, Debug, Default, Eq, Ord, PartialEq, PartialOrd)]
pub(super) enum Stage {
    #[default]
    Parsed,
    Identity,
    Federation,
    Discovery,
    Key,
    Certificate,
    Signature,
    Assertion,
    Audience,
    Authority,
}

impl Journal {
    pub(super) fn reach(&mut self, stage: Stage) {
        self.tried_keys |= stage == Stage::Key;
        self.stage = stage;
    }
}

impl Explanation {
    pub(super) fn new(circumstances: Circumstances) -> Self {
        Self {
            circumstances,
            journal: Journal::default(),
            parts: None,
            refusal: None,
        }
    }

    pub(super) fn parsed(&mut self, parts: Parts) -> Seen<'_> {
        Seen {
            circumstances: &self.circumstances,
            journal: &mut self.journal,
            parts: self.parts.insert(parts),
        }
    }

    /// None if there is no bundle on whose behalf anybody could be heard.
    pub(super) fn heard(
        &mut self,
        heard: &Heard,
        error: Option<DiscoveryError>,
    ) -> Option<Seen<'_>> {
        let parts = self.parts.as_ref()?;
        let heard = heard.clone();
        self.journal.hops.push(Hop { error, heard });
        self.journal.reach(Stage::Discovery);
        Some(Seen {
            circumstances: &self.circumstances,
            journal: &mut self.journal,
            parts,
        })
    }

    pub(super) fn failed(&mut self, refusal: Refusal) -> Refusal {
        self.refusal = Some(refusal.clone());
        refusal
    }

    /// Who certified it, says the certificate; nobody may have checked that. None if there is no bundle.
    pub fn claimed_issuer(&self) -> Option<&Domain> {
        match self.parts.as_ref()?.issuer() {
            IssuerClaim::Named(issuer) => Some(issuer),
            IssuerClaim::Absent(_) | IssuerClaim::Malformed(_) => None,
        }
    }

    /// What was done, in order. If it was refused, the last step is the one that refused, and the only one that is not
    /// okay.
    pub fn steps(&self) -> Vec<ExplainedStep> {
        let mut steps = vec![step("parsed", facts::parsed(self.parts.as_ref()))];
        if let Some(parts) = &self.parts {
            steps.push(step("identity", facts::identity(parts)));
            if let Some(federation) = &self.circumstances.federation {
                let facts = facts::federation(parts, federation, self.circumstances.now);
                steps.push(step("federation", facts));
            }
            self.add_search(&mut steps);
            self.add_proof(parts, &mut steps);
        }
        if let (Some(refusal), Some(last)) = (&self.refusal, steps.last_mut()) {
            last.okay = false;
            last.facts.append(&mut facts::refusal(refusal));
        }
        steps
    }

    fn add_search(&self, steps: &mut Vec<ExplainedStep>) {
        let ended_here = self.journal.stage == Stage::Discovery && self.refusal.is_some();
        let mut hops = self.journal.hops.iter().peekable();
        while let Some(hop) = hops.next() {
            let next = hops.peek().map(|next| &next.heard);
            let is_last_word = ended_here && next.is_none();
            let error = hop.error.as_ref().filter(|_| !is_last_word);
            steps.push(step("discovery", facts::hop(&hop.heard, error, next)));
        }
    }

    fn add_proof(&self, parts: &Parts, steps: &mut Vec<ExplainedStep>) {
        let stage = self.journal.stage;
        let authority = self.journal.hops.last().map(|hop| &hop.heard);
        if self.journal.tried_keys {
            let fits = stage > Stage::Key;
            let facts = facts::keys(authority, &self.journal.refused_keys, fits);
            steps.push(step("key", facts));
        }
        let reached = |wanted: Stage| stage >= wanted;
        if reached(Stage::Certificate) {
            let facts = facts::clock(parts, self.circumstances.now, authority);
            steps.push(step("clock", facts));
            let asked = authority.filter(|_| self.journal.tried_keys);
            let facts = facts::certificate(asked, self.circumstances.now);
            steps.push(step("certificate", facts));
        }
        if reached(Stage::Signature) {
            let facts = facts::signature(self.journal.user_key.as_ref());
            steps.push(step("signature", facts));
        }
        if reached(Stage::Assertion) {
            steps.push(step("assertion", Map::new()));
        }
        if reached(Stage::Audience) {
            let facts = facts::audience(parts, &self.circumstances.audience);
            steps.push(step("audience", facts));
        }
        if reached(Stage::Authority) {
            let facts = facts::authority(parts, authority, self.refusal.as_ref());
            steps.push(step("authority", facts));
        }
    }
}

fn step(name: &'static str, facts: Map<String, Json>) -> ExplainedStep {
    ExplainedStep {
        name,
        okay: true,
        facts,
    }
}
