//! [`Limits::climb`](service::ports::Limits::climb): the row of a ladder has the guesses (`hits`), the end of the wait after
//! the last one (`ends`) and the moment from which it is as if nobody had guessed (`forgotten`).

use aws_sdk_dynamodb::{
    operation::update_item::builders::UpdateItemFluentBuilder,
    types::ReturnValuesOnConditionCheckFailure::AllOld,
};
use browserid::Timestamp;
use service::ladder::Ladder;

use crate::{
    Store, StoreError,
    rows::{Item, Key, Row, expires_s, number, time},
};

/// Each loss means that somebody else guessed, or took a guess back, in the same moment; after a guess that costs a wait
/// the next look is the last.
const ROUNDS: u32 = 20;

impl Store {
    /// Nothing is counted that DynamoDB has not decided upon: of any number of callers no more than the free guesses, and
    /// one more with the first wait, are counted.
    pub(crate) async fn climb_ladder(
        &self,
        key: &str,
        ladder: &Ladder,
        now: Timestamp,
    ) -> Result<Result<(), u64>, StoreError> {
        for _ in 1..=ROUNDS {
            let Some(row) = self.climb_freely(key, ladder, now).await? else {
                return Ok(Ok(()));
            };
            let climbed = match Rung::of(row, ladder, now)? {
                Rung::Waiting { ends } => return Ok(Err(ends.since_ms(now))),
                Rung::None => self.begin_ladder(key, ladder, now).await?,
                Rung::After { hits, ends } => {
                    self.climb_after(key, ladder, now, hits, ends).await?
                }
            };
            if climbed {
                return Ok(Ok(()));
            }
        }
        Err(StoreError::Conflict { request_id: None })
    }

    /// A free guess, counted without a look: those who come at once do not meet. Else the row as it is, if there is one.
    async fn climb_freely(
        &self,
        key: &str,
        ladder: &Ladder,
        now: Timestamp,
    ) -> Result<Option<Option<Item>>, StoreError> {
        let forgotten = now.plus_ms(ladder.forget_ms);
        let update = || {
            self.updating_limit(key)
                .condition_expression("forgotten > :now AND hits < :free")
                .update_expression(
                    "SET ends = :now, expires_s = :expires_s, forgotten = :forgotten, hits = hits + :one",
                )
                .expression_attribute_values(":expires_s", expires_s(forgotten))
                .expression_attribute_values(":forgotten", time(forgotten))
                .expression_attribute_values(":free", number(ladder.free.into()))
                .expression_attribute_values(":now", time(now))
                .expression_attribute_values(":one", number(1))
                .return_values_on_condition_check_failure(AllOld)
                .send()
        };
        let unmet = self.table.write(update).await?.err();
        Ok(unmet.map(|unmet| unmet.item))
    }

    /// With the first guess on it. False if somebody else has just begun one.
    async fn begin_ladder(
        &self,
        key: &str,
        ladder: &Ladder,
        now: Timestamp,
    ) -> Result<bool, StoreError> {
        let (ends, forgotten) = after(ladder, 1, now);
        let item = Key::limit(key).with([
            ("ends", time(ends)),
            ("expires_s", expires_s(forgotten)),
            ("forgotten", time(forgotten)),
            ("hits", number(1)),
        ]);
        let put = || {
            self.table
                .client()
                .put_item()
                .table_name(self.table.name())
                .set_item(Some(item.clone()))
                .condition_expression("attribute_not_exists(forgotten) OR forgotten <= :now")
                .expression_attribute_values(":now", time(now))
                .send()
        };
        Ok(self.table.write(put).await?.is_ok())
    }

    /// One more than the guesses that we saw, if there are still so many.
    async fn climb_after(
        &self,
        key: &str,
        ladder: &Ladder,
        now: Timestamp,
        hits: u64,
        seen: Timestamp,
    ) -> Result<bool, StoreError> {
        let next = hits.saturating_add(1);
        let (ends, forgotten) = after(ladder, next, now);
        let update = || {
            self.updating_limit(key)
                .condition_expression("hits = :hits AND ends = :seen")
                .update_expression(
                    "SET ends = :ends, expires_s = :expires_s, forgotten = :forgotten, hits = :next",
                )
                .expression_attribute_values(":ends", time(ends))
                .expression_attribute_values(":expires_s", expires_s(forgotten))
                .expression_attribute_values(":forgotten", time(forgotten))
                .expression_attribute_values(":hits", number(hits))
                .expression_attribute_values(":next", number(next))
                .expression_attribute_values(":seen", time(seen))
                .send()
        };
        Ok(self.table.write(update).await?.is_ok())
    }

    fn updating_limit(&self, key: &str) -> UpdateItemFluentBuilder {
        self.table
            .client()
            .update_item()
            .table_name(self.table.name())
            .set_key(Some(Key::limit(key).item()))
    }
}

/// How a ladder stands that gives no free guess.
enum Rung {
    /// The wait after the last guess is over, or there was none.
    After { ends: Timestamp, hits: u64 },
    /// Nobody guessed, as far as it is remembered.
    None,
    /// The wait after the last guess is not over.
    Waiting { ends: Timestamp },
}

impl Rung {
    fn of(item: Option<Item>, ladder: &Ladder, now: Timestamp) -> Result<Self, StoreError> {
        let Some(item) = item else {
            return Ok(Self::None);
        };
        let row = Row::new("limit", item);
        // A window that an earlier version counted in under this key says nothing of it. DynamoDB may keep that for days.
        let Some(forgotten) = row.time_if_any("forgotten")? else {
            return Ok(Self::None);
        };
        let (ends, hits) = (row.time("ends")?, row.number("hits")?);
        Ok(if forgotten <= now {
            Self::None
        } else if now < ends && delay_ms(ladder, hits) > 0 {
            Self::Waiting { ends }
        } else {
            Self::After { ends, hits }
        })
    }
}

fn delay_ms(ladder: &Ladder, hits: u64) -> u64 {
    ladder.delay_ms(u32::try_from(hits).unwrap_or(u32::MAX))
}

/// After the `hits`th guess: the end of its wait, and when it is forgotten.
fn after(ladder: &Ladder, hits: u64, now: Timestamp) -> (Timestamp, Timestamp) {
    let ends = now.plus_ms(delay_ms(ladder, hits));
    (ends, ends.plus_ms(ladder.forget_ms))
}
