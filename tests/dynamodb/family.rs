//! Further addresses and handles: what exactly DynamoDB is asked, and rows as no version of ours writes them.

use service::{
    ports::{Accounts, Addresses},
    ways::{Handle, Ways},
};

use super::*;
use crate::rows::{assert_unreadable, item, spoiled};
use crate::stub::done;

const FURTHER: &str = "you@two.example";
/// Of the handle of 32 bytes `a5`.
const HANDLE: Handle = Handle([0xa5; 32]);

fn further() -> Email {
    Email::parse(FURTHER, HostRule::Public).expect("an address")
}

fn key(pk: &str, sk: &str) -> Value {
    json!({ "pk": { "S": pk }, "sk": { "S": sk } })
}

fn with_handle(handle: Option<Handle>) -> Account {
    let ways = Ways {
        handle,
        ..Ways::default()
    };
    Account { ways, ..account() }
}

fn bodies(stub: &Stub) -> Vec<Value> {
    stub.asked().iter().map(stub::Asked::json).collect()
}

/// The members of the one transaction.
fn members(stub: &Stub) -> Value {
    assert_eq!(operations(stub), ["TransactWriteItems"]);
    bodies(stub)[0]["TransactItems"].clone()
}

#[tokio::test]
async fn holder_is_looked_for_as_an_account_and_then_as_a_further_address() {
    let found = done(json!({ "Item": { "email": { "S": YOU } } }));
    let (stub, store) = store([("GetItem", vec![done(json!({})), found])]).await;
    let holder = store.holder(&further()).await.expect("it works");
    assert_eq!(holder, Some(you()));
    let expected = [
        json!({
            "ConsistentRead": true,
            "Key": key("accounts", FURTHER),
            "ProjectionExpression": "created",
            "TableName": "the-table",
        }),
        json!({
            "ConsistentRead": true,
            "Key": key(&format!("address#{FURTHER}"), "address"),
            "ProjectionExpression": "email",
            "TableName": "the-table",
        }),
    ];
    assert_eq!(bodies(&stub), expected);
}

#[tokio::test]
async fn account_holds_its_own_address_whatever_else_stands_in_its_row() {
    for row in [
        item(&[("created", "N", "1")]),
        item(&[("created", "S", "?")]),
    ] {
        let found = done(json!({ "Item": row }));
        let (stub, store) = store([("GetItem", vec![found])]).await;
        let holder = store.holder(&you()).await.expect("it works");
        assert_eq!(holder, Some(you()));
        assert_eq!(operations(&stub), ["GetItem"]);
    }
}

#[tokio::test]
async fn address_that_cannot_be_read_is_neither_somebodys_nor_free() {
    for row in [
        json!({ "pk": { "S": "address#x" } }),
        item(&[("email", "N", "1")]),
        item(&[("email", "S", "")]),
        item(&[("email", "S", "no-address")]),
        item(&[("email", "S", "no-address@")]),
    ] {
        let read = vec![done(json!({})), done(json!({ "Item": row }))];
        let (_stub, store) = store([("GetItem", read)]).await;
        let holder = store.holder(&further()).await;
        assert_unreadable(holder.expect_err("a failure"), "address", &row);
    }
    for row in spoiled(&[("sk", "S", FURTHER)]) {
        let rows = done(json!({ "Items": [{ "sk": { "S": FURTHER } }, row] }));
        let (_stub, store) = store([("Query", vec![rows])]).await;
        let listed = Addresses::of(&store, &you()).await;
        assert_unreadable(
            listed.expect_err("a failure"),
            "address of an account",
            &row,
        );
    }
}

#[tokio::test]
async fn addresses_are_one_consistent_query_of_the_accounts_own_partition() {
    let rows = done(json!({ "Items": [{ "sk": { "S": FURTHER } }] }));
    let (stub, store) = store([("Query", vec![rows])]).await;
    let listed = Addresses::of(&store, &you()).await.expect("it works");
    assert_eq!(listed, [further()]);
    let asked = json!({
        "ConsistentRead": true,
        "ExpressionAttributeValues": { ":pk": { "S": format!("addresses#{YOU}") } },
        "KeyConditionExpression": "pk = :pk",
        "ProjectionExpression": "sk",
        "TableName": "the-table",
    });
    assert_eq!(bodies(&stub), [asked]);
}

