//! The outside, as small traits. Object-safe; used as `Arc<dyn Port>`.
//!
//! What each method promises is held against every implementation by the suite `tests/ports.rs`.

use core::fmt;
use std::error::Error;

use async_trait::async_trait;
use browserid::{Domain, Email, PublicKey, Timestamp};

use crate::{
    account::{Account, Enrolment},
    audit::AuditRow,
    ceremony::Ceremony,
    history::Event,
    ladder::Ladder,
    mail::{Mail, MailRefused},
    panic::Switch,
    proof::Proof,
    secret::TokenHash,
    session::Session,
    ways::Handle,
};

mod network;
mod webauthn;

pub use self::{
    network::{Fetched, Keep, MemberLists, SupportDocuments},
    webauthn::{Begun, NotProved, Registered, Webauthn},
};

/// Something outside failed: goes to the log, never out.
#[derive(Debug)]
pub struct PortError {
    /// What we were at, to be read after "while": `reading a session`.
    pub doing: &'static str,
    /// What went wrong.
    pub source: Box<dyn Error + Send + Sync>,
}

impl PortError {
    /// Wraps what went wrong with what we were at.
    pub fn new(doing: &'static str, source: impl Into<Box<dyn Error + Send + Sync>>) -> Self {
        Self {
            doing,
            source: source.into(),
        }
    }
}

impl fmt::Display for PortError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "while {}: {}", self.doing, self.source)
    }
}

impl Error for PortError {
    fn source(&self) -> Option<&(dyn Error + 'static)> {
        Some(self.source.as_ref())
    }
}

/// What time it is.
pub trait Clock: Send + Sync {
    /// Now.
    fn now(&self) -> Timestamp;

    /// Microseconds since some moment in the life of this process: never less than before, whatever happens to the wall
    /// clock. For measuring only.
    fn elapsed_us(&self) -> u64;
}

/// Where secrets come from.
pub trait Random: Send + Sync {
    /// Fills all of `bytes` from a cryptographic source.
    fn fill(&self, bytes: &mut [u8]) -> Result<(), PortError>;
}

/// Holds the issuer's private key.
#[async_trait]
pub trait Signer: Send + Sync {
    /// The issuer's public key, known since start.
    fn public_key(&self) -> &PublicKey;

    /// RSASSA-PKCS1-v1_5 with SHA-256 over `message` (not pre-hashed by the caller).
    async fn sign(&self, message: &[u8]) -> Result<Signed, PortError>;
}

/// A signature.
#[derive(Debug)]
pub struct Signed {
    /// What the key's keeper calls this request in a log of its own, if it keeps one.
    pub request_id: Option<String>,
    /// As long as the key's modulus.
    pub signature: Vec<u8>,
}

/// The account of every signature.
#[async_trait]
pub trait Audit: Send + Sync {
    /// Keeps the row for [`AUDIT_RETENTION_MS`](crate::audit::AUDIT_RETENTION_MS). No certificate leaves before this
    /// returned.
    async fn keep(&self, row: &AuditRow) -> Result<(), PortError>;

    /// The rows that name an address, and those of the account that has it, from `from` (with it) to `until` (without it),
    /// in any order. None of those more than [`AUDIT_RETENTION_MS`](crate::audit::AUDIT_RETENTION_MS) before `until`: say a
    /// time that is no later than now.
    async fn of(
        &self,
        email: &Email,
        from: Timestamp,
        until: Timestamp,
    ) -> Result<Vec<AuditRow>, PortError>;
}

/// Further addresses of people.
#[async_trait]
pub trait Addresses: Send + Sync {
    /// Whose it is, as the address of the account itself or as a further one: the account. A strongly consistent read.
    async fn holder(&self, address: &Email) -> Result<Option<Email>, PortError>;

    /// Every further address of an account, by address.
    async fn of(&self, email: &Email) -> Result<Vec<Email>, PortError>;

    /// Gives `address` to the account of `to`. False, and nothing changed, if it is somebody's already (as account or as
    /// further address), or if `to` has no account.
    async fn give(&self, address: &Email, to: &Email) -> Result<bool, PortError>;

    /// Takes it away from `from`. False if it was not theirs.
    async fn take_away(&self, address: &Email, from: &Email) -> Result<bool, PortError>;
}

