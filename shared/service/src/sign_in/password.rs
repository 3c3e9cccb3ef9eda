use browserid::{Email, HostRule};

use super::{NewSession, SignIn, SignInFailure, guesses::Guess, passwords};
use crate::{
    account::{Account, PasswordHash},
    ports::PortError,
    secret::{Password, Token},
    session::Session,
};

impl SignIn {
    /// Signs in; `is_shared`: on a computer that others use too. `source` names where the guess came from (an address or a
    /// network), for the limit.
    ///
    /// A wrong password, an unknown or malformed address and an account without a password look and
    /// take the same: the same counts, one look-up, one argon2id with the same parameters.
    pub async fn with_password(
        &self,
        email: &str,
        password: Password,
        is_shared: bool,
        source: &str,
    ) -> Result<NewSession, SignInFailure> {
        // Spellings of one address share one count; what is no address counts as typed.
        let address = Email::from_typed(email, HostRule::Public).ok();
        let spelled = address.as_ref().map_or(email, Email::as_str);
        let guess = Guess::at_password(spelled, source);
        self.count(&guess).await?;

        let account = match &address {
            Some(address) => self.accounts.find(address).await?,
            None => None,
        };
        let Some((email, hash)) = self.proved(account, password).await? else {
            return Err(SignInFailure::WrongCredentials);
        };
        let session = Session::start(email, self.clock.now()).shared(is_shared);
        let session = self
            .start_session(session, &hash)
            .await?
            .ok_or(SignInFailure::WrongCredentials)?;
        self.was_right(&guess).await?;
        Ok(session)
    }

    /// Changes the password of who is signed in with `token`, and ends the person's other sessions.
    ///
    /// A wrong `current` counts like a wrong sign-in, on the same counts: a borrowed session is no
    /// way round the limit.
    pub async fn change_password(
        &self,
        token: &Token,
        current: Password,
        new: Password,
        source: &str,
    ) -> Result<(), SignInFailure> {
        let session = self
            .who(Some(token))
            .await?
            .ok_or(SignInFailure::NoSession)?;
        passwords::check(&new)?;
        let guess = Guess::at_password(session.email.as_str(), source);
        self.count(&guess).await?;

        let account = self.accounts.find(&session.email).await?;
        if self.proved(account, current).await?.is_none() {
            return Err(SignInFailure::WrongCredentials);
        }
        let hash = self.passwords.hash(new).await?;
        if !self.accounts.set_password(&session.email, hash).await? {
            return Err(SignInFailure::NoSession);
        }
        self.sessions
            .end_all(&session.email, Some(&token.hash()))
            .await?;
        self.was_right(&guess).await?;
        Ok(())
    }

    /// The address and the hash that `password` fits, or None after just as long.
    pub(crate) async fn proved(
        &self,
        account: Option<Account>,
        password: Password,
    ) -> Result<Option<(Email, PasswordHash)>, PortError> {
        let known = account.and_then(|account| Some((account.email, account.password?)));
        let hash = known.as_ref().map(|(_, hash)| hash);
        let fits = self.passwords.fits(password, hash).await?;
        Ok(known.filter(|_| fits))
    }
}
