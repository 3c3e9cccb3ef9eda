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
