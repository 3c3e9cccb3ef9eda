//! Bundles and signed objects: B1 to B32.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD_NO_PAD;
use browserid::{Code, base64url};
use serde_json::json;

use crate::judging::World;
use crate::making::{AUDIENCE, BOB, Case, HOUR, IDP, ISSUER, NOW, OTHER_RS256, OTHER_USER, USER};

const PARTS_1: &str = "signed object must have three parts, this one has 1";

fn segments(token: &str) -> [String; 3] {
    let parts: Vec<_> = token.split('.').map(str::to_owned).collect();
    parts.try_into().expect("three parts")
}

#[test]
fn an_ordinary_bundle_gives_address_issuer_audience_and_end() {
    let seen = World::ordinary().judge(Case::ordinary().bundle());
    let identity = seen.outcome.expect("accepted");
    assert_eq!(identity.email().map(|email| email.as_str()), Some(BOB));
    assert_eq!(identity.issuer(), IDP);
    assert_eq!(identity.audience(), AUDIENCE);
    assert_eq!(identity.expires().as_millis(), NOW + 120_000);
    assert_eq!(seen.asked, ["idp.example for idp.example"]);
}

#[test]
fn what_is_no_text_or_holds_no_certificate_is_refused_unasked() {
    let world = World::ordinary();
    let (certificate, assertion) = Case::ordinary().parts();
    let bundle = format!("{certificate}~{assertion}");
    for odd in [
        json!(777),
        json!(true),
        json!(null),
        json!([bundle]),
        json!({ "assertion": bundle }),
        json!([]),
        json!({}),
    ] {
        world.refuses_unasked(odd, Code::BundleMalformed, "malformed backed assertion");
    }
    let old_form = json!({"certificates": [certificate], "assertion": assertion});
    for text in [
        "JUNK",
        "J",
        "\u{1}\u{2}",
        "",
        "test@example.com",
        &base64url::encode(b"{}"),
        &base64url::encode(old_form.to_string().as_bytes()),
        &assertion,
        &certificate,
    ] {
        world.refuses_unasked(text, Code::BundleMalformed, "no certificates provided");
    }
}

#[test]
fn every_element_counts_and_must_be_a_signed_object() {
    let world = World::ordinary();
    let (certificate, assertion) = Case::ordinary().parts();
    for (bundle, code) in [
        ("~".to_owned(), Code::CertificateMalformed),
        (
            format!("~{certificate}~{assertion}"),
            Code::CertificateMalformed,
        ),
        (format!("~{assertion}"), Code::CertificateMalformed),
        (
            format!("{certificate}~~{assertion}"),
            Code::CertificateMalformed,
        ),
        (
            format!("bogus cert~{certificate}~{assertion}"),
            Code::CertificateMalformed,
        ),
        (
            format!("{certificate}~bogus cert~{assertion}"),
            Code::CertificateMalformed,
        ),
        (
            format!("{certificate}~{assertion}~"),
            Code::AssertionMalformed,
        ),
        (format!("{certificate}~"), Code::AssertionMalformed),
    ] {
        // With the tilde at the end, the assertion stands in the place of a certificate and an empty text in its own.
        world.refuses_unasked(bundle, code, PARTS_1);
    }
    for (text, count) in [(format!("{assertion}.AAAA"), 4), ("a.b".to_owned(), 2)] {
        let reason = format!("signed object must have three parts, this one has {count}");
        let as_assertion = format!("{certificate}~{text}");
        world.refuses_unasked(as_assertion, Code::AssertionMalformed, &reason);
        let as_certificate = format!("{text}~{assertion}");
        world.refuses_unasked(as_certificate, Code::CertificateMalformed, &reason);
    }
}

#[test]
fn a_chain_is_refused_after_each_of_its_links_was_checked() {
    let world = World::ordinary();
    // The attack that chains were switched off for: a user certifies another address with his own key.
    let bob = Case::ordinary().held(&OTHER_RS256);
    let boss = Case::of("boss@idp.example").issued_by(&OTHER_RS256);
    let chain = |second: &Case| format!("{}~{}", bob.parts().0, second.bundle());
    let asked = world.refuses(
        chain(&boss),
        Code::CertificateChain,
        "certificate chaining is not yet allowed",
    );
    assert_eq!(asked, ["idp.example for idp.example"]);

    let badly_signed = boss.clone().issued_by(&ISSUER);
    world.refuses(
        chain(&badly_signed),
        Code::CertificateSignature,
        "invalid signature",
    );
    let expired = boss.clone().certificate(json!({"exp": NOW - 1}));
    world.refuses(chain(&expired), Code::CertificateExpired, "expired");
    let forged = boss.signed_by(&OTHER_USER);
    world.refuses(
        chain(&forged),
        Code::AssertionSignature,
        "invalid signature",
    );

    let (certificate, assertion) = Case::ordinary().parts();
    let twice = format!("{certificate}~{certificate}~{assertion}");
    world.refuses(twice, Code::AlgorithmMismatch, "algorithms do not match");
}

