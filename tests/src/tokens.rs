//! Certificates, assertions and bundles, right or wrong on purpose: made here by hand and not by the product, so that
//! the two can disagree.

use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use serde_json::{Value, json};

use crate::clock::START_MS;
use crate::keys::{ISSUER, TestKey, USER};

/// The person.
pub const ALICE: &str = "alice@idp.example";
/// Her identity provider.
pub const IDP: &str = "idp.example";
/// The site she signs in to.
pub const AUDIENCE: &str = "https://rp.example";
/// When [`assertion`] ends.
pub const ASSERTION_EXPIRES_MS: u64 = START_MS + 120_000;

/// Header, payload and signature.
pub fn token(key: &TestKey, algorithm: &str, payload: &Value) -> String {
    let encode = |value: &Value| URL_SAFE_NO_PAD.encode(value.to_string());
    let (header, payload) = (encode(&json!({"alg": algorithm})), encode(payload));
    let signature = key.sign(format!("{header}.{payload}").as_bytes());
    signed(&header, &payload, &signature)
}

/// Two encoded parts and the signature over them.
pub fn signed(header: &str, payload: &str, signature: &[u8]) -> String {
    format!("{header}.{payload}.{}", URL_SAFE_NO_PAD.encode(signature))
}

/// The payload of Alice's certificate.
pub fn certificate() -> Value {
    json!({
        "iss": IDP,
        "iat": START_MS - 10_000,
        "exp": START_MS + 3_600_000,
        "public-key": USER.to_json(),
        "principal": {"email": ALICE},
    })
}

/// The payload of her assertion for [`AUDIENCE`].
pub fn assertion() -> Value {
    json!({"aud": AUDIENCE, "exp": ASSERTION_EXPIRES_MS})
}

/// Both signed, with a tilde between.
pub fn bundle(certificate: &Value, assertion: &Value) -> String {
    let certificate = token(&ISSUER, "RS256", certificate);
    format!("{certificate}~{}", token(&USER, "RS256", assertion))
}

/// Alice's, right in everything.
pub fn alices_bundle() -> String {
    bundle(&certificate(), &assertion())
}

/// The support document of [`IDP`].
pub fn support_document() -> Value {
    json!({
        "public-key": ISSUER.to_json(),
        "authentication": "/persona/sign_in.html",
        "provisioning": "/persona/provision.html",
        "agent": "/persona/agent.html",
    })
}

/// The claims of a token, unchecked.
pub fn payload(token: &str) -> Value {
    let payload = token.split('.').nth(1).expect("three parts");
    let payload = URL_SAFE_NO_PAD.decode(payload).expect("base64url");
    serde_json::from_slice(&payload).expect("JSON")
}
