//! Verifying an assertion: the loop around [`browserid::Verification`].

use std::{borrow::Cow, sync::Arc};

use browserid::{ExplainedStep, Identity, Json, Policy, Refusal, Verification};

use crate::ports::{Clock, SupportDocuments};

/// The operation and what it needs.
pub struct Verify {
    /// What time it is.
    pub clock: Arc<dyn Clock>,
    /// Other domains' support documents. The deadline of a whole verification is its business.
    pub documents: Arc<dyn SupportDocuments>,
    /// What this verifier accepts.
    pub policy: Policy,
}

/// How a verification ended, and the way there.
pub struct Verified {
    /// Who it is, or why not.
    pub outcome: Result<Identity, Refusal>,
    /// What was done, in order, for `explain`.
    pub steps: Vec<ExplainedStep>,
}

impl Verify {
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
            let answer = self
                .documents
                .ask(&question, self.clock.now().since_ms(started))
                .await;
            verification.answer(answer);
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
    use browserid::{Answer, DiscoveryRules, HostRule, Question};
    use serde_json::json;

    use super::*;
    use crate::world::World;

    struct NotToBeAsked;

    #[async_trait]
    impl SupportDocuments for NotToBeAsked {
        async fn ask(&self, question: &Question, _: u64) -> Answer {
            panic!("{} was asked", question.host)
        }
    }

    fn verify() -> Verify {
        Verify {
            clock: World::new(),
            documents: Arc::new(NotToBeAsked),
            policy: Policy {
                discovery: DiscoveryRules {
                    fallback: None,
                    max_delegations: 5,
                    hosts: HostRule::Public,
                    strict_content_type: false,
                },
                trusted_issuers: vec!["one.example".to_owned()],
                strong_keys: false,
            },
        }
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
