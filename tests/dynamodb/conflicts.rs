//! Others write the same rows: tried again, for a while.

use service::ports::{Accounts, Enrolments, Limits, Sessions};

use super::*;
use crate::stub::done;

/// How often a write is tried that others are in the way of.
const TRIES: usize = 8;

fn conflict() -> Answer {
    refusal(400, "TransactionConflictException", json!({}))
}

#[tokio::test]
async fn write_that_meets_a_transaction_is_tried_again() {
    let (stub, store) =
        store([("UpdateItem", vec![conflict(), conflict(), done(json!({}))])]).await;
    assert!(store.change(account()).await.expect("it works"));
    assert_eq!(stub.count("UpdateItem"), 3);
    let bodies: Vec<_> = stub.asked().iter().map(stub::Asked::json).collect();
    assert_eq!(bodies[0], bodies[2]);
}

#[tokio::test]
async fn transaction_that_meets_another_is_tried_again_as_a_new_one() {
    let meets = cancelled(&["TransactionConflict", "None", "None"]);
    let full = cancelled(&["None", "ThrottlingError", "None"]);
    let small = cancelled(&["None", "None", "ProvisionedThroughputExceeded"]);
    let answers = vec![meets, full, small, done(json!({}))];
    let (stub, store) = store([("TransactWriteItems", answers)]).await;
    let put = Sessions::put(&store, TOKEN, session()).await;
    put.expect("it works");
    let asked: Vec<_> = stub.asked().iter().map(stub::Asked::json).collect();
    assert_eq!(asked.len(), 4);
    assert_eq!(asked[0]["TransactItems"], asked[3]["TransactItems"]);
    // The cancelled one is over: its token would only bring its end again.
    assert_ne!(
        asked[0]["ClientRequestToken"],
        asked[1]["ClientRequestToken"]
    );
}

#[tokio::test]
async fn transaction_whose_answer_got_lost_is_asked_for_again_as_the_same() {
    let answers = vec![Answer::Drop, Answer::HalfAndDrop, done(json!({}))];
    let (stub, store) = store([("TransactWriteItems", answers)]).await;
    let put = Sessions::put(&store, TOKEN, session()).await;
    put.expect("it works");
    let asked: Vec<_> = stub.asked().iter().map(stub::Asked::json).collect();
    assert_eq!(asked.len(), 3);
    assert!(asked[0]["ClientRequestToken"].is_string());
    assert_eq!(asked[0], asked[1]);
    assert_eq!(asked[0], asked[2]);
}

#[tokio::test]
async fn conflicts_without_end_are_a_failure() {
    let last = Some(format!("R{TRIES}"));
    let conflict_at_last = StoreError::Conflict {
        request_id: last.clone(),
    };

    let (stub, store) = store([("UpdateItem", vec![conflict()])]).await;
    let touched = store.touch(&TOKEN, START).await;
    assert_eq!(touched.map_err(cause), Err(conflict_at_last));
    assert_eq!(stub.count("UpdateItem"), TRIES);

    for (reason, expected) in [
        (
            "TransactionConflict",
            StoreError::Conflict {
                request_id: last.clone(),
            },
        ),
        (
            "ThrottlingError",
            StoreError::Throttled {
                request_id: last.clone(),
            },
        ),
    ] {
        let answer = cancelled(&["None", reason, "None"]);
        let (stub, store) = super::store([("TransactWriteItems", vec![answer])]).await;
        let put = Sessions::put(&store, TOKEN, session()).await;
        assert_eq!(put.map_err(cause), Err(expected), "{reason}");
        assert_eq!(stub.count("TransactWriteItems"), TRIES, "{reason}");
    }
}

#[tokio::test]
async fn transaction_cancelled_for_a_fault_of_ours_is_not_tried_again() {
    for reason in [
        "AccessDenied",
        "ItemCollectionSizeLimitExceeded",
        "ValidationError",
    ] {
        let answer = cancelled(&["None", reason, "TransactionConflict"]);
        let (stub, store) = store([("TransactWriteItems", vec![answer])]).await;
        let put = Sessions::put(&store, TOKEN, session()).await;
        let other = StoreError::Other {
            aws_code: "TransactionCanceledException".to_owned(),
            request_id: Some("R1".to_owned()),
        };
        assert_eq!(put.map_err(cause), Err(other), "{reason}");
        assert_eq!(stub.count("TransactWriteItems"), 1, "{reason}");
    }
}

