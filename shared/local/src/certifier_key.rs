//! The key of a certifier: PEM as everywhere here, or the JSON objects that the old `generate-keypair` wrote
//! (`key.secretkey`, `key.publickey`).

use std::path::Path;
use std::sync::Arc;

use async_trait::async_trait;
use browserid::{Json, PublicKey, json};
use rand_core::OsRng;
use rsa::pkcs8::EncodePublicKey;
use rsa::{BigUint, Pkcs1v15Sign, RsaPrivateKey};
use service::ports::{PortError, Signed, Signer};
use sha2::{Digest, Sha256};
use tokio::task::spawn_blocking;

use crate::complaint::Complaint;
use crate::key_file::{self, KeyFile};
use crate::output;

/// No file of a public key is longer.
const LIMIT: usize = 64 * 1024;

/// The old libraries left half of their 2048-bit keys one bit short.
const BITS: std::ops::RangeInclusive<usize> = 2047..=2049;

/// Reads the private key, and refuses it if `public` is there and belongs to another one.
pub fn open(private: &Path, public: Option<&Path>) -> Result<Arc<dyn Signer>, Complaint> {
    let signer = signer(private)?;
    let Some(public) = public else {
        return Ok(signer);
    };
    if public_key(public)? != *signer.public_key() {
        return Err(Complaint::failure(format!(
            "`{}` and `{}` are not of one key, and nobody would believe a certificate: name the two that belong together",
            public.display(),
            private.display()
        )));
    }
    Ok(signer)
}

fn signer(file: &Path) -> Result<Arc<dyn Signer>, Complaint> {
    let text = key_file::read(file).map_err(|error| Complaint::failure(error.to_string()))?;
    if !text.trim_start().starts_with('{') {
        let key = KeyFile::open(file).map_err(|error| Complaint::failure(error.to_string()))?;
        return Ok(Arc::new(key));
    }
    let unusable = |why: &str| {
        Complaint::failure(format!(
            "`{}` cannot be used ({why}): make a key with `selfsame keygen`, and publish it beside the old one for a day",
            file.display()
        ))
    };
    let key = old_private_key(&text).map_err(unusable)?;
    if let Some(key) = KeyFile::of(&key) {
        return Ok(Arc::new(key));
    }
    let key = OddKey::of(key).ok_or_else(|| unusable("it is no key that verifiers accept"))?;
    Ok(Arc::new(key))
}

/// `{"algorithm":"RS","n":…,"e":…,"d":…}`, in decimal digits.
fn old_private_key(text: &str) -> Result<RsaPrivateKey, &'static str> {
    let object = json::parse(text.as_bytes()).map_err(|_| "it is no JSON object")?;
    if object.get("algorithm").and_then(Json::as_str) != Some("RS") {
        return Err("it is no RSA key in the old form; DSA does not sign here");
    }
    let number = |name: &str| {
        let text = object.get(name).and_then(Json::as_str)?;
        let is_decimal = !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
        BigUint::parse_bytes(text.as_bytes(), 10).filter(|_| is_decimal)
    };
    let (Some(n), Some(e), Some(d)) = (number("n"), number("e"), number("d")) else {
        return Err("n, e and d must be texts of decimal digits");
    };
    if !BITS.contains(&n.bits()) {
        return Err("it has not 2048 bits");
    }
    RsaPrivateKey::from_components(n, e, d, Vec::new()).map_err(|_| "its numbers make no key")
}

fn public_key(file: &Path) -> Result<PublicKey, Complaint> {
    let bytes = output::read_file(file, LIMIT)?;
    let read = if bytes.trim_ascii_start().starts_with(b"{") {
        PublicKey::from_slice(&bytes)
    } else {
        PublicKey::from_spki(&bytes)
    };
    read.map_err(|error| {
        Complaint::failure(format!(
            "`{}` is no public key ({error}): give PEM, or the key object that stands in your support document",
            file.display()
        ))
    })
}

/// A key one bit beside the usual, which aws-lc does not sign with.
struct OddKey {
    key: Arc<RsaPrivateKey>,
    public_key: PublicKey,
}

impl OddKey {
    fn of(key: RsaPrivateKey) -> Option<Self> {
        let spki = key.to_public_key().to_public_key_der().ok()?;
        Some(Self {
            public_key: PublicKey::from_spki(spki.as_bytes()).ok()?,
            key: Arc::new(key),
        })
    }
}

#[async_trait]
impl Signer for OddKey {
    fn public_key(&self) -> &PublicKey {
        &self.public_key
    }

    async fn sign(&self, message: &[u8]) -> Result<Signed, PortError> {
        const DOING: &str = "signing with the old key";
        let key = Arc::clone(&self.key);
        let digest = Sha256::digest(message);
        let signing = spawn_blocking(move || {
            // Blinded, so that the time it takes says nothing about the key.
            key.sign_with_rng(&mut OsRng, Pkcs1v15Sign::new::<Sha256>(), &digest)
        });
        let signature = signing
            .await
            .map_err(|error| PortError::new(DOING, error))?
            .map_err(|error| PortError::new(DOING, error))?;
        Ok(Signed {
            request_id: None,
            signature,
        })
    }
}

#[cfg(test)]
mod tests;
