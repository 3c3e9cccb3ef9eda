use async_trait::async_trait;
use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use browserid::Timestamp;
use redb::WriteTransaction;
use serde::{Deserialize, Serialize};
use service::{
    panic::{Release, Switch},
    ports::{PanicSwitch, PortError},
    secret::TokenHash,
};

use super::{
    Store,
    error::StoreError,
    rows::{Row, SWITCHES, get, unreadable},
};

/// The only switch so far. No row: it was never pulled.
const PANIC: &str = "panic";

#[derive(Default, Deserialize, Serialize)]
struct SwitchRow {
    is_pulled: bool,
    not_before: Option<u64>,
    release: Option<ReleaseRow>,
}

#[derive(Deserialize, Serialize)]
struct ReleaseRow {
    expires: u64,
    token_hash: String,
}

#[async_trait]
impl PanicSwitch for Store {
    async fn switch(&self) -> Result<Switch, PortError> {
        self.read("reading the panic switch", |transaction| {
            let row = get::<SwitchRow, _>(&transaction.open_table(SWITCHES)?, PANIC)?;
            row.unwrap_or_default().into_switch()
        })
        .await
    }

    async fn pull(&self, now: Timestamp) -> Result<(), PortError> {
        self.write("pulling the panic switch", move |transaction| {
            change(transaction, |switch| {
                if !switch.is_pulled {
                    *switch = Switch {
                        is_pulled: true,
                        not_before: switch.not_before.max(Some(now)),
                        release: None,
                    };
                }
            })
        })
        .await
    }

    async fn let_release(&self, token: TokenHash, expires: Timestamp) -> Result<bool, PortError> {
        let doing = "letting the panic switch be released";
        self.write(doing, move |transaction| {
            change(transaction, |switch| {
                if switch.is_pulled {
                    switch.release = Some(Release { expires, token });
                }
                switch.is_pulled
            })
        })
        .await
    }

    async fn release(&self, token: &TokenHash, now: Timestamp) -> Result<bool, PortError> {
        let token = *token;
        self.write("releasing the panic switch", move |transaction| {
            change(transaction, |switch| {
                let may = switch.may_be_released_by(&token, now);
                if may {
                    switch.is_pulled = false;
                    switch.release = None;
                }
                may
            })
        })
        .await
    }
}

fn change<T>(
    transaction: &WriteTransaction,
    work: impl FnOnce(&mut Switch) -> T,
) -> Result<T, StoreError> {
    let mut table = transaction.open_table(SWITCHES)?;
    let row = get::<SwitchRow, _>(&table, PANIC)?;
    let mut switch = row.unwrap_or_default().into_switch()?;
    let done = work(&mut switch);
    let row = SwitchRow::from_switch(&switch);
    table.insert(PANIC, row.to_bytes()?.as_slice())?;
    Ok(done)
}

impl Row for SwitchRow {
    const TABLE: &'static str = "switches";
}

impl SwitchRow {
    fn from_switch(switch: &Switch) -> Self {
        Self {
            is_pulled: switch.is_pulled,
            not_before: switch.not_before.map(Timestamp::as_millis),
            release: switch.release.as_ref().map(|release| ReleaseRow {
                expires: release.expires.as_millis(),
                token_hash: URL_SAFE_NO_PAD.encode(release.token.0),
            }),
        }
    }

    fn into_switch(self) -> Result<Switch, StoreError> {
        let release = |row: ReleaseRow| -> Result<Release, StoreError> {
            let hash = URL_SAFE_NO_PAD.decode(&row.token_hash).ok();
            let hash = hash.and_then(|hash| hash.try_into().ok());
            Ok(Release {
                expires: Timestamp::from_millis(row.expires),
                token: TokenHash(hash.ok_or_else(|| unreadable(Self::TABLE, "its hash is none"))?),
            })
        };
        Ok(Switch {
            is_pulled: self.is_pulled,
            not_before: self.not_before.map(Timestamp::from_millis),
            release: self.release.map(release).transpose()?,
        })
    }
}
