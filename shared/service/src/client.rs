//! Who is asking, as far as it matters for limits, the history and known devices.

use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use browserid::Email;
use sha2::{Digest, Sha256};

use crate::{account::Account, mail::Language, secret::TokenHash, ways::KnownDevice};

/// What a request says of where it comes from. Nothing in it is proof of anything but [`marks`](Self::marks).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Client {
    /// What browser it says it is, in few words: `Firefox on Linux`.
    pub device: String,
    /// What its person likes to read.
    pub language: Language,
    /// Hashes of the tokens in device cookies. Each counts only for an account that knows it; a browser that several people
    /// use has one for each.
    pub marks: Vec<TokenHash>,
    /// An address or a network, for limits and the history.
    pub source: String,
}

impl Client {
    /// One of which nothing is known but the source.
    pub fn at(source: impl Into<String>) -> Self {
        Self {
            device: String::new(),
            language: Language::default(),
            marks: Vec::new(),
            source: source.into(),
        }
    }

    /// Nobody's: what is done by command.
    pub fn none() -> Self {
        Self::at("")
    }

    /// As the history of `whose` has it if `asking` did something there: where from is the business of whoever did it.
    pub(crate) fn shown_to(&self, whose: &Email, asking: &Email) -> Self {
        match whose == asking {
            true => self.clone(),
            false => Self::none(),
        }
    }

    /// The browser as `account` knows it. None if it never signed in there, whatever cookies it sends.
    pub fn known<'a>(&self, account: &'a Account) -> Option<&'a KnownDevice> {
        let mut devices = account.ways.devices.iter();
        devices.find(|device| self.marks.contains(&device.mark))
    }
}

/// What tells the device cookies of different accounts apart: 16 characters of base64url that say nothing to others.
pub fn tag(email: &Email) -> String {
    let hash = Sha256::digest(email.as_str());
    let (short, _) = hash.split_at(12);
    URL_SAFE_NO_PAD.encode(short)
}
