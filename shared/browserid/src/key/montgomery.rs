//! Powers modulo an odd number of 1024 or 2048 bits, fast enough for a DSA key a request.
//!
//! Only public values pass here, so running time may depend on them.

use num_bigint_dig::BigUint;

/// Bits of an exponent that are taken at once.
const WINDOW: usize = 4;

/// An odd modulus of at most 64 · `N` bits. Numbers are little-endian limbs; products carry the usual factor 2^(64·N).
pub(super) struct Modulus<const N: usize> {
    limbs: [u64; N],
    /// −1 / modulus, modulo 2^64.
    negative_inverse: u64,
    /// 2^(64·N) modulo the modulus: the number one.
    one: [u64; N],
    /// 2^(128·N) modulo the modulus: brings a number into this form.
    square: [u64; N],
}

/// The first 16 powers of a number.
pub(super) type Powers<const N: usize> = [[u64; N]; 1 << WINDOW];

impl<const N: usize> Modulus<N> {
    /// `modulus` is odd and has at most 64 · `N` bits.
    pub(super) fn new(modulus: &BigUint) -> Self {
        let limbs = limbs(modulus);
        let low = limbs.first().copied().unwrap_or(1);
        // Newton's iteration doubles the valid bits each time, from 3 for an odd number up to 96.
        let inverse = (0..5).fold(low, |inverse, _| {
            inverse.wrapping_mul(2u64.wrapping_sub(low.wrapping_mul(inverse)))
        });
        let power_of_two = |bits: usize| self::limbs(&((BigUint::from(1u8) << bits) % modulus));
        Self {
            limbs,
            negative_inverse: inverse.wrapping_neg(),
            one: power_of_two(64 * N),
            square: power_of_two(128 * N),
        }
    }

    /// 1, x, x², … for `x` below the modulus.
    pub(super) fn powers(&self, x: &BigUint) -> Powers<N> {
        let x = self.times(&limbs(x), &self.square);
        let mut power = self.one;
        [(); 1 << WINDOW].map(|()| {
            let this = power;
            power = self.times(&power, &x);
            this
        })
    }

    /// The product of each base to its exponent, all squared together.
    pub(super) fn product(&self, factors: &[(&Powers<N>, &BigUint)]) -> BigUint {
        let digits = |exponent: &BigUint| exponent.bits().div_ceil(WINDOW);
        let most = factors.iter().map(|(_, exponent)| digits(exponent)).max();
        let exponents: Vec<_> = factors
            .iter()
            .map(|(powers, exponent)| (powers, exponent.to_bytes_le()))
            .collect();
        let mut product = self.one;
        for digit in (0..most.unwrap_or(0)).rev() {
            for _ in 0..WINDOW {
                product = self.times(&product, &product);
            }
            for (powers, exponent) in &exponents {
                if let Some(power) = powers
                    .get(window(exponent, digit))
                    .filter(|_| window(exponent, digit) > 0)
                {
                    product = self.times(&product, power);
                }
            }
        }
        self.plain(&product)
    }

    /// Montgomery's product: a · b / 2^(64·N).
    #[inline]
    fn times(&self, a: &[u64; N], b: &[u64; N]) -> [u64; N] {
        let mut sum = [0u64; N];
        let mut overflow = 0u64;
        for &factor in b {
            let carry = add_product(&mut sum, a, factor);
            let top = u128::from(overflow) + u128::from(carry);
            let low = sum.first().copied().unwrap_or(0);
            let carry = add_product(
                &mut sum,
                &self.limbs,
                low.wrapping_mul(self.negative_inverse),
            );
            let top = top + u128::from(carry);
            // The lowest limb is zero now: divide by 2^64.
            sum.rotate_left(1);
            if let Some(last) = sum.last_mut() {
                *last = low_half(top);
            }
            overflow = high_half(top);
        }
        if overflow > 0 || !is_below(&sum, &self.limbs) {
            subtract(&mut sum, &self.limbs);
        }
        sum
    }

    fn plain(&self, number: &[u64; N]) -> BigUint {
        let mut unit = [0u64; N];
        if let Some(first) = unit.first_mut() {
            *first = 1;
        }
        let bytes: Vec<u8> = self
            .times(number, &unit)
            .iter()
            .flat_map(|limb| limb.to_le_bytes())
            .collect();
        BigUint::from_bytes_le(&bytes)
    }
}

