//! Throw-away keys of every kind, able to sign. They are the recorded cases' own, known to everybody.

use std::sync::LazyLock;

use num_bigint_dig::{BigUint, ModInverse as _};
use rsa::{Pkcs1v15Sign, RsaPrivateKey};
use serde_json::Value;
use sha1::Sha1;
use sha2::{Digest as _, Sha256};

static FILE: LazyLock<Value> = LazyLock::new(|| {
    let text = include_str!("../../../../shared/browserid/tests/keys.json");
    serde_json::from_str(text).expect("JSON")
});

/// A key pair.
#[derive(Debug)]
pub struct Key {
    /// `RS256` and so on.
    pub label: &'static str,
    /// The key object to publish.
    pub public: Value,
    secret: Secret,
}

#[derive(Debug)]
enum Secret {
    Dsa(Dsa),
    Rsa(Box<RsaPrivateKey>),
}

#[derive(Debug)]
struct Dsa {
    g: BigUint,
    p: BigUint,
    q: BigUint,
    x: BigUint,
}

impl Key {
    /// The one called so: `RS128a`, `RS256a`, `RS256b`, `DS128a` or `DS256a`.
    pub fn named(name: &str) -> Self {
        let pair = &FILE[name];
        let secret = &pair["secret"];
        let number = |member: &str, radix: u32| {
            let digits = secret[member].as_str().expect("digits");
            BigUint::parse_bytes(digits.as_bytes(), radix).expect("digits")
        };
        let (label, secret) = match &name[..5] {
            "RS128" => ("RS128", rsa(number)),
            "RS256" => ("RS256", rsa(number)),
            "DS128" => ("DS128", dsa(number)),
            "DS256" => ("DS256", dsa(number)),
            other => panic!("no key of the kind {other}"),
        };
        Self {
            label,
            public: pair["public"].clone(),
            secret,
        }
    }

    /// The bare signature over `message`.
    pub fn sign(&self, message: &[u8]) -> Vec<u8> {
        match &self.secret {
            Secret::Rsa(key) => key
                .sign(Pkcs1v15Sign::new::<Sha256>(), &Sha256::digest(message))
                .expect("a signature"),
            Secret::Dsa(key) if self.label == "DS128" => key.sign(&Sha1::digest(message)),
            Secret::Dsa(key) => key.sign(&Sha256::digest(message)),
        }
    }

    /// n and e, big-endian; None for DSA.
    pub fn components(&self) -> Option<(Vec<u8>, Vec<u8>)> {
        use rsa::traits::PublicKeyParts as _;
        match &self.secret {
            Secret::Rsa(key) => Some((key.n().to_bytes_be(), key.e().to_bytes_be())),
            Secret::Dsa(_) => None,
        }
    }
}

fn rsa(number: impl Fn(&str, u32) -> BigUint) -> Secret {
    let number = |member: &str| number(member, 10);
    let key = RsaPrivateKey::from_components(number("n"), number("e"), number("d"), vec![]);
    Secret::Rsa(Box::new(key.expect("a key")))
}

fn dsa(number: impl Fn(&str, u32) -> BigUint) -> Secret {
    Secret::Dsa(Dsa {
        g: number("g", 16),
        p: number("p", 16),
        q: number("q", 16),
        x: number("x", 16),
    })
}

impl Dsa {
    /// The nonce comes out of digest and key, so that every run signs alike. Nothing but benches may do it in this way.
    fn sign(&self, digest: &[u8]) -> Vec<u8> {
        let width = self.q.bits().div_ceil(8);
        let seed = [digest, &self.x.to_bytes_be()].concat();
        let k = BigUint::from_bytes_be(&Sha256::digest(seed)) % &self.q;
        let r = self.g.modpow(&k, &self.p) % &self.q;
        let inverse = k.mod_inverse(&self.q).and_then(|k| k.to_biguint());
        let s = inverse.expect("q is prime") * (BigUint::from_bytes_be(digest) + &self.x * &r)
            % &self.q;
        [r, s].iter().flat_map(|half| wide(half, width)).collect()
    }
}

fn wide(number: &BigUint, width: usize) -> Vec<u8> {
    let bytes = number.to_bytes_be();
    [vec![0; width - bytes.len()], bytes].concat()
}
