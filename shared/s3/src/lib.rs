//! Files in a bucket: what deploying publishes.

mod bucket;
mod error;

pub use bucket::Bucket;
pub use error::PutError;
