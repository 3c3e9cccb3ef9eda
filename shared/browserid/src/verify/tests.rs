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
    Seen {
        asked,
        outcome: verification.outcome().expect("an outcome").clone(),
        steps: verification.steps().to_vec(),
    }
}

fn idp() -> Vec<(&'static str, Answer)> {
    vec![("idp.example", json_answer(&support_document("RS256a")))]
}

fn ordinary() -> Json {
    bundle(&certificate(), &assertion())
}

#[test]
fn an_ordinary_sign_in_is_accepted_after_one_question() {
    let seen = verify(&ordinary(), &policy(), &idp());
    let identity = seen.outcome.expect("accepted");
    assert_eq!(
        identity.email().map(|email| email.as_str()),
        Some("bob@idp.example")
    );
    assert_eq!(identity.issuer(), "idp.example");
    assert_eq!(identity.audience(), AUDIENCE);
    assert_eq!(identity.expires(), NOW.plus_ms(120_000));
    assert!(identity.idp_claims().is_empty() && identity.user_claims().is_empty());
    assert_eq!(seen.asked, ["idp.example?idp.example"]);
}

#[test]
fn nothing_is_asked_when_any_part_has_the_wrong_shape() {
    let ordinary = ordinary();
    let (certificate_text, assertion_text) = ordinary
        .as_str()
        .and_then(|text| text.split_once('~'))
        .expect("two parts");
    for (odd, reason) in [
        (json!(777), "malformed backed assertion"),
        (json!(assertion_text), "no certificates provided"),
        (
            json!("~"),
            "signed object must have three parts, this one has 1",
        ),
        (
            json!(format!("{certificate_text}~")),
            "signed object must have three parts, this one has 1",
        ),
        (
            json!(format!("{certificate_text}~a.b~{assertion_text}")),
            "signed object must have three parts, this one has 2",
        ),
        (
            json!(format!("{certificate_text}~{assertion_text}=")),
            "signature segment: Illegal base64url string!",
        ),
        (
            bundle(
                &with(certificate(), json!({"iss": "https://idp.example"})),
                &assertion(),
            ),
            "invalid domain: https://idp.example",
        ),
        (
            json!(format!(
                "{certificate_text}~{certificate_text}~c~d~e~{assertion_text}"
            )),
            "certificate chaining is not yet allowed",
        ),
    ] {
        let seen = verify(&odd, &policy(), &idp());
        assert_eq!(seen.reason(), reason);
        assert!(seen.asked.is_empty(), "{reason}");
    }
}

#[test]
fn a_strange_issuer_is_never_asked() {
    let certificate = with(certificate(), json!({"iss": "evil.example"}));
    let answers = [
        idp(),
        vec![("evil.example", json_answer(&support_document("RS256a")))],
    ]
    .concat();
    let seen = verify(&bundle(&certificate, &assertion()), &policy(), &answers);
    assert_eq!(
        seen.reason(),
        "untrusted issuer, expected 'idp.example', got 'evil.example'"
    );
    assert_eq!(seen.asked, ["idp.example?idp.example"]);
}

#[test]
fn what_else_is_wrong_with_a_strangers_certificate_is_said_first() {
    let strange = with(certificate(), json!({"iss": "evil.example"}));
    let expired = json!({"exp": NOW.as_millis() - 1});
    for (certificate, assertion, reason) in [
        (
            with(strange.clone(), expired.clone()),
            assertion(),
            "expired",
        ),
        (
            with(strange.clone(), json!({"iat": NOW.as_millis() + 1})),
            with(assertion(), expired.clone()),
            "issued later than verification date",
        ),
        (
            without(strange.clone(), "public-key"),
            assertion(),
            "malformed public key in certificate",
        ),
        (
            with(strange.clone(), json!({"public-key": key_json("RS256a")})),
            assertion(),
            "invalid signature",
        ),
        (strange.clone(), with(assertion(), expired), "expired"),
        (
            strange,
            with(assertion(), json!({"aud": "https://other.example"})),
            "audience mismatch: domain mismatch",
        ),
    ] {
        let seen = verify(&bundle(&certificate, &assertion), &policy(), &idp());
        assert_eq!(seen.reason(), reason);
    }
}

