//! The combinations of keys that are measured.

use core::fmt;

use crate::{Bare, Bundle, Key, NOW_MS};

/// An issuer's key and a user's.
#[derive(Clone, Copy, Debug)]
pub struct Case {
    /// The name of the issuer's key.
    pub issuer: &'static str,
    /// The name of the user's.
    pub user: &'static str,
}

/// What issuers and browsers made: ours, Persona's with its own browsers' keys, and the rest.
pub const CASES: [Case; 5] = [
    Case::of("RS256a", "RS256b"),
    Case::of("RS256a", "RS128a"),
    Case::of("RS256a", "DS128a"),
    Case::of("RS256a", "DS256a"),
    Case::of("DS128a", "DS128a"),
];

impl Case {
    const fn of(issuer: &'static str, user: &'static str) -> Self {
        Self { issuer, user }
    }

    /// Its bundle, good at [`NOW_MS`].
    pub fn bundle(&self) -> Bundle {
        let (issuer, user) = self.keys();
        Bundle::new(&issuer, &user, "idp.example", NOW_MS)
    }

    /// Both signature checks alone; RSA only.
    pub fn bare(&self) -> Bare {
        let (issuer, user) = self.keys();
        Bare::new(&self.bundle(), &issuer, &user)
    }

    /// Are both keys RSA?
    pub fn is_rsa(&self) -> bool {
        self.issuer.starts_with("RS") && self.user.starts_with("RS")
    }

    fn keys(&self) -> (Key, Key) {
        (Key::named(self.issuer), Key::named(self.user))
    }
}

impl fmt::Display for Case {
    /// `RS256+DS128`
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let label = |name: &'static str| name.trim_end_matches(|letter| "ab".contains(letter));
        write!(f, "{}+{}", label(self.issuer), label(self.user))
    }
}
