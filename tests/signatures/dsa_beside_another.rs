//! DSA signatures: ours beside the `dsa` crate and beside plain arithmetic.

use std::sync::LazyLock;

use browserid::{Algorithm, Json, PublicKey, SignatureError};
use rsa::BigUint;
use serde_json::json;
use sha1::Sha1;
use sha2::{Digest as _, Sha256};

use crate::chance::Chance;

/// A key in one of the groups, with its secret.
struct Signer {
    g: BigUint,
    key: PublicKey,
    name: &'static str,
    other: dsa::VerifyingKey,
    p: BigUint,
    q: BigUint,
    secret: dsa::SigningKey,
    width: usize,
    x: BigUint,
    y: BigUint,
}

/// The two groups of the old libraries, and two that OpenSSL made.
static SIGNERS: LazyLock<Vec<Signer>> = LazyLock::new(|| {
    let keys: Json =
        serde_json::from_str(include_str!("../../shared/browserid/tests/keys.json")).expect("JSON");
    let groups: Json = serde_json::from_str(include_str!(
        "../../shared/browserid/tests/dsa_other_groups.json"
    ))
    .expect("JSON");
    vec![
        Signer::new("known 1024", &keys["DS128a"]["public"]),
        Signer::new("known 2048", &keys["DS256a"]["public"]),
        Signer::new("other 1024", &groups[0]["key"]),
        Signer::new("other 2048", &groups[1]["key"]),
    ]
});

impl Signer {
    /// Another key in the group of `json`.
    fn new(name: &'static str, json: &Json) -> Self {
        let number = |name: &str| {
            let digits = json[name].as_str().expect("digits");
            BigUint::parse_bytes(digits.as_bytes(), 16).expect("hexadecimal digits")
        };
        let (p, q, g) = (number("p"), number("q"), number("g"));
        let x = Chance::of(name).number_below(&q);
        let y = g.modpow(&x, &p);
        let hex = |number: &BigUint| number.to_str_radix(16);
        let key = PublicKey::from_json(
            &json!({"algorithm": "DS", "p": hex(&p), "q": hex(&q), "g": hex(&g), "y": hex(&y)}),
        );
        let group = dsa::Components::from_components(p.clone(), q.clone(), g.clone());
        let other =
            dsa::VerifyingKey::from_components(group.expect("a group"), y.clone()).expect("a key");
        Self {
            key: key.expect("a key"),
            name,
            secret: dsa::SigningKey::from_components(other.clone(), x.clone()).expect("a secret"),
            other,
            width: q.bits().div_ceil(8),
            g,
            p,
            q,
            x,
            y,
        }
    }

    fn digest(&self, message: &[u8]) -> Vec<u8> {
        match self.key.algorithm() {
            Algorithm::Ds128 => Sha1::digest(message).to_vec(),
            _ => Sha256::digest(message).to_vec(),
        }
    }

    /// What the `dsa` crate signs.
    fn sign(&self, message: &[u8]) -> (BigUint, BigUint) {
        let digest = self.digest(message);
        let signature = match self.key.algorithm() {
            Algorithm::Ds128 => self.secret.sign_prehashed_rfc6979::<Sha1>(&digest),
            _ => self.secret.sign_prehashed_rfc6979::<Sha256>(&digest),
        };
        let signature = signature.expect("a signature");
        (signature.r().clone(), signature.s().clone())
    }

    /// The same by hand with a k of one's own.
    fn sign_with(&self, k: &BigUint, message: &[u8]) -> (BigUint, BigUint) {
        let digest = BigUint::from_bytes_be(&self.digest(message));
        let r = self.g.modpow(k, &self.p) % &self.q;
        let s = self.inverse(k) * (digest + &self.x * &r) % &self.q;
        (r, s)
    }

    /// By Fermat: q is prime.
    fn inverse(&self, number: &BigUint) -> BigUint {
        number.modpow(&(&self.q - 2u8), &self.q)
    }

    /// r and s side by side, as wide as q or as they need.
    fn encode(&self, (r, s): &(BigUint, BigUint)) -> Vec<u8> {
        let width = self
            .width
            .max(r.bits().div_ceil(8))
            .max(s.bits().div_ceil(8));
        let half = |number: &BigUint| {
            let bytes = number.to_bytes_be();
            let bytes = if *number == BigUint::from(0u8) {
                vec![]
            } else {
                bytes
            };
            [&vec![0; width - bytes.len()], &bytes[..]].concat()
        };
        [half(r), half(s)].concat()
    }

