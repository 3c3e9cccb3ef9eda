//! DynamoDB as a stub on loopback speaks for it: what exactly it is asked, and every answer that is documented, with
//! those that no documentation promises. Each becomes exactly one typed failure; what may pass is asked again, what does
//! not is asked once; nothing hangs, and no token leaves. What the store does when all goes well: `emulator_ports.rs`.
#![allow(
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::panic,
    reason = "what helps a test fails as loudly as the test"
)]

#[path = "dynamodb/conditions.rs"]
mod conditions;
#[path = "dynamodb/conflicts.rs"]
mod conflicts;
#[path = "dynamodb/failures.rs"]
mod failures;
#[path = "dynamodb/fallback.rs"]
mod fallback;
#[path = "dynamodb/family.rs"]
mod family;
#[path = "dynamodb/happenings.rs"]
mod happenings;
#[path = "dynamodb/requests.rs"]
mod requests;
#[path = "dynamodb/rows.rs"]
mod rows;
#[path = "dynamodb/secrets.rs"]
mod secrets;
#[path = "dynamodb/stopping.rs"]
mod stopping;
#[allow(dead_code, reason = "it has parts for KMS and S3 too")]
#[path = "kms/stub.rs"]
mod stub;

use aws::Deadlines;
use browserid::{Email, HostRule, Timestamp};
use dynamodb::{Store, StoreError};
use serde_json::{Value, json};
use service::{
    account::{Account, Enrolment, PasswordHash},
    audit::AuditRow,
    ports::PortError,
    secret::TokenHash,
    session::{Life, Session, Way},
};

use stub::{Answer, PATIENT, Stub};

/// When tests begin.
const START: Timestamp = Timestamp::from_millis(1_800_000_000_000);
const YOU: &str = "you@me.example";
/// Of the one token of most tests, and as the table has it.
const TOKEN: TokenHash = TokenHash([0xa5; 32]);
const HASH: &str = "paWlpaWlpaWlpaWlpaWlpaWlpaWlpaWlpaWlpaWlpaU";

/// A store whose table answers each operation with these, in turn; the last is for all that follow.
async fn store(script: impl IntoIterator<Item = (&'static str, Vec<Answer>)>) -> (Stub, Store) {
    store_within(PATIENT, script).await
}

async fn store_within(
    deadlines: Deadlines,
    script: impl IntoIterator<Item = (&'static str, Vec<Answer>)>,
) -> (Stub, Store) {
    let stub = Stub::start(script).await;
    let store = Store::new(&stub.config(deadlines), "the-table".to_owned());
    (stub, store)
}

fn you() -> Email {
    Email::parse(YOU, HostRule::Public).expect("an address")
}

fn account() -> Account {
    Account {
        password: Some(PasswordHash("$argon2id$…".to_owned())),
        ..Account::new(you(), START)
    }
}

fn audit_row() -> AuditRow {
    AuditRow {
        account: you(),
        email: you(),
        key_thumbprint: "thumbprint".to_owned(),
        lifetime_ms: 60_000,
        request_id: Some("request".to_owned()),
        time: START,
    }
}

fn enrolment() -> Enrolment {
    Enrolment {
        email: you(),
        expires: START.plus_ms(1_000),
    }
}

fn session() -> Session {
    Session::start(you(), START)
}

/// How DynamoDB refuses, with what it adds. The message names what no line of our log may.
fn refusal(status: u16, code: &str, more: Value) -> Answer {
    let mut body = json!({
        "__type": format!("com.amazonaws.dynamodb.v20120810#{code}"),
        "message": "table/SECRET-TABLE you@me.example",
    });
    if let (Some(body), Value::Object(more)) = (body.as_object_mut(), more) {
        body.extend(more);
    }
    Answer::Send(status, body.to_string().into_bytes())
}

/// A condition that does not hold, with the row as it is if it was asked for.
fn unmet(item: Option<Value>) -> Answer {
    let more = item.map_or_else(|| json!({}), |item| json!({ "Item": item }));
    refusal(400, "ConditionalCheckFailedException", more)
}

/// A transaction that was cancelled for these reasons, one a member.
fn cancelled(reasons: &[&str]) -> Answer {
    let reasons: Vec<_> = reasons.iter().map(|code| json!({ "Code": code })).collect();
    let more = json!({ "CancellationReasons": reasons });
    refusal(400, "TransactionCanceledException", more)
}

fn cause(error: PortError) -> StoreError {
    *error
        .source
        .downcast()
        .expect("every failure of the store has its type")
}

/// The operations that were asked for, in order.
fn operations(stub: &Stub) -> Vec<String> {
    let asked = stub.asked();
    asked.iter().map(|a| a.operation().to_owned()).collect()
}
