//! DynamoDB: one table with `pk` and `sk`.

use std::collections::BTreeMap;

use serde_json::{Map, Value, json};

use super::TABLE;
use super::expression::{holds, projected, updated};

type Item = Map<String, Value>;
type Refusal = (&'static str, Value);

/// The rows.
#[derive(Default)]
pub struct Table(BTreeMap<(String, String), Item>);

impl Table {
    /// Those whose partition key begins so, with their types taken off.
    pub fn rows(&self, family: &str) -> Vec<Value> {
        let plain = |item: &Item| {
            let plain = item.iter().map(|(name, value)| {
                let value = value.as_object().and_then(|typed| typed.values().next());
                (name.clone(), value.expect("a typed value").clone())
            });
            Value::Object(plain.collect())
        };
        let found = self.0.iter().filter(|((pk, _), _)| pk.starts_with(family));
        found.map(|(_, item)| plain(item)).collect()
    }

    /// The answer, or the name of the error and what is in it.
    pub fn answer(&mut self, operation: &str, asked: &Value) -> Result<Value, Refusal> {
        if operation == "TransactWriteItems" {
            return self.transact(asked);
        }
        if asked["TableName"] != TABLE {
            return Err(("ResourceNotFoundException", json!({})));
        }
        match operation {
            "GetItem" => {
                assert_eq!(asked["ConsistentRead"], true, "{asked}");
                let item = self.0.get(&key(&asked["Key"])).cloned();
                Ok(item.map_or(json!({}), |item| json!({"Item": projected(item, asked)})))
            }
            "Query" => {
                assert_eq!(asked["ConsistentRead"], true, "{asked}");
                let value = |name: &str| {
                    let value = asked["ExpressionAttributeValues"][name]["S"].as_str();
                    value.unwrap_or_default()
                };
                let is_between = match asked["KeyConditionExpression"].as_str() {
                    Some("pk = :pk") => false,
                    Some("pk = :pk AND sk BETWEEN :from AND :until") => true,
                    other => panic!("the stub does not understand {other:?}"),
                };
                let fits = |sk: &str| value(":from") <= sk && sk <= value(":until");
                let rows = self
                    .0
                    .iter()
                    .filter(|((pk, sk), _)| pk == value(":pk") && (!is_between || fits(sk)));
                let mut items: Vec<_> = rows
                    .map(|(_, item)| projected(item.clone(), asked))
                    .collect();
                if asked["ScanIndexForward"] == false {
                    items.reverse();
                }
                if let Some(limit) = asked["Limit"].as_u64() {
                    // More than a page is for the emulator's suite.
                    items.truncate(usize::try_from(limit).expect("a page"));
                }
                Ok(json!({"Count": items.len(), "Items": items}))
            }
            "DeleteItem" | "PutItem" | "UpdateItem" => {
                let before = self.write(operation, asked)?;
                Ok(match before {
                    Some(item) if asked["ReturnValues"] == "ALL_OLD" => {
                        json!({"Attributes": item})
                    }
                    _ if asked["ReturnValues"] == "ALL_NEW" => {
                        json!({"Attributes": self.0.get(&key(&asked["Key"]))})
                    }
                    _ => json!({}),
                })
            }
            other => panic!("the stub knows no {other}"),
        }
    }

    fn write(&mut self, operation: &str, asked: &Value) -> Result<Option<Item>, Refusal> {
        let key = match operation {
            "PutItem" => key(&asked["Item"]),
            _ => key(&asked["Key"]),
        };
        let before = self.0.get(&key).cloned();
        if !holds(before.as_ref(), asked) {
            let item = match &before {
                Some(item) if asked["ReturnValuesOnConditionCheckFailure"] == "ALL_OLD" => {
                    json!({"Item": item})
                }
                _ => json!({}),
            };
            return Err(("ConditionalCheckFailedException", item));
        }
        match operation {
            "DeleteItem" => drop(self.0.remove(&key)),
            "PutItem" => drop(self.0.insert(key, object(&asked["Item"]))),
            "UpdateItem" => {
                let item = before.clone().unwrap_or_else(|| object(&asked["Key"]));
                self.0.insert(key, updated(item, asked));
            }
            // A condition and no more.
            _ => {}
        }
        Ok(before)
    }

    fn transact(&mut self, asked: &Value) -> Result<Value, Refusal> {
        let before = self.0.clone();
        let mut reasons = Vec::new();
        for member in asked["TransactItems"].as_array().expect("members") {
            let (name, member) = object(member).into_iter().next().expect("one");
            if member["TableName"] != TABLE {
                return Err(("ResourceNotFoundException", json!({})));
            }
            let operation = match name.as_str() {
                "ConditionCheck" => "ConditionCheck",
                "Delete" => "DeleteItem",
                "Put" => "PutItem",
                "Update" => "UpdateItem",
                other => panic!("the stub knows no {other}"),
            };
            reasons.push(match self.write(operation, &member) {
                Ok(_) => json!({"Code": "None"}),
                Err(_) => json!({"Code": "ConditionalCheckFailed"}),
            });
        }
        if reasons.iter().all(|reason| reason["Code"] == "None") {
            return Ok(json!({}));
        }
        self.0 = before;
        Err((
            "TransactionCanceledException",
            json!({"CancellationReasons": reasons}),
        ))
    }
}

fn key(item: &Value) -> (String, String) {
    let part = |name: &str| item[name]["S"].as_str().expect("a key").to_owned();
    (part("pk"), part("sk"))
}

fn object(value: &Value) -> Item {
    value.as_object().expect("an object").clone()
}