/// What happened at accounts.
#[async_trait]
pub trait History: Send + Sync {
    /// Keeps it for [`HISTORY_MS`](crate::history::HISTORY_MS), whether or not the address has an account.
    async fn keep(&self, event: &Event) -> Result<(), PortError>;

    /// What happened at an address from `from` (with it) to `until` (without it): the `max` newest of it, newest first.
    async fn of(
        &self,
        email: &Email,
        from: Timestamp,
        until: Timestamp,
        max: usize,
    ) -> Result<Vec<Event>, PortError>;
}

/// Challenges under way.
#[async_trait]
pub trait Ceremonies: Send + Sync {
    /// Keeps one for the browser whose token has this hash; an earlier one of it is replaced.
    async fn put(&self, browser: TokenHash, ceremony: Ceremony) -> Result<(), PortError>;

    /// Takes it: of many callers one gets it. One that is over is not found.
    async fn take(
        &self,
        browser: &TokenHash,
        now: Timestamp,
    ) -> Result<Option<Ceremony>, PortError>;
}

/// The panic switch: while it is pulled nobody is signed in, and so nobody gets a certificate.
#[async_trait]
pub trait PanicSwitch: Send + Sync {
    /// How it stands. A strongly consistent read.
    async fn switch(&self) -> Result<Switch, PortError>;

    /// Pulls it: [`Switch::not_before`] becomes `now`, but never goes back. If it is pulled already it stays as it was.
    async fn pull(&self, now: Timestamp) -> Result<(), PortError>;

    /// Lets whoever has this token take part in releasing it, in the place of an earlier one. False, and nothing changed, if
    /// it is not pulled.
    async fn let_release(&self, token: TokenHash, expires: Timestamp) -> Result<bool, PortError>;

    /// Releases it and uses the token up; `not_before` stays. Of many callers one gets true. False, and nothing changed,
    /// if it is not pulled, or if [`Switch::may_be_released_by`] says no.
    async fn release(&self, token: &TokenHash, now: Timestamp) -> Result<bool, PortError>;
}

/// The support document as far as we publish it.
#[async_trait]
pub trait PublishedDocument: Send + Sync {
    /// Writes into it that certificates from before this moment count no more. It never goes back: a document that says a
    /// later moment stays as it is. All else in it stays.
    async fn set_not_before(&self, not_before: Timestamp) -> Result<(), PortError>;
}

/// The people who may sign in.
#[async_trait]
pub trait Accounts: Send + Sync {
    /// The account of exactly this address. A strongly consistent read.
    async fn find(&self, email: &Email) -> Result<Option<Account>, PortError>;

    /// Every account, by address.
    async fn list(&self) -> Result<Vec<Account>, PortError>;

    /// Makes one, of revision 0. False, and nothing changed, if the address has an account already, or is a further
    /// address of somebody.
    async fn create(&self, account: Account) -> Result<bool, PortError>;

    /// The account whose authenticators know it by this handle. A strongly consistent read.
    async fn find_by_handle(&self, handle: &Handle) -> Result<Option<Account>, PortError>;

    /// Puts `account` in the place of the one that has its address, if that is still of the same revision; the row then has
    /// the next one. False, and nothing changed, if it is of another, or gone. A handle that is new is found from then on.
    async fn change(&self, account: Account) -> Result<bool, PortError>;

    /// True if there was one. Its sessions, enrolments, handle and further addresses go with it; its history stays.
    async fn remove(&self, email: &Email) -> Result<bool, PortError>;
}

/// Links that let a person set a password.
#[async_trait]
pub trait Enrolments: Send + Sync {
    /// Replaces every earlier enrolment of the same address. For an address without an account a store may keep nothing
    /// and fail.
    async fn put(&self, token: TokenHash, enrolment: Enrolment) -> Result<(), PortError>;

    /// Looks without using it up; expired ones are not found.
    async fn find(&self, token: &TokenHash, now: Timestamp)
    -> Result<Option<Enrolment>, PortError>;

    /// Takes it: of many callers one gets it. Expired ones are not found.
    async fn take(&self, token: &TokenHash, now: Timestamp)
    -> Result<Option<Enrolment>, PortError>;
}

/// Who is signed in.
#[async_trait]
pub trait Sessions: Send + Sync {
    /// Keeps a new one. For an address without an account a store may keep nothing and fail: so none outlives the account.
    async fn put(&self, token: TokenHash, session: Session) -> Result<(), PortError>;

