//! What was done, for people who want to know. Noted cheaply while verifying, put into words only when asked for.

use serde_json::{Map, Value, json};

use crate::{Discovery, Heard, Json, PublicKey};

use super::refusal::Refusal;

/// One step. `name` is stable; `facts` are small and about what was sent and answered only, never the assertion itself.
#[derive(Clone, Debug, PartialEq)]
pub struct ExplainedStep {
    /// What was looked at.
    pub name: &'static str,
    /// How it went. A step that failed has `code` and `reason` among its facts.
    pub okay: bool,
    /// What was seen.
    pub facts: Map<String, Json>,
}

/// The notes.
#[derive(Debug, Default)]
pub(super) struct Journal(Vec<Note>);

#[derive(Debug)]
struct Note {
    facts: Vec<(&'static str, Fact)>,
    name: &'static str,
    okay: bool,
}

#[derive(Debug)]
pub(super) enum Fact {
    Key(PublicKey),
    Nothing,
    Number(u64),
    Text(String),
    Truth(bool),
}

impl Fact {
    pub(super) fn of(text: Option<&str>) -> Self {
        text.map_or(Self::Nothing, |text| Self::Text(text.to_owned()))
    }

    fn to_json(&self) -> Json {
        match self {
            Self::Key(key) => json!({
                "algorithm": key.algorithm().label(),
                "bits": key.bits(),
                "thumbprint": key.thumbprint(),
            }),
            Self::Nothing => Value::Null,
            Self::Number(number) => (*number).into(),
            Self::Text(text) => text.as_str().into(),
            Self::Truth(truth) => (*truth).into(),
        }
    }
}

impl Journal {
    pub(super) fn note(
        &mut self,
        name: &'static str,
        mut facts: Vec<(&'static str, Fact)>,
        refusal: Option<&Refusal>,
    ) {
        if let Some(refusal) = refusal {
            facts.push(("code", Fact::Text(refusal.code().as_str().to_owned())));
            facts.push(("reason", Fact::Text(refusal.reason())));
            if let Refusal::UserKey(error) = refusal {
                facts.push(("detail", Fact::Text(error.to_string())));
            }
        }
        self.0.push(Note {
            facts,
            name,
            okay: refusal.is_none(),
        });
    }

    pub(super) fn steps(&self) -> Vec<ExplainedStep> {
        self.0
            .iter()
            .map(|note| ExplainedStep {
                name: note.name,
                okay: note.okay,
                facts: note
                    .facts
                    .iter()
                    .map(|(name, fact)| ((*name).to_owned(), fact.to_json()))
                    .collect(),
            })
            .collect()
    }
}

/// Answers the question of `discovery` and notes what came of it.
pub(super) fn hop(journal: &mut Journal, discovery: &mut Discovery, heard: &Heard) {
    let host = discovery.question().map(|question| question.host);
    let status = match heard.reading.status() {
        Some(status) => Fact::Number(u64::from(status)),
        None => Fact::Nothing,
    };
    let failed_before = discovery.first_error().is_some();
    discovery.hear(&heard.reading);
    let mut facts = vec![
        ("host", Fact::of(host.as_ref().map(crate::Domain::as_str))),
        ("status", status),
    ];
    let mut okay = true;
    let mut failed = |facts: &mut Vec<_>, error: &crate::DiscoveryError| {
        okay = false;
        facts.push(("code", Fact::Text(error.code().as_str().to_owned())));
        facts.push(("reason", Fact::Text(error.to_string())));
    };
    match (discovery.question(), discovery.outcome()) {
        (Some(next), _) => match discovery.first_error().filter(|_| !failed_before) {
            Some(error) => {
                failed(&mut facts, error);
                facts.push(("fallback", Fact::of(Some(next.host.as_str()))));
            }
            None => facts.push(("delegates_to", Fact::of(Some(next.host.as_str())))),
        },
        (None, Some(Ok(authority))) => {
            let keys = authority.support().keys().count() as u64;
            facts.push(("keys", Fact::Number(keys)));
        }
        (None, Some(Err(error))) => failed(&mut facts, error),
        (None, None) => {}
    }
    journal.0.push(Note {
        facts,
        name: "discovery",
        okay,
    });
}
