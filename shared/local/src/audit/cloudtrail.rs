//! The signatures in what CloudTrail noted.

use std::path::{Path, PathBuf};

use serde_json::Value;

use super::export::{documents, unknown};
use super::{Export, Signature};
use crate::complaint::Complaint;
use crate::utc;

/// Reads files of `aws cloudtrail lookup-events`, log files of a trail, or single records; only signatures with one of
/// `keys` (ARN or id; any key, if there is none) are kept.
pub fn read(files: &[PathBuf], keys: &[String]) -> Result<Export<Signature>, Complaint> {
    let mut export = Export::new();
    for file in files {
        for document in documents(file)? {
            export.is_cut = document
                .get("NextToken")
                .is_some_and(|token| !token.is_null());
            for record in records(document, file)? {
                let signature = note(&record, &mut export, file)?;
                export.entries.extend(
                    signature.filter(|_| {
                        keys.is_empty() || keys.iter().any(|key| is_with(&record, key))
                    }),
                );
            }
        }
    }
    Ok(export)
}

/// The records of a document, whichever of its forms it has.
fn records(document: Value, file: &Path) -> Result<Vec<Value>, Complaint> {
    let no_export = || {
        unknown(
            file,
            "is no export of CloudTrail: give the output of `aws cloudtrail lookup-events`, or log files of a trail",
        )
    };
    match document {
        Value::Array(elements) => {
            let records = elements.into_iter().map(|element| records(element, file));
            Ok(records.collect::<Result<Vec<_>, _>>()?.concat())
        }
        Value::String(text) => match serde_json::from_str(&text) {
            Ok(record @ Value::Object(_)) => records(record, file),
            _ => Err(no_export()),
        },
        Value::Object(mut members) => {
            if let Some(Value::Array(events)) = members.remove("Events") {
                let records = events.into_iter().map(|mut event| {
                    match event.get_mut("CloudTrailEvent").map(Value::take) {
                        Some(text @ Value::String(_)) => records(text, file),
                        _ => Err(no_export()),
                    }
                });
                return Ok(records.collect::<Result<Vec<_>, _>>()?.concat());
            }
            match members.remove("Records") {
                Some(Value::Array(records)) => Ok(records),
                None if members.contains_key("eventSource") => Ok(vec![Value::Object(members)]),
                _ => Err(no_export()),
            }
        }
        _ => Err(no_export()),
    }
}

/// The signature that a record tells of, if it does. Every record shows how far the export goes.
fn note(
    record: &Value,
    export: &mut Export<Signature>,
    file: &Path,
) -> Result<Option<Signature>, Complaint> {
    let Some(time) = text(record, "/eventTime").and_then(utc::parse) else {
        return Err(unknown(
            file,
            "has a record without the time of its event: export it again",
        ));
    };
    export.covers(time);
    // A call that failed signed nothing; neither did a dry run, which is an error too.
    let is_signature = text(record, "/eventSource") == Some("kms.amazonaws.com")
        && text(record, "/eventName") == Some("Sign")
        && record.get("errorCode").is_none_or(Value::is_null);
    let known = |text: Option<&str>| text.map(str::to_owned);
    Ok(is_signature.then(|| Signature {
        event_id: known(text(record, "/eventID")),
        key: known(names_of_key(record).next()),
        principal: known(
            text(record, "/userIdentity/arn").or(text(record, "/userIdentity/invokedBy")),
        ),
        request_id: known(text(record, "/requestID")),
        source: known(text(record, "/sourceIPAddress")),
        time,
    }))
}

fn text<'a>(record: &'a Value, pointer: &str) -> Option<&'a str> {
    record.pointer(pointer)?.as_str()
}

/// The ARN, where it is known, and what the caller named.
fn names_of_key(record: &Value) -> impl Iterator<Item = &str> {
    let resources = record.get("resources").and_then(Value::as_array);
    let arns = resources
        .into_iter()
        .flatten()
        .filter_map(|resource| text(resource, "/ARN"));
    arns.chain(text(record, "/requestParameters/keyId"))
}

/// Was it made with this key? The key's ARN ends with its id.
fn is_with(record: &Value, key: &str) -> bool {
    let id = |name: &str| {
        name.rsplit_once(":key/")
            .map_or(name, |(_, id)| id)
            .to_owned()
    };
    names_of_key(record).any(|name| {
        // Two ARNs are compared whole: the same id in another region or account is another key.
        if name.starts_with("arn:") && key.starts_with("arn:") {
            name == key
        } else {
            id(name) == id(key)
        }
    })
}
