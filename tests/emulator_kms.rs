//! KMS and S3 as an emulator of AWS has them: keys that it makes, signatures that it computes, files that it keeps.
//!
//! `SELFSAME_EMULATOR` says where it is, such as `http://127.0.0.1:4566`. Without it these tests fail; a plain `cargo test`
//! does not run them (`test = false` in `Cargo.toml`), `tests/run` does.
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
