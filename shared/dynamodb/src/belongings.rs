//! What an address has: the sessions and the enrolment that are named for it.

use aws_sdk_dynamodb::types::TransactWriteItem;
use browserid::Email;
use service::secret::TokenHash;

use crate::{
    Store, StoreError,
    rows::{Key, SESSION_OF, hash, sessions_of, text},
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
            let members = self.deleting_sessions(email, some)?;
            // No condition, so none that does not hold.
            let _ = self.table.transact(members).await?;
        }
        Ok(())
    }

    /// The members of a transaction that delete these sessions, two each.
    pub(crate) fn deleting_sessions(
        &self,
        email: &Email,
        sessions: &[TokenHash],
    ) -> Result<Vec<TransactWriteItem>, StoreError> {
        sessions
            .iter()
            .flat_map(|token| [Key::session(token), Key::session_of(email, token)])
            .map(|key| self.table.delete(key, None, None))
            .collect()
    }

    /// The two that delete this enrolment, if it is still the one that is named.
    pub(crate) fn deleting_enrolment(
        &self,
        email: &Email,
        token: &TokenHash,
    ) -> Result<[TransactWriteItem; 2], StoreError> {
        let named = [(":named".to_owned(), text(hash(token)))];
        Ok([
            self.table.delete(Key::enrolment(token), None, None)?,
            self.table.delete(
                Key::enrolment_of(email),
                Some("attribute_not_exists(pk) OR token_hash = :named"),
                Some(named.into()),
            )?,
        ])
    }
}
