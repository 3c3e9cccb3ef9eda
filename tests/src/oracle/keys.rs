//! Keys and signatures, by the book.

use std::collections::BTreeMap;
use std::sync::Mutex;

use rsa::BigUint;
use serde_json::Value;
use sha1::Sha1;
use sha2::{Digest, Sha256};

use super::{encoding, is_truthy};

/// A key that may be used.
#[derive(Clone, Debug, PartialEq)]
pub enum Key {
    /// p, q, g, y.
    Dsa([BigUint; 4]),
    /// n, e.
    Rsa([BigUint; 2]),
}

impl Key {
    /// Reads a key object.
    pub fn read(value: &Value) -> Option<Self> {
        let object = value.as_object()?;
        let kty = object.get("kty").filter(|kty| is_truthy(kty));
        let algorithm = object.get("algorithm").filter(|name| is_truthy(name));
        let radix = |plain: u32| if kty.is_some() { 64 } else { plain };
        let number = |name: &str, plain| read_number(object.get(name)?.as_str()?, radix(plain));
        match algorithm.or(kty)?.as_str()? {
            "RS" | "RSA" => Self::rsa(number("n", 10)?, number("e", 10)?),
            "DS" | "DSA" => {
                let [p, q, g, y] = ["p", "q", "g", "y"].map(|name| number(name, 16));
                Self::dsa(p?, q?, g?, y?)
            }
            _ => None,
        }
    }

    fn rsa(n: BigUint, e: BigUint) -> Option<Self> {
        let has_label = matches!(n.bits(), 1023..=1025 | 2047..=2049);
        let is_odd = |number: &BigUint| number % small(2) == small(1);
        let is_usable = has_label && is_odd(&n) && is_odd(&e) && e >= small(3) && e.bits() <= 32;
        is_usable.then_some(Self::Rsa([n, e]))
    }

    fn dsa(p: BigUint, q: BigUint, g: BigUint, y: BigUint) -> Option<Self> {
        let is_sized = matches!((p.bits(), q.bits()), (1024, 160) | (2048, 256));
        let is_in_group =
            |value: &BigUint| *value > small(1) && *value < p && value.modpow(&q, &p) == small(1);
        let is_usable = is_sized
            && remembered(vec![p.clone(), q.clone(), g.clone()], || {
                (&p - small(1)) % &q == small(0) && is_prime(&q) && is_prime(&p) && is_in_group(&g)
            })
            && remembered(vec![p.clone(), q.clone(), y.clone(), small(0)], || {
                is_in_group(&y)
            });
        is_usable.then_some(Self::Dsa([p, q, g, y]))
    }

    /// What its signatures' headers say.
    pub fn label(&self) -> &'static str {
        match self {
            Self::Dsa([p, ..]) if p.bits() == 1024 => "DS128",
            Self::Dsa(_) => "DS256",
            Self::Rsa([n, _]) if n.bits() <= 1025 => "RS128",
            Self::Rsa(_) => "RS256",
        }
    }

    /// RSA of 2048 bits, give or take one.
    pub fn is_strong(&self) -> bool {
        self.label() == "RS256"
    }

    /// Is `signature` one of `message`?
    pub fn confirms(&self, message: &[u8], signature: &[u8]) -> bool {
        let numbers = match self {
            Self::Dsa(key) => key.as_slice(),
            Self::Rsa(key) => key.as_slice(),
        };
        let both = [message, b"~", signature].concat();
        let question = [numbers, &[BigUint::from_bytes_be(&Sha256::digest(both))]].concat();
        remembered(question, || match self {
            Self::Dsa(key) => dsa_confirms(key, message, signature),
            Self::Rsa(key) => rsa_confirms(key, message, signature),
        })
    }
}

/// The whole block is made anew and compared.
fn rsa_confirms([n, e]: &[BigUint; 2], message: &[u8], signature: &[u8]) -> bool {
    const SHA256: &[u8] =
        b"\x30\x31\x30\x0d\x06\x09\x60\x86\x48\x01\x65\x03\x04\x02\x01\x05\x00\x04\x20";
    let width = n.bits().div_ceil(8);
    let number = BigUint::from_bytes_be(signature);
    if signature.len() > width || number >= *n {
        return false;
    }
    let tail = [SHA256, &Sha256::digest(message)].concat();
    let mut block = vec![0xff; width];
    block[0] = 0;
    block[1] = 1;
    block[width - tail.len() - 1] = 0;
    block[width - tail.len()..].copy_from_slice(&tail);
    number.modpow(e, n) == BigUint::from_bytes_be(&block)
}

fn dsa_confirms([p, q, g, y]: &[BigUint; 4], message: &[u8], signature: &[u8]) -> bool {
    let width = q.bits() / 8;
    if signature.len() > 2 * width {
        return false;
    }
    let mut whole = vec![0; 2 * width - signature.len()];
    whole.extend_from_slice(signature);
    let (r, s) = whole.split_at(width);
    let (r, s) = (BigUint::from_bytes_be(r), BigUint::from_bytes_be(s));
    let is_within = |number: &BigUint| *number > small(0) && number < q;
    if !is_within(&r) || !is_within(&s) {
        return false;
    }
    let digest = match width {
        20 => BigUint::from_bytes_be(&Sha1::digest(message)),
        _ => BigUint::from_bytes_be(&Sha256::digest(message)),
    };
    // q is prime: the inverse by Fermat.
    let w = s.modpow(&(q - small(2)), q);
    let u1 = digest * &w % q;
    let u2 = &r * &w % q;
    (g.modpow(&u1, p) * y.modpow(&u2, p)) % p % q == r
}

/// Digits only, at most 2467 of them.
fn read_number(text: &str, radix: u32) -> Option<BigUint> {
    if !(1..=2467).contains(&text.len()) {
        return None;
    }
    if radix == 64 {
        return encoding::number(text).map(|bytes| BigUint::from_bytes_be(&bytes));
    }
    let digits: Option<Vec<u8>> = text
        .chars()
        .map(|digit| digit.to_digit(radix).map(|digit| digit as u8))
        .collect();
    BigUint::from_radix_be(&digits?, radix)
}

/// Miller and Rabin's test with the first forty odd numbers from 3 and the number 2 as bases.
fn is_prime(number: &BigUint) -> bool {
    let (one, two) = (small(1), small(2));
    if number % &two == small(0) {
        return false;
    }
    let less_one = number - &one;
    let (mut odd, mut twos) = (less_one.clone(), 0);
    while &odd % &two == small(0) {
        odd /= &two;
        twos += 1;
    }
    core::iter::once(2).chain((3..83).step_by(2)).all(|base| {
        let mut power = small(base).modpow(&odd, number);
        if power == one || power == less_one {
            return true;
        }
        (1..twos).any(|_| {
            power = &power * &power % number;
            power == less_one
        })
    })
}

/// The same groups, values and signatures come again and again.
fn remembered(question: Vec<BigUint>, answer: impl FnOnce() -> bool) -> bool {
    static KNOWN: Mutex<BTreeMap<Vec<BigUint>, bool>> = Mutex::new(BTreeMap::new());
    let known = KNOWN.lock().expect("no poison").get(&question).copied();
    known.unwrap_or_else(|| {
        let answer = answer();
        let mut known = KNOWN.lock().expect("no poison");
        if known.len() > 4096 {
            known.clear();
        }
        known.insert(question, answer);
        answer
    })
}

fn small(number: u32) -> BigUint {
    BigUint::from(number)
}
