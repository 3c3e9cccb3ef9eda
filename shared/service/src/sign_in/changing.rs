use super::{SignIn, SignInFailure, passwords};
use crate::{
    account::PasswordHash,
    client::Client,
    history::What,
    passkeys::Without,
    secret::{Password, Token},
    session::Session,
    totp,
};

impl SignIn {
    /// Sets the password of who is signed in with `token`, and ends the person's other sessions.
    ///
    /// With the `current` one, or in a session that was proved lately. A wrong `current` counts like a wrong sign-in, on
    /// the same counts: a borrowed session is no way round the limit. Where a second step is set the old password alone is
    /// not enough.
    pub async fn set_password(
        &self,
        token: &Token,
        current: Option<Password>,
        new: Password,
        client: &Client,
    ) -> Result<(), SignInFailure> {
        let session = self.who(Some(token)).await?;
        let session = session.ok_or(SignInFailure::NoSession)?;
        let is_fresh = session.is_fresh(self.clock.now());
        passwords::check(&new, &session.email)?;
        match current {
            Some(current) => {
                let guess = self.count(session.email.as_str(), client).await?;
                let has_second_step = guess
                    .account()
                    .is_some_and(|a| totp::confirmed(a).is_some());
                if has_second_step && !is_fresh {
                    return Err(SignInFailure::StepUpNeeded);
                }
                // Where a second step is set, more than a password has proved the session lately.
                self.first_step(&guess, current, client).await?;
                self.was_right(&guess).await?;
            }
            None if is_fresh => (),
            None => return Err(SignInFailure::StepUpNeeded),
        }
        let hash = self.passwords.hash(new).await?;
        self.keep_password(token, &session, hash).await?;
        self.happened(&session.email, client, What::PasswordSet)
            .await?;
        Ok(())
    }

    /// Changes the password of who is signed in with `token`: [`set_password`](Self::set_password) with the current one.
    pub async fn change_password(
        &self,
        token: &Token,
        current: Password,
        new: Password,
        client: &Client,
    ) -> Result<(), SignInFailure> {
        self.set_password(token, Some(current), new, client).await
    }

    /// Removes it, with the second step that followed it, and ends the person's other sessions. Needs a session that was
    /// proved lately, and another way in. Fine if there was none.
    pub async fn remove_password(
        &self,
        token: &Token,
        client: &Client,
    ) -> Result<(), SignInFailure> {
        let session = self.fresh(Some(token)).await?;
        let had_one = self
            .edit_in(&session, |account| {
                if account.password.is_none() {
                    return Ok(false);
                }
                if !Self::has_other_way(account, Without::Password) {
                    return Err(SignInFailure::LastWayIn);
                }
                account.password = None;
                account.ways.totp = None;
                Ok(true)
            })
            .await?;
        if had_one {
            let email = session.email;
            self.sessions.end_all(&email, Some(&token.hash())).await?;
            self.happened(&email, client, What::PasswordRemoved).await?;
        }
        Ok(())
    }

    async fn keep_password(
        &self,
        token: &Token,
        session: &Session,
        hash: PasswordHash,
    ) -> Result<(), SignInFailure> {
        self.edit_in(session, |account| {
            account.password = Some(hash.clone());
            Ok(())
        })
        .await?;
        let this = token.hash();
        Ok(self.sessions.end_all(&session.email, Some(&this)).await?)
    }
}
