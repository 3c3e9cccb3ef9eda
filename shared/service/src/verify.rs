//! Verifying an assertion: the loop around [`browserid::Verification`].

use std::{borrow::Cow, sync::Arc};

use browserid::{
    Authority, DiscoveryError, Domain, ExplainedStep, Identity, Json, Policy, Refusal, Verification,
};

use crate::discover::discover;
use crate::documents::{Bounds, Documents, Wanted};
use crate::ports::{Clock, SupportDocuments};

/// The operation and what it needs.
pub struct Verify {
    clock: Arc<dyn Clock>,
    documents: Documents,
    policy: Policy,
}

/// How a verification ended, and the way there.
pub struct Verified {
    /// Who it is, or why not.
    pub outcome: Result<Identity, Refusal>,
    /// What was done, in order, for `explain`.
    pub steps: Vec<ExplainedStep>,
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
            policy,
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
        discover(&self.documents, self.clock.as_ref(), principal).await
    }

    /// Verifies `assertion` for `audience`, both as the caller sent them. `extra_trusted` are issuers
    /// that may certify anyone in this one verification, beside those of the policy.
    ///
    /// Nothing is fetched that the outcome does not need.
    pub async fn run(
        &self,
        assertion: &Json,
        audience: &Json,
        extra_trusted: &[String],
    ) -> Verified {
        let policy = self.policy_with(extra_trusted);
        let started = self.clock.now();
        let mut verification = Verification::start(assertion, audience, &policy, started);
        while let Some(question) = verification.question() {
            let now = self.clock.now();
            let heard = self
                .documents
                .ask(&question, now, now.since_ms(started), Wanted::Fresh)
                .await;
            verification.hear(&heard);
        }
        #[expect(
            clippy::expect_used,
            reason = "the loop ends when there is no question"
        )]
        let outcome = verification
            .outcome()
            .expect("a verification without a question has an outcome")
            .clone();
        Verified {
            outcome,
            steps: verification.steps().to_vec(),
        }
    }

    fn policy_with(&self, extra_trusted: &[String]) -> Cow<'_, Policy> {
        if extra_trusted.is_empty() {
            return Cow::Borrowed(&self.policy);
        }
        let mut policy = self.policy.clone();
        policy.trusted_issuers.extend_from_slice(extra_trusted);
        Cow::Owned(policy)
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
            trusted_issuers: vec!["one.example".to_owned()],
            strong_keys: false,
        };
        Verify::new(World::new(), Arc::new(NotToBeAsked), policy, Bounds::SMALL)
    }

    #[tokio::test]
    async fn what_is_no_assertion_is_refused_without_asking_anybody() {
        for assertion in [json!(null), json!(7), json!(""), json!("a~b"), json!({})] {
            let verified = verify()
                .run(&assertion, &json!("https://rp.example"), &[])
                .await;
            assert!(verified.outcome.is_err(), "{assertion}");
        }
    }

    #[test]
    fn issuers_trusted_once_come_beside_those_of_the_policy() {
        let verify = verify();
        let once = verify.policy_with(&["two.example".to_owned()]);
        assert_eq!(once.trusted_issuers, ["one.example", "two.example"]);
        assert_eq!(verify.policy_with(&[]).trusted_issuers, ["one.example"]);
    }
}
