//! The static half of an identity provider: pages, scripts, support document.
//!
//! Whoever puts it somewhere (`selfsame serve`, `selfsame site build`, the function that fills the bucket) takes it from
//! here, so that all of them publish the same: [`own_document()`] makes the document, [`files()`] gives everything.

mod api;
mod embedded;
mod files;
mod own_document;

pub use api::{Api, InvalidApi};
pub use files::{
    DOCUMENT, DOCUMENT_MAX_AGE_S, DOCUMENT_WITH_SLASH, File, PAGES_CACHING, delegation, files,
    media_type, page,
};
pub use own_document::{OwnDocumentError, fallback_document, own_document};
