use browserid::Timestamp;
use zeroize::Zeroizing;

use super::{NewSession, SignIn, SignInFailure, guesses::Guess};
use crate::{
    account::Account,
    client::Client,
    ports::PortError,
    secret::{Password, Token},
    session::{FRESH_MS, Life, Session},
    totp,
    ways::Totp,
};

/// What somebody typed to prove who they are. No `Clone`, `Display` or `Debug`.
pub struct Typed {
    password: Password,
    totp: Option<Zeroizing<String>>,
}

impl Typed {
    /// A password, and the code that follows it where one is asked for.
    pub fn new(password: Password, totp: Option<String>) -> Self {
        let totp = totp.filter(|code| !code.trim().is_empty());
        Self {
            password,
            totp: totp.map(Zeroizing::new),
        }
    }
}

impl From<Password> for Typed {
    fn from(password: Password) -> Self {
        Self::new(password, None)
    }
}

impl SignIn {
    /// Signs in, for as long as `life` says. `client` says where the guess came from, for the limits.
    ///
    /// A wrong password, an unknown or malformed address and an account without a password look and
    /// take the same: the same is asked of the stores, and one argon2id with the same parameters.
    pub async fn with_password(
        &self,
        email: &str,
        typed: impl Into<Typed> + Send,
        life: Life,
        client: &Client,
    ) -> Result<NewSession, SignInFailure> {
        let typed = typed.into();
        let guess = self.count(email, client).await?;
        self.open(guess, typed, life, client).await
    }

    /// Signs in whoever guessed right.
    pub(crate) async fn open(
        &self,
        guess: Guess,
        typed: Typed,
        life: Life,
        client: &Client,
    ) -> Result<NewSession, SignInFailure> {
        let known = self.prove_password(guess, typed, client).await?;
        let session = Session::start(known.email.clone(), self.clock.now()).living(life);
        let is_still_right =
            |now: &Account| now.password == known.password && secret(now) == secret(&known);
        self.start_session_if(session, client, is_still_right)
            .await?
            .ok_or(SignInFailure::WrongCredentials)
    }

    /// Whoever is signed in with `token` proves once more who they are, by the password of that same person. Gives the
    /// moment until which that counts.
    pub async fn prove_again_with_password(
        &self,
        token: Option<&Token>,
        typed: Typed,
        client: &Client,
    ) -> Result<Timestamp, SignInFailure> {
        let token = token.ok_or(SignInFailure::NoSession)?;
        let session = self.who(Some(token)).await?;
        let session = session.ok_or(SignInFailure::NoSession)?;
        let guess = self.count(session.email.as_str(), client).await?;
        self.prove_password(guess, typed, client).await?;
        let now = self.clock.now();
        self.sessions.prove(&token.hash(), now).await?;
        // Not the one from before: it may have been ended meanwhile, by a new password for instance.
        let session = self.who(Some(token)).await?;
        let session = session.ok_or(SignInFailure::NoSession)?;
        Ok(session.proved.plus_ms(FRESH_MS))
    }

    /// The account that `typed` is right for; what is wrong goes into its history. After just as long if there is none.
    pub(crate) async fn prove_password(
        &self,
        guess: Guess,
        typed: Typed,
        client: &Client,
    ) -> Result<Account, SignInFailure> {
        let account = self.first_step(&guess, typed.password, client).await?;
        if totp::confirmed(&account).is_some() {
            // Right, as far as it went.
            self.password_was_right(&guess).await?;
            self.second_step(&account, &guess, typed.totp, client)
                .await?;
            self.source_is_right(&guess).await?;
        } else {
            self.was_right(&guess).await?;
        }
        Ok(account)
    }

    /// The account that the password alone is right for.
    pub(super) async fn first_step(
        &self,
        guess: &Guess,
        password: Password,
        client: &Client,
    ) -> Result<Account, SignInFailure> {
        let Some(account) = self.proved(guess.account(), password).await? else {
            let wrong = SignInFailure::WrongCredentials;
            return Err(self.refuse(guess, client, wrong).await?);
        };
        Ok(account)
    }

    async fn second_step(
        &self,
        account: &Account,
        guess: &Guess,
        code: Option<Zeroizing<String>>,
        client: &Client,
    ) -> Result<(), SignInFailure> {
        let Some(code) = code else {
            self.source_is_right(guess).await?;
            return Err(SignInFailure::TotpNeeded);
        };
        self.count_second_step(guess).await?;
        match self.use_totp(&account.email, &code).await {
            Ok(()) => Ok(self.second_step_was_right(guess).await?),
            Err(wrong @ SignInFailure::TotpWrong) => Err(self.refuse(guess, client, wrong).await?),
            Err(other) => Err(other),
        }
    }

    /// The account whose password it is, or None after just as long.
    async fn proved(
        &self,
        account: Option<&Account>,
        password: Password,
    ) -> Result<Option<Account>, PortError> {
        let hash = account.and_then(|account| account.password.as_ref());
        let fits = self.passwords.fits(password, hash).await?;
        Ok(account.filter(|_| fits).cloned())
    }
}

fn secret(account: &Account) -> Option<&[u8]> {
    let totp: Option<&Totp> = totp::confirmed(account);
    totp.map(|totp| totp.secret.as_slice())
}
