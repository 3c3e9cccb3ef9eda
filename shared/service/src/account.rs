//! People who may sign in, and the links that let them in the first time.

use core::fmt;

use browserid::{Email, Timestamp};

/// A person who may sign in here.
#[derive(Clone, Debug, PartialEq)]
pub struct Account {
    /// When the owner added the person.
    pub created: Timestamp,
    /// The address as the owner wrote it: the only spelling that is ever certified.
    pub email: Email,
    /// None until an enrolment link was used. Passkeys get their own field beside it.
    pub password: Option<PasswordHash>,
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
