//! Signatures that come out right.

use base64::{Engine, engine::general_purpose::STANDARD};
use serde_json::json;
use service::ports::Signer;
use sha2::{Digest, Sha256};
use tests::keys::ISSUER;

use crate::keys::{ARN, MESSAGE, signature, signer};
use crate::stub::refusal;

#[tokio::test]
async fn a_signature_comes_with_the_name_that_kms_gave_the_request() {
    let (_stub, kms) = signer(vec![signature(&ISSUER.sign(MESSAGE))]).await;
    assert_eq!(kms.public_key(), &ISSUER.public());
    let signed = kms.sign(MESSAGE).await.expect("a signature");
    assert_eq!(signed.signature, ISSUER.sign(MESSAGE));
    assert_eq!(signed.request_id.as_deref(), Some("R2"));
}

#[tokio::test]
async fn kms_gets_the_hash_and_never_the_message() {
    // Longer than what KMS takes itself.
    let message = [b'm'; 5000];
    let (stub, kms) = signer(vec![signature(&ISSUER.sign(&message))]).await;
    kms.sign(&message).await.expect("a signature");
    let asked = stub.asked().pop().expect("a request");
    let digest = Sha256::digest(message);
    assert_eq!(
        asked.json(),
        json!({
            "KeyId": ARN,
            "Message": STANDARD.encode(digest),
            "MessageType": "DIGEST",
            "SigningAlgorithm": "RSASSA_PKCS1_V1_5_SHA_256",
        })
    );
    assert_eq!(digest.len(), 32);
}

#[tokio::test]
async fn the_key_is_asked_for_once_by_its_alias_and_signs_by_its_own_name() {
    let (stub, kms) = signer(vec![signature(&ISSUER.sign(MESSAGE))]).await;
    for _ in 0..3 {
        kms.sign(MESSAGE).await.expect("a signature");
    }
    let names: Vec<_> = stub
        .asked()
        .iter()
        .map(|asked| (asked.operation().to_owned(), asked.json()["KeyId"].clone()))
        .collect();
    let sign = ("Sign".to_owned(), json!(ARN));
    let expected = [
        ("GetPublicKey".to_owned(), json!("alias/selfsame")),
        sign.clone(),
        sign.clone(),
        sign,
    ];
    assert_eq!(names, expected);
}

#[tokio::test]
async fn requests_are_signed_with_the_functions_credentials() {
    let (stub, kms) = signer(vec![signature(&ISSUER.sign(MESSAGE))]).await;
    kms.sign(MESSAGE).await.expect("a signature");
    let asked = stub.asked();
    assert_eq!(asked.len(), 2);
    for asked in asked {
        let header = |name: &str| asked.headers[name].as_str();
        let authorization = header("authorization");
        assert!(
            authorization.starts_with("AWS4-HMAC-SHA256 Credential=AKIDEXAMPLE/"),
            "{authorization}"
        );
        assert!(authorization.contains("/kms/aws4_request"));
        assert_eq!(header("x-amz-security-token"), "SESSION-TOKEN");
        assert!(!format!("{:?}", asked.headers).contains("SECRET-ACCESS-KEY"));
    }
}

#[tokio::test]
async fn what_passed_before_the_third_attempt_is_not_noticed() {
    let broken = refusal(500, "KMSInternalException");
    let throttled = refusal(400, "ThrottlingException");
    let answers = vec![broken, throttled, signature(&ISSUER.sign(MESSAGE))];
    let (stub, kms) = signer(answers).await;
    let signed = kms.sign(MESSAGE).await.expect("a signature");
    assert_eq!(signed.request_id.as_deref(), Some("R4"));
    assert_eq!(stub.count("Sign"), 3);
}
