//! What became of a call that brought nothing.

use core::fmt;
use std::error::Error;

use aws_smithy_runtime_api::client::orchestrator::HttpResponse;
use aws_smithy_runtime_api::client::result::SdkError;
use aws_smithy_types::error::metadata::ProvideErrorMetadata;
use aws_types::request_id::RequestId;

/// The codes of AWS that mean "too much, come back later".
const THROTTLING: [&str; 11] = [
    "LimitExceededException",
    "ProvisionedThroughputExceededException",
    "RequestLimitExceeded",
    "RequestThrottled",
    "RequestThrottledException",
    "ServiceUnavailable",
    "SlowDown",
    "Throttling",
    "ThrottlingException",
    "ThrottledException",
    "TooManyRequestsException",
];

/// Why a call brought nothing, after its retries: what all services have in common. What a code means is for the
/// service's own adapter to say.
#[derive(Debug, PartialEq)]
pub enum Failure {
    /// The service answered with a failure, or with what cannot be read.
    Answered(Answered),
    /// Nothing was sent: the request could not be built or signed.
    NotSent {
        /// In words.
        reason: String,
    },
    /// A deadline passed.
    TimedOut,
    /// No connection, or it broke before the answer was whole.
    Unreachable {
        /// In words.
        reason: String,
    },
}

/// An answer that is a failure.
#[derive(Debug, PartialEq)]
pub struct Answered {
    /// The service's own name for it. None if the answer cannot be read.
    pub code: Option<String>,
    /// What the service calls this request in its logs.
    pub request_id: Option<String>,
    /// Of HTTP.
    pub status: u16,
}

impl Failure {
    /// Looks at what the SDK says.
    pub fn of<E>(error: &SdkError<E, HttpResponse>) -> Self
    where
        E: Error + ProvideErrorMetadata + 'static,
    {
        match error {
            SdkError::DispatchFailure(failure) if failure.is_timeout() => Self::TimedOut,
            SdkError::ServiceError(said) => Self::Answered(Answered {
                code: said.err().code().map(str::to_owned),
                request_id: said.raw().request_id().map(str::to_owned),
                status: said.raw().status().as_u16(),
            }),
            SdkError::TimeoutError(_) => Self::TimedOut,
            SdkError::ConstructionFailure(_) => Self::NotSent {
                reason: root_cause(error),
            },
            _ => Self::Unreachable {
                reason: root_cause(error),
            },
        }
    }
}

impl Answered {
    /// "Too much, come back later."
    pub fn is_throttling(&self) -> bool {
        let code = self.code.as_deref();
        code.is_some_and(|code| THROTTLING.contains(&code))
    }

    /// The service broke, and says so or cannot even say so.
    pub fn is_the_services_own(&self) -> bool {
        self.status >= 500
    }
}

/// ", request 1234" to end a line of the log with, or nothing.
#[derive(Clone, Copy, Debug)]
pub struct Request<'a>(pub &'a Option<String>);

impl fmt::Display for Request<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.0 {
            Some(id) => write!(f, ", request {id}"),
            None => Ok(()),
        }
    }
}

/// The innermost error names the cause; those around it only repeat that there was one.
pub(crate) fn root_cause(error: &(dyn Error + 'static)) -> String {
    let mut innermost = error;
    while let Some(source) = innermost.source() {
        innermost = source;
    }
    innermost.to_string()
}

#[cfg(test)]
mod tests {
    use aws_smithy_runtime_api::client::result::ConnectorError;
    use aws_smithy_runtime_api::http::StatusCode;
    use aws_smithy_types::body::SdkBody;
    use aws_smithy_types::error::ErrorMetadata;

    use super::*;

    type Failed = SdkError<ErrorMetadata, HttpResponse>;

    fn response(status: u16) -> HttpResponse {
        let status = StatusCode::try_from(status).expect("a status");
        let mut response = HttpResponse::new(status, SdkBody::empty());
        response.headers_mut().insert("x-amzn-requestid", "R1");
        response
    }

    fn answered(code: Option<&str>, status: u16) -> Answered {
        let mut metadata = ErrorMetadata::builder();
        if let Some(code) = code {
            metadata = metadata.code(code);
        }
        match Failure::of(&Failed::service_error(metadata.build(), response(status))) {
            Failure::Answered(answered) => answered,
            other => panic!("{other:?}"),
        }
    }

    #[test]
    fn an_answer_keeps_its_code_its_status_and_the_id_of_the_request() {
        let expected = Answered {
            code: Some("DisabledException".to_owned()),
            request_id: Some("R1".to_owned()),
            status: 400,
        };
        assert_eq!(answered(Some("DisabledException"), 400), expected);
        assert_eq!(answered(None, 200).code, None);
    }

    #[test]
    fn throttling_is_known_by_its_code_and_a_broken_service_by_its_status() {
        assert!(answered(Some("ThrottlingException"), 400).is_throttling());
        assert!(answered(Some("SlowDown"), 503).is_throttling());
        assert!(!answered(Some("NotFoundException"), 400).is_throttling());
        assert!(!answered(None, 400).is_throttling());
        assert!(answered(None, 500).is_the_services_own());
        assert!(!answered(None, 499).is_the_services_own());
    }

    #[test]
    fn a_deadline_is_a_deadline_whoever_noticed_it() {
        let noticed = ConnectorError::timeout("late".into());
        assert_eq!(
            Failure::of(&Failed::dispatch_failure(noticed)),
            Failure::TimedOut
        );
        assert_eq!(
            Failure::of(&Failed::timeout_error("late")),
            Failure::TimedOut
        );
    }

    #[test]
    fn what_broke_is_told_by_the_innermost_cause() {
        let refused = std::io::Error::from(std::io::ErrorKind::ConnectionRefused);
        let failed = Failed::dispatch_failure(ConnectorError::io(refused.into()));
        let reason = "connection refused".to_owned();
        assert_eq!(Failure::of(&failed), Failure::Unreachable { reason });
        let failed = Failed::response_error("broke off", response(200));
        let reason = "broke off".to_owned();
        assert_eq!(Failure::of(&failed), Failure::Unreachable { reason });
        let failed = Failed::construction_failure("no region");
        let reason = "no region".to_owned();
        assert_eq!(Failure::of(&failed), Failure::NotSent { reason });
    }

    #[test]
    fn a_line_of_the_log_ends_with_the_request_if_there_is_one() {
        assert_eq!(Request(&Some("R1".to_owned())).to_string(), ", request R1");
        assert_eq!(Request(&None).to_string(), "");
    }
}
