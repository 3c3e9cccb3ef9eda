//! The BrowserID protocol, pure: no I/O, no clock, no randomness.

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
    Answer, Authority, Discovery, DiscoveryError, DiscoveryRules, MAX_DELEGATIONS, Question,
    Unreachable,
};
pub use issue::{IssueError, MAX_CERTIFICATE_MS, MIN_CERTIFICATE_MS, PreparedCertificate, Profile};
pub use json::Json;
pub use key::{Algorithm, KeyError, PublicKey, SignatureError};
pub use name::{Domain, Email, HostRule, InvalidDomain, InvalidEmail, InvalidOrigin, Origin};
pub use support::{Path, Support, SupportDocument, SupportDocumentError};
pub use time::Timestamp;
pub use verify::{ExplainedStep, Identity, Part, Policy, Refusal, Verification};
