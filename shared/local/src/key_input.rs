//! Keys that people hand over: private or public, PEM or DER.

use std::path::Path;

use browserid::PublicKey;
use rsa::pkcs1::{DecodeRsaPrivateKey, DecodeRsaPublicKey};
use rsa::pkcs8::{DecodePrivateKey, DecodePublicKey, EncodePublicKey};
use rsa::{RsaPrivateKey, RsaPublicKey};
use zeroize::Zeroizing;

use crate::arguments::KeySource;
use crate::complaint::Complaint;
use crate::data_folder::{self, DataFolder};
use crate::output;

/// No key file is longer.
const LIMIT: usize = 64 * 1024;

/// An RSA key out of a file.
pub enum RsaKey {
    /// With its private half.
    Private(Box<RsaPrivateKey>),
    /// Only what everybody may know.
    Public(RsaPublicKey),
}

impl RsaKey {
    /// Reads PKCS#8, PKCS#1 or SubjectPublicKeyInfo, PEM or DER; `-` is standard input.
    pub fn read(file: &Path) -> Result<Self, Complaint> {
        let bytes = Zeroizing::new(output::read_file(file, LIMIT)?);
        Self::from_bytes(&bytes).ok_or_else(|| {
            Complaint::failure(format!(
                "`{}` is no RSA key: give a private or public key in PEM or DER, such as `selfsame keygen` makes",
                file.display()
            ))
        })
    }

    fn from_bytes(bytes: &[u8]) -> Option<Self> {
        let private = match std::str::from_utf8(bytes) {
            Ok(pem) => RsaPrivateKey::from_pkcs8_pem(pem)
                .ok()
                .or_else(|| RsaPrivateKey::from_pkcs1_pem(pem).ok()),
            Err(_) => RsaPrivateKey::from_pkcs8_der(bytes)
                .ok()
                .or_else(|| RsaPrivateKey::from_pkcs1_der(bytes).ok()),
        };
        if let Some(private) = private {
            return Some(Self::Private(Box::new(private)));
        }
        let public = match std::str::from_utf8(bytes) {
            Ok(pem) => RsaPublicKey::from_public_key_pem(pem)
                .ok()
                .or_else(|| RsaPublicKey::from_pkcs1_pem(pem).ok()),
            Err(_) => RsaPublicKey::from_public_key_der(bytes)
                .ok()
                .or_else(|| RsaPublicKey::from_pkcs1_der(bytes).ok()),
        };
        public.map(Self::Public)
    }

    /// The public half.
    pub fn public(&self) -> RsaPublicKey {
        match self {
            Self::Private(key) => key.to_public_key(),
            Self::Public(key) => key.clone(),
        }
    }
}

impl KeySource {
    /// The public key that was named: `--key`, `--spki`, or that of the local product.
    pub fn public_key(&self) -> Result<PublicKey, Complaint> {
        if let Some(file) = &self.spki {
            return published(&RsaKey::read(file)?.public(), file);
        }
        let file = match &self.key {
            Some(file) => file.clone(),
            None => DataFolder::existing(Path::new(data_folder::DEFAULT))
                .map(|folder| folder.key())
                .filter(|file| file.is_file())
                .ok_or_else(|| {
                    Complaint::usage(
                        "there is no key here: name one with --key FILE or --spki FILE, or make one with `selfsame keygen --out FILE`",
                    )
                })?,
        };
        match RsaKey::read(&file)? {
            key @ RsaKey::Private(_) => published(&key.public(), &file),
            RsaKey::Public(_) => Err(Complaint::failure(format!(
                "`{}` is a public key: name it with --spki",
                file.display()
            ))),
        }
    }
}

/// Only a key that a verifier would accept may be published.
fn published(key: &RsaPublicKey, file: &Path) -> Result<PublicKey, Complaint> {
    let unusable = |why: String| {
        Complaint::failure(format!(
            "`{}` cannot be published ({why}): use an RSA key of 2048 bits, such as `selfsame keygen` makes",
            file.display()
        ))
    };
    let spki = key
        .to_public_key_der()
        .map_err(|error| unusable(error.to_string()))?;
    PublicKey::from_spki(spki.as_bytes()).map_err(|error| unusable(error.to_string()))
}