#[tokio::test]
async fn address_is_given_beside_its_account_and_where_nobody_has_it_or_not_at_all() {
    let (stub, store) = store([("TransactWriteItems", vec![done(json!({}))])]).await;
    let given = store.give(&further(), &you()).await;
    assert!(given.expect("it works"));
    let of = key(&format!("addresses#{YOU}"), FURTHER);
    let mut row = key(&format!("address#{FURTHER}"), "address");
    row["email"] = json!({ "S": YOU });
    let expected = json!([
        { "ConditionCheck": {
            "ConditionExpression": "attribute_exists(pk)",
            "Key": key("accounts", YOU), "TableName": "the-table",
        } },
        { "ConditionCheck": {
            "ConditionExpression": "attribute_not_exists(pk)",
            "Key": key("accounts", FURTHER), "TableName": "the-table",
        } },
        { "Put": {
            "ConditionExpression": "attribute_not_exists(pk)",
            "Item": row, "TableName": "the-table",
        } },
        { "Put": { "Item": of, "TableName": "the-table" } },
    ]);
    assert_eq!(members(&stub), expected);

    for at in 0..3 {
        let mut reasons = ["None"; 4];
        reasons[at] = "ConditionalCheckFailed";
        let (stub, store) = super::store([("TransactWriteItems", vec![cancelled(&reasons)])]).await;
        let given = store.give(&further(), &you()).await;
        assert!(!given.expect("it works"), "{at}");
        assert_eq!(stub.count("TransactWriteItems"), 1);
    }
    // The account's own is not given to it: nothing is asked.
    let (stub, store) = super::store([]).await;
    assert!(!store.give(&you(), &you()).await.expect("it works"));
    assert_eq!(operations(&stub), [""; 0]);
}

#[tokio::test]
async fn address_is_taken_away_from_whoever_has_it_and_from_nobody_else() {
    let (stub, store) = store([("TransactWriteItems", vec![done(json!({}))])]).await;
    let taken = store.take_away(&further(), &you()).await;
    assert!(taken.expect("it works"));
    let expected = json!([
        { "Delete": {
            "ConditionExpression": "email = :email",
            "ExpressionAttributeValues": { ":email": { "S": YOU } },
            "Key": key(&format!("address#{FURTHER}"), "address"), "TableName": "the-table",
        } },
        { "Delete": { "Key": key(&format!("addresses#{YOU}"), FURTHER), "TableName": "the-table" } },
    ]);
    assert_eq!(members(&stub), expected);
    let answers = vec![cancelled(&["ConditionalCheckFailed", "None"])];
    let (stub, store) = super::store([("TransactWriteItems", answers)]).await;
    assert!(!store.take_away(&further(), &you()).await.expect("it works"));
    assert_eq!(stub.count("TransactWriteItems"), 1);
}

#[tokio::test]
async fn account_is_made_only_where_no_further_address_has_its_spelling() {
    let (stub, store) = store([("TransactWriteItems", vec![done(json!({}))])]).await;
    let made = store.create(with_handle(Some(HANDLE))).await;
    assert!(made.expect("it works"));
    let asked = members(&stub);
    assert_eq!(
        asked[0]["Put"]["ConditionExpression"],
        "attribute_not_exists(pk)"
    );
    assert_eq!(asked[0]["Put"]["Item"]["handle"], json!({ "S": HASH }));
    let check = json!({ "ConditionCheck": {
        "ConditionExpression": "attribute_not_exists(pk)",
        "Key": key(&format!("address#{YOU}"), "address"), "TableName": "the-table",
    } });
    assert_eq!(asked[1], check);
    let mut row = key(&format!("handle#{HASH}"), "handle");
    row["email"] = json!({ "S": YOU });
    let named = json!({ "Put": {
        "ConditionExpression": "attribute_not_exists(pk) OR email = :email",
        "ExpressionAttributeValues": { ":email": { "S": YOU } },
        "Item": row, "TableName": "the-table",
    } });
    assert_eq!(asked[2], named);

    // A handle that is another's is no account that is there already.
    let answers = vec![cancelled(&["None", "None", "ConditionalCheckFailed"])];
    let (_stub, store) = super::store([("TransactWriteItems", answers)]).await;
    let made = store.create(with_handle(Some(HANDLE))).await;
    let exists = StoreError::Exists { family: "handle" };
    assert_eq!(made.map_err(cause), Err(exists));
}

