use core::fmt;

use crate::{
    Algorithm, Code, DiscoveryError, Domain, FederationRefusal, KeyError, SignatureError,
    audience::AudienceMismatch, bundle::MalformedBundle, claims::ValidityError,
    token::MalformedToken,
};

/// Which signed object.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Part {
    /// The assertion.
    Assertion,
    /// A certificate.
    Certificate,
}

/// Why not: facts as fields; [`code`](Self::code) is ours, [`reason`](Self::reason) (and Display) the reference's
/// sentence (PROTOCOL §5.1), or one of ours where the reference accepts, crashes or gives a text of its engine.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Refusal {
    /// The header names another algorithm than the key's.
    AlgorithmMismatch {
        /// Of which object.
        part: Part,
    },
    /// The assertion is for another site.
    Audience(AudienceMismatch),
    /// The certificate is from before the moment from which its issuer's certificates count, or does not say when it is
    /// from.
    BeforeNotBefore,
    /// What was sent is no backed assertion.
    Bundle(MalformedBundle),
    /// There is more than one certificate.
    Chain,
    /// No authority was found.
    Discovery(DiscoveryError),
    /// The certificate's address is none, and its issuer is not a trusted one.
    EmailMalformed,
    /// The certificate has no address, and its issuer is not a trusted one.
    EmailMissing,
    /// `exp` has passed.
    Expired {
        /// Of which object.
        part: Part,
    },
    /// The federation does not take the issuer's word.
    Federation(FederationRefusal),
    /// The certificate's issuer is no host name.
    IssuerInvalid {
        /// What it is.
        text: String,
    },
    /// A key is below what this verifier accepts.
    KeyTooWeak {
        /// Its kind.
        algorithm: Algorithm,
        /// Its bits.
        bits: usize,
    },
    /// `exp` is further away than anything may live.
    LivesTooLong {
        /// Which object.
        part: Part,
    },
    /// A part is no signed object.
    Malformed {
        /// Which object.
        part: Part,
        /// Why.
        error: MalformedToken,
    },
    /// `exp` is missing, or a time is no whole number of milliseconds.
    MalformedTime {
        /// Of which object.
        part: Part,
        /// Which member.
        claim: &'static str,
    },
    /// `iat` is still to come.
    NotYetValid {
        /// Of which object.
        part: Part,
    },
    /// The signature is not the key's.
    Signature {
        /// Of which object.
        part: Part,
        /// Why.
        error: SignatureError,
    },
    /// A trusted issuer certified something that is no address.
    TrustedIssuerEmailMalformed,
    /// The issuer does not speak for the address.
    UntrustedIssuer {
        /// Who does; None if nobody does and no fallback is configured.
        expected: Option<Domain>,
        /// Who signed.
        issuer: String,
    },
    /// The certified key cannot be used.
    UserKey(KeyError),
}

impl Refusal {
    pub(super) fn validity(part: Part, error: ValidityError) -> Self {
        match error {
            ValidityError::Expired => Self::Expired { part },
            ValidityError::LivesTooLong => Self::LivesTooLong { part },
            ValidityError::Malformed { claim } => Self::MalformedTime { part, claim },
            ValidityError::NotYetValid => Self::NotYetValid { part },
        }
    }