#[test]
fn a_bundle_that_lost_or_gained_characters_is_refused() {
    let world = World::ordinary();
    let bundle = Case::ordinary().bundle();
    world.refuses_unasked(
        &bundle[1..],
        Code::CertificateMalformed,
        "headersegment: invalid json",
    );
    world.refuses_unasked(
        format!(" {bundle}"),
        Code::CertificateMalformed,
        "header segment: Illegal base64url string!",
    );
    // 52 characters are 39 bytes: a DSA signature, of another message.
    world.refuses(
        &bundle[..bundle.len() - 2],
        Code::AssertionSignature,
        "invalid signature",
    );
    // `gunA` makes 43 bytes of it, `gunk` ends in bits that stand for nothing.
    world.refuses(
        format!("{bundle}gunA"),
        Code::AssertionSignature,
        "malformed signature",
    );
    world.refuses_unasked(
        format!("{bundle}gunk"),
        Code::AssertionMalformed,
        "signature segment: Illegal base64url string!",
    );
}

#[test]
fn what_is_no_strict_base64url_is_refused_in_every_segment() {
    let world = World::ordinary();
    let (certificate, assertion) = Case::ordinary().parts();
    for odd in ["=", "==", "\n", "\r\n", " ", "!*", "\0", "é", "+", "/", "%"] {
        for at in 0..3 {
            for inside in [false, true] {
                let spoil = |token: &str| {
                    let mut segments = segments(token);
                    let place = if inside { 4 } else { segments[at].len() };
                    segments[at].insert_str(place, odd);
                    segments.join(".")
                };
                for (bundle, code) in [
                    (
                        format!("{}~{assertion}", spoil(&certificate)),
                        Code::CertificateMalformed,
                    ),
                    (
                        format!("{certificate}~{}", spoil(&assertion)),
                        Code::AssertionMalformed,
                    ),
                ] {
                    let seen = world.judge(bundle);
                    assert!(seen.asked.is_empty(), "{odd:?} in segment {at}");
                    let refusal = seen.outcome.expect_err("refused");
                    assert_eq!(refusal.code(), code, "{odd:?} in segment {at}: {refusal}");
                }
            }
        }
    }
}

