//! What an address has: the sessions and the enrolment that are named for it.

use aws_sdk_dynamodb::types::TransactWriteItem;
use browserid::Email;
use service::secret::TokenHash;

use crate::{
    Store, StoreError,
    rows::{Key, SESSION_OF, sessions_of},
    table::TRANSACTION,
};

impl Store {
    pub(crate) async fn sessions_of(&self, email: &Email) -> Result<Vec<TokenHash>, StoreError> {
        let pk = sessions_of(email);
        let rows = self.table.query(SESSION_OF, &pk, "sk").await?;
        rows.iter().map(|row| row.token("sk")).collect()
    }

    /// It may be used up or over.
    pub(crate) async fn enrolment_of(
        &self,
        email: &Email,
    ) -> Result<Option<TokenHash>, StoreError> {
        let read = self.table.get(Key::enrolment_of(email), "token_hash");
        let row = read.await?;
        row.map(|row| row.token("token_hash")).transpose()
    }

    pub(crate) async fn end_all_but(
        &self,
        email: &Email,
        except: Option<&TokenHash>,
    ) -> Result<(), StoreError> {
        let mut sessions = self.sessions_of(email).await?;
        sessions.retain(|token| Some(token) != except);
        self.end_sessions(email, &sessions).await
    }

    /// Each together with what names it: no session is left that the next call would not find.
    pub(crate) async fn end_sessions(
        &self,
        email: &Email,
        sessions: &[TokenHash],
    ) -> Result<(), StoreError> {
        for some in sessions.chunks(TRANSACTION / 2) {
            let members = self.deleting(email, some, None)?;
            // No condition, so none that does not hold.
            let _ = self.table.transact(members).await?;
        }
        Ok(())
    }

    /// The members of a transaction that delete these, two each.
    pub(crate) fn deleting(
        &self,
        email: &Email,
        sessions: &[TokenHash],
        enrolment: Option<&TokenHash>,
    ) -> Result<Vec<TransactWriteItem>, StoreError> {
        let sessions = sessions
            .iter()
            .flat_map(|token| [Key::session(token), Key::session_of(email, token)]);
        let enrolment = enrolment
            .into_iter()
            .flat_map(|token| [Key::enrolment(token), Key::enrolment_of(email)]);
        sessions
            .chain(enrolment)
            .map(|key| self.table.delete(key, None))
            .collect()
    }
}
