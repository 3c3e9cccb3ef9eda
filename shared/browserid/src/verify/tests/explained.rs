//! What is told of a verification: whole steps, one case for each place where it can end.

use super::*;
use crate::{Freshness, Heard, Reading};

/// At most one step is not okay, and that is the last one of a refusal, with its code. Every verification of these tests
/// goes through here.
pub(super) fn check_last(outcome: &Result<Identity, Refusal>, steps: &[ExplainedStep]) {
    let (last, earlier) = steps.split_last().expect("a step at least");
    assert!(earlier.iter().all(|step| step.okay), "{steps:?}");
    assert!(earlier.iter().all(|step| !step.facts.contains_key("code")));
    match outcome {
        Ok(_) => assert!(last.okay && last.name == "authority", "{last:?}"),
        Err(refusal) => {
            let code = refusal.code();
            assert!(!last.okay, "{last:?}");
            assert_eq!(last.facts["code"], code.as_str());
            assert_eq!(last.facts["reason"], refusal.server_reason());
            assert_eq!(last.facts["advice"], code.advice());
            assert_eq!(last.facts["fault"], code.fault().as_str());
        }
    }
}

fn told(steps: &[ExplainedStep]) -> Vec<(&'static str, Json)> {
    let facts = |step: &ExplainedStep| Json::Object(step.facts.clone());
    steps.iter().map(|step| (step.name, facts(step))).collect()
}

fn key_facts(name: &str) -> Json {
    let key = crate::test_kit::key(name);
    json!({"algorithm": "RS256", "bits": key.bits(), "thumbprint": key.thumbprint()})
}

fn fitting(name: &str) -> Json {
    with(key_facts(name), json!({"fits": true}))
}

fn parsed() -> (&'static str, Json) {
    let facts = json!({"certificates": 1, "certificate_algorithm": "RS256", "assertion_algorithm": "RS256"});
    ("parsed", facts)
}

fn identity(issuer: &str, is_trusted: bool) -> (&'static str, Json) {
    let facts =
        json!({"email": "bob@idp.example", "issuer": issuer, "issuer_is_trusted": is_trusted});
    ("identity", facts)
}

fn fetched(host: &str) -> (&'static str, Json) {
    let facts = json!({"host": host, "status": 200, "freshness": "fetched", "keys": 1});
    ("discovery", facts)
}

fn clock() -> (&'static str, Json) {
    let facts = json!({
        "now": NOW.as_millis(),
        "offset_ms": null,
        "certificate": {"issued_ms": -10_000, "expires_ms": 3_600_000},
        "assertion": {"issued_ms": null, "expires_ms": 120_000},
    });
    ("clock", facts)
}

/// From the clock to the audience, where nothing is wrong.
fn proved() -> Vec<(&'static str, Json)> {
    vec![
        clock(),
        ("certificate", json!({})),
        ("signature", json!({ "key": key_facts("RS256b") })),
        ("assertion", json!({})),
        ("audience", json!({"asked": AUDIENCE, "signed": AUDIENCE})),
    ]
}

fn refused(facts: Json, code: Code, reason: &str) -> Json {
    let refusal = json!({
        "code": code.as_str(),
        "reason": reason,
        "fault": code.fault().as_str(),
        "advice": code.advice(),
    });
    with(facts, refusal)
}

fn found(issuer: &str) -> (&'static str, Json) {
    let facts = json!({"authority": issuer, "issuer": issuer, "issuer_is_trusted": false});
    ("authority", facts)
}

#[test]
fn a_success_with_a_fetched_document_is_told_whole() {
    let seen = verify(&ordinary(), &policy(), &idp());
    let key = ("key", json!({ "tried": [fitting("RS256a")] }));
    let before = vec![
        parsed(),
        identity("idp.example", false),
        fetched("idp.example"),
        key,
    ];
    let after = vec![found("idp.example")];
    assert_eq!(told(&seen.steps), [before, proved(), after].concat());
}

#[test]
fn a_document_from_memory_tells_its_age_and_the_clock_of_its_host() {
    let ordinary = ordinary();
    let mut verification = Verification::start(&ordinary, &AUDIENCE.into(), &policy(), NOW);
    let question = verification.question().expect("a question");
    let document = json_answer(&support_document("RS256a"));
    let heard = Heard {
        clock_offset_ms: Some(-90_000),
        freshness: Freshness::Kept {
            age_ms: 59_000,
            left_ms: 1_000,
        },
        reading: Reading::of(&question, document, &policy().discovery),
    };
    verification.hear(&heard);
    let steps = told(&verification.steps());
    let hop = json!({"host": "idp.example", "status": 200, "freshness": "kept", "age_ms": 59_000, "left_ms": 1_000, "keys": 1});
    assert_eq!(steps[2], ("discovery", hop));
    assert_eq!(steps[4].1["offset_ms"], -90_000);
}

#[test]
fn a_fallback_in_a_domains_place_is_told_with_what_the_domain_lacks() {
    let of_fallback = with(certificate(), json!({"iss": "fallback.example"}));
    let document = json_answer(&support_document("RS256a"));
    let seen = verify(
        &bundle(&of_fallback, &assertion()),
        &with_fallback("fallback.example"),
        &[("fallback.example", document)],
    );
    let lacking = json!({
        "host": "idp.example",
        "status": 404,
        "freshness": "fetched",
        "error": {
            "code": "document_missing",
            "reason": "idp.example is not a browserid primary - non-200 response code to /.well-known/browserid",
        },
        "fallback": "fallback.example",
    });
    let key = ("key", json!({ "tried": [fitting("RS256a")] }));
    let before = vec![
        parsed(),
        identity("fallback.example", false),
        ("discovery", lacking),
        fetched("fallback.example"),
        key,
    ];
    let after = vec![found("fallback.example")];
    assert_eq!(told(&seen.steps), [before, proved(), after].concat());
}

