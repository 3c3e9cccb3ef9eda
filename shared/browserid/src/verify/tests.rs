use serde_json::json;

use super::*;
use crate::test_kit::{
    NOW, assertion, bundle, certificate, domain, json_answer, key_json, not_found,
    support_document, token, with, without,
};
use crate::{Code, HostRule, MAX_DELEGATIONS, Unreachable};

const AUDIENCE: &str = "https://rp.example";

fn policy() -> Policy {
    Policy {
        discovery: DiscoveryRules {
            fallback: None,
            max_delegations: MAX_DELEGATIONS,
            hosts: HostRule::Public,
            strict_content_type: false,
        },
        federation: None,
        trusted_issuers: vec![],
        strong_keys: false,
    }
}

fn with_fallback(name: &str) -> Policy {
    let mut policy = policy();
    policy.discovery.fallback = Some(domain(name));
    policy
}

fn trusting(name: &str) -> Policy {
    Policy {
        trusted_issuers: vec!["other.example".to_owned(), name.to_owned()],
        ..policy()
    }
}

/// What came out, and who was asked on whose behalf (`host?principal`).
struct Seen {
    asked: Vec<String>,
    outcome: Result<Identity, Refusal>,
    steps: Vec<ExplainedStep>,
}

impl Seen {
    fn reason(&self) -> String {
        self.outcome.as_ref().expect_err("a refusal").reason()
    }
}

fn verify(bundle: &Json, policy: &Policy, answers: &[(&str, Answer)]) -> Seen {
    let mut verification = Verification::start(bundle, &AUDIENCE.into(), policy, NOW);
    let mut asked = Vec::new();
    while let Some(question) = verification.question() {
        assert_eq!(verification.outcome(), None);
        let found = answers
            .iter()
            .find(|(host, _)| *host == question.host.as_str());
        asked.push(format!("{}?{}", question.host, question.principal));
        verification.answer(found.map_or_else(not_found, |(_, answer)| answer.clone()));
    }
    let (outcome, explanation) = verification.finish().expect("an outcome");
    let steps = explanation.steps();
    explained::check_last(&outcome, &steps);
    Seen {
        asked,
        outcome,
        steps,
    }
}

fn idp() -> Vec<(&'static str, Answer)> {
    vec![("idp.example", json_answer(&support_document("RS256a")))]
}

fn ordinary() -> Json {
    bundle(&certificate(), &assertion())
}

mod explained;
mod federation;
mod issuers;
mod searches;
mod steps;
