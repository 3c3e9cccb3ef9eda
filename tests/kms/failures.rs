//! Signatures that do not come: each failure by its name, and how often it is asked for.

use base64::{Engine, engine::general_purpose::STANDARD};
use kms::{Garbage, KmsError};
use serde_json::json;
use service::ports::Signer;
use tests::keys::{ISSUER, OTHER};

use crate::keys::{MESSAGE, signature, signer};
use crate::stub::{Answer, done, refusal};

/// The id of the last request of `attempts`, the first of all being that for the public key.
fn id(attempts: usize) -> Option<String> {
    Some(format!("R{}", attempts + 1))
}

/// Signs once where every answer is this, and says what came of it and how many requests that took.
async fn failure(answer: Answer) -> (KmsError, usize) {
    let (stub, kms) = signer(vec![answer]).await;
    let error = kms.signature(MESSAGE).await.expect_err("a failure");
    let line = error.to_string();
    for secret in ["SECRET", "SESSION", "arn:", "selfsame", "AKID"] {
        assert!(!line.contains(secret), "{line}");
    }
    (error, stub.count("Sign"))
}

#[tokio::test]
async fn what_only_the_owner_can_mend_is_asked_for_once() {
    let other = |aws_code: &str| KmsError::Other {
        aws_code: aws_code.to_owned(),
        request_id: id(1),
    };
    for (code, expected, line) in [
        (
            "AccessDeniedException",
            KmsError::AccessDenied { request_id: id(1) },
            "no permission to use the key (AccessDeniedException, request R2)",
        ),
        (
            "DisabledException",
            KmsError::Disabled { request_id: id(1) },
            "the key is disabled (DisabledException, request R2)",
        ),
        (
            "KMSInvalidStateException",
            KmsError::PendingDeletion { request_id: id(1) },
            "the key is scheduled for deletion (KMSInvalidStateException, request R2)",
        ),
        (
            "NotFoundException",
            KmsError::Missing { request_id: id(1) },
            "there is no such key or alias (NotFoundException, request R2)",
        ),
        (
            "ExpiredTokenException",
            other("ExpiredTokenException"),
            "KMS refused (ExpiredTokenException, request R2)",
        ),
        (
            "ValidationException",
            other("ValidationException"),
            "KMS refused (ValidationException, request R2)",
        ),
    ] {
        let (error, requests) = failure(refusal(400, code)).await;
        assert_eq!(error.to_string(), line);
        assert_eq!((error, requests), (expected, 1), "{code}");
    }
}

#[tokio::test]
async fn throttling_is_asked_for_three_times() {
    for code in ["ThrottlingException", "LimitExceededException"] {
        let (error, requests) = failure(refusal(400, code)).await;
        assert_eq!(
            error.to_string(),
            "KMS is throttling us (retried, request R4)"
        );
        let expected = KmsError::Throttled { request_id: id(3) };
        assert_eq!((error, requests), (expected, 3), "{code}");
    }
}

#[tokio::test]
async fn a_broken_service_is_asked_three_times() {
    for code in [
        "DependencyTimeoutException",
        "KMSInternalException",
        "KeyUnavailableException",
    ] {
        let (error, requests) = failure(refusal(500, code)).await;
        assert_eq!(
            error.to_string(),
            format!("KMS is broken ({code}, request R4)")
        );
        let expected = KmsError::ServiceFailure {
            aws_code: Some(code.to_owned()),
            request_id: id(3),
        };
        assert_eq!((error, requests), (expected, 3), "{code}");
    }
}

#[tokio::test]
async fn a_service_too_broken_to_say_so_is_asked_three_times() {
    let (error, requests) = failure(Answer::Send(503, b"<html>".to_vec())).await;
    assert_eq!(
        error.to_string(),
        "KMS is broken (it does not say how, request R4)"
    );
    let expected = KmsError::ServiceFailure {
        aws_code: None,
        request_id: id(3),
    };
    assert_eq!((error, requests), (expected, 3));
}

