//! What every implementation of the store ports promises, held against the store in memory and on a
//! file; and what the file promises beyond: it cleans up, is reopened whole, shared between processes, and
//! survives a killed one. `emulator_ports.rs` holds the same promises against DynamoDB.
#![allow(
    clippy::expect_used,
    clippy::indexing_slicing,
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
#[path = "ports/cleaning.rs"]
mod cleaning;
#[path = "ports/crash.rs"]
mod crash;
#[path = "ports/enrolments.rs"]
mod enrolments;
#[path = "ports/file.rs"]
mod file;
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

use std::{path::Path, sync::Arc};

use browserid::Timestamp;
use local::store::Store;
use service::{
    account::{Account, PasswordHash},
    audit::AuditRow,
    ceremony::Ceremony,
    history::Event,
    proof::{CodeHash, Proof},
    session::{Life, Session, Way},
};

use suite::*;

impl Ports {
    fn in_memory() -> Self {
        Self::of(Store::in_memory().expect("memory is there"))
    }

    fn on_file(file: &Path) -> Self {
        Self::of(Store::open(file).expect("it is made or opened"))
    }
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
