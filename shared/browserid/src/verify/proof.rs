//! Steps 3 to 6: what certificate and assertion say, and whether they say it here and now.

use std::sync::Arc;

use crate::{
    Domain, Email, Federation, FederationRefusal, Json, KeyStrength, PublicKey, SignatureError,
    Support, Timestamp,
    assertion::AssertionClaims,
    audience,
    bundle::BackedAssertion,
    certificate::{CertificateClaims, EmailClaim, IssuerClaim},
    token::{self, Unverified, Verified},
};

use super::explain::{Journal, Stage};
use super::refusal::{Part, Refusal};

/// Most keys of an authority that are tried.
const MAX_KEYS_TRIED: usize = 8;

/// Fewest bits of an RSA key under `strong_keys`: old generators left half of their 2048-bit keys one bit short.
const STRONG_BITS: usize = 2047;

/// The parts of a bundle that has the right shape.
#[derive(Debug)]
pub(super) struct Parts {
    pub(super) assertion: Unverified<AssertionClaims>,
    pub(super) first_certificate: Unverified<CertificateClaims>,
    pub(super) further_certificates: Vec<Unverified<CertificateClaims>>,
    is_trusted: bool,
}

/// Under which a proof must hold.
#[derive(Debug)]
pub(super) struct Circumstances {
    pub(super) audience: Json,
    pub(super) federation: Option<Arc<Federation>>,
    pub(super) now: Timestamp,
    pub(super) strong_keys: bool,
}

/// A certificate that an authority signed and an assertion that the certified key signed, for the site that asks, now.
#[derive(Debug)]
pub(super) struct Proof<'a> {
    pub(super) assertion: Verified<'a, AssertionClaims>,
    /// As the site gave it.
    pub(super) audience: String,
    pub(super) certificate: Verified<'a, CertificateClaims>,
    /// The assertion's `exp`.
    pub(super) expires: Timestamp,
}

impl Parts {
    /// The first certificate is judged first, with its issuer; then the others.
    /// `trusted` are the issuers that may certify anyone.
    pub(super) fn new(bundle: BackedAssertion, trusted: &[String]) -> Result<Self, Refusal> {
        let malformed = |part| move |error| Refusal::Malformed { part, error };
        let first_certificate = bundle
            .first_certificate
            .map_err(malformed(Part::Certificate))?;
        if let IssuerClaim::Malformed(text) = &first_certificate.unverified_claims().issuer {
            return Err(Refusal::IssuerInvalid { text: text.clone() });
        }
        let further_certificates = bundle
            .further_certificates
            .into_iter()
            .collect::<Result<_, _>>()
            .map_err(malformed(Part::Certificate))?;
        let assertion = bundle.assertion.map_err(malformed(Part::Assertion))?;
        let is_trusted = match &first_certificate.unverified_claims().issuer {
            IssuerClaim::Named(issuer) => trusted.iter().any(|trusted| trusted == issuer.as_str()),
            IssuerClaim::Absent(_) | IssuerClaim::Malformed(_) => false,
        };
        Ok(Self {
            assertion,
            first_certificate,
            further_certificates,
            is_trusted,
        })
    }

    pub(super) fn issuer(&self) -> &IssuerClaim {
        &self.first_certificate.unverified_claims().issuer
    }

    /// The issuer, if it is one of those that may certify anyone.
    pub(super) fn trusted_issuer(&self) -> Option<&Domain> {
        match self.issuer() {
            IssuerClaim::Named(issuer) if self.is_trusted => Some(issuer),
            _ => None,
        }
    }

    /// The last certificate's, as in the reference; with more than one nothing is accepted anyway.
    pub(super) fn email_claim(&self) -> &EmailClaim {
        let last = self.further_certificates.last();
        &last
            .unwrap_or(&self.first_certificate)
            .unverified_claims()
            .email
    }

    pub(super) fn email(&self) -> Option<&Email> {
        match self.email_claim() {
            EmailClaim::Address(email) => Some(email),
            EmailClaim::Absent | EmailClaim::Malformed => None,
        }
    }

    pub(super) fn principal(&self) -> Option<&Domain> {
        self.email().map(Email::domain)
    }
}

impl<'a> Proof<'a> {
    /// All of it, the first certificate with one of the keys of `support`, in a federation one of enough `strength`.
    pub(super) fn find(
        parts: &'a Parts,
        support: &Support,
        strength: Option<KeyStrength>,
        circumstances: &Circumstances,
        journal: &mut Journal,
    ) -> Result<Self, Refusal> {
        let enough = |key: &PublicKey| {
            strong_enough(key, circumstances).and_then(|()| enough_for_list(key, strength))
        };
        let certificate = with_any(support.keys(), enough, &parts.first_certificate, journal)?;
        let first = First {
            claims: certificate.claims(),
            not_before: support.not_before,
        };
        let (assertion, audience, expires) = check_claims(parts, &first, circumstances, journal)?;
        Ok(Self {
            assertion,
            audience,
            certificate,
            expires,
        })
    }

