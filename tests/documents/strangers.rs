//! Strangers on a pretend network: what they answer can change, they can be slow, hang, or meet a bug of ours.

use std::collections::HashMap;
use std::sync::{Arc, Mutex};

use async_trait::async_trait;
use browserid::{
    Answer, DiscoveryRules, Domain, Freshness, Heard, HostRule, Question, Timestamp, Unreachable,
};
use serde_json::Value;
use service::documents::{Bounds, Documents, Wanted};
use service::ports::{Fetched, Keep, SupportDocuments};
use tests::clock::START_MS;
use tokio::sync::Semaphore;
use tokio::task::yield_now;

/// The moment that every test begins at.
pub const NOW: Timestamp = Timestamp::from_millis(START_MS);

/// What is asked of a stranger that was not told anything: there is no such host.
#[derive(Default)]
pub struct Strangers(Mutex<State>);

#[derive(Default)]
struct State {
    answers: HashMap<String, Fetched>,
    asked: Vec<String>,
    manners: HashMap<String, Manner>,
}

/// How a stranger answers.
#[derive(Clone)]
pub enum Manner {
    /// The question meets a bug of ours.
    Breaks,
    /// When the gate is opened.
    Waits(Gate),
    /// When the gate is opened, the question meets a bug of ours.
    WaitsAndBreaks(Gate),
}

/// Closed at first.
#[derive(Clone)]
pub struct Gate(Arc<Semaphore>);

impl Gate {
    pub fn new() -> Self {
        Self(Arc::new(Semaphore::new(0)))
    }

    /// For good, for everyone who waits and who comes later.
    pub fn open(&self) {
        self.0.close();
    }

    async fn pass(&self) {
        let opened = self.0.acquire().await;
        assert!(opened.is_err(), "it has no places, it opens");
    }
}

/// Lets the others go on until it is so.
pub async fn until(mut is_so: impl FnMut() -> bool) {
    for _ in 0..10_000 {
        if is_so() {
            return;
        }
        yield_now().await;
    }
    panic!("it does not become so");
}

impl Strangers {
    pub fn new() -> Arc<Self> {
        Arc::default()
    }

    /// `host` answers with this document from now on, to be kept so.
    pub fn says(&self, host: &str, document: &Value, keep: Keep) {
        let answer = Answer::Response {
            status: 200,
            content_type: Some("application/json".to_owned()),
            body: document.to_string().into_bytes(),
        };
        self.answers(host, answer, keep);
    }

    /// `host` answers so from now on, to be kept so.
    pub fn answers(&self, host: &str, answer: Answer, keep: Keep) {
        let fetched = Fetched {
            keep,
            ..Fetched::from(answer)
        };
        self.0
            .lock()
            .expect("no poison")
            .answers
            .insert(host.to_owned(), fetched);
    }

    /// `host` says that it is this late.
    pub fn shows_time(&self, host: &str, time: Timestamp) {
        let mut state = self.0.lock().expect("no poison");
        let fetched = state.answers.get_mut(host).expect("an answer");
        fetched.host_time = Some(time);
    }

    /// `host` behaves so from now on.
    pub fn behaves(&self, host: &str, manner: Manner) {
        let mut state = self.0.lock().expect("no poison");
        state.manners.insert(host.to_owned(), manner);
    }

    /// `host` behaves again.
    pub fn recovers(&self, host: &str) {
        self.0.lock().expect("no poison").manners.remove(host);
    }

    /// Who was asked since the last time this was called: `host for principal`.
    pub fn asked(&self) -> Vec<String> {
        std::mem::take(&mut self.0.lock().expect("no poison").asked)
    }
}

#[async_trait]
impl SupportDocuments for Strangers {
    async fn ask(&self, question: &Question, _: u64) -> Fetched {
        let host = question.host.as_str();
        let manner = {
            let mut state = self.0.lock().expect("no poison");
            state
                .asked
                .push(format!("{host} for {}", question.principal));
            state.manners.get(host).cloned()
        };
        let breaks = matches!(manner, Some(Manner::Breaks | Manner::WaitsAndBreaks(_)));
        match manner {
            Some(Manner::Waits(gate) | Manner::WaitsAndBreaks(gate)) => gate.pass().await,
            Some(Manner::Breaks) | None => {}
        }
        assert!(!breaks, "a bug in the network port");
        let state = self.0.lock().expect("no poison");
        let answer = state.answers.get(host).cloned();
        answer.unwrap_or_else(|| Answer::Unreachable(Unreachable::NoSuchHost).into())
    }
}

pub fn domain(text: &str) -> Domain {
    Domain::parse(text, HostRule::Public).expect("a domain")
}

/// `host` about itself.
pub fn question(host: &str) -> Question {
    about(host, host)
}

/// `host` about `principal`.
pub fn about(host: &str, principal: &str) -> Question {
    Question {
        host: domain(host),
        principal: domain(principal),
    }
}

pub fn rules() -> DiscoveryRules {
    DiscoveryRules {
        fallback: None,
        hosts: HostRule::Public,
        max_delegations: browserid::MAX_DELEGATIONS,
        strict_content_type: false,
    }
}

pub fn documents(strangers: &Arc<Strangers>, bounds: Bounds) -> Arc<Documents> {
    Arc::new(Documents::new(Arc::clone(strangers) as _, rules(), bounds))
}

/// What is said at `now`, at the beginning of a walk.
pub async fn ask(documents: &Documents, question: &Question, now: Timestamp) -> Heard {
    documents.ask(question, now, 0, Wanted::Fresh).await
}

/// Kept `age_ms` ago.
pub fn is_kept_since(heard: &Heard, age: u64) -> bool {
    matches!(heard.freshness, Freshness::Kept { age_ms, .. } if age_ms == age)
}

pub fn is_fetched(heard: &Heard) -> bool {
    heard.freshness == Freshness::Fetched
}

/// The document that delegates to `name`.
pub fn delegation(name: &str) -> Value {
    serde_json::json!({ "authority": name })
}

/// Whom the document that was heard delegates to.
pub fn authority(heard: &Heard) -> Option<String> {
    match heard.reading.said() {
        Ok(browserid::SupportDocument::Delegated { authority }) => Some(authority.to_string()),
        _ => None,
    }
}

/// The code of the failure that was heard.
pub fn failure(heard: &Heard) -> Option<&'static str> {
    let error = heard.reading.said().as_ref().err()?;
    Some(error.code().as_str())
}
