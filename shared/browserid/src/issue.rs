//! Issuing certificates: check everything, sign once, check the signature (PROTOCOL §3.2, §8).

use core::fmt;

use crate::{Domain, Email, PublicKey, Timestamp, base64url};

/// Longest life of a certificate, in milliseconds: 24 hours from `iat`, to the millisecond of the wish; the ten seconds
/// of [`BACKDATING_MS`] come on top and lie within the tolerance of every verifier that caps.
pub const MAX_CERTIFICATE_MS: u64 = 24 * 60 * 60 * 1000;

/// Shortest life of a certificate, in milliseconds.
pub const MIN_CERTIFICATE_MS: u64 = 60 * 1000;

/// How far `iat` is set back: the most frequent failure of the old verifiers was a clock a moment behind (PROTOCOL V16).
pub const BACKDATING_MS: u64 = 10 * 1000;

/// Fewest bits of an RSA key that is certified: the old libraries left half of their 2048-bit keys one bit short. The
/// most, 4096, is the border of [`PublicKey::from_slice_to_certify`].
pub const MIN_RSA_BITS: usize = 2047;

/// What an issuer certifies: made once from the configuration.
#[derive(Clone, Debug)]
pub struct Profile {
    issuer: Domain,
    issuer_key: PublicKey,
}

impl Profile {
    /// `issuer` becomes `iss`; `issuer_key` is the key that the issuer's support document publishes.
    pub fn new(issuer: Domain, issuer_key: PublicKey) -> Self {
        Self { issuer, issuer_key }
    }

    /// Who certifies.
    pub fn issuer(&self) -> &Domain {
        &self.issuer
    }

    /// The published key that signatures are checked with.
    pub fn issuer_key(&self) -> &PublicKey {
        &self.issuer_key
    }

    /// Checks everything that can be refused; what comes back may be signed once.
    ///
    /// `lifetime_ms` is cut to [`MAX_CERTIFICATE_MS`]; under [`MIN_CERTIFICATE_MS`] is refused. `iat` is `now` less
    /// [`BACKDATING_MS`], `exp` is `now` plus the lifetime. Whose address it is must be known before.
    ///
    /// # Errors
    /// The key is the issuer's own (whose holder could then speak as the issuer), RSA below [`MIN_RSA_BITS`], or the
    /// lifetime too short.
    pub fn prepare(
        &self,
        email: &Email,
        key: PublicKey,
        lifetime_ms: u64,
        now: Timestamp,
    ) -> Result<PreparedCertificate, IssueError> {
        if key == self.issuer_key {
            return Err(IssueError::KeyIsIssuers);
        }
        if key.is_rsa() && key.bits() < MIN_RSA_BITS {
            return Err(IssueError::KeyTooWeak { bits: key.bits() });
        }
        if lifetime_ms < MIN_CERTIFICATE_MS {
            return Err(IssueError::LifetimeTooShort {
                asked_ms: lifetime_ms,
            });
        }
        let expires = now.plus_ms(lifetime_ms.min(MAX_CERTIFICATE_MS));
        let issued = now.minus_ms(BACKDATING_MS);
        Ok(PreparedCertificate {
            signing_input: self.signing_input(email, &key, issued, expires),
            issuer_key: self.issuer_key.clone(),
            expires,
        })
    }

    /// Members in the order of the old libraries. Nothing written here needs an escape: digits of keys, the characters
    /// that [`Email`] and [`Domain`] allow.
    fn signing_input(
        &self,
        email: &Email,
        key: &PublicKey,
        issued: Timestamp,
        expires: Timestamp,
    ) -> String {
        let header = format!(r#"{{"alg":"{}"}}"#, self.issuer_key.algorithm().label());
        let payload = format!(
            r#"{{"public-key":{},"principal":{{"email":"{}"}},"iat":{},"exp":{},"iss":"{}"}}"#,
            key.to_text(),
            email.as_str(),
            issued.as_millis(),
            expires.as_millis(),
            self.issuer,
        );
        format!(
            "{}.{}",
            base64url::encode(header.as_bytes()),
            base64url::encode(payload.as_bytes())
        )
    }
}

/// A certificate without its signature. Not Clone: it is signed at most once.
#[derive(Debug)]
pub struct PreparedCertificate {
    signing_input: String,
    issuer_key: PublicKey,
    expires: Timestamp,
}

impl PreparedCertificate {
    /// The ASCII text to sign: RSA PKCS#1 v1.5 with SHA-256 for an RSA issuer, whatever its size.
    pub fn signing_input(&self) -> &str {
        &self.signing_input
    }

    /// The certificate's `exp`.
    pub fn expires(&self) -> Timestamp {
        self.expires
    }

    /// Accepts the signature only if the published key confirms it, so that a wrong or broken signing key is noticed
    /// here and not by every verifier; gives the certificate.
    ///
    /// # Errors
    /// [`IssueError::SignatureRefused`]
    pub fn complete(self, signature: &[u8]) -> Result<String, IssueError> {
        self.issuer_key
            .verify(self.signing_input.as_bytes(), signature)
            .map_err(|_| IssueError::SignatureRefused)?;
        Ok(format!(
            "{}.{}",
            self.signing_input,
            base64url::encode(signature)
        ))
    }
}

/// Why no certificate is made.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum IssueError {
    /// The key is the one that the issuer signs with.
    KeyIsIssuers,
    /// RSA below [`MIN_RSA_BITS`].
    KeyTooWeak {
        /// Bits of its modulus.
        bits: usize,
    },
    /// Below [`MIN_CERTIFICATE_MS`].
    LifetimeTooShort {
        /// What was asked, in milliseconds.
        asked_ms: u64,
    },
    /// The published key does not confirm the signature: the signing key is another one.
    SignatureRefused,
}

impl fmt::Display for IssueError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::KeyIsIssuers => f.write_str("the key is the issuer's own"),
            Self::KeyTooWeak { bits } => write!(
                f,
                "the key has {bits} bits, and at least {MIN_RSA_BITS} are needed"
            ),
            Self::LifetimeTooShort { asked_ms } => write!(
                f,
                "a certificate lives at least {MIN_CERTIFICATE_MS} ms, and {asked_ms} ms were asked"
            ),
            Self::SignatureRefused => {
                f.write_str("the published key does not confirm the signature")
            }
        }
    }
}

impl core::error::Error for IssueError {}

#[cfg(test)]
mod tests;
