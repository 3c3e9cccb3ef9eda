//! `POST /persona/sign/`: a session, a public key and a duration become a certificate.
//!
//! 1. [`Sign::session`]: who is asking? The one read of the store.
//! 2. [`Sign::permit`]: is it an address of the person's, and a duration? (Before anybody reads the key. No I/O for the
//!    account's own address.)
//! 3. [`Sign::certify`]: prepare, sign, confirm with the published key, and write the audit row.

use core::fmt;
use std::{error::Error, sync::Arc};

use browserid::{
    Domain, Email, HostRule, IssueError, MIN_CERTIFICATE_MS, Profile, PublicKey, Timestamp,
};

use crate::{
    addresses,
    issuing::{self, IssueFailure, Issuing},
    ports::{Addresses, Audit, Clock, PortError, Sessions, Signer},
    secret::Token,
    session::Session,
    standing::{Standing, Standings, still_counts},
};

/// The operation and what it needs.
pub struct Sign {
    /// Further addresses of people. Asked only about addresses that are not the session's. None where nobody has any, at a
    /// fallback.
    pub addresses: Option<Arc<dyn Addresses>>,
    /// Where every certificate is written down before it leaves.
    pub audit: Arc<dyn Audit>,
    /// What time it is.
    pub clock: Arc<dyn Clock>,
    /// What we certify, and with which key.
    pub profile: Profile,
    /// Who is signed in. Read once a certificate, never written.
    pub sessions: Arc<dyn Sessions>,
    /// The private key's keeper.
    pub signer: Arc<dyn Signer>,
    /// Whose addresses are certified.
    pub speaks: Speaks,
}

/// Whose addresses an issuer certifies.
#[derive(Clone)]
pub enum Speaks {
    /// The people of these domains, which are its own or delegate to it.
    For(Vec<Domain>),
    /// A fallback: everybody whose domain does not speak for itself.
    ForEverybodyElse(Arc<Standings>),
}

impl Speaks {
    /// Refuses an address that is none of them, and a session that began before the domain last spoke for itself.
    async fn for_address(&self, email: &Email, session: &Session) -> Result<(), SignFailure> {
        let domain = email.domain();
        let standings = match self {
            Self::For(domains) if domains.contains(domain) => return Ok(()),
            Self::For(_) => return Err(SignFailure::NotOurDomain),
            Self::ForEverybodyElse(standings) => standings,
        };
        match standings.of(domain).await? {
            Standing::Secondary { last_primary } if still_counts(session.created, last_primary) => {
                Ok(())
            }
            Standing::Secondary { .. } => Err(SignFailure::NoSession),
            Standing::Primary { authority } => Err(SignFailure::DomainSupported { authority }),
            Standing::Offline { until } => Err(SignFailure::DomainOffline { until }),
            Standing::Unreachable => Err(SignFailure::DomainSilent),
        }
    }
}

impl Sign {
    /// Who is asking. A session with less than 60 s of its absolute life left counts as none: no
    /// certificate would fit into it.
    pub async fn session(&self, token: Option<&Token>) -> Result<Session, SignFailure> {
        let token = token.ok_or(SignFailure::NoSession)?;
        let now = self.clock.now();
        self.sessions
            .find(&token.hash())
            .await?
            .filter(|session| session.is_live(now))
            .filter(|session| session.absolute_end().since_ms(now) >= MIN_CERTIFICATE_MS)
            .ok_or(SignFailure::NoSession)
    }

    /// Refuses what is no address of the person's, then a duration that is none.
    ///
    /// The account's own address costs nothing. Another one is looked for where it stands now, and not where it stood when the
    /// session began: what was taken away since is refused.
    pub async fn permit(
        &self,
        session: Session,
        email: &str,
        duration_s: f64,
    ) -> Result<Permitted, SignFailure> {
        let email = if is_same_address(email, &session.email) {
            session.email.clone()
        } else {
            self.further(&session, email).await?
        };
        Ok(Permitted {
            asked_ms: asked_ms(duration_s)?,
            email,
            session,
        })
    }

    async fn further(&self, session: &Session, email: &str) -> Result<Email, SignFailure> {
        let addresses = self.addresses.as_deref();
        let addresses = addresses.ok_or(SignFailure::NotYourAddress)?;
        let asked = as_asked(email).ok_or(SignFailure::NotYourAddress)?;
        let holder = addresses::holder(addresses, &asked, &session.email).await?;
        match holder {
            Some(holder) if holder == session.email => Ok(asked),
            _ => Err(SignFailure::NotYourAddress),
        }
    }

