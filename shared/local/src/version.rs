//! What `/__version__` says.

use web::verify::Version;

/// This program.
pub const VERSION: Version = Version {
    version: env!("CARGO_PKG_VERSION"),
    commit: "unknown",
    source: "unknown",
};
