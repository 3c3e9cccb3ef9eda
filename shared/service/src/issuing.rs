//! What every operation that certifies does in the end: prepare, sign, confirm with the published key, write down.

use browserid::{
    Email, IssueError, MAX_CERTIFICATE_MS, MIN_CERTIFICATE_MS, Profile, PublicKey, Timestamp,
};

use crate::{
    audit::AuditRow,
    ports::{Audit, PortError, Signed, Signer},
};

/// What issuing needs.
pub(crate) struct Issuing<'a> {
    pub(crate) audit: &'a dyn Audit,
    pub(crate) profile: &'a Profile,
    pub(crate) signer: &'a dyn Signer,
}

/// Why there is no certificate.
pub(crate) enum IssueFailure {
    Broken(PortError),
    Refused(IssueError),
}

impl From<PortError> for IssueFailure {
    fn from(error: PortError) -> Self {
        Self::Broken(error)
    }
}

impl Issuing<'_> {
    /// The certificate of `key` for `email`, an address that `account` must be known to have.
    pub(crate) async fn issue(
        self,
        account: &Email,
        email: &Email,
        key: PublicKey,
        lifetime_ms: u64,
        now: Timestamp,
    ) -> Result<String, IssueFailure> {
        let key_thumbprint = key.thumbprint();
        let prepared = self
            .profile
            .prepare(email, key, lifetime_ms, now)
            .map_err(IssueFailure::Refused)?;
        let lifetime_ms = prepared.expires().since_ms(now);
        let Signed {
            request_id,
            signature,
        } = self
            .signer
            .sign(prepared.signing_input().as_bytes())
            .await?;
        let certificate = prepared.complete(&signature).map_err(|error| {
            PortError::new("confirming our signature with the published key", error)
        })?;
        // Only now is the request's id known. A row that cannot be kept costs the certificate: the signature without a
        // row is found by `selfsame audit`, and nobody holds it.
        self.audit
            .keep(&AuditRow {
                account: account.clone(),
                email: email.clone(),
                key_thumbprint,
                lifetime_ms,
                request_id,
                time: now,
            })
            .await?;
        Ok(certificate)
    }
}

/// What was asked for in seconds, brought between 60 s and 24 h. None if it is no finite number above zero.
pub(crate) fn lifetime_ms(duration_s: f64) -> Option<u64> {
    if !duration_s.is_finite() || duration_s <= 0.0 {
        return None;
    }
    // A float cast saturates: a huge duration becomes a huge number, then 24 h.
    let asked_ms = (duration_s * 1000.0) as u64;
    Some(asked_ms.clamp(MIN_CERTIFICATE_MS, MAX_CERTIFICATE_MS))
}
