//! The log line of each request, written as a process would write it, but to nowhere.

use tracing::subscriber::DefaultGuard;

/// From now on this thread's lines are put into words, one JSON object each, and thrown away, until the guard is dropped.
/// Without this nothing is put into words at all.
pub fn to_nowhere() -> DefaultGuard {
    let lines = tracing_subscriber::fmt()
        .json()
        .with_writer(std::io::sink)
        .finish();
    tracing::subscriber::set_default(lines)
}
