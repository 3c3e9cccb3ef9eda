//! The ways in that a person has beside a password, and what else belongs to an account. Kept by stores as one JSON text.

use core::fmt;

use browserid::{Email, Timestamp};
use serde::{Deserialize, Serialize};

use crate::{mail::Language, secret::TokenHash};

mod stored;

pub use stored::Unreadable;

/// All of an account that is no password. Bounded: it has to fit into one row.
///
/// The names of the fields stand in stores: rename none. A text without some of them is one from before there were such.
#[derive(Clone, Debug, Default, PartialEq, Deserialize, Serialize)]
#[serde(default)]
pub struct Ways {
    /// The address that is offered first where several can be chosen. None: the account's own.
    #[serde(with = "stored::address", skip_serializing_if = "Option::is_none")]
    pub default_address: Option<Email>,
    /// Browsers that this person signed in with before.
    pub devices: Vec<KnownDevice>,
    /// What authenticators know the person by. Made with the first passkey, the same for all of them, never another.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub handle: Option<Handle>,
    /// May invite and remove people, and pull the panic switch.
    pub is_owner: bool,
    /// Somebody else was in: the person is asked to look through the ways in and to set new ones.
    pub is_to_be_renewed: bool,
    /// What the person likes to read, as the browser of the last sign-in said.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub language: Option<Language>,
    /// When the person last said that somebody else was in: no session from before may change anything.
    #[serde(with = "stored::maybe_time", skip_serializing_if = "Option::is_none")]
    pub locked: Option<Timestamp>,
    /// In the order they were added.
    pub passkeys: Vec<Passkey>,
    /// SHA-256 of each recovery code that was not used yet.
    pub recovery_codes: Vec<SecretHash>,
    /// The second step after a password, if the person wants one.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub totp: Option<Totp>,
}

/// A passkey: a key pair in an authenticator, of which we have the public half.
#[derive(Clone, PartialEq, Deserialize, Serialize)]
pub struct Passkey {
    /// When it was added.
    #[serde(with = "stored::time")]
    pub created: Timestamp,
    /// What [`Webauthn`](crate::ports::Webauthn) keeps of it: public key, counter, flags. For nobody else to read.
    #[serde(with = "stored::bytes")]
    pub credential: Vec<u8>,
    /// The credential id: chosen by the authenticator, at most 1023 bytes.
    #[serde(with = "stored::bytes")]
    pub id: Vec<u8>,
    /// It is on more than one device, or can be (the backup state at its last use).
    pub is_backed_up: bool,
    /// When it was used last.
    #[serde(with = "stored::maybe_time")]
    pub last_used: Option<Timestamp>,
    /// What the person calls it.
    pub name: String,
}

impl fmt::Debug for Passkey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Passkey")
            .field("name", &self.name)
            .finish_non_exhaustive()
    }
}

/// A WebAuthn user handle: 32 random bytes that say nothing about the person.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Deserialize, Serialize)]
pub struct Handle(#[serde(with = "stored::array")] pub [u8; 32]);

/// SHA-256 of a secret of many bits. It opens nothing.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize, Serialize)]
pub struct SecretHash(#[serde(with = "stored::array")] pub [u8; 32]);

/// A shared secret for codes that change every 30 seconds (RFC 6238).
#[derive(Clone, PartialEq, Deserialize, Serialize)]
pub struct Totp {
    /// False until the person has typed a right code.
    pub is_confirmed: bool,
    /// The step of the last code that was right: neither it nor an earlier one is right again.
    pub last_step: u64,
    /// 20 bytes.
    #[serde(with = "stored::bytes")]
    pub secret: Vec<u8>,
}

impl fmt::Debug for Totp {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Totp(..)")
    }
}

/// A browser that somebody signed in with: it holds the token in a cookie of its own, which outlives the session.
#[derive(Clone, Debug, PartialEq, Deserialize, Serialize)]
pub struct KnownDevice {
    /// When it signed in first.
    #[serde(with = "stored::time")]
    pub first: Timestamp,
    /// When it signed in last.
    #[serde(with = "stored::time")]
    pub last: Timestamp,
    /// Hash of the cookie's token.
    #[serde(with = "stored::token")]
    pub mark: TokenHash,
    /// `Firefox on Linux`, as far as it says.
    pub name: String,
    /// Until when its person has seen there which devices are new; [`first`](Self::first) if never. Each browser has a mark
    /// of its own: whoever else was in cannot hide from the others that they were.
    #[serde(
        default,
        with = "stored::maybe_time",
        skip_serializing_if = "Option::is_none"
    )]
    pub seen: Option<Timestamp>,
}

impl Ways {
    /// The JSON text that stores keep.
    pub fn to_json(&self) -> String {
        stored::write(self)
    }

    /// Reads what [`to_json`](Self::to_json) wrote, now or in an earlier version.
    pub fn from_json(text: &str) -> Result<Self, Unreadable> {
        stored::read(text)
    }
}
