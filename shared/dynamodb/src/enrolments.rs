use async_trait::async_trait;
use aws_sdk_dynamodb::types::{ReturnValue, TransactWriteItem};
use browserid::Timestamp;
use service::{
    account::Enrolment,
    ports::{Enrolments, PortError},
    secret::TokenHash,
};

use crate::{
    Store, StoreError, doing,
    rows::{Item, Key, Row, expires_s, hash, text, time},
};

/// Each loss means that somebody else made a link for the same address in the same moment.
const TRIES: u32 = 5;

#[async_trait]
impl Enrolments for Store {
    async fn put(&self, token: TokenHash, enrolment: Enrolment) -> Result<(), PortError> {
        let put = self.put_enrolment(&token, &enrolment).await;
        doing("keeping an enrolment", put)
    }

    async fn find(
        &self,
        token: &TokenHash,
        now: Timestamp,
    ) -> Result<Option<Enrolment>, PortError> {
        let read = self.table.get(Key::enrolment(token), "email, expires");
        let enrolment = read
            .await
            .and_then(|row| row.as_ref().map(enrolment).transpose());
        let live = enrolment.map(|found| found.filter(|found| now < found.expires));
        doing("reading an enrolment", live)
    }

    async fn take(
        &self,
        token: &TokenHash,
        now: Timestamp,
    ) -> Result<Option<Enrolment>, PortError> {
        // One write and no look before it: DynamoDB decides who gets it.
        let delete = || {
            self.table
                .client()
                .delete_item()
                .table_name(self.table.name())
                .set_key(Some(Key::enrolment(token).item()))
                .condition_expression("expires > :now")
                .expression_attribute_values(":now", time(now))
                .return_values(ReturnValue::AllOld)
                .send()
        };
        let taken = self.table.write(delete).await.and_then(|deleted| {
            let item = deleted.ok().and_then(|deleted| deleted.attributes);
            item.map(|item| enrolment(&Row::new("enrolment", item)))
                .transpose()
        });
        doing("taking an enrolment", taken)
    }
}

impl Store {
    /// In one transaction: the new one, its name for the address, and the end of the one named before.
    async fn put_enrolment(
        &self,
        token: &TokenHash,
        enrolment: &Enrolment,
    ) -> Result<(), StoreError> {
        let email = &enrolment.email;
        let expires_s = expires_s(enrolment.expires);
        let row = Key::enrolment(token).with([
            ("email", text(email.as_str())),
            ("expires", time(enrolment.expires)),
            ("expires_s", expires_s.clone()),
        ]);
        let name = Key::enrolment_of(email)
            .with([("expires_s", expires_s), ("token_hash", text(hash(token)))]);
        for _ in 1..=TRIES {
            let before = self.enrolment_of(email).await?;
            let mut members = vec![
                self.table.exists(Key::account(email))?,
                self.naming(name.clone(), before.as_ref())?,
                self.table.put(row.clone(), None, None)?,
            ];
            // One transaction names a row once.
            if let Some(before) = before.filter(|before| before != token) {
                members.push(self.table.delete(Key::enrolment(&before), None, None)?);
            }
            match self.table.transact(members).await? {
                Ok(()) => return Ok(()),
                Err(unmet) if unmet.members.contains(&0) => return Err(StoreError::NoAccount),
                // Another one was named since we looked.
                Err(_) => (),
            }
        }
        Err(StoreError::Conflict { request_id: None })
    }
}

impl Store {
    /// Writes the name, if the one named before is still named.
    fn naming(
        &self,
        name: Item,
        before: Option<&TokenHash>,
    ) -> Result<TransactWriteItem, StoreError> {
        match before {
            Some(before) => {
                let values = [(":before".to_owned(), text(hash(before)))];
                let condition = Some("token_hash = :before");
                self.table.put(name, condition, Some(values.into()))
            }
            None => self.table.put(name, Some("attribute_not_exists(pk)"), None),
        }
    }
}

fn enrolment(row: &Row) -> Result<Enrolment, StoreError> {
    Ok(Enrolment {
        email: row.address("email")?,
        expires: row.time("expires")?,
    })
}
