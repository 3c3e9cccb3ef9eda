use async_trait::async_trait;
use browserid::{Email, Timestamp};
use redb::ReadableTable;
use serde::{Deserialize, Serialize};
use service::{
    account::{Account, PasswordHash},
    ports::{Accounts, PortError},
    ways::{Handle, Ways},
};

use super::{
    Store,
    enrolments::EnrolmentRow,
    error::StoreError,
    rows::{ACCOUNTS, ENROLMENTS, Row, SESSIONS, get, retain},
    sessions::SessionRow,
};

#[derive(Deserialize, Serialize)]
struct AccountRow {
    created: u64,
    email: String,
    password: Option<String>,
}

#[async_trait]
impl Accounts for Store {
    async fn find(&self, email: &Email) -> Result<Option<Account>, PortError> {
        let email = email.clone();
        self.read("reading an account", move |transaction| {
            let table = transaction.open_table(ACCOUNTS)?;
            get(&table, email.as_str())?
                .map(AccountRow::into_account)
                .transpose()
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
            let mut table = transaction.open_table(ACCOUNTS)?;
            let email = account.email.as_str();
            if table.get(email)?.is_some() {
                return Ok(false);
            }
            let row = AccountRow {
                created: account.created.as_millis(),
                email: email.to_owned(),
                password: account.password.map(|hash| hash.0),
            };
            table.insert(email, row.to_bytes()?.as_slice())?;
            Ok(true)
        })
        .await
    }

    async fn find_by_handle(&self, _: &Handle) -> Result<Option<Account>, PortError> {
        Err(PortError::new("reading an account", "not built"))
    }

    async fn change(&self, _: Account) -> Result<bool, PortError> {
        Err(PortError::new("changing an account", "not built"))
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
            Ok(was_there)
        })
        .await
    }
}

impl Row for AccountRow {
    const TABLE: &'static str = "accounts";
}

impl AccountRow {
    fn into_account(self) -> Result<Account, StoreError> {
        Ok(Account {
            created: Timestamp::from_millis(self.created),
            email: Self::address(&self.email)?,
            password: self.password.map(PasswordHash),
            revision: 0,
            ways: Ways::default(),
        })
    }
}
