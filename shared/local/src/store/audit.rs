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

/// The key is the time, and the thumbprint with the address: one key may be certified for several at once.
#[derive(Deserialize, Serialize)]
struct CertifiedRow {
    /// Where it is not the address that is named.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    account: Option<String>,
    email: String,
    lifetime_ms: u64,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    request_id: Option<String>,
}

impl Row for CertifiedRow {
    const TABLE: &'static str = "audit";
}

#[async_trait]
impl Audit for Store {
    async fn keep(&self, row: &AuditRow) -> Result<(), PortError> {
        let row = row.clone();
        self.write("keeping an audit row", move |transaction| {
            let mut table = transaction.open_table(AUDIT)?;
            let time = row.time.as_millis();
            // In passing: what was kept long enough goes.
            table.retain(|(kept, _), _| kept.saturating_add(AUDIT_RETENTION_MS) > time)?;
            let is_another = row.account != row.email;
            let certified = CertifiedRow {
                account: is_another.then(|| row.account.as_str().to_owned()),
                email: row.email.as_str().to_owned(),
                lifetime_ms: row.lifetime_ms,
                request_id: row.request_id,
            };
            let whose = format!("{}#{}", row.key_thumbprint, certified.email);
            table.insert((time, whose.as_str()), certified.to_bytes()?.as_slice())?;
            Ok(())
        })
        .await
    }

    async fn of(
        &self,
        email: &Email,
        from: Timestamp,
        until: Timestamp,
    ) -> Result<Vec<AuditRow>, PortError> {
        let email = email.clone();
        let from = from.max(until.minus_ms(AUDIT_RETENTION_MS));
        self.read("reading audit rows", move |transaction| {
            if until <= from {
                return Ok(Vec::new());
            }
            let table = transaction.open_table(AUDIT)?;
            let asked = (from.as_millis(), "")..(until.as_millis(), "");
            let mut rows = Vec::new();
            for entry in table.range(asked)? {
                let (key, bytes) = entry?;
                let row = CertifiedRow::from_bytes(bytes.value())?;
                let account = row.account.as_deref().unwrap_or(&row.email);
                if account != email.as_str() && row.email != email.as_str() {
                    continue;
                }
                let (time, whose) = key.value();
                // Rows of earlier versions have no more than the thumbprint there.
                let thumbprint = whose.split_once('#').map_or(whose, |(first, _)| first);
                rows.push(AuditRow {
                    account: CertifiedRow::address(account)?,
                    email: CertifiedRow::address(&row.email)?,
                    key_thumbprint: thumbprint.to_owned(),
                    lifetime_ms: row.lifetime_ms,
                    request_id: row.request_id,
                    time: Timestamp::from_millis(time),
                });
            }
            Ok(rows)
        })
        .await
    }
}
