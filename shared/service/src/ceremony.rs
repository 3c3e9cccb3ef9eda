//! A passkey ceremony under way: a challenge was given to a browser.

use browserid::Timestamp;

use crate::secret::TokenHash;

/// How long a challenge can be answered: 10 minutes. The sign-in page asks for another before that, as long as it is open.
pub const CEREMONY_MS: u64 = 10 * 60 * 1000;

/// A challenge under way, kept under the hash of the token that the browser which asked holds in a cookie; taken once.
#[derive(Clone, Debug, PartialEq)]
pub struct Ceremony {
    /// At this moment it is over.
    pub expires: Timestamp,
    /// What the answer may be used for, and nothing else.
    pub purpose: Purpose,
    /// What [`Webauthn`](crate::ports::Webauthn) wants to have back.
    pub state: Vec<u8>,
}

/// What a challenge was made for. An answer for one purpose opens no other.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Purpose {
    /// A passkey more for whoever has this session.
    Add {
        /// The session.
        session: TokenHash,
    },
    /// The first passkey, by a link.
    Enrol {
        /// The link.
        link: TokenHash,
    },
    /// No passkey's: the link in a mail, by which a person may say that somebody else was in.
    NotMe,
    /// Proving once more who has this session.
    ProveAgain {
        /// The session.
        session: TokenHash,
    },
    /// Releasing the panic switch, by the token that the command printed.
    Release {
        /// That token.
        token: TokenHash,
    },
    /// Signing in.
    SignIn,
}

impl Purpose {
    /// The name that stands in stores, and what it is bound to.
    pub fn parts(self) -> (&'static str, Option<TokenHash>) {
        match self {
            Self::Add { session } => ("add", Some(session)),
            Self::Enrol { link } => ("enrol", Some(link)),
            Self::NotMe => ("not_me", None),
            Self::ProveAgain { session } => ("prove_again", Some(session)),
            Self::Release { token } => ("release", Some(token)),
            Self::SignIn => ("sign_in", None),
        }
    }

    /// The way back from [`parts`](Self::parts).
    pub fn from_parts(name: &str, bound_to: Option<TokenHash>) -> Option<Self> {
        match (name, bound_to) {
            ("add", Some(session)) => Some(Self::Add { session }),
            ("enrol", Some(link)) => Some(Self::Enrol { link }),
            ("not_me", None) => Some(Self::NotMe),
            ("prove_again", Some(session)) => Some(Self::ProveAgain { session }),
            ("release", Some(token)) => Some(Self::Release { token }),
            ("sign_in", None) => Some(Self::SignIn),
            _ => None,
        }
    }
}
