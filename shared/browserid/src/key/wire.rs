//! The two wire forms of a key object.

use num_bigint_dig::BigUint;
use serde_json::{Map, Value};

use super::{DsaKey, KeyError, PublicKey, RsaKey};
use crate::{Json, base64url, json::is_falsy};

/// Longest text of a number: 8192 bits in decimal digits. Longer ones are refused before any arithmetic.
const MAX_DIGITS: usize = 2467;

/// As the reference reads them (PROTOCOL §1.6): `algorithm` if truthy, else `kty`, names the kind; a truthy `kty` makes
/// the numbers base64url even when `algorithm` is there too.
pub(super) fn read(json: &Json) -> Result<PublicKey, KeyError> {
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
            Ok(PublicKey::of_rsa(RsaKey::new(number("n")?, &number("e")?)?))
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
    let digits = |radix: u32| {
        if text.chars().all(|digit| digit.is_digit(radix)) {
            BigUint::parse_bytes(text.as_bytes(), radix)
        } else {
            None
        }
    };
    match form {
        Form::Base64Url => base64url::decode_number(text)
            .ok()
            .map(|bytes| BigUint::from_bytes_be(&bytes)),
        Form::Decimal => digits(10),
        Form::Hexadecimal => digits(16),
    }
    .ok_or(KeyError::MalformedMember { name })
}

fn shortened(name: &str) -> String {
    name.chars().take(64).collect()
}
