//! What must come of the recorded sign-ins, as they are and changed.

use browserid::PublicKey;
use serde_json::{Value, json};

use crate::real::{
    CRYPTO, Real, all, decimal, first_value, hex, literal, one, real, source, string,
    support_document, user_key, with_flipped_bit,
};

#[test]
fn every_recorded_sign_in_is_accepted_from_its_first_to_its_last_millisecond() {
    let all = all();
    for real in &all {
        assert_eq!(real.at(real.from_ms), real.okay(), "{}", real.name);
        assert_eq!(real.at(real.until_ms), real.okay(), "{}", real.name);
        assert_eq!(
            real.at(real.from_ms - 1),
            "failure: issued later than verification date",
            "{}",
            real.name
        );
        assert_eq!(
            real.at(real.until_ms + 1),
            "failure: expired",
            "{}",
            real.name
        );
    }
    assert_eq!(all.len(), 7);
}

#[test]
fn a_replaced_issuer_key_confirms_nothing() {
    let other_rsa = one("mozilla").documents["login.mozilla.org"].clone();
    let other_dsa = support_document(&user_key(&one("fallback")));
    let rsa_for_mozilla = one("gmail bridge").documents["gmail.login.persona.org"].clone();
    for mut real in all() {
        let is_dsa = real.name == "mockmyid";
        let rsa = if real.name == "mozilla" {
            &rsa_for_mozilla
        } else {
            &other_rsa
        };
        let (rsa_reason, dsa_reason) = match is_dsa {
            true => (
                "failure: algorithms do not match",
                "failure: invalid signature",
            ),
            false => (
                "failure: invalid signature",
                "failure: algorithms do not match",
            ),
        };
        real.documents = json!({ real.issuer: rsa });
        assert_eq!(real.now(), rsa_reason, "{}", real.name);
        real.documents = json!({ real.issuer: other_dsa });
        assert_eq!(real.now(), dsa_reason, "{}", real.name);
    }
}

#[test]
fn a_flipped_bit_in_a_signature_confirms_nothing() {
    for mut real in all() {
        let bundle = real.bundle.clone();
        let (certificate, assertion) = bundle.split_once('~').expect("two parts");
        for changed in [
            format!("{}~{assertion}", with_flipped_bit(certificate)),
            format!("{certificate}~{}", with_flipped_bit(assertion)),
        ] {
            real.bundle = changed;
            assert_eq!(real.now(), "failure: invalid signature", "{}", real.name);
        }
    }
}

#[test]
fn one_persons_certificate_does_not_back_anothers_assertion() {
    let mut fallback = one("fallback");
    let certificate = fallback.parts().0.to_owned();
    for other in all().iter().filter(|other| other.name != "fallback") {
        fallback.bundle = format!("{certificate}~{}", other.parts().1);
        assert_eq!(
            fallback.now(),
            "failure: invalid signature",
            "{}",
            other.name
        );
    }
}

#[test]
fn an_audience_must_be_the_assertions_own() {
    let mut fallback = one("fallback");
    let okay = "okay";
    for (audience, expected) in [
        ("http://123done.org:80", okay),
        ("http://123done.org/", okay),
        ("123done.org", okay),
        ("HTTP://123DONE.ORG", okay),
        (
            "http://other.example",
            "failure: audience mismatch: domain mismatch",
        ),
        (
            "https://123done.org",
            "failure: audience mismatch: scheme mismatch",
        ),
        (
            "http://123done.org:8080",
            "failure: audience mismatch: port mismatch",
        ),
        (
            "http://123done.org/login",
            "failure: audience mismatch: has non-empty path",
        ),
    ] {
        fallback.audience = audience;
        let expected = match expected {
            "okay" => fallback.okay(),
            failure => failure.to_owned(),
        };
        assert_eq!(fallback.now(), expected);
    }
    let mut bare = one("with iat");
    bare.audience = "example.com";
    assert_eq!(bare.now(), "failure: audience mismatch: scheme mismatch");
    let mut with_port = one("unverified");
    with_port.audience = "127.0.0.1:10001";
    assert_eq!(with_port.now(), with_port.okay());
}

#[test]
fn parts_that_are_missing_or_doubled_are_refused() {
    let mut fallback = one("fallback");
    let bundle = fallback.bundle.clone();
    let (certificate, assertion) = bundle.split_once('~').expect("two parts");
    for (changed, reason) in [
        (assertion.to_owned(), "no certificates provided"),
        (
            format!("{certificate}~{certificate}~{assertion}"),
            "algorithms do not match",
        ),
        (
            format!("{certificate}~~{assertion}"),
            "signed object must have three parts, this one has 1",
        ),
        (
            format!("~{assertion}"),
            "signed object must have three parts, this one has 1",
        ),
        (
            format!("{bundle}~"),
            "signed object must have three parts, this one has 1",
        ),
    ] {
        fallback.bundle = changed;
        assert_eq!(fallback.now(), format!("failure: {reason}"));
    }
}

#[test]
fn delegation_leads_to_the_issuer() {
    let mut mozilla = one("mozilla");
    mozilla.config = json!({});
    mozilla.documents["mozilla.com"] = json!({"authority": "login.mozilla.org"});
    assert_eq!(mozilla.now(), mozilla.okay());

    let mut bridge = one("gmail bridge");
    bridge.config = json!({"fallback": "login.persona.org"});
    bridge.documents["login.persona.org"] = json!({"authority": "gmail.login.persona.org"});
    assert_eq!(bridge.now(), bridge.okay());
}

