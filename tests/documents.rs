//! What other domains say, kept: for how long, asked how often, within which bounds, and what an attacker gets out of it.
//! Time is an argument or tokio's paused clock; nothing here waits.
#![allow(
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::panic,
    reason = "what helps a test fails as loudly as the test"
)]

#[path = "documents/bounds.rs"]
mod bounds;
#[path = "documents/flights.rs"]
mod flights;
#[path = "documents/freshness.rs"]
mod freshness;
#[path = "documents/model.rs"]
mod model;
#[path = "documents/second_look.rs"]
mod second_look;
#[path = "documents/strangers.rs"]
mod strangers;
#[path = "documents/weight.rs"]
mod weight;
