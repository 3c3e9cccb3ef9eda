//! KMS and S3 as a stub on loopback speaks for them: every answer that is documented, and those that no documentation
//! promises. Each becomes exactly one typed failure; what may pass is asked again, what does not is asked once; nothing
//! hangs.
#![allow(
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::panic,
    reason = "what helps a test fails as loudly as the test"
)]

#[path = "kms/bucket.rs"]
mod bucket;
#[path = "kms/deadlines.rs"]
mod deadlines;
#[path = "kms/document.rs"]
mod document;
#[path = "kms/failures.rs"]
mod failures;
#[path = "kms/keys.rs"]
mod keys;
#[path = "kms/opening.rs"]
mod opening;
#[path = "kms/roots.rs"]
mod roots;
#[path = "kms/signing.rs"]
mod signing;
#[path = "kms/stub.rs"]
mod stub;
