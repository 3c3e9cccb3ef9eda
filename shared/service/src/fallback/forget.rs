//! Being forgotten.

use browserid::Email;

use super::{Fallback, FallbackFailure};
use crate::secret::Token;

impl Fallback {
    /// Whoever is signed in is forgotten: account, password, every session. Gives who that was. They may come back by a code. What was counted
    /// to keep their mailbox from being flooded stays until its time is over; it holds no address.
    ///
    /// The domain is not asked: whoever may not sign in here any more may still go.
    pub async fn forget(&self, session: &Token) -> Result<Email, FallbackFailure> {
        let who = self.sign_in.who(Some(session)).await?;
        let who = who.ok_or(FallbackFailure::NoSession)?;
        self.sign_in.accounts.remove(&who.email).await?;
        // An account that was gone already leaves sessions that began afterwards.
        self.sign_in.sessions.end_all(&who.email, None).await?;
        Ok(who.email)
    }
}
