//! The table: reads, conditional writes and transactions, each with its typed failure.

use std::{
    collections::hash_map::RandomState,
    error::Error,
    hash::{BuildHasher, Hasher},
    time::Duration,
};

use aws::Failure;
use aws_sdk_dynamodb::{
    Client,
    config::{AsyncSleep, SharedAsyncSleep},
    error::{ProvideErrorMetadata, SdkError},
    operation::{
        RequestId, delete_item::DeleteItemError, put_item::PutItemError,
        query::builders::QueryFluentBuilder, transact_write_items::TransactWriteItemsError,
        update_item::UpdateItemError,
    },
    types::TransactWriteItem,
};

use crate::{
    StoreError,
    rows::{Item, Key, Row, text},
};

/// So many writes fit into one transaction.
pub(crate) const TRANSACTION: usize = 100;

/// A write that others' transactions are in the way of is tried so often: 1.6 s in all, at most.
const TRIES: u32 = 8;
const FIRST_PAUSE_MS: u64 = 25;
const LONGEST_PAUSE_MS: u64 = 400;

pub(crate) struct Table {
    client: Client,
    name: String,
    sleep: Option<SharedAsyncSleep>,
}

/// A condition did not hold: nothing was written.
pub(crate) struct Unmet {
    /// The row as it is, where the request asked for it.
    pub(crate) item: Option<Item>,
    /// In a transaction: whose conditions, by position.
    pub(crate) members: Vec<usize>,
}

impl Table {
    pub(crate) fn new(client: Client, sleep: Option<SharedAsyncSleep>, name: String) -> Self {
        Self {
            client,
            name,
            sleep,
        }
    }

    pub(crate) fn client(&self) -> &Client {
        &self.client
    }

    pub(crate) fn name(&self) -> &str {
        &self.name
    }

    /// One strongly consistent read of these attributes.
    pub(crate) async fn get(&self, key: Key, attributes: &str) -> Result<Option<Row>, StoreError> {
        let family = key.family();
        let read = self
            .client
            .get_item()
            .table_name(&self.name)
            .consistent_read(true)
            .projection_expression(attributes)
            .set_key(Some(key.item()))
            .send()
            .await
            .map_err(|error| Failure::of(&error))?;
        Ok(read.item.map(|item| Row::new(family, item)))
    }

    /// Every row of a partition, in the order of `sk`; strongly consistent.
    pub(crate) async fn query(
        &self,
        family: &'static str,
        pk: &str,
        attributes: &str,
    ) -> Result<Vec<Row>, StoreError> {
        let query = self
            .asking(pk)
            .key_condition_expression("pk = :pk")
            .projection_expression(attributes);
        self.pages(family, query, usize::MAX).await
    }

    /// The rows of a partition whose `sk` is from `from` to `until`; strongly consistent. The caller says the rest, and how
    /// many it wants at most.
    pub(crate) fn between(&self, pk: &str, from: String, until: String) -> QueryFluentBuilder {
        self.asking(pk)
            .key_condition_expression("pk = :pk AND sk BETWEEN :from AND :until")
            .expression_attribute_values(":from", text(from))
            .expression_attribute_values(":until", text(until))
    }

    fn asking(&self, pk: &str) -> QueryFluentBuilder {
        self.client
            .query()
            .table_name(&self.name)
            .consistent_read(true)
            .expression_attribute_values(":pk", text(pk))
    }

    /// Page after page, until there is no more or there are `max` rows.
    pub(crate) async fn pages(
        &self,
        family: &'static str,
        query: QueryFluentBuilder,
        max: usize,
    ) -> Result<Vec<Row>, StoreError> {
        let mut rows = Vec::new();
        let mut start = None;
        loop {
            let page = query
                .clone()
                .set_exclusive_start_key(start)
                .send()
                .await
                .map_err(|error| Failure::of(&error))?;
            let items = page.items.unwrap_or_default();
            rows.extend(items.into_iter().map(|item| Row::new(family, item)));
            start = page.last_evaluated_key;
            if start.is_none() || rows.len() >= max {
                rows.truncate(max);
                return Ok(rows);
            }
        }
    }

