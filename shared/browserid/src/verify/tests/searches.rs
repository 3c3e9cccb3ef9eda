//! What the search for the authority met is told, whichever step refuses in the end.

use super::*;

fn facts(seen: &Seen, name: &str) -> Vec<Json> {
    let steps = seen.steps.iter().filter(|step| step.name == name);
    steps.map(|step| Json::Object(step.facts.clone())).collect()
}

#[test]
fn a_domain_in_trouble_is_told_though_the_stranger_is_the_refusal() {
    let strange = with(certificate(), json!({"iss": "evil.example"}));
    let trouble = [("idp.example", Answer::Unreachable(Unreachable::Timeout))];
    let seen = verify(
        &bundle(&strange, &assertion()),
        &with_fallback("fallback.example"),
        &trouble,
    );
    assert_eq!(seen.asked, ["idp.example?idp.example"]);
    let error = json!({
        "code": "domain_timeout",
        "reason": "timeout trying to load well-known for idp.example",
    });
    let hop =
        json!({"host": "idp.example", "status": null, "freshness": "fetched", "error": error});
    assert_eq!(facts(&seen, "discovery"), [hop]);
    let authority = &facts(&seen, "authority")[0];
    assert_eq!(authority["authority"], "fallback.example");
    assert_eq!(authority["code"], "issuer_untrusted");
    assert_eq!(
        seen.reason(),
        "untrusted issuer, expected 'fallback.example', got 'evil.example'"
    );
}

#[test]
fn without_a_fallback_nobody_is_named_as_the_authority() {
    let strange = with(certificate(), json!({"iss": "evil.example"}));
    let seen = verify(&bundle(&strange, &assertion()), &policy(), &[]);
    assert_eq!(facts(&seen, "authority")[0]["authority"], json!(null));
    assert_eq!(
        facts(&seen, "discovery")[0]["error"]["code"],
        "document_missing"
    );
}

#[test]
fn what_the_domain_said_is_told_though_its_fallback_is_the_refusal() {
    let down = Answer::Response {
        status: 500,
        content_type: None,
        body: vec![],
    };
    let seen = verify(
        &ordinary(),
        &with_fallback("fallback.example"),
        &[("fallback.example", down)],
    );
    let hops = facts(&seen, "discovery");
    assert_eq!(hops.len(), 2);
    assert_eq!(hops[0]["error"]["code"], "document_missing");
    assert_eq!(hops[0]["fallback"], "fallback.example");
    assert_eq!(hops[0].get("code"), None);
    assert_eq!(hops[1]["code"], "domain_unreachable");
    assert_eq!(hops[1].get("error"), None);
}

#[test]
fn what_the_domain_said_is_told_once_however_far_its_fallback_delegates() {
    let answers = [
        (
            "fallback.example",
            json_answer(&json!({"authority": "bridge.example"})),
        ),
        ("bridge.example", json_answer(&support_document("RS256a"))),
    ];
    let certificate = with(certificate(), json!({"iss": "bridge.example"}));
    let seen = verify(
        &bundle(&certificate, &assertion()),
        &with_fallback("fallback.example"),
        &answers,
    );
    assert!(seen.outcome.is_ok());
    let hops = facts(&seen, "discovery");
    assert_eq!(hops.len(), 3);
    assert_eq!(hops[0]["error"]["code"], "document_missing");
    assert_eq!(hops[1].get("error"), None);
    assert_eq!(hops[1]["delegates_to"], "bridge.example");
    assert_eq!(hops[2].get("error"), None);
}

#[test]
fn without_an_address_nobody_is_asked_and_the_code_says_whether_there_was_one() {
    for (principal, code) in [
        (json!({}), Code::EmailMissing),
        (json!({"email": ""}), Code::EmailMissing),
        (json!({"email": "bob"}), Code::EmailMalformed),
        (json!({"email": ["bob@idp.example"]}), Code::EmailMalformed),
    ] {
        let certificate = with(certificate(), json!({ "principal": principal }));
        let seen = verify(&bundle(&certificate, &assertion()), &policy(), &idp());
        assert_eq!(seen.outcome.map_err(|refusal| refusal.code()), Err(code));
        assert!(seen.asked.is_empty(), "{principal}");
    }
}

#[test]
fn the_outcome_can_be_looked_at_before_it_is_taken() {
    for bundle in [ordinary(), json!("x")] {
        let audience = AUDIENCE.into();
        let mut verification = Verification::start(&bundle, &audience, &policy(), NOW);
        if verification.question().is_some() {
            assert_eq!(verification.outcome(), None);
            verification.answer(json_answer(&support_document("RS256a")));
        }
        let outcome = verification.outcome().cloned();
        let taken = verification.finish().map(|(outcome, _)| outcome);
        assert!(outcome.is_some());
        assert_eq!(outcome, taken);
    }
}
