//! The clock and the randomness of a function.

use std::sync::OnceLock;
use std::time::{Instant, SystemTime, UNIX_EPOCH};

use browserid::Timestamp;
use rand_core::{OsRng, RngCore};
use service::ports::{Clock, PortError, Random};

/// The time of the machine.
#[derive(Clone, Copy, Debug)]
pub struct SystemClock;

/// Where measuring counts from.
static FIRST_MEASURED: OnceLock<Instant> = OnceLock::new();

impl Clock for SystemClock {
    #[expect(clippy::disallowed_methods, reason = "this is the Clock adapter")]
    fn now(&self) -> Timestamp {
        // A machine before 1970 issues nothing and believes nothing.
        let since = SystemTime::now()
            .duration_since(UNIX_EPOCH)
            .unwrap_or_default();
        Timestamp::from_millis(u64::try_from(since.as_millis()).unwrap_or(u64::MAX))
    }

    fn elapsed_us(&self) -> u64 {
        #[expect(clippy::disallowed_methods, reason = "this is the Clock adapter")]
        let now = Instant::now();
        let since = now.saturating_duration_since(*FIRST_MEASURED.get_or_init(|| now));
        u64::try_from(since.as_micros()).unwrap_or(u64::MAX)
    }
}

/// The random source of the kernel.
#[derive(Clone, Copy, Debug)]
pub struct KernelRandom;

impl Random for KernelRandom {
    fn fill(&self, bytes: &mut [u8]) -> Result<(), PortError> {
        OsRng.try_fill_bytes(bytes).map_err(|error| {
            PortError::new("reading the kernel's random source", error.to_string())
        })
    }
}
