use std::sync::Arc;

use crate::{Answer, DiscoveryError, DiscoveryRules, Question, SupportDocument};

use super::walk;

/// An answer that has been read by one set of rules. Cheap to clone, so that it can be kept and used again.
#[derive(Clone, Debug, PartialEq)]
pub struct Reading(Arc<Read>);

#[derive(Debug, PartialEq)]
struct Read {
    question: Question,
    said: Result<SupportDocument, DiscoveryError>,
    status: Option<u16>,
    weight: usize,
}

impl Reading {
    /// Reads what came back for `question`.
    pub fn of(question: &Question, answer: Answer, rules: &DiscoveryRules) -> Self {
        let (status, length) = match &answer {
            Answer::Response { status, body, .. } => (Some(*status), body.len()),
            Answer::Unreachable(_) => (None, 0),
        };
        let said = walk::read(&question.host, answer, rules);
        let keys = match &said {
            Ok(SupportDocument::Supported(support)) => support.keys().count(),
            _ => 0,
        };
        Self(Arc::new(Read {
            said,
            question: question.clone(),
            status,
            weight: OVERHEAD + 2 * length + PREPARED_KEY * keys,
        }))
    }

    /// What was asked.
    pub fn question(&self) -> &Question {
        &self.0.question
    }

    /// The status code, if the host spoke HTTP.
    pub fn status(&self) -> Option<u16> {
        self.0.status
    }

    /// What the host says, or why that is nothing.
    pub fn said(&self) -> &Result<SupportDocument, DiscoveryError> {
        &self.0.said
    }

    /// About how many bytes keeping it takes, never less.
    pub fn weight(&self) -> usize {
        self.0.weight
    }
}

/// What a reading takes beside what grows with the body.
const OVERHEAD: usize = 1024;

/// What aws-lc keeps of a key that has checked a signature, beside twice its text (measured: 20 KB for eight of 2048 bits).
const PREPARED_KEY: usize = 2048;

/// A reading, and where it comes from.
#[derive(Clone, Debug, PartialEq)]
pub struct Heard {
    /// The host's clock minus ours when it answered, in milliseconds, if it said what time it is (to the second).
    pub clock_offset_ms: Option<i64>,
    /// From the network or from memory.
    pub freshness: Freshness,
    /// What was said.
    pub reading: Reading,
}

/// Whether a host was asked for this.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Freshness {
    /// It was asked now.
    Fetched,
    /// It was asked `age_ms` ago; the answer may be used for `left_ms` more.
    Kept {
        /// Since it was asked.
        age_ms: u64,
        /// Until it must be asked again.
        left_ms: u64,
    },
}

impl From<Reading> for Heard {
    /// Asked now, by a host that did not say what time it is.
    fn from(reading: Reading) -> Self {
        Self {
            clock_offset_ms: None,
            freshness: Freshness::Fetched,
            reading,
        }
    }
}
