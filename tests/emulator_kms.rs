//! KMS and S3 as an emulator of AWS has them: keys that it makes, signatures that it computes, files that it keeps.
//!
//! Started by `tests/aws/emulator cargo test -p tests --test emulator_kms`; without an emulator every test fails, and a plain
//! `cargo test` runs none (`test = false` in `Cargo.toml`).
#![allow(
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::panic,
    reason = "what helps a test fails as loudly as the test"
)]

#[path = "kms/emulator.rs"]
mod emulator;
#[path = "kms/emulator_bucket.rs"]
mod emulator_bucket;
#[path = "kms/emulator_keys.rs"]
mod emulator_keys;
