//! RSA keys with their secrets, PKCS#1 v1.5 blocks right and wrong, and what others say of a signature.

use std::sync::LazyLock;

use browserid::PublicKey;
use rsa::pkcs8::DecodePrivateKey as _;
use rsa::traits::{PrivateKeyParts as _, PublicKeyParts as _};
use rsa::{BigUint, Pkcs1v15Sign, RsaPrivateKey, RsaPublicKey};
use serde_json::json;
use sha2::{Digest as _, Sha256};

/// What stands before the 32 bytes of a SHA-256 digest: SEQUENCE { SEQUENCE { OID sha256, NULL }, OCTET STRING }.
pub const DIGEST_INFO: [u8; 19] = [
    0x30, 0x31, 0x30, 0x0d, 0x06, 0x09, 0x60, 0x86, 0x48, 0x01, 0x65, 0x03, 0x04, 0x02, 0x01, 0x05,
    0x00, 0x04, 0x20,
];

/// A key that signs whatever block it is given.
pub struct Signer {
    pub key: PublicKey,
    pub name: &'static str,
    others: RsaPublicKey,
    /// Of the second prime, modulo the first.
    inverse: BigUint,
    /// The same key, made ready for many signatures.
    prepared: PublicKey,
    secret: RsaPrivateKey,
}

macro_rules! keys {
    ($($name:literal),+) => { vec![$(Signer::new($name, include_str!(concat!("keys/", $name, ".pem")))),+] };
}

/// Every size that has a label, the smallest and the largest exponents.
pub static SIGNERS: LazyLock<Vec<Signer>> = LazyLock::new(|| {
    keys![
        "1023", "1024_e3", "1025", "2047", "2048_e3", "2048_e32", "2049"
    ]
});

pub fn signer(name: &str) -> &'static Signer {
    let mut signers = SIGNERS.iter();
    signers
        .find(|signer| signer.name == name)
        .expect("such a key")
}

impl Signer {
    fn new(name: &'static str, pem: &str) -> Self {
        let secret = RsaPrivateKey::from_pkcs8_pem(pem).expect("a key in PKCS#8");
        let (n, e) = (secret.n().to_string(), secret.e().to_string());
        let key = PublicKey::from_json(&json!({"algorithm": "RS", "n": n, "e": e}));
        Self {
            prepared: key.clone().expect("a key").prepared(),
            key: key.expect("a key with a label"),
            name,
            others: secret.to_public_key(),
            inverse: secret.primes()[1].modpow(&(&secret.primes()[0] - 2u8), &secret.primes()[0]),
            secret,
        }
    }

    pub fn n(&self) -> &BigUint {
        self.secret.n()
    }

    pub fn width(&self) -> usize {
        self.n().bits().div_ceil(8)
    }

    /// `block` to the power d, at full width. What is as large as n cannot be signed.
    pub fn sign(&self, block: &[u8]) -> Option<Vec<u8>> {
        let block = BigUint::from_bytes_be(block);
        if block >= *self.n() {
            return None;
        }
        let (p, q) = (&self.secret.primes()[0], &self.secret.primes()[1]);
        // Garner: a quarter of the time of one power modulo n.
        let power =
            |prime: &BigUint| (&block % prime).modpow(&(self.secret.d() % (prime - 1u8)), prime);
        let (of_p, of_q) = (power(p), power(q));
        let h = (of_p + p - (&of_q % p)) * &self.inverse % p;
        let signature = of_q + h * q;
        Some(padded(&signature, self.width()))
    }

    /// 00 01 FF … FF 00 DigestInfo digest.
    pub fn block(&self, message: &[u8]) -> Vec<u8> {
        let end = [&DIGEST_INFO[..], &Sha256::digest(message)].concat();
        let padding = self.width() - end.len() - 3;
        [&[0, 1][..], &vec![0xff; padding], &[0], &end].concat()
    }

    /// What the `rsa` crate and plain arithmetic say; they must agree. A short signature lost leading zeros.
    pub fn others_accept(&self, message: &[u8], signature: &[u8]) -> bool {
        if signature.len() > self.width() {
            return false;
        }
        let signature = [&vec![0; self.width() - signature.len()], signature].concat();
        let digest = Sha256::digest(message);
        let by_crate = self
            .others
            .verify(Pkcs1v15Sign::new::<Sha256>(), &digest, &signature)
            .is_ok();
        let number = BigUint::from_bytes_be(&signature);
        let by_hand = number < *self.n()
            && number.modpow(self.secret.e(), self.n())
                == BigUint::from_bytes_be(&self.block(message));
        assert_eq!(by_crate, by_hand, "the others differ: {}", self.name);
        by_crate
    }

    /// Ours and the others' one answer.
    pub fn accepts(&self, what: &str, message: &[u8], signature: &[u8]) -> bool {
        let outcome = self.key.verify(message, signature);
        let ours = outcome.is_ok();
        let prepared = self.prepared.verify(message, signature);
        assert_eq!(outcome, prepared, "{} {what}, prepared", self.name);
        let others = self.others_accept(message, signature);
        assert_eq!(
            ours,
            others,
            "{} {what}: {}",
            self.name,
            BigUint::from_bytes_be(signature).to_str_radix(16)
        );
        ours
    }
}

/// Big-endian, as wide as asked.
pub fn padded(number: &BigUint, width: usize) -> Vec<u8> {
    let bytes = number.to_bytes_be();
    [&vec![0; width - bytes.len()], &bytes[..]].concat()
}
