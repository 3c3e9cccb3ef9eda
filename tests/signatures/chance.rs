//! Repeatable chance: SHA-256 of a seed and a counter.

use rsa::BigUint;
use sha2::{Digest as _, Sha256};

/// Gives the same numbers for the same seed, so that a failure can be seen again.
pub struct Chance {
    counter: u64,
    seed: String,
}

impl Chance {
    pub fn of(seed: &str) -> Self {
        Self {
            counter: 0,
            seed: seed.to_owned(),
        }
    }

    pub fn bytes(&mut self, count: usize) -> Vec<u8> {
        let mut bytes = Vec::new();
        while bytes.len() < count {
            self.counter += 1;
            bytes.extend(Sha256::digest(format!("{} {}", self.seed, self.counter)));
        }
        bytes.truncate(count);
        bytes
    }

    /// Below `end`.
    pub fn below(&mut self, end: usize) -> usize {
        let bytes: [u8; 8] = self.bytes(8).try_into().expect("eight bytes");
        let end = u64::try_from(end).expect("a size");
        usize::try_from(u64::from_be_bytes(bytes) % end).expect("a size")
    }

    /// From 1 to `end` - 1.
    pub fn number_below(&mut self, end: &BigUint) -> BigUint {
        let wide = BigUint::from_bytes_be(&self.bytes(end.bits() / 8 + 8));
        wide % (end - 1u8) + 1u8
    }
}
