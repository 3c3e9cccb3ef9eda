//! Conditions that do not hold are answers, not failures.

use service::ports::{Accounts, Audit, Enrolments, Limits, Sessions};

use super::*;
use crate::stub::done;

#[tokio::test]
async fn account_that_is_there_is_not_made_again() {
    for reasons in [
        ["ConditionalCheckFailed", "None"],
        ["None", "ConditionalCheckFailed"],
    ] {
        let answers = vec![cancelled(&reasons)];
        let (stub, store) = super::store([("TransactWriteItems", answers)]).await;
        assert!(!store.create(account()).await.expect("it works"));
        assert_eq!(operations(&stub), ["TransactWriteItems"]);
    }
}

#[tokio::test]
async fn account_of_nobody_is_not_changed() {
    let (stub, store) = store([("UpdateItem", vec![unmet(None)])]).await;
    assert!(!store.change(account()).await.expect("it works"));
    assert_eq!(operations(&stub), ["UpdateItem"]);
}

#[tokio::test]
async fn session_beside_no_account_and_one_in_anothers_place_are_not_kept() {
    for (reasons, expected) in [
        (
            ["ConditionalCheckFailed", "None", "None"],
            StoreError::NoAccount,
        ),
        (
            ["ConditionalCheckFailed", "TransactionConflict", "None"],
            StoreError::NoAccount,
        ),
        (
            ["None", "ConditionalCheckFailed", "None"],
            StoreError::Exists { family: "session" },
        ),
    ] {
        let (stub, store) = store([("TransactWriteItems", vec![cancelled(&reasons)])]).await;
        let put = Sessions::put(&store, TOKEN, session()).await;
        assert_eq!(put.map_err(cause), Err(expected));
        assert_eq!(stub.count("TransactWriteItems"), 1);
    }
}

#[tokio::test]
async fn enrolment_that_somebody_took_is_nobody_elses() {
    let (stub, store) = store([("DeleteItem", vec![unmet(None)])]).await;
    let taken = store.take(&TOKEN, START).await;
    assert_eq!(taken.expect("it works"), None);
    assert_eq!(operations(&stub), ["DeleteItem"]);
}

#[tokio::test]
async fn session_that_is_gone_is_not_touched() {
    let (stub, store) = store([("UpdateItem", vec![unmet(None)])]).await;
    store.touch(&TOKEN, START).await.expect("it works");
    assert_eq!(operations(&stub), ["UpdateItem"]);
}

#[tokio::test]
async fn full_window_says_when_it_is_over() {
    let ends = START.plus_ms(700).as_millis().to_string();
    let full = json!({
        "ends": { "N": ends }, "hits": { "N": "3" },
        "pk": { "S": "limit#a" }, "sk": { "S": "limit" },
    });
    let (stub, store) = store([("UpdateItem", vec![unmet(Some(full))])]).await;
    let hit = store.hit("a", 3, 1_000, START).await;
    assert_eq!(hit.expect("it works"), Err(700));
    assert_eq!(operations(&stub), ["UpdateItem"]);
}

#[tokio::test]
async fn window_that_is_over_but_not_cleaned_away_is_none() {
    let over = json!({ "ends": { "N": START.as_millis().to_string() }, "hits": { "N": "3" } });
    let (stub, store) = store([
        ("PutItem", vec![done(json!({}))]),
        ("UpdateItem", vec![unmet(Some(over))]),
    ])
    .await;
    let hit = store.hit("a", 3, 1_000, START).await;
    assert_eq!(hit.expect("it works"), Ok(()));
    let asked: Vec<_> = stub.asked().iter().map(stub::Asked::json).collect();
    assert_eq!(operations(&stub), ["UpdateItem", "PutItem"]);
    assert_eq!(
        asked[1]["ConditionExpression"],
        "attribute_not_exists(pk) OR ends <= :now"
    );
    assert_eq!(asked[1]["Item"]["hits"], json!({ "N": "1" }));
}