    /// What the `dsa` crate and plain arithmetic say of two numbers; they must agree.
    fn others_accept(&self, message: &[u8], (r, s): &(BigUint, BigUint)) -> bool {
        use dsa::signature::hazmat::PrehashVerifier as _;
        let digest = self.digest(message);
        let by_crate = dsa::Signature::from_components(r.clone(), s.clone())
            .is_ok_and(|signature| self.other.verify_prehash(&digest, &signature).is_ok());
        let zero = BigUint::from(0u8);
        let in_range = |number: &BigUint| *number > zero && *number < self.q;
        let by_hand = in_range(r) && in_range(s) && {
            let w = self.inverse(s);
            let u = BigUint::from_bytes_be(&digest) * &w % &self.q;
            let v = r * &w % &self.q;
            self.g.modpow(&u, &self.p) * self.y.modpow(&v, &self.p) % &self.p % &self.q == *r
        };
        assert_eq!(by_crate, by_hand, "the others differ: {}", self.name);
        by_crate
    }

    /// Ours and the others' one answer.
    fn accepts(&self, what: &str, message: &[u8], pair: &(BigUint, BigUint)) -> bool {
        let ours = self.key.verify(message, &self.encode(pair)).is_ok();
        let others = self.others_accept(message, pair);
        assert_eq!(ours, others, "{} {what}: {pair:?}", self.name);
        ours
    }
}

fn wrong_pairs(
    signer: &Signer,
    (r, s): &(BigUint, BigUint),
    chance: &mut Chance,
) -> Vec<(String, (BigUint, BigUint))> {
    let (p, q) = (&signer.p, &signer.q);
    let (zero, one) = (BigUint::from(0u8), BigUint::from(1u8));
    let special = [
        zero.clone(),
        one.clone(),
        q - 1u8,
        q.clone(),
        q + 1u8,
        q * 2u8,
        p - 1u8,
        p.clone(),
        p + 1u8,
    ];
    let mut pairs = vec![
        ("swapped".to_owned(), (s.clone(), r.clone())),
        ("q - r".to_owned(), (q - r, s.clone())),
        ("q - s".to_owned(), (r.clone(), q - s)),
        ("both from q".to_owned(), (q - r, q - s)),
        ("r + q".to_owned(), (r + q, s.clone())),
        ("s + q".to_owned(), (r.clone(), s + q)),
        ("both + q".to_owned(), (r + q, s + q)),
        ("1 / s".to_owned(), (r.clone(), signer.inverse(s))),
        ("1 / r".to_owned(), (signer.inverse(r), s.clone())),
        ("r + 1".to_owned(), (r + 1u8, s.clone())),
        ("s + 1".to_owned(), (r.clone(), s + 1u8)),
        ("s again".to_owned(), (s.clone(), s.clone())),
        ("r again".to_owned(), (r.clone(), r.clone())),
        (
            "one bit wider".to_owned(),
            (r + (&one << (8 * signer.width)), s.clone()),
        ),
    ];
    for (index, number) in special.iter().enumerate() {
        pairs.push((format!("r is special {index}"), (number.clone(), s.clone())));
        pairs.push((format!("s is special {index}"), (r.clone(), number.clone())));
        for (other, second) in special.iter().enumerate() {
            pairs.push((
                format!("special {index} and {other}"),
                (number.clone(), second.clone()),
            ));
        }
    }
    for _ in 0..12 {
        let bit = chance.below(q.bits());
        let flipped = |number: &BigUint| {
            let mut bytes = number.to_bytes_le();
            bytes.resize(signer.width, 0);
            bytes[bit / 8] ^= 1 << (bit % 8);
            BigUint::from_bytes_le(&bytes)
        };
        pairs.push((format!("bit {bit} of r"), (flipped(r), s.clone())));
        pairs.push((format!("bit {bit} of s"), (r.clone(), flipped(s))));
    }
    for _ in 0..4 {
        pairs.push((
            "chance".to_owned(),
            (chance.number_below(q), chance.number_below(q)),
        ));
    }
    pairs
}

