//! Which keys we sign with, and what becomes of all others before anything is signed.

use browserid::PublicKey;
use kms::{Garbage, Kms, KmsError, OpenError, WrongKey, public_key as read};
use serde_json::{Value, json};
use tests::keys::{ISSUER, WEAK};

use crate::keys::{ALIAS, ARN, public_key, spki};
use crate::stub::{Answer, PATIENT, Stub, config, done, refusal};

async fn stub(answer: Answer) -> Stub {
    Stub::start([("GetPublicKey", vec![answer])]).await
}

/// Opens, and reads to publish: both refuse alike.
async fn refused(answer: Answer) -> (OpenError, usize) {
    let stub = stub(answer).await;
    let config = stub.config(PATIENT);
    let error = Kms::open(&config, ALIAS).await.err().expect("a refusal");
    let requests = stub.count("GetPublicKey");
    let other = read(&config, ALIAS).await.expect_err("a refusal");
    assert_eq!(other.code(), error.code());
    let line = error.to_string();
    assert!(!line.contains("SECRET"), "{line}");
    (error, requests)
}

/// The answer with one member replaced, or without it.
fn with(name: &str, value: Value) -> Answer {
    let mut answer = public_key();
    let object = answer.as_object_mut().expect("an object");
    if value.is_null() {
        object.remove(name);
    } else {
        object.insert(name.to_owned(), value);
    }
    done(answer)
}

#[tokio::test]
async fn the_public_half_can_be_read_to_be_published() {
    let stub = stub(done(public_key())).await;
    let key = read(&stub.config(PATIENT), ARN).await;
    assert_eq!(key, Ok(ISSUER.public()));
    let asked = stub.asked();
    assert_eq!(asked.len(), 1);
    assert_eq!(asked[0].json(), json!({ "KeyId": ARN }));
}

#[tokio::test]
async fn a_key_of_another_kind_is_a_fault_of_the_configuration() {
    let texts = |texts: &[&str]| texts.iter().map(|&text| text.to_owned()).collect();
    let pss = ["RSASSA_PSS_SHA_256", "RSASSA_PKCS1_V1_5_SHA_384"];
    for (answer, expected, line) in [
        (
            with("KeySpec", json!("RSA_3072")),
            WrongKey::Spec("RSA_3072".to_owned()),
            "it is RSA_3072",
        ),
        (
            with("KeySpec", json!("ECC_NIST_P256")),
            WrongKey::Spec("ECC_NIST_P256".to_owned()),
            "it is ECC_NIST_P256",
        ),
        (
            with("KeySpec", json!("OF_TOMORROW")),
            WrongKey::Spec("OF_TOMORROW".to_owned()),
            "it is OF_TOMORROW",
        ),
        (
            with("KeyUsage", json!("ENCRYPT_DECRYPT")),
            WrongKey::Usage("ENCRYPT_DECRYPT".to_owned()),
            "it is for ENCRYPT_DECRYPT",
        ),
        (
            with("SigningAlgorithms", json!(pss)),
            WrongKey::Algorithms(texts(&pss)),
            "it signs with RSASSA_PSS_SHA_256, RSASSA_PKCS1_V1_5_SHA_384",
        ),
        (
            refusal(400, "UnsupportedOperationException"),
            WrongKey::NotAsymmetric,
            "it has no public half",
        ),
        (
            refusal(400, "InvalidKeyUsageException"),
            WrongKey::NotAsymmetric,
            "it has no public half",
        ),
    ] {
        let (error, requests) = refused(answer).await;
        assert_eq!(
            error.to_string(),
            format!(
                "the KMS key must be of the kind RSA_2048, for SIGN_VERIFY with \
                 RSASSA_PKCS1_V1_5_SHA_256, but {line}"
            )
        );
        assert_eq!(error.code(), "wrong_key");
        assert_eq!((error, requests), (OpenError::WrongKey(expected), 1));
    }
}

#[tokio::test]
async fn an_answer_that_does_not_say_what_the_key_is_may_pass() {
    for (name, answer) in [
        ("nothing", done(json!({}))),
        ("no kind", with("KeySpec", Value::Null)),
        ("no usage", with("KeyUsage", Value::Null)),
        ("no algorithms", with("SigningAlgorithms", Value::Null)),
        ("no key", with("PublicKey", Value::Null)),
        ("an empty key", with("PublicKey", json!(""))),
        ("a key that is none", with("PublicKey", json!("AAAA"))),
        ("a weak key", with("PublicKey", json!(spki(&WEAK)))),
    ] {
        let expected = OpenError::Unavailable(KmsError::Garbage {
            request_id: Some("R1".to_owned()),
            what: Garbage::NoPublicKey,
        });
        assert_eq!(refused(answer).await, (expected, 1), "{name}");
    }
}

#[tokio::test]
async fn what_may_pass_when_signing_may_pass_when_opening() {
    let request_id = |number: u8| Some(format!("R{number}"));
    for (answer, expected, requests) in [
        (
            refusal(400, "AccessDeniedException"),
            KmsError::AccessDenied {
                request_id: request_id(1),
            },
            1,
        ),
        (
            refusal(400, "DisabledException"),
            KmsError::Disabled {
                request_id: request_id(1),
            },
            1,
        ),
        (
            refusal(400, "KMSInvalidStateException"),
            KmsError::PendingDeletion {
                request_id: request_id(1),
            },
            1,
        ),
        (
            refusal(400, "NotFoundException"),
            KmsError::Missing {
                request_id: request_id(1),
            },
            1,
        ),
        (
            refusal(400, "ThrottlingException"),
            KmsError::Throttled {
                request_id: request_id(3),
            },
            3,
        ),
        (
            Answer::Send(200, b"<html>".to_vec()),
            KmsError::Garbage {
                request_id: request_id(1),
                what: Garbage::Unreadable,
            },
            1,
        ),
    ] {
        let line = format!("while reading the public key: {expected}");
        let (error, seen) = refused(answer).await;
        assert_eq!(error.to_string(), line);
        assert_eq!((error, seen), (OpenError::Unavailable(expected), requests));
    }
}

#[tokio::test]
async fn where_nobody_listens_nothing_is_reached() {
    // Bound and given back: nobody listens there now.
    let listener = std::net::TcpListener::bind("127.0.0.1:0").expect("a free port");
    let endpoint = format!("http://{}", listener.local_addr().expect("an address"));
    drop(listener);
    let opened: Result<PublicKey, _> = read(&config(&endpoint, PATIENT), ARN).await;
    let error = opened.expect_err("nobody");
    assert_eq!(error.code(), "unreachable");
    assert!(error.to_string().contains("Connection refused"), "{error}");
}
