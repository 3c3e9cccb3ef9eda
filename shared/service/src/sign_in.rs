use std::sync::Arc;
use browserid::{Email, Timestamp};
use crate::{account::Account, ports::*, secret::{Password, Token}, session::Session};
/// Sign-in, sign-out, enrolment, change of password.
pub struct SignIn { pub accounts: Arc<dyn Accounts>, pub clock: Arc<dyn Clock>, pub enrolments: Arc<dyn Enrolments>, pub limits: Arc<dyn Limits>, pub passwords: Arc<Passwords>, pub random: Arc<dyn Random>, pub sessions: Arc<dyn Sessions> }
/// A session just made: the token leaves once, in the cookie.
pub struct NewSession { pub token: Token, pub session: Session }
impl SignIn {
    /// `source` names where the guess came from (an address or a network), for the limit.
    pub async fn with_password(&self, email: &str, password: Password, source: &str) -> Result<NewSession, SignInFailure> { todo!() }
    pub async fn who(&self, token: Option<&Token>) -> Result<Option<Session>, PortError> { todo!() }
    pub async fn sign_out(&self, token: Option<&Token>) -> Result<(), PortError> { todo!() }
    /// Whose link is this? Does not use it up.
    pub async fn look_at_enrolment(&self, token: &Token, source: &str) -> Result<crate::account::Enrolment, SignInFailure> { todo!() }
    /// Uses the link up, sets the password, ends the other sessions, signs in.
    pub async fn enrol(&self, token: &Token, password: Password, source: &str) -> Result<NewSession, SignInFailure> { todo!() }
    pub async fn change_password(&self, token: &Token, current: Password, new: Password, source: &str) -> Result<(), SignInFailure> { todo!() }
    // for the owner's command:
    pub async fn add(&self, email: Email, password: Option<Password>) -> Result<(), SignInFailure> { todo!() }
    /// A new single-use link's token, good for 24 h; earlier links of the address stop working.
    pub async fn link(&self, email: &Email) -> Result<(Token, Timestamp), SignInFailure> { todo!() }
    pub async fn remove(&self, email: &Email) -> Result<bool, PortError> { todo!() }
    pub async fn list(&self) -> Result<Vec<Account>, PortError> { todo!() }
}
/// argon2id with fixed parameters and a dummy hash for unknown addresses.
pub struct Passwords { }
#[derive(Debug)]
#[non_exhaustive]
pub enum SignInFailure { AccountExists, EnrolmentInvalid, NoSession, NoSuchAccount, PasswordTooShort { min: usize }, PasswordTooLong { max: usize }, TooManyTries { retry_after_ms: u64 }, WrongCredentials, Broken(PortError) }
