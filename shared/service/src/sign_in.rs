//! Sign-in, sign-out, enrolment, change of password, and the owner's commands.
//!
//! - [`SignIn`] in this file: sessions. Its other methods are in the files below.
//! - `password.rs`: sign in with a password, change it.
//! - `enrolment.rs`: the single-use link.
//! - `owner.rs`: what the owner's command does.
//! - `guesses.rs`: how often one may guess.
//! - `memory.rs`: what argon2id works in.
//! - `passwords.rs`: argon2id and the password policy.
//! - `failure.rs`: why not.

mod enrolment;
mod failure;
pub(crate) mod guesses;
mod memory;
mod owner;
mod password;
pub(crate) mod passwords;

use std::sync::Arc;

use crate::{
    account::{Account, PasswordHash},
    ports::{Accounts, Clock, Enrolments, Limits, PortError, Random, Sessions},
    secret::Token,
    session::Session,
};

pub use self::{
    enrolment::LINK_MS,
    failure::SignInFailure,
    guesses::{MAX_GUESSES, WINDOW_MS},
    passwords::{MAX_BYTES, MIN_CHARACTERS, Passwords},
};

/// The operations and what they need.
pub struct SignIn {
    /// Who may sign in.
    pub accounts: Arc<dyn Accounts>,
    /// What time it is.
    pub clock: Arc<dyn Clock>,
    /// Links not used yet.
    pub enrolments: Arc<dyn Enrolments>,
    /// Counts of guesses.
    pub limits: Arc<dyn Limits>,
    /// argon2id.
    pub passwords: Arc<Passwords>,
    /// Where tokens come from.
    pub random: Arc<dyn Random>,
    /// Who is signed in.
    pub sessions: Arc<dyn Sessions>,
}

/// A session just made: the token leaves once, in the cookie.
pub struct NewSession {
    /// What was stored.
    pub session: Session,
    /// For the browser.
    pub token: Token,
}

impl SignIn {
    /// Who is signed in with this token. Writes at most once an hour, so that the idle lifetime
    /// counts from the last use.
    pub async fn who(&self, token: Option<&Token>) -> Result<Option<Session>, PortError> {
        let Some(hash) = token.map(Token::hash) else {
            return Ok(None);
        };
        let now = self.clock.now();
        let Some(mut session) = self.sessions.find(&hash).await? else {
            return Ok(None);
        };
        if !session.is_live(now) {
            return Ok(None);
        }
        if session.is_to_be_touched(now) {
            self.sessions.touch(&hash, now).await?;
            session.last_seen = now;
        }
        Ok(Some(session))
    }

    /// Ends the session; fine if there is none.
    pub async fn sign_out(&self, token: Option<&Token>) -> Result<(), PortError> {
        match token {
            Some(token) => self.sessions.end(&token.hash()).await,
            None => Ok(()),
        }
    }

    /// Starts a session for somebody who has just proved to know (or has just set) `password`. None if the account has
    /// another password by now or is gone.
    pub(crate) async fn start_session(
        &self,
        session: Session,
        password: &PasswordHash,
    ) -> Result<Option<NewSession>, PortError> {
        let has_it = |account: Account| account.password.as_ref() == Some(password);
        self.start_session_if(session, has_it).await
    }

    /// Starts a session if the account is there and `is_right` when the session is kept already.
    ///
    /// Whoever changes a password or removes an account does that first and ends the sessions afterwards; we keep the
    /// session first and look at the account afterwards. So either they end the session or we see the change: a sign-in on
    /// its way never outlives them.
    pub(crate) async fn start_session_if(
        &self,
        session: Session,
        is_right: impl FnOnce(Account) -> bool + Send,
    ) -> Result<Option<NewSession>, PortError> {
        let token = Token::random(self.random.as_ref())?;
        self.sessions.put(token.hash(), session.clone()).await?;
        let account = self.accounts.find(&session.email).await?;
        if account.is_some_and(is_right) {
            return Ok(Some(NewSession { session, token }));
        }
        self.sessions.end(&token.hash()).await?;
        Ok(None)
    }
}

#[cfg(test)]
mod tests;
