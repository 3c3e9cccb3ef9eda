//! What the table promises beyond the ports.

use std::collections::BTreeMap;

use aws_sdk_dynamodb::types::AttributeValue;
use dynamodb::StoreError;
use service::{
    audit::AUDIT_RETENTION_MS,
    ports::PortError,
    session::{ABSOLUTE_MS, SHARED_MS},
    standing::SEEN_RETENTION_MS,
};

use super::*;

const YOU: &str = "you@me.example";
const THEM: &str = "them@me.example";

struct Table {
    client: aws_sdk_dynamodb::Client,
    name: String,
    ports: Ports,
}

/// A row as text: numbers as they are written.
type Row = BTreeMap<String, String>;

impl Table {
    async fn new() -> Self {
        let emulator = Emulator::from_environment();
        let name = emulator.table().await;
        Self {
            client: emulator.dynamodb(),
            ports: Ports::of(Store::new(emulator.config(), name.clone())),
            name,
        }
    }

    /// Every row, by its key.
    async fn rows(&self) -> Vec<Row> {
        let mut rows = Vec::new();
        let mut pages = self
            .client
            .scan()
            .table_name(&self.name)
            .consistent_read(true)
            .into_paginator()
            .items()
            .send();
        while let Some(item) = pages.next().await {
            let item = item.expect("the emulator works");
            let row: Row = item
                .into_iter()
                .map(|(name, value)| match value {
                    AttributeValue::N(text) | AttributeValue::S(text) => (name, text),
                    other => panic!("{name}: {other:?}"),
                })
                .collect();
            rows.push(row);
        }
        rows.sort_by_key(|row| (row["pk"].clone(), row["sk"].clone()));
        rows
    }

    /// How many rows there are of each family.
    async fn families(&self) -> BTreeMap<String, usize> {
        let mut families = BTreeMap::new();
        for row in self.rows().await {
            let family = row["pk"].split('#').next().expect("a part").to_owned();
            *families.entry(family).or_default() += 1;
        }
        families
    }

    async fn delete(&self, pk: &str, sk: &str) {
        let delete = self
            .client
            .delete_item()
            .table_name(&self.name)
            .key("pk", AttributeValue::S(pk.to_owned()))
            .key("sk", AttributeValue::S(sk.to_owned()));
        delete.send().await.expect("the emulator works");
    }

    /// Sessions 1 to `last`, made at once.
    async fn has_sessions(&self, last: u32, email: &'static str) {
        self.ports.knows(email).await;
        at_once(last, |token| {
            let sessions = Arc::clone(&self.ports.sessions);
            async move { sessions.put(hash(token), session(email)).await }
        })
        .await;
    }
}

fn families<const N: usize>(expected: [(&str, usize); N]) -> BTreeMap<String, usize> {
    expected
        .into_iter()
        .map(|(family, count)| (family.to_owned(), count))
        .collect()
}

fn row<const N: usize>(attributes: [(&str, &str); N]) -> Row {
    attributes
        .into_iter()
        .map(|(name, value)| (name.to_owned(), value.to_owned()))
        .collect()
}

fn cause(error: PortError) -> StoreError {
    *error
        .source
        .downcast()
        .expect("every failure of the store has its type")
}

/// base64url of the hash of the first and the second token.
const HASHES: [&str; 2] = [
    "AAAAAaWlpaWlpaWlpaWlpaWlpaWlpaWlpaWlpaWlpaU",
    "AAAAAqWlpaWlpaWlpaWlpaWlpaWlpaWlpaWlpaWlpaU",
];

