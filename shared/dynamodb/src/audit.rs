use async_trait::async_trait;
use aws_sdk_dynamodb::types::ReturnValuesOnConditionCheckFailure::AllOld;
use browserid::{Email, Timestamp};
use service::{
    audit::{AUDIT_RETENTION_MS, AuditRow},
    ports::{Audit, PortError},
};

use crate::{
    Store, StoreError, doing,
    rows::{AUDIT, Item, Key, Row, audit_of, expires_s, number, sortable, text, time},
};

#[async_trait]
impl Audit for Store {
    async fn keep(&self, row: &AuditRow) -> Result<(), PortError> {
        doing("keeping an audit row", self.keep_row(row).await)
    }

    async fn of(
        &self,
        email: &Email,
        from: Timestamp,
        until: Timestamp,
    ) -> Result<Vec<AuditRow>, PortError> {
        let rows = self.rows_of(email, from, until).await;
        doing("reading audit rows", rows)
    }
}

impl Store {
    /// One query a month: all that an address has to itself is in its rows.
    async fn rows_of(
        &self,
        email: &Email,
        from: Timestamp,
        until: Timestamp,
    ) -> Result<Vec<AuditRow>, StoreError> {
        let from = from.max(until.minus_ms(AUDIT_RETENTION_MS));
        let mut rows = Vec::new();
        for month in months(from, until) {
            // Every `sk` of a moment is longer than the moment alone, and so behind it.
            let query = self
                .table
                .between(&audit_of(&month), sortable(from), sortable(until))
                .filter_expression("email = :email OR account = :email")
                .expression_attribute_values(":email", text(email.as_str()));
            rows.extend(self.table.pages(AUDIT, query, usize::MAX).await?);
        }
        rows.iter().map(audit_row).collect()
    }

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
                Err(StoreError::Exists { family: AUDIT })
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

fn audit_row(row: &Row) -> Result<AuditRow, StoreError> {
    let email = row.address("email")?;
    let account = match row.text_if_any("account")? {
        Some(_) => row.address("account")?,
        None => email.clone(),
    };
    Ok(AuditRow {
        account,
        email,
        key_thumbprint: row.text("key_thumbprint")?.to_owned(),
        lifetime_ms: row.number("lifetime_ms")?,
        request_id: row.text_if_any("request_id")?.map(str::to_owned),
        time: row.time("time")?,
    })
}

/// The months from one moment to the one before another, in their order.
fn months(from: Timestamp, until: Timestamp) -> Vec<String> {
    // Shorter than any month.
    const STEP_MS: u64 = 27 * 24 * 60 * 60 * 1000;
    let mut months = Vec::new();
    let mut at = from;
    while at < until {
        months.push(month(at));
        at = at.plus_ms(STEP_MS);
    }
    if from < until {
        months.push(month(until.minus_ms(1)));
    }
    months.dedup();
    months
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
    fn months_of_a_time_are_all_that_it_touches_once_and_in_order() {
        // 2026-12-31T23:59:59.999Z and the next millisecond.
        let (last, first) = (1_798_761_599_999, 1_798_761_600_000);
        let day_ms = 24 * 60 * 60 * 1000;
        let cases: [(u64, u64, &[&str]); 6] = [
            (last, last, &[]),
            (first, last, &[]),
            (last, first, &["2026-12"]),
            (last, first + 1, &["2026-12", "2027-01"]),
            (first, first + 31 * day_ms, &["2027-01"]),
            (
                first + 30 * day_ms,
                first + 60 * day_ms,
                &["2027-01", "2027-02", "2027-03"],
            ),
        ];
        for (from, until, expected) in cases {
            let found = months(Timestamp::from_millis(from), Timestamp::from_millis(until));
            assert_eq!(found, expected, "{from} {until}");
        }
        let whole = months(
            Timestamp::from_millis(first - 400 * day_ms),
            Timestamp::from_millis(first),
        );
        assert_eq!(whole.len(), 14);
        assert!(whole.is_sorted());
    }

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
