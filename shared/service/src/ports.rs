//! The outside, as small traits. Object-safe; used as `Arc<dyn Port>`.
use async_trait::async_trait;
use browserid::{Answer, Email, PublicKey, Question, Timestamp};
use crate::{account::{Account, Enrolment}, secret::TokenHash, session::Session};

/// Something outside failed: goes to the log, never out.
#[derive(Debug)]
pub struct PortError { pub doing: &'static str, pub source: Box<dyn std::error::Error + Send + Sync> }

pub trait Clock: Send + Sync { fn now(&self) -> Timestamp; }
pub trait Random: Send + Sync { fn fill(&self, bytes: &mut [u8]) -> Result<(), PortError>; }

#[async_trait]
pub trait Signer: Send + Sync {
    /// The issuer's public key, known since start.
    fn public_key(&self) -> &PublicKey;
    /// RSASSA-PKCS1-v1_5 with SHA-256 over `message` (not pre-hashed by the caller).
    async fn sign(&self, message: &[u8]) -> Result<Vec<u8>, PortError>;
}

#[async_trait]
pub trait Accounts: Send + Sync {
    async fn find(&self, email: &Email) -> Result<Option<Account>, PortError>;
    /// Every account, by address.
    async fn list(&self) -> Result<Vec<Account>, PortError>;
    /// Makes or replaces.
    async fn put(&self, account: Account) -> Result<(), PortError>;
    /// True if there was one. Its sessions and enrolments go with it.
    async fn remove(&self, email: &Email) -> Result<bool, PortError>;
}

#[async_trait]
pub trait Enrolments: Send + Sync {
    /// Replaces every earlier enrolment of the same address.
    async fn put(&self, token: TokenHash, enrolment: Enrolment) -> Result<(), PortError>;
    /// Looks without using it up; expired ones are not found.
    async fn find(&self, token: &TokenHash, now: Timestamp) -> Result<Option<Enrolment>, PortError>;
    /// Takes it: of many callers one gets it.
    async fn take(&self, token: &TokenHash, now: Timestamp) -> Result<Option<Enrolment>, PortError>;
}

#[async_trait]
pub trait Sessions: Send + Sync {
    async fn put(&self, token: TokenHash, session: Session) -> Result<(), PortError>;
    /// As stored; the caller checks its lifetime. A strongly consistent read.
    async fn find(&self, token: &TokenHash) -> Result<Option<Session>, PortError>;
    /// Moves `last_seen` forward; does not bring back an ended session.
    async fn touch(&self, token: &TokenHash, now: Timestamp) -> Result<(), PortError>;
    /// Ends one; fine if it is gone.
    async fn end(&self, token: &TokenHash) -> Result<(), PortError>;
    /// Ends all of an address but `except`.
    async fn end_all(&self, email: &Email, except: Option<&TokenHash>) -> Result<(), PortError>;
}

#[async_trait]
pub trait Limits: Send + Sync {
    /// Counts one more in the window of `window_ms` that `key` is in, atomically. `Err(retry_after_ms)` inside when `max` was reached already (and nothing was counted).
    async fn hit(&self, key: &str, max: u32, window_ms: u64, now: Timestamp) -> Result<Result<(), u64>, PortError>;
    /// Forgets `key`'s count.
    async fn clear(&self, key: &str) -> Result<(), PortError>;
}

#[async_trait]
pub trait SupportDocuments: Send + Sync {
    /// Never fails: trouble is an `Answer` too.
    async fn ask(&self, question: &Question) -> Answer;
}