#[test]
fn the_standard_alphabet_is_refused_even_where_it_was_signed() {
    let world = World::ordinary();
    // Claims whose encoding has `-` and `_`, and a nonce whose signature has them.
    let payload = json!({"aud": AUDIENCE, "exp": NOW + HOUR, "x": "ÿÿÿ>>>???"}).to_string();
    let header = base64url::encode(br#"{"alg":"DS128"}"#);
    let url_safe = base64url::encode(payload.as_bytes());
    let standard = STANDARD_NO_PAD.encode(&payload);
    assert_ne!(url_safe, standard);
    let (certificate, _) = Case::ordinary().parts();
    world.accepts(format!(
        "{certificate}~{}",
        USER.token_of_segments(&header, &url_safe)
    ));
    let signed_so = USER.token_of_segments(&header, &standard);
    let changed_later = USER
        .token_of_segments(&header, &url_safe)
        .replace(&url_safe, &standard);
    for assertion in [signed_so, changed_later] {
        world.refuses_unasked(
            format!("{certificate}~{assertion}"),
            Code::AssertionMalformed,
            "payload segment: Illegal base64url string!",
        );
    }

    let [head, payload, signature] = (1..)
        .map(|nonce| {
            let mut case = Case::ordinary();
            case.assertion["nonce"] = json!(nonce);
            segments(&case.parts().1)
        })
        .find(|segments| segments[2].contains('-') || segments[2].contains('_'))
        .expect("most signatures have one");
    let standard = signature.replace('-', "+").replace('_', "/");
    world.accepts(format!("{certificate}~{head}.{payload}.{signature}"));
    world.refuses_unasked(
        format!("{certificate}~{head}.{payload}.{standard}"),
        Code::AssertionMalformed,
        "signature segment: Illegal base64url string!",
    );
}

#[test]
fn header_and_payload_are_json_objects() {
    let world = World::ordinary();
    let case = Case::ordinary();
    let (certificate, assertion) = case.parts();
    for (text, what) in [
        ("{,", "invalid json"),
        ("no json", "invalid json"),
        ("", "invalid json"),
        ("\u{feff}{}", "invalid json"),
        ("{} x", "invalid json"),
        ("null", "malformed object"),
        ("5", "malformed object"),
        ("[]", "malformed object"),
        ("\"text\"", "malformed object"),
        ("true", "malformed object"),
    ] {
        let headers = format!("headersegment: {what}");
        let payloads = format!("payloadsegment: {what}");
        let header = USER.token_of(text, &case.assertion.to_string());
        let payload = USER.token_of(r#"{"alg":"DS128"}"#, text);
        for (token, reason) in [(header, &headers), (payload, &payloads)] {
            let bundle = format!("{certificate}~{token}");
            world.refuses_unasked(bundle, Code::AssertionMalformed, reason);
        }
        let header = ISSUER.token_of(text, &case.certificate.to_string());
        let payload = ISSUER.token_of(r#"{"alg":"RS256"}"#, text);
        for (token, reason) in [(header, &headers), (payload, &payloads)] {
            let bundle = format!("{token}~{assertion}");
            world.refuses_unasked(bundle, Code::CertificateMalformed, reason);
        }
    }
}

#[test]
fn claims_changed_after_signing_are_not_believed() {
    let world = World::ordinary().asking("https://evil.example");
    let case = Case::ordinary();
    let (certificate, assertion) = case.parts();
    let replaced = |token: &str, payload: &serde_json::Value| {
        let [header, _, signature] = segments(token);
        let payload = base64url::encode(payload.to_string().as_bytes());
        format!("{header}.{payload}.{signature}")
    };
    let mut claims = case.assertion.clone();
    claims["aud"] = json!("https://evil.example");
    let bundle = format!("{certificate}~{}", replaced(&assertion, &claims));
    world.refuses(bundle, Code::AssertionSignature, "invalid signature");

    let world = World::ordinary();
    for (name, value) in [
        ("principal", json!({"email": "boss@idp.example"})),
        ("public-key", OTHER_USER.json()),
        ("exp", json!(NOW + 2 * HOUR)),
        ("iss", json!("idp.example.")),
    ] {
        let mut claims = case.certificate.clone();
        claims[name] = value;
        let seen = world.judge(format!("{}~{assertion}", replaced(&certificate, &claims)));
        let code = seen.outcome.expect_err("refused").code();
        let expected = match name {
            "iss" => Code::DomainInvalid,
            _ => Code::CertificateSignature,
        };
        assert_eq!(code, expected, "{name}");
    }
    // The same claims, encoded anew: only bytes count.
    let text = format!(" {}", case.certificate);
    let [header, _, signature] = segments(&certificate);
    let payload = base64url::encode(text.as_bytes());
    let bundle = format!("{header}.{payload}.{signature}~{assertion}");
    world.refuses(bundle, Code::CertificateSignature, "invalid signature");
}

#[test]
fn blanks_escapes_and_order_are_free_if_they_were_signed_so() {
    let case = Case::ordinary().certificate(json!({"name": "Jörg 日本 \u{1f600}"}));
    let pretty = serde_json::to_string_pretty(&case.certificate).expect("JSON");
    let pretty = pretty.replace(BOB, r"\u0062ob\u0040idp.example");
    let certificate = ISSUER.token_of("{\n\t\"alg\" : \"\\u0052S256\"\r\n}", &pretty);
    let assertion = format!(
        "{{ \"exp\" : {}, \"say\":\"\\u00fc\\n\", \"aud\" : \"https:\\/\\/rp.example\" }}\n",
        NOW + HOUR
    );
    let assertion = USER.token_of(r#"{"alg":"DS128"}"#, &assertion);
    let identity = World::ordinary().accepts(format!("{certificate}~{assertion}"));
    assert_eq!(identity.email().map(|email| email.as_str()), Some(BOB));
    assert_eq!(identity.idp_claims()["name"], "Jörg 日本 \u{1f600}");
    assert_eq!(identity.user_claims()["say"], "ü\n");
}

#[test]
fn each_part_stands_in_its_own_place_and_fits_the_other() {
    let world = World::ordinary();
    let bob = Case::ordinary();
    let (certificate, assertion) = bob.parts();
    // An assertion has no issuer and no key.
    world.refuses_unasked(
        format!("{assertion}~{certificate}"),
        Code::UserKeyMalformed,
        "malformed public key in certificate",
    );
    world.refuses(
        format!("{certificate}~{certificate}"),
        Code::AlgorithmMismatch,
        "algorithms do not match",
    );
    let (with_rsa, _) = Case::ordinary().held(&OTHER_RS256).parts();
    world.refuses(
        format!("{with_rsa}~{with_rsa}"),
        Code::AssertionSignature,
        "invalid signature",
    );
    let alice = Case::of("alice@idp.example").held(&OTHER_USER);
    world.accepts(alice.bundle());
    world.refuses(
        format!("{certificate}~{}", alice.parts().1),
        Code::AssertionSignature,
        "invalid signature",
    );
    world.refuses(
        format!("{}~{assertion}", alice.parts().0),
        Code::AssertionSignature,
        "invalid signature",
    );
}
