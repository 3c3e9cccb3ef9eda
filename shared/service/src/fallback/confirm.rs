use browserid::{Email, Timestamp};

use super::{Fallback, FallbackFailure};
use crate::{
    account::Account,
    client::Client,
    ports::PortError,
    proof::{Code, CodeHash, MAX_TRIES},
    secret::Token,
    session::{Life, Session, Way},
    sign_in::NewSession,
    standing::still_counts,
};

impl Fallback {
    /// Starts a session for whoever holds the browser's token and the mailed code. `life`: for how long.
    ///
    /// Wrong, used, over, tried too often, of another browser: one answer. A try is counted before it is looked at, by the
    /// store, so that a crowd of parallel guesses stays inside the five.
    pub async fn confirm(
        &self,
        browser: &Token,
        code: &str,
        life: Life,
        client: &Client,
    ) -> Result<NewSession, FallbackFailure> {
        self.count_code(&client.source).await?;
        // What cannot be a code is no try at one.
        let code = Code::parse(code).ok_or(FallbackFailure::CodeInvalid)?;
        let now = self.clock.now();
        let proof = self
            .proofs
            .count_try(&browser.hash(), MAX_TRIES, now)
            .await?
            .ok_or(FallbackFailure::CodeInvalid)?;
        if proof.code != CodeHash::of(browser, &code) {
            return Err(FallbackFailure::CodeInvalid);
        }
        self.code_was_right(&client.source).await?;

        // Asked only for those who may hear the answer. If it is no the proof stays: a domain that is silent may answer in
        // a moment, and a try was counted.
        let last_primary = self.last_primary(&proof.email).await?;
        if !still_counts(proof.created(), last_primary)
            || !self.proofs.take(&browser.hash()).await?
        {
            return Err(FallbackFailure::CodeInvalid);
        }
        self.has_good_account(&proof.email, last_primary).await?;
        let session = Session::start(proof.email, self.clock.now())
            .by(Way::MailedCode)
            .living(life);
        self.sign_in
            .start_session_if(session, client, |_| true)
            .await?
            .ok_or(FallbackFailure::CodeInvalid)
    }

    /// Makes the account if there is none. One that is not good any more goes first, with its password and its sessions.
    async fn has_good_account(
        &self,
        email: &Email,
        last_primary: Option<Timestamp>,
    ) -> Result<(), PortError> {
        let accounts = &self.sign_in.accounts;
        if let Some(account) = accounts.find(email).await? {
            if self.is_good(&account, last_primary) {
                return Ok(());
            }
            accounts.remove(email).await?;
        }
        let account = Account::new(email.clone(), self.clock.now());
        // False if another browser of the same person has just made it.
        accounts.create(account).await?;
        Ok(())
    }
}
