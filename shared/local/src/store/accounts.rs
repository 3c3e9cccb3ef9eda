use async_trait::async_trait;
use browserid::{Email, Timestamp};
use redb::{ReadableTable, WriteTransaction};
use serde::{Deserialize, Serialize};
use service::{
    account::{Account, PasswordHash},
    ports::{Accounts, PortError},
    ways::{Handle, Ways},
};

use super::{
    Store,
    addresses::AddressRow,
    enrolments::EnrolmentRow,
    error::StoreError,
    rows::{ACCOUNTS, ADDRESSES, ENROLMENTS, HANDLES, Row, SESSIONS, get, retain, unreadable},
    sessions::SessionRow,
};

#[derive(Deserialize, Serialize)]
struct AccountRow {
    created: u64,
    email: String,
    password: Option<String>,
    /// Younger than the others, like the next: rows without them were never changed since.
    #[serde(default)]
    revision: u64,
    /// The text of [`Ways::to_json`].
    #[serde(default, skip_serializing_if = "Option::is_none")]
    ways: Option<String>,
}

/// The key is what authenticators know a person by.
#[derive(Deserialize, Serialize)]
struct HandleRow {
    email: String,
}

#[async_trait]
impl Accounts for Store {
    async fn find(&self, email: &Email) -> Result<Option<Account>, PortError> {
        let email = email.clone();
        self.read("reading an account", move |transaction| {
            account(&transaction.open_table(ACCOUNTS)?, email.as_str())
        })
        .await
    }

    async fn list(&self) -> Result<Vec<Account>, PortError> {
        self.read("listing the accounts", |transaction| {
            let table = transaction.open_table(ACCOUNTS)?;
            table
                .iter()?
                .map(|entry| AccountRow::from_bytes(entry?.1.value())?.into_account())
                .collect()
        })
        .await
    }

    async fn create(&self, account: Account) -> Result<bool, PortError> {
        self.write("adding an account", move |transaction| {
            let email = account.email.as_str();
            let is_further = transaction.open_table(ADDRESSES)?.get(email)?.is_some();
            if is_further || transaction.open_table(ACCOUNTS)?.get(email)?.is_some() {
                return Ok(false);
            }
            put(transaction, &account, 0)?;
            Ok(true)
        })
        .await
    }

    async fn find_by_handle(&self, handle: &Handle) -> Result<Option<Account>, PortError> {
        let handle = *handle;
        self.read("reading an account", move |transaction| {
            let named = get::<HandleRow, _>(&transaction.open_table(HANDLES)?, &handle.0)?;
            let Some(named) = named else {
                return Ok(None);
            };
            let found = account(&transaction.open_table(ACCOUNTS)?, &named.email)?;
            Ok(found.filter(|account| account.ways.handle == Some(handle)))
        })
        .await
    }

    async fn change(&self, account: Account) -> Result<bool, PortError> {
        self.write("changing an account", move |transaction| {
            let email = account.email.as_str();
            let known = get::<AccountRow, _>(&transaction.open_table(ACCOUNTS)?, email)?;
            let Some(known) = known.filter(|known| known.revision == account.revision) else {
                return Ok(false);
            };
            if let Some(handle) = known.into_account()?.ways.handle {
                transaction.open_table(HANDLES)?.remove(&handle.0)?;
            }
            put(transaction, &account, account.revision.saturating_add(1))?;
            Ok(true)
        })
        .await
    }

    async fn remove(&self, email: &Email) -> Result<bool, PortError> {
        let email = email.clone();
        self.write("removing an account", move |transaction| {
            let email = email.as_str();
            let was_there = transaction.open_table(ACCOUNTS)?.remove(email)?.is_some();
            retain(&mut transaction.open_table(SESSIONS)?, |row: SessionRow| {
                row.email != email
            })?;
            retain(
                &mut transaction.open_table(ENROLMENTS)?,
                |row: EnrolmentRow| row.email != email,
            )?;
            retain(&mut transaction.open_table(HANDLES)?, |row: HandleRow| {
                row.email != email
            })?;
            retain(
                &mut transaction.open_table(ADDRESSES)?,
                |row: AddressRow| row.email != email,
            )?;
            Ok(was_there)
        })
        .await
    }
}

fn account(
    table: &impl ReadableTable<&'static str, &'static [u8]>,
    email: &str,
) -> Result<Option<Account>, StoreError> {
    get(table, email)?.map(AccountRow::into_account).transpose()
}

/// The row, and what finds it by its handle.
fn put(transaction: &WriteTransaction, account: &Account, revision: u64) -> Result<(), StoreError> {
    let email = account.email.as_str().to_owned();
    if let Some(handle) = account.ways.handle {
        let mut table = transaction.open_table(HANDLES)?;
        let known = get::<HandleRow, _>(&table, &handle.0)?;
        if known.is_some_and(|known| known.email != email) {
            // 32 random bytes: never by chance.
            return Err(StoreError::HandleTaken);
        }
        let row = HandleRow {
            email: email.clone(),
        };
        table.insert(&handle.0, row.to_bytes()?.as_slice())?;
    }
    let row = AccountRow {
        created: account.created.as_millis(),
        email,
        password: account.password.as_ref().map(|hash| hash.0.clone()),
        revision,
        ways: Some(account.ways.to_json()),
    };
    let mut table = transaction.open_table(ACCOUNTS)?;
    table.insert(row.email.as_str(), row.to_bytes()?.as_slice())?;
    Ok(())
}

impl Row for AccountRow {
    const TABLE: &'static str = "accounts";
}

impl Row for HandleRow {
    const TABLE: &'static str = "handles";
}

impl AccountRow {
    fn into_account(self) -> Result<Account, StoreError> {
        let ways = self.ways.as_deref().map(Ways::from_json).transpose();
        Ok(Account {
            created: Timestamp::from_millis(self.created),
            email: Self::address(&self.email)?,
            password: self.password.map(PasswordHash),
            revision: self.revision,
            ways: ways
                .map_err(|_| unreadable(Self::TABLE, "its ways in cannot be read"))?
                .unwrap_or_default(),
        })
    }
}
