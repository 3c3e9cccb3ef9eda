//! Public keys: both wire forms in, one out, and signature checks (PROTOCOL §1.6, §2).

mod dsa;
mod error;
mod montgomery;
mod number;
mod rsa;
mod wire;

use sha2::{Digest as _, Sha256};

use crate::{Json, base64url, json};

pub use error::{KeyError, SignatureError};

use dsa::DsaKey;
use rsa::{RsaKey, Sizes};

/// The label in the header of what a key signs. The number names a security level, not a hash (PROTOCOL §2.1).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Algorithm {
    /// RSA of 1024 bits (or one more or less), SHA-256.
    Rs128,
    /// RSA of 2048 bits (or one more or less), SHA-256: what we sign with.
    Rs256,
    /// DSA 1024/160, SHA-1: what Persona's browsers made.
    Ds128,
    /// DSA 2048/256, SHA-256.
    Ds256,
}

impl Algorithm {
    /// As it stands in headers.
    pub fn label(self) -> &'static str {
        match self {
            Self::Rs128 => "RS128",
            Self::Rs256 => "RS256",
            Self::Ds128 => "DS128",
            Self::Ds256 => "DS256",
        }
    }
}

/// A checked public key: only keys that may be used exist.
///
/// Refused at this border are sizes without a label (so RSA 512, and 3072 and 4096 except to
/// [certify](Self::from_slice_to_certify) them), even moduli, exponents that are even,
/// below 3 or above 32 bits, DSA groups that are none, and values of y outside the group (PROTOCOL §2.4, V7–V9).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PublicKey(Material);

#[derive(Clone, Debug, PartialEq, Eq)]
enum Material {
    Dsa(DsaKey),
    Rsa(RsaKey),
}

impl PublicKey {
    /// Reads a key object: `algorithm` with decimal (RS) or hexadecimal (DS) texts, or `kty` with base64url.
    ///
    /// The names `RS` and `RSA`, `DS` and `DSA` mean the same in either member; other members are not looked at.
    pub fn from_json(json: &Json) -> Result<Self, KeyError> {
        wire::read(json, Sizes::Labelled)
    }

    /// Reads a key object from its text, with the bounds of [`json::parse`].
    pub fn from_slice(json: &[u8]) -> Result<Self, KeyError> {
        Self::from_json(&json::parse(json).map_err(KeyError::Json)?)
    }

    /// Reads the text of a user's key that is to be certified: RSA of 2047 to 4096 bits, DSA of both sizes.
    ///
    /// Beyond 2049 bits no verifier of Persona's time, nor ours, has a label for the key; whether it is of use is for
    /// the person's verifiers to say, and the issuer does not stand in the way.
    pub fn from_slice_to_certify(json: &[u8]) -> Result<Self, KeyError> {
        wire::read(
            &json::parse(json).map_err(KeyError::Json)?,
            Sizes::Certified,
        )
    }

    /// Reads an RSA key from SubjectPublicKeyInfo, PEM or DER (`support-document --spki`, KMS GetPublicKey).
    pub fn from_spki(spki: &[u8]) -> Result<Self, KeyError> {
        RsaKey::from_spki(spki).map(Self::of_rsa)
    }

    /// The same key, ready to check many signatures: what can be computed before is computed now, and shared by clones.
    /// Without this each check computes it anew, which is right for a key that is met once.
    #[must_use]
    pub fn prepared(self) -> Self {
        match self.0 {
            Material::Dsa(key) => Self::of_dsa(key),
            Material::Rsa(key) => Self::of_rsa(key.prepared()),
        }
    }

    /// The label of what this key signs.
    pub fn algorithm(&self) -> Algorithm {
        match &self.0 {
            Material::Dsa(key) => key.algorithm(),
            Material::Rsa(key) => key.algorithm(),
        }
    }

    /// Bits of the modulus n, or of the DSA prime p.
    pub fn bits(&self) -> usize {
        match &self.0 {
            Material::Dsa(key) => key.bits(),
            Material::Rsa(key) => key.bits(),
        }
    }

    /// The form to publish and to certify: `algorithm` with decimal (RS) or hexadecimal (DS) texts.
    pub fn to_json(&self) -> serde_json::Value {
        self.members()
            .into_iter()
            .map(|(name, text)| (name.to_owned(), Json::String(text)))
            .collect()
    }

    /// base64url(SHA-256 of the key object with its members sorted and no blanks): names a key in logs and explanations.
    pub fn thumbprint(&self) -> String {
        base64url::encode(&Sha256::digest(self.to_text()))
    }

    /// True if `signature` was made over `message` (the signing input, not a digest) with this key's private half.
    ///
    /// A signature that lost leading zero bytes is filled up, as old signers drop them (PROTOCOL §2.3).
    ///
    /// # Errors
    /// [`SignatureError::Malformed`] for a DSA signature that is too long, [`SignatureError::Invalid`] for all else.
    pub fn verify(&self, message: &[u8], signature: &[u8]) -> Result<(), SignatureError> {
        match &self.0 {
            Material::Dsa(key) => key.verify(message, signature),
            Material::Rsa(key) => key.verify(message, signature),
        }
    }

    pub(crate) fn is_rsa(&self) -> bool {
        matches!(self.0, Material::Rsa(_))
    }

    /// True for a DSA key in another group than those of the old libraries.
    pub(crate) fn has_own_group(&self) -> bool {
        matches!(&self.0, Material::Dsa(key) if key.has_own_group())
    }

    /// The text of [`to_json`](Self::to_json), members sorted, no blanks; values are digits and need no escapes.
    pub(crate) fn to_text(&self) -> String {
        let members: Vec<_> = self
            .members()
            .into_iter()
            .map(|(name, text)| format!("\"{name}\":\"{text}\""))
            .collect();
        format!("{{{}}}", members.join(","))
    }

    fn members(&self) -> Vec<(&'static str, String)> {
        match &self.0 {
            Material::Dsa(key) => key.members(),
            Material::Rsa(key) => key.members(),
        }
    }

    fn of_dsa(key: DsaKey) -> Self {
        Self(Material::Dsa(key))
    }

    fn of_rsa(key: RsaKey) -> Self {
        Self(Material::Rsa(key))
    }
}

#[cfg(test)]
mod tests;
