use async_trait::async_trait;
use browserid::{Domain, Timestamp};
use serde::{Deserialize, Serialize};
use service::{
    ports::{PortError, SupportSeen},
    standing::SEEN_RETENTION_MS,
};

use super::{
    Store,
    rows::{DOMAINS, Row, get, retain},
};

#[derive(Deserialize, Serialize)]
struct DomainRow {
    seen: u64,
}

#[async_trait]
impl SupportSeen for Store {
    async fn keep(&self, domain: &Domain, now: Timestamp) -> Result<(), PortError> {
        let domain = domain.clone();
        self.write("noting a domain's support", move |transaction| {
            let mut table = transaction.open_table(DOMAINS)?;
            let now = now.as_millis();
            // In passing: what was kept long enough goes.
            retain(&mut table, |row: DomainRow| {
                row.seen.saturating_add(SEEN_RETENTION_MS) > now
            })?;
            let before = get::<DomainRow, _>(&table, domain.as_str())?;
            let seen = before.map_or(now, |row| row.seen.max(now));
            table.insert(domain.as_str(), DomainRow { seen }.to_bytes()?.as_slice())?;
            Ok(())
        })
        .await
    }

    async fn find(&self, domain: &Domain) -> Result<Option<Timestamp>, PortError> {
        let domain = domain.clone();
        self.read("looking for a domain's support", move |transaction| {
            let table = transaction.open_table(DOMAINS)?;
            let row = get::<DomainRow, _>(&table, domain.as_str())?;
            Ok(row.map(|row| Timestamp::from_millis(row.seen)))
        })
        .await
    }
}

impl Row for DomainRow {
    const TABLE: &'static str = "domains";
}
