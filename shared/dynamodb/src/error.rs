//! What goes wrong with the table.

use core::fmt;
use std::error::Error;

use aws::{Answered, Failure, Request};

/// Why the store failed. All of them may pass, some only by the owner's hand. They name no address, no hash and no
/// content of a row.
#[derive(Debug, PartialEq)]
#[non_exhaustive]
pub enum StoreError {
    /// Our role does not allow it, or our credentials are not believed.
    AccessDenied {
        /// DynamoDB's name for the failure.
        aws_code: String,
        /// DynamoDB's name for the request.
        request_id: Option<String>,
    },
    /// Others wrote the same rows again and again while we tried. Nothing was written.
    Conflict {
        /// DynamoDB's name for the last request, if it was one that it refused.
        request_id: Option<String>,
    },
    /// A row that must be new is there already, and differs. Nothing was written.
    Exists {
        /// Which kind of row.
        family: &'static str,
    },
    /// The answer cannot be read.
    Garbage {
        /// DynamoDB's name for the request.
        request_id: Option<String>,
    },
    /// Nothing was kept: the address has no account (any more).
    NoAccount,
    /// Nothing was sent.
    NotSent {
        /// In words.
        reason: String,
    },
    /// Any other failure that DynamoDB names.
    Other {
        /// DynamoDB's name for the failure.
        aws_code: String,
        /// DynamoDB's name for the request.
        request_id: Option<String>,
    },
    /// A row that this version cannot read.
    Row {
        /// Which kind of row.
        family: &'static str,
        /// What is wrong with it.
        reason: &'static str,
    },
    /// DynamoDB is broken, after retries (5xx, such as `InternalServerError`).
    ServiceFailure {
        /// DynamoDB's name for the failure, if it gave one.
        aws_code: Option<String>,
        /// DynamoDB's name for the request.
        request_id: Option<String>,
    },
    /// No such table in this account and region, or one that is not ready (`ResourceNotFoundException`).
    TableMissing {
        /// DynamoDB's name for the request.
        request_id: Option<String>,
    },
    /// Too many requests, after retries.
    Throttled {
        /// DynamoDB's name for the request.
        request_id: Option<String>,
    },
    /// No answer within the deadlines. What was to be written may be written.
    TimedOut,
    /// No connection, or it broke before the answer was whole, after retries. What was to be written may be written.
    Unreachable {
        /// In words.
        reason: String,
    },
}

impl StoreError {
    /// The stable machine name.
    pub fn code(&self) -> &'static str {
        match self {
            Self::AccessDenied { .. } => "access_denied",
            Self::Conflict { .. } => "conflict",
            Self::Exists { .. } => "exists",
            Self::Garbage { .. } => "garbage",
            Self::NoAccount => "no_account",
            Self::NotSent { .. } => "not_sent",
            Self::Other { .. } => "other",
            Self::Row { .. } => "row",
            Self::ServiceFailure { .. } => "service_failure",
            Self::TableMissing { .. } => "table_missing",
            Self::Throttled { .. } => "throttled",
            Self::TimedOut => "timed_out",
            Self::Unreachable { .. } => "unreachable",
        }
    }
}

impl From<Failure> for StoreError {
    fn from(failure: Failure) -> Self {
        match failure {
            Failure::Answered(answered) => answered.into(),
            Failure::NotSent { reason } => Self::NotSent { reason },
            Failure::TimedOut => Self::TimedOut,
            Failure::Unreachable { reason } => Self::Unreachable { reason },
        }
    }
}

impl From<Answered> for StoreError {
    fn from(answered: Answered) -> Self {
        let throttled = answered.is_throttling();
        let broken = answered.is_the_services_own();
        let Answered {
            code, request_id, ..
        } = answered;
        match code.as_deref() {
            Some(
                aws_code @ ("AccessDeniedException"
                | "ExpiredTokenException"
                | "IncompleteSignatureException"
                | "InvalidSignatureException"
                | "MissingAuthenticationTokenException"
                | "UnrecognizedClientException"),
            ) => Self::AccessDenied {
                aws_code: aws_code.to_owned(),
                request_id,
            },
            Some("ResourceNotFoundException") => Self::TableMissing { request_id },
            Some("TransactionConflictException") => Self::Conflict { request_id },
            // Our own transaction, still at work after a try whose answer got lost.
            Some("TransactionInProgressException") => Self::Throttled { request_id },
            _ if throttled => Self::Throttled { request_id },
            _ if broken => Self::ServiceFailure {
                aws_code: code,
                request_id,
            },
            Some(aws_code) => Self::Other {
                aws_code: aws_code.to_owned(),
                request_id,
            },
            None => Self::Garbage { request_id },
        }
    }
}

impl fmt::Display for StoreError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::AccessDenied {
                aws_code,
                request_id,
            } => write!(
                f,
                "no permission to use the table ({aws_code}{})",
                Request(request_id)
            ),
            Self::Conflict { request_id } => write!(
                f,
                "others keep writing the same rows (retried{})",
                Request(request_id)
            ),
            Self::Exists { family } => write!(f, "another row of `{family}` is in its place"),
            Self::Garbage { request_id } => write!(
                f,
                "an answer that cannot be read (from DynamoDB{})",
                Request(request_id)
            ),
            Self::NoAccount => f.write_str("the address has no account"),
            Self::NotSent { reason } => write!(f, "nothing was sent to DynamoDB: {reason}"),
            Self::Other {
                aws_code,
                request_id,
            } => write!(f, "DynamoDB refused ({aws_code}{})", Request(request_id)),
            Self::Row { family, reason } => {
                write!(f, "a row of `{family}` cannot be read ({reason})")
            }
            Self::ServiceFailure {
                aws_code,
                request_id,
            } => write!(
                f,
                "DynamoDB is broken ({}{})",
                aws_code.as_deref().unwrap_or("it does not say how"),
                Request(request_id)
            ),
            Self::TableMissing { request_id } => write!(
                f,
                "there is no such table (ResourceNotFoundException{})",
                Request(request_id)
            ),
            Self::Throttled { request_id } => write!(
                f,
                "DynamoDB is throttling us (retried{})",
                Request(request_id)
            ),
            Self::TimedOut => f.write_str("no answer from DynamoDB in time"),
            Self::Unreachable { reason } => write!(f, "DynamoDB cannot be reached: {reason}"),
        }
    }
}

impl Error for StoreError {}
