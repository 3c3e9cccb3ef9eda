//! How long a call may take, and how often it is tried.

use std::time::Duration;

use aws_smithy_types::{retry::RetryConfig, timeout::TimeoutConfig};

/// The first of one try and two retries waits up to this long before the second, at random; the next one twice as long.
/// The SDK's own second would use up the four that a call has.
const BACKOFF: Duration = Duration::from_millis(100);

/// One try and two retries.
const ATTEMPTS: u32 = 3;

/// How long a call to AWS may take.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Deadlines {
    /// Until one attempt is answered to the last byte.
    pub attempt: Duration,
    /// Until there is a connection, TLS included.
    pub connect: Duration,
    /// Until the whole call has its outcome: all attempts, and the pauses between them.
    pub operation: Duration,
}

impl Deadlines {
    /// What the product uses: below the patience of every front, and the caller is told to come back.
    pub const PRODUCT: Self = Self {
        attempt: Duration::from_secs(2),
        connect: Duration::from_secs(1),
        operation: Duration::from_secs(4),
    };

    pub(crate) fn timeouts(self) -> TimeoutConfig {
        TimeoutConfig::builder()
            .connect_timeout(self.connect)
            .operation_attempt_timeout(self.attempt)
            .operation_timeout(self.operation)
            .build()
    }
}

/// Only what may pass is tried again (throttling, failures of the service, connections); the pauses are random, so that
/// those who were throttled together do not come back together.
pub(crate) fn retries() -> RetryConfig {
    RetryConfig::standard()
        .with_initial_backoff(BACKOFF)
        .with_max_attempts(ATTEMPTS)
        .with_max_backoff(BACKOFF * 4)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_call_waits_one_second_to_connect_two_for_an_attempt_and_four_in_all() {
        let timeouts = Deadlines::PRODUCT.timeouts();
        assert_eq!(timeouts.connect_timeout(), Some(Duration::from_secs(1)));
        assert_eq!(
            timeouts.operation_attempt_timeout(),
            Some(Duration::from_secs(2))
        );
        assert_eq!(timeouts.operation_timeout(), Some(Duration::from_secs(4)));
    }

    #[test]
    fn a_call_is_retried_twice_with_random_pauses_that_fit_into_its_time() {
        let retries = retries();
        assert_eq!(retries.max_attempts(), 3);
        assert_eq!(retries.initial_backoff(), Duration::from_millis(100));
        assert_eq!(retries.max_backoff(), Duration::from_millis(400));
        assert!(!retries.use_static_exponential_base());
    }
}
