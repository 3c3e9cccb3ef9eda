use async_trait::async_trait;
use aws_sdk_dynamodb::types::ReturnValue;
use browserid::Timestamp;
use service::{
    ceremony::{Ceremony, Purpose},
    ports::{Ceremonies, PortError},
    secret::TokenHash,
};

use crate::{
    Store, StoreError, doing,
    rows::{CEREMONY, Key, Row, expires_s, hash, text, text_of, time},
};

#[async_trait]
impl Ceremonies for Store {
    async fn put(&self, browser: TokenHash, ceremony: Ceremony) -> Result<(), PortError> {
        let (purpose, bound_to) = ceremony.purpose.parts();
        let mut row = Key::ceremony(&browser).with([
            ("expires", time(ceremony.expires)),
            ("expires_s", expires_s(ceremony.expires)),
            ("purpose", text(purpose)),
            ("state", text(text_of(&ceremony.state))),
        ]);
        if let Some(bound_to) = bound_to {
            row.insert("bound_to".to_owned(), text(hash(&bound_to)));
        }
        let put = || {
            self.table
                .client()
                .put_item()
                .table_name(self.table.name())
                .set_item(Some(row.clone()))
                .send()
        };
        // No condition, so none that does not hold.
        let written = self.table.write(put).await;
        doing("keeping a challenge", written.map(|_| ()))
    }

    async fn take(
        &self,
        browser: &TokenHash,
        now: Timestamp,
    ) -> Result<Option<Ceremony>, PortError> {
        // One write and no look before it: DynamoDB decides who gets it. If its answer gets lost, the client's second try
        // finds nothing and another challenge is asked for: the safe way to be wrong.
        let delete = || {
            self.table
                .client()
                .delete_item()
                .table_name(self.table.name())
                .set_key(Some(Key::ceremony(browser).item()))
                .return_values(ReturnValue::AllOld)
                .send()
        };
        let taken = self.table.write(delete).await.and_then(|deleted| {
            let item = deleted.ok().and_then(|deleted| deleted.attributes);
            item.map(|item| ceremony(&Row::new(CEREMONY, item)))
                .transpose()
        });
        let live = taken.map(|taken| taken.filter(|taken| now < taken.expires));
        doing("taking a challenge", live)
    }
}

fn ceremony(row: &Row) -> Result<Ceremony, StoreError> {
    let bound_to = match row.text_if_any("bound_to")? {
        Some(_) => Some(row.token("bound_to")?),
        None => None,
    };
    let purpose = Purpose::from_parts(row.text("purpose")?, bound_to);
    Ok(Ceremony {
        expires: row.time("expires")?,
        purpose: purpose.ok_or_else(|| row.unreadable("its purpose is none"))?,
        state: row.bytes("state")?,
    })
}
