//! Mail through a real SMTP server: what arrives, and every way in which a mail server can fail us. Each becomes exactly one
//! typed failure without the server's words; nothing hangs; nothing is said in plain that belongs behind TLS.
//!
//! Needs `tests/mail/install`; a plain `cargo test` runs none of it (`test = false` in `Cargo.toml`).
#![allow(
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::panic,
    reason = "what helps a test fails as loudly as the test"
)]

#[path = "mail/attacks.rs"]
mod attacks;
#[path = "mail/authentication.rs"]
mod authentication;
#[path = "mail/delivery.rs"]
mod delivery;
#[path = "mail/failures.rs"]
mod failures;
#[path = "mail/security.rs"]
mod security;
#[path = "mail/sink.rs"]
mod sink;
