//! What goes wrong with S3.

use core::fmt;
use std::error::Error;

use aws::{Answered, Failure, Request};

/// Why a file was neither put nor read.
#[derive(Debug, PartialEq)]
#[non_exhaustive]
pub enum BucketError {
    /// The bucket's policy, or the function's role, does not allow it (`AccessDenied`).
    AccessDenied {
        /// S3's name for the request.
        request_id: Option<String>,
    },
    /// Somebody else was faster, each time.
    Contended,
    /// No such bucket (`NoSuchBucket`).
    MissingBucket {
        /// S3's name for the request.
        request_id: Option<String>,
    },
    /// Nothing was sent.
    NotSent {
        /// In words.
        reason: String,
    },
    /// Any other failure, or an answer that cannot be read.
    Other {
        /// S3's name for the failure, if it gave one.
        aws_code: Option<String>,
        /// S3's name for the request.
        request_id: Option<String>,
        /// Of HTTP.
        status: u16,
    },
    /// S3 is broken, after retries (5xx).
    ServiceFailure {
        /// S3's name for the failure, if it gave one.
        aws_code: Option<String>,
        /// S3's name for the request.
        request_id: Option<String>,
    },
    /// Too many requests, after retries.
    Throttled {
        /// S3's name for the request.
        request_id: Option<String>,
    },
    /// No answer within the deadlines.
    TimedOut,
    /// No connection, or it broke before the answer was whole, after retries.
    Unreachable {
        /// In words.
        reason: String,
    },
    /// What should be the support document is not there, or is none.
    Unreadable,
}

impl BucketError {
    /// The stable machine name.
    pub fn code(&self) -> &'static str {
        match self {
            Self::AccessDenied { .. } => "access_denied",
            Self::Contended => "contended",
            Self::MissingBucket { .. } => "missing_bucket",
            Self::NotSent { .. } => "not_sent",
            Self::Other { .. } => "other",
            Self::ServiceFailure { .. } => "service_failure",
            Self::Throttled { .. } => "throttled",
            Self::TimedOut => "timed_out",
            Self::Unreachable { .. } => "unreachable",
            Self::Unreadable => "unreadable",
        }
    }
}

impl From<Failure> for BucketError {
    fn from(failure: Failure) -> Self {
        match failure {
            Failure::Answered(answered) => answered.into(),
            Failure::NotSent { reason } => Self::NotSent { reason },
            Failure::TimedOut => Self::TimedOut,
            Failure::Unreachable { reason } => Self::Unreachable { reason },
        }
    }
}

impl From<Answered> for BucketError {
    fn from(answered: Answered) -> Self {
        let throttled = answered.is_throttling();
        let broken = answered.is_the_services_own();
        let Answered {
            code: aws_code,
            request_id,
            status,
        } = answered;
        match aws_code.as_deref() {
            Some("AccessDenied") => Self::AccessDenied { request_id },
            Some("NoSuchBucket") => Self::MissingBucket { request_id },
            _ if throttled => Self::Throttled { request_id },
            _ if broken => Self::ServiceFailure {
                aws_code,
                request_id,
            },
            _ => Self::Other {
                aws_code,
                request_id,
                status,
            },
        }
    }
}

impl fmt::Display for BucketError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        const UNNAMED: &str = "it does not say how";
        match self {
            Self::AccessDenied { request_id } => write!(
                f,
                "no permission for this file of the bucket (AccessDenied{})",
                Request(request_id)
            ),
            Self::Contended => f.write_str("somebody else is writing the same file all the time"),
            Self::MissingBucket { request_id } => write!(
                f,
                "there is no such bucket (NoSuchBucket{})",
                Request(request_id)
            ),
            Self::NotSent { reason } => write!(f, "nothing was sent to S3: {reason}"),
            Self::Other {
                aws_code,
                request_id,
                status,
            } => write!(
                f,
                "S3 refused with {status} ({}{})",
                aws_code.as_deref().unwrap_or(UNNAMED),
                Request(request_id)
            ),
            Self::ServiceFailure {
                aws_code,
                request_id,
            } => write!(
                f,
                "S3 is broken ({}{})",
                aws_code.as_deref().unwrap_or(UNNAMED),
                Request(request_id)
            ),
            Self::Throttled { request_id } => {
                write!(f, "S3 is throttling us (retried{})", Request(request_id))
            }
            Self::TimedOut => f.write_str("no answer from S3 in time"),
            Self::Unreachable { reason } => write!(f, "S3 cannot be reached: {reason}"),
            Self::Unreadable => {
                f.write_str("the bucket holds no support document that can be read")
            }
        }
    }
}

impl Error for BucketError {}
