//! Other domains' support documents, as this verifier reads them.

use std::sync::Arc;
use std::time::Duration;

use browserid::{DiscoveryRules, Freshness, Heard, Question, Reading, Timestamp};

use crate::ports::SupportDocuments;

/// What other domains say, read by one set of rules.
pub struct Documents {
    bounds: Bounds,
    network: Arc<dyn SupportDocuments>,
    rules: DiscoveryRules,
}

/// How much is kept and how much is asked at once; each is a decision of who wires a verifier up.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Bounds {
    /// Bytes of what is kept.
    pub bytes: usize,
    /// Hosts being asked at once, all together. Beyond that nobody is asked until one has answered.
    pub in_flight: usize,
    /// Questions to one host at once: each principal is a question of its own.
    pub in_flight_per_host: usize,
    /// How long one walk may take, in milliseconds: nobody waits longer, whoever asked first.
    pub walk_ms: u64,
}

impl Bounds {
    /// For a server that many use at once: 64 MiB, 1024 questions, 64 to one host, 8 s.
    pub const SERVER: Self = Self {
        bytes: 64 * 1024 * 1024,
        in_flight: 1024,
        in_flight_per_host: 64,
        walk_ms: 8_000,
    };

    /// For a function, which serves one request at a time, and for commands: 4 MiB, 64 questions, 8 to one host, 8 s.
    pub const SMALL: Self = Self {
        bytes: 4 * 1024 * 1024,
        in_flight: 64,
        in_flight_per_host: 8,
        ..Self::SERVER
    };

    /// The same with another time for a walk.
    pub fn within(self, walk: Duration) -> Self {
        Self {
            walk_ms: u64::try_from(walk.as_millis()).unwrap_or(u64::MAX),
            ..self
        }
    }
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
    /// Asks `network`, reads by `rules`, stays within `bounds`.
    pub fn new(network: Arc<dyn SupportDocuments>, rules: DiscoveryRules, bounds: Bounds) -> Self {
        Self {
            bounds,
            network,
            rules,
        }
    }

    /// Within which bounds it stays.
    pub fn bounds(&self) -> Bounds {
        self.bounds
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
