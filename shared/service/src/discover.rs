//! Finding the authority for a domain: the loop around [`browserid::Discovery`].

use browserid::{Authority, Discovery, DiscoveryError, DiscoveryRules, Domain};

use crate::ports::{Clock, SupportDocuments};

/// Who speaks for `principal`. Asks each host at most once, one after the other; the deadline of the
/// whole walk is the port's business.
pub async fn discover(
    documents: &dyn SupportDocuments,
    clock: &dyn Clock,
    principal: Domain,
    rules: &DiscoveryRules,
) -> Result<Authority, DiscoveryError> {
    let started = clock.now();
    let mut discovery = Discovery::start(principal, rules);
    while let Some(question) = discovery.question() {
        let answer = documents
            .ask(&question, clock.now().since_ms(started))
            .await;
        discovery.answer(answer);
    }
    #[expect(
        clippy::expect_used,
        reason = "the loop ends when there is no question"
    )]
    let outcome = discovery
        .outcome()
        .expect("a discovery without a question has an outcome");
    outcome.clone()
}
