//! The test kit.
#![allow(
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::panic,
    clippy::unwrap_used,
    reason = "a test kit fails loudly"
)]

pub mod absent;
pub mod authenticator;
pub mod clock;
pub mod cloud;
pub mod emulator;
pub mod fallback;
pub mod http;
pub mod idp;
pub mod keys;
pub mod lambda;
pub mod mutation;
pub mod network;
pub mod oracle;
pub mod tls;
pub mod tokens;
pub mod verifier;
