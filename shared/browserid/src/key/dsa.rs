//! DSA 1024/160 with SHA-1 and 2048/256 with SHA-256 (PROTOCOL §2.1–2.4).
//!
//! aws-lc has no DSA, and the maintained crate for it computes in constant time, which a verifier has no use for and pays
//! for sevenfold. So the powers are computed here, in safe Rust (`montgomery.rs`), in a time that depends on the numbers:
//! all of them are public, and nothing here ever signs. The numbers of a digest's width are `num-bigint-dig`'s, which the
//! `rsa` crate brings anyway.

mod group;

use num_bigint_dig::BigInt;
use num_bigint_dig::{BigUint, ModInverse as _};
use sha1::Sha1;
use sha2::{Digest as _, Sha256};

use super::{Algorithm, KeyError, SignatureError};

use group::Group;

/// A value y of order q in a checked group.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct DsaKey {
    group: Group,
    y: BigUint,
}

impl DsaKey {
    pub(super) fn new(p: BigUint, q: BigUint, g: BigUint, y: BigUint) -> Result<Self, KeyError> {
        let group = Group::new(p, q, g)?;
        if group.contains(&y) {
            Ok(Self { group, y })
        } else {
            Err(KeyError::Value)
        }
    }

    pub(super) fn algorithm(&self) -> Algorithm {
        self.group.algorithm()
    }

    pub(super) fn has_own_group(&self) -> bool {
        matches!(self.group, Group::Other(_))
    }

    pub(super) fn bits(&self) -> usize {
        self.group.p().bits()
    }

    pub(super) fn members(&self) -> Vec<(&'static str, String)> {
        vec![
            ("algorithm", "DS".to_owned()),
            ("g", self.group.g().to_str_radix(16)),
            ("p", self.group.p().to_str_radix(16)),
            ("q", self.group.q().to_str_radix(16)),
            ("y", self.y.to_str_radix(16)),
        ]
    }

    /// `signature` is r and s, each as wide as q. A short one lost zeros in front of r. Both must lie strictly between
    /// 0 and q: the reference takes s = q, with which anyone can sign anything (PROTOCOL V1).
    pub(super) fn verify(&self, message: &[u8], signature: &[u8]) -> Result<(), SignatureError> {
        let q = self.group.q();
        let width = q.bits().div_ceil(8);
        if signature.len() > 2 * width {
            return Err(SignatureError::Malformed);
        }
        let (r, s) = signature.split_at(signature.len().saturating_sub(width));
        let (r, s) = (BigUint::from_bytes_be(r), BigUint::from_bytes_be(s));
        let zero = BigUint::from(0u8);
        if r == zero || s == zero || r >= *q || s >= *q {
            return Err(SignatureError::Invalid);
        }
        let w = inverse(&s, q).ok_or(SignatureError::Invalid)?;
        let u1 = self.digest(message) * &w % q;
        let u2 = &r * w % q;
        if self.group.product(&u1, &self.y, &u2) % q == r {
            Ok(())
        } else {
            Err(SignatureError::Invalid)
        }
    }

    /// The digest is as wide as q in both groups, so nothing is cut off.
    fn digest(&self, message: &[u8]) -> BigUint {
        match self.algorithm() {
            Algorithm::Ds256 => BigUint::from_bytes_be(&Sha256::digest(message)),
            _ => BigUint::from_bytes_be(&Sha1::digest(message)),
        }
    }
}

fn inverse(s: &BigUint, q: &BigUint) -> Option<BigUint> {
    let inverse: BigInt = s.mod_inverse(q)?;
    inverse.to_biguint()
}
