//! Keys that sign whatever a case needs, and bundles made with them: by hand and not by the product, so that the two can
//! disagree.

use std::sync::LazyLock;

use browserid::{Json, base64url};
use rsa::BigUint;
use serde_json::json;
use sha1::Sha1;
use sha2::{Digest as _, Sha256};

/// The clock of every case, in milliseconds.
pub const NOW: u64 = 1_400_000_000_000;
pub const HOUR: u64 = 3_600_000;
pub const MINUTE: u64 = 60_000;
pub const AUDIENCE: &str = "https://rp.example";
pub const BOB: &str = "bob@idp.example";
pub const IDP: &str = "idp.example";

/// A private key.
pub enum Key {
    Dsa {
        p: BigUint,
        q: BigUint,
        g: BigUint,
        x: BigUint,
    },
    Rsa {
        n: BigUint,
        e: BigUint,
        d: BigUint,
    },
}

/// The identity provider's: RS256.
pub static ISSUER: LazyLock<Key> = LazyLock::new(|| recorded("RS256a"));
/// Of a person's browser, as Persona's made them: DS128.
pub static USER: LazyLock<Key> = LazyLock::new(|| recorded("DS128a"));
/// Another person's: DS128.
pub static OTHER_USER: LazyLock<Key> = LazyLock::new(|| with_another_secret(recorded("DS128a")));
/// RS256, of a user or of a stranger.
pub static OTHER_RS256: LazyLock<Key> = LazyLock::new(|| recorded("RS256b"));
pub static RS128: LazyLock<Key> = LazyLock::new(|| recorded("RS128a"));
pub static DS256: LazyLock<Key> = LazyLock::new(|| recorded("DS256a"));
pub static OTHER_DS256: LazyLock<Key> = LazyLock::new(|| with_another_secret(recorded("DS256a")));
/// 512 bits, which the reference calls RS64.
pub static RS64: LazyLock<Key> = LazyLock::new(|| generated(512));

/// What the hash of a PKCS#1 block is introduced with.
pub const SHA_1: &str = "3021300906052b0e03021a05000414";
pub const SHA_256: &str = "3031300d060960864801650304020105000420";
pub const SHA_512: &str = "3051300d060960864801650304020305000440";

fn recorded(name: &str) -> Key {
    let keys: Json = serde_json::from_str(include_str!("../../shared/browserid/tests/keys.json"))
        .expect("throw-away keys");
    let secret = &keys[name]["secret"];
    let number = |member: &str, radix| {
        let digits = secret[member].as_str().expect("digits");
        BigUint::parse_bytes(digits.as_bytes(), radix).expect("digits")
    };
    match secret["algorithm"].as_str() {
        Some("RS") => Key::Rsa {
            n: number("n", 10),
            e: number("e", 10),
            d: number("d", 10),
        },
        _ => Key::Dsa {
            p: number("p", 16),
            q: number("q", 16),
            g: number("g", 16),
            x: number("x", 16),
        },
    }
}

fn with_another_secret(key: Key) -> Key {
    match key {
        Key::Dsa { p, q, g, x } => Key::Dsa {
            x: (x + number(7)) % &q,
            p,
            q,
            g,
        },
        rsa => rsa,
    }
}

/// A fresh RSA key.
pub fn generated(bits: usize) -> Key {
    use rsa::traits::{PrivateKeyParts as _, PublicKeyParts as _};
    let key = rsa::RsaPrivateKey::new(&mut rand_core::OsRng, bits).expect("a key");
    Key::Rsa {
        n: key.n().clone(),
        e: key.e().clone(),
        d: key.d().clone(),
    }
}

pub fn number(value: u64) -> BigUint {
    BigUint::from(value)
}

impl Key {
    /// The public half in the form of Persona's days.
    pub fn json(&self) -> Json {
        match self {
            Self::Rsa { n, e, .. } => {
                json!({"algorithm": "RS", "n": n.to_string(), "e": e.to_string()})
            }
            Self::Dsa { p, q, g, x } => json!({
                "algorithm": "DS", "y": g.modpow(x, p).to_str_radix(16),
                "p": p.to_str_radix(16), "q": q.to_str_radix(16), "g": g.to_str_radix(16),
            }),
        }
    }

