//! Finding the authority for a domain: the loop around [`browserid::Discovery`].

use browserid::{
    Authority, Discovery, DiscoveryError, DiscoveryRules, Domain, Federation, FederationRefusal,
};

use crate::documents::{Documents, Wanted};
use crate::ports::Clock;

/// Who speaks for `principal`. Hears each host at most once, one after the other.
pub async fn discover(
    documents: &Documents,
    clock: &dyn Clock,
    principal: Domain,
) -> Result<Authority, DiscoveryError> {
    walk(
        documents,
        clock,
        Discovery::start(principal, documents.rules()),
    )
    .await
}

/// The same with what the domain itself says, and those it names: no fallback is asked in its place.
pub async fn discover_without_fallback(
    documents: &Documents,
    clock: &dyn Clock,
    principal: Domain,
) -> Result<Authority, DiscoveryError> {
    let rules = DiscoveryRules {
        fallback: None,
        ..documents.rules().clone()
    };
    walk(documents, clock, Discovery::start(principal, &rules)).await
}

/// Who speaks for `principal` in a federation: its list says so, and that one host is asked at most.
pub async fn discover_among(
    federation: &Federation,
    documents: &Documents,
    clock: &dyn Clock,
    principal: Domain,
) -> Result<Authority, DiscoveryError> {
    let speaker = federation.speaker(&principal, clock.now());
    let issuer = speaker.map_err(DiscoveryError::Federation)?.issuer.clone();
    let rules = DiscoveryRules {
        max_delegations: 0,
        ..documents.rules().clone()
    };
    let discovery = Discovery::start_at(issuer.clone(), principal, &rules);
    let outcome = walk(documents, clock, discovery).await;
    outcome.map_err(|error| match error {
        DiscoveryError::TooManyHops { .. } | DiscoveryError::Circular { .. } => {
            DiscoveryError::Federation(FederationRefusal::MemberDelegates { issuer })
        }
        error => error,
    })
}

async fn walk(
    documents: &Documents,
    clock: &dyn Clock,
    mut discovery: Discovery,
) -> Result<Authority, DiscoveryError> {
    let started = clock.now();
    while let Some(question) = discovery.question() {
        let now = clock.now();
        let heard = documents
            .ask(&question, now, now.since_ms(started), Wanted::Fresh)
            .await;
        discovery.hear(&heard.reading);
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
    use std::sync::{Arc, Mutex};

    use async_trait::async_trait;
    use browserid::{Answer, Code, DiscoveryRules, HostRule, Question};

    use super::*;
    use crate::documents::Bounds;
    use crate::ports::{Fetched, SupportDocuments};
    use crate::world::World;

    /// `from` delegates to `to`; everything else is not there.
    struct OneDelegation {
        asked: Mutex<Vec<String>>,
        from: &'static str,
        to: &'static str,
    }

    #[async_trait]
    impl SupportDocuments for OneDelegation {
        async fn ask(&self, question: &Question, _: u64) -> Fetched {
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
            .into()
        }
    }

    #[tokio::test]
    async fn every_host_on_the_way_is_asked_once_until_one_answers() {
        let network = Arc::new(OneDelegation {
            asked: Mutex::default(),
            from: "me.example",
            to: "id.example",
        });
        let domain = |text| Domain::parse(text, HostRule::Public).expect("a domain");
        let rules = DiscoveryRules {
            fallback: None,
            max_delegations: 5,
            hosts: HostRule::Public,
            strict_content_type: false,
        };
        let documents = Documents::new(Arc::clone(&network) as _, rules, Bounds::SMALL);
        let outcome = discover(&documents, World::new().as_ref(), domain("me.example")).await;
        let asked = network.asked.lock().expect("no panic");
        assert_eq!(
            *asked,
            [
                "me.example?domain=me.example",
                "id.example?domain=me.example"
            ]
        );
        let code = outcome.err().map(|error| error.code());
        assert!(code.is_some_and(|code| Code::ALL.contains(&code)));
    }
}
