//! The BrowserID protocol (Mozilla Persona's), pure: no I/O, no clock, no randomness, no logging.
//!
//! An issuer certifies that a key is a person's ([`Profile`]); the holder of the key signs an assertion for one site; the
//! site asks a verifier, who finds the authority for the person's domain ([`Discovery`]) and checks both
//! ([`Verification`]). What needs the outside world is asked for and answered by the caller; what time it is, is an
//! argument. `PROTOCOL` clauses are those of the project's protocol reference; where this differs from the original
//! libraries, `shared/DIVERGENCES.md` says so.
//!
//! # Verifying
//!
//! ```
//! use browserid::*;
//!
//! // What the site sends, and what the domain `my.example` publishes (short keys, so that they fit here).
//! let assertion = Json::from(
//!     "eyJhbGciOiJSUzEyOCJ9.eyJwdWJsaWMta2V5Ijp7Imt0eSI6IlJTQSIsIm4iOiJyVVlvSVRFanowMlpscVZ4TzJ4a1lnUWNwanJ\
//!     GWnc4N2E2UlV3aGdJUTgwNk1WRHpVYVpSTHYtaE5Zc2UyOTh0Rmg1RkI5bWxncVF0bldnNVVoSF9rblhuZTE1aEo4eGRFcUhxdkl\
//!     JVVljNFQxLVMzajd6cGlWaE5ibGxvMzN2eFpIb1M1RnIwcG9lV29OY3NLaHAyUlpRSzh1ZVNxYnByN3hUcGpKSUxvTWsiLCJlIjo\
//!     iQVFBQiJ9LCJwcmluY2lwYWwiOnsiZW1haWwiOiJtZUBteS5leGFtcGxlIn0sImlhdCI6MTc1OTk5OTk5MDAwMCwiZXhwIjoxNzY\
//!     wMDAzNjAwMDAwLCJpc3MiOiJteS5leGFtcGxlIn0.N3Cv6H0l1wrC09GRs1XN01VOiOHQ5KZQz54uAQT9nGe7Es0hutIBozECBsJ\
//!     3WJ6i_iX4NmFn4AlsehB2WXWh7awLRA2fJg_AWFf8jz90irELCCRjKMQ6MegjWh7gbZ699BLTnlRrdCTuwb0Tb-4chBZZbXeZuwp\
//!     23eYvUSKys-Q~eyJhbGciOiJSUzEyOCJ9.eyJleHAiOjE3NjAwMDAxMjAwMDAsImF1ZCI6Imh0dHBzOi8vcnAuZXhhbXBsZSJ9.E\
//!     S0Jw_qCcmmi6eYP301zLN-ZvuZylLn8fba9m3RtbZWQl7GI0U3VeKfLlde5dXG9HH8WnLs9EWO8JBXNuYK8Dp8mMiYlpaPnF6zCu\
//!     R_e4SBf3MaR6B1OTlorLeRrAX4O1ieY2Jmdtdwwzbp2GkthPSGnmK6l1tJ3eZBXbevauVs",
//! );
//! let document = r#"{"public-key":{"kty":"RSA","n":"xFsy5sThClCvEELBJ9Dud62t_QvUVrbBrJinoG__-3QmDKdghLtJpj1FK0aIT7x4SgT50VC8jXPM3oNUkyOT_ekxbu3yvK-0NXRVVDuw9jL9TyEIU3_IIJ8_nUXMr8yD4TaTrkbZnnyNIeZkpBno5thf0k_Sx5CIbISdpOlr3Hk","e":"AQAB"},"authentication":"/sign_in.html","provisioning":"/provision.html"}"#;
//!
//! let policy = Policy {
//!     discovery: DiscoveryRules {
//!         fallback: None,
//!         max_delegations: MAX_DELEGATIONS,
//!         hosts: HostRule::Public,
//!         strict_content_type: false,
//!     },
//!     trusted_issuers: vec![],
//!     strong_keys: false,
//! };
//! let now = Timestamp::from_millis(1_760_000_000_000);
//! let audience = Json::from("https://rp.example");
//! let mut verification = Verification::start(&assertion, &audience, &policy, now);
//! while let Some(question) = verification.question() {
//!     // Here an HTTPS client asks `https://my.example/.well-known/browserid?domain=my.example`.
//!     assert_eq!(question.host.as_str(), "my.example");
//!     verification.answer(Answer::Response {
//!         status: 200,
//!         content_type: Some("application/json".to_owned()),
//!         body: document.into(),
//!     });
//! }
//! match verification.outcome().expect("no question, so an outcome") {
//!     Ok(identity) => assert_eq!(identity.email().map(Email::as_str), Some("me@my.example")),
//!     Err(refusal) => panic!("{}: {refusal}", refusal.code()),
//! }
//!
//! // The same assertion is no good for another site.
//! let mut verification = Verification::start(&assertion, &"https://other.example".into(), &policy, now);
//! # verification.answer(Answer::Response {
//! #     status: 200,
//! #     content_type: Some("application/json".to_owned()),
//! #     body: document.into(),
//! # });
//! # let outcome = verification.outcome();
//! let reason = outcome.and_then(|outcome| outcome.as_ref().err()).map(Refusal::reason);
//! assert_eq!(reason.as_deref(), Some("audience mismatch: domain mismatch"));
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

pub mod assertion;
pub mod audience;
pub mod base64url;
pub mod bundle;
pub mod certificate;
pub mod claims;
pub mod code;
pub mod discovery;
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

pub use code::{Code, Fault};
pub use discovery::{
    Answer, Authority, Discovery, DiscoveryError, DiscoveryRules, Freshness, Heard,
    MAX_DELEGATIONS, Question, Reading, Unreachable,
};
pub use issue::{IssueError, MAX_CERTIFICATE_MS, MIN_CERTIFICATE_MS, PreparedCertificate, Profile};
pub use json::Json;
pub use key::{Algorithm, KeyError, PublicKey, SignatureError};
pub use name::{Domain, Email, HostRule, InvalidDomain, InvalidEmail, InvalidOrigin, Origin};
pub use support::{MAX_KEYS, Path, Support, SupportDocument, SupportDocumentError};
pub use time::Timestamp;
pub use verify::{ExplainedStep, Explanation, Identity, Part, Policy, Refusal, Verification};
