use async_trait::async_trait;
use browserid::{Domain, Timestamp};
use service::{
    ports::{PortError, SupportSeen},
    standing::SEEN_RETENTION_MS,
};

use crate::{
    Store, doing,
    rows::{Key, expires_s, time},
};

#[async_trait]
impl SupportSeen for Store {
    async fn keep(&self, domain: &Domain, now: Timestamp) -> Result<(), PortError> {
        let update = || {
            self.table
                .client()
                .update_item()
                .table_name(self.table.name())
                .set_key(Some(Key::domain(domain).item()))
                .condition_expression("attribute_not_exists(pk) OR seen < :now")
                .update_expression("SET seen = :now, expires_s = :expires_s")
                .expression_attribute_values(
                    ":expires_s",
                    expires_s(now.plus_ms(SEEN_RETENTION_MS)),
                )
                .expression_attribute_values(":now", time(now))
                .send()
        };
        // Unmet: it was seen later than that already.
        let written = self.table.write(update).await;
        doing("noting a domain's support", written.map(|_| ()))
    }

    async fn find(&self, domain: &Domain) -> Result<Option<Timestamp>, PortError> {
        let read = self.table.get(Key::domain(domain), "seen").await;
        let seen = read.and_then(|row| row.map(|row| row.time("seen")).transpose());
        doing("looking for a domain's support", seen)
    }
}
