use async_trait::async_trait;
use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use browserid::Timestamp;
use serde::{Deserialize, Serialize};
use service::{
    ceremony::{CEREMONY_MS, Ceremony, Purpose},
    ports::{Ceremonies, PortError},
    secret::TokenHash,
};

use super::{
    Store,
    error::StoreError,
    rows::{CEREMONIES, Row, retain, unreadable},
};

#[derive(Deserialize, Serialize)]
struct CeremonyRow {
    #[serde(default, skip_serializing_if = "Option::is_none")]
    bound_to: Option<String>,
    expires: u64,
    purpose: String,
    state: String,
}

#[async_trait]
impl Ceremonies for Store {
    async fn put(&self, browser: TokenHash, ceremony: Ceremony) -> Result<(), PortError> {
        self.write("keeping a challenge", move |transaction| {
            let mut table = transaction.open_table(CEREMONIES)?;
            // In passing: what was over when this challenge began goes. When the link of a mail began its end does not say.
            if ceremony.purpose != Purpose::NotMe {
                let now = ceremony.expires.minus_ms(CEREMONY_MS);
                retain(&mut table, |row: CeremonyRow| row.is_live(now))?;
            }
            let row = CeremonyRow::from_ceremony(&ceremony);
            table.insert(&browser.0, row.to_bytes()?.as_slice())?;
            Ok(())
        })
        .await
    }

    async fn take(
        &self,
        browser: &TokenHash,
        now: Timestamp,
    ) -> Result<Option<Ceremony>, PortError> {
        let browser = *browser;
        self.write("taking a challenge", move |transaction| {
            let mut table = transaction.open_table(CEREMONIES)?;
            let Some(bytes) = table.remove(&browser.0)? else {
                return Ok(None);
            };
            let row = CeremonyRow::from_bytes(bytes.value())?;
            if !row.is_live(now) {
                return Ok(None);
            }
            row.into_ceremony().map(Some)
        })
        .await
    }
}

impl Row for CeremonyRow {
    const TABLE: &'static str = "ceremonies";
}

impl CeremonyRow {
    fn from_ceremony(ceremony: &Ceremony) -> Self {
        let (purpose, bound_to) = ceremony.purpose.parts();
        Self {
            bound_to: bound_to.map(|hash| URL_SAFE_NO_PAD.encode(hash.0)),
            expires: ceremony.expires.as_millis(),
            purpose: purpose.to_owned(),
            state: URL_SAFE_NO_PAD.encode(&ceremony.state),
        }
    }

    /// At `expires` it is over.
    fn is_live(&self, now: Timestamp) -> bool {
        now.as_millis() < self.expires
    }

    fn into_ceremony(self) -> Result<Ceremony, StoreError> {
        let bad = |what| unreadable(Self::TABLE, what);
        let hash = |text: String| {
            let bytes = URL_SAFE_NO_PAD.decode(text).ok();
            let hash = bytes.and_then(|bytes| bytes.try_into().ok());
            hash.map(TokenHash).ok_or_else(|| bad("its hash is none"))
        };
        let bound_to = self.bound_to.map(hash).transpose()?;
        let purpose = Purpose::from_parts(&self.purpose, bound_to);
        let state = URL_SAFE_NO_PAD.decode(&self.state);
        Ok(Ceremony {
            expires: Timestamp::from_millis(self.expires),
            purpose: purpose.ok_or_else(|| bad("its purpose is none"))?,
            state: state.map_err(|_| bad("its state is none"))?,
        })
    }
}
