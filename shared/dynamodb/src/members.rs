//! Members of transactions.

use aws_sdk_dynamodb::types::{ConditionCheck, Delete, Put, TransactWriteItem, Update};

use crate::{
    StoreError,
    rows::{Item, Key},
    table::Table,
};

impl Table {
    /// That there is such a row.
    pub(crate) fn exists(&self, key: Key) -> Result<TransactWriteItem, StoreError> {
        self.check(key, "attribute_exists(pk)")
    }

    /// That there is none.
    pub(crate) fn absent(&self, key: Key) -> Result<TransactWriteItem, StoreError> {
        self.check(key, "attribute_not_exists(pk)")
    }

    fn check(&self, key: Key, condition: &str) -> Result<TransactWriteItem, StoreError> {
        let check = ConditionCheck::builder()
            .table_name(self.name())
            .set_key(Some(key.item()))
            .condition_expression(condition)
            .build();
        let check = check.map_err(|_| incomplete())?;
        Ok(TransactWriteItem::builder().condition_check(check).build())
    }

    /// `values` are those that the condition names.
    pub(crate) fn put(
        &self,
        item: Item,
        condition: Option<&str>,
        values: Option<Item>,
    ) -> Result<TransactWriteItem, StoreError> {
        let put = Put::builder()
            .table_name(self.name())
            .set_item(Some(item))
            .set_condition_expression(condition.map(str::to_owned))
            .set_expression_attribute_values(values)
            .build();
        let put = put.map_err(|_| incomplete())?;
        Ok(TransactWriteItem::builder().put(put).build())
    }

    /// `values` are those that the condition and the change name.
    pub(crate) fn update(
        &self,
        key: Key,
        condition: &str,
        change: &str,
        values: Item,
    ) -> Result<TransactWriteItem, StoreError> {
        let update = Update::builder()
            .table_name(self.name())
            .set_key(Some(key.item()))
            .condition_expression(condition)
            .update_expression(change)
            .set_expression_attribute_values(Some(values))
            .build();
        let update = update.map_err(|_| incomplete())?;
        Ok(TransactWriteItem::builder().update(update).build())
    }

    /// `values` are those that the condition names.
    pub(crate) fn delete(
        &self,
        key: Key,
        condition: Option<&str>,
        values: Option<Item>,
    ) -> Result<TransactWriteItem, StoreError> {
        let delete = Delete::builder()
            .table_name(self.name())
            .set_key(Some(key.item()))
            .set_condition_expression(condition.map(str::to_owned))
            .set_expression_attribute_values(values)
            .build();
        let delete = delete.map_err(|_| incomplete())?;
        Ok(TransactWriteItem::builder().delete(delete).build())
    }
}

/// The builders check that nothing is missing; nothing is.
fn incomplete() -> StoreError {
    StoreError::NotSent {
        reason: "a part of the transaction is missing".to_owned(),
    }
}