#[tokio::test]
async fn enrolment_that_loses_against_others_looks_again() {
    let named = |hash: &str| done(json!({ "Item": { "token_hash": { "S": hash } } }));
    let other = "AAAAAaWlpaWlpaWlpaWlpaWlpaWlpaWlpaWlpaWlpaU";
    let lost = cancelled(&["None", "ConditionalCheckFailed", "None"]);
    let (stub, store) = store([
        ("GetItem", vec![done(json!({})), named(other)]),
        ("TransactWriteItems", vec![lost.clone(), done(json!({}))]),
    ])
    .await;
    let put = Enrolments::put(&store, TOKEN, enrolment()).await;
    put.expect("it works");
    let asked: Vec<_> = stub.asked().iter().map(stub::Asked::json).collect();
    assert_eq!(asked.len(), 4);
    // The one that won meanwhile goes with the second try.
    let ended = &asked[3]["TransactItems"][3]["Delete"]["Key"]["pk"]["S"];
    assert_eq!(*ended, format!("enrolment#{other}"));

    let (stub, store) = super::store([
        ("GetItem", vec![done(json!({}))]),
        ("TransactWriteItems", vec![lost]),
    ])
    .await;
    let put = Enrolments::put(&store, TOKEN, enrolment()).await;
    let conflict = StoreError::Conflict { request_id: None };
    assert_eq!(put.map_err(cause), Err(conflict));
    assert_eq!(stub.count("TransactWriteItems"), 5);
}

#[tokio::test]
async fn removal_that_meets_a_new_enrolment_looks_again() {
    // The account and its enrolment in one: each is asked for its own attributes.
    let named = |hash: &str| {
        done(json!({ "Item": { "created": { "N": "7" }, "token_hash": { "S": hash } } }))
    };
    let newer = "AAAAAaWlpaWlpaWlpaWlpaWlpaWlpaWlpaWlpaWlpaU";
    let lost = cancelled(&["None", "None", "ConditionalCheckFailed"]);
    let none = done(json!({}));
    let (stub, store) = store([
        (
            "GetItem",
            vec![
                named(HASH),
                named(HASH),
                named(newer),
                named(newer),
                none.clone(),
            ],
        ),
        ("Query", vec![none.clone()]),
        ("TransactWriteItems", vec![lost.clone(), none.clone()]),
    ])
    .await;
    assert!(store.remove(&you()).await.expect("it works"));
    let asked = stub.asked();
    let transactions: Vec<_> = asked
        .iter()
        .filter(|a| a.operation() == "TransactWriteItems")
        .map(stub::Asked::json)
        .collect();
    assert_eq!(transactions.len(), 2);
    for (transaction, hash) in transactions.iter().zip([HASH, newer]) {
        let members = &transaction["TransactItems"];
        assert_eq!(members[0]["Delete"]["Key"]["pk"]["S"], "accounts");
        let enrolment = &members[1]["Delete"]["Key"]["pk"]["S"];
        assert_eq!(*enrolment, format!("enrolment#{hash}"));
        let values = &members[2]["Delete"]["ExpressionAttributeValues"];
        assert_eq!(values[":named"]["S"], hash);
    }

    let (stub, store) = super::store([
        ("GetItem", vec![named(HASH)]),
        ("Query", vec![none]),
        ("TransactWriteItems", vec![lost]),
    ])
    .await;
    let removed = store.remove(&you()).await;
    let conflict = StoreError::Conflict { request_id: None };
    assert_eq!(removed.map_err(cause), Err(conflict));
    assert_eq!(stub.count("TransactWriteItems"), 5);
}

#[tokio::test]
async fn windows_that_open_and_end_without_end_are_a_failure() {
    let (stub, store) = store([
        ("PutItem", vec![unmet(None)]),
        ("UpdateItem", vec![unmet(None)]),
    ])
    .await;
    let hit = store.hit("a", 10, 1_000, START).await;
    let conflict = StoreError::Conflict { request_id: None };
    assert_eq!(hit.map_err(cause), Err(conflict));
    assert_eq!((stub.count("UpdateItem"), stub.count("PutItem")), (5, 5));
}
