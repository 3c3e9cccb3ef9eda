//! The two wire forms of a key object.

use num_bigint_dig::BigUint;
use serde_json::{Map, Value};

use super::{DsaKey, KeyError, PublicKey, RsaKey, Sizes};
use crate::{Json, base64url, json::is_falsy};

/// Longest text of a number: 8192 bits in decimal digits. Longer ones are refused before any arithmetic.
const MAX_DIGITS: usize = 2467;

/// As the reference reads them (PROTOCOL §1.6): `algorithm` if truthy, else `kty`, names the kind; a truthy `kty` makes
/// the numbers base64url even when `algorithm` is there too.
pub(super) fn read(json: &Json, sizes: Sizes) -> Result<PublicKey, KeyError> {
    let object = json.as_object().ok_or(KeyError::NotAnObject)?;
    let has_kty = !is_falsy(object.get("kty"));
    let named = match object.get("algorithm") {
        algorithm if is_falsy(algorithm) => object.get("kty").filter(|_| has_kty),
        algorithm => algorithm,
    };
    match named.and_then(Value::as_str) {
        Some("DS" | "DSA") => {
            let form = if has_kty {
                Form::Base64Url
            } else {
                Form::Hexadecimal
            };
            let number = |name| number(object, name, form);
            let key = DsaKey::new(number("p")?, number("q")?, number("g")?, number("y")?)?;
            Ok(PublicKey::of_dsa(key))
        }
        Some("RS" | "RSA") => {
            let form = if has_kty {
                Form::Base64Url
            } else {
                Form::Decimal
            };
            let number = |name| number(object, name, form);
            Ok(PublicKey::of_rsa(RsaKey::new(
                number("n")?,
                &number("e")?,
                sizes,
            )?))
        }
        _ => Err(KeyError::UnknownAlgorithm {
            name: named.map(|name| shortened(&crate::json::as_reported(Some(name)))),
        }),
    }
}

#[derive(Clone, Copy)]
enum Form {
    Base64Url,
    Decimal,
    Hexadecimal,
}

/// Digits only: no sign, no blanks, no prefix, and never a JSON number (which made the reference search for primes, V8).
fn number(object: &Map<String, Json>, name: &'static str, form: Form) -> Result<BigUint, KeyError> {
    let text = match object.get(name) {
        None => return Err(KeyError::MissingMember { name }),
        Some(Value::String(text)) if (1..=MAX_DIGITS).contains(&text.len()) => text.as_str(),
        Some(_) => return Err(KeyError::MalformedMember { name }),
    };
    match form {
        Form::Base64Url => base64url::decode_number(text)
            .ok()
            .map(|bytes| BigUint::from_bytes_be(&bytes)),
        Form::Decimal => decimal(text),
        Form::Hexadecimal => hexadecimal(text),
    }
    .ok_or(KeyError::MalformedMember { name })
}

/// Nineteen digits at a time, as many as a limb holds: every verification reads two keys of over 600 digits.
fn decimal(text: &str) -> Option<BigUint> {
    let mut limbs: Vec<u64> = Vec::new();
    for digits in text.as_bytes().chunks(19) {
        let (mut value, mut scale) = (0u64, 1u64);
        for digit in digits {
            value = value * 10 + u64::from(digit.is_ascii_digit().then(|| digit - b'0')?);
            scale *= 10;
        }
        let mut carry = u128::from(value);
        for limb in &mut limbs {
            carry += u128::from(*limb) * u128::from(scale);
            *limb = carry as u64;
            carry >>= 64;
        }
        if carry > 0 {
            limbs.push(carry as u64);
        }
    }
    let bytes: Vec<u8> = limbs.into_iter().flat_map(u64::to_le_bytes).collect();
    Some(BigUint::from_bytes_le(&bytes))
}

fn hexadecimal(text: &str) -> Option<BigUint> {
    let is_plain = text.bytes().all(|digit| digit.is_ascii_hexdigit());
    is_plain
        .then(|| BigUint::parse_bytes(text.as_bytes(), 16))
        .flatten()
}

fn shortened(name: &str) -> String {
    name.chars().take(64).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn decimal_digits_are_read_as_the_library_reads_them() {
        for text in [
            "0",
            "1",
            "9999999999999999999",
            "10000000000000000000",
            "18446744073709551616",
        ] {
            assert_eq!(
                decimal(text),
                BigUint::parse_bytes(text.as_bytes(), 10),
                "{text}"
            );
        }
        for length in 1..200 {
            let text: String = "9081726354".chars().cycle().take(length * 7).collect();
            assert_eq!(
                decimal(&text),
                BigUint::parse_bytes(text.as_bytes(), 10),
                "{text}"
            );
        }
        for text in ["-1", "1 ", "0x1", "1_0", "１"] {
            assert_eq!(decimal(text), None);
        }
    }
}
