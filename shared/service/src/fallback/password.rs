use browserid::{Email, HostRule};

use super::{Fallback, FallbackFailure};
use crate::{
    account::Account,
    client::Client,
    secret::{Password, Token},
    session::{Life, Session, Way},
    sign_in::{NewSession, SignInFailure, guesses::Guess, passwords},
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
        password: Password,
        life: Life,
        client: &Client,
    ) -> Result<NewSession, FallbackFailure> {
        let address = Email::from_typed(email, HostRule::Public).ok();
        let spelled = address.as_ref().map_or(email, Email::as_str);
        let guess = Guess::at_password(spelled, &client.source);
        self.sign_in.count(&guess).await?;

        let account = match &address {
            Some(address) => {
                let last_primary = self.last_primary(address).await?;
                let account = self.sign_in.accounts.find(address).await?;
                account.filter(|account| self.is_good(account, last_primary))
            }
            None => None,
        };
        let Some((email, hash)) = self.sign_in.proved(account, password).await? else {
            return Err(SignInFailure::WrongCredentials.into());
        };
        let session = Session::start(email, self.clock.now()).living(life);
        let session = self
            .sign_in
            .start_session(session, &hash, client)
            .await?
            .ok_or(SignInFailure::WrongCredentials)?;
        self.sign_in.was_right(&guess).await?;
        Ok(session)
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
        passwords::check(&new)?;
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
