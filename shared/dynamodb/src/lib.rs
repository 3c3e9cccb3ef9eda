//! Accounts and all that belongs to them, sessions, limits, histories, audit rows, and what a fallback keeps, on one
//! DynamoDB table.
//!
//! - Every read is strongly consistent; what may happen once is a conditional write or a transaction.
//! - Whether something is over is decided on reading. The table's TTL (attribute `expires_s`) only cleans.
//! - Tokens come as hashes and stay hashes: nothing in the table opens anything.
//! - The first part of the partition key says what kind of row it is, and so who may touch it: the README has the
//!   families, the access paths and the permissions of each function.

mod accounts;
mod addresses;
mod audit;
mod belongings;
mod ceremonies;
mod enrolments;
mod error;
mod history;
mod ladders;
mod limits;
mod members;
mod panic_switch;
mod proofs;
mod removal;
mod rows;
mod sessions;
mod support_seen;
mod table;

use aws::SdkConfig;
use aws_sdk_dynamodb::Client;
use service::{ports::PortError, secret::TokenHash};

use self::{rows::Key, table::Table};

pub use self::error::StoreError;

/// Every store port of [`service::ports`] on one table.
pub struct Store {
    table: Table,
}

impl Store {
    /// The store in the table of this name. Asks nothing yet.
    pub fn new(config: &SdkConfig, table: String) -> Self {
        Self {
            table: Table::new(Client::new(config), config.sleep_impl(), table),
        }
    }

    /// Reads a session that cannot be there, so that the first request finds a connection. Whoever may read sessions may
    /// do this.
    pub async fn warm(&self) -> Result<(), PortError> {
        // The hash of no token that anybody will ever find.
        let nobody = Key::session(&TokenHash([0; 32]));
        let read = self.table.get(nobody, "pk").await;
        doing("making a connection to the store", read.map(|_| ()))
    }
}

/// Says what we were at when it failed.
fn doing<T>(doing: &'static str, result: Result<T, StoreError>) -> Result<T, PortError> {
    result.map_err(|error| PortError::new(doing, error))
}