    /// The certificate: for the stored spelling of the address, alive for the least of what was
    /// asked (at least 60 s), what sessions of this life allow, and what is left of the session's absolute life.
    pub async fn certify(
        &self,
        permitted: &Permitted,
        key: PublicKey,
    ) -> Result<String, SignFailure> {
        let Permitted {
            asked_ms,
            email,
            session,
        } = permitted;
        self.speaks.for_address(email, session).await?;
        let now = self.clock.now();
        let left_ms = session.absolute_end().since_ms(now);
        if left_ms < MIN_CERTIFICATE_MS {
            return Err(SignFailure::NoSession);
        }
        let lifetime_ms = (*asked_ms).min(session.life.certificate_ms()).min(left_ms);

        let issuing = Issuing {
            audit: self.audit.as_ref(),
            profile: &self.profile,
            signer: self.signer.as_ref(),
        };
        let issued = issuing
            .issue(&session.email, email, key, lifetime_ms, now)
            .await;
        issued.map_err(|failure| match failure {
            IssueFailure::Broken(error) => SignFailure::Broken(error),
            IssueFailure::Refused(error) => SignFailure::Refused(error),
        })
    }
}

/// What may be certified: an address of whoever is signed in, for so long.
#[derive(Debug)]
pub struct Permitted {
    asked_ms: u64,
    email: Email,
    session: Session,
}

/// Why there is no certificate. [`code`](Self::code) is what leaves; statuses in brackets.
#[derive(Debug)]
#[non_exhaustive]
pub enum SignFailure {
    /// The signer, the store, or the signature itself is broken (503).
    Broken(PortError),
    /// The domain had support until lately and does not answer so now (403; fallback only).
    DomainOffline {
        /// From then on the fallback may speak.
        until: Timestamp,
    },
    /// The domain speaks for itself (403; fallback only).
    DomainSupported {
        /// Through this authority.
        authority: Domain,
    },
    /// The domain gives no clear answer at the moment (503; fallback only).
    DomainSilent,
    /// Not a finite number above zero (400).
    DurationInvalid,
    /// No session, or one that is over (403).
    NoSession,
    /// An address of a domain that this issuer does not speak for (403).
    NotOurDomain,
    /// An address that is not the person's (400).
    NotYourAddress,
    /// The issuing policy refuses the key (400).
    Refused(IssueError),
}

impl SignFailure {
    /// The stable machine name.
    pub fn code(&self) -> &'static str {
        match self {
            Self::Broken(_) => "unavailable",
            Self::DomainOffline { .. } => "domain_offline",
            Self::DomainSupported { .. } => "domain_supported",
            Self::DomainSilent => "domain_silent",
            Self::DurationInvalid => "duration_invalid",
            Self::NoSession => "no_session",
            Self::NotOurDomain => "not_our_domain",
            Self::NotYourAddress => "not_your_address",
            Self::Refused(_) => "key_refused",
        }
    }
}

impl fmt::Display for SignFailure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Broken(_) => "signing does not work at the moment, please try again",
            Self::DomainOffline { .. } => {
                "the domain used to vouch for its people itself and is silent now: nobody takes its place for 30 days"
            }
            Self::DomainSupported { .. } => "the domain vouches for its people itself",
            Self::DomainSilent => "the domain does not answer at the moment",
            Self::DurationInvalid => "`duration` must be a number of seconds above zero",
            Self::NoSession => "nobody is signed in",
            Self::NotOurDomain => "this domain's people are not certified here",
            Self::NotYourAddress => "`email` is not the address that is signed in",
            Self::Refused(_) => "the public key is refused",
        })
    }
}

impl Error for SignFailure {
    fn source(&self) -> Option<&(dyn Error + 'static)> {
        match self {
            Self::Broken(error) => Some(error),
            _ => None,
        }
    }
}

impl From<PortError> for SignFailure {
    fn from(error: PortError) -> Self {
        Self::Broken(error)
    }
}

/// The local part to the letter, the domain without case. No blanks are cut: whoever asks knows the
/// address from the session.
fn is_same_address(typed: &str, email: &Email) -> bool {
    typed.rsplit_once('@').is_some_and(|(local, domain)| {
        local == email.local_part() && domain.eq_ignore_ascii_case(email.domain().as_str())
    })
}

/// The domain in any case, the rest to the letter.
fn as_asked(text: &str) -> Option<Email> {
    let (local, domain) = text.rsplit_once('@')?;
    let text = format!("{local}@{}", domain.to_ascii_lowercase());
    Email::parse(&text, HostRule::Public).ok()
}

/// Between 60 s and 24 h.
fn asked_ms(duration_s: f64) -> Result<u64, SignFailure> {
    issuing::lifetime_ms(duration_s).ok_or(SignFailure::DurationInvalid)
}

#[cfg(test)]
mod tests;
