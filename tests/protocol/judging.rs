//! What a verifier makes of a bundle in a world of the test's own, and whom it asked.

use std::collections::BTreeMap;

use browserid::{
    Answer, Authority, Code, Discovery, DiscoveryError, DiscoveryRules, Domain, HostRule, Identity,
    Json, MAX_DELEGATIONS, Policy, Refusal, Timestamp, Unreachable, Verification,
};
use serde_json::json;

use crate::making::{AUDIENCE, IDP, ISSUER, Key, NOW};

/// Who answers what, and the verifier that asks them. Who is not in it answers 404.
pub struct World {
    answers: BTreeMap<String, Answer>,
    pub audience: Json,
    pub now: u64,
    pub policy: Policy,
}

impl World {
    /// With [`IDP`], whose key is [`ISSUER`].
    pub fn ordinary() -> Self {
        Self::empty().document(IDP, &support_document(&ISSUER))
    }

    pub fn empty() -> Self {
        Self {
            answers: BTreeMap::new(),
            audience: AUDIENCE.into(),
            now: NOW,
            policy: Policy {
                discovery: DiscoveryRules {
                    fallback: None,
                    hosts: HostRule::Public,
                    max_delegations: MAX_DELEGATIONS,
                    strict_content_type: false,
                },
                strong_keys: false,
                federation: None,
                trusted_issuers: vec![],
            },
        }
    }

    pub fn document(self, host: &str, document: &Json) -> Self {
        self.answer(host, answer(200, "application/json", &document.to_string()))
    }

    pub fn answer(mut self, host: &str, answer: Answer) -> Self {
        self.answers.insert(host.to_owned(), answer);
        self
    }

    pub fn fallback(mut self, host: &str) -> Self {
        self.policy.discovery.fallback = Some(domain(host));
        self
    }

    pub fn trusting(mut self, issuers: &[&str]) -> Self {
        self.policy.trusted_issuers = issuers.iter().map(|&issuer| issuer.to_owned()).collect();
        self
    }

    pub fn at(mut self, now: u64) -> Self {
        self.now = now;
        self
    }

    pub fn asking(mut self, audience: impl Into<Json>) -> Self {
        self.audience = audience.into();
        self
    }

    pub fn judge(&self, bundle: impl Into<Json>) -> Seen {
        let now = Timestamp::from_millis(self.now);
        let mut verification =
            Verification::start(&bundle.into(), &self.audience, &self.policy, now);
        let mut asked = Vec::new();
        while let Some(question) = verification.question() {
            assert_eq!(verification.outcome(), None);
            asked.push(format!("{} for {}", question.host, question.principal));
            verification.answer(self.answer_of(question.host.as_str()));
        }
        Seen {
            asked,
            outcome: verification.outcome().expect("an outcome").clone(),
        }
    }

    /// It must be refused so. Gives who was asked.
    #[track_caller]
    pub fn refuses(&self, bundle: impl Into<Json>, code: Code, reason: &str) -> Vec<String> {
        let seen = self.judge(bundle);
        match seen.outcome {
            Ok(identity) => panic!("accepted, but it should be refused: {reason}\n{identity:?}"),
            Err(refusal) => {
                assert_eq!(refusal.reason(), reason);
                assert_eq!(refusal.code(), code, "{reason}");
            }
        }
        seen.asked
    }

    /// It must be refused so, and nobody asked.
    #[track_caller]
    pub fn refuses_unasked(&self, bundle: impl Into<Json>, code: Code, reason: &str) {
        assert!(self.refuses(bundle, code, reason).is_empty(), "{reason}");
    }

    /// It must be accepted.
    #[track_caller]
    pub fn accepts(&self, bundle: impl Into<Json>) -> Identity {
        match self.judge(bundle).outcome {
            Ok(identity) => identity,
            Err(refusal) => panic!("refused: {refusal}"),
        }
    }

    /// The authority's host or the reason, and who was asked.
    pub fn look_up(&self, name: &str) -> (String, Vec<String>) {
        let (outcome, asked) = self.discover(name);
        let words = match outcome {
            Ok(authority) => authority.domain().to_string(),
            Err(error) => error.to_string(),
        };
        (words, asked)
    }

    pub fn discover(&self, name: &str) -> (Result<Authority, DiscoveryError>, Vec<String>) {
        let mut discovery = Discovery::start(domain(name), &self.policy.discovery);
        let mut asked = Vec::new();
        while let Some(question) = discovery.question() {
            asked.push(question.host.to_string());
            discovery.answer(self.answer_of(question.host.as_str()));
        }
        (discovery.outcome().expect("an outcome").clone(), asked)
    }

    fn answer_of(&self, host: &str) -> Answer {
        let found = self.answers.get(host);
        found
            .cloned()
            .unwrap_or_else(|| answer(404, "text/html", "no"))
    }
}

/// What came out, and who was asked.
pub struct Seen {
    pub asked: Vec<String>,
    pub outcome: Result<Identity, Refusal>,
}

pub fn domain(name: &str) -> Domain {
    Domain::parse(name, HostRule::Public).expect("a domain")
}

pub fn support_document(key: &Key) -> Json {
    document_of(key.json())
}

pub fn document_of(key: Json) -> Json {
    json!({"public-key": key, "authentication": "/auth", "provisioning": "/prov"})
}

pub fn answer(status: u16, content_type: &str, body: &str) -> Answer {
    Answer::Response {
        status,
        content_type: (!content_type.is_empty()).then(|| content_type.to_owned()),
        body: body.as_bytes().to_vec(),
    }
}

pub fn unreachable(why: Unreachable) -> Answer {
    Answer::Unreachable(why)
}
