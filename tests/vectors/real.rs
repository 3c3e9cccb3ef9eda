//! Assertions that real browsers made from 2012 to 2013, read from the test data of the old libraries' npm packages.
//!
//! Nothing of them is copied into this repository. `SELFSAME_REAL_VECTORS` names a `node_modules` folder that holds
//! `browserid-local-verify` 0.5.2 and `browserid-crypto` 0.9.1; otherwise it is `tests/interop/node_modules`.

use std::path::PathBuf;

use browserid::{Json, PublicKey};
use serde_json::{Value, json};

use crate::recorded::{self, Responses};
use crate::synthetic::in_words;

/// One recorded sign-in and what must come of it.
struct Real {
    audience: &'static str,
    bundle: String,
    config: Value,
    documents: Value,
    email: Option<&'static str>,
    from_ms: u64,
    issuer: &'static str,
    name: &'static str,
    until_ms: u64,
}

const REGRESSION: &str = "browserid-local-verify/tests/regression-cases";
const CRYPTO: &str = "browserid-crypto/test/vectors-test.js";

/// The seven of which the packages hold the issuer's key. Both ends of the time belong to it.
fn all() -> Vec<Real> {
    let regression = |file: &str, issuer: &'static str, config: Value, real: Real| {
        let text = source(&format!("{REGRESSION}/{file}"));
        let key = literal(&text, &["exports.pubKey ="]);
        assert_eq!(literal(&text, &["exports.issuer ="]), json!(issuer));
        assert_eq!(
            literal(&text, &["exports.audience ="]),
            json!(real.audience)
        );
        Real {
            bundle: string(literal(&text, &["exports.assertion ="])),
            config,
            documents: json!({ issuer: support_document(&key) }),
            issuer,
            ..real
        }
    };
    let crypto = |list: &str, assertion: &str, key: &str, config: Value, real: Real| {
        let text = source(CRYPTO);
        let key = literal(&text, &[list, key]);
        Real {
            bundle: string(literal(&text, &[list, assertion])),
            config,
            documents: json!({ real.issuer: support_document(&key) }),
            ..real
        }
    };
    vec![
        regression(
            "123done-fallback.js",
            "login.persona.org",
            json!({"fallback": "login.persona.org"}),
            real(
                "fallback",
                "http://123done.org",
                "lloyd@hilaiel.com",
                1_385_103_838_830,
                1_385_103_958_923,
            ),
        ),
        regression(
            "123done-gmail-bridge.js",
            "gmail.login.persona.org",
            json!({"fallback": "gmail.login.persona.org"}),
            real(
                "gmail bridge",
                "http://123done.org",
                "llooyd@gmail.com",
                1_385_107_682_840,
                1_385_107_814_268,
            ),
        ),
        regression(
            "123done-mockmyid.js",
            "mockmyid.com",
            json!({}),
            real(
                "mockmyid",
                "http://123done.org",
                "lloyd@mockmyid.com",
                1_385_107_316_910,
                1_385_107_565_207,
            ),
        ),
        regression(
            "123done-mozilla-idp.js",
            "login.mozilla.org",
            json!({"fallback": "login.mozilla.org"}),
            real(
                "mozilla",
                "http://123done.org",
                "lloyd@mozilla.com",
                1_385_107_318_181,
                1_385_107_470_353,
            ),
        ),
        regression(
            "local-unverified.js",
            "127.0.0.1",
            json!({"trustedIssuers": ["127.0.0.1"]}),
            Real {
                email: None,
                ..real(
                    "unverified",
                    "http://127.0.0.1:10001",
                    "",
                    1_385_107_914_926,
                    1_385_108_034_965,
                )
            },
        ),
        crypto(
            "var ASSERTIONS = [",
            "assertion:",
            "root:",
            json!({"fallback": "127.0.0.1"}),
            Real {
                issuer: "127.0.0.1",
                ..real(
                    "conformance",
                    "http://localhost:10001",
                    "ben@adida.net",
                    1_335_559_098_768,
                    1_335_559_415_733,
                )
            },
        ),
        crypto(
            "BACKED_ASSERTIONS = [",
            "\"assertion\":",
            "\"certifyingKey\":",
            json!({}),
            Real {
                issuer: "exampleidp.com",
                ..real(
                    "with iat",
                    "https://example.com",
                    "user@exampleidp.com",
                    1_342_635_951_027,
                    1_342_635_957_027,
                )
            },
        ),
    ]
}

