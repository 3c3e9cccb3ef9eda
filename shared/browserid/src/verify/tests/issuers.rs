//! Who may speak for whom, and who is asked.

use super::*;

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