#[test]
fn only_the_end_of_the_delegation_is_the_issuer() {
    let certificate = with(
        certificate(),
        json!({"principal": {"email": "bob@a.example"}}),
    );
    let issued_by = |issuer: &str| {
        bundle(
            &with(certificate.clone(), json!({ "iss": issuer })),
            &assertion(),
        )
    };
    let answers = [
        idp(),
        vec![(
            "a.example",
            json_answer(&json!({"authority": "idp.example"})),
        )],
    ]
    .concat();
    let asked = ["a.example?a.example", "idp.example?a.example"];

    let seen = verify(&issued_by("idp.example"), &policy(), &answers);
    assert!(seen.outcome.is_ok());
    assert_eq!(seen.asked, asked);

    for (issuer, got) in [("a.example", "a.example"), ("", "")] {
        let seen = verify(&issued_by(issuer), &policy(), &answers);
        assert_eq!(
            seen.reason(),
            format!("untrusted issuer, expected 'idp.example', got '{got}'")
        );
        assert_eq!(seen.asked, asked);
    }
    let seen = verify(&issued_by("sub.idp.example"), &policy(), &answers);
    assert_eq!(
        seen.reason(),
        "untrusted issuer, expected 'idp.example', got 'sub.idp.example'"
    );

    // The keys of the authority decide before the name of the issuer does.
    let forged = format!(
        "{}~{}",
        token(
            "RS256b",
            &with(certificate.clone(), json!({"iss": "a.example"}))
        ),
        token("RS256b", &assertion())
    );
    assert_eq!(
        verify(&forged.into(), &policy(), &answers).reason(),
        "invalid signature"
    );
}

#[test]
fn the_domains_own_trouble_is_the_reason_even_for_its_fallbacks_certificate() {
    let certificate = with(
        certificate(),
        json!({"principal": {"email": "bob@a.example"}}),
    );
    let bundle = bundle(&certificate, &assertion());
    let timeout = Answer::Unreachable(Unreachable::Timeout);
    let answers = [idp(), vec![("a.example", timeout)]].concat();
    let seen = verify(&bundle, &with_fallback("idp.example"), &answers);
    assert_eq!(
        seen.reason(),
        "timeout trying to load well-known for a.example"
    );
    assert_eq!(seen.asked, ["a.example?a.example"]);

    let seen = verify(&bundle, &with_fallback("idp.example"), &idp());
    assert!(seen.outcome.is_ok());
    assert_eq!(seen.asked, ["a.example?a.example", "idp.example?a.example"]);

    let seen = verify(&bundle, &policy(), &idp());
    assert_eq!(
        seen.reason(),
        "untrusted issuer, expected 'undefined', got 'idp.example'"
    );
    assert_eq!(seen.asked, ["a.example?a.example"]);
}

#[test]
fn a_domain_without_support_is_the_reason_for_its_own_certificate() {
    for (answer, reason) in [
        (
            not_found(),
            "idp.example is not a browserid primary - non-200 response code to /.well-known/browserid",
        ),
        (
            json_answer(&json!({"disabled": true})),
            "idp.example is not a browserid primary - support is disabled",
        ),
    ] {
        let seen = verify(&ordinary(), &policy(), &[("idp.example", answer)]);
        assert_eq!(seen.reason(), reason);
    }
}

#[test]
fn a_trusted_issuer_may_certify_anyone_and_is_asked_itself() {
    let foreign = with(
        certificate(),
        json!({"principal": {"email": "bob@a.example"}}),
    );
    let seen = verify(
        &bundle(&foreign, &assertion()),
        &trusting("idp.example"),
        &idp(),
    );
    assert_eq!(seen.asked, ["idp.example?a.example"]);
    assert!(seen.outcome.is_ok());

    let unverified = with(
        certificate(),
        json!({"principal": {"unverified-email": "bob@a.example"}}),
    );
    let unverified = bundle(&unverified, &assertion());
    let seen = verify(&unverified, &trusting("idp.example"), &idp());
    assert_eq!(seen.asked, ["idp.example?idp.example"]);
    let identity = seen.outcome.expect("accepted");
    assert_eq!(identity.email(), None);
    assert_eq!(identity.idp_claims()["unverified-email"], "bob@a.example");

    // By name, whole names: a part of a trusted name is a stranger.
    for not_trusted in ["example", "dp.example", "xidp.example"] {
        let seen = verify(&unverified, &trusting(not_trusted), &idp());
        assert_eq!(
            seen.reason(),
            "untrusted assertion, doesn't contain an email, and issuer is untrusted "
        );
        assert!(seen.asked.is_empty());
    }
}

#[test]
fn even_a_trusted_issuer_may_not_certify_what_is_no_address() {
    for odd in [
        json!("bob@a.example\n@evil"),
        json!(["bob@a.example"]),
        json!("bob@A.example"),
    ] {
        let odd = with(certificate(), json!({"principal": {"email": odd}}));
        let seen = verify(
            &bundle(&odd, &assertion()),
            &trusting("idp.example"),
            &idp(),
        );
        assert_eq!(seen.reason(), "malformed email in certificate");
        assert_eq!(
            seen.outcome.map_err(|refusal| refusal.code()),
            Err(Code::EmailMalformed)
        );
    }
}

