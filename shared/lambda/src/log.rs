//! The log: one JSON object a line on standard output, which CloudWatch keeps with a time of its own.

use std::panic;

use tracing::Level;

/// Starts it. Panics are logged by their place alone: their message may repeat what a caller sent.
pub(crate) fn start() {
    tracing_subscriber::fmt()
        .json()
        .flatten_event(true)
        .with_current_span(true)
        .with_max_level(Level::INFO)
        .with_span_list(false)
        .with_target(false)
        .without_time()
        .init();
    panic::set_hook(Box::new(|panic| {
        let place = panic.location().map(ToString::to_string);
        tracing::error!(place, "panicked");
    }));
}