    /// As stored; the caller checks its lifetime. A strongly consistent read.
    async fn find(&self, token: &TokenHash) -> Result<Option<Session>, PortError>;

    /// Moves `last_seen` forward, never back; does not bring back an ended session.
    async fn touch(&self, token: &TokenHash, now: Timestamp) -> Result<(), PortError>;

    /// Moves `proved` forward, never back; does not bring back an ended session.
    async fn prove(&self, token: &TokenHash, now: Timestamp) -> Result<(), PortError>;

    /// Every session of an address, also those that are over, in any order.
    async fn of(&self, email: &Email) -> Result<Vec<(TokenHash, Session)>, PortError>;

    /// Ends one; fine if it is gone.
    async fn end(&self, token: &TokenHash) -> Result<(), PortError>;

    /// Ends all of an address but `except`.
    async fn end_all(&self, email: &Email, except: Option<&TokenHash>) -> Result<(), PortError>;
}

/// Counts of guesses.
#[async_trait]
pub trait Limits: Send + Sync {
    /// Counts one more in the window of `window_ms` that `key` is in, atomically.
    /// `Err(retry_after_ms)` inside when `max` was reached already (and nothing was counted).
    ///
    /// A window starts with the first hit and is over `window_ms` later, at that very millisecond.
    async fn hit(
        &self,
        key: &str,
        max: u32,
        window_ms: u64,
        now: Timestamp,
    ) -> Result<Result<(), u64>, PortError>;

    /// Counts one more guess on the ladder of `key`, atomically. `Err(retry_after_ms)` inside, and nothing counted, if the
    /// wait after the last one is not over. Where that was none nobody is refused, even by a clock that is behind; and
    /// [`take_back`](Self::take_back) down to a guess that is free leaves none.
    async fn climb(
        &self,
        key: &str,
        ladder: &Ladder,
        now: Timestamp,
    ) -> Result<Result<(), u64>, PortError>;

    /// Takes one hit back: it was no guess after all. Fine if there is none.
    async fn take_back(&self, key: &str) -> Result<(), PortError>;

    /// Forgets `key`'s count.
    async fn clear(&self, key: &str) -> Result<(), PortError>;
}

/// Who speaks for a domain, as somebody says who may ask strangers (the function that certifies may not).
#[async_trait]
pub trait Authorities: Send + Sync {
    /// Discovery for people `@domain`, without any fallback.
    async fn ask(&self, domain: &Domain) -> Result<Said, PortError>;
}

/// What discovery says of a domain.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Said {
    /// It says itself that it has no support, by a document that is `disabled`.
    Disabled,
    /// A clear answer that there is none: no such host, 404, something else than a document.
    NoSupport,
    /// It has.
    Supported {
        /// Who speaks for it in the end.
        authority: Domain,
    },
    /// No answer, or one that says nothing (5xx): not to be taken for "no support".
    Unclear,
}

/// Which domains were seen to have support.
#[async_trait]
pub trait SupportSeen: Send + Sync {
    /// Notes that `domain` had support at `now`; never moves backwards.
    async fn keep(&self, domain: &Domain, now: Timestamp) -> Result<(), PortError>;

    /// When it was last seen to have support.
    async fn find(&self, domain: &Domain) -> Result<Option<Timestamp>, PortError>;
}

/// Codes that were mailed.
#[async_trait]
pub trait Proofs: Send + Sync {
    /// Keeps a new one, for the browser whose token has this hash.
    async fn put(&self, browser: TokenHash, proof: Proof) -> Result<(), PortError>;

    /// Counts one try and gives the proof, atomically. None, and nothing is counted, if there is none, if it is over, or
    /// if it was tried `max` times already.
    async fn count_try(
        &self,
        browser: &TokenHash,
        max: u32,
        now: Timestamp,
    ) -> Result<Option<Proof>, PortError>;

    /// Takes it away. Of many callers one gets true.
    async fn take(&self, browser: &TokenHash) -> Result<bool, PortError>;
}

/// Who delivers mail.
#[async_trait]
pub trait Mailer: Send + Sync {
    /// Hands the mail to whoever delivers it. What happens to it later (it bounces) is not learnt and changes nothing.
    ///
    /// Inside: the address is refused for good. Outside: it could not be handed over now.
    async fn send(&self, mail: &Mail) -> Result<Result<(), MailRefused>, PortError>;
}
