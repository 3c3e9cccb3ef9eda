//! The two wire forms of a key object.

use num_bigint_dig::BigUint;
use serde_json::{Map, Value};

use super::{DsaKey, KeyError, PublicKey, RsaKey, Sizes, number::Form};
use crate::{Json, json::is_falsy};

/// As the reference reads them (PROTOCOL §1.6): `algorithm` if truthy, else `kty`, names the kind; a truthy `kty` makes
/// the numbers base64url even when `algorithm` is there too.
pub(super) fn read(json: &Json, sizes: Sizes) -> Result<PublicKey, KeyError> {
    let object = json.as_object().ok_or(KeyError::NotAnObject)?;
    let has_kty = !is_falsy(object.get("kty"));
    let named = match object.get("algorithm") {
        algorithm if is_falsy(algorithm) => object.get("kty").filter(|_| has_kty),
        algorithm => algorithm,
    };
    let form = |otherwise| if has_kty { Form::Base64Url } else { otherwise };
    match named.and_then(Value::as_str) {
        Some("DS" | "DSA") => {
            let form = form(Form::Hexadecimal);
            let number =
                |name| number(object, name, form).map(|bytes| BigUint::from_bytes_be(&bytes));
            let key = DsaKey::new(number("p")?, number("q")?, number("g")?, number("y")?)?;
            Ok(PublicKey::of_dsa(key))
        }
        Some("RS" | "RSA") => {
            let form = form(Form::Decimal);
            let number = |name| number(object, name, form);
            let key = RsaKey::new(number("n")?, &number("e")?, sizes)?;
            Ok(PublicKey::of_rsa(key))
        }
        _ => Err(KeyError::UnknownAlgorithm {
            name: named.map(|name| shortened(&crate::json::as_reported(Some(name)))),
        }),
    }
}

/// Big-endian, without leading zeros. Never a JSON number (which made the reference search for primes, V8).
fn number(object: &Map<String, Json>, name: &'static str, form: Form) -> Result<Vec<u8>, KeyError> {
    match object.get(name) {
        None => Err(KeyError::MissingMember { name }),
        Some(Value::String(text)) => form.read(text).ok_or(KeyError::MalformedMember { name }),
        Some(_) => Err(KeyError::MalformedMember { name }),
    }
}

fn shortened(name: &str) -> String {
    name.chars().take(64).collect()
}
