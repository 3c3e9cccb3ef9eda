//! RSA, PKCS#1 v1.5 with SHA-256 at every size (PROTOCOL §2.1, §2.3).

use std::borrow::Cow;
use std::sync::Arc;

use aws_lc_rs::signature::{
    ParsedPublicKey, RSA_PKCS1_1024_8192_SHA256_FOR_LEGACY_USE_ONLY, RsaParameters,
    RsaPublicKeyComponents,
};
use num_bigint_dig::BigUint;
use rsa::pkcs1v15::Pkcs1v15Sign;
use rsa::pkcs8::DecodePublicKey as _;
use rsa::traits::PublicKeyParts as _;
use sha2::{Digest as _, Sha256};

use super::{Algorithm, KeyError, SignatureError, number};

/// The one kind of aws-lc that takes 1024 to 1025 and 2047 to 2049 bits; which sizes may be is decided here.
const KIND: &RsaParameters = &RSA_PKCS1_1024_8192_SHA256_FOR_LEGACY_USE_ONLY;

/// Which sizes of modulus are taken.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Sizes {
    /// Those of users' keys that an issuer certifies: 2048 to 4096 bits, or one short of that.
    Certified,
    /// Those that have a label, so that signatures can be checked.
    Labelled,
}

/// A modulus of a size that was asked for and an odd exponent of 3 to 32 bits.
#[derive(Clone, Debug)]
pub(super) struct RsaKey {
    algorithm: Algorithm,
    bits: usize,
    exponent: u32,
    /// Big-endian, without leading zeros.
    modulus: Arc<[u8]>,
    /// In aws-lc's form, if the key is to check many signatures.
    prepared: Option<Arc<ParsedPublicKey>>,
}

/// The numbers make the key; whether it is prepared is nobody's business.
impl PartialEq for RsaKey {
    fn eq(&self, other: &Self) -> bool {
        (self.exponent, &self.modulus) == (other.exponent, &other.modulus)
    }
}

impl Eq for RsaKey {}

impl RsaKey {
    /// Both numbers big-endian, without leading zeros.
    pub(super) fn new(modulus: Vec<u8>, e: &[u8], sizes: Sizes) -> Result<Self, KeyError> {
        let bits = number::bits(&modulus);
        let algorithm = match (sizes, bits) {
            (Sizes::Labelled, 1023..=1025) => Algorithm::Rs128,
            (Sizes::Labelled, 2047..=2049) | (Sizes::Certified, 2047..=4096) => Algorithm::Rs256,
            _ => return Err(KeyError::Size { bits }),
        };
        if modulus.last().is_none_or(|last| last % 2 == 0) {
            return Err(KeyError::Modulus);
        }
        let exponent = small(e)
            .filter(|e| *e >= 3 && e % 2 == 1)
            .ok_or(KeyError::Exponent)?;
        Ok(Self {
            algorithm,
            bits,
            exponent,
            modulus: modulus.into(),
            prepared: None,
        })
    }

    pub(super) fn from_spki(spki: &[u8]) -> Result<Self, KeyError> {
        let key = match core::str::from_utf8(spki) {
            Ok(pem) if pem.trim_start().starts_with("-----BEGIN") => {
                rsa::RsaPublicKey::from_public_key_pem(pem.trim())
            }
            _ => rsa::RsaPublicKey::from_public_key_der(spki),
        }
        .map_err(|_| KeyError::Spki)?;
        let (n, e) = (key.n().to_bytes_be(), key.e().to_bytes_be());
        Self::new(n, &e, Sizes::Labelled)
    }

    /// The same key, ready to check signatures again and again: what aws-lc computes from the modulus is kept, by all
    /// clones together.
    pub(super) fn prepared(mut self) -> Self {
        if self.prepared.is_none() && self.is_for_aws_lc() {
            let prepared = self.components(|numbers| numbers.to_parsed_public_key(KIND));
            self.prepared = prepared.ok().map(Arc::new);
        }
        self
    }

    pub(super) fn algorithm(&self) -> Algorithm {
        self.algorithm
    }

    pub(super) fn bits(&self) -> usize {
        self.bits
    }

    pub(super) fn members(&self) -> Vec<(&'static str, String)> {
        let n = BigUint::from_bytes_be(&self.modulus).to_str_radix(10);
        vec![
            ("algorithm", "RS".to_owned()),
            ("e", self.exponent.to_string()),
            ("n", n),
        ]
    }

    /// The whole encoded block is compared on both roads. aws-lc has no constant that takes 1023 bits (the example key
    /// of the old IdP guide), so that one size goes to the `rsa` crate.
    pub(super) fn verify(&self, message: &[u8], signature: &[u8]) -> Result<(), SignatureError> {
        let full_width = self.full_width(signature).ok_or(SignatureError::Invalid)?;
        if self.is_for_aws_lc() {
            self.verify_with_aws_lc(message, &full_width)
        } else {
            self.verify_with_rsa(message, &full_width)
        }
    }

    fn is_for_aws_lc(&self) -> bool {
        self.bits >= 1024
    }

    fn verify_with_aws_lc(&self, message: &[u8], signature: &[u8]) -> Result<(), SignatureError> {
        match &self.prepared {
            Some(prepared) => prepared.verify_sig(message, signature),
            None => self.components(|numbers| numbers.verify(KIND, message, signature)),
        }
        .map_err(|_| SignatureError::Invalid)
    }

    fn components<T>(&self, used_by: impl FnOnce(RsaPublicKeyComponents<&[u8]>) -> T) -> T {
        used_by(RsaPublicKeyComponents {
            n: &self.modulus,
            e: without_leading_zeros(&self.exponent.to_be_bytes()),
        })
    }

    fn verify_with_rsa(&self, message: &[u8], signature: &[u8]) -> Result<(), SignatureError> {
        rsa::RsaPublicKey::new(
            BigUint::from_bytes_be(&self.modulus),
            BigUint::from(self.exponent),
        )
        .and_then(|key| {
            key.verify(
                Pkcs1v15Sign::new::<Sha256>(),
                &Sha256::digest(message),
                signature,
            )
        })
        .map_err(|_| SignatureError::Invalid)
    }

    /// Old signers write the signature as an integer and so drop leading zero bytes (one in 256). None if too long.
    fn full_width<'a>(&self, signature: &'a [u8]) -> Option<Cow<'a, [u8]>> {
        match self.modulus.len().checked_sub(signature.len())? {
            0 => Some(Cow::Borrowed(signature)),
            missing => Some(Cow::Owned([&vec![0; missing], signature].concat())),
        }
    }
}

/// None over 32 bits.
fn small(number: &[u8]) -> Option<u32> {
    let digit = |number, byte: &u8| (number << 8) | u32::from(*byte);
    (number.len() <= 4).then(|| number.iter().fold(0, digit))
}

fn without_leading_zeros(bytes: &[u8]) -> &[u8] {
    match bytes {
        [0, rest @ ..] => without_leading_zeros(rest),
        _ => bytes,
    }
}