    /// The stable name.
    pub fn code(&self) -> Code {
        use Part::{Assertion, Certificate};
        match self {
            Self::AlgorithmMismatch { .. } => Code::AlgorithmMismatch,
            Self::Audience(_) => Code::AudienceMismatch,
            Self::BeforeNotBefore => Code::CertificateBeforeNotBefore,
            Self::Bundle(MalformedBundle::TooManyCertificates) | Self::Chain => {
                Code::CertificateChain
            }
            Self::Bundle(_) => Code::BundleMalformed,
            Self::Discovery(error) => error.code(),
            Self::EmailMalformed | Self::TrustedIssuerEmailMalformed => Code::EmailMalformed,
            Self::EmailMissing => Code::EmailMissing,
            Self::Expired { part: Assertion } => Code::AssertionExpired,
            Self::Expired { part: Certificate } => Code::CertificateExpired,
            Self::Federation(refusal) => refusal.code(),
            Self::IssuerInvalid { .. } => Code::DomainInvalid,
            Self::KeyTooWeak { .. } => Code::KeyTooWeak,
            Self::LivesTooLong { part: Assertion } => Code::AssertionLivesTooLong,
            Self::LivesTooLong { part: Certificate } => Code::CertificateLivesTooLong,
            Self::Malformed {
                part: Assertion, ..
            }
            | Self::MalformedTime {
                part: Assertion, ..
            } => Code::AssertionMalformed,
            Self::Malformed {
                part: Certificate, ..
            }
            | Self::MalformedTime {
                part: Certificate, ..
            } => Code::CertificateMalformed,
            Self::NotYetValid { part: Assertion } => Code::AssertionNotYetValid,
            Self::NotYetValid { part: Certificate } => Code::CertificateNotYetValid,
            Self::Signature {
                part: Assertion, ..
            } => Code::AssertionSignature,
            Self::Signature {
                part: Certificate, ..
            } => Code::CertificateSignature,
            Self::UntrustedIssuer { .. } => Code::IssuerUntrusted,
            Self::UserKey(_) => Code::UserKeyMalformed,
        }
    }

    /// The sentence: the old verifier library's, so an absent fallback is `undefined` in it.
    pub fn reason(&self) -> String {
        self.to_string()
    }

    /// The sentence as the old verifier *server* said it: its fallback is a text that is empty when there is none.
    pub fn server_reason(&self) -> String {
        match self {
            Self::UntrustedIssuer {
                expected: None,
                issuer,
            } => format!("untrusted issuer, expected '', got '{issuer}'"),
            _ => self.to_string(),
        }
    }
}

impl fmt::Display for Refusal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::AlgorithmMismatch { .. } => f.write_str("algorithms do not match"),
            Self::Audience(why) => write!(f, "audience mismatch: {why}"),
            Self::BeforeNotBefore => {
                f.write_str("certificate was issued before the domain's 'not-before'")
            }
            Self::Bundle(error) => error.fmt(f),
            Self::Chain => f.write_str("certificate chaining is not yet allowed"),
            Self::Discovery(error) => error.fmt(f),
            Self::EmailMalformed | Self::EmailMissing => f.write_str(
                "untrusted assertion, doesn't contain an email, and issuer is untrusted ",
            ),
            Self::Expired { .. } => f.write_str("expired"),
            Self::Federation(refusal) => refusal.fmt(f),
            Self::IssuerInvalid { text } => write!(f, "invalid domain: {text}"),
            Self::KeyTooWeak { algorithm, bits } => {
                write!(f, "key too weak: {} of {bits} bits", algorithm.label())
            }
            Self::LivesTooLong { part } => write!(f, "{part} lives longer than 24 hours"),
            Self::Malformed { error, .. } => error.fmt(f),
            Self::MalformedTime { claim, .. } => {
                write!(f, "missing or malformed '{claim}'")
            }
            Self::NotYetValid { .. } => f.write_str("issued later than verification date"),
            Self::Signature { error, .. } => error.fmt(f),
            Self::TrustedIssuerEmailMalformed => f.write_str("malformed email in certificate"),
            Self::UntrustedIssuer { expected, issuer } => {
                let expected = expected.as_ref().map_or("undefined", Domain::as_str);
                write!(f, "untrusted issuer, expected '{expected}', got '{issuer}'")
            }
            Self::UserKey(_) => f.write_str("malformed public key in certificate"),
        }
    }
}

impl core::error::Error for Refusal {}

impl fmt::Display for Part {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Assertion => "assertion",
            Self::Certificate => "certificate",
        })
    }
}