#[test]
fn what_is_signed_is_accepted_by_all_whatever_the_message_and_k() {
    let mut count = 0;
    for signer in SIGNERS.iter() {
        let mut chance = Chance::of(signer.name);
        for round in 0..24 {
            let length = [0, 1, 20, 32, 55, 64, 1000][round % 7];
            let message = chance.bytes(length);
            let by_hand = match round % 4 {
                0 => signer.sign(&message),
                1 => signer.sign_with(&BigUint::from(1 + round as u64), &message),
                2 => signer.sign_with(&(&signer.q - (1 + round as u64)), &message),
                _ => signer.sign_with(&chance.number_below(&signer.q), &message),
            };
            assert!(
                signer.accepts("right", &message, &by_hand),
                "{}",
                signer.name
            );
            let other = [&message[..], &[0]].concat();
            assert!(!signer.accepts("one byte more", &other, &by_hand));
            count += 2;
        }
    }
    println!("{count} messages");
    assert_eq!(count, 192);
}

#[test]
fn every_pair_but_the_right_one_is_refused_by_all() {
    let mut count = 0;
    for signer in SIGNERS.iter() {
        let mut chance = Chance::of(signer.name);
        for _ in 0..3 {
            let message = chance.bytes(30);
            let right = signer.sign(&message);
            assert!(signer.accepts("right", &message, &right));
            for (what, wrong) in wrong_pairs(signer, &right, &mut chance) {
                assert_ne!(wrong, right, "{what}");
                assert!(!signer.accepts(&what, &message, &wrong), "{what}");
                count += 1;
            }
        }
    }
    println!("{count} pairs");
    assert!(count > 1_600, "{count} pairs");
}

/// r = 1 and s = q is a signature of everything with a reader that lets s be q (PROTOCOL V1).
#[test]
fn the_forgery_for_every_key_and_message_is_refused_by_all() {
    for signer in SIGNERS.iter() {
        for message in [&b""[..], b"anything"] {
            let one = BigUint::from(1u8);
            assert!(!signer.accepts("r = 1, s = q", message, &(one.clone(), signer.q.clone())));
            assert!(!signer.accepts("r = 1, s = 0", message, &(one, BigUint::from(0u8))));
        }
    }
}

/// Numbers with leading zeros: in front of r they may be lost, in front of s they may not.
#[test]
fn a_signature_may_lack_the_zeros_in_front_of_r_only() {
    for signer in SIGNERS.iter() {
        let signed = |is_short: &dyn Fn(&(BigUint, BigUint)) -> bool| {
            (0u32..)
                .map(|number| format!("message {number}").into_bytes())
                .map(|message| (signer.sign(&message), message))
                .find(|(pair, _)| is_short(pair))
                .expect("one in 256")
        };
        let narrow = |number: &BigUint| number.bits().div_ceil(8) < signer.width;
        let (pair, message) = signed(&|(r, _)| narrow(r));
        let full = signer.encode(&pair);
        let bare: Vec<u8> = full.iter().copied().skip_while(|byte| *byte == 0).collect();
        assert_eq!(signer.key.verify(&message, &full), Ok(()));
        assert_eq!(signer.key.verify(&message, &bare), Ok(()));
        assert_eq!(
            signer.key.verify(&message, &bare[1..]),
            Err(SignatureError::Invalid)
        );
        assert_eq!(
            signer.key.verify(&message, &[&[0], &full[..]].concat()),
            Err(SignatureError::Malformed)
        );

        let (pair, message) = signed(&|(_, s)| narrow(s));
        let mut full = signer.encode(&pair);
        assert_eq!(signer.key.verify(&message, &full), Ok(()));
        assert_eq!(full.remove(signer.width), 0);
        assert_eq!(
            signer.key.verify(&message, &full),
            Err(SignatureError::Invalid)
        );
    }
}

#[test]
fn bytes_that_are_no_pair_are_refused() {
    let mut chance = Chance::of("bytes");
    let mut count = 0;
    for signer in SIGNERS.iter() {
        for length in 0..=2 * signer.width + 2 {
            let expected = if length > 2 * signer.width {
                SignatureError::Malformed
            } else {
                SignatureError::Invalid
            };
            for bytes in [vec![0; length], vec![0xff; length], chance.bytes(length)] {
                assert_eq!(
                    signer.key.verify(b"message", &bytes),
                    Err(expected),
                    "{length}"
                );
                count += 1;
            }
        }
    }
    println!("{count} texts of bytes");
    assert_eq!(count, 2 * 3 * (43 + 67));
}
