//! Clients of the emulator, and names that no other test has.

use std::sync::atomic::{AtomicUsize, Ordering};

use aws::SdkConfig;
use tests::emulator::Emulator;

/// Clients as the product makes them, with more patience.
pub fn config() -> SdkConfig {
    Emulator::from_environment().config().clone()
}

/// Where the emulator is.
pub fn endpoint() -> String {
    let config = config();
    let endpoint = config.endpoint_url().expect("the emulator's");
    endpoint.trim_end_matches('/').to_owned()
}

/// The emulator outlives the tests, and they run beside each other.
pub fn unique(name: &str) -> String {
    static NEXT: AtomicUsize = AtomicUsize::new(0);
    let number = NEXT.fetch_add(1, Ordering::SeqCst);
    format!("{name}-{}-{number}", std::process::id())
}
