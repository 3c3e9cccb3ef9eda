use core::fmt;

use crate::{Code, Domain, FederationRefusal, SupportDocumentError, Unreachable};

/// Why no authority was found. Display gives the reference's reason (PROTOCOL §1.7); where the reference gives a text
/// of its JavaScript engine or crashes, a sentence of ours in the same shape.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum DiscoveryError {
    /// A domain delegates to one that stands before it.
    Circular {
        /// The chain before the repeat.
        chain: Vec<Domain>,
    },
    /// The media type is not `application/json`.
    ContentType {
        /// Who sent it.
        host: Domain,
    },
    /// A domain says that it does not take part.
    Disabled {
        /// That domain: the last of the chain.
        domain: Domain,
        /// From the domain looked for to the one that is disabled.
        chain: Vec<Domain>,
    },
    /// The document is no support document.
    Document {
        /// Who sent it.
        host: Domain,
        /// What is wrong with it.
        error: SupportDocumentError,
    },
    /// There is no discovery in a federation: its list says who speaks, and here nobody does.
    Federation(FederationRefusal),
    /// A redirect; none is followed.
    Redirected {
        /// Who sent it.
        host: Domain,
    },
    /// Another status than 200.
    Status {
        /// Who sent it.
        host: Domain,
        /// The status.
        status: u16,
    },
    /// No answer in time.
    Timeout {
        /// Who was asked.
        host: Domain,
    },
    /// More delegations than the rules allow.
    TooManyHops {
        /// The chain with the one too many.
        chain: Vec<Domain>,
    },
    /// No answer at all.
    Unreachable {
        /// Who was asked.
        host: Domain,
        /// Why.
        why: Unreachable,
    },
}

impl DiscoveryError {
    /// The stable name.
    pub fn code(&self) -> Code {
        match self {
            Self::Circular { .. } => Code::DelegationCircular,
            Self::ContentType { .. } => Code::DocumentContentType,
            Self::Disabled { .. } => Code::DomainDisabled,
            Self::Document { .. } => Code::DocumentMalformed,
            Self::Federation(refusal) => refusal.code(),
            Self::Redirected { .. } => Code::DocumentRedirected,
            Self::Status { status, .. } if *status >= 500 => Code::DomainUnreachable,
            Self::Status { .. } => Code::DocumentMissing,
            Self::Timeout { .. } => Code::DomainTimeout,
            Self::TooManyHops { .. } => Code::DelegationTooLong,
            Self::Unreachable { why, .. } => match why {
                Unreachable::Connection => Code::DomainUnreachable,
                Unreachable::Forbidden => Code::DomainForbidden,
                Unreachable::NoSuchHost => Code::DomainUnknown,
                Unreachable::Timeout => Code::DomainTimeout,
                Unreachable::Tls => Code::DomainTls,
                Unreachable::TooLarge { .. } => Code::DocumentTooLarge,
            },
        }
    }

    /// True if this is an answer, "no support", on which the fallback may speak; false if the domain is only in
    /// trouble.
    pub fn is_no_support(&self) -> bool {
        match self {
            Self::Circular { .. }
            | Self::ContentType { .. }
            | Self::Disabled { .. }
            | Self::Document { .. }
            | Self::Redirected { .. }
            | Self::TooManyHops { .. } => true,
            Self::Federation(refusal) => refusal.is_the_lists_word(),
            Self::Status { status, .. } => *status < 500,
            Self::Timeout { .. } => false,
            Self::Unreachable { why, .. } => *why == Unreachable::NoSuchHost,
        }
    }
}

impl fmt::Display for DiscoveryError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Circular { chain } => write!(
                f,
                "Circular reference in delegating authority: {}",
                joined(chain)
            ),
            Self::ContentType { host } => write!(
                f,
                "{host} is not a browserid primary - non \"application/json\" response to /.well-known/browserid"
            ),
            Self::Disabled { domain, .. } => {
                write!(
                    f,
                    "{domain} is not a browserid primary - support is disabled"
                )
            }
            Self::Document { host, error } => {
                write!(f, "bad support document for '{host}': Error: {error}")
            }
            Self::Federation(refusal) => refusal.fmt(f),
            Self::Redirected { host } => write!(
                f,
                "{host} is not a browserid primary - redirection not supported for support documents"
            ),
            Self::Status { host, .. } => write!(
                f,
                "{host} is not a browserid primary - non-200 response code to /.well-known/browserid"
            ),
            Self::Timeout { host } => write!(f, "timeout trying to load well-known for {host}"),
            Self::TooManyHops { chain } => write!(
                f,
                "Too many hops while delegating authority: {}",
                joined(chain)
            ),
            Self::Unreachable { host, why } => {
                write!(
                    f,
                    "{host} is not a browserid primary: {}",
                    why_in_words(why)
                )
            }
        }
    }
}

impl core::error::Error for DiscoveryError {}

/// Says nothing about the network that the asker sits in (PROTOCOL V41).
fn why_in_words(why: &Unreachable) -> &'static str {
    match why {
        Unreachable::Connection => "no connection",
        Unreachable::Forbidden => "not a public address",
        Unreachable::NoSuchHost => "no such host",
        Unreachable::Timeout => "no answer in time",
        Unreachable::Tls => "no secure connection",
        Unreachable::TooLarge { .. } => "the answer is too large",
    }
}

fn joined(chain: &[Domain]) -> String {
    let names: Vec<_> = chain.iter().map(Domain::as_str).collect();
    names.join(" > ")
}