#[test]
fn strong_keys_refuses_what_browsers_no_longer_make() {
    let strong = Policy {
        strong_keys: true,
        ..policy()
    };
    assert!(verify(&ordinary(), &strong, &idp()).outcome.is_ok());
    let weak_issuer = [("idp.example", json_answer(&support_document("RS128a")))];
    let signed = format!(
        "{}~{}",
        token("RS128a", &certificate()),
        token("RS256b", &assertion())
    );
    assert!(
        verify(&signed.clone().into(), &policy(), &weak_issuer)
            .outcome
            .is_ok()
    );
    let seen = verify(&signed.into(), &strong, &weak_issuer);
    assert_eq!(seen.reason(), "key too weak: RS128 of 1024 bits");
    for name in ["RS128a", "DS128a", "DS256a"] {
        let weak_user = with(certificate(), json!({"public-key": key_json(name)}));
        let seen = verify(&bundle(&weak_user, &assertion()), &strong, &idp());
        assert_eq!(
            seen.outcome.map_err(|refusal| refusal.code()),
            Err(Code::KeyTooWeak),
            "{name}"
        );
    }
}

#[test]
fn what_is_wrong_after_a_fitting_key_is_said_whatever_keys_follow() {
    let keys = with(
        support_document("RS256a"),
        json!({"keys": [key_json("RS256b"), key_json("DS128a")]}),
    );
    let answers = [("idp.example", json_answer(&keys))];
    let expired = with(certificate(), json!({"exp": NOW.as_millis() - 1}));
    assert_eq!(
        verify(&bundle(&expired, &assertion()), &policy(), &answers).reason(),
        "expired"
    );

    let foreign = format!(
        "{}~{}",
        token("RS128a", &certificate()),
        token("RS256b", &assertion())
    );
    let seen = verify(&foreign.into(), &policy(), &answers);
    assert_eq!(seen.reason(), "algorithms do not match");
}

#[test]
fn the_server_says_nothing_where_the_library_says_undefined() {
    let foreign = with(
        certificate(),
        json!({"principal": {"email": "bob@a.example"}}),
    );
    let seen = verify(&bundle(&foreign, &assertion()), &policy(), &idp());
    let refusal = seen.outcome.expect_err("no fallback");
    assert_eq!(
        refusal.reason(),
        "untrusted issuer, expected 'undefined', got 'idp.example'"
    );
    assert_eq!(
        refusal.server_reason(),
        "untrusted issuer, expected '', got 'idp.example'"
    );
}

#[test]
fn claims_never_become_the_identity() {
    let certificate = with(
        certificate(),
        json!({"email": "eve@evil.example", "status": "okay"}),
    );
    let assertion = with(
        assertion(),
        json!({"email": "eve@evil.example", "issuer": "evil.example", "constructor": 1, "principal": {"email": "x@y.z"}}),
    );
    let identity = verify(&bundle(&certificate, &assertion), &policy(), &idp())
        .outcome
        .expect("accepted");
    assert_eq!(
        identity.email().map(|email| email.as_str()),
        Some("bob@idp.example")
    );
    assert_eq!(identity.issuer(), "idp.example");
    assert_eq!(
        json!(identity.idp_claims()),
        json!({"email": "eve@evil.example", "status": "okay"})
    );
    assert_eq!(
        json!(identity.user_claims()),
        json!({"email": "eve@evil.example", "issuer": "evil.example", "constructor": 1})
    );
}

#[test]
fn steps_tell_what_was_done_and_never_hold_a_signed_object() {
    let names = |seen: &Seen| {
        seen.steps
            .iter()
            .map(|step| (step.name, step.okay))
            .collect::<Vec<_>>()
    };
    let seen = verify(&ordinary(), &policy(), &idp());
    let all = [
        "parsed",
        "identity",
        "discovery",
        "key",
        "certificate",
        "assertion",
        "audience",
        "authority",
    ];
    assert_eq!(names(&seen), all.map(|name| (name, true)));
    let text = format!("{:?}", seen.steps);
    let ordinary = ordinary();
    for part in ordinary.as_str().expect("a text").split(['~', '.']) {
        assert!(!text.contains(part));
    }

    let seen = verify(
        &ordinary,
        &policy(),
        &[("idp.example", json_answer(&support_document("RS256b")))],
    );
    assert_eq!(
        names(&seen),
        [
            ("parsed", true),
            ("identity", true),
            ("discovery", true),
            ("key", false)
        ]
    );
    let facts = &seen.steps.last().expect("a step").facts;
    assert_eq!(facts["code"], "certificate_signature");
    assert_eq!(facts["reason"], "invalid signature");
    assert_eq!(facts["issuer_key"]["algorithm"], "RS256");
}

#[test]
fn an_answer_without_a_question_changes_nothing() {
    let mut verification = Verification::start(&json!(1), &AUDIENCE.into(), &policy(), NOW);
    let before = verification.outcome().cloned();
    verification.answer(not_found());
    assert_eq!(verification.outcome().cloned(), before);
}
