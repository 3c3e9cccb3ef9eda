//! Rows as no version of ours writes them, and rows that time has overtaken.

use service::ports::{Accounts, Enrolments, Limits, Sessions};

use super::*;
use crate::stub::done;

const GOOD_SESSION: [(&str, &str, &str); 3] = [
    ("created", "N", "1800000000000"),
    ("email", "S", YOU),
    ("last_seen", "N", "1800000000000"),
];

pub fn item(attributes: &[(&str, &str, &str)]) -> Value {
    let attributes = attributes
        .iter()
        .map(|(name, kind, value)| ((*name).to_owned(), json!({ *kind: value })));
    Value::Object(attributes.collect())
}

fn read(item: &Value) -> (&'static str, Vec<Answer>) {
    ("GetItem", vec![done(json!({ "Item": item }))])
}

/// Each of `good` in turn missing, of another kind, and with a value that is none.
pub fn spoiled(good: &[(&'static str, &'static str, &'static str)]) -> Vec<Value> {
    let mut spoiled = Vec::new();
    for left in 0..good.len() {
        let mut others = good.to_vec();
        let (name, kind, _) = others.remove(left);
        spoiled.push(item(&others));
        let (other, no) = match kind {
            "N" => ("S", "-1"),
            _ => ("N", "no-address-and-no-hash"),
        };
        for odd in [(name, other, "17"), (name, kind, no)] {
            let mut whole = others.clone();
            whole.push(odd);
            spoiled.push(item(&whole));
        }
    }
    spoiled
}

pub fn assert_unreadable(error: PortError, family: &str, row: &Value) {
    let line = error.to_string();
    assert!(
        !line.contains(YOU) && !line.contains("no-address"),
        "{line}"
    );
    match cause(error) {
        StoreError::Row { family: named, .. } => assert_eq!(named, family, "{row}"),
        other => panic!("{row}: {other:?}"),
    }
}

#[tokio::test]
async fn session_that_cannot_be_read_signs_nobody_in() {
    for row in spoiled(&GOOD_SESSION) {
        let (_stub, store) = store([read(&row)]).await;
        let found = Sessions::find(&store, &TOKEN).await;
        assert_unreadable(found.expect_err("a failure"), "session", &row);
    }
    for (flag, kind, odd) in [
        ("is_by_code", "S", "1"),
        ("is_by_code", "N", "2"),
        ("is_shared", "S", "no"),
        ("is_shared", "N", "0"),
    ] {
        let mut row = GOOD_SESSION.to_vec();
        row.push((flag, kind, odd));
        let row = item(&row);
        let (_stub, store) = store([read(&row)]).await;
        let found = Sessions::find(&store, &TOKEN).await;
        assert_unreadable(found.expect_err("a failure"), "session", &row);
    }
    // A row from before there were sessions of other kinds is one of the usual kind.
    let (_stub, store) = store([read(&item(&GOOD_SESSION))]).await;
    let found = Sessions::find(&store, &TOKEN).await;
    assert_eq!(found.expect("it works"), Some(session()));
}

#[tokio::test]
async fn enrolment_that_cannot_be_read_lets_nobody_in() {
    let good = [("email", "S", YOU), ("expires", "N", "1800000001000")];
    for row in spoiled(&good) {
        let taken = done(json!({ "Attributes": row }));
        let (_stub, store) = store([read(&row), ("DeleteItem", vec![taken])]).await;
        let found = Enrolments::find(&store, &TOKEN, START).await;
        assert_unreadable(found.expect_err("a failure"), "enrolment", &row);
        let taken = store.take(&TOKEN, START).await;
        assert_unreadable(taken.expect_err("a failure"), "enrolment", &row);
    }
}

#[tokio::test]
async fn account_that_cannot_be_read_is_nobodys() {
    for row in [
        item(&[]),
        item(&[("created", "S", "1")]),
        item(&[("created", "N", "1.5")]),
        item(&[("created", "N", "99999999999999999999999")]),
        item(&[("created", "N", "1"), ("password", "N", "1")]),
    ] {
        let (_stub, store) = store([read(&row)]).await;
        let found = Accounts::find(&store, &you()).await;
        assert_unreadable(found.expect_err("a failure"), "account", &row);
    }
    for row in spoiled(&[("created", "N", "1"), ("sk", "S", YOU)]) {
        let list = done(json!({ "Items": [row] }));
        let (_stub, store) = store([("Query", vec![list])]).await;
        assert_unreadable(store.list().await.expect_err("a failure"), "account", &row);
    }
}

#[tokio::test]
async fn names_that_cannot_be_read_stop_the_end_of_all_sessions() {
    let short = "paWlpaWlpaWlpaWlpaWlpaWlpaWlpaWlpaWlpaWlpa";
    for row in [
        item(&[]),
        item(&[("sk", "N", "1")]),
        item(&[("sk", "S", short)]),
    ] {
        let list = done(json!({ "Items": [{ "sk": { "S": HASH } }, row] }));
        let (stub, store) = store([("Query", vec![list])]).await;
        let ended = store.end_all(&you(), None).await;
        // Whose session it is cannot be known: saying "ended" would be a guess.
        assert_unreadable(ended.expect_err("a failure"), "session of an address", &row);
        assert_eq!(operations(&stub), ["Query"], "nothing was half done");
    }
}

#[tokio::test]
async fn limit_that_cannot_be_read_lets_nobody_guess() {
    for row in [item(&[("hits", "N", "1")]), item(&[("ends", "S", "soon")])] {
        let (stub, store) = store([("UpdateItem", vec![unmet(Some(row.clone()))])]).await;
        let hit = store.hit("a", 1, 1_000, START).await;
        assert_unreadable(hit.map(|_| ()).expect_err("a failure"), "limit", &row);
        assert_eq!(operations(&stub), ["UpdateItem"]);
    }
}

#[tokio::test]
async fn enrolment_that_is_over_is_not_found_before_it_is_cleaned_away() {
    let row = item(&[("email", "S", YOU), ("expires", "N", "1800000001000")]);
    let (_stub, store) = store([read(&row)]).await;
    for (now, expected) in [
        (START.plus_ms(999), Some(enrolment())),
        (START.plus_ms(1_000), None),
        (START.plus_ms(1_001), None),
    ] {
        let found = Enrolments::find(&store, &TOKEN, now).await;
        assert_eq!(found.expect("it works"), expected);
    }
}

#[tokio::test]
async fn session_that_is_over_is_told_as_it_is_stored() {
    // The port promises that: the caller checks its lifetime, and nothing of it is decided by the table's cleaning.
    let mut row = GOOD_SESSION.to_vec();
    row.retain(|(name, ..)| *name == "email");
    row.extend([("created", "N", "0"), ("last_seen", "N", "0")]);
    let (_stub, store) = store([read(&item(&row))]).await;
    let found = Sessions::find(&store, &TOKEN).await.expect("it works");
    let found = found.expect("it is there");
    assert_eq!(found, Session::start(you(), Timestamp::from_millis(0)));
    assert!(!found.is_live(START));
}
