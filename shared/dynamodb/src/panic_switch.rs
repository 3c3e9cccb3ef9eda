use async_trait::async_trait;
use aws_sdk_dynamodb::{
    operation::update_item::builders::UpdateItemFluentBuilder,
    types::ReturnValuesOnConditionCheckFailure::AllOld,
};
use browserid::Timestamp;
use service::{
    panic::{Release, Switch},
    ports::{PanicSwitch, PortError},
    secret::TokenHash,
};

use crate::{
    Store, StoreError, doing,
    rows::{Key, Row, hash, number, text, time},
};

/// A switch that is pulled and released between two writes costs another round; so many never happen.
const ROUNDS: u32 = 5;

#[async_trait]
impl PanicSwitch for Store {
    async fn switch(&self) -> Result<Switch, PortError> {
        let attributes = "is_pulled, not_before, release_expires, release_token";
        let read = self.table.get(Key::panic_switch(), attributes).await;
        let switch = read.and_then(|row| row.as_ref().map_or(Ok(Switch::default()), switch));
        doing("reading the panic switch", switch)
    }

    async fn pull(&self, now: Timestamp) -> Result<(), PortError> {
        doing("pulling the panic switch", self.pull_switch(now).await)
    }

    async fn let_release(&self, token: TokenHash, expires: Timestamp) -> Result<bool, PortError> {
        let update = || {
            self.updating_switch()
                .condition_expression("is_pulled = :one")
                .update_expression("SET release_expires = :expires, release_token = :token")
                .expression_attribute_values(":expires", time(expires))
                .expression_attribute_values(":one", number(1))
                .expression_attribute_values(":token", text(hash(&token)))
                .send()
        };
        let written = self.table.write(update).await;
        doing(
            "letting the panic switch be released",
            written.map(|written| written.is_ok()),
        )
    }

    async fn release(&self, token: &TokenHash, now: Timestamp) -> Result<bool, PortError> {
        // One write and no look before it: DynamoDB decides who releases it.
        let update = || {
            self.updating_switch()
                .condition_expression(
                    "is_pulled = :one AND release_token = :token AND release_expires > :now",
                )
                .update_expression("REMOVE is_pulled, release_expires, release_token")
                .expression_attribute_values(":now", time(now))
                .expression_attribute_values(":one", number(1))
                .expression_attribute_values(":token", text(hash(token)))
                .send()
        };
        let written = self.table.write(update).await;
        doing(
            "releasing the panic switch",
            written.map(|written| written.is_ok()),
        )
    }
}

impl Store {
    fn updating_switch(&self) -> UpdateItemFluentBuilder {
        self.table
            .client()
            .update_item()
            .table_name(self.table.name())
            .set_key(Some(Key::panic_switch().item()))
    }

    async fn pull_switch(&self, now: Timestamp) -> Result<(), StoreError> {
        for _ in 1..=ROUNDS {
            let update = || {
                self.updating_switch()
                    .condition_expression(
                        "attribute_not_exists(is_pulled) AND (attribute_not_exists(not_before) OR not_before < :now)",
                    )
                    .update_expression(
                        "SET is_pulled = :one, not_before = :now REMOVE release_expires, release_token",
                    )
                    .expression_attribute_values(":now", time(now))
                    .expression_attribute_values(":one", number(1))
                    .return_values_on_condition_check_failure(AllOld)
                    .send()
            };
            let Err(unmet) = self.table.write(update).await? else {
                return Ok(());
            };
            let before = unmet.item.map(|item| Row::new("switch", item));
            if before
                .as_ref()
                .map(switch)
                .transpose()?
                .is_some_and(|switch| switch.is_pulled)
            {
                return Ok(());
            }
            // It was pulled later than now before: that moment stays.
            let update = || {
                self.updating_switch()
                    .condition_expression("attribute_not_exists(is_pulled) AND not_before >= :now")
                    .update_expression("SET is_pulled = :one REMOVE release_expires, release_token")
                    .expression_attribute_values(":now", time(now))
                    .expression_attribute_values(":one", number(1))
                    .send()
            };
            if self.table.write(update).await?.is_ok() {
                return Ok(());
            }
        }
        Err(StoreError::Conflict { request_id: None })
    }
}

fn switch(row: &Row) -> Result<Switch, StoreError> {
    let release = match row.time_if_any("release_expires")? {
        Some(expires) => Some(Release {
            expires,
            token: row.token("release_token")?,
        }),
        None => None,
    };
    Ok(Switch {
        is_pulled: row.flag("is_pulled")?,
        not_before: row.time_if_any("not_before")?,
        release,
    })
}
