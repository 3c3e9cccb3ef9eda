//! Powers modulo an odd number of at most 64 · `N` bits, fast enough for a DSA key a request.
//!
//! Plain Montgomery arithmetic on 64-bit limbs, in safe Rust. Only public values pass here (a published key, a signature
//! that was sent to us, the digest of a message that was sent with it), so running time may depend on them: exponents are
//! walked by sliding windows and tables are indexed by their digits. Nothing secret may ever be computed with this.

use num_bigint_dig::BigUint;

/// Most bits of an exponent that are taken at once.
const WINDOW: usize = 5;

/// An odd modulus. Numbers are little-endian limbs; products carry the usual factor 2^(64·N).
pub(super) struct Modulus<const N: usize> {
    limbs: [u64; N],
    /// −1 / modulus, modulo 2^64.
    negative_inverse: u64,
    /// 2^(64·N) modulo the modulus: the number one.
    one: [u64; N],
    /// 2^(128·N) modulo the modulus: brings a number into this form.
    square: [u64; N],
}

/// The odd powers of a number, from the first on: as many as a window has odd values.
pub(super) type Powers<const N: usize> = [[u64; N]; 1 << (WINDOW - 1)];

/// A product before it is reduced: 2 · `N` limbs.
type Wide<const N: usize> = [[u64; N]; 2];

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

    /// x, x³, x⁵, … for `x` below the modulus.
    pub(super) fn powers(&self, x: &BigUint) -> Powers<N> {
        let mut power = self.times(&limbs(x), &self.square);
        let square = self.squared(&power);
        [(); 1 << (WINDOW - 1)].map(|()| {
            let this = power;
            power = self.times(&power, &square);
            this
        })
    }

    /// The product of each base to its exponent, all squared together.
    pub(super) fn product(&self, factors: &[(&Powers<N>, &BigUint)]) -> BigUint {
        let factors: Vec<_> = factors
            .iter()
            .map(|(powers, exponent)| (powers, windows(exponent)))
            .collect();
        let most = factors.iter().map(|(_, windows)| windows.len()).max();
        let mut product = self.one;
        for position in (0..most.unwrap_or(0)).rev() {
            product = self.squared(&product);
            for (powers, windows) in &factors {
                let value = windows.get(position).copied().unwrap_or(0);
                if value > 0
                    && let Some(power) = powers.get(value / 2)
                {
                    product = self.times(&product, power);
                }
            }
        }
        self.plain(&product)
    }

    /// Montgomery's product: a · b / 2^(64·N).
    fn times(&self, a: &[u64; N], b: &[u64; N]) -> [u64; N] {
        let mut product: Wide<N> = [[0; N]; 2];
        for (place, &factor) in b.iter().enumerate() {
            if let Some((row, top)) = at(&mut product, place, N) {
                *top = add_product(row, a, factor);
            }
        }
        self.reduced(product)
    }

    /// a · a / 2^(64·N): what stands on both sides of the diagonal is computed once.
    fn squared(&self, a: &[u64; N]) -> [u64; N] {
        let mut square: Wide<N> = [[0; N]; 2];
        let mut rest = a.as_slice();
        let mut place = 1;
        while let Some((&factor, behind)) = rest.split_first() {
            if let Some((row, top)) = at(&mut square, place, behind.len()) {
                *top = add_product(row, behind, factor);
            }
            rest = behind;
            place += 2;
        }
        // Twice that, and the diagonal.
        let (mut shifted_out, mut carry) = (0, 0);
        let (pairs, _) = square.as_flattened_mut().as_chunks_mut();
        for ([low, high], &factor) in pairs.iter_mut().zip(a) {
            let diagonal = u128::from(factor) * u128::from(factor);
            let doubled = [*low << 1 | shifted_out, *high << 1 | *low >> 63];
            shifted_out = *high >> 63;
            let sum = u128::from(doubled[0]) + u128::from(low_half(diagonal)) + u128::from(carry);
            *low = low_half(sum);
            let sum = u128::from(doubled[1])
                + u128::from(high_half(diagonal))
                + u128::from(high_half(sum));
            *high = low_half(sum);
            carry = high_half(sum);
        }
        self.reduced(square)
    }

    /// Divides by 2^(64·N): multiples of the modulus make the lower half zero, limb after limb.
    fn reduced(&self, mut product: Wide<N>) -> [u64; N] {
        let mut overflow = 0;
        for place in 0..N {
            if let Some((row, top)) = at(&mut product, place, N) {
                let low = row.first().copied().unwrap_or(0);
                let factor = low.wrapping_mul(self.negative_inverse);
                let carry = add_product(row, &self.limbs, factor);
                let sum = u128::from(*top) + u128::from(carry) + u128::from(overflow);
                *top = low_half(sum);
                overflow = high_half(sum);
            }
        }
        let [_, mut upper] = product;
        if overflow > 0 || !is_below(&upper, &self.limbs) {
            subtract(&mut upper, &self.limbs);
        }
        upper
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

/// `length` limbs from `place` on, and the one above them.
fn at<const N: usize>(
    product: &mut Wide<N>,
    place: usize,
    length: usize,
) -> Option<(&mut [u64], &mut u64)> {
    let (row, above) = product
        .as_flattened_mut()
        .get_mut(place..)?
        .split_at_mut_checked(length)?;
    Some((row, above.first_mut()?))
}

/// `sum += a · factor`; gives what does not fit.
#[inline]
fn add_product(sum: &mut [u64], a: &[u64], factor: u64) -> u64 {
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

/// The exponent as odd numbers of at most [`WINDOW`] bits, each at the position of its lowest bit, zeros between.
fn windows(exponent: &BigUint) -> Vec<usize> {
    let bytes = exponent.to_bytes_le();
    let bit = |position: usize| {
        let byte = bytes.get(position / 8).copied().unwrap_or(0);
        usize::from(byte >> (position % 8) & 1)
    };
    let mut windows = vec![0; exponent.bits()];
    let mut position = 0;
    while let Some(window) = windows.get_mut(position) {
        if bit(position) == 1 {
            *window = (0..WINDOW).fold(0, |value, offset| value | bit(position + offset) << offset);
            position += WINDOW;
        } else {
            position += 1;
        }
    }
    windows
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
            let modulus = next(8 * N - round % 2 * (N + 12).min(6 * N)) | BigUint::from(1u8);
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
    fn products_of_powers_agree_with_plain_arithmetic_in_every_width() {
        check::<3>(200);
        check::<4>(200);
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
