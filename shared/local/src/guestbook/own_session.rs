//! The guestbook's own session cookie; it has nothing to do with the identity provider's.

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use http::{HeaderMap, header};
use service::ports::{PortError, Random};
use sha2::{Digest, Sha256};

const NAME: &str = "guestbook";

/// How long a visitor stays signed in.
pub const LIFETIME_MS: u64 = 30 * 24 * 60 * 60 * 1000;

/// 256 random bits; the book keeps only their hash.
pub struct SessionToken([u8; 32]);

impl SessionToken {
    /// A new one.
    pub fn random(random: &dyn Random) -> Result<Self, PortError> {
        let mut bytes = [0; 32];
        random.fill(&mut bytes)?;
        Ok(Self(bytes))
    }

    /// The one in the request's cookie.
    pub fn read(headers: &HeaderMap) -> Option<Self> {
        headers
            .get_all(header::COOKIE)
            .iter()
            .filter_map(|value| value.to_str().ok())
            .flat_map(|value| value.split(';'))
            .filter_map(|pair| pair.trim().split_once('='))
            .find(|(name, _)| *name == NAME)
            .and_then(|(_, value)| URL_SAFE_NO_PAD.decode(value).ok())
            .and_then(|bytes| bytes.try_into().ok())
            .map(Self)
    }

    /// What the book knows it by.
    pub fn hash(&self) -> [u8; 32] {
        Sha256::digest(self.0).into()
    }

    /// The header that gives it to the browser. No `Secure`: the demo runs over plain HTTP on this machine.
    pub fn set_cookie(&self) -> String {
        format!(
            "{NAME}={}; Path=/; HttpOnly; SameSite=Lax; Max-Age={}",
            URL_SAFE_NO_PAD.encode(self.0),
            LIFETIME_MS / 1000
        )
    }
}

/// The header that takes it away.
pub fn clear_cookie() -> String {
    format!("{NAME}=; Path=/; HttpOnly; SameSite=Lax; Max-Age=0")
}