    /// Sends a write, and sends it again while others' transactions are in its way.
    pub(crate) async fn write<T, E, F>(
        &self,
        send: impl Fn() -> F + Send,
    ) -> Result<Result<T, Unmet>, StoreError>
    where
        E: Write,
        F: Future<Output = Result<T, SdkError<E>>> + Send,
    {
        let mut tried = 1;
        loop {
            let error = match send().await {
                Ok(written) => return Ok(Ok(written)),
                Err(error) => error,
            };
            let busy = match error.as_service_error().map(E::refusal) {
                Some(Refusal::Conflict) => StoreError::Conflict {
                    request_id: error.request_id().map(str::to_owned),
                },
                Some(Refusal::Throttled) => StoreError::Throttled {
                    request_id: error.request_id().map(str::to_owned),
                },
                Some(Refusal::Unmet(unmet)) => return Ok(Err(unmet)),
                Some(Refusal::Other) | None => return Err(Failure::of(&error).into()),
            };
            if tried == TRIES {
                return Err(busy);
            }
            tracing::debug!(tried, code = busy.code(), "trying a write again");
            self.pause(tried).await;
            tried += 1;
        }
    }

    /// All of `members` or nothing.
    pub(crate) async fn transact(
        &self,
        members: Vec<TransactWriteItem>,
    ) -> Result<Result<(), Unmet>, StoreError> {
        let written = self.write(|| {
            self.client
                .transact_write_items()
                .set_transact_items(Some(members.clone()))
                .send()
        });
        Ok(written.await?.map(|_| ()))
    }

    /// Longer from try to try, and random, so that those who met do not meet again.
    async fn pause(&self, tried: u32) {
        let Some(sleep) = &self.sleep else { return };
        let longest_ms = (FIRST_PAUSE_MS << tried.min(8)).min(LONGEST_PAUSE_MS);
        // The standard library's source of randomness; nothing secret hangs on it.
        let random = RandomState::new().build_hasher().finish();
        let pause_ms = longest_ms / 2 + random % (longest_ms / 2 + 1);
        sleep.sleep(Duration::from_millis(pause_ms)).await;
    }
}

/// The errors of writes.
pub(crate) trait Write: Error + ProvideErrorMetadata + Send + Sync + 'static {
    fn refusal(&self) -> Refusal;
}

/// Why DynamoDB did not write. The client itself tries again after other failures that pass, but not after these two:
pub(crate) enum Refusal {
    /// Somebody's transaction is at work on the same row.
    Conflict,
    Other,
    /// A transaction was cancelled for want of capacity.
    Throttled,
    Unmet(Unmet),
}

macro_rules! single_write {
    ($($error:ident),+) => {$(
        impl Write for $error {
            fn refusal(&self) -> Refusal {
                match self {
                    Self::ConditionalCheckFailedException(failed) => Refusal::Unmet(Unmet {
                        item: failed.item.clone(),
                        members: Vec::new(),
                    }),
                    Self::TransactionConflictException(_) => Refusal::Conflict,
                    _ => Refusal::Other,
                }
            }
        }
    )+};
}

single_write!(DeleteItemError, PutItemError, UpdateItemError);

impl Write for TransactWriteItemsError {
    fn refusal(&self) -> Refusal {
        let Self::TransactionCanceledException(cancelled) = self else {
            return Refusal::Other;
        };
        let reasons = cancelled.cancellation_reasons();
        let codes = || reasons.iter().map(|reason| reason.code().unwrap_or("None"));
        let members: Vec<_> = codes()
            .enumerate()
            .filter(|(_, code)| *code == "ConditionalCheckFailed")
            .map(|(member, _)| member)
            .collect();
        if !members.is_empty() {
            return Refusal::Unmet(Unmet {
                item: None,
                members,
            });
        }
        match codes().find(|code| *code != "None") {
            Some("ProvisionedThroughputExceeded" | "ThrottlingError") => Refusal::Throttled,
            Some("TransactionConflict") => Refusal::Conflict,
            _ => Refusal::Other,
        }
    }
}
