//! A federation on one machine: three identity providers, verifiers as their keepers run them, and a member list.
#![allow(
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::panic,
    dead_code,
    reason = "a test fails by panicking; of the shared helpers each suite uses some"
)]

#[path = "federation/commands.rs"]
mod commands;
#[path = "local/http.rs"]
mod http;
#[path = "federation/lists.rs"]
mod lists;
#[path = "local/program.rs"]
mod program;
#[path = "federation/traffic.rs"]
mod traffic;
#[path = "federation/world.rs"]
mod world;
