//! Other domains' support documents, fetched over HTTPS from hosts that strangers name.
//!
//! [`Https`] is the port [`SupportDocuments`](service::ports::SupportDocuments) for the real network. What it promises:
//!
//! - It connects only to an address that the [`AddressRule`] allows, and to the very address that was checked: a name is
//!   looked up once for each connection. IP literals go the same way. At most four addresses of a name are tried.
//! - TLS 1.2 or 1.3 as the given configuration says; [`strict_tls`] trusts the roots of Mozilla's programme and nothing
//!   else, [`strict_tls_with`] also those that the operator names. No renegotiation, no session taken up again.
//! - One `GET` a question, HTTP/1.1. Redirects are answers, never followed; no cookies, no proxy, no credentials; an encoded
//!   body is not read.
//! - At most [`Limits::body`] bytes of body, 16 KiB and 64 lines of head, and twice both together of everything that is sent
//!   in answer to one question. [`Limits::headers`] from the look-up to the end of the headers, [`Limits::whole`] for all
//!   questions of a walk with their bodies.
//! - A connection may serve further questions to the same host for [`MAX_AGE`], at most [`MAX_IDLE`] wait at a time; at most
//!   [`MAX_LOOK_UPS`] names are looked up at a time.
//! - [`HttpsList`] reads a federation's member list by the same rules, from the one URL that the operator named.
//! - It never fails: trouble is an [`Answer`](browserid::Answer) too, and says nothing about the network it met.
//!
//! The rule and the TLS configuration are arguments, so that what is permissive (the local product, the tests) is not in
//! this crate and cannot get into a function.
//!
//! # Verify it yourself
//!
//! All of a verifier: this network, a clock, a policy, and what [`Verify`](service::verify::Verify) keeps of what domains
//! said. Make one when the program starts and share it: it is what has the memory and the connections.
//!
//! ```
//! use std::sync::Arc;
//! use std::time::{Instant, SystemTime, UNIX_EPOCH};
//!
//! use browserid::{DiscoveryRules, HostRule, MAX_DELEGATIONS, Policy, Timestamp};
//! use fetch::{Https, Limits, PublicAddresses, strict_tls};
//! use serde_json::json;
//! use service::documents::Bounds;
//! use service::ports::{Clock, SupportDocuments};
//! use service::verify::{Trusted, Verify};
//!
//! struct SystemClock(Instant);
//!
//! impl Clock for SystemClock {
//!     fn now(&self) -> Timestamp {
//!         let since = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
//!         Timestamp::from_millis(since.as_millis() as u64)
//!     }
//!
//!     fn elapsed_us(&self) -> u64 {
//!         self.0.elapsed().as_micros() as u64
//!     }
//! }
//!
//! fn verifier(network: Arc<dyn SupportDocuments>) -> Verify {
//!     let policy = Policy {
//!         discovery: DiscoveryRules {
//!             fallback: None,
//!             hosts: HostRule::Public,
//!             max_delegations: MAX_DELEGATIONS,
//!             strict_content_type: false,
//!         },
//!         strong_keys: true,
//!         federation: None,
//!         trusted_issuers: Vec::new(),
//!     };
//!     Verify::new(Arc::new(SystemClock(Instant::now())), network, policy, Bounds::SERVER)
//! }
//!
//! /// The address that `assertion` proves. The audience is the site's origin from its own configuration: who sends the
//! /// assertion also writes the request's `Host`.
//! async fn sign_in(verifier: &Verify, assertion: &str) -> Result<String, String> {
//!     let verified = verifier.run(&json!(assertion), &json!("https://rp.example"), Trusted::ByPolicy).await;
//!     match verified.outcome {
//!         Ok(identity) => identity.email().map(|email| email.as_str().to_owned()).ok_or("no address".to_owned()),
//!         Err(refusal) => Err(refusal.code().as_str().to_owned()),
//!     }
//! }
//!
//! # struct NoNames;
//! # #[async_trait::async_trait]
//! # impl fetch::Resolver for NoNames {
//! #     async fn resolve(&self, host: &str, port: u16) -> Result<Vec<std::net::SocketAddr>, browserid::Unreachable> {
//! #         assert_eq!((host, port), ("idp.example", 443));
//! #         Ok(Vec::new())
//! #     }
//! # }
//! # #[tokio::main(flavor = "current_thread")]
//! # async fn main() {
//! let https = Https::new(Arc::new(PublicAddresses), strict_tls(), Limits::STRICT);
//! # let https = https.with_resolver(Arc::new(NoNames));
//! let verifier = verifier(Arc::new(https));
//!
//! // What is no assertion is refused before anybody is asked.
//! let refused = sign_in(&verifier, "not an assertion").await;
//! assert_eq!(refused, Err("bundle_malformed".to_owned()));
//!
//! // For this one `idp.example` is asked. No such host exists: nobody speaks for its people.
//! let assertion = include_str!("../example.assertion").trim();
//! let refused = sign_in(&verifier, assertion).await;
//! assert_eq!(refused, Err("domain_unknown".to_owned()));
//! # }
//! ```
//!
//! Without a network, implement [`SupportDocuments`](service::ports::SupportDocuments) over documents that you have; without
//! a runtime, drive `browserid::Verification` yourself: its documentation has an example.
//!
//! # What is stable
//!
//! Nothing is published yet, the version is 0.1. What is meant to stay: [`Https::new`] with [`PublicAddresses`],
//! [`strict_tls`] and [`Limits::STRICT`], the traits [`AddressRule`] and [`Resolver`], and the names of fields. A limit that
//! gets smaller, an address range that is refused in addition, or a root that Mozilla no longer trusts is not a breaking
//! change here: treat an answer that does not come as something that can happen any time. [`Limits`] may get another field
//! (start from [`Limits::STRICT`]); what happens inside one fetch (order of addresses, reuse of connections) is nobody's
//! contract. `rustls::ClientConfig` is part of the interface: a new major version of rustls is one of this crate.

mod address;
mod connection;
mod exchange;
mod freshness;
mod https;
mod idle;
mod limits;
mod list;
mod look_ups;
mod metered;
mod resolve;
mod tls;

pub use address::{AddressRule, PublicAddresses};
pub use connection::{MAX_HEAD, MAX_HEADERS};
pub use exchange::ask_over;
pub use https::Https;
pub use idle::{MAX_AGE, MAX_IDLE};
pub use limits::Limits;
pub use list::{HttpsList, InvalidListUrl};
pub use look_ups::MAX_LOOK_UPS;
pub use resolve::{Resolver, SystemResolver};
pub use tls::{ExtraRoots, NoRoots, strict_tls, strict_tls_with};
