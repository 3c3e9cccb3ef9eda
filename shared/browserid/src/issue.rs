use crate::{Domain, Email, PublicKey, Timestamp};
pub const MAX_CERTIFICATE_MS: u64 = 24 * 60 * 60 * 1000;
pub const MIN_CERTIFICATE_MS: u64 = 60 * 1000;
/// What an issuer certifies: made once from the configuration.
#[derive(Clone, Debug)]
pub struct Profile { issuer: Domain, issuer_key: PublicKey }
impl Profile {
    pub fn new(issuer: Domain, issuer_key: PublicKey) -> Self { Self { issuer, issuer_key } }
    pub fn issuer(&self) -> &Domain { &self.issuer }
    pub fn issuer_key(&self) -> &PublicKey { &self.issuer_key }
    /// Checks everything that can be refused; what comes back may be signed once.
    /// `lifetime_ms` is cut to 24 h; under 60 s is refused. `iat` = now - 10 s, `exp` = now + lifetime.
    pub fn prepare(&self, email: &Email, key: PublicKey, lifetime_ms: u64, now: Timestamp) -> Result<PreparedCertificate, IssueError> { todo!() }
}
/// Not Clone: signed at most once.
#[derive(Debug)]
pub struct PreparedCertificate { signing_input: String, issuer_key: PublicKey, expires: Timestamp }
impl PreparedCertificate {
    pub fn signing_input(&self) -> &str { &self.signing_input }
    pub fn expires(&self) -> Timestamp { self.expires }
    /// Accepts the signature only if the published key confirms it; gives the certificate.
    pub fn complete(self, signature: &[u8]) -> Result<String, IssueError> { todo!() }
}
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum IssueError { KeyTooWeak { bits: usize }, KeyTooLarge { bits: usize }, KeyIsIssuers, KeyKind, LifetimeTooShort { asked_ms: u64 }, SignatureRefused }