#[test]
fn a_fallback_speaks_only_for_domains_without_support_and_only_when_configured() {
    let mut fallback = one("fallback");
    let own = one("mozilla").documents["login.mozilla.org"].clone();
    fallback.documents["hilaiel.com"] = own;
    assert_eq!(
        fallback.now(),
        "failure: untrusted issuer, expected 'hilaiel.com', got 'login.persona.org'"
    );
    fallback.documents["hilaiel.com"] = json!({"disabled": true});
    assert_eq!(fallback.now(), fallback.okay());
    fallback.config = json!({});
    assert_eq!(
        fallback.now(),
        "failure: untrusted issuer, expected 'undefined', got 'login.persona.org'"
    );
    fallback.config = json!({"trustedIssuers": ["login.persona.org"]});
    assert_eq!(fallback.now(), fallback.okay());
    fallback.config = json!({"trustedIssuers": ["persona.org", "ogin.persona.org", ""]});
    assert_eq!(
        fallback.now(),
        "failure: untrusted issuer, expected 'undefined', got 'login.persona.org'"
    );
}

#[test]
fn an_unverified_address_is_a_claim_and_needs_a_trusted_issuer() {
    let mut unverified = one("unverified");
    unverified.config = json!({"fallback": "127.0.0.1"});
    assert_eq!(
        unverified.now(),
        "failure: untrusted assertion, doesn't contain an email, and issuer is untrusted "
    );
}

#[test]
fn the_right_key_may_stand_anywhere_in_the_list() {
    let mut fallback = one("fallback");
    let right = fallback.documents["login.persona.org"]["public-key"].clone();
    let wrong = one("mozilla").documents["login.mozilla.org"]["public-key"].clone();
    let document = |document: Value| {
        let mut pages = json!({"authentication": "/auth", "provisioning": "/prov"});
        let pages_members = pages.as_object_mut().expect("an object");
        pages_members.extend(document.as_object().expect("an object").clone());
        json!({ "login.persona.org": pages })
    };
    for keys in [
        json!({"keys": [wrong, right]}),
        json!({"public-key": wrong, "keys": [wrong, right]}),
        json!({"public-key": right, "keys": [wrong]}),
    ] {
        fallback.documents = document(keys);
        assert_eq!(fallback.now(), fallback.okay());
    }
    fallback.documents = document(json!({"keys": [wrong, wrong]}));
    assert_eq!(fallback.now(), "failure: invalid signature");
}

#[test]
fn the_universal_forgery_of_dsa_is_refused() {
    let mut mockmyid = one("mockmyid");
    let bundle = mockmyid.bundle.clone();
    let (certificate, assertion) = bundle.split_once('~').expect("two parts");
    let (signed, _) = certificate.rsplit_once('.').expect("a signature");
    let q = "e21e04f911d1ed7991008ecaab3bf775984309c3";
    let one = "0000000000000000000000000000000000000001";
    for (r, s) in [(one, q), (one, "00"), (q, q), ("00", "00"), ("00", one)] {
        let signature = hex(&format!("{r:0>40}{s:0>40}"));
        let forged = browserid::base64url::encode(&signature);
        mockmyid.bundle = format!("{signed}.{forged}~{assertion}");
        assert_eq!(mockmyid.now(), "failure: invalid signature", "{r} {s}");
    }
}

#[test]
fn the_format_of_august_2012_is_refused() {
    let text = source(CRYPTO);
    let list = ["BACKED_ASSERTIONS = [", "/*"];
    let key = literal(&text, &[list[0], list[1], "certifyingKey:"]);
    let real = Real {
        bundle: string(literal(&text, &[list[0], list[1], "assertion:"])),
        documents: json!({"exampleidp.com": support_document(&key)}),
        issuer: "exampleidp.com",
        ..real(
            "2012.08.15",
            "https://example.com",
            "user@exampleidp.com",
            1_342_801_690_570,
            1_342_801_696_570,
        )
    };
    assert_eq!(
        real.now(),
        "failure: bad support document for 'exampleidp.com': Error: mal-formed public key in support doc: KeySizeNotSupportedError: bad key size: NaN"
    );
}

#[test]
fn the_old_librarys_own_keys_are_read_in_both_forms() {
    let text = source(CRYPTO);
    let mut rest = text.split_once("var PUBLIC_KEYS = [").expect("keys").1;
    rest = rest.split_once("];").expect("an end").0;
    let mut count = 0;
    for entry in rest.split("{key:").skip(1) {
        let key = PublicKey::from_json(&first_value(entry)).expect("a key");
        let written = key.to_json();
        let number = |name: &str| string(literal(entry, &[&format!("\n   \"{name}\":")]));
        match written["algorithm"].as_str() {
            Some("RS") => {
                assert_eq!(decimal(&number("modulus")), written["n"]);
                assert_eq!(decimal(&number("exponent")), written["e"]);
            }
            _ => {
                for name in ["y", "p", "q", "g"] {
                    assert_eq!(json!(number(name)), written[name]);
                }
            }
        }
        assert_eq!(PublicKey::from_json(&written), Ok(key));
        count += 1;
    }
    assert_eq!(count, 4);
}
