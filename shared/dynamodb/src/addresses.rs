use async_trait::async_trait;
use browserid::Email;
use service::ports::{Addresses, PortError};

use crate::{
    Store, StoreError, doing,
    rows::{Key, text},
};

#[async_trait]
impl Addresses for Store {
    async fn holder(&self, address: &Email) -> Result<Option<Email>, PortError> {
        doing("reading an address", self.holder_of(address).await)
    }

    async fn of(&self, email: &Email) -> Result<Vec<Email>, PortError> {
        doing("reading addresses", self.addresses_of(email).await)
    }

    async fn give(&self, address: &Email, to: &Email) -> Result<bool, PortError> {
        let given = self.give_address(address, to).await;
        doing("giving an address", given)
    }

    async fn take_away(&self, address: &Email, from: &Email) -> Result<bool, PortError> {
        let taken = self.take_address_away(address, from).await;
        doing("taking an address away", taken)
    }
}

impl Store {
    async fn holder_of(&self, address: &Email) -> Result<Option<Email>, StoreError> {
        let account = self.table.get(Key::account(address), "created").await?;
        if account.is_some() {
            return Ok(Some(address.clone()));
        }
        let further = self.table.get(Key::address(address), "email").await?;
        further.map(|row| row.address("email")).transpose()
    }

    /// With what names it for the account, only beside that account, and only where there is neither an account nor a
    /// further address of this spelling: [`create`](service::ports::Accounts::create) looks at the same two rows.
    async fn give_address(&self, address: &Email, to: &Email) -> Result<bool, StoreError> {
        // One transaction names a row once.
        if address == to {
            return Ok(false);
        }
        let row = Key::address(address).with([("email", text(to.as_str()))]);
        let members = vec![
            self.table.exists(Key::account(to))?,
            self.table.absent(Key::account(address))?,
            self.table
                .put(row, Some("attribute_not_exists(pk)"), None)?,
            self.table
                .put(Key::address_of(to, address).item(), None, None)?,
        ];
        Ok(self.table.transact(members).await?.is_ok())
    }

    async fn take_address_away(&self, address: &Email, from: &Email) -> Result<bool, StoreError> {
        let theirs = [(":email".to_owned(), text(from.as_str()))];
        let members = vec![
            self.table.delete(
                Key::address(address),
                Some("email = :email"),
                Some(theirs.into()),
            )?,
            self.table
                .delete(Key::address_of(from, address), None, None)?,
        ];
        Ok(self.table.transact(members).await?.is_ok())
    }
}
