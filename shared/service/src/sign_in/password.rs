use browserid::{Email, HostRule};

use super::{NewSession, SignIn, SignInFailure, guesses::Guess, passwords};
use crate::{
    account::{Account, PasswordHash},
    client::Client,
    ports::PortError,
    secret::{Password, Token},
    session::{Life, Session},
};

impl SignIn {
    /// Signs in, for as long as `life` says. `client` says where the guess came from, for the limits.
    ///
    /// A wrong password, an unknown or malformed address and an account without a password look and
    /// take the same: the same counts, one look-up, one argon2id with the same parameters.
    pub async fn with_password(
        &self,
        email: &str,
        password: Password,
        life: Life,
        client: &Client,
    ) -> Result<NewSession, SignInFailure> {
        // Spellings of one address share one count; what is no address counts as typed.
        let address = Email::from_typed(email, HostRule::Public).ok();
        let spelled = address.as_ref().map_or(email, Email::as_str);
        let guess = Guess::at_password(spelled, &client.source);
        self.count(&guess).await?;

        let account = match &address {
            Some(address) => self.accounts.find(address).await?,
            None => None,
        };
        let Some((email, hash)) = self.proved(account, password).await? else {
            return Err(SignInFailure::WrongCredentials);
        };
        let session = Session::start(email, self.clock.now()).living(life);
        let session = self
            .start_session(session, &hash, client)
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
        client: &Client,
    ) -> Result<(), SignInFailure> {
        let session = self
            .who(Some(token))
            .await?
            .ok_or(SignInFailure::NoSession)?;
        passwords::check(&new)?;
        let guess = Guess::at_password(session.email.as_str(), &client.source);
        self.count(&guess).await?;

        let account = self.accounts.find(&session.email).await?;
        if self.proved(account, current).await?.is_none() {
            return Err(SignInFailure::WrongCredentials);
        }
        let hash = self.passwords.hash(new).await?;
        self.edit(&session.email, |account| {
            account.password = Some(hash.clone());
            Ok(())
        })
        .await?
        .ok_or(SignInFailure::NoSession)?;
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
