//! Fixed RSA keys, and a signer that has one. They are known to everybody and sign nothing but tests.

use std::sync::LazyLock;
use std::sync::atomic::{AtomicUsize, Ordering};

use async_trait::async_trait;
use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use browserid::PublicKey;
use rsa::pkcs8::{DecodePrivateKey, EncodePublicKey};
use rsa::traits::PublicKeyParts;
use rsa::{Pkcs1v15Sign, RsaPrivateKey};
use serde_json::{Value, json};
use service::ports::{PortError, Signed, Signer};
use sha2::{Digest, Sha256};

/// The identity provider's, 2048 bits.
pub static ISSUER: LazyLock<TestKey> =
    LazyLock::new(|| TestKey::read(include_str!("keys/issuer.pem")));
/// Of a person's browser, 2048 bits.
pub static USER: LazyLock<TestKey> = LazyLock::new(|| TestKey::read(include_str!("keys/user.pem")));
/// Somebody else's, 2048 bits.
pub static OTHER: LazyLock<TestKey> =
    LazyLock::new(|| TestKey::read(include_str!("keys/other.pem")));
/// 1024 bits: accepted by a verifier, not certified by us.
pub static WEAK: LazyLock<TestKey> = LazyLock::new(|| TestKey::read(include_str!("keys/weak.pem")));

/// A private key with its public half.
pub struct TestKey(RsaPrivateKey);

impl TestKey {
    /// Reads PKCS#8.
    pub fn read(pem: &str) -> Self {
        Self(RsaPrivateKey::from_pkcs8_pem(pem).expect("a key in PKCS#8"))
    }

    /// The wire form: decimal strings.
    pub fn to_json(&self) -> Value {
        json!({
            "algorithm": "RS",
            "n": self.0.n().to_string(),
            "e": self.0.e().to_string(),
        })
    }

    /// The shortest wire form: base64url.
    pub fn to_short_json(&self) -> Value {
        let encode = |number: &rsa::BigUint| URL_SAFE_NO_PAD.encode(number.to_bytes_be());
        json!({
            "kty": "RSA",
            "n": encode(self.0.n()),
            "e": encode(self.0.e()),
        })
    }

    /// The public half.
    pub fn public(&self) -> PublicKey {
        PublicKey::from_json(&self.to_json()).expect("a public key")
    }

    /// The public half as KMS gives it: SubjectPublicKeyInfo in DER.
    pub fn spki(&self) -> Vec<u8> {
        let spki = self.0.to_public_key().to_public_key_der();
        spki.expect("DER").into_vec()
    }

    /// PKCS#1 v1.5 over SHA-256 of `message`.
    pub fn sign(&self, message: &[u8]) -> Vec<u8> {
        self.sign_digest(&Sha256::digest(message))
    }

    /// PKCS#1 v1.5 over a SHA-256 digest.
    pub fn sign_digest(&self, digest: &[u8]) -> Vec<u8> {
        let signature = self.0.sign(Pkcs1v15Sign::new::<Sha256>(), digest);
        signature.expect("a signature")
    }
}

/// Signs with [`ISSUER`] and counts.
pub struct FixedSigner {
    public: PublicKey,
    signatures: AtomicUsize,
}

impl FixedSigner {
    /// One that has signed nothing yet.
    pub fn new() -> Self {
        Self {
            public: ISSUER.public(),
            signatures: AtomicUsize::new(0),
        }
    }

    /// How often it has signed.
    pub fn signatures(&self) -> usize {
        self.signatures.load(Ordering::SeqCst)
    }
}

impl Default for FixedSigner {
    fn default() -> Self {
        Self::new()
    }
}

#[async_trait]
impl Signer for FixedSigner {
    fn public_key(&self) -> &PublicKey {
        &self.public
    }

    async fn sign(&self, message: &[u8]) -> Result<Signed, PortError> {
        self.signatures.fetch_add(1, Ordering::SeqCst);
        Ok(Signed {
            request_id: None,
            signature: ISSUER.sign(message),
        })
    }
}
