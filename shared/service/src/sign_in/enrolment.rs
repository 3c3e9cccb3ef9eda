use browserid::{Email, Timestamp};

use super::{NewSession, SignIn, SignInFailure, passwords};
use crate::{
    account::Enrolment,
    client::Client,
    history::What,
    secret::{Password, Token},
    session::{Session, Way},
};

/// How long an enrolment link works: 24 h. It is sent by mail or chat, where it stays lying about.
pub const LINK_MS: u64 = 24 * 60 * 60 * 1000;

const KIND: &str = "enrolment";

impl SignIn {
    /// Whose link is this? Does not use it up.
    pub async fn look_at_enrolment(
        &self,
        token: &Token,
        source: &str,
    ) -> Result<Enrolment, SignInFailure> {
        self.count_source(KIND, source).await?;
        let enrolment = self
            .enrolments
            .find(&token.hash(), self.clock.now())
            .await?
            .ok_or(SignInFailure::EnrolmentInvalid)?;
        self.source_was_right(KIND, source).await?;
        Ok(enrolment)
    }

    /// Uses the link up, sets the password, ends the other sessions, signs in.
    ///
    /// A password that the policy refuses leaves the link as it is.
    pub async fn enrol(
        &self,
        token: &Token,
        password: Password,
        client: &Client,
    ) -> Result<NewSession, SignInFailure> {
        passwords::check_length(&password)?;
        self.not_panicked().await?;
        // Looked at first, so that a wrong link costs no argon2id and a failing one costs no link.
        let Enrolment { email, .. } = self.look_at_enrolment(token, &client.source).await?;
        passwords::check(&password, &email)?;
        let hash = self.passwords.hash(password).await?;
        let known = self.accounts.find(&email).await?;
        let known = known.ok_or(SignInFailure::EnrolmentInvalid)?;

        let Enrolment { email, .. } = self
            .enrolments
            .take(&token.hash(), self.clock.now())
            .await?
            .ok_or(SignInFailure::EnrolmentInvalid)?;
        self.edit_by_link(&known, |account| {
            account.password = Some(hash.clone());
            Ok(())
        })
        .await?;
        self.sessions.end_all(&email, None).await?;
        for what in [What::LinkUsed, What::PasswordSet] {
            self.happened(&email, client, what).await?;
        }
        let session = Session::start(email, self.clock.now()).by(Way::Link);
        self.start_session(session, &hash, client)
            .await?
            .ok_or(SignInFailure::EnrolmentInvalid)
    }

    /// A new single-use link's token, good for 24 h; earlier links of the address stop working.
    /// For the command: it stands in the person's history that somebody made it.
    pub async fn link(&self, email: &Email) -> Result<(Token, Timestamp), SignInFailure> {
        if self.accounts.find(email).await?.is_none() {
            return Err(SignInFailure::NoSuchAccount);
        }
        self.make_link(email, &Client::none()).await
    }

    /// The same for an account that is known to be there.
    pub(crate) async fn make_link(
        &self,
        email: &Email,
        client: &Client,
    ) -> Result<(Token, Timestamp), SignInFailure> {
        let token = Token::random(self.random.as_ref())?;
        let expires = self.clock.now().plus_ms(LINK_MS);
        let enrolment = Enrolment {
            email: email.clone(),
            expires,
        };
        self.enrolments.put(token.hash(), enrolment).await?;
        self.happened(email, client, What::LinkMade).await?;
        Ok((token, expires))
    }
}