#[tokio::test]
async fn rows_stand_in_the_table_in_a_form_that_later_versions_can_read() {
    let table = Table::new().await;
    table.ports.has_session(1, YOU).await;
    table.ports.has_enrolment(2, YOU).await;
    let hit = table.ports.limits.hit("a:b", 3, 1_500, START).await;
    assert_eq!(hit.expect("it works"), Ok(()));
    table
        .ports
        .audit
        .keep(&audit_row(1))
        .await
        .expect("it works");

    let put = table.ports.proofs.put(hash(1), proof(YOU)).await;
    put.expect("it works");
    let kept = table.ports.seen.keep(&domain("me.example"), START).await;
    kept.expect("it works");
    let shared = session(YOU).by(Way::MailedCode).living(Life::Hour);
    let put = table.ports.sessions.put(hash(2), shared).await;
    put.expect("it works");

    assert_eq!(START.as_millis(), 1_800_000_000_000);
    let seen_ends = (START.plus_ms(SEEN_RETENTION_MS).as_millis() / 1_000).to_string();
    let shared_ends = (START.plus_ms(SHARED_MS).as_millis() / 1_000).to_string();
    let session_ends = (START.plus_ms(ABSOLUTE_MS).as_millis() / 1_000).to_string();
    let audit_ends = (START.plus_ms(AUDIT_RETENTION_MS).as_millis() / 1_000).to_string();
    let [session, enrolment] = HASHES;
    let second = enrolment;
    let expected = [
        row([
            ("created", "1800000000000"),
            ("password", "$argon2id$…"),
            ("pk", "accounts"),
            ("revision", "0"),
            ("sk", YOU),
            ("ways", &account(YOU).ways.to_json()),
        ]),
        row([
            ("email", YOU),
            ("expires_s", &audit_ends),
            ("key_thumbprint", "thumbprint-1"),
            ("lifetime_ms", "86400000"),
            ("pk", "audit#2027-01"),
            ("request_id", "request-1"),
            ("sk", "1800000000000#thumbprint-1#request-1"),
            ("time", "1800000000000"),
        ]),
        row([
            ("expires_s", &seen_ends),
            ("pk", "domain#me.example"),
            ("seen", "1800000000000"),
            ("sk", "domain"),
        ]),
        row([
            ("email", YOU),
            ("expires", "1800000001000"),
            ("expires_s", "1800000001"),
            ("pk", &format!("enrolment#{enrolment}")),
            ("sk", "enrolment"),
        ]),
        row([
            ("expires_s", "1800000001"),
            ("pk", &format!("enrolments#{YOU}")),
            ("sk", "enrolment"),
            ("token_hash", enrolment),
        ]),
        row([
            ("ends", "1800000001500"),
            // The first whole second at which it is over.
            ("expires_s", "1800000002"),
            ("hits", "1"),
            ("pk", "limit#a:b"),
            ("sk", "limit"),
        ]),
        row([
            ("code_hash", "WlpaWlpaWlpaWlpaWlpaWlpaWlpaWlpaWlpaWlpaWlo"),
            ("email", YOU),
            ("expires", "1800000600000"),
            ("expires_s", "1800000600"),
            ("pk", &format!("proof#{session}")),
            ("sk", "proof"),
            ("tries", "0"),
        ]),
        row([
            ("created", "1800000000000"),
            ("device", ""),
            ("email", YOU),
            ("expires_s", &session_ends),
            ("last_seen", "1800000000000"),
            ("life", "keep"),
            ("pk", &format!("session#{session}")),
            ("proved", "1800000000000"),
            ("sk", "session"),
            ("way", "password"),
        ]),
        row([
            ("created", "1800000000000"),
            ("device", ""),
            ("email", YOU),
            ("expires_s", &shared_ends),
            ("last_seen", "1800000000000"),
            ("life", "hour"),
            ("pk", &format!("session#{second}")),
            ("proved", "1800000000000"),
            ("sk", "session"),
            ("way", "mailed_code"),
        ]),
        row([
            ("expires_s", &session_ends),
            ("pk", &format!("sessions#{YOU}")),
            ("sk", session),
        ]),
        row([
            ("expires_s", &shared_ends),
            ("pk", &format!("sessions#{YOU}")),
            ("sk", second),
        ]),
    ];
    assert_eq!(table.rows().await, expected);
}

#[tokio::test]
async fn nothing_is_kept_for_an_address_without_an_account() {
    let table = Table::new().await;
    let ports = &table.ports;
    let put = ports.sessions.put(hash(1), session(YOU)).await;
    assert_eq!(put.map_err(cause), Err(StoreError::NoAccount));
    let put = ports.enrolments.put(hash(2), enrolment(YOU)).await;
    assert_eq!(put.map_err(cause), Err(StoreError::NoAccount));
    assert_eq!(table.rows().await, []);
}

#[tokio::test]
async fn session_never_takes_the_place_of_another() {
    let table = Table::new().await;
    table.ports.has_session(1, YOU).await;
    table.ports.knows(THEM).await;
    let put = table.ports.sessions.put(hash(1), session(THEM)).await;
    let exists = StoreError::Exists { family: "session" };
    assert_eq!(put.map_err(cause), Err(exists));
    let found = table.ports.sessions.find(&hash(1)).await;
    assert_eq!(found.expect("it works"), Some(session(YOU)));
    assert_eq!(table.families().await["sessions"], 1);
}

#[tokio::test]
async fn ended_session_leaves_nothing_that_names_it() {
    let table = Table::new().await;
    table.ports.has_session(1, YOU).await;
    let end = table.ports.sessions.end(&hash(1)).await;
    end.expect("it works");
    assert_eq!(table.families().await, families([("accounts", 1)]));
}

