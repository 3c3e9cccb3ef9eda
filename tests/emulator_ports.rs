//! What every implementation of the store ports promises, held against DynamoDB as an emulator plays it; and what the
//! table promises beyond. Started by `tests/aws/emulator cargo test -p tests --test emulator_ports`; without an emulator
//! every test fails.
#![allow(
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::panic,
    reason = "a test says what it needs by failing"
)]

#[path = "ports/accounts.rs"]
mod accounts;
#[path = "ports/addresses.rs"]
mod addresses;
#[path = "ports/audit.rs"]
mod audit;
#[path = "ports/ceremonies.rs"]
mod ceremonies;
#[path = "ports/enrolments.rs"]
mod enrolments;
#[path = "ports/history.rs"]
mod history;
#[path = "ports/ladders.rs"]
mod ladders;
#[path = "ports/limits.rs"]
mod limits;
#[path = "ports/panic_switch.rs"]
mod panic_switch;
#[path = "ports/proofs.rs"]
mod proofs;
#[path = "ports/sessions.rs"]
mod sessions;
#[path = "ports/suite.rs"]
mod suite;
#[path = "ports/support_seen.rs"]
mod support_seen;
#[path = "ports/table.rs"]
mod table;

use std::sync::Arc;

use browserid::Timestamp;
use dynamodb::Store;
use service::{
    account::{Account, PasswordHash},
    audit::AuditRow,
    ceremony::Ceremony,
    history::Event,
    proof::{CodeHash, Proof},
    session::{Life, Session, Way},
};
use tests::emulator::Emulator;

use suite::*;

impl Ports {
    async fn on_a_table() -> Self {
        let emulator = Emulator::from_environment();
        let table = emulator.table().await;
        Self::of(Store::new(emulator.config(), table))
    }
}

/// Holds each promise, an `async fn(&Ports)` of the same name, against a table of its own.
macro_rules! on_each_medium {
    ($($promise:ident),+ $(,)?) => {$(
        mod $promise {
            use crate::Ports;

            #[tokio::test(flavor = "multi_thread")]
            async fn on_a_table() {
                super::$promise(&Ports::on_a_table().await).await;
            }
        }
    )+};
}
use on_each_medium;
