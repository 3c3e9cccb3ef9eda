use async_trait::async_trait;
use aws_sdk_dynamodb::types::{ReturnValuesOnConditionCheckFailure::AllOld, TransactWriteItem};
use browserid::Email;
use service::{
    account::{Account, PasswordHash},
    ports::{Accounts, PortError},
    ways::{Handle, Ways},
};

use crate::{
    Store, StoreError, doing,
    rows::{ACCOUNTS, Item, Key, Row, number, text, text_of, time},
};

/// What is read of an account.
const ACCOUNT: &str = "created, password, revision, ways";

#[async_trait]
impl Accounts for Store {
    async fn find(&self, email: &Email) -> Result<Option<Account>, PortError> {
        let read = self.table.get(Key::account(email), ACCOUNT);
        let account = read
            .await
            .and_then(|row| row.map(|row| account(email.clone(), &row)).transpose());
        doing("reading an account", account)
    }

    async fn list(&self) -> Result<Vec<Account>, PortError> {
        let attributes = format!("sk, {ACCOUNT}");
        let rows = self.table.query("account", ACCOUNTS, &attributes);
        let accounts = rows.await.and_then(|rows| {
            rows.iter()
                .map(|row| account(row.address("sk")?, row))
                .collect()
        });
        doing("listing the accounts", accounts)
    }

    async fn create(&self, account: Account) -> Result<bool, PortError> {
        doing("adding an account", self.create_account(&account).await)
    }

    async fn find_by_handle(&self, handle: &Handle) -> Result<Option<Account>, PortError> {
        doing("reading an account", self.account_of(handle).await)
    }

    async fn change(&self, account: Account) -> Result<bool, PortError> {
        doing("changing an account", self.change_account(&account).await)
    }

    async fn remove(&self, email: &Email) -> Result<bool, PortError> {
        doing("removing an account", self.remove_account(email).await)
    }
}

impl Store {
    /// Only where there is no further address of this spelling either: [`give`](service::ports::Addresses::give) looks at
    /// the same two rows.
    async fn create_account(&self, account: &Account) -> Result<bool, StoreError> {
        let mut members = vec![
            self.table
                .put(item(account), Some("attribute_not_exists(pk)"), None)?,
            self.table.absent(Key::address(&account.email))?,
        ];
        if let Some(handle) = &account.ways.handle {
            members.push(self.naming_by_handle(handle, &account.email)?);
        }
        match self.table.transact(members).await? {
            Ok(()) => Ok(true),
            Err(unmet) if unmet.members.iter().any(|member| *member < 2) => Ok(false),
            Err(_) => Err(StoreError::Exists { family: "handle" }),
        }
    }

    async fn account_of(&self, handle: &Handle) -> Result<Option<Account>, StoreError> {
        let Some(named) = self.table.get(Key::handle(handle), "email").await? else {
            return Ok(None);
        };
        let email = named.address("email")?;
        let row = self.table.get(Key::account(&email), ACCOUNT).await?;
        let found = row.map(|row| account(email, &row)).transpose()?;
        Ok(found.filter(|account| account.ways.handle == Some(*handle)))
    }

    /// One write, as long as the handle is the one that the row has.
    ///
    /// If its answer gets lost, the client's second try finds another revision and the caller looks again. What stands there
    /// then is no proof that it was ours: two who use the same code write the same row.
    async fn change_account(&self, account: &Account) -> Result<bool, StoreError> {
        let change = Change::of(account, account.ways.handle.as_ref());
        let update = || {
            self.table
                .client()
                .update_item()
                .table_name(self.table.name())
                .set_key(Some(Key::account(&account.email).item()))
                .condition_expression(&change.condition)
                .update_expression(&change.update)
                .set_expression_attribute_values(Some(change.values.clone()))
                .return_values_on_condition_check_failure(AllOld)
                .send()
        };
        let Err(unmet) = self.table.write(update).await? else {
            return Ok(true);
        };
        let Some(before) = unmet.item.map(|item| Row::new("account", item)) else {
            return Ok(false);
        };
        if revision(&before)? != account.revision {
            return Ok(false);
        }
        let before = before.text_if_any("handle")?.map(|_| before.hash("handle"));
        self.change_handle(account, before.transpose()?.map(Handle))
            .await
    }

