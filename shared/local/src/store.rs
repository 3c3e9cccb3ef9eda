//! Accounts and all that belongs to them, sessions, limits, histories, and what a fallback keeps, in one redb file, or in memory for tests.
//!
//! - The file is opened for the length of one operation, so that `selfsame user add` works while the
//!   server runs. Who finds it open waits for up to five seconds.
//! - A read opens the file for reading only (30 µs); a write opens it, commits one transaction to the
//!   disk, and closes it (about 20 ms, nearly all of it the disk's).
//! - Nothing is acknowledged before it is on the disk. A process killed at any time leaves a file that
//!   the next one repairs.
//! - Each port is one small file below; each of its methods is one transaction.

mod accounts;
mod addresses;
mod audit;
mod ceremonies;
mod enrolments;
mod error;
mod history;
mod limits;
mod medium;
mod panic_switch;
mod proofs;
mod rows;
mod sessions;
mod support_seen;

use std::{path::Path, sync::Arc};

use redb::{ReadTransaction, WriteTransaction};
use service::ports::PortError;
use tokio::{sync::Mutex, task::spawn_blocking};

use self::medium::Medium;

pub use self::error::StoreError;

/// Every store port of [`service::ports`] on one medium. Clones share it.
#[derive(Clone)]
pub struct Store {
    medium: Arc<Medium>,
    /// One operation at a time within the process: they would only wait for each other's file lock.
    turn: Arc<Mutex<()>>,
}

impl Store {
    /// The store in `file`, made (mode 0600) if there is none. The folder must exist.
    pub fn open(file: &Path) -> Result<Self, StoreError> {
        Medium::in_file(file).map(Self::on)
    }

    /// A store that is gone with its last clone: for tests.
    pub fn in_memory() -> Result<Self, StoreError> {
        Medium::in_memory().map(Self::on)
    }

    fn on(medium: Medium) -> Self {
        Self {
            medium: Arc::new(medium),
            turn: Arc::new(Mutex::new(())),
        }
    }

    async fn read<T: Send + 'static>(
        &self,
        doing: &'static str,
        work: impl FnOnce(&ReadTransaction) -> Result<T, StoreError> + Send + 'static,
    ) -> Result<T, PortError> {
        self.run(doing, move |medium| medium.read(work)).await
    }

    /// All of `work` or nothing; on the disk when this returns.
    async fn write<T: Send + 'static>(
        &self,
        doing: &'static str,
        work: impl FnOnce(&WriteTransaction) -> Result<T, StoreError> + Send + 'static,
    ) -> Result<T, PortError> {
        self.run(doing, move |medium| medium.write(work)).await
    }

    async fn run<T: Send + 'static>(
        &self,
        doing: &'static str,
        work: impl FnOnce(&Medium) -> Result<T, StoreError> + Send + 'static,
    ) -> Result<T, PortError> {
        let turn = Arc::clone(&self.turn).lock_owned().await;
        let medium = Arc::clone(&self.medium);
        let worked = spawn_blocking(move || {
            let result = work(&medium);
            // Given back here and not by the caller, who may have gone away meanwhile.
            drop(turn);
            result
        });
        match worked.await {
            Ok(result) => result.map_err(|error| PortError::new(doing, error)),
            Err(error) => Err(PortError::new(doing, error)),
        }
    }
}

#[cfg(test)]
mod tests;
