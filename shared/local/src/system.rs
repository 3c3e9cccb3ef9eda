//! What the operating system gives: the time, chance, and files and folders that only their owner can read.

pub mod private_file;
pub mod private_folder;

use std::sync::OnceLock;
use std::time::{Instant, SystemTime, UNIX_EPOCH};

use browserid::Timestamp;
use rand_core::{OsRng, RngCore};
use service::ports::{Clock, PortError, Random};

/// The wall clock.
#[derive(Clone, Copy, Debug)]
pub struct SystemClock;

/// Where measuring counts from.
static FIRST_MEASURED: OnceLock<Instant> = OnceLock::new();

impl Clock for SystemClock {
    fn now(&self) -> Timestamp {
        #[expect(clippy::disallowed_methods, reason = "this is the clock's adapter")]
        let now = SystemTime::now();
        // A clock before 1970 reads 1970: every certificate and session is over or not yet, none lives.
        let since_1970 = now.duration_since(UNIX_EPOCH).unwrap_or_default();
        Timestamp::from_millis(u64::try_from(since_1970.as_millis()).unwrap_or(u64::MAX))
    }

    fn elapsed_us(&self) -> u64 {
        #[expect(clippy::disallowed_methods, reason = "this is the clock's adapter")]
        let now = Instant::now();
        let since = now.saturating_duration_since(*FIRST_MEASURED.get_or_init(|| now));
        u64::try_from(since.as_micros()).unwrap_or(u64::MAX)
    }
}

/// The kernel's random source.
#[derive(Clone, Copy, Debug)]
pub struct SystemRandom;

impl Random for SystemRandom {
    fn fill(&self, bytes: &mut [u8]) -> Result<(), PortError> {
        OsRng
            .try_fill_bytes(bytes)
            .map_err(|error| PortError::new("asking the system for random bytes", error))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn clock_counts_milliseconds_since_1970() {
        let written_in_2026 = Timestamp::from_millis(1_767_225_600_000);
        let year_2100 = Timestamp::from_millis(4_102_444_800_000);
        let now = SystemClock.now();
        assert!(written_in_2026 < now && now < year_2100, "{now:?}");
    }

    #[test]
    fn measured_time_never_goes_back() {
        let mut before = SystemClock.elapsed_us();
        for _ in 0..1000 {
            let now = SystemClock.elapsed_us();
            assert!(before <= now);
            before = now;
        }
    }

    #[test]
    fn random_bytes_differ_each_time() {
        let [mut one, mut other] = [[0; 32]; 2];
        SystemRandom
            .fill(&mut one)
            .expect("the kernel has a source");
        SystemRandom
            .fill(&mut other)
            .expect("the kernel has a source");
        assert_ne!(one, other);
        assert_ne!(one, [0; 32]);
    }
}
