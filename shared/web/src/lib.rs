//! HTTP in, HTTP out: one module a function, each with `router(deps)`. The Lambda functions and the local product mount
//! the same routers.
//!
//! A handler is a few lines between a typed request (`request.rs` and the extractors beside the handlers) and a typed
//! answer; whatever goes wrong becomes a [`problem::Problem`]. Every answer leaves through the envelope, which sets the
//! headers, writes the one log line of the request, and turns a panic into an answer without detail.

pub mod certifier;
pub mod cookie;
pub mod fallback;
pub mod front;
pub mod guard;
pub mod page_headers;
pub mod pages;
pub mod panic;
pub mod problem;
pub mod sign;
pub mod sign_in;
pub mod source;
pub mod verify;

mod addresses;
mod agent;
mod answer;
mod client;
mod cors;
mod envelope;
mod headers;
mod history;
mod media_type;
mod not_me;
mod passkeys;
mod people;
mod recovery;
mod release;
mod request;
mod session;
mod sessions;
mod totp;

pub use envelope::Told;
pub use request::MAX_BODY;
