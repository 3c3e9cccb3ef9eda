//! A pretend internet: host → what it answers. It remembers what was asked.

use std::collections::BTreeMap;
use std::sync::Mutex;

use async_trait::async_trait;
use browserid::{Answer, Question, Unreachable};
use serde_json::Value;
use service::ports::{Fetched, SupportDocuments};

/// What is not in it does not exist.
#[derive(Debug, Default)]
pub struct Network {
    answers: BTreeMap<String, Answer>,
    asked: Mutex<Vec<String>>,
    broken: bool,
}

impl Network {
    /// An empty one.
    pub fn new() -> Self {
        Self::default()
    }

    /// Any question panics: a bug in the middle of a verification.
    pub fn broken() -> Self {
        Self {
            broken: true,
            ..Self::default()
        }
    }

    /// `host` has a document.
    pub fn document(self, host: &str, document: &Value) -> Self {
        let answer = Answer::Response {
            status: 200,
            content_type: Some("application/json".to_owned()),
            body: document.to_string().into_bytes(),
        };
        self.answer(host, answer)
    }

    /// `host` answers with this status and no document.
    pub fn status(self, host: &str, status: u16) -> Self {
        let answer = Answer::Response {
            status,
            content_type: None,
            body: Vec::new(),
        };
        self.answer(host, answer)
    }

    /// `host` cannot be reached.
    pub fn unreachable(self, host: &str, why: Unreachable) -> Self {
        self.answer(host, Answer::Unreachable(why))
    }

    /// `host` answers so.
    pub fn answer(mut self, host: &str, answer: Answer) -> Self {
        self.answers.insert(host.to_owned(), answer);
        self
    }

    /// What was asked so far: `host for principal`.
    pub fn asked(&self) -> Vec<String> {
        self.asked.lock().expect("no poison").clone()
    }
}

#[async_trait]
impl SupportDocuments for Network {
    async fn ask(&self, question: &Question, _: u64) -> Fetched {
        assert!(!self.broken, "a bug");
        let asked = format!("{} for {}", question.host, question.principal);
        self.asked.lock().expect("no poison").push(asked);
        let answer = self.answers.get(question.host.as_str()).cloned();
        answer
            .unwrap_or(Answer::Unreachable(Unreachable::NoSuchHost))
            .into()
    }
}
