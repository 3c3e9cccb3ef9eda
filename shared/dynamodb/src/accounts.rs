use async_trait::async_trait;
use browserid::Email;
use service::{
    account::{Account, PasswordHash},
    ports::{Accounts, PortError},
};

use crate::{
    Store, StoreError, doing,
    rows::{ACCOUNTS, Item, Key, Row, text, time},
    table::TRANSACTION,
};

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

    async fn set_password(&self, email: &Email, password: PasswordHash) -> Result<bool, PortError> {
        let update = || {
            self.table
                .client()
                .update_item()
                .table_name(self.table.name())
                .set_key(Some(Key::account(email).item()))
                .condition_expression("attribute_exists(pk)")
                .update_expression("SET password = :password")
                .expression_attribute_values(":password", text(&password.0))
                .send()
        };
        let written = self.table.write(update).await;
        doing("setting a password", written.map(|written| written.is_ok()))
    }

    async fn remove(&self, email: &Email) -> Result<bool, PortError> {
        doing("removing an account", self.remove_account(email).await)
    }
}

impl Store {
    /// Doing it again finishes what was begun.
    async fn remove_account(&self, email: &Email) -> Result<bool, StoreError> {
        let mut sessions = self.sessions_of(email).await?;
        // Nearly never: those that do not fit go first. The account is still there then, so that a removal that breaks
        // here is one that did not happen.
        while sessions.len() > SESSIONS_WITH_ACCOUNT {
            let some = sessions.split_off(sessions.len().saturating_sub(TRANSACTION / 2));
            self.end_sessions(email, &some).await?;
        }
        let enrolment = self.enrolment_of(email).await?;

        let account = self
            .table
            .delete(Key::account(email), Some("attribute_exists(pk)"))?;
        let belongings = self.deleting(email, &sessions, enrolment.as_ref())?;
        let members = [account].into_iter().chain(belongings).collect();
        let was_there = self.table.transact(members).await?.is_ok();

        // What came between our look and the removal, or was left by a removal that broke. No more can come: without
        // an account nothing is kept.
        self.end_all_but(email, None).await?;
        if let Some(enrolment) = self.enrolment_of(email).await? {
            let late = self.deleting(email, &[], Some(&enrolment))?;
            // There is no condition that could fail.
            let _ = self.table.transact(late).await?;
        }
        Ok(was_there)
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
    })
}