    /// The public half with `kty` and base64url numbers.
    pub fn json_with_kty(&self) -> Json {
        let text = |number: &BigUint| base64url::encode(&number.to_bytes_be());
        match self {
            Self::Rsa { n, e, .. } => json!({"kty": "RSA", "n": text(n), "e": text(e)}),
            Self::Dsa { p, q, g, x } => json!({
                "kty": "DSA", "y": text(&g.modpow(x, p)), "p": text(p), "q": text(q), "g": text(g),
            }),
        }
    }

    pub fn label(&self) -> &'static str {
        match self {
            Self::Rsa { n, .. } if n.bits() < 600 => "RS64",
            Self::Rsa { n, .. } if n.bits() < 1100 => "RS128",
            Self::Rsa { .. } => "RS256",
            Self::Dsa { q, .. } if q.bits() == 160 => "DS128",
            Self::Dsa { .. } => "DS256",
        }
    }

    /// Bytes of a signature (of one half of it for DSA).
    pub fn width(&self) -> usize {
        match self {
            Self::Rsa { n, .. } => n.bits().div_ceil(8),
            Self::Dsa { q, .. } => q.bits() / 8,
        }
    }

    pub fn sign(&self, message: &[u8]) -> Vec<u8> {
        match self {
            Self::Rsa { .. } => {
                self.sign_block(&pkcs1(self.width(), SHA_256, &Sha256::digest(message)))
            }
            Self::Dsa { .. } => self.halves(&self.dsa(message, 12_345)),
        }
    }

    /// RSA of any block, well-formed or not.
    pub fn sign_block(&self, block: &[u8]) -> Vec<u8> {
        let Self::Rsa { n, d, .. } = self else {
            panic!("an RSA key")
        };
        padded(&BigUint::from_bytes_be(block).modpow(d, n), self.width())
    }

    /// r and s with this nonce.
    pub fn dsa(&self, message: &[u8], nonce: u64) -> (BigUint, BigUint) {
        let Self::Dsa { p, q, g, x } = self else {
            panic!("a DSA key")
        };
        let hash = match self.width() {
            20 => Sha1::digest(message).to_vec(),
            _ => Sha256::digest(message).to_vec(),
        };
        let k = number(nonce);
        let r = g.modpow(&k, p) % q;
        let inverse = k.modpow(&(q - number(2)), q);
        let s = inverse * (BigUint::from_bytes_be(&hash) + x * &r) % q;
        (r, s)
    }

    /// Both halves of a DSA signature, each at its full width.
    pub fn halves(&self, (r, s): &(BigUint, BigUint)) -> Vec<u8> {
        [padded(r, self.width()), padded(s, self.width())].concat()
    }

    /// The order of the DSA group.
    pub fn q(&self) -> &BigUint {
        match self {
            Self::Dsa { q, .. } => q,
            Self::Rsa { .. } => panic!("a DSA key"),
        }
    }

    /// A signed object.
    pub fn token(&self, payload: &Json) -> String {
        self.token_of(
            &json!({"alg": self.label()}).to_string(),
            &payload.to_string(),
        )
    }

    /// A signed object of any texts.
    pub fn token_of(&self, header: &str, payload: &str) -> String {
        let segment = |text: &str| base64url::encode(text.as_bytes());
        self.token_of_segments(&segment(header), &segment(payload))
    }

    /// A signed object of any segments.
    pub fn token_of_segments(&self, header: &str, payload: &str) -> String {
        let input = format!("{header}.{payload}");
        format!(
            "{input}.{}",
            base64url::encode(&self.sign(input.as_bytes()))
        )
    }
}