fn real(
    name: &'static str,
    audience: &'static str,
    email: &'static str,
    from_ms: u64,
    until_ms: u64,
) -> Real {
    Real {
        audience,
        bundle: String::new(),
        config: json!({}),
        documents: json!({}),
        email: Some(email),
        from_ms,
        issuer: "",
        name,
        until_ms,
    }
}

fn one(name: &str) -> Real {
    let mut all = all().into_iter();
    all.find(|real| real.name == name)
        .expect("a recorded sign-in")
}

impl Real {
    /// What the verifier says at `now_ms`, in the words of the synthetic suite.
    fn at(&self, now_ms: u64) -> String {
        in_words(&Responses::of_documents(&self.documents).verify(
            &self.bundle.as_str().into(),
            &self.audience.into(),
            &recorded::policy(&self.config),
            now_ms,
        ))
    }

    fn now(&self) -> String {
        self.at(self.until_ms)
    }

    fn okay(&self) -> String {
        let mut result = json!({
            "audience": self.audience,
            "expires": self.until_ms,
            "issuer": self.issuer,
        });
        match self.email {
            Some(email) => result["email"] = email.into(),
            None => result["idpClaims"] = json!({"unverified-email": "test@example.com"}),
        }
        format!("okay {result}")
    }

    fn parts(&self) -> (&str, &str) {
        self.bundle.split_once('~').expect("two parts")
    }
}

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

fn support_document(key: &Json) -> Value {
    json!({"public-key": key, "authentication": "/auth", "provisioning": "/prov"})
}

fn user_key(real: &Real) -> Value {
    let payload = real.parts().0.split('.').nth(1).expect("a payload");
    let payload = browserid::base64url::decode(payload).expect("base64url");
    let payload: Value = serde_json::from_slice(&payload).expect("JSON");
    payload["public-key"].clone()
}

fn with_flipped_bit(token: &str) -> String {
    let (signed, signature) = token.rsplit_once('.').expect("a signature");
    let mut signature = browserid::base64url::decode(signature).expect("base64url");
    *signature.last_mut().expect("a byte") ^= 1;
    format!("{signed}.{}", browserid::base64url::encode(&signature))
}

fn source(path: &str) -> String {
    #[expect(
        clippy::disallowed_methods,
        reason = "where the packages are is the runner's choice"
    )]
    let folder = std::env::var("SELFSAME_REAL_VECTORS").map_or_else(
        |_| PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("interop/node_modules"),
        PathBuf::from,
    );
    let path = folder.join(path);
    std::fs::read_to_string(&path)
        .unwrap_or_else(|error| panic!("{}: {error}; run tests/interop/install", path.display()))
}

/// The value that stands behind the markers, each looked for behind the one before.
fn literal(text: &str, markers: &[&str]) -> Value {
    let rest = markers.iter().fold(text, |rest, marker| {
        rest.split_once(marker)
            .unwrap_or_else(|| panic!("no `{marker}`"))
            .1
    });
    first_value(rest)
}

fn first_value(text: &str) -> Value {
    let mut values = serde_json::Deserializer::from_str(text).into_iter();
    values
        .next()
        .expect("a value")
        .expect("a value written as JSON")
}

fn string(value: Value) -> String {
    value.as_str().expect("a text").to_owned()
}

fn hex(digits: &str) -> Vec<u8> {
    (0..digits.len())
        .step_by(2)
        .map(|at| u8::from_str_radix(&digits[at..at + 2], 16).expect("digits"))
        .collect()
}

fn decimal(hexadecimal: &str) -> String {
    rsa::BigUint::parse_bytes(hexadecimal.as_bytes(), 16)
        .expect("digits")
        .to_string()
}
