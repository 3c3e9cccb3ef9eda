//! What exactly DynamoDB is asked.

use service::ports::{Accounts, Audit, Enrolments, Sessions};

use super::*;
use crate::stub::done;

/// The one request that a call made.
fn only(stub: &Stub) -> Value {
    let asked = stub.asked();
    assert_eq!(asked.len(), 1);
    asked[0].json()
}

#[tokio::test]
async fn session_is_one_consistent_read_of_its_attributes() {
    let item = json!({
        "created": { "N": "1800000000000" },
        "email": { "S": YOU },
        "last_seen": { "N": "1800000000007" },
    });
    let (stub, store) = store([("GetItem", vec![done(json!({ "Item": item }))])]).await;
    let found = Sessions::find(&store, &TOKEN).await.expect("it works");
    let expected = Session {
        last_seen: START.plus_ms(7),
        ..session()
    };
    assert_eq!(found, Some(expected));
    let asked = json!({
        "ConsistentRead": true,
        "Key": { "pk": { "S": format!("session#{HASH}") }, "sk": { "S": "session" } },
        "ProjectionExpression": "created, device, email, is_by_code, is_shared, last_seen, life, proved, way",
        "TableName": "the-table",
    });
    assert_eq!(only(&stub), asked);
}

#[tokio::test]
async fn session_that_is_shared_or_by_code_says_so_in_its_row() {
    let (stub, store) = store([("TransactWriteItems", vec![done(json!({}))])]).await;
    let shared = session().by(Way::MailedCode).living(Life::Hour);
    let put = Sessions::put(&store, TOKEN, shared.clone()).await;
    put.expect("it works");
    let row = only(&stub)["TransactItems"][1]["Put"]["Item"].clone();
    assert_eq!(row["life"], json!({ "S": "hour" }));
    assert_eq!(row["way"], json!({ "S": "mailed_code" }));
    // An hour later.
    assert_eq!(row["expires_s"], json!({ "N": "1800003600" }));
    let read = done(json!({ "Item": row }));
    let (_stub, store) = super::store([("GetItem", vec![read])]).await;
    let found = Sessions::find(&store, &TOKEN).await.expect("it works");
    assert_eq!(found, Some(shared));
}

#[tokio::test]
async fn audit_row_is_one_write_that_never_overwrites() {
    let (stub, store) = store([("PutItem", vec![done(json!({}))])]).await;
    store.keep(&audit_row()).await.expect("it works");
    let asked = json!({
        "ConditionExpression": "attribute_not_exists(pk)",
        "Item": {
            "email": { "S": YOU },
            "expires_s": { "N": "1834560000" },
            "key_thumbprint": { "S": "thumbprint" },
            "lifetime_ms": { "N": "60000" },
            "pk": { "S": "audit#2027-01" },
            "request_id": { "S": "request" },
            "sk": { "S": "1800000000000#thumbprint#request" },
            "time": { "N": "1800000000000" },
        },
        "ReturnValuesOnConditionCheckFailure": "ALL_OLD",
        "TableName": "the-table",
    });
    assert_eq!(only(&stub), asked);
}

#[tokio::test]
async fn session_is_put_with_its_name_and_beside_its_account_or_not_at_all() {
    let (stub, store) = store([("TransactWriteItems", vec![done(json!({}))])]).await;
    let put = Sessions::put(&store, TOKEN, session()).await;
    put.expect("it works");
    let asked = json!([
        { "ConditionCheck": {
            "ConditionExpression": "attribute_exists(pk)",
            "Key": { "pk": { "S": "accounts" }, "sk": { "S": YOU } },
            "TableName": "the-table",
        } },
        { "Put": {
            "ConditionExpression": "attribute_not_exists(pk)",
            "Item": {
                "created": { "N": "1800000000000" },
                "device": { "S": "" },
                "email": { "S": YOU },
                "expires_s": { "N": "1802592000" },
                "last_seen": { "N": "1800000000000" },
                "life": { "S": "keep" },
                "pk": { "S": format!("session#{HASH}") },
                "proved": { "N": "1800000000000" },
                "sk": { "S": "session" },
                "way": { "S": "password" },
            },
            "TableName": "the-table",
        } },
        { "Put": {
            "Item": {
                "expires_s": { "N": "1802592000" },
                "pk": { "S": format!("sessions#{YOU}") },
                "sk": { "S": HASH },
            },
            "TableName": "the-table",
        } },
    ]);
    assert_eq!(only(&stub)["TransactItems"], asked);
}

