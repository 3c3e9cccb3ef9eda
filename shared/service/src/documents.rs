//! Other domains' support documents, as this verifier reads them.

use std::sync::Arc;

use browserid::{DiscoveryRules, Freshness, Heard, Question, Reading, Timestamp};

use crate::ports::SupportDocuments;

/// What other domains say, read by one set of rules.
pub struct Documents {
    network: Arc<dyn SupportDocuments>,
    rules: DiscoveryRules,
}

/// What is good enough.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Wanted {
    /// What was kept, while it is fresh.
    Fresh,
    /// Something newer than what was kept, because that led to a refusal; if the host may be asked again already.
    Newer,
}

impl Documents {
    /// Asks `network`, and reads by `rules`.
    pub fn new(network: Arc<dyn SupportDocuments>, rules: DiscoveryRules) -> Self {
        Self { network, rules }
    }

    /// By which rules it reads.
    pub fn rules(&self) -> &DiscoveryRules {
        &self.rules
    }

    /// What the host of `question` says at `now`. `spent_ms` is how long the walk that the question belongs to has taken
    /// already.
    pub async fn ask(
        &self,
        question: &Question,
        now: Timestamp,
        spent_ms: u64,
        _wanted: Wanted,
    ) -> Heard {
        let fetched = self.network.ask(question, spent_ms).await;
        let offset = |host: Timestamp| host.as_millis() as i64 - now.as_millis() as i64;
        Heard {
            clock_offset_ms: fetched.host_time.map(offset),
            freshness: Freshness::Fetched,
            reading: Reading::of(question, fetched.answer, &self.rules),
        }
    }
}
