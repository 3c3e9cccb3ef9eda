//! A proof under way: somebody says that an address is theirs, and a code was mailed there.

use browserid::{Email, Timestamp};
use sha2::{Digest, Sha256};

use crate::secret::Token;

/// How long a code works: 10 minutes.
pub const PROOF_MS: u64 = 10 * 60 * 1000;

/// How often a code may be guessed.
pub const MAX_TRIES: u32 = 5;

/// A proof under way, kept under the hash of the token that the browser which asked holds in a cookie.
#[derive(Clone, Debug, PartialEq)]
pub struct Proof {
    /// What was mailed, hashed.
    pub code: CodeHash,
    /// Where it was mailed to.
    pub email: Email,
    /// At this moment it is over.
    pub expires: Timestamp,
}

/// SHA-256 over the browser's token and the code. The token has 256 bits and is stored nowhere here, so the million codes
/// cannot be tried against a stolen store.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct CodeHash(pub [u8; 32]);

impl CodeHash {
    /// The hash of `code` (its six digits) as this browser would show it.
    pub fn of(browser: &Token, code: &str) -> Self {
        let mut digest = Sha256::new();
        digest.update(browser.expose());
        digest.update(b":");
        digest.update(code);
        Self(digest.finalize().into())
    }
}
