//! The certificate service of Persona's days (PROTOCOL §7): an address, a public key and a duration become a
//! certificate.
//!
//! Nobody's session is looked at: whoever may ask has checked it already, with sign-in pages of their own. So who may ask
//! is the first question of everybody who runs this; see `web::certifier`.

use core::fmt;
use std::{error::Error, sync::Arc};

use browserid::{
    Domain, Email, HostRule, IssueError, KeyError, MAX_CERTIFICATE_MS, Profile, PublicKey,
};

use crate::{
    issuing::{self, IssueFailure, Issuing},
    ports::{Audit, Clock, PortError, Signer},
};

/// How long a certificate lives for which no duration was asked, in seconds: the old service's setting, and the most
/// that there is.
pub const DEFAULT_DURATION_S: f64 = (MAX_CERTIFICATE_MS / 1000) as f64;

/// The operation and what it needs.
pub struct Certifier {
    /// Where every certificate is written down before it leaves.
    pub audit: Arc<dyn Audit>,
    /// What time it is.
    pub clock: Arc<dyn Clock>,
    /// Whose addresses are certified: the issuer's own, and those of domains that delegate to it.
    pub domains: Vec<Domain>,
    /// What we certify, and with which key.
    pub profile: Profile,
    /// The private key's keeper.
    pub signer: Arc<dyn Signer>,
}

impl Certifier {
    /// The certificate, alive for what was asked (at least 60 s, at most 24 h).
    ///
    /// `pubkey` is the JSON text of the key; `email` is taken as it stands: a domain in upper case or blanks make it
    /// none. Refused is the first that is wrong of duration, key, address.
    pub async fn certify(
        &self,
        email: &str,
        pubkey: &str,
        duration_s: f64,
    ) -> Result<String, CertifyFailure> {
        let lifetime_ms =
            issuing::lifetime_ms(duration_s).ok_or(CertifyFailure::DurationInvalid)?;
        let key = PublicKey::from_slice_to_certify(pubkey.as_bytes())
            .map_err(CertifyFailure::KeyUnusable)?;
        let email =
            Email::parse(email, HostRule::Public).map_err(|_| CertifyFailure::AddressMalformed)?;
        if !self.domains.contains(email.domain()) {
            return Err(CertifyFailure::NotOurDomain);
        }
        let issuing = Issuing {
            audit: self.audit.as_ref(),
            profile: &self.profile,
            signer: self.signer.as_ref(),
        };
        let issued = issuing.issue(&email, &email, key, lifetime_ms, self.clock.now());
        issued.await.map_err(|failure| match failure {
            IssueFailure::Broken(error) => CertifyFailure::Broken(error),
            IssueFailure::Refused(error) => CertifyFailure::Refused(error),
        })
    }
}

/// Why there is no certificate. [`code`](Self::code) is what leaves; statuses in brackets.
#[derive(Debug)]
#[non_exhaustive]
pub enum CertifyFailure {
    /// Not an e-mail-like identity (400).
    AddressMalformed,
    /// The signer, the store, or the signature itself is broken (503).
    Broken(PortError),
    /// Not a finite number above zero (400).
    DurationInvalid,
    /// No key, or none that anybody should use (400).
    KeyUnusable(KeyError),
    /// An address of a domain that this issuer does not speak for (403).
    NotOurDomain,
    /// The issuing policy refuses the key (400).
    Refused(IssueError),
}

impl CertifyFailure {
    /// The stable machine name. A key that is none has the code `key_malformed`, where the caller tells the two apart.
    pub fn code(&self) -> &'static str {
        match self {
            Self::AddressMalformed => "address_malformed",
            Self::Broken(_) => "unavailable",
            Self::DurationInvalid => "duration_invalid",
            Self::KeyUnusable(_) | Self::Refused(_) => "key_refused",
            Self::NotOurDomain => "not_our_domain",
        }
    }
}

impl fmt::Display for CertifyFailure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::AddressMalformed => f.write_str("email is not an address"),
            Self::Broken(_) => {
                f.write_str("certifying does not work at the moment, please try again")
            }
            // The old service's words.
            Self::DurationInvalid => f.write_str("duration argument must be a number when present"),
            Self::KeyUnusable(error) => write!(f, "pubkey is refused: {error}"),
            Self::NotOurDomain => f.write_str("this domain's people are not certified here"),
            Self::Refused(error) => write!(f, "pubkey is refused: {error}"),
        }
    }
}

impl Error for CertifyFailure {
    fn source(&self) -> Option<&(dyn Error + 'static)> {
        match self {
            Self::Broken(error) => Some(error),
            Self::KeyUnusable(error) => Some(error),
            Self::Refused(error) => Some(error),
            _ => None,
        }
    }
}
