use browserid::{Email, Timestamp};
/// A person who may sign in here.
#[derive(Clone, Debug, PartialEq)]
pub struct Account { pub email: Email, pub created: Timestamp, pub password: Option<PasswordHash> }
/// An argon2id PHC string. Passkeys get their own field beside it.
#[derive(Clone, PartialEq)]
pub struct PasswordHash(pub String);
impl core::fmt::Debug for PasswordHash { fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result { f.write_str("PasswordHash(..)") } }
#[derive(Clone, Debug, PartialEq)]
pub struct Enrolment { pub email: Email, pub expires: Timestamp }
