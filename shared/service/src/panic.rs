//! The panic switch: one pull ends every session of everybody, and no certificate is made until it is released.

use browserid::Timestamp;

use crate::secret::TokenHash;

/// The switch as it stands.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Switch {
    /// Nobody can sign in.
    pub is_pulled: bool,
    /// When it was pulled last: certificates from before count no more, also after it was released. None if it never was.
    pub not_before: Option<Timestamp>,
    /// Who may take part in releasing it, if the command was asked.
    pub release: Option<Release>,
}

/// The link that the command printed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Release {
    /// At this moment it is over.
    pub expires: Timestamp,
    /// Hash of the token in the link.
    pub token: TokenHash,
}

impl Switch {
    /// Since when it is pulled, if it is.
    pub fn pulled(&self) -> Option<Timestamp> {
        self.not_before.filter(|_| self.is_pulled)
    }

    /// It is pulled, and this is the token that the command printed last, and it is not over.
    pub fn may_be_released_by(&self, token: &TokenHash, now: Timestamp) -> bool {
        let is_it = |release: &Release| release.token == *token && now < release.expires;
        self.is_pulled && self.release.as_ref().is_some_and(is_it)
    }
}
