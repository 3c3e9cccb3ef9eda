//! Other domains' support documents, fetched over HTTPS from hosts that strangers name.
//!
//! [`Https`] is the port [`SupportDocuments`](service::ports::SupportDocuments) for the real network. What it promises:
//!
//! - It connects only to an address that the [`AddressRule`] allows, and to the very address that was checked: the name
//!   is looked up once. IP literals go the same way.
//! - TLS as the given configuration says; [`strict_tls`] trusts the roots of Mozilla's programme and nothing else,
//!   [`strict_tls_with`] also those that the operator names.
//! - One `GET` a question, HTTP/1.1. Redirects are answers, never followed; no cookies, no proxy, no credentials.
//! - At most [`Limits::body`] bytes of body, 16 KiB and 64 lines of head, [`Limits::hop`] a question and
//!   [`Limits::whole`] a walk of questions.
//! - It never fails: trouble is an [`Answer`](browserid::Answer) too, and says nothing about the network it met.
//!
//! The rule and the TLS configuration are arguments, so that what is permissive (the local product, the tests) is not in
//! this crate and cannot get into a function.

mod address;
mod exchange;
mod https;
mod resolve;
mod tls;

pub use address::{AddressRule, PublicAddresses};
pub use exchange::{MAX_HEAD, MAX_HEADERS, ask_over};
pub use https::{Https, Limits};
pub use tls::{ExtraRoots, NoRoots, strict_tls, strict_tls_with};
