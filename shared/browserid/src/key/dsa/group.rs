//! The groups DSA works in.

use std::sync::LazyLock;

use num_bigint_dig::{BigUint, prime::probably_prime};

use super::super::montgomery::{Modulus, Powers};
use super::{Algorithm, KeyError};

/// A subgroup of prime order q of the numbers modulo the prime p, with its generator g.
///
/// The two groups that every old library used are known here; any other is checked when a key is read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Group {
    /// The 1024/160 group of all Persona browsers.
    Known128,
    /// The 2048/256 group of the old libraries.
    Known256,
    /// Another group of one of the two sizes.
    Other(Box<Parameters>),
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Parameters {
    algorithm: Algorithm,
    g: BigUint,
    p: BigUint,
    q: BigUint,
}

impl Group {
    pub(super) fn new(p: BigUint, q: BigUint, g: BigUint) -> Result<Self, KeyError> {
        let algorithm = match p.bits() {
            1024 => Algorithm::Ds128,
            2048 => Algorithm::Ds256,
            bits => return Err(KeyError::Size { bits }),
        };
        let parameters = Parameters { algorithm, g, p, q };
        if parameters == KNOWN_128.parameters {
            Ok(Self::Known128)
        } else if parameters == KNOWN_256.parameters {
            Ok(Self::Known256)
        } else if parameters.is_group() {
            Ok(Self::Other(Box::new(parameters)))
        } else {
            Err(KeyError::Group)
        }
    }

    pub(super) fn algorithm(&self) -> Algorithm {
        self.parameters().algorithm
    }

    pub(super) fn g(&self) -> &BigUint {
        &self.parameters().g
    }

    pub(super) fn p(&self) -> &BigUint {
        &self.parameters().p
    }

    pub(super) fn q(&self) -> &BigUint {
        &self.parameters().q
    }

    /// True for 1 < y < p with y^q = 1.
    pub(super) fn contains(&self, y: &BigUint) -> bool {
        let one = BigUint::from(1u8);
        let power = match self {
            _ if *y <= one || y >= self.p() => return false,
            Self::Known128 => KNOWN_128.power(y),
            Self::Known256 => KNOWN_256.power(y),
            Self::Other(parameters) => parameters.power_q(y),
        };
        power == one
    }

    /// g^u · y^v modulo p, for y below p.
    pub(super) fn product(&self, u: &BigUint, y: &BigUint, v: &BigUint) -> BigUint {
        match self {
            Self::Known128 => KNOWN_128.product(u, y, v),
            Self::Known256 => KNOWN_256.product(u, y, v),
            Self::Other(parameters) => match parameters.algorithm {
                Algorithm::Ds256 => Precomputed::<32>::new(parameters).product(u, y, v),
                _ => Precomputed::<16>::new(parameters).product(u, y, v),
            },
        }
    }

    fn parameters(&self) -> &Parameters {
        match self {
            Self::Known128 => &KNOWN_128.parameters,
            Self::Known256 => &KNOWN_256.parameters,
            Self::Other(parameters) => parameters,
        }
    }
}

impl Parameters {
    /// Cheap questions first. Nobody but the key's owner is harmed by a composite that passes for prime, and none is
    /// known that does; the point is that every value a verification meets is what the mathematics expects.
    fn is_group(&self) -> bool {
        let one = BigUint::from(1u8);
        let q_bits = match self.algorithm {
            Algorithm::Ds256 => 256,
            _ => 160,
        };
        self.q.bits() == q_bits
            && self.g > one
            && self.g < self.p
            && (&self.p - &one) % &self.q == BigUint::from(0u8)
            && is_odd(&self.p)
            && self.power_q(&self.g) == one
            && probably_prime(&self.q, EXTRA_ROUNDS)
            && probably_prime(&self.p, EXTRA_ROUNDS)
    }

    fn power_q(&self, x: &BigUint) -> BigUint {
        match self.algorithm {
            Algorithm::Ds256 => power(&Modulus::<32>::new(&self.p), x, &self.q),
            _ => power(&Modulus::<16>::new(&self.p), x, &self.q),
        }
    }
}

/// Miller-Rabin rounds beyond the Baillie-PSW test. A key in another group than the known two costs about 10 ms (1024
/// bits) or 40 ms (2048) to read, hardly more with a round more or less.
const EXTRA_ROUNDS: usize = 1;

/// What a known group needs again and again.
struct Precomputed<const N: usize> {
    modulus: Modulus<N>,
    parameters: Parameters,
    powers_of_g: Powers<N>,
}

