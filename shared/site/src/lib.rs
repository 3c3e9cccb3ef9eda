//! The static half of an identity provider: pages, scripts, support document.
//!
//! Whoever puts it somewhere (`selfsame serve`, `selfsame site build`, the function that fills the bucket) takes it from
//! here, so that all of them publish the same.

mod own_document;
mod pages;

pub use own_document::own_document;
pub use pages::{content, identity_files, media_type};