#[tokio::test(flavor = "multi_thread")]
async fn sessions_that_fit_into_no_transaction_end_all_the_same() {
    let table = Table::new().await;
    table.has_sessions(120, YOU).await;
    let (you, kept) = (email(YOU), hash(7));
    let end = table.ports.sessions.end_all(&you, Some(&kept)).await;
    end.expect("it works");
    let left = [("accounts", 1), ("session", 1), ("sessions", 1)];
    assert_eq!(table.families().await, families(left));
    assert_eq!(table.ports.sessions_up_to(120).await, [7]);
}

#[tokio::test(flavor = "multi_thread")]
async fn account_with_many_sessions_takes_them_all_along() {
    let table = Table::new().await;
    table.has_sessions(120, YOU).await;
    table.ports.has_enrolment(121, YOU).await;
    table.ports.has_session(122, THEM).await;
    let removed = table.ports.accounts.remove(&email(YOU)).await;
    assert!(removed.expect("it works"));
    let theirs = [("accounts", 1), ("session", 1), ("sessions", 1)];
    assert_eq!(table.families().await, families(theirs));
    assert_eq!(table.ports.sessions_up_to(122).await, [122]);
}

#[tokio::test]
async fn removal_that_broke_off_is_finished_by_the_next() {
    let table = Table::new().await;
    table.ports.has_session(1, YOU).await;
    table.ports.has_session(2, YOU).await;
    table.ports.has_enrolment(3, YOU).await;
    table.delete("accounts", YOU).await;
    let removed = table.ports.accounts.remove(&email(YOU)).await;
    assert!(!removed.expect("it works"), "there was none any more");
    assert_eq!(table.rows().await, []);
}

#[tokio::test(flavor = "multi_thread")]
async fn no_session_that_is_put_while_the_account_is_removed_outlives_it() {
    for _ in 1..=5 {
        let table = Table::new().await;
        table.ports.knows(YOU).await;
        let results = at_once(20, |token| {
            let sessions = Arc::clone(&table.ports.sessions);
            let accounts = Arc::clone(&table.ports.accounts);
            async move {
                if token == 10 {
                    return Ok(accounts.remove(&email(YOU)).await.map(|_| ()));
                }
                Ok(sessions.put(hash(token), session(YOU)).await)
            }
        })
        .await;
        for result in results {
            if let Err(error) = result {
                assert_eq!(cause(error), StoreError::NoAccount);
            }
        }
        assert_eq!(table.rows().await, []);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn no_enrolment_that_is_put_while_the_account_is_removed_outlives_it() {
    for _ in 1..=5 {
        let table = Table::new().await;
        table.ports.has_enrolment(9, YOU).await;
        let results = at_once(4, |token| {
            let enrolments = Arc::clone(&table.ports.enrolments);
            let accounts = Arc::clone(&table.ports.accounts);
            async move {
                if token == 2 {
                    return Ok(accounts.remove(&email(YOU)).await.map(|_| ()));
                }
                Ok(enrolments.put(hash(token), enrolment(YOU)).await)
            }
        })
        .await;
        for result in results {
            if let Err(error) = result {
                assert_eq!(cause(error), StoreError::NoAccount);
            }
        }
        assert_eq!(table.rows().await, []);
    }
}

#[tokio::test]
async fn certificates_for_one_key_in_one_millisecond_have_a_row_each() {
    let table = Table::new().await;
    let first = audit_row(1);
    let second = AuditRow {
        request_id: Some("another".to_owned()),
        ..first.clone()
    };
    for row in [&first, &second] {
        table.ports.audit.keep(row).await.expect("it works");
    }
    assert_eq!(table.families().await, families([("audit", 2)]));
}

#[tokio::test]
async fn audit_row_never_takes_the_place_of_another() {
    let table = Table::new().await;
    let first = audit_row(1);
    table.ports.audit.keep(&first).await.expect("it works");
    let before = table.rows().await;
    let other = AuditRow {
        account: email(THEM),
        email: email(THEM),
        ..first
    };
    let exists = StoreError::Exists { family: "audit" };
    let kept = table.ports.audit.keep(&other).await;
    assert_eq!(kept.map_err(cause), Err(exists));
    assert_eq!(table.rows().await, before);
}

#[tokio::test]
async fn warming_reads_and_leaves_nothing() {
    let emulator = Emulator::from_environment();
    let table = Table::new().await;
    let store = Store::new(emulator.config(), table.name.clone());
    store.warm().await.expect("it works");
    assert_eq!(table.rows().await, []);
    let store = Store::new(emulator.config(), "no-such-table".to_owned());
    let missing = store.warm().await.map_err(cause);
    assert!(
        matches!(
            missing,
            Err(StoreError::TableMissing {
                request_id: Some(_)
            })
        ),
        "{missing:?}"
    );
}
