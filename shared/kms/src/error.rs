//! What goes wrong with KMS.

use core::fmt;
use std::error::Error;

use aws::{Answered, Failure, Request};

/// Why KMS brought nothing that may be used. All of them may pass, some only by the owner's hand; none is the caller's
/// fault. They name no key: there is one.
#[derive(Debug, PartialEq)]
#[non_exhaustive]
pub enum KmsError {
    /// The key's policy, or the function's role, does not allow it (`AccessDeniedException`).
    AccessDenied {
        /// KMS's name for the request.
        request_id: Option<String>,
    },
    /// The key is disabled (`DisabledException`).
    Disabled {
        /// KMS's name for the request.
        request_id: Option<String>,
    },
    /// The answer is of no use.
    Garbage {
        /// KMS's name for the request.
        request_id: Option<String>,
        /// What is wrong with it.
        what: Garbage,
    },
    /// No such key or alias, in this account and region (`NotFoundException`).
    Missing {
        /// KMS's name for the request.
        request_id: Option<String>,
    },
    /// Nothing was sent.
    NotSent {
        /// In words.
        reason: String,
    },
    /// Any other failure that KMS names.
    Other {
        /// KMS's name for the failure.
        aws_code: String,
        /// KMS's name for the request.
        request_id: Option<String>,
    },
    /// The key is scheduled for deletion (`KMSInvalidStateException`: beside disabled, the one state that a key of this
    /// kind, made in KMS, can be in and not be used).
    PendingDeletion {
        /// KMS's name for the request.
        request_id: Option<String>,
    },
    /// KMS is broken, after retries (5xx, such as `KMSInternalException` or `DependencyTimeoutException`).
    ServiceFailure {
        /// KMS's name for the failure, if it gave one.
        aws_code: Option<String>,
        /// KMS's name for the request.
        request_id: Option<String>,
    },
    /// Too many requests, after retries.
    Throttled {
        /// KMS's name for the request.
        request_id: Option<String>,
    },
    /// No answer within the deadlines.
    TimedOut,
    /// No connection, or it broke before the answer was whole, after retries.
    Unreachable {
        /// In words.
        reason: String,
    },
}

/// What is wrong with an answer.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Garbage {
    /// There is no public key in it, or none of 2048 bits.
    NoPublicKey,
    /// There is no signature in it.
    NoSignature,
    /// It cannot be read.
    Unreadable,
    /// The published key does not confirm the signature.
    Unverified,
    /// The signature is not as long as the key.
    WrongLength {
        /// How long it is.
        bytes: usize,
    },
}

impl KmsError {
    /// The stable machine name.
    pub fn code(&self) -> &'static str {
        match self {
            Self::AccessDenied { .. } => "access_denied",
            Self::Disabled { .. } => "disabled",
            Self::Garbage { .. } => "garbage",
            Self::Missing { .. } => "missing",
            Self::NotSent { .. } => "not_sent",
            Self::Other { .. } => "other",
            Self::PendingDeletion { .. } => "pending_deletion",
            Self::ServiceFailure { .. } => "service_failure",
            Self::Throttled { .. } => "throttled",
            Self::TimedOut => "timed_out",
            Self::Unreachable { .. } => "unreachable",
        }
    }
}

impl From<Failure> for KmsError {
    fn from(failure: Failure) -> Self {
        match failure {
            Failure::Answered(answered) => answered.into(),
            Failure::NotSent { reason } => Self::NotSent { reason },
            Failure::TimedOut => Self::TimedOut,
            Failure::Unreachable { reason } => Self::Unreachable { reason },
        }
    }
}

impl From<Answered> for KmsError {
    fn from(answered: Answered) -> Self {
        let throttled = answered.is_throttling();
        let broken = answered.is_the_services_own();
        let Answered {
            code, request_id, ..
        } = answered;
        match code.as_deref() {
            Some("AccessDeniedException") => Self::AccessDenied { request_id },
            Some("DisabledException") => Self::Disabled { request_id },
            Some("KMSInvalidStateException") => Self::PendingDeletion { request_id },
            Some("NotFoundException") => Self::Missing { request_id },
            _ if throttled => Self::Throttled { request_id },
            _ if broken => Self::ServiceFailure {
                aws_code: code,
                request_id,
            },
            Some(aws_code) => Self::Other {
                aws_code: aws_code.to_owned(),
                request_id,
            },
            None => Self::Garbage {
                request_id,
                what: Garbage::Unreadable,
            },
        }
    }
}