#[tokio::test]
async fn audit_row_that_an_earlier_try_wrote_is_kept() {
    let (stub, store) = store([("PutItem", vec![done(json!({}))])]).await;
    store.keep(&audit_row()).await.expect("it works");
    let row = stub.asked()[0].json()["Item"].clone();

    // The first answer gets lost; the second says that the row is there.
    let answers = vec![Answer::Drop, unmet(Some(row.clone()))];
    let (stub, store) = super::store([("PutItem", answers)]).await;
    store.keep(&audit_row()).await.expect("it is there");
    assert_eq!(stub.count("PutItem"), 2);

    let mut others = row.clone();
    others["email"] = json!({ "S": "them@me.example" });
    for item in [Some(others), None] {
        let (_stub, store) = super::store([("PutItem", vec![unmet(item)])]).await;
        let kept = store.keep(&audit_row()).await;
        let exists = StoreError::Exists { family: "audit" };
        assert_eq!(kept.map_err(cause), Err(exists));
    }
}

#[tokio::test]
async fn removal_of_nobody_still_takes_what_a_broken_one_left() {
    let named = done(json!({ "Items": [{ "sk": { "S": HASH } }] }));
    let none = done(json!({ "Items": [] }));
    let (stub, store) = store([
        ("GetItem", vec![done(json!({}))]),
        ("Query", vec![named, none]),
        ("TransactWriteItems", vec![done(json!({}))]),
    ])
    .await;
    assert!(!store.remove(&you()).await.expect("it works"));
    let asked = stub.asked();
    let last = asked
        .iter()
        .rfind(|a| a.operation() == "TransactWriteItems")
        .expect("there is one");
    let keys: Vec<_> = last.json()["TransactItems"]
        .as_array()
        .expect("members")
        .iter()
        .map(|member| member["Delete"]["Key"]["pk"]["S"].clone())
        .collect();
    assert_eq!(keys, [format!("session#{HASH}"), format!("sessions#{YOU}")]);
}

#[tokio::test]
async fn nothing_more_than_this_is_asked_where_all_goes_well() {
    let item = done(json!({}));
    let (stub, store) = store([
        ("DeleteItem", vec![item.clone()]),
        ("GetItem", vec![item.clone()]),
        ("PutItem", vec![item.clone()]),
        ("Query", vec![item.clone()]),
        ("TransactWriteItems", vec![item.clone()]),
        ("UpdateItem", vec![item]),
    ])
    .await;
    let mut before = 0;
    let mut asked_for = || {
        let all = operations(&stub);
        let new = all[before..].join(" ");
        before = all.len();
        new
    };
    Sessions::find(&store, &TOKEN).await.expect("it works");
    assert_eq!(asked_for(), "GetItem");
    store.keep(&audit_row()).await.expect("it works");
    assert_eq!(asked_for(), "PutItem");
    Sessions::put(&store, TOKEN, session())
        .await
        .expect("it works");
    assert_eq!(asked_for(), "TransactWriteItems");
    store.touch(&TOKEN, START).await.expect("it works");
    assert_eq!(asked_for(), "UpdateItem");
    store.end(&TOKEN).await.expect("it works");
    assert_eq!(asked_for(), "DeleteItem");
    store.end_all(&you(), None).await.expect("it works");
    assert_eq!(asked_for(), "Query");
    Accounts::find(&store, &you()).await.expect("it works");
    assert_eq!(asked_for(), "GetItem");
    store.list().await.expect("it works");
    assert_eq!(asked_for(), "Query");
    store.create(account()).await.expect("it works");
    assert_eq!(asked_for(), "TransactWriteItems");
    store.change(account()).await.expect("it works");
    assert_eq!(asked_for(), "UpdateItem");
    store.remove(&you()).await.expect("it works");
    assert_eq!(asked_for(), "GetItem Query Query GetItem");
    Enrolments::put(&store, TOKEN, enrolment())
        .await
        .expect("it works");
    assert_eq!(asked_for(), "GetItem TransactWriteItems");
    Enrolments::find(&store, &TOKEN, START)
        .await
        .expect("it works");
    assert_eq!(asked_for(), "GetItem");
    store.take(&TOKEN, START).await.expect("it works");
    assert_eq!(asked_for(), "DeleteItem");
    let hit = store.hit("a", 1, 1_000, START).await;
    assert_eq!(hit.expect("it works"), Ok(()));
    assert_eq!(asked_for(), "UpdateItem");
    store.take_back("a").await.expect("it works");
    assert_eq!(asked_for(), "UpdateItem");
    store.clear("a").await.expect("it works");
    assert_eq!(asked_for(), "DeleteItem");
    store.warm().await.expect("it works");
    assert_eq!(asked_for(), "GetItem");
}
