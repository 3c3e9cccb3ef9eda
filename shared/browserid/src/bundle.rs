//! Backed assertions: certificates and an assertion with tildes between (PROTOCOL §4).

use core::fmt;

use serde_json::Value;

use crate::{
    HostRule, Json,
    assertion::AssertionClaims,
    certificate::CertificateClaims,
    token::{MalformedToken, Unverified},
};

/// Longest text that is read, in bytes. The HTTP interface stops at 10 KiB.
pub const MAX_BYTES: usize = 64 * 1024;

/// Most certificates that are looked at. More than one is refused in any case, but only after each was checked, so that
/// a broken chain reports its own error first, as in the reference.
pub const MAX_CERTIFICATES: usize = 4;

/// The parts of a backed assertion, none of them checked. Each part that is no signed object says why.
#[derive(Clone, Debug)]
pub struct BackedAssertion {
    /// The last part.
    pub assertion: Result<Unverified<AssertionClaims>, MalformedToken>,
    /// What backs the first part: the certificate that an issuer signed.
    pub first_certificate: Result<Unverified<CertificateClaims>, MalformedToken>,
    /// Further certificates, each signed by the key in the one before.
    pub further_certificates: Vec<Result<Unverified<CertificateClaims>, MalformedToken>>,
}

impl BackedAssertion {
    /// Takes apart what a caller sent. `rule` says which hosts may stand in it.
    pub fn parse(bundle: &Json, rule: HostRule) -> Result<Self, MalformedBundle> {
        let text = match bundle {
            Value::String(text) if text.len() <= MAX_BYTES => text,
            _ => return Err(MalformedBundle::NotAText),
        };
        let (certificates, assertion) = text
            .rsplit_once('~')
            .ok_or(MalformedBundle::NoCertificates)?;
        let mut certificates = certificates
            .split('~')
            .map(|text| Unverified::parse(text, |payload| CertificateClaims::read(payload, rule)));
        let first_certificate = certificates.next().ok_or(MalformedBundle::NoCertificates)?;
        let further_certificates: Vec<_> = certificates.take(MAX_CERTIFICATES).collect();
        if further_certificates.len() >= MAX_CERTIFICATES {
            return Err(MalformedBundle::TooManyCertificates);
        }
        Ok(Self {
            assertion: Unverified::parse(assertion, |payload| AssertionClaims::read(&payload)),
            first_certificate,
            further_certificates,
        })
    }
}

/// Why a value is no backed assertion. Display gives the reference's reason.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum MalformedBundle {
    /// No tilde.
    NoCertificates,
    /// Another JSON type, or over [`MAX_BYTES`].
    NotAText,
    /// More than [`MAX_CERTIFICATES`].
    TooManyCertificates,
}

impl fmt::Display for MalformedBundle {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::NoCertificates => "no certificates provided",
            Self::NotAText => "malformed backed assertion",
            Self::TooManyCertificates => "certificate chaining is not yet allowed",
        })
    }
}

impl core::error::Error for MalformedBundle {}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn parsed(bundle: &Json) -> Result<usize, MalformedBundle> {
        BackedAssertion::parse(bundle, HostRule::Public)
            .map(|bundle| 1 + bundle.further_certificates.len())
    }

    #[test]
    fn only_texts_with_a_tilde_are_bundles() {
        for odd in [json!(null), json!(777), json!([]), json!({})] {
            assert_eq!(parsed(&odd), Err(MalformedBundle::NotAText));
        }
        for text in ["", "JUNK", "test@example.com", "a.b.c"] {
            assert_eq!(parsed(&text.into()), Err(MalformedBundle::NoCertificates));
        }
        assert_eq!(parsed(&"~".into()), Ok(1));
        assert_eq!(parsed(&"a~b~c".into()), Ok(2));
    }

    #[test]
    fn empty_parts_count_and_are_malformed() {
        let bundle = BackedAssertion::parse(&"~~x".into(), HostRule::Public).expect("tildes");
        let malformed = Some(MalformedToken::Parts { count: 1 });
        assert_eq!(bundle.first_certificate.err(), malformed);
        assert_eq!(bundle.further_certificates.len(), 1);
        assert_eq!(bundle.assertion.err(), malformed);
    }

    #[test]
    fn size_and_number_end_at_their_limits() {
        let text = |bytes: usize| Json::from("~".repeat(bytes.min(4)) + &"x".repeat(bytes - 4));
        assert_eq!(parsed(&text(MAX_BYTES)), Ok(4));
        assert_eq!(parsed(&text(MAX_BYTES + 1)), Err(MalformedBundle::NotAText));
        assert_eq!(
            parsed(&"a~b~c~d~e~f".into()),
            Err(MalformedBundle::TooManyCertificates)
        );
    }
}
