//! History and challenges: what exactly DynamoDB is asked, and rows as no version of ours writes them.

use service::{
    ceremony::{Ceremony, Purpose},
    history::{Event, What},
    ports::{Ceremonies, History},
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

fn event() -> Event {
    Event {
        device: "Firefox on Linux".to_owned(),
        email: you(),
        source: "192.0.2.1".to_owned(),
        time: START,
        what: What::PasskeyAdded {
            name: "Phone".to_owned(),
        },
    }
}

const HAPPENED: &str = r#"{"what":"passkey_added","name":"Phone"}"#;
const GOOD_EVENT: [(&str, &str, &str); 4] = [
    ("device", "S", "Firefox on Linux"),
    ("happened", "S", HAPPENED),
    ("source", "S", "192.0.2.1"),
    ("time", "N", "1800000000000"),
];

#[tokio::test]
async fn event_is_one_write_behind_its_moment_kept_for_400_days() {
    let (stub, store) = store([("PutItem", vec![done(json!({}))])]).await;
    History::keep(&store, &event()).await.expect("it works");
    let mut asked = only(&stub);
    let sk = asked["Item"]["sk"].take();
    let sk = sk["S"].as_str().expect("a text");
    let which = sk.strip_prefix("1800000000000#").expect("its moment first");
    assert_eq!(which.len(), 16);
    let mut row = item(&GOOD_EVENT);
    row["expires_s"] = json!({ "N": "1834560000" });
    row["pk"] = json!({ "S": format!("history#{YOU}") });
    row["sk"] = Value::Null;
    assert_eq!(asked, json!({ "Item": row, "TableName": "the-table" }));
}

#[tokio::test]
async fn event_whose_answer_gets_lost_is_sent_again_as_the_same_row() {
    let answers = vec![Answer::Drop, done(json!({}))];
    let (stub, store) = store([("PutItem", answers)]).await;
    History::keep(&store, &event()).await.expect("it works");
    let asked = bodies(&stub);
    assert_eq!(asked.len(), 2);
    assert_eq!(asked[0], asked[1]);
}

#[tokio::test]
async fn history_is_a_range_of_the_persons_own_partition_newest_first() {
    let rows = done(json!({ "Items": [item(&GOOD_EVENT)] }));
    let (stub, store) = store([("Query", vec![rows])]).await;
    let (from, until) = (Timestamp::from_millis(7), START.plus_ms(1));
    let read = History::of(&store, &you(), from, until, 20).await;
    assert_eq!(read.expect("it works"), [event()]);
    let asked = json!({
        "ConsistentRead": true,
        "ExpressionAttributeValues": {
            ":from": { "S": "0000000000007" },
            ":pk": { "S": format!("history#{YOU}") },
            ":until": { "S": "1800000000001" },
        },
        "KeyConditionExpression": "pk = :pk AND sk BETWEEN :from AND :until",
        "Limit": 20,
        "ScanIndexForward": false,
        "TableName": "the-table",
    });
    assert_eq!(only(&stub), asked);
    for (from, until, max) in [
        (START, START, 1),
        (START.plus_ms(1), START, 1),
        (from, until, 0),
    ] {
        let (stub, store) = super::store([]).await;
        let read = History::of(&store, &you(), from, until, max).await;
        assert_eq!(read.expect("it works"), []);
        assert_eq!(stub.asked().len(), 0);
    }
}

#[tokio::test]
async fn event_that_cannot_be_read_is_not_left_out() {
    let mut odd = spoiled(&GOOD_EVENT);
    // What is no text of ours at all: names and notes may be anything.
    odd.retain(|row| row["device"] != json!({ "S": "no-address-and-no-hash" }));
    odd.retain(|row| row["source"] != json!({ "S": "no-address-and-no-hash" }));
    for happened in [
        "",
        "null",
        "{}",
        r#"{"what":"unheard_of"}"#,
        r#"{"what":"passkey_added"}"#,
    ] {
        let mut row = item(&GOOD_EVENT);
        row["happened"] = json!({ "S": happened });
        odd.push(row);
    }
    for row in odd {
        let rows = done(json!({ "Items": [item(&GOOD_EVENT), row] }));
        let (_stub, store) = store([("Query", vec![rows])]).await;
        let read = History::of(&store, &you(), START, START.plus_ms(1), 20).await;
        assert_unreadable(read.expect_err("a failure"), "history", &row);
    }
}

const GOOD_CEREMONY: [(&str, &str, &str); 4] = [
    ("bound_to", "S", HASH),
    ("expires", "N", "1800000600000"),
    ("purpose", "S", "add"),
    ("state", "S", "AQID"),
];

fn ceremony(purpose: Purpose) -> Ceremony {
    Ceremony {
        expires: START.plus_ms(600_000),
        purpose,
        state: vec![1, 2, 3],
    }
}

#[tokio::test]
async fn challenge_is_one_write_that_says_what_it_is_for() {
    for purpose in [Purpose::Add { session: TOKEN }, Purpose::SignIn] {
        let (stub, store) = store([("PutItem", vec![done(json!({}))])]).await;
        let put = Ceremonies::put(&store, TOKEN, ceremony(purpose)).await;
        put.expect("it works");
        let mut row = item(&GOOD_CEREMONY);
        if purpose == Purpose::SignIn {
            row = item(&GOOD_CEREMONY[1..]);
            row["purpose"] = json!({ "S": "sign_in" });
        }
        row["expires_s"] = json!({ "N": "1800000600" });
        row["pk"] = json!({ "S": format!("ceremony#{HASH}") });
        row["sk"] = json!({ "S": "ceremony" });
        assert_eq!(
            only(&stub),
            json!({ "Item": row, "TableName": "the-table" })
        );
    }
}

#[tokio::test]
async fn challenge_is_taken_by_one_write_that_only_one_can_win() {
    let row = done(json!({ "Attributes": item(&GOOD_CEREMONY) }));
    let kept = ceremony(Purpose::Add { session: TOKEN });
    for (answer, now, expected) in [
        (row.clone(), kept.expires.minus_ms(1), Some(kept.clone())),
        // Over, and not cleaned away yet: gone all the same.
        (row.clone(), kept.expires, None),
        (done(json!({})), START, None),
    ] {
        let (stub, store) = store([("DeleteItem", vec![answer])]).await;
        let taken = Ceremonies::take(&store, &TOKEN, now).await;
        assert_eq!(taken.expect("it works"), expected);
        let asked = json!({
            "Key": { "pk": { "S": format!("ceremony#{HASH}") }, "sk": { "S": "ceremony" } },
            "ReturnValues": "ALL_OLD",
            "TableName": "the-table",
        });
        assert_eq!(only(&stub), asked);
    }
    // The answer gets lost: the second try finds nothing, and nobody has it.
    let (stub, store) = store([("DeleteItem", vec![Answer::Drop, done(json!({}))])]).await;
    let taken = Ceremonies::take(&store, &TOKEN, START).await;
    assert_eq!(taken.expect("it works"), None);
    assert_eq!(stub.count("DeleteItem"), 2);
}

#[tokio::test]
async fn challenge_that_cannot_be_read_is_good_for_nothing() {
    let mut odd = spoiled(&GOOD_CEREMONY);
    odd.extend([
        // One for a sign-in is bound to nothing, and others to something.
        item(&[
            GOOD_CEREMONY[0],
            GOOD_CEREMONY[1],
            ("purpose", "S", "sign_in"),
            GOOD_CEREMONY[3],
        ]),
        item(&[
            GOOD_CEREMONY[1],
            ("purpose", "S", "prove_again"),
            GOOD_CEREMONY[3],
        ]),
        item(&[GOOD_CEREMONY[1], ("purpose", "S", ""), GOOD_CEREMONY[3]]),
        item(&[
            GOOD_CEREMONY[1],
            ("purpose", "S", "sign_in"),
            ("state", "S", "A"),
        ]),
        item(&[
            GOOD_CEREMONY[1],
            ("purpose", "S", "sign_in"),
            ("state", "S", "AQ=="),
        ]),
    ]);
    // Of other bytes nothing is known here: whoever made the state reads it.
    odd.retain(|row| row["state"] != json!({ "S": "no-address-and-no-hash" }));
    for row in odd {
        let taken = done(json!({ "Attributes": row }));
        let (stub, store) = store([("DeleteItem", vec![taken])]).await;
        let taken = Ceremonies::take(&store, &TOKEN, START).await;
        assert_unreadable(taken.expect_err("a failure"), "ceremony", &row);
        assert_eq!(operations(&stub), ["DeleteItem"], "and it is gone");
    }
}
