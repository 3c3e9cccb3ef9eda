use core::fmt;
use std::error::Error;

use browserid::{Domain, Timestamp};

use crate::ports::PortError;
use crate::sign_in::SignInFailure;

/// Why not. [`code`](Self::code) is what leaves; the web crate gives each a status, in brackets.
#[derive(Debug)]
#[non_exhaustive]
pub enum FallbackFailure {
    /// What was typed is no address (400).
    AddressMalformed,
    /// Something outside failed (503).
    Broken(PortError),
    /// Wrong, used, over, tried too often, or asked for by another browser: all alike (403).
    CodeInvalid,
    /// The domain had support until lately and does not answer so now (403).
    DomainOffline {
        /// From then on the fallback may speak.
        until: Timestamp,
    },
    /// The domain speaks for itself (403).
    DomainSupported {
        /// Through this authority.
        authority: Domain,
    },
    /// The domain gives no clear answer at the moment (503).
    DomainSilent,
    /// The mail server takes nothing for this address (422).
    MailRefused,
    /// No session, or one that is over (403).
    NoSession,
    /// What signing in refuses.
    SignIn(SignInFailure),
    /// Too many mails or guesses (429).
    TooManyTries {
        /// How long to wait before the next try.
        retry_after_ms: u64,
        /// The moment when that is over.
        until: Timestamp,
    },
}

impl FallbackFailure {
    /// The stable machine name.
    pub fn code(&self) -> &'static str {
        match self {
            Self::AddressMalformed => "address_malformed",
            Self::Broken(_) => "unavailable",
            Self::CodeInvalid => "code_invalid",
            Self::DomainOffline { .. } => "domain_offline",
            Self::DomainSupported { .. } => "domain_supported",
            Self::DomainSilent => "domain_silent",
            Self::MailRefused => "mail_refused",
            Self::NoSession => "no_session",
            Self::SignIn(failure) => failure.code(),
            Self::TooManyTries { .. } => "too_many_tries",
        }
    }
}

impl fmt::Display for FallbackFailure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::AddressMalformed => f.write_str("this is no e-mail address"),
            Self::Broken(_) => f.write_str("this does not work at the moment, please try again"),
            Self::CodeInvalid => f.write_str(
                "this code does not work: it is wrong, used or over, or another browser asked for it",
            ),
            Self::DomainOffline { .. } => {
                f.write_str("the domain used to vouch for its people itself and is silent now: nobody takes its place for 30 days")
            }
            Self::DomainSupported { authority } => {
                write!(f, "the domain vouches for its people itself, at {authority}")
            }
            Self::DomainSilent => f.write_str("the domain does not answer at the moment"),
            Self::MailRefused => f.write_str("this address takes no mail from us"),
            Self::NoSession => f.write_str("nobody is signed in"),
            Self::SignIn(failure) => failure.fmt(f),
            Self::TooManyTries { retry_after_ms, .. } => write!(
                f,
                "too many tries, please wait {} minutes",
                retry_after_ms.div_ceil(60_000)
            ),
        }
    }
}

impl Error for FallbackFailure {
    fn source(&self) -> Option<&(dyn Error + 'static)> {
        match self {
            Self::Broken(error) => Some(error),
            Self::SignIn(failure) => Some(failure),
            _ => None,
        }
    }
}

impl From<PortError> for FallbackFailure {
    fn from(error: PortError) -> Self {
        Self::Broken(error)
    }
}

impl From<SignInFailure> for FallbackFailure {
    fn from(failure: SignInFailure) -> Self {
        match failure {
            SignInFailure::Broken(error) => Self::Broken(error),
            SignInFailure::NoSession => Self::NoSession,
            SignInFailure::TooManyTries {
                retry_after_ms,
                until,
            } => Self::TooManyTries {
                retry_after_ms,
                until,
            },
            other => Self::SignIn(other),
        }
    }
}
