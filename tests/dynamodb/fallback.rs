//! Proofs and what was seen of domains: what exactly is asked, conditions, rows as no version of ours writes them.

use browserid::Domain;
use service::{
    ports::{Proofs, SupportSeen},
    proof::{CodeHash, Proof},
};

use super::*;
use crate::stub::done;

const CODE: &str = "WlpaWlpaWlpaWlpaWlpaWlpaWlpaWlpaWlpaWlpaWlo";

fn proof() -> Proof {
    Proof::start(CodeHash([0x5a; 32]), you(), START)
}

fn domain() -> Domain {
    Domain::parse("me.example", HostRule::Public).expect("a domain")
}

/// The proof's row after a first try, with a member put in, taken out (null), or replaced.
fn row(name: &str, value: Value) -> Value {
    let mut row = json!({
        "code_hash": { "S": CODE },
        "email": { "S": YOU },
        "expires": { "N": "1800000600000" },
        "expires_s": { "N": "1800000600" },
        "pk": { "S": format!("proof#{HASH}") },
        "sk": { "S": "proof" },
        "tries": { "N": "1" },
    });
    let members = row.as_object_mut().expect("an object");
    if value.is_null() {
        members.remove(name);
    } else {
        members.insert(name.to_owned(), value);
    }
    row
}

fn only(stub: &Stub) -> Value {
    let asked = stub.asked();
    assert_eq!(asked.len(), 1);
    asked[0].json()
}

#[tokio::test]
async fn proof_is_one_write_that_holds_hashes_alone() {
    let (stub, store) = store([("PutItem", vec![done(json!({}))])]).await;
    store.put(TOKEN, proof()).await.expect("it works");
    let mut item = row("tries", json!({ "N": "0" }));
    item["pk"] = json!({ "S": format!("proof#{HASH}") });
    assert_eq!(
        only(&stub),
        json!({ "Item": item, "TableName": "the-table" })
    );
}

#[tokio::test]
async fn try_is_counted_by_one_write_that_decides_and_tells() {
    let counted = done(json!({ "Attributes": row("", Value::Null) }));
    let (stub, store) = store([("UpdateItem", vec![counted])]).await;
    let found = store.count_try(&TOKEN, 5, START).await;
    assert_eq!(found.expect("it works"), Some(proof()));
    let asked = json!({
        "ConditionExpression": "expires > :now AND tries < :max",
        "ExpressionAttributeValues": {
            ":max": { "N": "5" }, ":now": { "N": "1800000000000" }, ":one": { "N": "1" },
        },
        "Key": { "pk": { "S": format!("proof#{HASH}") }, "sk": { "S": "proof" } },
        "ReturnValues": "ALL_NEW",
        "TableName": "the-table",
        "UpdateExpression": "SET tries = tries + :one",
    });
    assert_eq!(only(&stub), asked);
}

#[tokio::test]
async fn try_at_what_is_not_there_over_or_used_up_is_none() {
    let (stub, store) = store([("UpdateItem", vec![unmet(None)])]).await;
    let found = store.count_try(&TOKEN, 5, START).await;
    assert_eq!(found.expect("it works"), None);
    assert_eq!(operations(&stub), ["UpdateItem"]);
}

#[tokio::test]
async fn proof_is_taken_by_one_write_that_only_one_can_win() {
    for (answer, expected) in [(done(json!({})), true), (unmet(None), false)] {
        let (stub, store) = store([("DeleteItem", vec![answer])]).await;
        assert_eq!(store.take(&TOKEN).await.expect("it works"), expected);
        let asked = json!({
            "ConditionExpression": "attribute_exists(pk)",
            "Key": { "pk": { "S": format!("proof#{HASH}") }, "sk": { "S": "proof" } },
            "TableName": "the-table",
        });
        assert_eq!(only(&stub), asked);
    }
}

