//! The BrowserID protocol (Mozilla Persona's), pure: no I/O, no clock, no randomness, no logging.
//!
//! An issuer certifies that a key is a person's ([`Profile`]); the holder of the key signs an assertion for one site; the
//! site asks a verifier, who finds the authority for the person's domain ([`Discovery`]) and checks both
//! ([`Verification`]). What needs the outside world is asked for and answered by the caller; what time it is, is an
//! argument. `PROTOCOL` clauses are those of the project's protocol reference; where this differs from the original
//! libraries, `shared/DIVERGENCES.md` says so.
//!
//! # Verify it yourself
//!
//! Without a network: the documents are given. A program with an HTTPS client puts it where this one looks into a map.
//!
//! ```
//! use std::collections::{HashMap, HashSet};
//!
//! use browserid::*;
//! # const ASSERTION: &str =
//! #     "eyJhbGciOiJSUzEyOCJ9.eyJwdWJsaWMta2V5Ijp7Imt0eSI6IlJTQSIsIm4iOiJyVVlvSVRFanowMlpscVZ4TzJ4a1lnUWNwanJ\
//! #     GWnc4N2E2UlV3aGdJUTgwNk1WRHpVYVpSTHYtaE5Zc2UyOTh0Rmg1RkI5bWxncVF0bldnNVVoSF9rblhuZTE1aEo4eGRFcUhxdkl\
//! #     JVVljNFQxLVMzajd6cGlWaE5ibGxvMzN2eFpIb1M1RnIwcG9lV29OY3NLaHAyUlpRSzh1ZVNxYnByN3hUcGpKSUxvTWsiLCJlIjo\
//! #     iQVFBQiJ9LCJwcmluY2lwYWwiOnsiZW1haWwiOiJtZUBteS5leGFtcGxlIn0sImlhdCI6MTc1OTk5OTk5MDAwMCwiZXhwIjoxNzY\
//! #     wMDAzNjAwMDAwLCJpc3MiOiJteS5leGFtcGxlIn0.N3Cv6H0l1wrC09GRs1XN01VOiOHQ5KZQz54uAQT9nGe7Es0hutIBozECBsJ\
//! #     3WJ6i_iX4NmFn4AlsehB2WXWh7awLRA2fJg_AWFf8jz90irELCCRjKMQ6MegjWh7gbZ699BLTnlRrdCTuwb0Tb-4chBZZbXeZuwp\
//! #     23eYvUSKys-Q~eyJhbGciOiJSUzEyOCJ9.eyJleHAiOjE3NjAwMDAxMjAwMDAsImF1ZCI6Imh0dHBzOi8vcnAuZXhhbXBsZSJ9.E\
//! #     S0Jw_qCcmmi6eYP301zLN-ZvuZylLn8fba9m3RtbZWQl7GI0U3VeKfLlde5dXG9HH8WnLs9EWO8JBXNuYK8Dp8mMiYlpaPnF6zCu\
//! #     R_e4SBf3MaR6B1OTlorLeRrAX4O1ieY2Jmdtdwwzbp2GkthPSGnmK6l1tJ3eZBXbevauVs";
//! # const DOCUMENT: &str = r#"{"public-key":{"kty":"RSA","n":"xFsy5sThClCvEELBJ9Dud62t_QvUVrbBrJinoG__-3QmDKdghLtJpj1FK0aIT7x4SgT50VC8jXPM3oNUkyOT_ekxbu3yvK-0NXRVVDuw9jL9TyEIU3_IIJ8_nUXMr8yD4TaTrkbZnnyNIeZkpBno5thf0k_Sx5CIbISdpOlr3Hk","e":"AQAB"},"authentication":"/sign_in.html","provisioning":"/provision.html"}"#;
//!
//! // Decisions of whoever runs this. The audience is one of them: never what a request's `Host` says.
//! const SITE: &str = "https://rp.example";
//! let policy = Policy {
//!     discovery: DiscoveryRules {
//!         fallback: None,
//!         max_delegations: MAX_DELEGATIONS,
//!         hosts: HostRule::Public,
//!         strict_content_type: false,
//!     },
//!     federation: None,
//!     trusted_issuers: vec![],
//!     strong_keys: false,
//! };
//!
//! // What domains publish at `https://DOMAIN/.well-known/browserid`.
//! let documents = HashMap::from([("my.example", DOCUMENT)]);
//! let mut used = HashSet::new();
//!
//! let mut sign_in = |assertion: &str, now: Timestamp| -> Result<Email, String> {
//!     let mut verification = Verification::start(&assertion.into(), &SITE.into(), &policy, now);
//!     while let Some(question) = verification.question() {
//!         verification.answer(match documents.get(question.host.as_str()) {
//!             Some(document) => Answer::Response {
//!                 status: 200,
//!                 content_type: Some("application/json".to_owned()),
//!                 body: document.as_bytes().to_vec(),
//!             },
//!             None => Answer::Unreachable(Unreachable::NoSuchHost),
//!         });
//!     }
//!     let outcome = verification.outcome().expect("no question, so an outcome");
//!     let identity = outcome.as_ref().map_err(|refusal| refusal.code().to_string())?;
//!     // `email` is the identity; nothing among the claims is.
//!     let email = identity.email().ok_or("nobody's")?.clone();
//!     // An assertion is good once. Do not remember its text, one signature may be written in two ways; and forget
//!     // what you remember when it is over.
//!     if !used.insert((email.clone(), identity.expires())) {
//!         return Err("used before".to_owned());
//!     }
//!     Ok(email)
//! };
//!
//! let now = Timestamp::from_millis(1_760_000_000_000);
//! assert_eq!(sign_in(ASSERTION, now).unwrap().as_str(), "me@my.example");
//! assert_eq!(sign_in(ASSERTION, now).unwrap_err(), "used before");
//! assert_eq!(sign_in(ASSERTION, now.plus_ms(120_001)).unwrap_err(), "assertion_expired");
//! ```
//!
//! # With a memory of your own
//!
//! Asking a domain takes far longer than checking a signature. A [`Reading`] is an answer that has been read by one set
//! of rules; it is cheap to clone, knows its weight in bytes, and can be heard again. How long it is good for, and when
//! it is better to ask again (after a refusal: keys change), is the caller's business.
//!
//! ```
//! use std::collections::HashMap;
//!
//! use browserid::*;
//! # const ASSERTION: &str =
//! #     "eyJhbGciOiJSUzEyOCJ9.eyJwdWJsaWMta2V5Ijp7Imt0eSI6IlJTQSIsIm4iOiJyVVlvSVRFanowMlpscVZ4TzJ4a1lnUWNwanJ\
//! #     GWnc4N2E2UlV3aGdJUTgwNk1WRHpVYVpSTHYtaE5Zc2UyOTh0Rmg1RkI5bWxncVF0bldnNVVoSF9rblhuZTE1aEo4eGRFcUhxdkl\
//! #     JVVljNFQxLVMzajd6cGlWaE5ibGxvMzN2eFpIb1M1RnIwcG9lV29OY3NLaHAyUlpRSzh1ZVNxYnByN3hUcGpKSUxvTWsiLCJlIjo\
//! #     iQVFBQiJ9LCJwcmluY2lwYWwiOnsiZW1haWwiOiJtZUBteS5leGFtcGxlIn0sImlhdCI6MTc1OTk5OTk5MDAwMCwiZXhwIjoxNzY\
//! #     wMDAzNjAwMDAwLCJpc3MiOiJteS5leGFtcGxlIn0.N3Cv6H0l1wrC09GRs1XN01VOiOHQ5KZQz54uAQT9nGe7Es0hutIBozECBsJ\
//! #     3WJ6i_iX4NmFn4AlsehB2WXWh7awLRA2fJg_AWFf8jz90irELCCRjKMQ6MegjWh7gbZ699BLTnlRrdCTuwb0Tb-4chBZZbXeZuwp\
//! #     23eYvUSKys-Q~eyJhbGciOiJSUzEyOCJ9.eyJleHAiOjE3NjAwMDAxMjAwMDAsImF1ZCI6Imh0dHBzOi8vcnAuZXhhbXBsZSJ9.E\
//! #     S0Jw_qCcmmi6eYP301zLN-ZvuZylLn8fba9m3RtbZWQl7GI0U3VeKfLlde5dXG9HH8WnLs9EWO8JBXNuYK8Dp8mMiYlpaPnF6zCu\
//! #     R_e4SBf3MaR6B1OTlorLeRrAX4O1ieY2Jmdtdwwzbp2GkthPSGnmK6l1tJ3eZBXbevauVs";
//! # const DOCUMENT: &str = r#"{"public-key":{"kty":"RSA","n":"xFsy5sThClCvEELBJ9Dud62t_QvUVrbBrJinoG__-3QmDKdghLtJpj1FK0aIT7x4SgT50VC8jXPM3oNUkyOT_ekxbu3yvK-0NXRVVDuw9jL9TyEIU3_IIJ8_nUXMr8yD4TaTrkbZnnyNIeZkpBno5thf0k_Sx5CIbISdpOlr3Hk","e":"AQAB"},"authentication":"/sign_in.html","provisioning":"/provision.html"}"#;
//! # let rules = DiscoveryRules {
//! #     fallback: None,
//! #     max_delegations: MAX_DELEGATIONS,
//! #     hosts: HostRule::Public,
//! #     strict_content_type: false,
//! # };
//! # let policy = Policy { discovery: rules, federation: None, trusted_issuers: vec![], strong_keys: false };
//! # let mut fetches = 0;
//! # let mut fetch = |_: &Question| {
//! #     fetches += 1;
//! #     let content_type = Some("application/json".to_owned());
//! #     Answer::Response { status: 200, content_type, body: DOCUMENT.into() }
//! # };
//!
//! // By host and principal: a host may say different things of different domains.
//! let mut memory: HashMap<(Domain, Domain), (Reading, Timestamp)> = HashMap::new();
//! const GOOD_FOR_MS: u64 = 60_000;
//!
//! let mut hear = |question: &Question, now: Timestamp| -> Heard {
//!     let place = (question.host.clone(), question.principal.clone());
//!     if let Some((reading, since)) = memory.get(&place) {
//!         let age_ms = now.since_ms(*since);
//!         // A clock that went back makes it old, never young.
//!         if *since <= now && age_ms < GOOD_FOR_MS {
//!             let freshness = Freshness::Kept { age_ms, left_ms: GOOD_FOR_MS - age_ms };
//!             return Heard { clock_offset_ms: None, freshness, reading: reading.clone() };
//!         }
//!     }
//!     let reading = Reading::of(question, fetch(question), &policy.discovery);
//!     memory.insert(place, (reading.clone(), now));
//!     reading.into()
//! };
//!
//! let begin = Timestamp::from_millis(1_760_000_000_000);
//! for now in [begin, begin.plus_ms(59_999), begin.plus_ms(60_000)] {
//!     let site = "https://rp.example".into();
//!     let mut verification = Verification::start(&ASSERTION.into(), &site, &policy, now);
//!     while let Some(question) = verification.question() {
//!         verification.hear(&hear(&question, now));
//!     }
//!     assert!(verification.outcome().is_some_and(Result::is_ok));
//! }
//! assert_eq!(fetches, 2);
//! ```
//!
//! # Issuing
//!
//! ```
//! use browserid::*;
//!
//! let published = r#"{"kty":"RSA","n":"xFsy5sThClCvEELBJ9Dud62t_QvUVrbBrJinoG__-3QmDKdghLtJpj1FK0aIT7x4SgT50VC8jXPM3oNUkyOT_ekxbu3yvK-0NXRVVDuw9jL9TyEIU3_IIJ8_nUXMr8yD4TaTrkbZnnyNIeZkpBno5thf0k_Sx5CIbISdpOlr3Hk","e":"AQAB"}"#;
//! let domain = Domain::parse("my.example", HostRule::Public)?;
//! let profile = Profile::new(domain, PublicKey::from_slice(published.as_bytes())?);
//!
//! // Who is signed in, and the key that their browser made.
//! let email = Email::parse("me@my.example", HostRule::Public)?;
//! let key = PublicKey::from_slice(br#"{"kty":"RSA","n":"d4G1vxcy3MKPvfUQct309iYLloNx77RS70BeGzPM3tULngUve17ASLHgIyS6zr4aTIjctwQsVhrcFwsc1wGngAmAUFNucwDB-cq57HdsS7s04QH11CKYSasEK_6J9mYCoV2cSNdj40-Gsy95QnBmDiarYCHvWQ8waB2d6Tv5EwRPh2QXp8z-huiAM5Br5g52onkcK75q1tuNyFtJBlQPeUZlG1Iy59lj1YmgVz2A0vLVLCWatshlP88o4BP4gQQWQESVKVu6meOz2zOoCijUhkYgOSR60T24M1JJgM4Tvd9d0npkTlb-0gU4-bpsJ8U0iahCmKBT6MULhW2tR5qq9w","e":"AQAB"}"#)?;
//! let now = Timestamp::from_millis(1_760_000_000_000);
//! let prepared = profile.prepare(&email, key, 3_600_000, now)?;
//!
//! // Here the private key's keeper signs `prepared.signing_input()`: PKCS#1 v1.5 with SHA-256.
//! let signature = base64url::decode(
//!     "Ba82n6xrn-gTMoqKgWRlCTTXXLIYeX3SPpyRXz2w3MvxJYHPRcjWn7HGfGA5mHzWcbK445zZwf5VKFqgM4mVAiSc5QuyEA3oAr2M\
//!     m74lERIWDq3vXqcx9-1ZbD78DwN8YUkI-JPUNJOptADZxIN-1cv7tGJloOoiVJ_Wi9JwBMc",
//! )?;
//! let certificate = prepared.complete(&signature)?;
//! assert_eq!(certificate.split('.').count(), 3);
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```
//!
//! # What is stable
//!
//! | | promised | may change in a minor version |
//! |---|---|---|
//! | [`Code`] | names and meanings; none is ever used for something else | there may be more |
//! | [`Refusal::reason`] | the old libraries' sentences, to the letter | sentences of our own |
//! | wire forms | whatever is accepted and published today | nothing |
//! | what is refused | rules stand in the table of divergences | a fault that lets somebody in is mended in a patch |
//! | names in this page and at the root of the crate | as they are | [`ExplainedStep::facts`] may say more |
//! | modules below (`token`, `claims`, `certificate`, `bundle`) | for tools that take things apart | their shapes |
//!
//! Errors and other enums that may grow are `#[non_exhaustive]`. Those that are not ([`HostRule`], [`Answer`],
//! [`SupportDocument`], [`Freshness`]) are complete: one more would be a decision of every caller. For the same reason
//! [`Policy`] and [`DiscoveryRules`] have no default, and a member more is a major version. Rust 1.95 or newer, raised in
//! minor versions only; edition 2024.
//!
//! There are no optional features. RSA is checked by `aws-lc-rs` (C and assembler, so a C compiler builds it), keys of
//! 1023 bits by `rsa`; DSA, and everything else, is safe Rust. Nothing here blocks, allocates without bound, or panics on
//! what strangers send: property tests, fuzzing, and a million changed bundles compared with a second reading of the rules.

