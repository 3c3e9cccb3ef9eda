//! Verifying an assertion: the loop around [`browserid::Verification`].

mod hearing;

use std::{borrow::Cow, sync::Arc};

use browserid::{
    Authority, DiscoveryError, Domain, Explanation, Federation, Identity, Json, Policy, Refusal,
    Verification,
};

use crate::discover::{discover, discover_among, discover_without_fallback};
use crate::documents::{Bounds, Documents};
use crate::federation::{Members, Voice};
use crate::ports::{Clock, SupportDocuments};

use hearing::{Hearing, may_be_outdated};

/// The operation and what it needs.
pub struct Verify {
    clock: Arc<dyn Clock>,
    documents: Documents,
    members: Option<Arc<Members>>,
    policy: Policy,
}

/// Which issuers may certify anyone, in one verification. Names are compared whole.
#[derive(Clone, Copy, Debug)]
pub enum Trusted<'a> {
    /// Those of the policy and these.
    Also(&'a [String]),
    /// Those of the policy that are among these: no more than the operator allows, and less if the caller wants less.
    AmongThose(&'a [String]),
    /// Those of the policy.
    ByPolicy,
}

/// How a verification ended, and the way there.
pub struct Verified {
    /// Who it is, or why not.
    pub outcome: Result<Identity, Refusal>,
    /// What was done, in order, for `explain`.
    pub explanation: Explanation,
    /// In whose name it came, where [members](Verify::with_members) alone are believed.
    pub member: Option<Voice>,
    /// How long it took.
    pub timing: Timing,
}

/// Where the time of a verification went, in microseconds.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Timing {
    /// Reading what was sent, signatures, comparing: all that is done here.
    pub crypto_us: u64,
    /// Hearing what domains say, from the network or from memory.
    pub discovery_us: u64,
}

impl Verify {
    /// `network` are other domains' support documents; the deadline of a whole verification is its business. `policy` is
    /// what this verifier accepts, `bounds` how much of what domains say it keeps.
    pub fn new(
        clock: Arc<dyn Clock>,
        network: Arc<dyn SupportDocuments>,
        policy: Policy,
        bounds: Bounds,
    ) -> Self {
        Self {
            clock,
            documents: Documents::new(network, policy.discovery.clone(), bounds),
            members: None,
            policy,
        }
    }

    /// The same, believing `members` alone, as listed at the moment of each verification. Fallback, trusted issuers and
    /// federation of the policy then count for nothing.
    #[must_use]
    pub fn with_members(self, members: Arc<Members>) -> Self {
        Self {
            members: Some(members),
            ..self
        }
    }

    /// What time it is.
    pub fn clock(&self) -> &Arc<dyn Clock> {
        &self.clock
    }

    /// What this verifier accepts.
    pub fn policy(&self) -> &Policy {
        &self.policy
    }

    /// Who speaks for `principal`.
    pub async fn discover(&self, principal: Domain) -> Result<Authority, DiscoveryError> {
        let clock = self.clock.as_ref();
        match self.federation().await {
            None => discover(&self.documents, clock, principal).await,
            Some(federation) => {
                discover_among(&federation, &self.documents, clock, principal).await
            }
        }
    }

    /// Whether `principal` speaks for itself, whatever fallback there is. Hosts that said lately what they say are not
    /// asked again.
    pub async fn discover_without_fallback(
        &self,
        principal: Domain,
    ) -> Result<Authority, DiscoveryError> {
        if self.has_list() {
            // There is no fallback in a federation.
            return self.discover(principal).await;
        }
        discover_without_fallback(&self.documents, self.clock.as_ref(), principal).await
    }

