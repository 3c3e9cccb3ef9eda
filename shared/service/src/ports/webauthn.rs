use browserid::Email;

use super::PortError;
use crate::ways::{Handle, Passkey};

/// The mathematics of passkeys (Web Authentication, level 3). Decides from what it is given; keeps nothing.
pub trait Webauthn: Send + Sync {
    /// Options for making a passkey, and what to keep until the answer. `known`: credential ids that this person has.
    fn registration(
        &self,
        handle: &Handle,
        email: &Email,
        known: &[&[u8]],
    ) -> Result<Begun, PortError>;

    /// The new passkey, by the browser's answer (JSON). Inside: refused, for the log.
    fn register(&self, state: &[u8], answer: &[u8]) -> Result<Registered, NotProved>;

    /// Options for using a passkey of whoever comes.
    fn authentication(&self) -> Result<Begun, PortError>;

    /// Whose passkey the answer says it is of: handle and credential id. Proof of nothing.
    fn claimed(&self, answer: &[u8]) -> Option<(Handle, Vec<u8>)>;

    /// Does the answer prove to hold `passkey`? The passkey with its new counter and flags.
    fn authenticate(
        &self,
        state: &[u8],
        answer: &[u8],
        handle: &Handle,
        passkey: &Passkey,
    ) -> Result<Passkey, NotProved>;
}

/// A challenge was made.
pub struct Begun {
    /// For `navigator.credentials`, as JSON: the value of `publicKey`, binary members as base64url.
    pub options: String,
    /// To be given back with the answer.
    pub state: Vec<u8>,
}

/// A passkey just made.
#[derive(Debug)]
pub struct Registered {
    /// See [`Passkey::credential`].
    pub credential: Vec<u8>,
    /// See [`Passkey::id`].
    pub id: Vec<u8>,
    /// See [`Passkey::is_backed_up`].
    pub is_backed_up: bool,
}

/// The answer proves nothing.
#[derive(Debug)]
pub enum NotProved {
    /// The signature is right and the counter went back: the authenticator was copied.
    Copied,
    /// Anything else. The text is for the log and holds nothing secret.
    Wrong(String),
}
