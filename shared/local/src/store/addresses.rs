use async_trait::async_trait;
use browserid::Email;
use redb::ReadableTable;
use serde::{Deserialize, Serialize};
use service::ports::{Addresses, PortError};

use super::{
    Store,
    error::StoreError,
    rows::{ACCOUNTS, ADDRESSES, Row, get},
};

/// The key is the further address.
#[derive(Deserialize, Serialize)]
pub(super) struct AddressRow {
    /// Whose it is.
    pub(super) email: String,
}

#[async_trait]
impl Addresses for Store {
    async fn holder(&self, address: &Email) -> Result<Option<Email>, PortError> {
        let address = address.clone();
        self.read("reading an address", move |transaction| {
            let accounts = transaction.open_table(ACCOUNTS)?;
            if accounts.get(address.as_str())?.is_some() {
                return Ok(Some(address));
            }
            let table = transaction.open_table(ADDRESSES)?;
            get(&table, address.as_str())?
                .map(AddressRow::into_holder)
                .transpose()
        })
        .await
    }

    async fn of(&self, email: &Email) -> Result<Vec<Email>, PortError> {
        let email = email.clone();
        self.read("reading addresses", move |transaction| {
            let table = transaction.open_table(ADDRESSES)?;
            let mut addresses = Vec::new();
            for entry in table.iter()? {
                let (address, row) = entry?;
                if AddressRow::from_bytes(row.value())?.email == email.as_str() {
                    addresses.push(AddressRow::address(address.value())?);
                }
            }
            Ok(addresses)
        })
        .await
    }

    async fn give(&self, address: &Email, to: &Email) -> Result<bool, PortError> {
        let (address, to) = (address.clone(), to.clone());
        self.write("giving an address", move |transaction| {
            let accounts = transaction.open_table(ACCOUNTS)?;
            let mut addresses = transaction.open_table(ADDRESSES)?;
            if accounts.get(to.as_str())?.is_none()
                || accounts.get(address.as_str())?.is_some()
                || addresses.get(address.as_str())?.is_some()
            {
                return Ok(false);
            }
            let row = AddressRow {
                email: to.as_str().to_owned(),
            };
            addresses.insert(address.as_str(), row.to_bytes()?.as_slice())?;
            Ok(true)
        })
        .await
    }

    async fn take_away(&self, address: &Email, from: &Email) -> Result<bool, PortError> {
        let (address, from) = (address.clone(), from.clone());
        self.write("taking an address away", move |transaction| {
            let mut table = transaction.open_table(ADDRESSES)?;
            let row = get::<AddressRow, _>(&table, address.as_str())?;
            let is_theirs = row.is_some_and(|row| row.email == from.as_str());
            if is_theirs {
                table.remove(address.as_str())?;
            }
            Ok(is_theirs)
        })
        .await
    }
}

impl Row for AddressRow {
    const TABLE: &'static str = "addresses";
}

impl AddressRow {
    fn into_holder(self) -> Result<Email, StoreError> {
        Self::address(&self.email)
    }
}
