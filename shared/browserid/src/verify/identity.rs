use serde_json::Map;

use crate::{Email, Json, Timestamp, certificate::EmailClaim};

use super::proof::Proof;

/// Who it is. Only [`Verification`](super::Verification) makes one.
///
/// The identity is [`email`](Self::email) and nothing else: whatever looks like an address in the claims is only said.
#[derive(Clone, Debug, PartialEq)]
pub struct Identity {
    audience: String,
    email: Option<Email>,
    expires: Timestamp,
    idp_claims: Map<String, Json>,
    issuer: String,
    user_claims: Map<String, Json>,
}

impl Identity {
    pub(super) fn new(proof: Proof<'_>) -> Self {
        let certificate = proof.certificate.claims();
        Self {
            audience: proof.audience,
            email: match &certificate.email {
                EmailClaim::Address(email) => Some(email.clone()),
                EmailClaim::Absent | EmailClaim::Malformed => None,
            },
            expires: proof.expires,
            idp_claims: certificate.extra.clone(),
            issuer: certificate.issuer.as_str().to_owned(),
            user_claims: proof.assertion.claims().extra.clone(),
        }
    }

    /// The address; None only from a trusted issuer that certified none.
    pub fn email(&self) -> Option<&Email> {
        self.email.as_ref()
    }

    /// Exactly the text that the caller sent.
    pub fn audience(&self) -> &str {
        &self.audience
    }

    /// When the assertion is over.
    pub fn expires(&self) -> Timestamp {
        self.expires
    }

    /// Who certified it, as in the certificate.
    pub fn issuer(&self) -> &str {
        &self.issuer
    }

    /// What else the issuer says (PROTOCOL §3.5).
    pub fn idp_claims(&self) -> &Map<String, Json> {
        &self.idp_claims
    }

    /// What else the browser says; nobody vouches for it.
    pub fn user_claims(&self) -> &Map<String, Json> {
        &self.user_claims
    }
}