#[tokio::test]
async fn proof_whose_removal_was_not_answered_lets_nobody_in() {
    // The first answer gets lost: whether it was the first who took it cannot be known.
    let answers = vec![Answer::Drop, unmet(None)];
    let (stub, store) = store([("DeleteItem", answers)]).await;
    assert!(!store.take(&TOKEN).await.expect("it works"));
    assert_eq!(stub.count("DeleteItem"), 2);
}

#[tokio::test]
async fn support_is_noted_by_one_write_that_never_moves_backwards() {
    for answer in [done(json!({})), unmet(None)] {
        let (stub, store) = store([("UpdateItem", vec![answer])]).await;
        store.keep(&domain(), START).await.expect("it works");
        let asked = json!({
            "ConditionExpression": "attribute_not_exists(pk) OR seen < :now",
            "ExpressionAttributeValues": {
                ":expires_s": { "N": "1834560000" }, ":now": { "N": "1800000000000" },
            },
            "Key": { "pk": { "S": "domain#me.example" }, "sk": { "S": "domain" } },
            "TableName": "the-table",
            "UpdateExpression": "SET seen = :now, expires_s = :expires_s",
        });
        assert_eq!(only(&stub), asked);
    }
}

#[tokio::test]
async fn support_is_one_consistent_read() {
    let item = json!({ "Item": { "seen": { "N": "1800000000000" } } });
    for (answer, expected) in [(item, Some(START)), (json!({}), None)] {
        let (stub, store) = store([("GetItem", vec![done(answer)])]).await;
        let found = store.find(&domain()).await.expect("it works");
        assert_eq!(found, expected);
        let asked = json!({
            "ConsistentRead": true,
            "Key": { "pk": { "S": "domain#me.example" }, "sk": { "S": "domain" } },
            "ProjectionExpression": "seen",
            "TableName": "the-table",
        });
        assert_eq!(only(&stub), asked);
    }
}

#[tokio::test]
async fn rows_that_cannot_be_read_let_nobody_in() {
    for (name, value) in [
        ("code_hash", Value::Null),
        ("code_hash", json!({ "N": "1" })),
        ("code_hash", json!({ "S": "WlpaWlpa" })),
        ("email", Value::Null),
        ("email", json!({ "S": "no-address" })),
        ("expires", Value::Null),
        ("expires", json!({ "N": "-1" })),
    ] {
        let counted = done(json!({ "Attributes": row(name, value) }));
        let (_stub, store) = store([("UpdateItem", vec![counted])]).await;
        let error = store.count_try(&TOKEN, 5, START).await;
        let error = error.expect_err("a failure");
        assert!(!error.to_string().contains(YOU), "{error}");
        assert!(
            matches!(
                cause(error),
                StoreError::Row {
                    family: "proof",
                    ..
                }
            ),
            "{name}"
        );
    }
    for seen in [json!({}), json!({ "seen": { "S": "soon" } })] {
        let (_stub, store) = store([("GetItem", vec![done(json!({ "Item": seen }))])]).await;
        let error = store.find(&domain()).await.expect_err("a failure");
        assert!(matches!(
            cause(error),
            StoreError::Row {
                family: "domain",
                ..
            }
        ));
    }
}

#[tokio::test]
async fn broken_table_is_a_failure_and_no_answer() {
    let denied = || refusal(400, "AccessDeniedException", json!({}));
    let (_stub, store) = store([
        ("DeleteItem", vec![denied()]),
        ("GetItem", vec![denied()]),
        ("PutItem", vec![denied()]),
        ("UpdateItem", vec![denied()]),
    ])
    .await;
    let failures = [
        store.put(TOKEN, proof()).await.err(),
        store.count_try(&TOKEN, 5, START).await.err(),
        store.take(&TOKEN).await.err(),
        store.keep(&domain(), START).await.err(),
        store.find(&domain()).await.err(),
    ];
    for failure in failures {
        let failure = failure.expect("a failure");
        let line = failure.to_string();
        for secret in ["SECRET", YOU, HASH, CODE, "me.example"] {
            assert!(!line.contains(secret), "{line}");
        }
        assert_eq!(cause(failure).code(), "access_denied");
    }
}
