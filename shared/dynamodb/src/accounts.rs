use async_trait::async_trait;
use browserid::Email;
use service::{
    account::{Account, PasswordHash},
    ports::{Accounts, PortError},
    ways::{Handle, Ways},
};

use crate::{
    Store, StoreError, doing,
    rows::{ACCOUNTS, Item, Key, Row, text, time},
    table::TRANSACTION,
};

/// Each loss means that somebody made a link for the address in the same moment.
const TRIES: u32 = 5;

/// An account, what names its enrolment, the enrolment: the rest of a transaction has room for so many sessions.
const SESSIONS_WITH_ACCOUNT: usize = (TRANSACTION - 3) / 2;

#[async_trait]
impl Accounts for Store {
    async fn find(&self, email: &Email) -> Result<Option<Account>, PortError> {
        let read = self.table.get(Key::account(email), "created, password");
        let account = read
            .await
            .and_then(|row| row.map(|row| account(email.clone(), &row)).transpose());
        doing("reading an account", account)
    }

    async fn list(&self) -> Result<Vec<Account>, PortError> {
        let rows = self
            .table
            .query("account", ACCOUNTS, "sk, created, password");
        let accounts = rows.await.and_then(|rows| {
            rows.iter()
                .map(|row| account(row.address("sk")?, row))
                .collect()
        });
        doing("listing the accounts", accounts)
    }

    async fn create(&self, account: Account) -> Result<bool, PortError> {
        let put = || {
            self.table
                .client()
                .put_item()
                .table_name(self.table.name())
                .condition_expression("attribute_not_exists(pk)")
                .set_item(Some(item(&account)))
                .send()
        };
        let written = self.table.write(put).await;
        doing("adding an account", written.map(|written| written.is_ok()))
    }

    async fn find_by_handle(&self, _: &Handle) -> Result<Option<Account>, PortError> {
        Err(PortError::new("reading an account", "not built"))
    }

    async fn change(&self, _: Account) -> Result<bool, PortError> {
        Err(PortError::new("changing an account", "not built"))
    }

    async fn remove(&self, email: &Email) -> Result<bool, PortError> {
        doing("removing an account", self.remove_account(email).await)
    }
}

impl Store {
    /// Doing it again finishes what was begun.
    async fn remove_account(&self, email: &Email) -> Result<bool, StoreError> {
        for _ in 1..=TRIES {
            let Some(was_there) = self.remove_with_belongings(email).await? else {
                continue;
            };
            // What came between our look and the removal, or was left by a removal that broke off. No more can come:
            // without an account nothing is kept.
            self.end_all_but(email, None).await?;
            if let Some(enrolment) = self.enrolment_of(email).await? {
                let members = self.deleting_enrolment(email, &enrolment)?;
                // Not the one that is named any more: then of an account that is new.
                let _ = self.table.transact(members.into()).await?;
            }
            return Ok(was_there);
        }
        Err(StoreError::Conflict { request_id: None })
    }

    /// In one transaction. False if there was no account. None, and the account is still there, if the address got another
    /// enrolment since we looked: that one would be left without a name, and nobody could find it.
    async fn remove_with_belongings(&self, email: &Email) -> Result<Option<bool>, StoreError> {
        let mut sessions = self.sessions_of(email).await?;
        // Nearly never: those that do not fit go first. The account is still there then, so that a removal that breaks
        // off here is one that did not happen.
        while sessions.len() > SESSIONS_WITH_ACCOUNT {
            let some = sessions.split_off(sessions.len().saturating_sub(TRANSACTION / 2));
            self.end_sessions(email, &some).await?;
        }
        let account = Key::account(email);
        let mut members = vec![
            self.table
                .delete(account, Some("attribute_exists(pk)"), None)?,
        ];
        members.extend(self.deleting_sessions(email, &sessions)?);
        if let Some(enrolment) = self.enrolment_of(email).await? {
            members.extend(self.deleting_enrolment(email, &enrolment)?);
        }
        Ok(match self.table.transact(members).await? {
            Ok(()) => Some(true),
            Err(unmet) if unmet.members.contains(&0) => Some(false),
            Err(_) => None,
        })
    }
}

fn item(account: &Account) -> Item {
    let mut item = Key::account(&account.email).with([("created", time(account.created))]);
    if let Some(password) = &account.password {
        item.insert("password".to_owned(), text(&password.0));
    }
    item
}

fn account(email: Email, row: &Row) -> Result<Account, StoreError> {
    let password = row.text_if_any("password")?;
    Ok(Account {
        created: row.time("created")?,
        email,
        password: password.map(|hash| PasswordHash(hash.to_owned())),
        revision: 0,
        ways: Ways::default(),
    })
}
