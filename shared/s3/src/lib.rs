//! Files in a bucket: what deploying publishes, and what the panic switch writes into the support document.

mod bucket;
mod document;
mod error;
mod not_before;

pub use bucket::{Bucket, Stored};
pub use document::{DOCUMENT_KEYS, Document};
pub use error::BucketError;