/// `00 01 ff … 00 DigestInfo`.
pub fn pkcs1(width: usize, info: &str, digest: &[u8]) -> Vec<u8> {
    let info = [hex(info), digest.to_vec()].concat();
    let filled = vec![0xff; width - info.len() - 3];
    [vec![0, 1], filled, vec![0], info].concat()
}

pub fn hex(digits: &str) -> Vec<u8> {
    let byte = |pair: &[u8]| {
        let pair = std::str::from_utf8(pair).expect("digits");
        u8::from_str_radix(pair, 16).expect("digits")
    };
    digits.as_bytes().chunks(2).map(byte).collect()
}

pub fn padded(number: &BigUint, width: usize) -> Vec<u8> {
    let bytes = number.to_bytes_be();
    [vec![0; width.saturating_sub(bytes.len())], bytes].concat()
}

/// What goes into a bundle; right in everything until it is changed.
#[derive(Clone)]
pub struct Case {
    pub certificate: Json,
    pub assertion: Json,
    issued_by: &'static Key,
    signed_by: &'static Key,
}

impl Case {
    /// [`IDP`] certifies that [`BOB`] has [`USER`], who signs for [`AUDIENCE`].
    pub fn ordinary() -> Self {
        Self {
            certificate: json!({
                "iss": IDP,
                "iat": NOW - 10_000,
                "exp": NOW + HOUR,
                "public-key": USER.json(),
                "principal": {"email": BOB},
            }),
            assertion: json!({"aud": AUDIENCE, "exp": NOW + 2 * MINUTE}),
            issued_by: &ISSUER,
            signed_by: &USER,
        }
    }

    /// For an address.
    pub fn of(email: impl Into<Json>) -> Self {
        let email: Json = email.into();
        Self::ordinary().certificate(json!({"principal": {"email": email}}))
    }

    /// The user has this key.
    pub fn held(mut self, key: &'static Key) -> Self {
        self.certificate["public-key"] = key.json();
        self.signed_by(key)
    }

    pub fn issued_by(mut self, key: &'static Key) -> Self {
        self.issued_by = key;
        self
    }

    pub fn signed_by(mut self, key: &'static Key) -> Self {
        self.signed_by = key;
        self
    }

    pub fn certificate(mut self, changes: Json) -> Self {
        change(&mut self.certificate, changes);
        self
    }

    pub fn assertion(mut self, changes: Json) -> Self {
        change(&mut self.assertion, changes);
        self
    }

    pub fn certificate_without(mut self, member: &str) -> Self {
        let members = self.certificate.as_object_mut().expect("an object");
        members.remove(member).expect("the member");
        self
    }

    pub fn assertion_without(mut self, member: &str) -> Self {
        let members = self.assertion.as_object_mut().expect("an object");
        members.remove(member).expect("the member");
        self
    }

    /// Certificate and assertion.
    pub fn parts(&self) -> (String, String) {
        (
            self.issued_by.token(&self.certificate),
            self.signed_by.token(&self.assertion),
        )
    }

    pub fn bundle(&self) -> String {
        let (certificate, assertion) = self.parts();
        format!("{certificate}~{assertion}")
    }

    /// Its assertion with another signature, made of what was signed.
    pub fn with_assertion_signature(&self, make: impl Fn(&[u8]) -> Vec<u8>) -> String {
        let (certificate, assertion) = self.parts();
        format!("{certificate}~{}", with_signature(&assertion, make))
    }

    /// Its certificate with another signature.
    pub fn with_certificate_signature(&self, make: impl Fn(&[u8]) -> Vec<u8>) -> String {
        let (certificate, assertion) = self.parts();
        format!("{}~{assertion}", with_signature(&certificate, make))
    }
}

pub fn with_signature(token: &str, make: impl Fn(&[u8]) -> Vec<u8>) -> String {
    let (input, _) = token.rsplit_once('.').expect("three parts");
    format!("{input}.{}", base64url::encode(&make(input.as_bytes())))
}

fn change(json: &mut Json, changes: Json) {
    let members = json.as_object_mut().expect("an object");
    members.extend(changes.as_object().expect("an object").clone());
}
