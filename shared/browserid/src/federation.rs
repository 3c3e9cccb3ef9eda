//! A federation: institutions that believe each other's identity providers, each for its own people only.
//!
//! Who is a member stands in a [`MemberList`]: exactly those issuers for exactly those domains. With a list, discovery
//! decides nothing: the address's domain is not asked, no fallback speaks, no issuer is trusted beside it. Of the issuer's
//! document its keys count; an issuer that delegates is refused, because another would then speak whom nobody listed.
//!
//! A list is read from any bytes, within bounds; see `federation/list.rs` for its form.

mod error;
mod list;
mod refusal;
mod seal;

use crate::{Domain, PublicKey, Timestamp, certificate::IssuerClaim};

pub use error::MemberListError;
pub use list::{MAX_LIST_BYTES, MAX_LIST_MS, MAX_MEMBER_DOMAINS, MAX_MEMBERS, MemberList};
pub use refusal::FederationRefusal;
pub use seal::{ListKey, PreparedList, Seal};

/// Whom a verifier of a federation believes.
#[derive(Clone, Debug, PartialEq)]
pub enum Federation {
    /// The members of this list, while it lasts, and nobody else.
    Members(MemberList),
    /// Nobody: there is no list yet.
    Nobody,
}

/// One institution.
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub struct Member {
    /// Where its keeper is reached: `mailto:` or `https:`.
    pub contact: String,
    /// The domains behind the `@` of its people, exactly these: none below or above them.
    pub domains: Vec<Domain>,
    /// From this moment on it is none any more.
    pub expires: Timestamp,
    /// Who certifies its people, and where its keys are asked for.
    pub issuer: Domain,
    /// Which of those keys count.
    pub keys: KeyStrength,
}

/// Which keys an issuer may sign with.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct KeyStrength {
    /// Fewest bits of a DSA key; None: no DSA.
    dsa: Option<usize>,
    /// Fewest bits of an RSA key; None: no RSA.
    rsa: Option<usize>,
}

impl KeyStrength {
    /// Sizes that keys come in.
    const SIZES: [u64; 2] = [1024, 2048];

    /// One bit less passes: half of the keys of old generators are one bit short.
    pub fn allows(&self, key: &PublicKey) -> bool {
        let fewest = if key.is_rsa() { self.rsa } else { self.dsa };
        fewest.is_some_and(|fewest| key.bits() + 1 >= fewest)
    }
}

impl Federation {
    /// The list, if there is one and it is not over.
    pub fn list_at(&self, now: Timestamp) -> Result<&MemberList, FederationRefusal> {
        match self {
            Self::Nobody => Err(FederationRefusal::ListMissing),
            Self::Members(list) if now >= list.expires() => Err(FederationRefusal::ListExpired {
                expired: list.expires(),
            }),
            Self::Members(list) => Ok(list),
        }
    }

    /// The list, also when it is over.
    pub fn list(&self) -> Option<&MemberList> {
        match self {
            Self::Members(list) => Some(list),
            Self::Nobody => None,
        }
    }

    /// Who speaks for people of `domain` now.
    pub fn speaker(&self, domain: &Domain, now: Timestamp) -> Result<&Member, FederationRefusal> {
        let member = self.list_at(now)?.member_of(domain);
        let member = member.ok_or_else(|| FederationRefusal::DomainNotMembers {
            domain: domain.clone(),
            issuer: None,
            speaks: None,
        })?;
        member.at(now)
    }
}

impl Member {
    fn at(&self, now: Timestamp) -> Result<&Self, FederationRefusal> {
        if now < self.expires {
            return Ok(self);
        }
        Err(FederationRefusal::MemberExpired {
            expired: self.expires,
            issuer: self.issuer.clone(),
        })
    }
}

impl MemberList {
    /// The member that `issuer` claims to be, if it may certify people of `domain` now.
    pub(crate) fn vouching(
        &self,
        issuer: &IssuerClaim,
        domain: &Domain,
        now: Timestamp,
    ) -> Result<&Member, FederationRefusal> {
        let member = match issuer {
            IssuerClaim::Named(issuer) => self.member(issuer),
            IssuerClaim::Absent(_) | IssuerClaim::Malformed(_) => None,
        };
        let member = member.ok_or_else(|| FederationRefusal::IssuerNotMember {
            issuer: issuer.as_str().to_owned(),
        })?;
        let member = member.at(now)?;
        if member.domains.contains(domain) {
            return Ok(member);
        }
        Err(FederationRefusal::DomainNotMembers {
            domain: domain.clone(),
            issuer: Some(member.issuer.clone()),
            speaks: self.member_of(domain).map(|member| member.issuer.clone()),
        })
    }
}

#[cfg(test)]
mod tests;
