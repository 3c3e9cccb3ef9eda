//! What every implementation of the store ports promises, held against the store in memory and on a
//! file; and what the file promises beyond: it is reopened whole, shared between processes, and
//! survives a killed one.
#![allow(
    clippy::expect_used,
    clippy::indexing_slicing,
    reason = "a test says what it needs by failing"
)]

#[path = "ports/accounts.rs"]
mod accounts;
#[path = "ports/crash.rs"]
mod crash;
#[path = "ports/enrolments.rs"]
mod enrolments;
#[path = "ports/file.rs"]
mod file;
#[path = "ports/limits.rs"]
mod limits;
#[path = "ports/sessions.rs"]
mod sessions;

use std::{path::Path, sync::Arc};

use browserid::{Email, HostRule, Timestamp};
use local::store::Store;
use service::{
    account::{Account, Enrolment, PasswordHash},
    ports::{Accounts, Enrolments, Limits, PortError, Sessions},
    secret::TokenHash,
    session::Session,
};
use tokio::sync::Barrier;

/// When tests begin.
const START: Timestamp = Timestamp::from_millis(1_800_000_000_000);

/// One store, seen through its ports.
struct Ports {
    accounts: Arc<dyn Accounts>,
    enrolments: Arc<dyn Enrolments>,
    limits: Arc<dyn Limits>,
    sessions: Arc<dyn Sessions>,
}

impl Ports {
    fn in_memory() -> Self {
        Self::of(Store::in_memory().expect("memory is there"))
    }

    fn on_file(file: &Path) -> Self {
        Self::of(Store::open(file).expect("it is made or opened"))
    }

    fn of(store: Store) -> Self {
        let store = Arc::new(store);
        Self {
            accounts: Arc::<Store>::clone(&store),
            enrolments: Arc::<Store>::clone(&store),
            limits: Arc::<Store>::clone(&store),
            sessions: store,
        }
    }

    async fn has_account(&self, email: &str) {
        let made = self.accounts.create(account(email)).await;
        assert!(made.expect("the store works"));
    }

    async fn has_session(&self, token: u32, email: &str) {
        let put = self.sessions.put(hash(token), session(email)).await;
        put.expect("the store works");
    }

    async fn has_enrolment(&self, token: u32, email: &str) {
        let put = self.enrolments.put(hash(token), enrolment(email)).await;
        put.expect("the store works");
    }

    /// Of the sessions 1 to `last`, those that are there.
    async fn sessions_up_to(&self, last: u32) -> Vec<u32> {
        let mut there = Vec::new();
        for token in 1..=last {
            let found = self.sessions.find(&hash(token)).await;
            if found.expect("the store works").is_some() {
                there.push(token);
            }
        }
        there
    }
}

fn email(text: &str) -> Email {
    Email::parse(text, HostRule::Public).expect("an address")
}

fn account(text: &str) -> Account {
    Account {
        created: START,
        email: email(text),
        password: Some(PasswordHash("$argon2id$…".to_owned())),
    }
}

fn enrolment(text: &str) -> Enrolment {
    Enrolment {
        email: email(text),
        expires: START.plus_ms(1_000),
    }
}

fn session(text: &str) -> Session {
    Session::start(email(text), START)
}

/// The hash of the `number`th token.
fn hash(number: u32) -> TokenHash {
    let mut bytes = [0xa5; 32];
    bytes[..4].copy_from_slice(&number.to_be_bytes());
    TokenHash(bytes)
}

/// What `count` calls give that all start when the last is ready.
async fn at_once<T, F>(count: u32, call: impl Fn(u32) -> F) -> Vec<T>
where
    T: Send + 'static,
    F: Future<Output = Result<T, PortError>> + Send + 'static,
{
    let all_ready = Arc::new(Barrier::new(count as usize));
    let calls: Vec<_> = (1..=count)
        .map(|number| {
            let call = call(number);
            let all_ready = Arc::clone(&all_ready);
            tokio::spawn(async move {
                all_ready.wait().await;
                call.await
            })
        })
        .collect();
    let mut results = Vec::new();
    for call in calls {
        results.push(call.await.expect("no panic").expect("it works"));
    }
    results
}

/// Holds each promise, an `async fn(&Ports)` of the same name, against both media.
macro_rules! on_each_medium {
    ($($promise:ident),+ $(,)?) => {$(
        mod $promise {
            use crate::Ports;

            #[tokio::test(flavor = "multi_thread")]
            async fn in_memory() {
                super::$promise(&Ports::in_memory()).await;
            }

            #[tokio::test(flavor = "multi_thread")]
            async fn on_a_file() {
                let folder = tempfile::tempdir().expect("a folder");
                super::$promise(&Ports::on_file(&folder.path().join("store.redb"))).await;
            }
        }
    )+};
}
use on_each_medium;