impl fmt::Display for KmsError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::AccessDenied { request_id } => write!(
                f,
                "no permission to use the key (AccessDeniedException{})",
                Request(request_id)
            ),
            Self::Disabled { request_id } => write!(
                f,
                "the key is disabled (DisabledException{})",
                Request(request_id)
            ),
            Self::Garbage { request_id, what } => {
                write!(f, "{what} (from KMS{})", Request(request_id))
            }
            Self::Missing { request_id } => write!(
                f,
                "there is no such key or alias (NotFoundException{})",
                Request(request_id)
            ),
            Self::NotSent { reason } => write!(f, "nothing was sent to KMS: {reason}"),
            Self::Other {
                aws_code,
                request_id,
            } => write!(f, "KMS refused ({aws_code}{})", Request(request_id)),
            Self::PendingDeletion { request_id } => write!(
                f,
                "the key is scheduled for deletion (KMSInvalidStateException{})",
                Request(request_id)
            ),
            Self::ServiceFailure {
                aws_code,
                request_id,
            } => write!(
                f,
                "KMS is broken ({}{})",
                aws_code.as_deref().unwrap_or("it does not say how"),
                Request(request_id)
            ),
            Self::Throttled { request_id } => {
                write!(f, "KMS is throttling us (retried{})", Request(request_id))
            }
            Self::TimedOut => f.write_str("no answer from KMS in time"),
            Self::Unreachable { reason } => write!(f, "KMS cannot be reached: {reason}"),
        }
    }
}

impl Error for KmsError {}

impl fmt::Display for Garbage {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::NoPublicKey => f.write_str("an answer without a public RSA key of 2048 bits"),
            Self::NoSignature => f.write_str("an answer without a signature"),
            Self::Unreadable => f.write_str("an answer that cannot be read"),
            Self::Unverified => f.write_str("a signature that is not by the published key"),
            Self::WrongLength { bytes } => write!(f, "a signature of {bytes} bytes"),
        }
    }
}

/// Why there is no signer.
#[derive(Debug, PartialEq)]
pub enum OpenError {
    /// Nobody knows what key it is. It may pass: ask again later.
    Unavailable(KmsError),
    /// The key is not of the kind that we sign with. That is a fault in the configuration and does not pass.
    WrongKey(WrongKey),
}

/// Of what kind a key is that we cannot sign with.
#[derive(Clone, Debug, PartialEq)]
pub enum WrongKey {
    /// It does not do RSASSA_PKCS1_V1_5_SHA_256.
    Algorithms(
        /// What it does.
        Vec<String>,
    ),
    /// It has no public half.
    NotAsymmetric,
    /// It is not RSA_2048.
    Spec(
        /// What it is.
        String,
    ),
    /// It is not for SIGN_VERIFY.
    Usage(
        /// What it is for.
        String,
    ),
}

impl OpenError {
    /// The stable machine name.
    pub fn code(&self) -> &'static str {
        match self {
            Self::Unavailable(error) => error.code(),
            Self::WrongKey(_) => "wrong_key",
        }
    }
}

impl fmt::Display for OpenError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Unavailable(error) => write!(f, "while reading the public key: {error}"),
            Self::WrongKey(wrong) => write!(
                f,
                "the KMS key must be of the kind RSA_2048, for SIGN_VERIFY with RSASSA_PKCS1_V1_5_SHA_256, but {wrong}"
            ),
        }
    }
}

impl Error for OpenError {
    fn source(&self) -> Option<&(dyn Error + 'static)> {
        match self {
            Self::Unavailable(error) => Some(error),
            Self::WrongKey(_) => None,
        }
    }
}

impl From<KmsError> for OpenError {
    fn from(error: KmsError) -> Self {
        Self::Unavailable(error)
    }
}

impl fmt::Display for WrongKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Algorithms(algorithms) => write!(f, "it signs with {}", algorithms.join(", ")),
            Self::NotAsymmetric => f.write_str("it has no public half"),
            Self::Spec(spec) => write!(f, "it is {spec}"),
            Self::Usage(usage) => write!(f, "it is for {usage}"),
        }
    }
}
