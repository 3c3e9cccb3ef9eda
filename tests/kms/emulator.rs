//! Where the emulator is, and names that no other test has.

use std::sync::atomic::{AtomicUsize, Ordering};

use aws::{SdkConfig, Settings};

/// Its address.
pub fn endpoint() -> String {
    let endpoint = std::env::vars().find(|(name, _)| name == "SELFSAME_EMULATOR");
    let (_, endpoint) = endpoint.expect("SELFSAME_EMULATOR says where the emulator is");
    endpoint.trim_end_matches('/').to_owned()
}

/// Clients as the product makes them.
pub fn config() -> SdkConfig {
    let endpoint = endpoint();
    let settings = Settings::read(|name| match name {
        "AWS_ACCESS_KEY_ID" | "AWS_SECRET_ACCESS_KEY" => Some("test".to_owned()),
        "AWS_ENDPOINT_URL" => Some(endpoint.clone()),
        "AWS_REGION" => Some("us-east-1".to_owned()),
        _ => None,
    });
    settings
        .unwrap_or_else(|faults| panic!("{faults:?}"))
        .sdk_config()
}

/// The emulator outlives the tests, and they run beside each other.
pub fn unique(name: &str) -> String {
    static NEXT: AtomicUsize = AtomicUsize::new(0);
    let number = NEXT.fetch_add(1, Ordering::SeqCst);
    format!("{name}-{}-{number}", std::process::id())
}
