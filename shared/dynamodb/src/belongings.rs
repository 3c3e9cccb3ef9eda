//! What an address has: the sessions, the further addresses and the enrolment that are named for it.

use aws_sdk_dynamodb::types::TransactWriteItem;
use browserid::Email;
use service::{secret::TokenHash, ways::Handle};

use crate::{
    Store, StoreError,
    rows::{ADDRESS_OF, Key, SESSION_OF, addresses_of, hash, sessions_of, text},
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

    pub(crate) async fn addresses_of(&self, email: &Email) -> Result<Vec<Email>, StoreError> {
        let pk = addresses_of(email);
        let rows = self.table.query(ADDRESS_OF, &pk, "sk").await?;
        rows.iter().map(|row| row.address("sk")).collect()
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
            let members = some.iter().map(|token| self.deleting_session(email, token));
            let members: Vec<_> = members.collect::<Result<_, _>>()?;
            // No condition, so none that does not hold.
            let _ = self.table.transact(members.concat()).await?;
        }
        Ok(())
    }

    /// The two that end this session.
    pub(crate) fn deleting_session(
        &self,
        email: &Email,
        token: &TokenHash,
    ) -> Result<[TransactWriteItem; 2], StoreError> {
        let session = self.table.delete(Key::session(token), None, None)?;
        let name = Key::session_of(email, token);
        Ok([session, self.table.delete(name, None, None)?])
    }

    /// The one that deletes what finds the account by this handle, if it finds this account.
    pub(crate) fn deleting_handle(
        &self,
        email: &Email,
        handle: &Handle,
    ) -> Result<TransactWriteItem, StoreError> {
        let theirs = [(":email".to_owned(), text(email.as_str()))];
        self.table.delete(
            Key::handle(handle),
            Some("attribute_not_exists(pk) OR email = :email"),
            Some(theirs.into()),
        )
    }

    /// The two that take this address away, if it is theirs.
    pub(crate) fn deleting_address(
        &self,
        email: &Email,
        address: &Email,
    ) -> Result<[TransactWriteItem; 2], StoreError> {
        let theirs = [(":email".to_owned(), text(email.as_str()))];
        Ok([
            self.table.delete(
                Key::address(address),
                Some("attribute_not_exists(pk) OR email = :email"),
                Some(theirs.into()),
            )?,
            self.table
                .delete(Key::address_of(email, address), None, None)?,
        ])
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
