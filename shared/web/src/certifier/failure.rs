//! A refusal in the old service's form.

use axum::response::{IntoResponse, Response};
use serde::Serialize;
use service::certifier::CertifyFailure;

use crate::answer::Answer;
use crate::problem::{Kind, Problem};

/// A [`Problem`], written as the old service's clients expect it.
#[derive(Debug)]
pub(super) struct Refused(Problem);

/// `{"success":false,"code":…,"reason":…}`
#[derive(Serialize)]
struct Failure {
    success: bool,
    code: &'static str,
    reason: String,
}

impl From<Problem> for Refused {
    fn from(problem: Problem) -> Self {
        Self(problem)
    }
}

impl From<Kind> for Refused {
    fn from(kind: Kind) -> Self {
        Self(kind.into())
    }
}

impl From<CertifyFailure> for Refused {
    fn from(failure: CertifyFailure) -> Self {
        let reason = failure.to_string();
        let kind = match failure {
            CertifyFailure::Broken(error) => return Self(error.into()),
            CertifyFailure::AddressMalformed => Kind::AddressMalformed,
            CertifyFailure::DurationInvalid => Kind::DurationInvalid,
            CertifyFailure::KeyUnusable(error) => Problem::from(error).kind(),
            CertifyFailure::NotOurDomain => Kind::NotOurDomain,
            CertifyFailure::Refused(_) => Kind::KeyRefused,
            other => {
                tracing::error!(code = other.code(), "a failure that this path cannot have");
                return Kind::Internal.into();
            }
        };
        Self(Problem::because(kind, reason))
    }
}

impl IntoResponse for Refused {
    fn into_response(self) -> Response {
        let failure = Failure {
            success: false,
            code: self.0.kind().code(),
            reason: self.0.reason().to_owned(),
        };
        self.0.with_body(Answer(failure))
    }
}
