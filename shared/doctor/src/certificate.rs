//! A certificate taken apart to be looked at, not to be believed.

use browserid::{PublicKey, base64url, json};
use serde_json::Value;

use crate::observation::shortened;

/// What a certificate says.
pub(crate) struct Certificate {
    pub(crate) algorithm: String,
    pub(crate) email: Option<String>,
    pub(crate) expires_ms: Option<u64>,
    pub(crate) issued_ms: Option<u64>,
    pub(crate) issuer: Option<String>,
    signature: Vec<u8>,
    signed: String,
}

impl Certificate {
    /// Of a bundle, the certificate. None if it is none.
    pub(crate) fn read(text: &str) -> Option<Self> {
        let certificate = text.trim().split('~').next()?;
        let parts: Vec<&str> = certificate.split('.').collect();
        let [header, payload, signature] = parts.as_slice() else {
            return None;
        };
        let object = |part: &str| json::parse(&base64url::decode(part).ok()?).ok();
        let (header, claims) = (object(header)?, object(payload)?);
        if !header.is_object() || !claims.is_object() {
            return None;
        }
        let text = |value: Option<&Value>| value.and_then(Value::as_str).map(str::to_owned);
        let email = claims
            .get("principal")
            .and_then(|principal| principal.get("email"));
        let (signed, _) = certificate.rsplit_once('.')?;
        Some(Self {
            algorithm: shortened(&text(header.get("alg")).unwrap_or_default()),
            email: text(email).or_else(|| text(claims.get("sub"))),
            expires_ms: claims.get("exp").and_then(Value::as_u64),
            issued_ms: claims.get("iat").and_then(Value::as_u64),
            issuer: text(claims.get("iss")),
            signature: base64url::decode(signature).ok()?,
            signed: signed.to_owned(),
        })
    }

    /// True if this key's private half made it.
    pub(crate) fn is_by(&self, key: &PublicKey) -> bool {
        key.algorithm().label() == self.algorithm
            && key.verify(self.signed.as_bytes(), &self.signature).is_ok()
    }
}
