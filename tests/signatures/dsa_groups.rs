//! Groups that keep every rule but one, and groups changed by chance.

use browserid::{Json, KeyError, PublicKey};
use rsa::BigUint;
use serde_json::json;

use crate::chance::Chance;

fn flawed() -> Vec<Json> {
    let keys: Json = serde_json::from_str(include_str!("dsa_flawed_groups.json")).expect("JSON");
    keys.as_array().expect("a list").clone()
}

/// In each of them q divides p−1, and g and y are of order q, as far as the flaw lets them: nothing but the flaw can be
/// the reason.
#[test]
fn a_group_with_one_flaw_is_refused_and_one_without_is_taken() {
    let (mut refused, mut taken) = (0, 0);
    for case in flawed() {
        let outcome = PublicKey::from_json(&case["key"]);
        match case["flaw"].as_str() {
            None => {
                assert!(outcome.is_ok(), "{case}");
                taken += 1;
            }
            Some(flaw) => {
                let expected = match flaw.strip_prefix("p has ") {
                    Some(bits) => KeyError::Size {
                        bits: bits.trim_end_matches(" bits").parse().expect("a number"),
                    },
                    None => KeyError::Group,
                };
                assert_eq!(outcome, Err(expected), "{flaw}");
                refused += 1;
            }
        }
    }
    assert_eq!((refused, taken), (16, 2));
}

#[test]
fn a_group_or_a_value_changed_by_chance_is_refused() {
    let mut chance = Chance::of("groups");
    let keys = flawed();
    let sound = keys.iter().filter(|case| case["flaw"].is_null());
    let mut count = 0;
    for key in sound.map(|case| &case["key"]) {
        for member in ["p", "q", "g", "y"] {
            let digits = key[member].as_str().expect("digits");
            let number = BigUint::parse_bytes(digits.as_bytes(), 16).expect("digits");
            for _ in 0..8 {
                let mut bytes = number.to_bytes_be();
                let bit = chance.below(8 * bytes.len());
                bytes[bit / 8] ^= 1 << (bit % 8);
                let mut changed = key.clone();
                changed[member] = json!(BigUint::from_bytes_be(&bytes).to_str_radix(16));
                let error = PublicKey::from_json(&changed).expect_err("no key");
                let expected = match (member, bit) {
                    ("p", 0) => matches!(error, KeyError::Size { .. }),
                    ("y", _) => error == KeyError::Value,
                    _ => error == KeyError::Group,
                };
                assert!(expected, "{member} bit {bit}: {error:?}");
                count += 1;
            }
        }
    }
    println!("{count} groups");
    assert_eq!(count, 64);
}
