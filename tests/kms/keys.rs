//! The key that the stub has, and what it says of it.

use base64::{Engine, engine::general_purpose::STANDARD};
use kms::Kms;
use rsa::pkcs8::EncodePublicKey;
use rsa::{BigUint, RsaPublicKey};
use serde_json::{Value, json};
use tests::keys::{ISSUER, TestKey};

use crate::stub::{Answer, PATIENT, Stub, done};

/// Which key it is for KMS.
pub const ARN: &str = "arn:aws:kms:test:1:key/SECRET-KEY-ID";
/// Another name for it.
pub const ALIAS: &str = "alias/selfsame";
/// What is signed.
pub const MESSAGE: &[u8] = b"a header.a payload";

/// SubjectPublicKeyInfo, in base64.
pub fn spki(key: &TestKey) -> String {
    let key = key.to_json();
    let number = |name: &str| {
        let digits = key[name].as_str().expect("a decimal number").as_bytes();
        BigUint::parse_bytes(digits, 10).expect("a decimal number")
    };
    let key = RsaPublicKey::new(number("n"), number("e")).expect("a public key");
    STANDARD.encode(key.to_public_key_der().expect("DER").as_bytes())
}

/// What `GetPublicKey` answers.
pub fn public_key() -> Value {
    json!({
        "CustomerMasterKeySpec": "RSA_2048",
        "KeyId": ARN,
        "KeySpec": "RSA_2048",
        "KeyUsage": "SIGN_VERIFY",
        "PublicKey": spki(&ISSUER),
        "SigningAlgorithms": [
            "RSASSA_PKCS1_V1_5_SHA_256",
            "RSASSA_PKCS1_V1_5_SHA_384",
            "RSASSA_PSS_SHA_256",
        ],
    })
}

/// What `Sign` answers.
pub fn signature(bytes: &[u8]) -> Answer {
    done(json!({
        "KeyId": ARN,
        "Signature": STANDARD.encode(bytes),
        "SigningAlgorithm": "RSASSA_PKCS1_V1_5_SHA_256",
    }))
}

/// A signer on a stub that answers so to `Sign`.
pub async fn signer(answers: Vec<Answer>) -> (Stub, Kms) {
    signer_within(PATIENT, answers).await
}

/// The same with deadlines of its own.
pub async fn signer_within(deadlines: aws::Deadlines, answers: Vec<Answer>) -> (Stub, Kms) {
    let stub = Stub::start([
        ("GetPublicKey", vec![done(public_key())]),
        ("Sign", answers),
    ])
    .await;
    let kms = Kms::open(&stub.config(deadlines), ALIAS).await;
    let kms = kms.unwrap_or_else(|error| panic!("{error}"));
    (stub, kms)
}
