//! The panic switch and ladders: what exactly DynamoDB is asked, and rows as no version of ours writes them.

use service::{
    ladder::Ladder,
    panic::{Release, Switch},
    ports::{Limits, PanicSwitch},
};

use super::*;
use crate::rows::{assert_unreadable, item, spoiled};
use crate::stub::done;

fn bodies(stub: &Stub) -> Vec<Value> {
    stub.asked().iter().map(stub::Asked::json).collect()
}

/// The one request that a call made.
fn only(stub: &Stub) -> Value {
    let mut asked = bodies(stub);
    assert_eq!(asked.len(), 1);
    asked.remove(0)
}

fn switch_key() -> Value {
    json!({ "pk": { "S": "switch" }, "sk": { "S": "panic" } })
}

#[tokio::test]
async fn switch_is_one_consistent_read_and_never_pulled_where_there_is_no_row() {
    let full = item(&[
        ("is_pulled", "N", "1"),
        ("not_before", "N", "1800000000000"),
        ("release_expires", "N", "1800000000007"),
        ("release_token", "S", HASH),
    ]);
    let pulled = Switch {
        is_pulled: true,
        not_before: Some(START),
        release: Some(Release {
            expires: START.plus_ms(7),
            token: TOKEN,
        }),
    };
    for (answer, expected) in [
        (json!({}), Switch::default()),
        (json!({ "Item": full }), pulled),
    ] {
        let (stub, store) = store([("GetItem", vec![done(answer)])]).await;
        assert_eq!(store.switch().await.expect("it works"), expected);
        let asked = json!({
            "ConsistentRead": true,
            "Key": switch_key(),
            "ProjectionExpression": "is_pulled, not_before, release_expires, release_token",
            "TableName": "the-table",
        });
        assert_eq!(only(&stub), asked);
    }
}

#[tokio::test]
async fn switch_that_cannot_be_read_counts_neither_as_released_nor_as_pulled() {
    for odd in [
        ("is_pulled", "N", "0"),
        ("is_pulled", "N", "2"),
        ("is_pulled", "S", "1"),
        ("not_before", "S", "1"),
        ("not_before", "N", "-1"),
        ("release_expires", "S", "1"),
        // A release without its token.
        ("release_expires", "N", "1"),
    ] {
        let row = item(&[odd]);
        let unread = vec![done(json!({ "Item": row }))];
        let pulling = vec![unmet(Some(row.clone()))];
        let (stub, store) = store([("GetItem", unread), ("UpdateItem", pulling)]).await;
        let failure = store.switch().await.expect_err("a failure");
        assert_unreadable(failure, "switch", &row);
        let failure = store.pull(START).await.expect_err("a failure");
        assert_unreadable(failure, "switch", &row);
        assert_eq!(operations(&stub), ["GetItem", "UpdateItem"]);
    }
}

#[tokio::test]
async fn switch_is_pulled_by_one_write_that_takes_links_to_release_it_away() {
    let (stub, store) = store([("UpdateItem", vec![done(json!({}))])]).await;
    store.pull(START).await.expect("it works");
    let asked = json!({
        "ConditionExpression": "attribute_not_exists(is_pulled) AND (attribute_not_exists(not_before) OR not_before < :now)",
        "ExpressionAttributeValues": { ":now": { "N": "1800000000000" }, ":one": { "N": "1" } },
        "Key": switch_key(),
        "ReturnValuesOnConditionCheckFailure": "ALL_OLD",
        "TableName": "the-table",
        "UpdateExpression": "SET is_pulled = :one, not_before = :now REMOVE release_expires, release_token",
    });
    assert_eq!(only(&stub), asked);

    // Pulled already: that is no failure, and the first moment stays.
    let before = item(&[("is_pulled", "N", "1"), ("not_before", "N", "7")]);
    let (stub, store) = super::store([("UpdateItem", vec![unmet(Some(before))])]).await;
    store.pull(START).await.expect("it is pulled");
    assert_eq!(stub.count("UpdateItem"), 1);
}