#[tokio::test]
async fn account_is_found_by_its_handle_only_if_it_says_so_itself() {
    let named = || done(json!({ "Item": { "email": { "S": YOU } } }));
    let row = |ways: &str| json!({ "created": { "N": "1800000000000" }, "ways": { "S": ways } });
    let mine = with_handle(Some(HANDLE)).ways.to_json();
    let others = with_handle(Some(Handle([7; 32]))).ways.to_json();
    for (answers, is_found, reads) in [
        (vec![done(json!({}))], false, 1),
        (vec![named(), done(json!({}))], false, 2),
        (vec![named(), done(json!({ "Item": row(&mine) }))], true, 2),
        (
            vec![named(), done(json!({ "Item": row(&others) }))],
            false,
            2,
        ),
        (vec![named(), done(json!({ "Item": row("{}") }))], false, 2),
    ] {
        let (stub, store) = store([("GetItem", answers)]).await;
        let found = store.find_by_handle(&HANDLE).await.expect("it works");
        assert_eq!(found.is_some(), is_found);
        assert_eq!(stub.count("GetItem"), reads);
        assert_eq!(
            bodies(&stub)[0]["Key"],
            key(&format!("handle#{HASH}"), "handle")
        );
    }
}

#[tokio::test]
async fn handle_or_account_behind_it_that_cannot_be_read_is_nobodys() {
    for row in [
        json!({ "pk": { "S": "handle#x" } }),
        item(&[("email", "N", "1")]),
        item(&[("email", "S", "no-address")]),
    ] {
        let read = vec![done(json!({ "Item": row }))];
        let (stub, store) = store([("GetItem", read)]).await;
        let found = store.find_by_handle(&HANDLE).await;
        assert_unreadable(found.expect_err("a failure"), "handle", &row);
        assert_eq!(operations(&stub), ["GetItem"]);
    }
    let mine = with_handle(Some(HANDLE)).ways.to_json();
    let named = done(json!({ "Item": { "email": { "S": YOU } } }));
    for row in [
        item(&[("ways", "S", &mine)]),
        item(&[("created", "N", "1"), ("ways", "N", "1")]),
        item(&[("created", "N", "1"), ("ways", "S", "")]),
        item(&[("created", "N", "1"), ("ways", "S", "null")]),
        item(&[("created", "N", "1"), ("ways", "S", "[]")]),
        item(&[("created", "N", "1"), ("ways", "S", r#"{"handle":"pQ"}"#)]),
        item(&[("created", "N", "1"), ("ways", "S", r#"{"is_owner":1}"#)]),
        item(&[("created", "N", "1"), ("ways", "S", r#"{"passkeys":[{}]}"#)]),
        item(&[("created", "N", "1"), ("ways", "S", r#"{"totp":{}}"#)]),
        item(&[("created", "N", "1"), ("revision", "S", "1")]),
        item(&[("created", "N", "1"), ("revision", "N", "-1")]),
    ] {
        let read = vec![named.clone(), done(json!({ "Item": row }))];
        let (_stub, store) = store([("GetItem", read)]).await;
        let found = store.find_by_handle(&HANDLE).await;
        assert_unreadable(found.expect_err("a failure"), "account", &row);
        let (_stub, store) = super::store([("GetItem", vec![done(json!({ "Item": row }))])]).await;
        let found = Accounts::find(&store, &you()).await;
        assert_unreadable(found.expect_err("a failure"), "account", &row);
    }
}
