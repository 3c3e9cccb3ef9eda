//! Who does not answer is not waited for.

use std::time::Duration;

use aws::Deadlines;
use kms::KmsError;
use tests::keys::ISSUER;
use tokio::time::{Instant, sleep, timeout};

use crate::keys::{MESSAGE, signature, signer_within};
use crate::stub::{Answer, PATIENT, Stub};

/// Far more than any of these tests takes; a hang becomes a failure.
const NEVER: Duration = Duration::from_secs(50);

/// The stub may be a moment behind the client, that gave up already.
async fn seen(stub: &Stub, requests: usize) -> usize {
    let deadline = Instant::now() + Duration::from_secs(10);
    while stub.count("Sign") < requests && Instant::now() < deadline {
        sleep(Duration::from_millis(5)).await;
    }
    stub.count("Sign")
}

#[tokio::test]
async fn each_attempt_has_its_deadline_and_three_are_made() {
    let hasty = Deadlines {
        attempt: Duration::from_millis(500),
        ..PATIENT
    };
    for silence in [Answer::Hold, Answer::HalfAndHold] {
        let name = format!("{silence:?}");
        let (stub, kms) = signer_within(hasty, vec![silence]).await;
        let result = timeout(NEVER, kms.signature(MESSAGE)).await;
        let error = result.expect("no hang").expect_err("no answer");
        assert_eq!(error.to_string(), "no answer from KMS in time", "{name}");
        assert_eq!((error, seen(&stub, 3).await), (KmsError::TimedOut, 3));
    }
}

#[tokio::test]
async fn the_whole_call_has_its_deadline_whatever_an_attempt_may_take() {
    let hasty = Deadlines {
        operation: Duration::from_millis(500),
        ..PATIENT
    };
    for silence in [Answer::Hold, Answer::HalfAndHold] {
        let (stub, kms) = signer_within(hasty, vec![silence]).await;
        let result = timeout(NEVER, kms.signature(MESSAGE)).await;
        let error = result.expect("no hang").expect_err("no answer");
        assert_eq!((error, seen(&stub, 1).await), (KmsError::TimedOut, 1));
    }
}

#[tokio::test]
async fn the_product_waits_four_seconds_and_asks_twice_in_them() {
    let (stub, kms) = signer_within(Deadlines::PRODUCT, vec![Answer::Hold]).await;
    let start = Instant::now();
    let result = timeout(NEVER, kms.signature(MESSAGE)).await;
    let waited = start.elapsed();
    let error = result.expect("no hang").expect_err("no answer");
    assert_eq!((error, seen(&stub, 2).await), (KmsError::TimedOut, 2));
    assert!(waited >= Duration::from_secs(4), "{waited:?}");
}

#[tokio::test]
async fn an_attempt_that_was_late_does_not_spoil_the_next() {
    let hasty = Deadlines {
        attempt: Duration::from_secs(1),
        ..PATIENT
    };
    let answers = vec![Answer::Hold, signature(&ISSUER.sign(MESSAGE))];
    let (stub, kms) = signer_within(hasty, answers).await;
    let signed = timeout(NEVER, kms.signature(MESSAGE)).await;
    let signed = signed.expect("no hang").expect("a signature");
    assert_eq!(signed.signature, ISSUER.sign(MESSAGE));
    assert_eq!(stub.count("Sign"), 2);
}
