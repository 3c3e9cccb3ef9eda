//! Why a command did not do what was asked.

use browserid::Domain;
use lambda::Outcome;
use serde_json::json;
use service::ports::PortError;
use service::sign_in::SignInFailure;

use crate::operation::COMMANDS;

/// The stable name, a sentence for the owner, and whether it is our own fault.
#[derive(Debug)]
pub struct Failure {
    code: &'static str,
    failed: bool,
    reason: String,
}

impl Failure {
    /// The address is none, or of a domain that is not ours.
    pub fn address(domains: &[Domain]) -> Self {
        let ends: Vec<String> = domains.iter().map(|domain| format!("@{domain}")).collect();
        let ends = ends.join(" or ");
        let reason = format!("`email` must be an address that ends in {ends}");
        Self::asked("address_invalid", reason)
    }

    /// There is no such command.
    pub fn command() -> Self {
        let reason = format!("`command` must be one of {}", COMMANDS.join(", "));
        Self::asked("command_unknown", reason)
    }

    /// A bug of ours.
    pub fn internal() -> Self {
        let reason = "something went wrong here, please try again";
        Self {
            failed: true,
            ..Self::asked("internal", reason.to_owned())
        }
    }

    fn asked(code: &'static str, reason: String) -> Self {
        Self {
            code,
            failed: false,
            reason,
        }
    }

    /// As an answer.
    pub fn of(self, operation: &'static str) -> Outcome {
        Outcome {
            answer: json!({"status": "failure", "code": self.code, "reason": self.reason}),
            code: Some(self.code),
            failed: self.failed,
            operation,
        }
    }
}

impl From<PortError> for Failure {
    /// The owner is told what broke: nobody else can mend it.
    fn from(error: PortError) -> Self {
        tracing::error!(error = %error, "something that we depend on is broken");
        Self {
            failed: true,
            ..Self::asked("unavailable", error.to_string())
        }
    }
}

impl From<SignInFailure> for Failure {
    fn from(failure: SignInFailure) -> Self {
        match failure {
            SignInFailure::Broken(error) => error.into(),
            failure => Self::asked(failure.code(), failure.to_string()),
        }
    }
}
