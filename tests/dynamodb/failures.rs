//! Answers that bring nothing: each failure by its name, and how often it is asked for.

use std::time::Duration;

use service::ports::{Accounts, Audit, Enrolments, Sessions};
use tokio::time::timeout;

use super::*;

/// Far more than any of these tests takes; a hang becomes a failure.
const NEVER: Duration = Duration::from_secs(50);

/// One method of a port for each operation of DynamoDB that we use.
const OPERATIONS: [&str; 6] = [
    "DeleteItem",
    "GetItem",
    "PutItem",
    "Query",
    "TransactWriteItems",
    "UpdateItem",
];

async fn call(store: &Store, operation: &str) -> Result<(), PortError> {
    match operation {
        "DeleteItem" => store.take(&TOKEN, START).await.map(|_| ()),
        "GetItem" => Sessions::find(store, &TOKEN).await.map(|_| ()),
        "PutItem" => store.keep(&audit_row()).await,
        "Query" => store.list().await.map(|_| ()),
        "TransactWriteItems" => Sessions::put(store, TOKEN, session()).await,
        "UpdateItem" => store.touch(&TOKEN, START).await,
        other => panic!("{other}"),
    }
}

/// Calls once where every answer is this, and says what came of it and how many requests that took.
async fn failure(operation: &'static str, answer: &Answer) -> (StoreError, usize) {
    let (stub, store) = store([(operation, vec![answer.clone()])]).await;
    let result = timeout(NEVER, call(&store, operation)).await;
    let error = result.expect("no hang").expect_err("a failure");
    let line = error.to_string();
    for secret in ["SECRET", "SESSION", YOU, HASH, "the-table", "AKID"] {
        assert!(!line.contains(secret), "{line}");
    }
    (cause(error), stub.count(operation))
}

/// The id of the last of so many requests.
fn id(attempts: usize) -> Option<String> {
    Some(format!("R{attempts}"))
}

#[tokio::test]
async fn what_only_the_owner_can_mend_is_asked_for_once() {
    let denied = |aws_code: &str| StoreError::AccessDenied {
        aws_code: aws_code.to_owned(),
        request_id: id(1),
    };
    for (code, expected) in [
        ("AccessDeniedException", denied("AccessDeniedException")),
        ("ExpiredTokenException", denied("ExpiredTokenException")),
        (
            "InvalidSignatureException",
            denied("InvalidSignatureException"),
        ),
        (
            "ResourceNotFoundException",
            StoreError::TableMissing { request_id: id(1) },
        ),
        (
            "UnrecognizedClientException",
            denied("UnrecognizedClientException"),
        ),
        (
            "ValidationException",
            StoreError::Other {
                aws_code: "ValidationException".to_owned(),
                request_id: id(1),
            },
        ),
    ] {
        for operation in OPERATIONS {
            let failed = failure(operation, &refusal(400, code, json!({}))).await;
            assert_eq!((&failed.0, failed.1), (&expected, 1), "{operation} {code}");
        }
    }
}

#[tokio::test]
async fn throttling_is_asked_three_times() {
    for code in [
        "ProvisionedThroughputExceededException",
        "RequestLimitExceeded",
        "ThrottlingException",
    ] {
        for operation in OPERATIONS {
            let failed = failure(operation, &refusal(400, code, json!({}))).await;
            let throttled = StoreError::Throttled { request_id: id(3) };
            assert_eq!(failed, (throttled, 3), "{operation} {code}");
        }
    }
}

#[tokio::test]
async fn a_transaction_that_is_still_at_work_is_asked_for_three_times() {
    let answer = refusal(400, "TransactionInProgressException", json!({}));
    let failed = failure("TransactWriteItems", &answer).await;
    let throttled = StoreError::Throttled { request_id: id(3) };
    assert_eq!(failed, (throttled, 3));
}

#[tokio::test]
async fn a_broken_service_is_asked_three_times() {
    let html = Answer::Send(503, b"<html>busy</html>".to_vec());
    for (answer, aws_code) in [
        (
            refusal(500, "InternalServerError", json!({})),
            Some("InternalServerError".to_owned()),
        ),
        (html, None),
    ] {
        for operation in OPERATIONS {
            let failed = failure(operation, &answer).await;
            let broken = StoreError::ServiceFailure {
                aws_code: aws_code.clone(),
                request_id: id(3),
            };
            assert_eq!(failed, (broken, 3), "{operation}");
        }
    }
}

#[tokio::test]
async fn a_connection_that_breaks_is_tried_three_times() {
    for answer in [Answer::Drop, Answer::HalfAndDrop] {
        for operation in OPERATIONS {
            let (error, requests) = failure(operation, &answer).await;
            assert_eq!(error.code(), "unreachable", "{operation} {answer:?}");
            assert_eq!(requests, 3, "{operation} {answer:?}");
        }
    }
}

#[tokio::test]
async fn who_does_not_answer_is_not_waited_for() {
    let hasty = Deadlines {
        attempt: Duration::from_millis(100),
        ..PATIENT
    };
    for operation in OPERATIONS {
        for silence in [Answer::Hold, Answer::HalfAndHold] {
            let (_stub, store) = store_within(hasty, [(operation, vec![silence])]).await;
            let result = timeout(NEVER, call(&store, operation)).await;
            let error = result.expect("no hang").expect_err("no answer");
            assert_eq!(cause(error), StoreError::TimedOut, "{operation}");
        }
    }
}

#[tokio::test]
async fn an_answer_that_is_none_of_dynamodbs_is_no_success() {
    for body in ["<html>", "[]", "", "null", r#"{"Item":7}"#] {
        let answer = Answer::Send(200, body.as_bytes().to_vec());
        let (_stub, store) = store([("GetItem", vec![answer])]).await;
        let found = Sessions::find(&store, &TOKEN).await;
        // Nothing to read reads as nothing there: nobody is let in.
        let found = found.map_err(|error| cause(error).code());
        assert!(
            matches!(found, Ok(None) | Err("garbage" | "unreachable")),
            "{body}: {found:?}"
        );
    }
}

#[tokio::test]
async fn nobody_at_home_is_told_by_the_connection() {
    let (stub, store) = store([]).await;
    drop(stub);
    let error = Sessions::find(&store, &TOKEN).await.expect_err("nobody");
    assert_eq!(error.doing, "reading a session");
    assert_eq!(cause(error).code(), "unreachable");
}
