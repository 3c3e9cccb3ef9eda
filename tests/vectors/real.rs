//! Assertions that real browsers made from 2012 to 2013, read from the test data of the old libraries' npm packages.
//!
//! Nothing of them is copied into this repository. `SELFSAME_REAL_VECTORS` names a `node_modules` folder that holds
//! `browserid-local-verify` 0.5.2 and `browserid-crypto` 0.9.1; otherwise it is `tests/interop/node_modules`.

use std::path::PathBuf;

use browserid::Json;
use serde_json::{Value, json};

use crate::recorded::{self, Responses};
use crate::synthetic::in_words;

/// One recorded sign-in and what must come of it.
pub struct Real {
    pub audience: &'static str,
    pub bundle: String,
    pub config: Value,
    pub documents: Value,
    pub email: Option<&'static str>,
    pub from_ms: u64,
    pub issuer: &'static str,
    pub name: &'static str,
    pub until_ms: u64,
}

const REGRESSION: &str = "browserid-local-verify/tests/regression-cases";
pub const CRYPTO: &str = "browserid-crypto/test/vectors-test.js";

/// The seven of which the packages hold the issuer's key. Both ends of the time belong to it.
pub fn all() -> Vec<Real> {
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

pub fn real(
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

pub fn one(name: &str) -> Real {
    let mut all = all().into_iter();
    all.find(|real| real.name == name)
        .expect("a recorded sign-in")
}

impl Real {
    /// What the verifier says at `now_ms`, in the words of the synthetic suite.
    pub fn at(&self, now_ms: u64) -> String {
        in_words(&Responses::of_documents(&self.documents).verify(
            &self.bundle.as_str().into(),
            &self.audience.into(),
            &recorded::policy(&self.config),
            now_ms,
        ))
    }

    pub fn now(&self) -> String {
        self.at(self.until_ms)
    }

    pub fn okay(&self) -> String {
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

    pub fn parts(&self) -> (&str, &str) {
        self.bundle.split_once('~').expect("two parts")
    }
}

pub fn support_document(key: &Json) -> Value {
    json!({"public-key": key, "authentication": "/auth", "provisioning": "/prov"})
}

pub fn user_key(real: &Real) -> Value {
    let payload = real.parts().0.split('.').nth(1).expect("a payload");
    let payload = browserid::base64url::decode(payload).expect("base64url");
    let payload: Value = serde_json::from_slice(&payload).expect("JSON");
    payload["public-key"].clone()
}

pub fn with_flipped_bit(token: &str) -> String {
    let (signed, signature) = token.rsplit_once('.').expect("a signature");
    let mut signature = browserid::base64url::decode(signature).expect("base64url");
    *signature.last_mut().expect("a byte") ^= 1;
    format!("{signed}.{}", browserid::base64url::encode(&signature))
}

pub fn source(path: &str) -> String {
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
pub fn literal(text: &str, markers: &[&str]) -> Value {
    let rest = markers.iter().fold(text, |rest, marker| {
        rest.split_once(marker)
            .unwrap_or_else(|| panic!("no `{marker}`"))
            .1
    });
    first_value(rest)
}

pub fn first_value(text: &str) -> Value {
    let mut values = serde_json::Deserializer::from_str(text).into_iter();
    values
        .next()
        .expect("a value")
        .expect("a value written as JSON")
}

pub fn string(value: Value) -> String {
    value.as_str().expect("a text").to_owned()
}

pub fn hex(digits: &str) -> Vec<u8> {
    (0..digits.len())
        .step_by(2)
        .map(|at| u8::from_str_radix(&digits[at..at + 2], 16).expect("digits"))
        .collect()
}

pub fn decimal(hexadecimal: &str) -> String {
    rsa::BigUint::parse_bytes(hexadecimal.as_bytes(), 16)
        .expect("digits")
        .to_string()
}
