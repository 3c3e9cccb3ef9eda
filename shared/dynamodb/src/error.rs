use core::fmt;
use std::error::Error;

use aws_sdk_dynamodb::error::{ProvideErrorMetadata, SdkError};
use aws_smithy_runtime_api::client::result::DispatchFailure;
use aws_types::request_id::RequestId;

/// Why the store failed. Display is one sentence for the log; it names no address, no hash and no row's content.
///
/// `request_id` is what AWS calls the request, for its support.
#[derive(Debug)]
#[non_exhaustive]
pub enum StoreError {
    /// Our credentials do not allow it, or are not believed.
    AccessDenied {
        /// What DynamoDB calls it.
        error: String,
        /// See above.
        request_id: Option<String>,
    },
    /// Others wrote the same rows again and again while we tried.
    Conflict {
        /// See above.
        request_id: Option<String>,
    },
    /// A row that must be new is there already.
    Exists {
        /// Which kind of row.
        family: &'static str,
    },
    /// DynamoDB failed, or refuses the request for another reason.
    Failed {
        /// What DynamoDB calls it; the status where it calls it nothing.
        error: String,
        /// See above.
        request_id: Option<String>,
    },
    /// Nothing was kept: the address has no account (any more).
    NoAccount,
    /// A row that this version cannot read.
    Row {
        /// Which kind of row.
        family: &'static str,
        /// What is wrong with it; never its content.
        reason: &'static str,
    },
    /// There is no such table in this region, or it is not ready.
    TableMissing {
        /// See above.
        request_id: Option<String>,
    },
    /// Too many requests for the table or the account.
    Throttled {
        /// See above.
        request_id: Option<String>,
    },
    /// No answer in time. What was to be written may have been.
    TimedOut,
    /// An answer that is not DynamoDB's.
    Unreadable {
        /// See above.
        request_id: Option<String>,
    },
    /// No connection, or one that broke. What was to be written may have been.
    Unreachable {
        /// What the connection says.
        reason: String,
    },
}

impl StoreError {
    /// The stable machine name.
    pub fn code(&self) -> &'static str {
        match self {
            Self::AccessDenied { .. } => "store_access_denied",
            Self::Conflict { .. } => "store_conflict",
            Self::Exists { .. } => "store_row_exists",
            Self::Failed { .. } => "store_failed",
            Self::NoAccount => "store_no_account",
            Self::Row { .. } => "store_row_unreadable",
            Self::TableMissing { .. } => "store_table_missing",
            Self::Throttled { .. } => "store_throttled",
            Self::TimedOut => "store_timed_out",
            Self::Unreadable { .. } => "store_answer_unreadable",
            Self::Unreachable { .. } => "store_unreachable",
        }
    }

    /// What AWS calls the request that failed.
    pub fn request_id(&self) -> Option<&str> {
        match self {
            Self::AccessDenied { request_id, .. }
            | Self::Conflict { request_id }
            | Self::Failed { request_id, .. }
            | Self::TableMissing { request_id }
            | Self::Throttled { request_id }
            | Self::Unreadable { request_id } => request_id.as_deref(),
            _ => None,
        }
    }

    /// What the client gave after its last try.
    pub(crate) fn of<E: ProvideErrorMetadata>(error: &SdkError<E>) -> Self {
        let request_id = error.request_id().map(str::to_owned);
        match error {
            SdkError::ConstructionFailure(_) => Self::Failed {
                error: "the request cannot be made".to_owned(),
                request_id,
            },
            SdkError::DispatchFailure(failure) if failure.is_timeout() => Self::TimedOut,
            SdkError::DispatchFailure(failure) => Self::Unreachable {
                reason: root_of(failure),
            },
            SdkError::ServiceError(failure) => match failure.err().code() {
                Some(name) => Self::named(name, request_id),
                None => Self::Failed {
                    error: format!("status {}", failure.raw().status().as_u16()),
                    request_id,
                },
            },
            SdkError::TimeoutError(_) => Self::TimedOut,
            // `ResponseError`, and kinds that do not exist yet.
            _ => Self::Unreadable { request_id },
        }
    }

    /// By the name that DynamoDB gives it.
    pub(crate) fn named(name: &str, request_id: Option<String>) -> Self {
        match name {
            "AccessDeniedException"
            | "ExpiredTokenException"
            | "IncompleteSignatureException"
            | "InvalidSignatureException"
            | "MissingAuthenticationTokenException"
            | "UnrecognizedClientException" => Self::AccessDenied {
                error: name.to_owned(),
                request_id,
            },
            "ProvisionedThroughputExceeded"
            | "ProvisionedThroughputExceededException"
            | "RequestLimitExceeded"
            | "ThrottlingError"
            | "ThrottlingException"
            // Our own transaction, still at work after a try whose answer got lost.
            | "TransactionInProgressException" => Self::Throttled { request_id },
            "ResourceNotFoundException" => Self::TableMissing { request_id },
            "TransactionConflict" | "TransactionConflictException" => {
                Self::Conflict { request_id }
            }
            name => Self::Failed {
                error: name.to_owned(),
                request_id,
            },
        }
    }
}

/// The innermost reason: the outer ones say only that dispatching failed.
fn root_of(failure: &DispatchFailure) -> String {
    let Some(connector) = failure.as_connector_error() else {
        return "no reason given".to_owned();
    };
    let mut innermost: &dyn Error = connector;
    while let Some(source) = innermost.source() {
        innermost = source;
    }
    innermost.to_string()
}

impl fmt::Display for StoreError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::AccessDenied { error, .. } => write!(
                f,
                "DynamoDB does not let us ({error}): compare the function's role with the template"
            )?,
            Self::Conflict { .. } => {
                f.write_str("others write the same rows of the table all the time")?;
            }
            Self::Exists { family } => write!(f, "there is such a row of `{family}` already")?,
            Self::Failed { error, .. } => write!(f, "DynamoDB failed ({error})")?,
            Self::NoAccount => f.write_str("the address has no account")?,
            Self::Row { family, reason } => {
                write!(f, "a row of `{family}` cannot be read ({reason})")?;
            }
            Self::TableMissing { .. } => {
                f.write_str("the table is not there: look at TABLE and AWS_REGION")?;
            }
            Self::Throttled { .. } => f.write_str("DynamoDB throttles us")?,
            Self::TimedOut => f.write_str("DynamoDB does not answer in time")?,
            Self::Unreadable { .. } => f.write_str("the answer is not one of DynamoDB's")?,
            Self::Unreachable { reason } => write!(f, "DynamoDB cannot be reached ({reason})")?,
        }
        match self.request_id() {
            Some(id) => write!(f, " [{}, AWS request {id}]", self.code()),
            None => write!(f, " [{}]", self.code()),
        }
    }
}

impl Error for StoreError {}
