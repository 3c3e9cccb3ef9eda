//! People who may sign in, and the links that let them in the first time.

use core::fmt;

use browserid::{Email, Timestamp};

use crate::ways::Ways;

/// A person who may sign in here.
#[derive(Clone, Debug, PartialEq)]
pub struct Account {
    /// When the owner added the person.
    pub created: Timestamp,
    /// The address as the owner wrote it: the only spelling that is ever certified.
    pub email: Email,
    /// None until one was set: it is optional.
    pub password: Option<PasswordHash>,
    /// Which version of the row this is. A store raises it at every [`Accounts::change`](crate::ports::Accounts::change),
    /// and changes nothing if it is another one by then. Rows of new accounts have 0.
    pub revision: u64,
    /// Every other way in, and what belongs to the person.
    pub ways: Ways,
}

impl Account {
    /// Somebody who cannot sign in yet.
    pub fn new(email: Email, created: Timestamp) -> Self {
        Self {
            created,
            email,
            password: None,
            revision: 0,
            ways: Ways::default(),
        }
    }
}

/// A password after argon2id, as a PHC string (`$argon2id$v=19$m=…`). Debug hides it.
#[derive(Clone, PartialEq)]
pub struct PasswordHash(pub String);

impl fmt::Debug for PasswordHash {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("PasswordHash(..)")
    }
}

/// What an enrolment link stands for. The link itself is a [`Token`](crate::secret::Token).
#[derive(Clone, Debug, PartialEq)]
pub struct Enrolment {
    /// Whose link it is.
    pub email: Email,
    /// At this moment it is over.
    pub expires: Timestamp,
}
