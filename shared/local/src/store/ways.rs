//! Further addresses, history, ceremonies and the panic switch.

use async_trait::async_trait;
use browserid::{Email, Timestamp};
use service::{
    ceremony::Ceremony,
    history::Event,
    panic::Switch,
    ports::{Addresses, Ceremonies, History, PanicSwitch, PortError},
    secret::TokenHash,
};

use super::Store;

fn not_built<T>(doing: &'static str) -> Result<T, PortError> {
    Err(PortError::new(doing, "not built"))
}

#[async_trait]
impl Addresses for Store {
    async fn holder(&self, _: &Email) -> Result<Option<Email>, PortError> {
        not_built("reading an address")
    }

    async fn of(&self, _: &Email) -> Result<Vec<Email>, PortError> {
        not_built("reading addresses")
    }

    async fn give(&self, _: &Email, _: &Email) -> Result<bool, PortError> {
        not_built("giving an address")
    }

    async fn take_away(&self, _: &Email, _: &Email) -> Result<bool, PortError> {
        not_built("taking an address away")
    }
}

#[async_trait]
impl History for Store {
    async fn keep(&self, _: &Event) -> Result<(), PortError> {
        not_built("keeping an event")
    }

    async fn of(
        &self,
        _: &Email,
        _: Timestamp,
        _: Timestamp,
        _: usize,
    ) -> Result<Vec<Event>, PortError> {
        not_built("reading the history")
    }
}

#[async_trait]
impl Ceremonies for Store {
    async fn put(&self, _: TokenHash, _: Ceremony) -> Result<(), PortError> {
        not_built("keeping a challenge")
    }

    async fn take(&self, _: &TokenHash, _: Timestamp) -> Result<Option<Ceremony>, PortError> {
        not_built("taking a challenge")
    }
}

#[async_trait]
impl PanicSwitch for Store {
    async fn switch(&self) -> Result<Switch, PortError> {
        not_built("reading the panic switch")
    }

    async fn pull(&self, _: Timestamp) -> Result<(), PortError> {
        not_built("pulling the panic switch")
    }

    async fn let_release(&self, _: TokenHash, _: Timestamp) -> Result<bool, PortError> {
        not_built("letting the panic switch be released")
    }

    async fn release(&self, _: &TokenHash, _: Timestamp) -> Result<bool, PortError> {
        not_built("releasing the panic switch")
    }
}
