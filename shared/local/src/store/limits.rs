use async_trait::async_trait;
use browserid::Timestamp;
use serde::{Deserialize, Serialize};
use service::ladder::Ladder;
use service::ports::{Limits, PortError};

use super::{
    Store,
    rows::{LIMITS, Row, get, retain},
};

#[derive(Deserialize, Serialize)]
struct LimitRow {
    count: u32,
    ends: u64,
}

#[async_trait]
impl Limits for Store {
    async fn hit(
        &self,
        key: &str,
        max: u32,
        window_ms: u64,
        now: Timestamp,
    ) -> Result<Result<(), u64>, PortError> {
        let key = key.to_owned();
        self.write("counting a guess", move |transaction| {
            let mut table = transaction.open_table(LIMITS)?;
            let known = get(&table, key.as_str())?.filter(|row: &LimitRow| row.is_open(now));
            let mut row = match known {
                Some(row) => row,
                None => {
                    // In passing: windows that are over go when a new one starts.
                    retain(&mut table, |row: LimitRow| row.is_open(now))?;
                    LimitRow {
                        count: 0,
                        ends: now.plus_ms(window_ms).as_millis(),
                    }
                }
            };
            if row.count >= max {
                return Ok(Err(Timestamp::from_millis(row.ends).since_ms(now)));
            }
            row.count += 1;
            table.insert(key.as_str(), row.to_bytes()?.as_slice())?;
            Ok(Ok(()))
        })
        .await
    }

    async fn climb(&self, _: &str, _: &Ladder, _: Timestamp) -> Result<Result<(), u64>, PortError> {
        Err(PortError::new("counting a guess", "not built"))
    }

    async fn take_back(&self, key: &str) -> Result<(), PortError> {
        let key = key.to_owned();
        self.write("taking a guess back", move |transaction| {
            let mut table = transaction.open_table(LIMITS)?;
            if let Some(mut row) = get::<LimitRow, _>(&table, key.as_str())? {
                row.count = row.count.saturating_sub(1);
                table.insert(key.as_str(), row.to_bytes()?.as_slice())?;
            }
            Ok(())
        })
        .await
    }

    async fn clear(&self, key: &str) -> Result<(), PortError> {
        let key = key.to_owned();
        self.write("forgetting guesses", move |transaction| {
            transaction.open_table(LIMITS)?.remove(key.as_str())?;
            Ok(())
        })
        .await
    }
}

impl Row for LimitRow {
    const TABLE: &'static str = "limits";
}

impl LimitRow {
    /// At `ends` it is over.
    fn is_open(&self, now: Timestamp) -> bool {
        now.as_millis() < self.ends
    }
}
