use async_trait::async_trait;
use browserid::Timestamp;
use serde::{Deserialize, Serialize};
use service::{
    account::Enrolment,
    ports::{Enrolments, PortError},
    secret::TokenHash,
};

use super::{
    Store,
    error::StoreError,
    rows::{ENROLMENTS, Row, get, retain},
};

#[derive(Deserialize, Serialize)]
pub(super) struct EnrolmentRow {
    pub(super) email: String,
    expires: u64,
}

#[async_trait]
impl Enrolments for Store {
    async fn put(&self, token: TokenHash, enrolment: Enrolment) -> Result<(), PortError> {
        self.write("keeping an enrolment", move |transaction| {
            let mut table = transaction.open_table(ENROLMENTS)?;
            let row = EnrolmentRow {
                email: enrolment.email.as_str().to_owned(),
                expires: enrolment.expires.as_millis(),
            };
            retain(&mut table, |other: EnrolmentRow| other.email != row.email)?;
            table.insert(&token.0, row.to_bytes()?.as_slice())?;
            Ok(())
        })
        .await
    }

    async fn find(
        &self,
        token: &TokenHash,
        now: Timestamp,
    ) -> Result<Option<Enrolment>, PortError> {
        let token = *token;
        self.read("reading an enrolment", move |transaction| {
            let table = transaction.open_table(ENROLMENTS)?;
            get(&table, &token.0)?
                .filter(|row: &EnrolmentRow| row.is_live(now))
                .map(EnrolmentRow::into_enrolment)
                .transpose()
        })
        .await
    }

    async fn take(
        &self,
        token: &TokenHash,
        now: Timestamp,
    ) -> Result<Option<Enrolment>, PortError> {
        let token = *token;
        self.write("taking an enrolment", move |transaction| {
            let mut table = transaction.open_table(ENROLMENTS)?;
            // In passing: what is over goes, the one that is asked for with it.
            retain(&mut table, |row: EnrolmentRow| row.is_live(now))?;
            let Some(bytes) = table.remove(&token.0)? else {
                return Ok(None);
            };
            EnrolmentRow::from_bytes(bytes.value())?
                .into_enrolment()
                .map(Some)
        })
        .await
    }
}

impl Row for EnrolmentRow {
    const TABLE: &'static str = "enrolments";
}

impl EnrolmentRow {
    fn is_live(&self, now: Timestamp) -> bool {
        now.as_millis() < self.expires
    }

    fn into_enrolment(self) -> Result<Enrolment, StoreError> {
        Ok(Enrolment {
            email: Self::address(&self.email)?,
            expires: Timestamp::from_millis(self.expires),
        })
    }
}
