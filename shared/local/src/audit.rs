//! The account of every signature: what CloudTrail noted against the rows of the table.
//!
//! - `export.rs`: files of one JSON document or many.
//! - `cloudtrail.rs`: the signatures in them; `rows.rs`: the rows in them.
//! - `judgement.rs`: which belong together, and what to say of the rest.
//! - `report.rs`: for people and for programs.

pub mod cloudtrail;
pub mod report;
pub mod rows;

mod export;
mod judgement;

use browserid::Timestamp;

pub use judgement::{Asked, Finding, Judgement};

/// One use of a KMS key, as CloudTrail noted it.
#[derive(Clone, Debug, PartialEq)]
pub struct Signature {
    /// CloudTrail's own name for the note.
    pub event_id: Option<String>,
    /// ARN of the key, or what the caller named it.
    pub key: Option<String>,
    /// ARN of whoever called.
    pub principal: Option<String>,
    /// KMS's name for the call: what the row has too.
    pub request_id: Option<String>,
    /// From where.
    pub source: Option<String>,
    /// When, in whole seconds.
    pub time: Timestamp,
}

/// One certificate, as the sign function wrote it down.
#[derive(Clone, Debug, PartialEq)]
pub struct Row {
    /// Whom it names.
    pub email: String,
    /// Of the certified key.
    pub key_thumbprint: String,
    /// In milliseconds.
    pub lifetime_ms: u64,
    /// KMS's name for the call that signed it.
    pub request_id: Option<String>,
    /// When.
    pub time: Timestamp,
}

/// What files of one kind hold.
pub struct Export<T> {
    /// What was looked for.
    pub entries: Vec<T>,
    /// The last document says that there is more.
    pub is_cut: bool,
    /// From the first to the last moment that anything in it tells of.
    pub span: Option<(Timestamp, Timestamp)>,
}

impl<T> Export<T> {
    /// Nothing yet.
    fn new() -> Self {
        Self {
            entries: Vec::new(),
            is_cut: false,
            span: None,
        }
    }

    /// Something in it is of this moment.
    fn covers(&mut self, time: Timestamp) {
        let (first, last) = self.span.unwrap_or((time, time));
        self.span = Some((first.min(time), last.max(time)));
    }
}