#[test]
fn a_delegation_is_told_hop_by_hop() {
    let of_delegate = with(certificate(), json!({"iss": "b.example"}));
    let answers = [
        (
            "idp.example",
            json_answer(&json!({"authority": "b.example"})),
        ),
        ("b.example", json_answer(&support_document("RS256a"))),
    ];
    let seen = verify(&bundle(&of_delegate, &assertion()), &policy(), &answers);
    let hop = json!({"host": "idp.example", "status": 200, "freshness": "fetched", "delegates_to": "b.example"});
    let steps = told(&seen.steps);
    assert_eq!(steps[2..4], [("discovery", hop), fetched("b.example")]);
    assert_eq!(steps.last(), Some(&found("b.example")));
}

#[test]
fn every_key_that_was_tried_is_told_with_its_thumbprint() {
    let list = |keys: &[&str]| {
        let keys: Vec<_> = keys.iter().map(|name| key_json(name)).collect();
        let document = with(support_document("RS128a"), json!({ "keys": keys }));
        [("idp.example", json_answer(&document))]
    };
    let weak = crate::test_kit::key("RS128a");
    let first = json!({
        "algorithm": "RS128",
        "bits": 1024,
        "thumbprint": weak.thumbprint(),
        "fits": false,
        "code": "algorithm_mismatch",
    });
    let second = json!({"fits": false, "code": "certificate_signature"});
    let second = with(key_facts("RS256b"), second);

    let seen = verify(&ordinary(), &policy(), &list(&["RS256b", "RS256a"]));
    let tried = json!({"tried": [first, second, fitting("RS256a")]});
    assert_eq!(told(&seen.steps)[3], ("key", tried));

    let seen = verify(&ordinary(), &policy(), &list(&["RS256b"]));
    let tried = json!({"tried": [first, second]});
    let last = refused(tried, Code::CertificateSignature, "invalid signature");
    assert_eq!(told(&seen.steps).last(), Some(&("key", last)));
}

#[test]
fn a_stranger_is_told_without_a_key_because_none_was_asked_for() {
    let strange = with(certificate(), json!({"iss": "evil.example"}));
    let seen = verify(&bundle(&strange, &assertion()), &policy(), &idp());
    let facts =
        json!({"authority": "idp.example", "issuer": "evil.example", "issuer_is_trusted": false});
    let reason = "untrusted issuer, expected 'idp.example', got 'evil.example'";
    let before = vec![
        parsed(),
        identity("evil.example", false),
        fetched("idp.example"),
    ];
    let after = vec![("authority", refused(facts, Code::IssuerUntrusted, reason))];
    assert_eq!(told(&seen.steps), [before, proved(), after].concat());
}

#[test]
fn a_refusal_is_told_at_the_step_where_it_came() {
    let past = json!({"exp": NOW.as_millis() - 1});
    let forged = format!(
        "{}~{}",
        token("RS256a", &certificate()),
        token("RS256a", &assertion())
    );
    for (bundle, at, names) in [
        (json!("x"), "parsed", 1),
        (ordinary(), "discovery", 3),
        (
            bundle(&with(certificate(), past.clone()), &assertion()),
            "certificate",
            6,
        ),
        (
            bundle(&without(certificate(), "public-key"), &assertion()),
            "certificate",
            6,
        ),
        (forged.into(), "signature", 7),
        (
            bundle(&certificate(), &with(assertion(), past)),
            "assertion",
            8,
        ),
        (
            bundle(
                &certificate(),
                &with(assertion(), json!({"aud": "https://x.example"})),
            ),
            "audience",
            9,
        ),
        (
            bundle(&with(certificate(), json!({"iss": ""})), &assertion()),
            "authority",
            10,
        ),
    ] {
        let answers = if at == "discovery" { vec![] } else { idp() };
        let seen = verify(&bundle, &policy(), &answers);
        let last = seen.steps.last().map(|step| step.name);
        assert_eq!((last, seen.steps.len()), (Some(at), names));
    }
}

#[test]
fn what_ended_the_search_is_told_once_and_by_the_last_host() {
    let seen = verify(&ordinary(), &policy(), &[]);
    let reason =
        "idp.example is not a browserid primary - non-200 response code to /.well-known/browserid";
    let hop = json!({"host": "idp.example", "status": 404, "freshness": "fetched"});
    let last = refused(hop, Code::DocumentMissing, reason);
    assert_eq!(told(&seen.steps)[2..], [("discovery", last)]);
}

#[test]
fn a_key_that_cannot_be_read_is_told_in_detail() {
    let weak = with(certificate(), json!({"public-key": {"algorithm": "XX"}}));
    let seen = verify(&bundle(&weak, &assertion()), &policy(), &idp());
    let last = seen.steps.last().expect("a step");
    assert_eq!(last.facts["detail"], "no such algorithm: XX");
}

#[test]
fn steps_never_hold_a_signed_object() {
    let ordinary = ordinary();
    let strong = Policy {
        strong_keys: true,
        ..policy()
    };
    for (policy, answers) in [
        (policy(), idp()),
        (policy(), vec![]),
        (strong, idp()),
        (trusting("idp.example"), idp()),
    ] {
        let seen = verify(&ordinary, &policy, &answers);
        let text = format!("{:?}", seen.steps);
        for part in ordinary.as_str().expect("a text").split(['~', '.']) {
            assert!(!text.contains(part));
        }
        let certified = key_json("RS256b")["n"].clone();
        assert!(!text.contains(certified.as_str().expect("digits")));
    }
}
