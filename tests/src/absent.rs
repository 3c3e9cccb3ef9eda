//! Ports that always fail, and say so.
//!
//! The stores and the signer of the deployed functions are AWS adapters that this build does not have yet. Until then the
//! functions are complete but for these: whatever needs one answers 503, nothing is kept, nothing is signed, and nothing
//! pretends.

use async_trait::async_trait;
use browserid::{Email, PublicKey, Timestamp};
use service::account::{Account, Enrolment};
use service::audit::AuditRow;
use service::ceremony::Ceremony;
use service::history::Event;
use service::ladder::Ladder;
use service::panic::Switch;
use service::ports::{
    Accounts, Addresses, Audit, Ceremonies, Enrolments, History, Limits, PanicSwitch, PortError,
    Sessions, Signed, Signer,
};
use service::secret::TokenHash;
use service::session::Session;
use service::ways::Handle;

/// In the place of a store.
#[derive(Clone, Copy, Debug)]
pub struct NoStore;

/// In the place of the keeper of the private key; the public one is configured.
#[derive(Clone, Debug)]
pub struct NoSigner {
    /// The issuer's public key.
    pub public_key: PublicKey,
}

fn no_store<T>(doing: &'static str) -> Result<T, PortError> {
    Err(PortError::new(doing, "no store is wired into this build"))
}

#[async_trait]
impl Accounts for NoStore {
    async fn find(&self, _: &Email) -> Result<Option<Account>, PortError> {
        no_store("reading an account")
    }

    async fn list(&self) -> Result<Vec<Account>, PortError> {
        no_store("listing the accounts")
    }

    async fn create(&self, _: Account) -> Result<bool, PortError> {
        no_store("making an account")
    }

    async fn find_by_handle(&self, _: &Handle) -> Result<Option<Account>, PortError> {
        no_store("reading an account")
    }

    async fn change(&self, _: Account) -> Result<bool, PortError> {
        no_store("changing an account")
    }

    async fn remove(&self, _: &Email) -> Result<bool, PortError> {
        no_store("removing an account")
    }
}

#[async_trait]
impl Audit for NoStore {
    async fn keep(&self, _: &AuditRow) -> Result<(), PortError> {
        no_store("keeping an audit row")
    }

    async fn of(&self, _: &Email, _: Timestamp, _: Timestamp) -> Result<Vec<AuditRow>, PortError> {
        no_store("reading audit rows")
    }
}

#[async_trait]
impl Enrolments for NoStore {
    async fn put(&self, _: TokenHash, _: Enrolment) -> Result<(), PortError> {
        no_store("keeping an enrolment")
    }

    async fn find(&self, _: &TokenHash, _: Timestamp) -> Result<Option<Enrolment>, PortError> {
        no_store("reading an enrolment")
    }

    async fn take(&self, _: &TokenHash, _: Timestamp) -> Result<Option<Enrolment>, PortError> {
        no_store("taking an enrolment")
    }
}

#[async_trait]
impl Sessions for NoStore {
    async fn put(&self, _: TokenHash, _: Session) -> Result<(), PortError> {
        no_store("keeping a session")
    }

    async fn find(&self, _: &TokenHash) -> Result<Option<Session>, PortError> {
        no_store("reading a session")
    }

    async fn touch(&self, _: &TokenHash, _: Timestamp) -> Result<(), PortError> {
        no_store("keeping a session alive")
    }

    async fn prove(&self, _: &TokenHash, _: Timestamp) -> Result<(), PortError> {
        no_store("noting a proof")
    }

    async fn of(&self, _: &Email) -> Result<Vec<(TokenHash, Session)>, PortError> {
        no_store("listing sessions")
    }

    async fn end(&self, _: &TokenHash) -> Result<(), PortError> {
        no_store("ending a session")
    }

    async fn end_all(&self, _: &Email, _: Option<&TokenHash>) -> Result<(), PortError> {
        no_store("ending sessions")
    }
}

#[async_trait]
impl Limits for NoStore {
    async fn hit(
        &self,
        _: &str,
        _: u32,
        _: u64,
        _: Timestamp,
    ) -> Result<Result<(), u64>, PortError> {
        no_store("counting a try")
    }

    async fn climb(&self, _: &str, _: &Ladder, _: Timestamp) -> Result<Result<(), u64>, PortError> {
        no_store("counting a try")
    }

    async fn take_back(&self, _: &str) -> Result<(), PortError> {
        no_store("taking back a try")
    }

    async fn clear(&self, _: &str) -> Result<(), PortError> {
        no_store("forgetting tries")
    }
}

#[async_trait]
impl Signer for NoSigner {
    fn public_key(&self) -> &PublicKey {
        &self.public_key
    }

    async fn sign(&self, _: &[u8]) -> Result<Signed, PortError> {
        Err(PortError::new(
            "signing",
            "no signer is wired into this build",
        ))
    }
}

#[async_trait]
impl Addresses for NoStore {
    async fn holder(&self, _: &Email) -> Result<Option<Email>, PortError> {
        no_store("reading an address")
    }

    async fn of(&self, _: &Email) -> Result<Vec<Email>, PortError> {
        no_store("reading addresses")
    }

    async fn give(&self, _: &Email, _: &Email) -> Result<bool, PortError> {
        no_store("giving an address")
    }

    async fn take_away(&self, _: &Email, _: &Email) -> Result<bool, PortError> {
        no_store("taking an address away")
    }
}

#[async_trait]
impl History for NoStore {
    async fn keep(&self, _: &Event) -> Result<(), PortError> {
        no_store("keeping an event")
    }

    async fn of(
        &self,
        _: &Email,
        _: Timestamp,
        _: Timestamp,
        _: usize,
    ) -> Result<Vec<Event>, PortError> {
        no_store("reading the history")
    }
}

#[async_trait]
impl Ceremonies for NoStore {
    async fn put(&self, _: TokenHash, _: Ceremony) -> Result<(), PortError> {
        no_store("keeping a challenge")
    }

    async fn take(&self, _: &TokenHash, _: Timestamp) -> Result<Option<Ceremony>, PortError> {
        no_store("taking a challenge")
    }
}

#[async_trait]
impl PanicSwitch for NoStore {
    async fn switch(&self) -> Result<Switch, PortError> {
        no_store("reading the panic switch")
    }

    async fn pull(&self, _: Timestamp) -> Result<(), PortError> {
        no_store("pulling the panic switch")
    }

    async fn let_release(&self, _: TokenHash, _: Timestamp) -> Result<bool, PortError> {
        no_store("letting the panic switch be released")
    }

    async fn release(&self, _: &TokenHash, _: Timestamp) -> Result<bool, PortError> {
        no_store("releasing the panic switch")
    }
}
