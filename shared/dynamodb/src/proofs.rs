use async_trait::async_trait;
use aws_sdk_dynamodb::types::ReturnValue;
use browserid::Timestamp;
use service::{
    ports::{PortError, Proofs},
    proof::{CodeHash, Proof},
    secret::TokenHash,
};

use crate::{
    Store, StoreError, doing,
    rows::{Key, PROOF, Row, expires_s, number, text, text_of, time},
};

#[async_trait]
impl Proofs for Store {
    async fn put(&self, browser: TokenHash, proof: Proof) -> Result<(), PortError> {
        let row = Key::proof(&browser).with([
            ("code_hash", text(text_of(&proof.code.0))),
            ("email", text(proof.email.as_str())),
            ("expires", time(proof.expires)),
            ("expires_s", expires_s(proof.expires)),
            ("tries", number(0)),
        ]);
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
        doing("keeping a proof", written.map(|_| ()))
    }

    async fn count_try(
        &self,
        browser: &TokenHash,
        max: u32,
        now: Timestamp,
    ) -> Result<Option<Proof>, PortError> {
        // One write and no look before it: DynamoDB decides whose try counts. If its answer gets lost, the client's second
        // try counts once more: the safe way to be wrong.
        let update = || {
            self.table
                .client()
                .update_item()
                .table_name(self.table.name())
                .set_key(Some(Key::proof(browser).item()))
                .condition_expression("expires > :now AND tries < :max")
                .update_expression("SET tries = tries + :one")
                .expression_attribute_values(":max", number(max.into()))
                .expression_attribute_values(":now", time(now))
                .expression_attribute_values(":one", number(1))
                .return_values(ReturnValue::AllNew)
                .send()
        };
        let counted = self.table.write(update).await.and_then(|written| {
            let item = written.ok().and_then(|written| written.attributes);
            item.map(|item| proof(&Row::new(PROOF, item))).transpose()
        });
        doing("counting a try at a code", counted)
    }

    async fn take(&self, browser: &TokenHash) -> Result<bool, PortError> {
        let delete = || {
            self.table
                .client()
                .delete_item()
                .table_name(self.table.name())
                .set_key(Some(Key::proof(browser).item()))
                .condition_expression("attribute_exists(pk)")
                .send()
        };
        let written = self.table.write(delete).await;
        doing("taking a proof", written.map(|written| written.is_ok()))
    }
}

fn proof(row: &Row) -> Result<Proof, StoreError> {
    Ok(Proof {
        code: CodeHash(row.hash("code_hash")?),
        email: row.address("email")?,
        expires: row.time("expires")?,
    })
}
