//! The numbers of a key: from their texts to big-endian bytes without leading zeros, no big-number library between.

use crate::base64url;

/// Longest text of a number: 8192 bits in decimal digits. Longer ones are refused before any arithmetic.
pub(super) const MAX_DIGITS: usize = 2467;

/// How a number is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Form {
    Base64Url,
    Decimal,
    Hexadecimal,
}

impl Form {
    /// Digits only: no sign, no blanks, no prefix. None for anything else, and for texts over [`MAX_DIGITS`].
    pub(super) fn read(self, text: &str) -> Option<Vec<u8>> {
        if !(1..=MAX_DIGITS).contains(&text.len()) {
            return None;
        }
        let mut bytes = match self {
            Self::Base64Url => base64url::decode_number(text).ok()?,
            Self::Decimal => from_decimal(text)?,
            Self::Hexadecimal => from_hexadecimal(text)?,
        };
        let zeros = bytes.iter().take_while(|byte| **byte == 0).count();
        bytes.drain(..zeros);
        Some(bytes)
    }
}

/// How many bits a number has that stands in these bytes, big-endian without leading zeros.
pub(super) fn bits(bytes: &[u8]) -> usize {
    match bytes.first() {
        Some(first) => 8 * bytes.len() - first.leading_zeros() as usize,
        None => 0,
    }
}

/// Nineteen digits at a time, as many as a limb holds: every verification reads a key of over 600 digits.
fn from_decimal(text: &str) -> Option<Vec<u8>> {
    if !text.bytes().all(|digit| digit.is_ascii_digit()) {
        return None;
    }
    let value = |digits: &[u8]| {
        let next = |value, digit: &u8| value * 10 + u64::from(digit - b'0');
        digits.iter().fold(0, next)
    };
    let (first, others) = text.as_bytes().as_rchunks::<19>();
    let mut limbs: Vec<u64> = Vec::with_capacity(others.len() + 1);
    limbs.push(value(first));
    for digits in others {
        let mut carry = value(digits);
        for limb in &mut limbs {
            let scaled = u128::from(*limb) * 10u128.pow(19) + u128::from(carry);
            *limb = scaled as u64;
            carry = (scaled >> 64) as u64;
        }
        if carry > 0 {
            limbs.push(carry);
        }
    }
    let bytes = limbs.iter().rev().flat_map(|limb| limb.to_be_bytes());
    Some(bytes.collect())
}

fn from_hexadecimal(text: &str) -> Option<Vec<u8>> {
    let value = |digit: u8| char::from(digit).to_digit(16).map(|value| value as u8);
    // The odd digit stands in front.
    let (odd, pairs) = text.as_bytes().as_rchunks::<2>();
    let first = odd.iter().map(|digit| value(*digit));
    let others = pairs
        .iter()
        .map(|[high, low]| Some(value(*high)? << 4 | value(*low)?));
    first.chain(others).collect()
}

#[cfg(test)]
mod tests {
    use num_bigint_dig::BigUint;

    use super::*;

    /// As the library reads it, `None` for what is no number.
    fn expected(text: &str, radix: u32) -> Option<Vec<u8>> {
        let number = BigUint::parse_bytes(text.as_bytes(), radix)?;
        Some(match number.bits() {
            0 => Vec::new(),
            _ => number.to_bytes_be(),
        })
    }

    #[test]
    fn digits_are_read_as_the_library_reads_them() {
        for text in [
            "0",
            "1",
            "000",
            "0009",
            "9999999999999999999",
            "10000000000000000000",
            "18446744073709551615",
            "18446744073709551616",
            "00000000000000000000000000000000000000000000000000000001",
        ] {
            assert_eq!(Form::Decimal.read(text), expected(text, 10), "{text}");
            assert_eq!(Form::Hexadecimal.read(text), expected(text, 16), "{text}");
        }
        for length in 1..500 {
            let text: String = "9081726354".chars().cycle().take(length).collect();
            assert_eq!(Form::Decimal.read(&text), expected(&text, 10), "{text}");
            let text: String = "9aF8b7E6c5D4".chars().cycle().take(length).collect();
            assert_eq!(Form::Hexadecimal.read(&text), expected(&text, 16), "{text}");
        }
        let longest = "9".repeat(MAX_DIGITS);
        assert_eq!(Form::Decimal.read(&longest), expected(&longest, 10));
    }

    #[test]
    fn what_is_no_number_is_none() {
        for text in ["", "-1", "+1", "1 ", " 1", "0x1", "1_0", "１", "1\n", "g"] {
            assert_eq!(Form::Decimal.read(text), None, "{text}");
            assert_eq!(Form::Hexadecimal.read(text), None, "{text}");
        }
        assert_eq!(Form::Decimal.read("a"), None);
        for form in [Form::Base64Url, Form::Decimal, Form::Hexadecimal] {
            assert_eq!(form.read(&"1".repeat(MAX_DIGITS + 1)), None);
        }
    }

    #[test]
    fn leading_zeros_go() {
        assert_eq!(Form::Base64Url.read("AAEAAQ"), Some(vec![1, 0, 1]));
        assert_eq!(Form::Hexadecimal.read("00010001"), Some(vec![1, 0, 1]));
        assert_eq!(Form::Decimal.read("0065537"), Some(vec![1, 0, 1]));
    }

    #[test]
    fn bits_are_counted_from_the_highest_that_is_set() {
        for (bytes, expected) in [
            (&[][..], 0),
            (&[1], 1),
            (&[0x7f], 7),
            (&[0x80], 8),
            (&[1, 0], 9),
            (&[0xff, 0xff], 16),
        ] {
            assert_eq!(bits(bytes), expected);
        }
    }
}
