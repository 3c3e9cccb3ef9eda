//! How long and how much.

use std::time::Duration;

use browserid::Unreachable;
use tokio::time::Instant;

/// How long and how much.
#[derive(Clone, Copy, Debug)]
pub struct Limits {
    /// Bytes of body; one more is too many.
    pub body: usize,
    /// One question, from the look-up of the name to the last byte of the headers.
    pub headers: Duration,
    /// All questions of one walk together, with their bodies.
    pub whole: Duration,
}

impl Limits {
    /// 64 KiB, 3 s to the end of the headers, 8 s in all.
    pub const STRICT: Self = Self {
        body: 64 * 1024,
        headers: Duration::from_secs(3),
        whole: Duration::from_secs(8),
    };

    /// The same with another time for the whole walk (`HTTP_TIMEOUT`); no host gets more than that.
    pub fn within(whole: Duration) -> Self {
        Self {
            headers: Self::STRICT.headers.min(whole),
            whole,
            ..Self::STRICT
        }
    }
}

/// When one question has to be done with what.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Deadlines {
    /// The headers.
    pub(crate) headers: Instant,
    /// The body.
    pub(crate) whole: Instant,
}

impl Deadlines {
    /// For a question that is asked now, in a walk that has taken `spent_ms` already. An error if nothing is left.
    pub(crate) fn from_now(limits: &Limits, spent_ms: u64) -> Result<Self, Unreachable> {
        let left = limits.whole.saturating_sub(Duration::from_millis(spent_ms));
        if left.is_zero() {
            return Err(Unreachable::Timeout);
        }
        let now = Instant::now();
        Ok(Self {
            headers: now + limits.headers.min(left),
            whole: now + left,
        })
    }
}