#[tokio::test]
async fn enrolment_is_taken_by_one_write_that_only_one_can_win() {
    let item = json!({ "email": { "S": YOU }, "expires": { "N": "1800000001000" } });
    let (stub, store) = store([("DeleteItem", vec![done(json!({ "Attributes": item }))])]).await;
    let taken = store.take(&TOKEN, START).await.expect("it works");
    assert_eq!(taken, Some(enrolment()));
    let asked = json!({
        "ConditionExpression": "expires > :now",
        "ExpressionAttributeValues": { ":now": { "N": "1800000000000" } },
        "Key": { "pk": { "S": format!("enrolment#{HASH}") }, "sk": { "S": "enrolment" } },
        "ReturnValues": "ALL_OLD",
        "TableName": "the-table",
    });
    assert_eq!(only(&stub), asked);
}

#[tokio::test]
async fn every_page_is_read_and_every_read_is_consistent() {
    let account = |address: &str| json!({ "created": { "N": "7" }, "sk": { "S": address } });
    let key = json!({ "pk": { "S": "accounts" }, "sk": { "S": "a@me.example" } });
    let (stub, store) = store([(
        "Query",
        vec![
            done(json!({ "Items": [account("a@me.example")], "LastEvaluatedKey": key })),
            // DynamoDB may say that there is more where there is not, and give a page without a row.
            done(json!({ "Items": [], "LastEvaluatedKey": key })),
            done(json!({ "Items": [account("b@me.example")] })),
        ],
    )])
    .await;
    let listed = store.list().await.expect("it works");
    let listed: Vec<_> = listed
        .iter()
        .map(|account| account.email.as_str())
        .collect();
    assert_eq!(listed, ["a@me.example", "b@me.example"]);

    let first = json!({
        "ConsistentRead": true,
        "ExpressionAttributeValues": { ":pk": { "S": "accounts" } },
        "KeyConditionExpression": "pk = :pk",
        "ProjectionExpression": "sk, created, password, revision, ways",
        "TableName": "the-table",
    });
    let mut next = first.clone();
    next["ExclusiveStartKey"] = key;
    let asked: Vec<_> = stub.asked().iter().map(stub::Asked::json).collect();
    assert_eq!(asked, [first, next.clone(), next]);
}

#[tokio::test]
async fn every_read_is_strongly_consistent() {
    let (stub, store) = store([
        ("GetItem", vec![done(json!({}))]),
        ("Query", vec![done(json!({}))]),
        ("TransactWriteItems", vec![done(json!({}))]),
    ])
    .await;
    Accounts::find(&store, &you()).await.expect("it works");
    store.list().await.expect("it works");
    store.remove(&you()).await.expect("it works");
    Enrolments::find(&store, &TOKEN, START)
        .await
        .expect("it works");
    Enrolments::put(&store, TOKEN, enrolment())
        .await
        .expect("it works");
    Sessions::find(&store, &TOKEN).await.expect("it works");
    store.end_all(&you(), None).await.expect("it works");
    store.warm().await.expect("it works");
    let asked = stub.asked();
    let reads: Vec<_> = asked
        .iter()
        .filter(|a| matches!(a.operation(), "GetItem" | "Query"))
        .collect();
    assert_eq!(reads.len(), 11);
    for read in reads {
        assert_eq!(read.json()["ConsistentRead"], true, "{read:?}");
        assert!(read.json()["ProjectionExpression"].is_string(), "{read:?}");
    }
}
