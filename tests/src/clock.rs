//! A clock that stands still until it is told.

use std::sync::atomic::{AtomicU64, Ordering};

use browserid::Timestamp;
use service::ports::Clock;

/// The moment that every test begins at: 2026-11-21T12:00:00Z.
pub const START_MS: u64 = 1_795_262_400_000;

/// Starts at [`START_MS`].
#[derive(Debug)]
pub struct SetClock(AtomicU64);

impl SetClock {
    /// A clock of one's own.
    pub fn new() -> Self {
        Self(AtomicU64::new(START_MS))
    }

    /// Lets time pass.
    pub fn forward(&self, ms: u64) {
        self.0.fetch_add(ms, Ordering::SeqCst);
    }
}

impl Default for SetClock {
    fn default() -> Self {
        Self::new()
    }
}

impl Clock for SetClock {
    fn now(&self) -> Timestamp {
        Timestamp::from_millis(self.0.load(Ordering::SeqCst))
    }

    fn elapsed_us(&self) -> u64 {
        (self.0.load(Ordering::SeqCst) - START_MS) * 1000
    }
}
