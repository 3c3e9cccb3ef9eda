//! The tables, and rows as JSON with a version.

use browserid::{Email, HostRule};
use redb::{
    Key, ReadTransaction, ReadableTable, Table, TableDefinition, TableHandle, WriteTransaction,
};
use serde::{Deserialize, Serialize, de::DeserializeOwned};

use super::error::StoreError;

/// By address.
pub(super) const ACCOUNTS: TableDefinition<&str, &[u8]> = TableDefinition::new("accounts");
/// By the further address.
pub(super) const ADDRESSES: TableDefinition<&str, &[u8]> = TableDefinition::new("addresses");
/// By time, then by the certified key's thumbprint, `#` and the address. (Earlier versions left the address out.)
pub(super) const AUDIT: TableDefinition<(u64, &str), &[u8]> = TableDefinition::new("audit");
/// By token hash.
pub(super) const CEREMONIES: TableDefinition<&[u8; 32], &[u8]> = TableDefinition::new("ceremonies");
/// By name.
pub(super) const DOMAINS: TableDefinition<&str, &[u8]> = TableDefinition::new("domains");
/// By token hash.
pub(super) const ENROLMENTS: TableDefinition<&[u8; 32], &[u8]> = TableDefinition::new("enrolments");
/// By what authenticators know people by.
pub(super) const HANDLES: TableDefinition<&[u8; 32], &[u8]> = TableDefinition::new("handles");
/// By address, then by time; the last part tells those of one millisecond apart, in their order.
pub(super) const HISTORY: TableDefinition<(&str, u64, u64), &[u8]> =
    TableDefinition::new("history");
/// The same keys with the time first, so that what was kept long enough is found without a look at the rest.
pub(super) const HISTORY_BY_TIME: TableDefinition<(u64, &str, u64), ()> =
    TableDefinition::new("history_by_time");
/// By key.
pub(super) const LIMITS: TableDefinition<&str, &[u8]> = TableDefinition::new("limits");
/// By token hash.
pub(super) const PROOFS: TableDefinition<&[u8; 32], &[u8]> = TableDefinition::new("proofs");
/// By token hash.
pub(super) const SESSIONS: TableDefinition<&[u8; 32], &[u8]> = TableDefinition::new("sessions");
/// By name.
pub(super) const SWITCHES: TableDefinition<&str, &[u8]> = TableDefinition::new("switches");

/// The format of the whole file: what an older program must not touch gets a higher number.
///
/// 2: accounts have ways in beside a password. A program that knows nothing of them would ask for no second step, and forget
/// them all with the next password.
pub(super) const FORMAT: u64 = 2;
const ABOUT: TableDefinition<&str, u64> = TableDefinition::new("about");
const FORMAT_KEY: &str = "format";

/// The format of one row.
const ROW_VERSION: u32 = 1;

/// Makes every table that is missing, so that a read finds it, and writes the format down.
pub(super) fn make_tables(transaction: &WriteTransaction) -> Result<(), StoreError> {
    transaction.open_table(ACCOUNTS)?;
    transaction.open_table(ADDRESSES)?;
    transaction.open_table(AUDIT)?;
    transaction.open_table(CEREMONIES)?;
    transaction.open_table(DOMAINS)?;
    transaction.open_table(ENROLMENTS)?;
    transaction.open_table(HANDLES)?;
    transaction.open_table(HISTORY)?;
    transaction.open_table(HISTORY_BY_TIME)?;
    transaction.open_table(LIMITS)?;
    transaction.open_table(PROOFS)?;
    transaction.open_table(SESSIONS)?;
    transaction.open_table(SWITCHES)?;
    set_format(transaction, FORMAT)
}

/// Writes the format of the file down.
pub(super) fn set_format(transaction: &WriteTransaction, format: u64) -> Result<(), StoreError> {
    transaction.open_table(ABOUT)?.insert(FORMAT_KEY, format)?;
    Ok(())
}

/// The format of the file.
pub(super) fn format(transaction: &ReadTransaction) -> Result<u64, StoreError> {
    let format = transaction.open_table(ABOUT)?.get(FORMAT_KEY)?;
    format
        .map(|format| format.value())
        .ok_or_else(|| unreadable(ABOUT.name(), "there is no format"))
}

/// A row in a table of its kind. Its fields are what stands in the file: rename none.
pub(super) trait Row: Serialize + DeserializeOwned {
    /// The table's name, for errors.
    const TABLE: &'static str;

    fn to_bytes(&self) -> Result<Vec<u8>, StoreError> {
        let versioned = Versioned {
            v: ROW_VERSION,
            row: self,
        };
        serde_json::to_vec(&versioned).map_err(|error| unreadable(Self::TABLE, &error.to_string()))
    }

    fn from_bytes(bytes: &[u8]) -> Result<Self, StoreError> {
        // The kind and place of the error only: its text may quote the row.
        let Versioned { v, row } = serde_json::from_slice(bytes)
            .map_err(|error| unreadable(Self::TABLE, &format!("{:?} error", error.classify())))?;
        if v == ROW_VERSION {
            Ok(row)
        } else {
            Err(unreadable(Self::TABLE, &format!("its version is {v}")))
        }
    }

    /// An address in this row.
    fn address(text: &str) -> Result<Email, StoreError> {
        // Checked by the rule of the day when it came in; here it only has to be an address.
        Email::parse(text, HostRule::Insecure)
            .map_err(|_| unreadable(Self::TABLE, "its address is none"))
    }
}

/// The row of `key`.
pub(super) fn get<R: Row, K: Key + 'static>(
    table: &impl ReadableTable<K, &'static [u8]>,
    key: K::SelfType<'_>,
) -> Result<Option<R>, StoreError> {
    match table.get(key)? {
        Some(bytes) => R::from_bytes(bytes.value()).map(Some),
        None => Ok(None),
    }
}

/// Keeps what is to be kept. A row that cannot be read is an error and not a row to keep: it might
/// be one that has to go.
pub(super) fn retain<R: Row, K: Key>(
    table: &mut Table<'_, K, &'static [u8]>,
    is_kept: impl Fn(R) -> bool,
) -> Result<(), StoreError> {
    let mut first_error = None;
    table.retain(|_, bytes| match R::from_bytes(bytes) {
        Ok(row) => is_kept(row),
        Err(error) => {
            first_error.get_or_insert(error);
            true
        }
    })?;
    first_error.map_or(Ok(()), Err)
}

#[derive(Deserialize, Serialize)]
struct Versioned<R> {
    v: u32,
    #[serde(flatten)]
    row: R,
}

pub(super) fn unreadable(table: &'static str, reason: &str) -> StoreError {
    StoreError::Row {
        reason: reason.to_owned(),
        table,
    }
}
