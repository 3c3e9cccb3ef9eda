//! A recorded internet: what each host answers, and who was asked.

use std::collections::BTreeMap;
use std::path::PathBuf;

use browserid::{
    Answer, Authority, Discovery, DiscoveryError, DiscoveryRules, Domain, HostRule, Identity, Json,
    MAX_DELEGATIONS, Policy, Question, Refusal, Timestamp, Verification,
};
use serde_json::{Value, json};

pub fn file(name: &str) -> Value {
    let path = PathBuf::from(env!("CARGO_MANIFEST_DIR"))
        .join("vectors")
        .join(name);
    let text = std::fs::read(&path)
        .unwrap_or_else(|error| panic!("{} is part of this suite: {error}", path.display()));
    serde_json::from_slice(&text).unwrap_or_else(|error| panic!("{name}: {error}"))
}

/// host → `{"status", "headers", "body"}`; who is not listed answers 404.
#[derive(Default)]
pub struct Responses {
    by_host: BTreeMap<String, Value>,
    pub asked: Vec<Question>,
}

impl Responses {
    pub fn new(responses: &Value) -> Self {
        let by_host = responses.as_object().expect("host → response");
        Self {
            by_host: by_host.clone().into_iter().collect(),
            asked: Vec::new(),
        }
    }

    /// host → support document, each served as it should be.
    pub fn of_documents(documents: &Value) -> Self {
        let documents = documents.as_object().expect("host → document");
        let serve = |document: &Value| json!({"status": 200, "headers": {"content-type": "application/json"}, "body": document.to_string()});
        Self {
            by_host: documents
                .iter()
                .map(|(host, document)| (host.clone(), serve(document)))
                .collect(),
            asked: Vec::new(),
        }
    }

    fn answer(&mut self, question: Question) -> Answer {
        let response = self.by_host.get(question.host.as_str());
        let text = |value: &Value| value.as_str().map(str::to_owned);
        self.asked.push(question);
        Answer::Response {
            status: response.map_or(404, |response| {
                response["status"].as_u64().expect("a status") as u16
            }),
            content_type: response.and_then(|response| text(&response["headers"]["content-type"])),
            body: response
                .and_then(|response| text(&response["body"]))
                .unwrap_or_default()
                .into_bytes(),
        }
    }

    pub fn discover(&mut self, mut discovery: Discovery) -> Result<Authority, DiscoveryError> {
        while let Some(question) = discovery.question() {
            let answer = self.answer(question);
            discovery.answer(answer);
        }
        discovery.outcome().expect("an outcome").clone()
    }

    pub fn verify(
        &mut self,
        assertion: &Json,
        audience: &Json,
        policy: &Policy,
        now_ms: u64,
    ) -> Result<Identity, Refusal> {
        let now = Timestamp::from_millis(now_ms);
        let mut verification = Verification::start(assertion, audience, policy, now);
        while let Some(question) = verification.question() {
            let answer = self.answer(question);
            verification.answer(answer);
        }
        verification.outcome().expect("an outcome").clone()
    }
}

/// The rules under which recorded cases are examined: single labels pass, IP addresses and ports only in a few.
pub fn rules(fallback: Option<&str>) -> DiscoveryRules {
    DiscoveryRules {
        fallback: fallback
            .filter(|fallback| !fallback.is_empty())
            .map(|fallback| Domain::parse(fallback, HostRule::Recorded).expect("a fallback")),
        max_delegations: MAX_DELEGATIONS,
        hosts: HostRule::Recorded,
        strict_content_type: false,
    }
}

/// `{"fallback", "trustedIssuers"}` as the old verifier was configured.
pub fn policy(config: &Value) -> Policy {
    let trusted = config["trustedIssuers"].as_array();
    Policy {
        discovery: rules(config["fallback"].as_str()),
        federation: None,
        trusted_issuers: trusted
            .into_iter()
            .flatten()
            .map(|issuer| issuer.as_str().expect("an issuer").to_owned())
            .collect(),
        strong_keys: false,
    }
}