#[tokio::test]
async fn an_answer_of_no_use_is_garbage_and_asked_for_once() {
    let right = ISSUER.sign(MESSAGE);
    let spoiled: Vec<u8> = right.iter().map(|byte| byte ^ 1).collect();
    let of_the_hash = ISSUER.sign(&<sha2::Sha256 as sha2::Digest>::digest(MESSAGE));
    let without = done(json!({ "SigningAlgorithm": "RSASSA_PKCS1_V1_5_SHA_256" }));
    let odd_base64 = json!({ "Signature": format!("{}!", STANDARD.encode(&right)) });
    for (name, answer, what) in [
        (
            "another's",
            signature(&OTHER.sign(MESSAGE)),
            Garbage::Unverified,
        ),
        (
            "of another message",
            signature(&ISSUER.sign(b"")),
            Garbage::Unverified,
        ),
        (
            "of the hash as a message",
            signature(&of_the_hash),
            Garbage::Unverified,
        ),
        ("spoiled", signature(&spoiled), Garbage::Unverified),
        ("zeros", signature(&[0; 256]), Garbage::Unverified),
        ("empty", signature(&[]), Garbage::NoSignature),
        ("without", without, Garbage::NoSignature),
        (
            "short",
            signature(&right[1..]),
            Garbage::WrongLength { bytes: 255 },
        ),
        (
            "long",
            signature(&[&right[..], &[0]].concat()),
            Garbage::WrongLength { bytes: 257 },
        ),
        ("no base64", done(odd_base64), Garbage::Unreadable),
        (
            "no JSON",
            Answer::Send(200, b"<html>".to_vec()),
            Garbage::Unreadable,
        ),
        ("no object", done(json!([])), Garbage::Unreadable),
        (
            "a refusal in HTML",
            Answer::Send(400, b"<html>".to_vec()),
            Garbage::Unreadable,
        ),
    ] {
        let expected = KmsError::Garbage {
            request_id: id(1),
            what,
        };
        assert_eq!(failure(answer).await, (expected, 1), "{name}");
    }
}

#[tokio::test]
async fn a_connection_that_breaks_is_tried_three_times() {
    for answer in [Answer::Drop, Answer::HalfAndDrop] {
        let name = format!("{answer:?}");
        let (error, requests) = failure(answer).await;
        assert!(
            matches!(error, KmsError::Unreachable { .. }),
            "{name}: {error:?}"
        );
        assert_eq!(requests, 3, "{name}");
    }
}

#[tokio::test]
async fn an_answer_without_end_is_not_read_to_the_end() {
    let long = |bytes: usize| {
        let answer = json!({ "Signature": STANDARD.encode(ISSUER.sign(MESSAGE)) }).to_string();
        let blanks = " ".repeat(bytes - answer.len());
        Answer::Send(200, [answer, blanks].concat().into_bytes())
    };
    let limit = 8 * 1024 * 1024;
    let (_stub, kms) = signer(vec![long(limit)]).await;
    let signed = kms.signature(MESSAGE).await.expect("as long as may be");
    assert_eq!(signed.signature, ISSUER.sign(MESSAGE));
    let (error, _) = failure(long(limit + 1)).await;
    assert_eq!(
        error.to_string(),
        "KMS cannot be reached: length limit exceeded"
    );
}

#[tokio::test]
async fn the_failure_reaches_the_log_as_one_line_and_keeps_its_type() {
    let (_stub, kms) = signer(vec![refusal(400, "DisabledException")]).await;
    let error = kms.sign(MESSAGE).await.expect_err("a disabled key");
    assert_eq!(
        error.to_string(),
        "while signing with KMS: the key is disabled (DisabledException, request R2)"
    );
    let inner = error.source.downcast_ref::<KmsError>().map(KmsError::code);
    assert_eq!(inner, Some("disabled"));
}