#[tokio::test]
async fn moment_of_a_pull_never_goes_back_and_who_pulls_is_never_told_that_it_worked_if_not() {
    let later = item(&[("not_before", "N", "1900000000000")]);
    let answers = vec![unmet(Some(later.clone())), done(json!({}))];
    let (stub, store) = store([("UpdateItem", answers)]).await;
    store.pull(START).await.expect("it works");
    let asked = json!({
        "ConditionExpression": "attribute_not_exists(is_pulled) AND not_before >= :now",
        "ExpressionAttributeValues": { ":now": { "N": "1800000000000" }, ":one": { "N": "1" } },
        "Key": switch_key(),
        "TableName": "the-table",
        "UpdateExpression": "SET is_pulled = :one REMOVE release_expires, release_token",
    });
    assert_eq!(bodies(&stub)[1], asked);
    let (stub, store) = super::store([("UpdateItem", vec![unmet(Some(later))])]).await;
    let pulled = store.pull(START).await;
    let conflict = StoreError::Conflict { request_id: None };
    assert_eq!(pulled.map_err(cause), Err(conflict));
    assert_eq!(stub.count("UpdateItem"), 10);
}

#[tokio::test]
async fn switch_is_released_by_one_write_that_only_the_newest_link_can_win() {
    let (stub, store) = store([("UpdateItem", vec![done(json!({}))])]).await;
    let expires = START.plus_ms(7);
    assert!(store.let_release(TOKEN, expires).await.expect("it works"));
    assert!(store.release(&TOKEN, START).await.expect("it works"));
    let expected = [
        json!({
            "ConditionExpression": "is_pulled = :one",
            "ExpressionAttributeValues": {
                ":expires": { "N": "1800000000007" }, ":one": { "N": "1" }, ":token": { "S": HASH },
            },
            "Key": switch_key(),
            "TableName": "the-table",
            "UpdateExpression": "SET release_expires = :expires, release_token = :token",
        }),
        json!({
            "ConditionExpression": "is_pulled = :one AND release_token = :token AND release_expires > :now",
            "ExpressionAttributeValues": {
                ":now": { "N": "1800000000000" }, ":one": { "N": "1" }, ":token": { "S": HASH },
            },
            "Key": switch_key(),
            "TableName": "the-table",
            "UpdateExpression": "REMOVE is_pulled, release_expires, release_token",
        }),
    ];
    assert_eq!(bodies(&stub), expected);
    let (stub, store) = super::store([("UpdateItem", vec![unmet(None)])]).await;
    assert!(!store.let_release(TOKEN, expires).await.expect("it works"));
    assert!(!store.release(&TOKEN, START).await.expect("it works"));
    assert_eq!(stub.count("UpdateItem"), 2);
}

/// One free guess, then 100 ms.
const LADDER: Ladder = Ladder {
    delays_ms: &[100],
    forget_ms: 1_000,
    free: 1,
};

fn rung(hits: &str, ends: u64, forgotten: u64) -> Value {
    let [ends, forgotten] = [ends, forgotten].map(|ms| START.plus_ms(ms).as_millis().to_string());
    item(&[
        ("ends", "N", &ends),
        ("forgotten", "N", &forgotten),
        ("hits", "N", hits),
    ])
}

#[tokio::test]
async fn free_guess_is_one_conditional_count_without_a_look() {
    let (stub, store) = store([("UpdateItem", vec![done(json!({}))])]).await;
    let climbed = store.climb("a", &LADDER, START).await;
    assert_eq!(climbed.expect("it works"), Ok(()));
    let asked = json!({
        "ConditionExpression": "forgotten > :now AND hits < :free",
        "ExpressionAttributeValues": {
            ":expires_s": { "N": "1800000001" }, ":forgotten": { "N": "1800000001000" },
            ":free": { "N": "1" }, ":now": { "N": "1800000000000" }, ":one": { "N": "1" },
        },
        "Key": { "pk": { "S": "limit#a" }, "sk": { "S": "limit" } },
        "ReturnValuesOnConditionCheckFailure": "ALL_OLD",
        "TableName": "the-table",
        "UpdateExpression": "SET ends = :now, expires_s = :expires_s, forgotten = :forgotten, hits = hits + :one",
    });
    assert_eq!(only(&stub), asked);
}

