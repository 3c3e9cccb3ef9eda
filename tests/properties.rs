//! What holds for every input, tried on many.

#![allow(
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::panic,
    reason = "a test fails loudly"
)]

#[path = "properties/discovery.rs"]
mod discovery;
#[path = "properties/federation.rs"]
mod federation;
#[path = "properties/mutants.rs"]
mod mutants;
#[path = "properties/policies.rs"]
mod policies;
#[path = "properties/round_trips.rs"]
mod round_trips;
#[path = "properties/signatures.rs"]
mod signatures;
#[path = "properties/signers.rs"]
mod signers;
#[path = "properties/texts.rs"]
mod texts;
#[path = "properties/times.rs"]
mod times;
#[path = "properties/verification.rs"]
mod verification;