pub mod assertion;
pub mod audience;
pub mod base64url;
pub mod bundle;
pub mod certificate;
pub mod claims;
pub mod code;
pub mod discovery;
pub mod federation;
pub mod issue;
pub mod json;
pub mod key;
pub mod name;
pub mod support;
pub mod time;
pub mod token;
pub mod verify;

#[cfg(test)]
mod test_kit;
#[cfg(test)]
mod tests;

pub use code::{Code, Fault};
pub use discovery::{
    Answer, Authority, Discovery, DiscoveryError, DiscoveryRules, Freshness, Heard,
    MAX_DELEGATIONS, Question, Reading, Unreachable,
};
pub use federation::{
    Federation, FederationRefusal, KeyStrength, ListKey, MAX_LIST_BYTES, MAX_LIST_MS,
    MAX_MEMBER_DOMAINS, MAX_MEMBERS, Member, MemberList, MemberListError, PreparedList, Seal,
};
pub use issue::{IssueError, MAX_CERTIFICATE_MS, MIN_CERTIFICATE_MS, PreparedCertificate, Profile};
pub use json::Json;
pub use key::{Algorithm, KeyError, PublicKey, SignatureError};
pub use name::{Domain, Email, HostRule, InvalidDomain, InvalidEmail, InvalidOrigin, Origin};
pub use support::{MAX_KEYS, Path, Support, SupportDocument, SupportDocumentError};
pub use time::Timestamp;
pub use verify::{ExplainedStep, Explanation, Identity, Part, Policy, Refusal, Verification};
