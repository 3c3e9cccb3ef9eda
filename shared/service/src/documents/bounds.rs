//! How much may be held, and how much is.

use std::time::Duration;

/// How much is kept and how much is asked at once; each is a decision of who wires a verifier up.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Bounds {
    /// Bytes of what is kept.
    pub bytes: usize,
    /// Questions on their way at once, all together. An eighth of them is left to hosts that had a document before.
    pub in_flight: usize,
    /// Questions on their way at once to one host about others than itself: each principal is a question of its own, and
    /// anyone can invent principals.
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

/// How much is held at the moment.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Load {
    /// Answers kept.
    pub answers: usize,
    /// Bytes they take, never less than they really do.
    pub bytes: usize,
    /// Questions on their way.
    pub in_flight: usize,
}