    /// What is wrong even if the issuer did sign the first certificate.
    pub(super) fn refute(
        parts: &'a Parts,
        circumstances: &Circumstances,
        journal: &mut Journal,
    ) -> Option<Refusal> {
        let first = First {
            claims: parts.first_certificate.unverified_claims(),
            not_before: None,
        };
        check_claims(parts, &first, circumstances, journal).err()
    }
}

/// Tries key after key. If none fits, the last one's error is the reason, as in the reference. If one fits, what is wrong
/// with the certificate after that is said, where the reference would go on to keys that cannot fit.
fn with_any<'a, 'k>(
    keys: impl Iterator<Item = &'k PublicKey>,
    enough: impl Fn(&PublicKey) -> Result<(), Refusal>,
    certificate: &'a Unverified<CertificateClaims>,
    journal: &mut Journal,
) -> Result<Verified<'a, CertificateClaims>, Refusal> {
    let mut refusal = Refusal::Signature {
        part: Part::Certificate,
        error: SignatureError::Invalid,
    };
    journal.reach(Stage::Key);
    for key in keys.take(MAX_KEYS_TRIED) {
        match enough(key).and_then(|()| verify(certificate, key, Part::Certificate)) {
            Ok(verified) => return Ok(verified),
            Err(error) => {
                journal.refused_keys.push(error.clone());
                refusal = error;
            }
        }
    }
    Err(refusal)
}

/// The certificate that an authority made: the others are made by its users, if there are any.
struct First<'a> {
    claims: &'a CertificateClaims,
    /// The authority's word, where it was asked.
    not_before: Option<Timestamp>,
}

fn check_claims<'a>(
    parts: &'a Parts,
    first: &First<'_>,
    circumstances: &Circumstances,
    journal: &mut Journal,
) -> Result<(Verified<'a, AssertionClaims>, String, Timestamp), Refusal> {
    journal.reach(Stage::Certificate);
    let key = check_certificates(parts, first, circumstances)?;

    journal.reach(Stage::Signature);
    let key = journal.user_key.insert(key);
    let assertion = verify(&parts.assertion, key, Part::Assertion)?;

    journal.reach(Stage::Assertion);
    let expires = assertion
        .claims()
        .check_validity(circumstances.now)
        .map_err(|error| Refusal::validity(Part::Assertion, error))?;
    if !parts.further_certificates.is_empty() {
        return Err(Refusal::Chain);
    }

    journal.reach(Stage::Audience);
    let audience = check_audience(assertion.claims(), circumstances)?;
    Ok((assertion, audience, expires))
}

/// Each certificate's times and key; each after the first is verified with the key before. Gives the last key.
fn check_certificates(
    parts: &Parts,
    first: &First<'_>,
    circumstances: &Circumstances,
) -> Result<PublicKey, Refusal> {
    let mut key = check_certificate(first.claims, first.not_before, circumstances)?;
    for certificate in &parts.further_certificates {
        let certificate = verify(certificate, &key, Part::Certificate)?;
        key = check_certificate(certificate.claims(), None, circumstances)?;
    }
    Ok(key)
}

fn check_certificate(
    claims: &CertificateClaims,
    not_before: Option<Timestamp>,
    circumstances: &Circumstances,
) -> Result<PublicKey, Refusal> {
    claims
        .check_validity(circumstances.now)
        .map_err(|error| Refusal::validity(Part::Certificate, error))?;
    if not_before.is_some_and(|moment| !claims.validity.is_issued_from(moment)) {
        return Err(Refusal::BeforeNotBefore);
    }
    let key = claims.public_key().map_err(Refusal::UserKey)?;
    strong_enough(&key, circumstances)?;
    Ok(key)
}

fn check_audience(
    claims: &AssertionClaims,
    circumstances: &Circumstances,
) -> Result<String, Refusal> {
    audience::compare(claims.audience.as_ref(), &circumstances.audience)
        .map_err(Refusal::Audience)?;
    Ok(circumstances
        .audience
        .as_str()
        .unwrap_or_default()
        .to_owned())
}

fn verify<'a, C>(
    token: &'a Unverified<C>,
    key: &PublicKey,
    part: Part,
) -> Result<Verified<'a, C>, Refusal> {
    token.verify(key).map_err(|error| match error {
        token::VerifyError::AlgorithmMismatch => Refusal::AlgorithmMismatch { part },
        token::VerifyError::Signature(error) => Refusal::Signature { part, error },
    })
}

fn strong_enough(key: &PublicKey, circumstances: &Circumstances) -> Result<(), Refusal> {
    if !circumstances.strong_keys || (key.is_rsa() && key.bits() >= STRONG_BITS) {
        Ok(())
    } else {
        Err(Refusal::KeyTooWeak {
            algorithm: key.algorithm(),
            bits: key.bits(),
        })
    }
}

fn enough_for_list(key: &PublicKey, strength: Option<KeyStrength>) -> Result<(), Refusal> {
    if strength.is_none_or(|strength| strength.allows(key)) {
        return Ok(());
    }
    Err(Refusal::Federation(FederationRefusal::KeyTooWeak {
        algorithm: key.algorithm(),
        bits: key.bits(),
    }))
}
