use async_trait::async_trait;
use aws_sdk_dynamodb::types::ReturnValuesOnConditionCheckFailure::AllOld;
use browserid::Timestamp;
use service::{
    ladder::Ladder,
    ports::{Limits, PortError},
};

use crate::{
    Store, StoreError, doing,
    rows::{Key, Row, expires_s, number, time},
};

/// A window that opens or is forgotten between two writes costs another round; so many never happen.
const ROUNDS: u32 = 5;

#[async_trait]
impl Limits for Store {
    async fn hit(
        &self,
        key: &str,
        max: u32,
        window_ms: u64,
        now: Timestamp,
    ) -> Result<Result<(), u64>, PortError> {
        let counted = self.count(key, max, window_ms, now).await;
        doing("counting a guess", counted)
    }

    async fn climb(
        &self,
        key: &str,
        ladder: &Ladder,
        now: Timestamp,
    ) -> Result<Result<(), u64>, PortError> {
        let counted = self.climb_ladder(key, ladder, now).await;
        doing("counting a guess", counted)
    }

    async fn take_back(&self, key: &str) -> Result<(), PortError> {
        let update = || {
            self.table
                .client()
                .update_item()
                .table_name(self.table.name())
                .set_key(Some(Key::limit(key).item()))
                .condition_expression("hits > :none")
                .update_expression("SET hits = hits - :one")
                .expression_attribute_values(":none", number(0))
                .expression_attribute_values(":one", number(1))
                .send()
        };
        let written = self.table.write(update).await;
        doing("taking a guess back", written.map(|_| ()))
    }

    async fn clear(&self, key: &str) -> Result<(), PortError> {
        let delete = || {
            self.table
                .client()
                .delete_item()
                .table_name(self.table.name())
                .set_key(Some(Key::limit(key).item()))
                .send()
        };
        let written = self.table.write(delete).await;
        doing("forgetting guesses", written.map(|_| ()))
    }
}

impl Store {
    /// Counts in the window that is open; opens one if there is none. DynamoDB decides both, so that of any number of
    /// callers no more than `max` are counted.
    async fn count(
        &self,
        key: &str,
        max: u32,
        window_ms: u64,
        now: Timestamp,
    ) -> Result<Result<(), u64>, StoreError> {
        for _ in 1..=ROUNDS {
            match self.count_in_open_window(key, max, now).await? {
                Count::Counted => return Ok(Ok(())),
                Count::Full { ends } => return Ok(Err(ends.since_ms(now))),
                Count::NoWindow if max == 0 => return Ok(Err(window_ms)),
                Count::NoWindow => (),
            }
            if self.open_window(key, window_ms, now).await? {
                return Ok(Ok(()));
            }
        }
        Err(StoreError::Conflict { request_id: None })
    }

    async fn count_in_open_window(
        &self,
        key: &str,
        max: u32,
        now: Timestamp,
    ) -> Result<Count, StoreError> {
        let update = || {
            self.table
                .client()
                .update_item()
                .table_name(self.table.name())
                .set_key(Some(Key::limit(key).item()))
                .condition_expression("ends > :now AND hits < :max")
                .update_expression("SET hits = hits + :one")
                .expression_attribute_values(":max", number(max.into()))
                .expression_attribute_values(":now", time(now))
                .expression_attribute_values(":one", number(1))
                .return_values_on_condition_check_failure(AllOld)
                .send()
        };
        let Err(unmet) = self.table.write(update).await? else {
            return Ok(Count::Counted);
        };
        let Some(item) = unmet.item else {
            return Ok(Count::NoWindow);
        };
        let ends = Row::new("limit", item).time("ends")?;
        Ok(if now < ends {
            Count::Full { ends }
        } else {
            Count::NoWindow
        })
    }

    /// With the first hit in it. False if somebody else has just opened one.
    async fn open_window(
        &self,
        key: &str,
        window_ms: u64,
        now: Timestamp,
    ) -> Result<bool, StoreError> {
        let ends = now.plus_ms(window_ms);
        let item = Key::limit(key).with([
            ("ends", time(ends)),
            ("expires_s", expires_s(ends)),
            ("hits", number(1)),
        ]);
        let put = || {
            self.table
                .client()
                .put_item()
                .table_name(self.table.name())
                .set_item(Some(item.clone()))
                .condition_expression("attribute_not_exists(pk) OR ends <= :now")
                .expression_attribute_values(":now", time(now))
                .send()
        };
        Ok(self.table.write(put).await?.is_ok())
    }
}

enum Count {
    Counted,
    /// `max` was reached already; then it is over.
    Full {
        ends: Timestamp,
    },
    NoWindow,
}
