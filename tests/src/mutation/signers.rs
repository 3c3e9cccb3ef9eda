//! Throw-away private keys of every kind: recorded ones, and DSA keys made on the spot.

use std::sync::LazyLock;

use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use rsa::{BigUint, Pkcs1v15Sign, RsaPrivateKey};
use serde_json::{Value, json};
use sha1::Sha1;
use sha2::{Digest, Sha256};

use super::dice::Dice;

/// A private key, and the key object that goes with it.
#[derive(Clone, Debug)]
pub struct Signer {
    /// What headers say of its signatures.
    pub label: &'static str,
    /// `algorithm` form.
    pub public: Value,
    secret: Secret,
}

#[derive(Clone, Debug)]
enum Secret {
    Dsa(Dsa),
    Rsa(Box<RsaPrivateKey>),
}

#[derive(Clone, Debug)]
struct Dsa {
    /// 1/k mod q, and r. Few and used again and again: whoever sees two signatures has the key, and signing is quick.
    nonces: Vec<[BigUint; 2]>,
    q: BigUint,
    x: BigUint,
}

static RECORDED: LazyLock<Value> = LazyLock::new(|| {
    let file: Value =
        serde_json::from_str(include_str!("../../vectors/synthetic.json")).expect("JSON");
    file["keys"].clone()
});

impl Signer {
    /// A recorded RSA key: `RS64a` to `RS256c`.
    pub fn rsa(name: &str) -> Self {
        let key = &RECORDED[name];
        let number = |member: &str| number(&key["sec"][member], 10);
        let secret = RsaPrivateKey::from_components(number("n"), number("e"), number("d"), vec![]);
        Self {
            label: match &name[..name.len() - 1] {
                "RS64" => "RS64",
                "RS128" => "RS128",
                _ => "RS256",
            },
            public: key["pub"].clone(),
            secret: Secret::Rsa(Box::new(secret.expect("a private key"))),
        }
    }

    /// A new DSA key in the group of that label.
    pub fn dsa(label: &'static str, dice: &mut Dice) -> Self {
        let group = &RECORDED[format!("{label}a")]["pub"];
        let [p, q, g] = ["p", "q", "g"].map(|member| number(&group[member], 16));
        let mut below_q = || BigUint::from_bytes_be(&dice.bytes(40)) % &q;
        let x = below_q();
        let y = g.modpow(&x, &p);
        let less_two = &q - BigUint::from(2u8);
        let nonces = (0..8).map(|_| below_q());
        let nonces = nonces
            .map(|k| [k.modpow(&less_two, &q), g.modpow(&k, &p) % &q])
            .collect();
        Self {
            label,
            public: json!({
                "algorithm": "DS", "y": y.to_str_radix(16), "p": group["p"], "q": group["q"], "g": group["g"],
            }),
            secret: Secret::Dsa(Dsa { nonces, q, x }),
        }
    }

    /// The same key in `kty` form.
    pub fn kty(&self) -> Value {
        let (kty, radix) = if self.is_dsa() {
            ("DSA", 16)
        } else {
            ("RSA", 10)
        };
        let mut object = json!({ "kty": kty });
        for (name, value) in self.public.as_object().expect("a key object") {
            if name != "algorithm" {
                let bytes = number(value, radix).to_bytes_be();
                object[name] = URL_SAFE_NO_PAD.encode(bytes).into();
            }
        }
        object
    }

    /// DSA?
    pub fn is_dsa(&self) -> bool {
        matches!(self.secret, Secret::Dsa(_))
    }

    /// q of a DSA key, n of an RSA key: what signatures are counted by.
    pub fn modulus(&self) -> BigUint {
        match &self.secret {
            Secret::Dsa(dsa) => dsa.q.clone(),
            Secret::Rsa(_) => number(&self.public["n"], 10),
        }
    }

    /// As the old libraries sign.
    pub fn sign(&self, message: &[u8], dice: &mut Dice) -> Vec<u8> {
        match &self.secret {
            Secret::Rsa(secret) => secret
                .sign(Pkcs1v15Sign::new::<Sha256>(), &Sha256::digest(message))
                .expect("a signature"),
            Secret::Dsa(Dsa { nonces, q, x }) => {
                let width = q.bits() / 8;
                let digest = match width {
                    20 => BigUint::from_bytes_be(&Sha1::digest(message)),
                    _ => BigUint::from_bytes_be(&Sha256::digest(message)),
                };
                let [inverse, r] = dice.pick(nonces);
                let s = inverse * (digest + x * r) % q;
                [wide(r, width), wide(&s, width)].concat()
            }
        }
    }

    /// `header.payload.signature`
    pub fn token(&self, header: &str, payload: &str, dice: &mut Dice) -> String {
        let encode = |text: &str| URL_SAFE_NO_PAD.encode(text);
        let signed = format!("{}.{}", encode(header), encode(payload));
        let signature = URL_SAFE_NO_PAD.encode(self.sign(signed.as_bytes(), dice));
        format!("{signed}.{signature}")
    }
}

/// Big-endian, filled up with zeros.
pub fn wide(number: &BigUint, width: usize) -> Vec<u8> {
    let bytes = number.to_bytes_be();
    let mut filled = vec![0; width.saturating_sub(bytes.len())];
    filled.extend(bytes);
    filled
}

fn number(digits: &Value, radix: u32) -> BigUint {
    let digits = digits.as_str().expect("digits");
    BigUint::parse_bytes(digits.as_bytes(), radix).expect("digits")
}
