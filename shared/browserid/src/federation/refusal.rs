use core::fmt;

use crate::{Algorithm, Code, Domain, Timestamp};

/// Which rule of a federation refused.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum FederationRefusal {
    /// The address's domain is not among those that the issuer may speak for.
    DomainNotMembers {
        /// The domain of the address.
        domain: Domain,
        /// The member that certified it; None where only the domain is known.
        issuer: Option<Domain>,
        /// The member that may speak for it, if any may.
        speaks: Option<Domain>,
    },
    /// The issuer is not on the list.
    IssuerNotMember {
        /// Who it is, as the certificate has it.
        issuer: String,
    },
    /// A key of a member's is below what the list demands of it.
    KeyTooWeak {
        /// Its kind.
        algorithm: Algorithm,
        /// Its bits.
        bits: usize,
    },
    /// The list is over, and no newer one could be had.
    ListExpired {
        /// Since when.
        expired: Timestamp,
    },
    /// No list could be had since the start.
    ListMissing,
    /// A member's document names another authority.
    MemberDelegates {
        /// The member.
        issuer: Domain,
    },
    /// The member's time is over.
    MemberExpired {
        /// Since when.
        expired: Timestamp,
        /// The member.
        issuer: Domain,
    },
}

impl FederationRefusal {
    /// The stable name.
    pub fn code(&self) -> Code {
        match self {
            Self::DomainNotMembers { .. } => Code::DomainNotMembers,
            Self::IssuerNotMember { .. } => Code::IssuerNotMember,
            Self::KeyTooWeak { .. } => Code::MemberKeyTooWeak,
            Self::ListExpired { .. } => Code::ListExpired,
            Self::ListMissing => Code::ListMissing,
            Self::MemberDelegates { .. } => Code::MemberDelegates,
            Self::MemberExpired { .. } => Code::MemberExpired,
        }
    }

    /// True if the list has been read and says no; false if there is none to read, or the member's own document is the
    /// matter.
    pub(crate) fn is_the_lists_word(&self) -> bool {
        matches!(
            self,
            Self::DomainNotMembers { .. }
                | Self::IssuerNotMember { .. }
                | Self::MemberExpired { .. }
        )
    }
}

impl fmt::Display for FederationRefusal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::DomainNotMembers {
                domain,
                issuer,
                speaks,
            } => {
                if let Some(issuer) = issuer {
                    write!(
                        f,
                        "'{issuer}' may not speak for '{domain}' in this federation: "
                    )?;
                }
                match speaks {
                    Some(speaks) => write!(f, "'{speaks}' speaks for it"),
                    None => write!(f, "no member speaks for '{domain}'"),
                }
            }
            Self::IssuerNotMember { issuer } => {
                write!(f, "'{issuer}' is no member of this federation")
            }
            Self::KeyTooWeak { algorithm, bits } => write!(
                f,
                "member's key too weak: {} of {bits} bits",
                algorithm.label()
            ),
            Self::ListExpired { .. } => f.write_str("the federation's member list has expired"),
            Self::ListMissing => f.write_str("the federation's member list could not be read yet"),
            Self::MemberDelegates { issuer } => write!(
                f,
                "'{issuer}' delegates, and a member must speak for itself"
            ),
            Self::MemberExpired { issuer, .. } => {
                write!(f, "the membership of '{issuer}' has expired")
            }
        }
    }
}

impl core::error::Error for FederationRefusal {}
