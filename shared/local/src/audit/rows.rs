//! The audit rows in what DynamoDB gave.

use std::path::{Path, PathBuf};

use browserid::Timestamp;
use serde_json::Value;

use super::export::{documents, unknown};
use super::{Export, Row};
use crate::complaint::Complaint;

/// What the partition keys of audit rows begin with (`shared/dynamodb`).
const FAMILY: &str = "audit#";

/// Reads files of `aws dynamodb query` or `scan`, and items line by line as DynamoDB exports them to S3. Items of other
/// families are passed over.
pub fn read(files: &[PathBuf]) -> Result<Export<Row>, Complaint> {
    let mut export = Export::new();
    for file in files {
        for document in documents(file)? {
            let is_there = |name| document.get(name).is_some_and(|more| !more.is_null());
            export.is_cut = is_there("LastEvaluatedKey") || is_there("NextToken");
            for item in items(&document, file)? {
                let is_row = text(item, "pk").is_some_and(|pk| pk.starts_with(FAMILY));
                if is_row {
                    let row = row(item).ok_or_else(|| {
                        unknown(
                            file,
                            &format!(
                                "has an audit row that cannot be read ({}): use the `selfsame` of the release that wrote it",
                                text(item, "sk").unwrap_or("no sk")
                            ),
                        )
                    })?;
                    export.covers(row.time);
                    export.entries.push(row);
                }
            }
        }
    }
    Ok(export)
}

fn items<'a>(document: &'a Value, file: &Path) -> Result<Vec<&'a Value>, Complaint> {
    if let Some(items) = document.get("Items").and_then(Value::as_array) {
        return Ok(items.iter().collect());
    }
    match document.get("Item") {
        Some(item @ Value::Object(_)) => Ok(vec![item]),
        _ => Err(unknown(
            file,
            "is no export of the table: give the output of `aws dynamodb query` or `aws dynamodb scan`",
        )),
    }
}

fn row(item: &Value) -> Option<Row> {
    let known = |name| text(item, name).map(str::to_owned);
    Some(Row {
        email: known("email")?,
        key_thumbprint: known("key_thumbprint")?,
        lifetime_ms: number(item, "lifetime_ms")?,
        request_id: known("request_id").filter(|id| !id.is_empty()),
        time: Timestamp::from_millis(number(item, "time")?),
    })
}

/// An attribute of type S.
fn text<'a>(item: &'a Value, name: &str) -> Option<&'a str> {
    item.get(name)?.get("S")?.as_str()
}

/// An attribute of type N, which DynamoDB writes as text.
fn number(item: &Value, name: &str) -> Option<u64> {
    item.get(name)?.get("N")?.as_str()?.parse().ok()
}
