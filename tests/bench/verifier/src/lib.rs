//! What the benches of the verifier measure with: keys, bundles, the router over documents in memory, bare signature
//! checks.
#![allow(
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::panic,
    reason = "a bench fails loudly"
)]

mod bare;
mod bundle;
mod case;
mod keys;
mod log;
mod verifier;

pub use bare::Bare;
pub use bundle::{AUDIENCE, Bundle, NOW_MS, Signed, document};
pub use case::{CASES, Case};
pub use keys::Key;
pub use log::to_nowhere;
pub use verifier::{Core, Documents, Still, Whole, answer, is_okay, operation, policy};
