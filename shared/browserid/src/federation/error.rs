use core::fmt;

use crate::{
    Domain, Timestamp,
    json::JsonError,
    token::{MalformedToken, VerifyError},
};

/// Why a text is not taken as a member list. Display says what to mend.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum MemberListError {
    /// Two members claim one domain.
    DomainTwice {
        /// That domain.
        domain: Domain,
    },
    /// It is over.
    Expired {
        /// Since when.
        expired: Timestamp,
    },
    /// It is from a moment that is still to come.
    FromTheFuture {
        /// Which moment.
        issued: Timestamp,
    },
    /// Two members have one issuer.
    IssuerTwice {
        /// That issuer.
        issuer: Domain,
    },
    /// A plain list is no JSON that we read.
    Json(JsonError),
    /// A member of the JSON is missing, unknown or of the wrong shape.
    Malformed {
        /// Where: `members[3].issuer`.
        place: String,
        /// What it must be.
        must: &'static str,
    },
    /// The signature is not that of a pinned key.
    Signature(VerifyError),
    /// It is signed, and no key is named to check that with.
    SignedByUnknown,
    /// A signed list is no signed object.
    Token(MalformedToken),
    /// It is plain, and a key is named that must have signed it.
    Unsigned,
}

impl fmt::Display for MemberListError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::DomainTwice { domain } => write!(f, "`{domain}` is listed twice"),
            Self::Expired { expired } => write!(f, "it expired at {expired}"),
            Self::FromTheFuture { issued } => {
                write!(f, "it is issued at {issued}, which is still to come")
            }
            Self::IssuerTwice { issuer } => write!(f, "two members have the issuer `{issuer}`"),
            Self::Json(error) => error.fmt(f),
            Self::Malformed { place, must } => write!(f, "{place} {must}"),
            Self::Signature(error) => write!(f, "it is not signed with the key named: {error}"),
            Self::SignedByUnknown => {
                f.write_str("it is signed, and no key is named to check that with")
            }
            Self::Token(error) => write!(f, "it is neither a JSON object nor signed: {error}"),
            Self::Unsigned => f.write_str("it is not signed, and a key is named that must have"),
        }
    }
}

impl core::error::Error for MemberListError {}
