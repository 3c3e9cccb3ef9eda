//! Addresses: which are ours, and whose.

use browserid::{Email, HostRule};
use serde_json::{Value, json};
use service::client::Client;

use crate::command::Owner;
use crate::failure::Failure;

impl Owner {
    pub async fn add_address(&self, address: &str, email: &str) -> Result<Value, Failure> {
        let (address, to) = (self.own(address)?, self.own(email)?);
        let nobody = Client::none();
        self.sign_in.add_address(&address, &to, &nobody).await?;
        Ok(json!({"status": "okay"}))
    }

    pub async fn remove_address(&self, address: &str, email: &str) -> Result<Value, Failure> {
        let (address, from) = (self.own(address)?, self.own(email)?);
        let nobody = Client::none();
        self.sign_in
            .remove_address(&address, &from, &nobody)
            .await?;
        Ok(json!({"status": "okay"}))
    }

    /// An address as the owner types it. Only those of our own domains can be certified here.
    pub(crate) fn own(&self, text: &str) -> Result<Email, Failure> {
        Email::from_typed(text, HostRule::Public)
            .ok()
            .filter(|email| self.domains.contains(email.domain()))
            .ok_or_else(|| Failure::address(&self.domains))
    }
}
