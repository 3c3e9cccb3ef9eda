//! What goes wrong with SES.

use core::fmt;
use std::error::Error;

use aws::{Answered, Failure, Request};

/// Why SES did not take the mail. None says anything of the mailbox: SES learns of that later. SES's own words are not in it:
/// they name addresses.
#[derive(Debug, PartialEq)]
#[non_exhaustive]
pub enum SesError {
    /// The function's role does not allow it (`AccessDeniedException`).
    AccessDenied {
        /// SES's name for the request.
        request_id: Option<String>,
    },
    /// SES calls what we sent invalid (`BadRequestException`).
    BadRequest {
        /// SES's name for the request.
        request_id: Option<String>,
    },
    /// The answer is of no use.
    Garbage {
        /// SES's name for the request.
        request_id: Option<String>,
    },
    /// SES does not know what we name (`NotFoundException`), such as a configuration set that is the identity's default.
    Missing {
        /// SES's name for the request.
        request_id: Option<String>,
    },
    /// Nothing was sent.
    NotSent {
        /// In words.
        reason: String,
    },
    /// The sender's domain is not verified (`MailFromDomainNotVerifiedException`).
    NotVerified {
        /// SES's name for the request.
        request_id: Option<String>,
    },
    /// Any other failure that SES names.
    Other {
        /// SES's name for the failure.
        aws_code: String,
        /// SES's name for the request.
        request_id: Option<String>,
    },
    /// The account, or this identity, may not send at the moment (`SendingPausedException`).
    Paused {
        /// SES's name for the request.
        request_id: Option<String>,
    },
    /// SES does not take this mail from us (`MessageRejected`): the identity is not verified in this region, or the account
    /// is in the sandbox and the recipient is not verified.
    Rejected {
        /// SES's name for the request.
        request_id: Option<String>,
    },
    /// SES is broken, after retries (5xx).
    ServiceFailure {
        /// SES's name for the failure, if it gave one.
        aws_code: Option<String>,
        /// SES's name for the request.
        request_id: Option<String>,
    },
    /// The account may not send any more (`AccountSuspendedException`).
    Suspended {
        /// SES's name for the request.
        request_id: Option<String>,
    },
    /// Too many mails a second or a day, after retries (`TooManyRequestsException`, `LimitExceededException`).
    Throttled {
        /// SES's name for the request.
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

impl SesError {
    /// The stable machine name.
    pub fn code(&self) -> &'static str {
        match self {
            Self::AccessDenied { .. } => "access_denied",
            Self::BadRequest { .. } => "bad_request",
            Self::Garbage { .. } => "garbage",
            Self::Missing { .. } => "missing",
            Self::NotSent { .. } => "not_sent",
            Self::NotVerified { .. } => "not_verified",
            Self::Other { .. } => "other",
            Self::Paused { .. } => "paused",
            Self::Rejected { .. } => "rejected",
            Self::ServiceFailure { .. } => "service_failure",
            Self::Suspended { .. } => "suspended",
            Self::Throttled { .. } => "throttled",
            Self::TimedOut => "timed_out",
            Self::Unreachable { .. } => "unreachable",
        }
    }
}

impl From<Failure> for SesError {
    fn from(failure: Failure) -> Self {
        match failure {
            Failure::Answered(answered) => answered.into(),
            Failure::NotSent { reason } => Self::NotSent { reason },
            Failure::TimedOut => Self::TimedOut,
            Failure::Unreachable { reason } => Self::Unreachable { reason },
        }
    }
}

impl From<Answered> for SesError {
    fn from(answered: Answered) -> Self {
        let throttled = answered.is_throttling();
        let broken = answered.is_the_services_own();
        let Answered {
            code, request_id, ..
        } = answered;
        match code.as_deref() {
            Some("AccessDeniedException") => Self::AccessDenied { request_id },
            Some("AccountSuspendedException") => Self::Suspended { request_id },
            Some("BadRequestException") => Self::BadRequest { request_id },
            Some("MailFromDomainNotVerifiedException") => Self::NotVerified { request_id },
            Some("MessageRejected") => Self::Rejected { request_id },
            Some("NotFoundException") => Self::Missing { request_id },
            Some("SendingPausedException") => Self::Paused { request_id },
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

impl fmt::Display for SesError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (says, request_id) = match self {
            Self::AccessDenied { request_id } => (
                "no permission to send from this identity (AccessDeniedException",
                request_id,
            ),
            Self::BadRequest { request_id } => (
                "SES calls the request invalid (BadRequestException",
                request_id,
            ),
            Self::Garbage { request_id } => ("an answer that cannot be read (from SES", request_id),
            Self::Missing { request_id } => (
                "SES misses something that is named (NotFoundException",
                request_id,
            ),
            Self::NotSent { reason } => return write!(f, "nothing was sent to SES: {reason}"),
            Self::NotVerified { request_id } => (
                "the sender's domain is not verified (MailFromDomainNotVerifiedException",
                request_id,
            ),
            Self::Other {
                aws_code,
                request_id,
            } => return write!(f, "SES refused ({aws_code}{})", Request(request_id)),
            Self::Paused { request_id } => {
                ("sending is paused (SendingPausedException", request_id)
            }
            Self::Rejected { request_id } => (
                "SES does not take the mail: identity not verified here, or account in the sandbox (MessageRejected",
                request_id,
            ),
            Self::ServiceFailure {
                aws_code,
                request_id,
            } => {
                let code = aws_code.as_deref().unwrap_or("it does not say how");
                return write!(f, "SES is broken ({code}{})", Request(request_id));
            }
            Self::Suspended { request_id } => (
                "the account may not send any more (AccountSuspendedException",
                request_id,
            ),
            Self::Throttled { request_id } => ("SES is throttling us (retried", request_id),
            Self::TimedOut => return f.write_str("no answer from SES in time"),
            Self::Unreachable { reason } => return write!(f, "SES cannot be reached: {reason}"),
        };
        write!(f, "{says}{})", Request(request_id))
    }
}

impl Error for SesError {}