    /// With what finds the account by its handle.
    async fn change_handle(
        &self,
        account: &Account,
        before: Option<Handle>,
    ) -> Result<bool, StoreError> {
        let change = Change::of(account, before.as_ref());
        let mut members = vec![self.table.update(
            Key::account(&account.email),
            &change.condition,
            &change.update,
            change.values,
        )?];
        if let Some(handle) = &account.ways.handle {
            members.push(self.naming_by_handle(handle, &account.email)?);
        }
        if let Some(before) = before.filter(|before| account.ways.handle != Some(*before)) {
            members.push(self.deleting_handle(&account.email, &before)?);
        }
        match self.table.transact(members).await? {
            Ok(()) => Ok(true),
            Err(unmet) if unmet.members.contains(&0) => Ok(false),
            Err(_) => Err(StoreError::Exists { family: "handle" }),
        }
    }

    /// 32 random bytes: never another account's by chance.
    fn naming_by_handle(
        &self,
        handle: &Handle,
        email: &Email,
    ) -> Result<TransactWriteItem, StoreError> {
        let row = Key::handle(handle).with([("email", text(email.as_str()))]);
        let theirs = [(":email".to_owned(), text(email.as_str()))];
        let free = Some("attribute_not_exists(pk) OR email = :email");
        self.table.put(row, free, Some(theirs.into()))
    }
}

/// How [`Accounts::change`] changes a row that has this handle.
struct Change {
    condition: String,
    update: String,
    values: Item,
}

impl Change {
    fn of(account: &Account, before: Option<&Handle>) -> Self {
        let mut values = Item::from([
            (":created".to_owned(), time(account.created)),
            (
                ":next".to_owned(),
                number(account.revision.saturating_add(1)),
            ),
            (":revision".to_owned(), number(account.revision)),
            (":ways".to_owned(), text(account.ways.to_json())),
        ]);
        let mut set = "SET created = :created, revision = :next, ways = :ways".to_owned();
        let mut remove = Vec::new();
        match &account.password {
            Some(password) => {
                set.push_str(", password = :password");
                values.insert(":password".to_owned(), text(&password.0));
            }
            None => remove.push("password"),
        }
        match account.ways.handle.as_ref() {
            handle if handle == before => (),
            Some(handle) => {
                set.push_str(", handle = :handle");
                values.insert(":handle".to_owned(), text(text_of(&handle.0)));
            }
            None => remove.push("handle"),
        }
        let same_handle = match before {
            Some(before) => {
                values.insert(":before".to_owned(), text(text_of(&before.0)));
                "handle = :before"
            }
            None => "attribute_not_exists(handle)",
        };
        let same_revision = match account.revision {
            // Rows from before there were revisions say nothing of them.
            0 => {
                "attribute_exists(pk) AND (attribute_not_exists(revision) OR revision = :revision)"
            }
            _ => "revision = :revision",
        };
        let update = if remove.is_empty() {
            set
        } else {
            format!("{set} REMOVE {}", remove.join(", "))
        };
        Self {
            condition: format!("{same_revision} AND {same_handle}"),
            update,
            values,
        }
    }
}

fn item(account: &Account) -> Item {
    let mut item = Key::account(&account.email).with([
        ("created", time(account.created)),
        ("revision", number(0)),
        ("ways", text(account.ways.to_json())),
    ]);
    if let Some(handle) = &account.ways.handle {
        item.insert("handle".to_owned(), text(text_of(&handle.0)));
    }
    if let Some(password) = &account.password {
        item.insert("password".to_owned(), text(&password.0));
    }
    item
}

fn revision(row: &Row) -> Result<u64, StoreError> {
    Ok(row.number_if_any("revision")?.unwrap_or_default())
}

fn account(email: Email, row: &Row) -> Result<Account, StoreError> {
    let password = row.text_if_any("password")?;
    let ways = row.text_if_any("ways")?.map(Ways::from_json).transpose();
    Ok(Account {
        created: row.time("created")?,
        email,
        password: password.map(|hash| PasswordHash(hash.to_owned())),
        revision: revision(row)?,
        ways: ways
            .map_err(|_| row.unreadable("its ways in are none"))?
            .unwrap_or_default(),
    })
}
