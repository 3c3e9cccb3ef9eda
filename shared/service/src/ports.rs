//! The outside, as small traits. Object-safe; used as `Arc<dyn Port>`.
//!
//! What each method promises is held against every implementation by the suite `tests/ports.rs`.

use core::fmt;
use std::error::Error;

use async_trait::async_trait;
use browserid::{Answer, Domain, Email, PublicKey, Question, Timestamp};

use crate::{
    account::{Account, Enrolment, PasswordHash},
    audit::AuditRow,
    mail::{Mail, MailRefused},
    proof::Proof,
    secret::TokenHash,
    session::Session,
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
}

/// The people who may sign in.
#[async_trait]
pub trait Accounts: Send + Sync {
    /// The account of exactly this address. A strongly consistent read.
    async fn find(&self, email: &Email) -> Result<Option<Account>, PortError>;

    /// Every account, by address.
    async fn list(&self) -> Result<Vec<Account>, PortError>;

    /// Makes one. False, and nothing changed, if the address has an account already.
    async fn create(&self, account: Account) -> Result<bool, PortError>;

    /// Sets or replaces the password. False if there is no such account: none is made.
    async fn set_password(&self, email: &Email, password: PasswordHash) -> Result<bool, PortError>;

    /// True if there was one. Its sessions and enrolments go with it.
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

    /// Takes one hit back: it was no guess after all. Fine if there is none.
    async fn take_back(&self, key: &str) -> Result<(), PortError>;

    /// Forgets `key`'s count.
    async fn clear(&self, key: &str) -> Result<(), PortError>;
}

/// Other domains' support documents, from the network. Nothing is kept here: that is
/// [`Documents`](crate::documents::Documents)' business.
#[async_trait]
pub trait SupportDocuments: Send + Sync {
    /// Never fails: trouble is an [`Answer`] too. Deadlines and size limits are the port's business;
    /// `spent_ms` is how long the walk that this question belongs to has taken already, so that a
    /// whole verification has a deadline and not only each hop. (`Documents` says 0, because many walks may wait for one
    /// answer, and gives up itself.) May be called from a task of its own, and be dropped half way.
    async fn ask(&self, question: &Question, spent_ms: u64) -> Fetched;
}

/// Where a federation publishes its member list.
#[async_trait]
pub trait MemberLists: Send + Sync {
    /// The whole list as it stands there now. Deadline and size limit ([`browserid::MAX_LIST_BYTES`]) are the port's
    /// business. The error tells neither contents nor a secret of the address.
    async fn read(&self) -> Result<Vec<u8>, PortError>;
}

/// What came back from the network.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Fetched {
    /// What it is.
    pub answer: Answer,
    /// What time the host says it is (its `Date` header), if it does.
    pub host_time: Option<Timestamp>,
    /// How long the host lets it be kept. Counts for documents only; failures are kept for a time of our own.
    pub keep: Keep,
}

/// What a host says of keeping its answer (`Cache-Control`, `Age`). How long it is kept in fact: `documents`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Keep {
    /// For so long from now.
    For {
        /// In milliseconds.
        ms: u64,
    },
    /// Not at all (`no-store`, `no-cache`).
    No,
    /// It does not say.
    Unsaid,
}

impl From<Answer> for Fetched {
    /// With nothing said about time.
    fn from(answer: Answer) -> Self {
        Self {
            answer,
            host_time: None,
            keep: Keep::Unsaid,
        }
    }
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
