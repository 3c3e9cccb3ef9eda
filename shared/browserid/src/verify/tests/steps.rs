//! What is checked, in which order, and what is told of it.

use super::*;

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

/// [`idp`], whose certificates count from `since`.
fn idp_since(since: u64) -> Vec<(&'static str, Answer)> {
    let document = with(support_document("RS256a"), json!({ "not-before": since }));
    vec![("idp.example", json_answer(&document))]
}

const BEFORE: &str = "certificate was issued before the domain's 'not-before'";

#[test]
fn a_certificate_counts_from_the_very_millisecond_that_its_authority_names() {
    let since = NOW.as_millis() - 60_000;
    let issued = |iat: Json| bundle(&with(certificate(), json!({ "iat": iat })), &assertion());
    for (iat, counts) in [
        (json!(since), true),
        (json!(since + 1), true),
        (json!(NOW.as_millis()), true),
        (json!(since - 1), false),
        (json!(null), false),
    ] {
        let seen = verify(&issued(iat.clone()), &policy(), &idp_since(since));
        match counts {
            true => assert!(seen.outcome.is_ok(), "{iat}"),
            false => {
                assert_eq!(seen.reason(), BEFORE, "{iat}");
                let code = seen.outcome.map_err(|refusal| refusal.code());
                assert_eq!(code, Err(Code::CertificateBeforeNotBefore), "{iat}");
            }
        }
        // Without the authority's word all of them count.
        assert!(verify(&issued(iat), &policy(), &idp()).outcome.is_ok());
    }
    let without_iat = bundle(&without(certificate(), "iat"), &assertion());
    let seen = verify(&without_iat, &policy(), &idp_since(since));
    assert_eq!(seen.reason(), BEFORE);
    let step = seen.steps.last().expect("steps");
    assert_eq!((step.name, step.okay), ("certificate", false));
    assert_eq!(step.facts["not_before_ms"], json!(-60_000));
}

#[test]
fn not_before_is_looked_at_after_the_certificates_own_times_and_before_all_else() {
    let late = idp_since(NOW.as_millis());
    let earlier = |changes: Json| {
        let iat = json!({ "iat": NOW.as_millis() - 1 });
        with(with(certificate(), iat), changes)
    };
    let reason =
        |certificate: &Json| verify(&bundle(certificate, &assertion()), &policy(), &late).reason();
    assert_eq!(reason(&earlier(json!({}))), BEFORE);
    let over = json!({ "exp": NOW.as_millis() - 1 });
    assert_eq!(reason(&earlier(over)), "expired");
    assert_eq!(
        reason(&earlier(json!({ "iat": "x" }))),
        "missing or malformed 'iat'"
    );
    assert_eq!(reason(&earlier(json!({ "public-key": null }))), BEFORE);
    let stale = with(assertion(), json!({ "exp": NOW.as_millis() - 1 }));
    let seen = verify(&bundle(&earlier(json!({})), &stale), &policy(), &late);
    assert_eq!(seen.reason(), BEFORE);
    // Somebody else's signature is named first: nothing else of such a certificate is anybody's word.
    let forged = format!(
        "{}~{}",
        token("RS256b", &earlier(json!({}))),
        token("RS256b", &assertion())
    );
    let seen = verify(&forged.into(), &policy(), &late);
    assert_eq!(
        seen.outcome.map_err(|refusal| refusal.code()),
        Err(Code::CertificateSignature)
    );
}

#[test]
fn the_word_that_counts_is_the_authoritys() {
    let since = json!({ "not-before": NOW.as_millis() });
    let at = |domain: &str, document: Json| (domain.to_owned(), json_answer(&document));
    let delegating = |extra: &Json| with(json!({"authority": "idp.example"}), extra.clone());
    let earlier = with(
        certificate(),
        json!({"iat": NOW.as_millis() - 1, "principal": {"email": "bob@family.example"}}),
    );
    let outcome = |answers: &[(String, Answer)]| {
        let answers: Vec<_> = answers
            .iter()
            .map(|(host, answer)| (host.as_str(), answer.clone()))
            .collect();
        let seen = verify(&bundle(&earlier, &assertion()), &policy(), &answers);
        seen.outcome.map_err(|refusal| refusal.code())
    };
    let plain = support_document("RS256a");
    // The domain that delegates says nothing about certificates that it does not make.
    let said_by_the_domain = [
        at("family.example", delegating(&since)),
        at("idp.example", plain.clone()),
    ];
    assert!(outcome(&said_by_the_domain).is_ok());
    let said_by_the_authority = [
        at("family.example", delegating(&json!({}))),
        at("idp.example", with(plain.clone(), since.clone())),
    ];
    assert_eq!(
        outcome(&said_by_the_authority),
        Err(Code::CertificateBeforeNotBefore)
    );
    // An issuer that speaks for nobody here is refused for that.
    let stranger = [
        at("family.example", with(plain.clone(), since)),
        at("idp.example", plain),
    ];
    assert_eq!(outcome(&stranger), Err(Code::IssuerUntrusted));
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
fn an_answer_without_a_question_changes_nothing() {
    let mut verification = Verification::start(&json!(1), &AUDIENCE.into(), &policy(), NOW);
    let before = verification.outcome().cloned();
    verification.answer(not_found());
    assert_eq!(verification.outcome().cloned(), before);
}
