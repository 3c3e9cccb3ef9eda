//! Exported files: one JSON document, or many behind each other (pages, lines).

use std::path::Path;

use serde_json::{Deserializer, Value};

use crate::complaint::Complaint;
use crate::output;

/// A quarter of a gigabyte: a busy account's month. What is longer is to be narrowed down when it is exported.
const LIMIT: usize = 256 * 1024 * 1024;

/// What gzip begins with.
const GZIP: [u8; 2] = [0x1f, 0x8b];

/// The documents of a file. What cannot be read cannot be judged: exit status 2, as distinct from a mismatch.
pub(super) fn documents(file: &Path) -> Result<Vec<Value>, Complaint> {
    let bytes = output::read_file(file, LIMIT).map_err(Complaint::into_usage)?;
    let name = file.display();
    if bytes.starts_with(&GZIP) {
        return Err(Complaint::usage(format!(
            "`{name}` is compressed: give what `gunzip` makes of it, for example `gunzip -c {name} | selfsame audit … -`"
        )));
    }
    // Nothing at all is what an export leaves that failed; one that found nothing says so in JSON.
    if bytes.trim_ascii().is_empty() {
        return Err(Complaint::usage(format!(
            "`{name}` is empty: export it again, and look whether that works"
        )));
    }
    Deserializer::from_slice(&bytes)
        .into_iter()
        .collect::<Result<Vec<Value>, _>>()
        .map_err(|error| {
            Complaint::usage(format!(
                "`{name}` is no JSON ({error}): export it again, with `--output json`"
            ))
        })
}

/// The complaint about a document of another kind.
pub(super) fn unknown(file: &Path, what: &str) -> Complaint {
    Complaint::usage(format!("`{}` {what}", file.display()))
}