#[tokio::test]
async fn guess_beyond_the_free_ones_climbs_only_from_the_rung_that_was_seen() {
    let seen = unmet(Some(rung("1", 0, 900)));
    let (stub, store) = store([("UpdateItem", vec![seen, done(json!({}))])]).await;
    let climbed = store.climb("a", &LADDER, START).await;
    assert_eq!(climbed.expect("it works"), Ok(()));
    let asked = json!({
        "ConditionExpression": "hits = :hits AND ends = :seen",
        "ExpressionAttributeValues": {
            ":ends": { "N": "1800000000100" }, ":expires_s": { "N": "1800000002" },
            ":forgotten": { "N": "1800000001100" }, ":hits": { "N": "1" },
            ":next": { "N": "2" }, ":seen": { "N": "1800000000000" },
        },
        "Key": { "pk": { "S": "limit#a" }, "sk": { "S": "limit" } },
        "TableName": "the-table",
        "UpdateExpression": "SET ends = :ends, expires_s = :expires_s, forgotten = :forgotten, hits = :next",
    });
    assert_eq!(bodies(&stub)[1], asked);
}

#[tokio::test]
async fn guess_during_a_wait_and_one_that_others_always_overtake_are_not_looked_at() {
    let waiting = unmet(Some(rung("2", 60, 1_060)));
    let (stub, store) = store([("UpdateItem", vec![waiting])]).await;
    let climbed = store.climb("a", &LADDER, START).await;
    assert_eq!(climbed.expect("it works"), Err(60));
    assert_eq!(operations(&stub), ["UpdateItem"]);

    let overtaken = unmet(Some(rung("1", 0, 900)));
    let (stub, store) = super::store([("UpdateItem", vec![overtaken])]).await;
    let climbed = store.climb("a", &LADDER, START).await;
    let conflict = StoreError::Conflict { request_id: None };
    assert_eq!(climbed.map_err(cause), Err(conflict));
    assert_eq!(stub.count("UpdateItem"), 40);
}

#[tokio::test]
async fn ladder_that_is_forgotten_or_not_there_begins_anew_once() {
    for before in [None, Some(rung("9", 0, 0))] {
        let (stub, store) = store([
            ("PutItem", vec![done(json!({}))]),
            ("UpdateItem", vec![unmet(before)]),
        ])
        .await;
        let climbed = store.climb("a", &LADDER, START).await;
        assert_eq!(climbed.expect("it works"), Ok(()));
        let mut row = rung("1", 0, 1_000);
        row["expires_s"] = json!({ "N": "1800000001" });
        row["pk"] = json!({ "S": "limit#a" });
        row["sk"] = json!({ "S": "limit" });
        let asked = json!({
            "ConditionExpression": "attribute_not_exists(forgotten) OR forgotten <= :now",
            "ExpressionAttributeValues": { ":now": { "N": "1800000000000" } },
            "Item": row,
            "TableName": "the-table",
        });
        assert_eq!(bodies(&stub)[1], asked);
    }
}

#[tokio::test]
async fn ladder_that_cannot_be_read_lets_nobody_guess() {
    let rows = spoiled(&[
        ("ends", "N", "1800000000000"),
        ("forgotten", "N", "1800000000900"),
        ("hits", "N", "1"),
    ]);
    // One that does not say when it is forgotten is a window of an earlier version.
    let is_ladder = |row: &Value| row.get("forgotten").is_some();
    for row in rows.into_iter().filter(is_ladder) {
        let (stub, store) = store([("UpdateItem", vec![unmet(Some(row.clone()))])]).await;
        let climbed = store.climb("a", &LADDER, START).await;
        assert_unreadable(climbed.map(|_| ()).expect_err("a failure"), "limit", &row);
        assert_eq!(operations(&stub), ["UpdateItem"]);
    }
}
