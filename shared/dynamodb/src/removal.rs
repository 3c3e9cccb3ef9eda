//! The end of an account and of all that belongs to it.

use aws_sdk_dynamodb::types::TransactWriteItem;
use browserid::Email;
use service::ways::Handle;

use crate::{
    Store, StoreError,
    rows::{Item, Key, text, text_of},
    table::TRANSACTION,
};

/// Each loss means that somebody changed what belongs to the address in the same moment.
const TRIES: u32 = 5;

/// An account, what finds it by its handle, what names its enrolment, the enrolment: the rest of a transaction has room for
/// so many sessions and further addresses, of two rows each.
const WITH_ACCOUNT: usize = (TRANSACTION - 4) / 2;

impl Store {
    /// Doing it again finishes what was begun.
    pub(crate) async fn remove_account(&self, email: &Email) -> Result<bool, StoreError> {
        for _ in 1..=TRIES {
            let Some(was_there) = self.remove_with_belongings(email).await? else {
                continue;
            };
            // What came between our look and the removal, or was left by a removal that broke off. No more can come:
            // without an account nothing is kept.
            self.end_all_but(email, None).await?;
            for address in self.addresses_of(email).await? {
                let members = self.deleting_address(email, &address)?;
                // Not theirs any more: then it is what names it that is left, and finds nothing.
                let _ = self.table.transact(members.into()).await?;
            }
            if let Some(enrolment) = self.enrolment_of(email).await? {
                let members = self.deleting_enrolment(email, &enrolment)?;
                // Not the one that is named any more: then of an account that is new.
                let _ = self.table.transact(members.into()).await?;
            }
            return Ok(was_there);
        }
        Err(StoreError::Conflict { request_id: None })
    }

    /// In one transaction. False if there was no account. None, and the account is still there, if somebody else's change
    /// came in between: an enrolment that is left without a name, or a handle that is left without an account, nobody
    /// could find any more.
    async fn remove_with_belongings(&self, email: &Email) -> Result<Option<bool>, StoreError> {
        let account = self.table.get(Key::account(email), "created, handle");
        let Some(account) = account.await? else {
            return Ok(Some(false));
        };
        let handle = account
            .text_if_any("handle")?
            .map(|_| account.hash("handle"));
        let handle = handle.transpose()?.map(Handle);
        let mut belongings = Vec::new();
        for address in self.addresses_of(email).await? {
            belongings.push(self.deleting_address(email, &address)?);
        }
        for session in self.sessions_of(email).await? {
            belongings.push(self.deleting_session(email, &session)?);
        }
        // Nearly never: those that do not fit go first. The account is still there then, so that a removal that breaks
        // off here is one that did not happen.
        while belongings.len() > WITH_ACCOUNT {
            let some = belongings.split_off(belongings.len().saturating_sub(TRANSACTION / 2));
            if self.table.transact(some.concat()).await?.is_err() {
                return Ok(None);
            }
        }
        let mut members = vec![self.deleting_account(email, handle.as_ref())?];
        if let Some(handle) = &handle {
            members.push(self.deleting_handle(email, handle)?);
        }
        members.extend(belongings.concat());
        if let Some(enrolment) = self.enrolment_of(email).await? {
            members.extend(self.deleting_enrolment(email, &enrolment)?);
        }
        Ok(self.table.transact(members).await?.is_ok().then_some(true))
    }

    /// If it still has this handle.
    fn deleting_account(
        &self,
        email: &Email,
        handle: Option<&Handle>,
    ) -> Result<TransactWriteItem, StoreError> {
        let values =
            handle.map(|handle| Item::from([(":handle".to_owned(), text(text_of(&handle.0)))]));
        let condition = match handle {
            Some(_) => "handle = :handle",
            None => "attribute_exists(pk) AND attribute_not_exists(handle)",
        };
        self.table
            .delete(Key::account(email), Some(condition), values)
    }
}
