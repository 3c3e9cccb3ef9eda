//! What goes wrong with a mail server.

use core::fmt;
use std::error::Error;
use std::io;

use lettre::transport::smtp::Error as LettreError;

/// The longest text of a TLS failure that is kept, in characters: it may name what stands in the server's certificate.
const MAX_REASON: usize = 200;

/// Why the mail could not be handed over now. The server's own words are not in it: they repeat addresses.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum SmtpError {
    /// The server takes no password, or none in a way that we speak (PLAIN, LOGIN).
    NoMechanism,
    /// The server does not offer STARTTLS. Nothing was sent in plain.
    NoStartTls,
    /// The mail could not be written: its sender is no mail address.
    NotWritten,
    /// The server says no.
    Refused {
        /// To what.
        at: Step,
        /// Its answer: 4xx may pass, 5xx does not by itself.
        status: u16,
    },
    /// The deadline for the whole passed.
    TimedOut {
        /// What we were at.
        at: Step,
    },
    /// No connection, or it broke.
    Unreachable {
        /// What we were at.
        at: Step,
        /// How.
        kind: io::ErrorKind,
    },
    /// The answer was cut off, too long, or no SMTP.
    Unreadable {
        /// What we were at.
        at: Step,
    },
    /// There is no TLS with somebody whom we believe to be the server.
    Untrusted {
        /// In the words of the TLS library, at most 200 characters.
        reason: String,
    },
}

/// Where in the dialogue.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Step {
    /// Finding the server and connecting to it.
    Connect,
    /// TLS, where it comes first.
    Tls,
    /// The server's greeting, and EHLO.
    Greeting,
    /// STARTTLS, the TLS that follows, and EHLO again.
    StartTls,
    /// AUTH.
    Auth,
    /// MAIL FROM: who sends.
    Sender,
    /// RCPT TO: who receives.
    Recipient,
    /// DATA.
    Data,
    /// The mail itself.
    Body,
}

impl SmtpError {
    /// The stable machine name.
    pub fn code(&self) -> &'static str {
        match self {
            Self::NoMechanism => "no_mechanism",
            Self::NoStartTls => "no_starttls",
            Self::NotWritten => "not_written",
            Self::Refused { .. } => "refused",
            Self::TimedOut { .. } => "timed_out",
            Self::Unreachable { .. } => "unreachable",
            Self::Unreadable { .. } => "unreadable",
            Self::Untrusted { .. } => "untrusted",
        }
    }

    /// What became of `at`.
    pub(crate) fn of(at: Step, error: &LettreError) -> Self {
        if let Some(status) = error.status() {
            let status = status.into();
            return Self::Refused { at, status };
        }
        let mut source = error.source();
        while let Some(inner) = source {
            if let Some(io) = inner.downcast_ref() {
                return Self::of_io(at, io);
            }
            source = inner.source();
        }
        match at {
            Step::Auth if error.is_client() => Self::NoMechanism,
            Step::StartTls if error.is_client() => Self::NoStartTls,
            _ => Self::Unreadable { at },
        }
    }

    /// What became of `at`, where only bytes went.
    pub(crate) fn of_io(at: Step, error: &io::Error) -> Self {
        let inner = error.get_ref();
        let tls: Option<&rustls::Error> = inner.and_then(|inner| inner.downcast_ref());
        match (tls, error.kind()) {
            (Some(tls), _) => {
                let reason = tls.to_string();
                let plain = reason.chars().filter(|char| !char.is_control());
                Self::Untrusted {
                    reason: plain.take(MAX_REASON).collect(),
                }
            }
            // Not UTF-8, or more than we read.
            (None, io::ErrorKind::InvalidData) => Self::Unreadable { at },
            (None, kind) => Self::Unreachable { at, kind },
        }
    }
}

impl fmt::Display for SmtpError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::NoMechanism => {
                f.write_str("the mail server offers no authentication by PLAIN or LOGIN")
            }
            Self::NoStartTls => f.write_str("the mail server does not offer STARTTLS"),
            Self::NotWritten => f.write_str("the mail could not be written"),
            Self::Refused { at, status } => {
                write!(f, "the mail server answered {status} to {at}")
            }
            Self::TimedOut { at } => write!(f, "no answer from the mail server in time, at {at}"),
            Self::Unreachable { at, kind } => {
                write!(f, "the mail server cannot be reached, at {at}: {kind}")
            }
            Self::Unreadable { at } => {
                write!(f, "the mail server's answer to {at} cannot be read")
            }
            Self::Untrusted { reason } => {
                write!(f, "no trusted connection to the mail server: {reason}")
            }
        }
    }
}

impl Error for SmtpError {}

impl fmt::Display for Step {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Connect => "connecting",
            Self::Tls => "TLS",
            Self::Greeting => "EHLO",
            Self::StartTls => "STARTTLS",
            Self::Auth => "AUTH",
            Self::Sender => "MAIL FROM",
            Self::Recipient => "RCPT TO",
            Self::Data => "DATA",
            Self::Body => "the mail",
        })
    }
}
