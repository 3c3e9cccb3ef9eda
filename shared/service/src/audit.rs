//! What is written down of every certificate.

use browserid::{Email, Timestamp};

/// How long a row is kept: a year, and time to look at it.
pub const AUDIT_RETENTION_MS: u64 = 400 * 24 * 60 * 60 * 1000;

/// One certificate. Nothing in it is secret, and nothing says for which site it is used.
#[derive(Clone, Debug, PartialEq)]
pub struct AuditRow {
    /// Whose session asked for it: the account, which may have several addresses.
    pub account: Email,
    /// Whom it names: an address of that account.
    pub email: Email,
    /// [`PublicKey::thumbprint`](browserid::PublicKey::thumbprint) of the certified key.
    pub key_thumbprint: String,
    /// From now to the certificate's `exp`.
    pub lifetime_ms: u64,
    /// [`Signed::request_id`](crate::ports::Signed::request_id).
    pub request_id: Option<String>,
    /// When it was signed.
    pub time: Timestamp,
}
