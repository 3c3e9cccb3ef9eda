use async_trait::async_trait;
use aws_sdk_dynamodb::types::ReturnValuesOnConditionCheckFailure::AllOld;
use browserid::{Email, Timestamp};
use service::{
    audit::{AUDIT_RETENTION_MS, AuditRow},
    ports::{Audit, PortError},
};

use crate::{
    Store, StoreError, doing,
    rows::{Item, Key, expires_s, number, text, time},
};

#[async_trait]
impl Audit for Store {
    async fn keep(&self, row: &AuditRow) -> Result<(), PortError> {
        doing("keeping an audit row", self.keep_row(row).await)
    }

    async fn of(&self, _: &Email, _: Timestamp, _: Timestamp) -> Result<Vec<AuditRow>, PortError> {
        Err(PortError::new("reading audit rows", "not built"))
    }
}

impl Store {
    /// One write, and never over another row.
    async fn keep_row(&self, row: &AuditRow) -> Result<(), StoreError> {
        let item = item(row);
        let put = || {
            self.table
                .client()
                .put_item()
                .table_name(self.table.name())
                .set_item(Some(item.clone()))
                .condition_expression("attribute_not_exists(pk)")
                .return_values_on_condition_check_failure(AllOld)
                .send()
        };
        match self.table.write(put).await? {
            // The very row: the answer to an earlier try of the client got lost.
            Err(unmet) if unmet.item.as_ref() != Some(&item) => {
                Err(StoreError::Exists { family: "audit" })
            }
            _ => Ok(()),
        }
    }
}

fn item(row: &AuditRow) -> Item {
    let request_id = row.request_id.as_deref();
    // Two signatures over one key in one millisecond differ in the request.
    let sk = format!(
        "{:013}#{}#{}",
        row.time.as_millis(),
        row.key_thumbprint,
        request_id.unwrap_or_default()
    );
    let mut item = Key::audit(&month(row.time), sk).with([
        ("email", text(row.email.as_str())),
        ("expires_s", expires_s(row.time.plus_ms(AUDIT_RETENTION_MS))),
        ("key_thumbprint", text(&row.key_thumbprint)),
        ("lifetime_ms", number(row.lifetime_ms)),
        ("time", time(row.time)),
    ]);
    if row.account != row.email {
        item.insert("account".to_owned(), text(row.account.as_str()));
    }
    if let Some(id) = request_id {
        item.insert("request_id".to_owned(), text(id));
    }
    item
}

/// `YYYY-MM` in UTC.
fn month(time: Timestamp) -> String {
    const DAY_MS: u64 = 24 * 60 * 60 * 1000;
    // Years that begin in March, in cycles of 400 of them: the leap day is the last day of one.
    let days = time.as_millis() / DAY_MS + 719_468;
    let (cycle, day) = (days / 146_097, days % 146_097);
    let year = (day - day / 1_460 + day / 36_524 - day / 146_096) / 365;
    let day_of_year = day - (365 * year + year / 4 - year / 100);
    let month = (5 * day_of_year + 2) / 153;
    let (month, next) = if month < 10 {
        (month + 3, 0)
    } else {
        (month - 9, 1)
    };
    format!("{:04}-{month:02}", cycle * 400 + year + next)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn month_is_that_of_the_calendar_in_utc() {
        for (ms, expected) in [
            (0, "1970-01"),
            (951_782_399_999, "2000-02"),
            (951_782_400_000, "2000-02"),
            (951_868_799_999, "2000-02"),
            (951_868_800_000, "2000-03"),
            (1_798_761_599_999, "2026-12"),
            (1_798_761_600_000, "2027-01"),
            (4_107_542_399_999, "2100-02"),
            (4_107_542_400_000, "2100-03"),
        ] {
            assert_eq!(month(Timestamp::from_millis(ms)), expected, "{ms}");
        }
    }
}
