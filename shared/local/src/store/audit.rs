use async_trait::async_trait;
use browserid::{Email, Timestamp};
use serde::{Deserialize, Serialize};
use service::{
    audit::{AUDIT_RETENTION_MS, AuditRow},
    ports::{Audit, PortError},
};

use super::{
    Store,
    rows::{AUDIT, Row},
};

/// The key is the time and the thumbprint.
#[derive(Deserialize, Serialize)]
struct CertifiedRow {
    email: String,
    lifetime_ms: u64,
}

impl Row for CertifiedRow {
    const TABLE: &'static str = "audit";
}

#[async_trait]
impl Audit for Store {
    async fn keep(&self, row: &AuditRow) -> Result<(), PortError> {
        let row = row.clone();
        self.write("keeping an audit row", move |transaction| {
            // A file from before there were such rows has no such table: opening makes it.
            let mut table = transaction.open_table(AUDIT)?;
            let time = row.time.as_millis();
            // In passing: what was kept long enough goes.
            table.retain(|(kept, _), _| kept.saturating_add(AUDIT_RETENTION_MS) > time)?;
            let certified = CertifiedRow {
                email: row.email.as_str().to_owned(),
                lifetime_ms: row.lifetime_ms,
            };
            let key = (time, row.key_thumbprint.as_str());
            table.insert(key, certified.to_bytes()?.as_slice())?;
            Ok(())
        })
        .await
    }

    async fn of(&self, _: &Email, _: Timestamp, _: Timestamp) -> Result<Vec<AuditRow>, PortError> {
        Err(PortError::new("reading audit rows", "not built"))
    }
}
