use browserid::Email;

use super::{Fallback, FallbackFailure};
use crate::{
    account::Account,
    client::Client,
    secret::{Password, Token},
    session::{Life, Session, Way},
    sign_in::{NewSession, SignInFailure, Typed, passwords},
    standing::still_counts,
};

/// A session that a code began may set a password without the old one for so long: 15 minutes. Whoever finds a browser
/// open later than that must know the password, or read the mail again.
pub const FRESH_MS: u64 = 15 * 60 * 1000;

impl Fallback {
    /// Signs a known person in by the password that they set here.
    ///
    /// As in [`SignIn::with_password`](crate::sign_in::SignIn::with_password) a wrong password, an unknown address, one
    /// without a password and one whose account is not good any more look and take the same.
    pub async fn with_password(
        &self,
        email: &str,
        typed: impl Into<Typed> + Send,
        life: Life,
        client: &Client,
    ) -> Result<NewSession, FallbackFailure> {
        let typed = typed.into();
        let mut guess = self.sign_in.count(email, client).await?;
        if let Some(address) = guess.address().cloned() {
            let last_primary = self.last_primary(&address).await?;
            guess.only_if(|account| self.is_good(account, last_primary));
        }
        Ok(self.sign_in.open(guess, typed, life, client).await?)
    }

    /// Whoever is signed in sets a password: with the `current` one, or without it in a session that a code began in the
    /// last [`FRESH_MS`] (the first password, or a forgotten one). Ends the other sessions.
    pub async fn set_password(
        &self,
        session: &Token,
        current: Option<Password>,
        new: Password,
        client: &Client,
    ) -> Result<Email, FallbackFailure> {
        let who = self.sign_in.who(Some(session)).await?;
        let who = who.ok_or(FallbackFailure::NoSession)?;
        passwords::check(&new, &who.email)?;
        self.has_counting_session(&who).await?;
        match current {
            Some(current) => {
                let changed = self
                    .sign_in
                    .change_password(session, current, new, client)
                    .await;
                changed?;
            }
            None => self.set_without_current(session, &who, new).await?,
        }
        Ok(who.email)
    }

    /// Refuses a session that began before the domain last spoke for itself, or whose account is not good any more.
    async fn has_counting_session(&self, who: &Session) -> Result<(), FallbackFailure> {
        let last_primary = self.last_primary(&who.email).await?;
        let account = self.sign_in.accounts.find(&who.email).await?;
        match account {
            Some(account)
                if self.is_good(&account, last_primary)
                    && still_counts(who.created, last_primary) =>
            {
                Ok(())
            }
            _ => Err(FallbackFailure::NoSession),
        }
    }

    async fn set_without_current(
        &self,
        session: &Token,
        who: &Session,
        new: Password,
    ) -> Result<(), FallbackFailure> {
        let is_fresh = self.clock.now() < who.created.plus_ms(FRESH_MS);
        if !(who.way == Way::MailedCode && is_fresh) {
            return Err(SignInFailure::WrongCredentials.into());
        }
        self.count_password(&who.email).await?;
        let hash = self.sign_in.passwords.hash(new).await?;
        let set = |account: &mut Account| {
            account.password = Some(hash.clone());
            Ok(())
        };
        let set = self.sign_in.edit(&who.email, set).await?;
        set.ok_or(FallbackFailure::NoSession)?;
        let sessions = &self.sign_in.sessions;
        Ok(sessions.end_all(&who.email, Some(&session.hash())).await?)
    }
}