impl<const N: usize> Precomputed<N> {
    fn new(parameters: &Parameters) -> Self {
        let modulus = Modulus::new(&parameters.p);
        Self {
            powers_of_g: modulus.powers(&parameters.g),
            modulus,
            parameters: parameters.clone(),
        }
    }

    fn power(&self, y: &BigUint) -> BigUint {
        power(&self.modulus, y, &self.parameters.q)
    }

    fn product(&self, u: &BigUint, y: &BigUint, v: &BigUint) -> BigUint {
        let powers_of_y = self.modulus.powers(y);
        self.modulus
            .product(&[(&self.powers_of_g, u), (&powers_of_y, v)])
    }
}

fn power<const N: usize>(modulus: &Modulus<N>, x: &BigUint, exponent: &BigUint) -> BigUint {
    modulus.product(&[(&modulus.powers(x), exponent)])
}

fn is_odd(number: &BigUint) -> bool {
    number.to_bytes_le().first().is_some_and(|low| low % 2 == 1)
}

/// FIPS 186-3 test vectors, 1024/160, verifiable canonical generation of g.
static KNOWN_128: LazyLock<Precomputed<16>> = LazyLock::new(|| {
    Precomputed::new(&Parameters {
        algorithm: Algorithm::Ds128,
        g: number(
            "c52a4a0ff3b7e61fdf1867ce84138369a6154f4afa92966e3c827e25cfa6cf508b90e5de419e1337e07a2e9e2a3cd5dea704d175f8ebf6af397d69e110b96afb17c7a03259329e4829b0d03bbc7896b15b4ade53e130858cc34d96269aa89041f409136c7242a38895c9d5bccad4f389af1d7a4bd1398bd072dffa896233397a",
        ),
        p: number(
            "ff600483db6abfc5b45eab78594b3533d550d9f1bf2a992a7a8daa6dc34f8045ad4e6e0c429d334eeeaaefd7e23d4810be00e4cc1492cba325ba81ff2d5a5b305a8d17eb3bf4a06a349d392e00d329744a5179380344e82a18c47933438f891e22aeef812d69c8f75e326cb70ea000c3f776dfdbd604638c2ef717fc26d02e17",
        ),
        q: number("e21e04f911d1ed7991008ecaab3bf775984309c3"),
    })
});

/// FIPS 186-3 test vectors, 2048/256, verifiable canonical generation of g.
static KNOWN_256: LazyLock<Precomputed<32>> = LazyLock::new(|| {
    Precomputed::new(&Parameters {
        algorithm: Algorithm::Ds256,
        g: number(
            "9a8269ab2e3b733a5242179d8f8ddb17ff93297d9eab00376db211a22b19c854dfa80166df2132cbc51fb224b0904abb22da2c7b7850f782124cb575b116f41ea7c4fc75b1d77525204cd7c23a15999004c23cdeb72359ee74e886a1dde7855ae05fe847447d0a68059002c3819a75dc7dcbb30e39efac36e07e2c404b7ca98b263b25fa314ba93c0625718bd489cea6d04ba4b0b7f156eeb4c56c44b50e4fb5bce9d7ae0d55b379225feb0214a04bed72f33e0664d290e7c840df3e2abb5e48189fa4e90646f1867db289c6560476799f7be8420a6dc01d078de437f280fff2d7ddf1248d56e1a54b933a41629d6c252983c58795105802d30d7bcd819cf6ef",
        ),
        p: number(
            "d6c4e5045697756c7a312d02c2289c25d40f9954261f7b5876214b6df109c738b76226b199bb7e33f8fc7ac1dcc316e1e7c78973951bfc6ff2e00cc987cd76fcfb0b8c0096b0b460fffac960ca4136c28f4bfb580de47cf7e7934c3985e3b3d943b77f06ef2af3ac3494fc3c6fc49810a63853862a02bb1c824a01b7fc688e4028527a58ad58c9d512922660db5d505bc263af293bc93bcd6d885a157579d7f52952236dd9d06a4fc3bc2247d21f1a70f5848eb0176513537c983f5a36737f01f82b44546e8e7f0fabc457e3de1d9c5dba96965b10a2a0580b0ad0f88179e10066107fb74314a07e6745863bc797b7002ebec0b000a98eb697414709ac17b401",
        ),
        q: number("b1e370f6472c8754ccd75e99666ec8ef1fd748b748bbbc08503d82ce8055ab3b"),
    })
});

fn number(hexadecimal: &str) -> BigUint {
    BigUint::parse_bytes(hexadecimal.as_bytes(), 16).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_known_groups_are_groups() {
        assert!(KNOWN_128.parameters.is_group());
        assert!(KNOWN_256.parameters.is_group());
    }
}
