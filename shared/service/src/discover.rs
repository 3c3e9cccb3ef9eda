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

#[cfg(test)]
mod tests {
    use std::sync::Mutex;

    use async_trait::async_trait;
    use browserid::{Answer, Code, HostRule, Question};

    use super::*;
    use crate::world::World;

    /// `from` delegates to `to`; everything else is not there.
    struct OneDelegation {
        asked: Mutex<Vec<String>>,
        from: &'static str,
        to: &'static str,
    }

    #[async_trait]
    impl SupportDocuments for OneDelegation {
        async fn ask(&self, question: &Question, _: u64) -> Answer {
            let Question { host, principal } = question;
            let mut asked = self.asked.lock().expect("no panic");
            asked.push(format!("{host}?domain={principal}"));
            let (status, body) = if host.as_str() == self.from {
                (200, format!(r#"{{"authority":"{}"}}"#, self.to))
            } else {
                (404, String::new())
            };
            Answer::Response {
                status,
                content_type: Some("application/json".to_owned()),
                body: body.into_bytes(),
            }
        }
    }

    #[tokio::test]
    async fn every_host_on_the_way_is_asked_once_until_one_answers() {
        let documents = OneDelegation {
            asked: Mutex::default(),
            from: "me.example",
            to: "id.example",
        };
        let domain = |text| Domain::parse(text, HostRule::Public).expect("a domain");
        let rules = DiscoveryRules {
            fallback: None,
            max_delegations: 5,
            hosts: HostRule::Public,
            strict_content_type: false,
        };
        let outcome = discover(
            &documents,
            World::new().as_ref(),
            domain("me.example"),
            &rules,
        )
        .await;
        let asked = documents.asked.into_inner().expect("no panic");
        assert_eq!(
            asked,
            [
                "me.example?domain=me.example",
                "id.example?domain=me.example"
            ]
        );
        let code = outcome.err().map(|error| error.code());
        assert!(code.is_some_and(|code| Code::ALL.contains(&code)));
    }
}
