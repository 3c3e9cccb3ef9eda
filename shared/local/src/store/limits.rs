use async_trait::async_trait;
use browserid::Timestamp;
use redb::{ReadableTableMetadata, Table};
use serde::{Deserialize, Serialize};
use service::{
    ladder::Ladder,
    ports::{Limits, PortError},
};

use super::{
    Store,
    error::StoreError,
    rows::{LIMITS, Row, get, retain},
};

#[derive(Deserialize, Serialize)]
struct LimitRow {
    count: u32,
    /// Of a window or a wait.
    ends: u64,
    /// Of ladders only: then it is as if nobody had ever guessed.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    forgotten: Option<u64>,
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
                    clean(&mut table, now)?;
                    LimitRow {
                        count: 0,
                        ends: now.plus_ms(window_ms).as_millis(),
                        forgotten: None,
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

    async fn climb(
        &self,
        key: &str,
        ladder: &Ladder,
        now: Timestamp,
    ) -> Result<Result<(), u64>, PortError> {
        let (key, ladder) = (key.to_owned(), *ladder);
        self.write("counting a guess", move |transaction| {
            let mut table = transaction.open_table(LIMITS)?;
            let known = get(&table, key.as_str())?.filter(|row: &LimitRow| row.is_kept(now));
            let guesses = match known {
                // Without a wait nobody is refused, even by a clock that is behind.
                Some(row) if row.is_open(now) && ladder.delay_ms(row.count) > 0 => {
                    return Ok(Err(Timestamp::from_millis(row.ends).since_ms(now)));
                }
                Some(row) => row.count,
                None => {
                    clean(&mut table, now)?;
                    0
                }
            };
            let count = guesses.saturating_add(1);
            let ends = now.plus_ms(ladder.delay_ms(count));
            let row = LimitRow {
                count,
                ends: ends.as_millis(),
                forgotten: Some(ends.plus_ms(ladder.forget_ms).as_millis()),
            };
            table.insert(key.as_str(), row.to_bytes()?.as_slice())?;
            Ok(Ok(()))
        })
        .await
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

/// One in so many new rows cleans up. If each did, ten thousand sources would make a guess of anybody's cost ten thousand
/// rows.
const CLEANING: u64 = 64;

/// In passing: what is over goes when something new starts, every so often. There are never more than [`CLEANING`] rows
/// between two looks.
fn clean(
    table: &mut Table<'_, &'static str, &'static [u8]>,
    now: Timestamp,
) -> Result<(), StoreError> {
    if table.len()? % CLEANING != 0 {
        return Ok(());
    }
    retain(table, |row: LimitRow| row.is_kept(now))
}

impl Row for LimitRow {
    const TABLE: &'static str = "limits";
}

impl LimitRow {
    /// At `ends` it is over.
    fn is_open(&self, now: Timestamp) -> bool {
        now.as_millis() < self.ends
    }

    fn is_kept(&self, now: Timestamp) -> bool {
        now.as_millis() < self.forgotten.unwrap_or(self.ends)
    }
}
