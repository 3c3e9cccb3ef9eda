//! Who is asking, as far as it matters for limits, the history and known devices.

use crate::secret::TokenHash;

/// What a request says of where it comes from. Nothing in it is proof of anything but [`mark`](Self::mark).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Client {
    /// What browser it says it is, in few words: `Firefox on Linux`.
    pub device: String,
    /// Hash of the token in the device cookie, if one came. It counts only for an account that knows it.
    pub mark: Option<TokenHash>,
    /// An address or a network, for limits and the history.
    pub source: String,
}

impl Client {
    /// One of which nothing is known but the source.
    pub fn at(source: impl Into<String>) -> Self {
        Self {
            device: String::new(),
            mark: None,
            source: source.into(),
        }
    }
}