    /// Verifies `assertion` for `audience`, both as the caller sent them. `trusted` says which issuers may certify
    /// anyone in this one verification.
    ///
    /// Nothing is fetched that the outcome does not need. After a refusal that rests on what was kept, hosts are asked once
    /// more, and if one of them says something else the verification is done a second time: at most twice the signatures,
    /// and at most twice the hosts of a walk, within the time of one.
    pub async fn run(&self, assertion: &Json, audience: &Json, trusted: Trusted<'_>) -> Verified {
        let mut policy = self.policy_with(trusted);
        if self.members.is_some() {
            policy.to_mut().federation = self.federation().await;
        }
        let begun_us = self.clock.elapsed_us();
        let started = self.clock.now();
        let start = || Verification::start(assertion, audience, &policy, started);
        let mut hearing = Hearing::new(self.clock.as_ref(), &self.documents, started);
        let mut verification = start();
        hearing.answer_all(&mut verification).await;
        let refusal = verification
            .outcome()
            .and_then(|outcome| outcome.as_ref().err());
        if refusal.is_some_and(may_be_outdated) && hearing.look_again().await {
            verification = start();
            hearing.answer_all(&mut verification).await;
        }
        let discovery_us = hearing.took_us();
        #[expect(
            clippy::expect_used,
            reason = "the loop ends when there is no question"
        )]
        let (outcome, explanation) = verification
            .finish()
            .expect("a verification without a question has an outcome");
        let member = self
            .members
            .as_ref()
            .map(|members| members.count(explanation.claimed_issuer(), outcome.as_ref().err()));
        let whole_us = self.clock.elapsed_us().saturating_sub(begun_us);
        Verified {
            outcome,
            explanation,
            member,
            timing: Timing {
                crypto_us: whole_us.saturating_sub(discovery_us),
                discovery_us,
            },
        }
    }

    fn has_list(&self) -> bool {
        self.members.is_some() || self.policy.federation.is_some()
    }

    /// Whom to believe now, if a list says so.
    async fn federation(&self) -> Option<Arc<Federation>> {
        match &self.members {
            Some(members) => Some(members.current().await),
            None => self.policy.federation.clone(),
        }
    }

    fn policy_with(&self, trusted: Trusted<'_>) -> Cow<'_, Policy> {
        let trusted_issuers = match trusted {
            Trusted::ByPolicy => return Cow::Borrowed(&self.policy),
            Trusted::Also(issuers) => [&self.policy.trusted_issuers, issuers].concat(),
            Trusted::AmongThose(issuers) => {
                let policys = self.policy.trusted_issuers.iter();
                policys
                    .filter(|name| issuers.contains(name))
                    .cloned()
                    .collect()
            }
        };
        Cow::Owned(Policy {
            trusted_issuers,
            ..self.policy.clone()
        })
    }
}

#[cfg(test)]
mod tests {
    use async_trait::async_trait;
    use browserid::{DiscoveryRules, HostRule, Question};
    use serde_json::json;

    use super::*;
    use crate::ports::Fetched;
    use crate::world::World;

    struct NotToBeAsked;

    #[async_trait]
    impl SupportDocuments for NotToBeAsked {
        async fn ask(&self, question: &Question, _: u64) -> Fetched {
            panic!("{} was asked", question.host)
        }
    }

    fn verify() -> Verify {
        let policy = Policy {
            discovery: DiscoveryRules {
                fallback: None,
                max_delegations: 5,
                hosts: HostRule::Public,
                strict_content_type: false,
            },
            federation: None,
            trusted_issuers: vec!["one.example".to_owned()],
            strong_keys: false,
        };
        Verify::new(World::new(), Arc::new(NotToBeAsked), policy, Bounds::SMALL)
    }

    #[tokio::test]
    async fn what_is_no_assertion_is_refused_without_asking_anybody() {
        for assertion in [json!(null), json!(7), json!(""), json!("a~b"), json!({})] {
            let verified = verify()
                .run(&assertion, &json!("https://rp.example"), Trusted::ByPolicy)
                .await;
            assert!(verified.outcome.is_err(), "{assertion}");
        }
    }

    #[test]
    fn a_caller_adds_to_the_policys_issuers_or_leaves_some_out() {
        let mut verify = verify();
        verify.policy.trusted_issuers = ["one.example", "two.example"].map(str::to_owned).into();
        let given = ["two.example", "three.example", "one"].map(str::to_owned);
        for (trusted, expected) in [
            (Trusted::ByPolicy, &["one.example", "two.example"][..]),
            (
                Trusted::Also(&given),
                &[
                    "one.example",
                    "two.example",
                    "two.example",
                    "three.example",
                    "one",
                ],
            ),
            (Trusted::AmongThose(&given), &["two.example"]),
            (Trusted::AmongThose(&[]), &[]),
        ] {
            assert_eq!(verify.policy_with(trusted).trusted_issuers, expected);
        }
    }
}