/// `sum += a · factor`; gives what does not fit.
#[inline]
fn add_product<const N: usize>(sum: &mut [u64; N], a: &[u64; N], factor: u64) -> u64 {
    let mut carry = 0u64;
    for (limb, &a) in sum.iter_mut().zip(a) {
        let wide = u128::from(*limb) + u128::from(a) * u128::from(factor) + u128::from(carry);
        *limb = low_half(wide);
        carry = high_half(wide);
    }
    carry
}

fn is_below<const N: usize>(a: &[u64; N], b: &[u64; N]) -> bool {
    a.iter().rev().lt(b.iter().rev())
}

fn subtract<const N: usize>(a: &mut [u64; N], b: &[u64; N]) {
    let mut borrow = false;
    for (limb, &b) in a.iter_mut().zip(b) {
        let (difference, first) = limb.overflowing_sub(b);
        let (difference, second) = difference.overflowing_sub(u64::from(borrow));
        *limb = difference;
        borrow = first || second;
    }
}

fn low_half(wide: u128) -> u64 {
    wide as u64
}

fn high_half(wide: u128) -> u64 {
    (wide >> 64) as u64
}

/// The `digit`-th group of [`WINDOW`] bits.
fn window(exponent: &[u8], digit: usize) -> usize {
    let byte = exponent.get(digit / 2).copied().unwrap_or(0);
    usize::from(if digit.is_multiple_of(2) {
        byte & 0x0f
    } else {
        byte >> 4
    })
}

fn limbs<const N: usize>(number: &BigUint) -> [u64; N] {
    let bytes = number.to_bytes_le();
    let mut chunks = bytes.chunks(8);
    [(); N].map(|()| {
        chunks
            .next()
            .unwrap_or_default()
            .iter()
            .rev()
            .fold(0, |limb, &byte| (limb << 8) | u64::from(byte))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn number(text: &str) -> BigUint {
        BigUint::parse_bytes(text.as_bytes(), 16).expect("hexadecimal digits")
    }

    /// Against the plain arithmetic of the big-number library, over numbers made from a simple congruence; every third
    /// factor is as near below the modulus as can be.
    fn check<const N: usize>(rounds: usize) {
        let mut state = N as u64;
        let mut next = |bytes: usize| {
            let bytes: Vec<u8> = (0..bytes)
                .map(|_| {
                    state = state
                        .wrapping_mul(6_364_136_223_846_793_005)
                        .wrapping_add(1);
                    state.to_be_bytes()[0]
                })
                .collect();
            BigUint::from_bytes_be(&bytes)
        };
        for round in 0..rounds {
            let modulus = next(8 * N - round % 2 * 28) | BigUint::from(1u8);
            let a = if round % 3 == 0 {
                &modulus - BigUint::from(1 + round as u8)
            } else {
                next(8 * N - 8) % &modulus
            };
            let b = next(8 * N) % &modulus;
            let (x, y) = (next(20), next(if round % 5 == 0 { 0 } else { 33 }));
            let arithmetic = Modulus::<N>::new(&modulus);
            let product =
                arithmetic.product(&[(&arithmetic.powers(&a), &x), (&arithmetic.powers(&b), &y)]);
            assert_eq!(
                product,
                a.modpow(&x, &modulus) * b.modpow(&y, &modulus) % &modulus,
                "round {round}"
            );
        }
    }

    #[test]
    fn products_of_powers_agree_with_plain_arithmetic_in_both_widths() {
        check::<16>(100);
        check::<32>(40);
    }

    #[test]
    fn the_largest_modulus_does_not_overflow() {
        let modulus = number(&"f".repeat(256));
        let arithmetic = Modulus::<16>::new(&modulus);
        let x = &modulus - BigUint::from(1u8);
        let powers = arithmetic.powers(&x);
        assert_eq!(
            arithmetic.product(&[(&powers, &BigUint::from(2u8))]),
            BigUint::from(1u8)
        );
        assert_eq!(arithmetic.product(&[(&powers, &BigUint::from(3u8))]), x);
        assert_eq!(
            arithmetic.product(&[(&powers, &BigUint::from(0u8))]),
            BigUint::from(1u8)
        );
        assert_eq!(arithmetic.product(&[]), BigUint::from(1u8));
    }
}
