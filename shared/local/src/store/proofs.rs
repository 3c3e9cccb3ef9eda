use async_trait::async_trait;
use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use browserid::Timestamp;
use serde::{Deserialize, Serialize};
use service::{
    ports::{PortError, Proofs},
    proof::{CodeHash, Proof},
    secret::TokenHash,
};

use super::{
    Store,
    error::StoreError,
    rows::{PROOFS, Row, get, retain, unreadable},
};

#[derive(Deserialize, Serialize)]
struct ProofRow {
    code_hash: String,
    email: String,
    expires: u64,
    tries: u32,
}

#[async_trait]
impl Proofs for Store {
    async fn put(&self, browser: TokenHash, proof: Proof) -> Result<(), PortError> {
        self.write("keeping a proof", move |transaction| {
            let mut table = transaction.open_table(PROOFS)?;
            // In passing: what was over when this one began goes.
            let now = proof.created();
            retain(&mut table, |row: ProofRow| row.is_live(now))?;
            let row = ProofRow {
                code_hash: URL_SAFE_NO_PAD.encode(proof.code.0),
                email: proof.email.as_str().to_owned(),
                expires: proof.expires.as_millis(),
                tries: 0,
            };
            table.insert(&browser.0, row.to_bytes()?.as_slice())?;
            Ok(())
        })
        .await
    }

    async fn count_try(
        &self,
        browser: &TokenHash,
        max: u32,
        now: Timestamp,
    ) -> Result<Option<Proof>, PortError> {
        let browser = *browser;
        self.write("counting a try at a code", move |transaction| {
            let mut table = transaction.open_table(PROOFS)?;
            let row = get::<ProofRow, _>(&table, &browser.0)?;
            let Some(mut row) = row.filter(|row| row.is_live(now) && row.tries < max) else {
                return Ok(None);
            };
            row.tries += 1;
            table.insert(&browser.0, row.to_bytes()?.as_slice())?;
            row.into_proof().map(Some)
        })
        .await
    }

    async fn take(&self, browser: &TokenHash) -> Result<bool, PortError> {
        let browser = *browser;
        self.write("taking a proof", move |transaction| {
            let mut table = transaction.open_table(PROOFS)?;
            let taken = table.remove(&browser.0)?;
            Ok(taken.is_some())
        })
        .await
    }
}

impl Row for ProofRow {
    const TABLE: &'static str = "proofs";
}

impl ProofRow {
    /// At `expires` it is over.
    fn is_live(&self, now: Timestamp) -> bool {
        now.as_millis() < self.expires
    }

    fn into_proof(self) -> Result<Proof, StoreError> {
        let hash = URL_SAFE_NO_PAD.decode(&self.code_hash).ok();
        let hash = hash.and_then(|hash| hash.try_into().ok());
        Ok(Proof {
            code: CodeHash(hash.ok_or_else(|| unreadable(Self::TABLE, "its hash is none"))?),
            email: Self::address(&self.email)?,
            expires: Timestamp::from_millis(self.expires),
        })
    }
}
