use serde_json::json;

use super::*;
use crate::test_kit::{key, key_json, sign, with, without};

fn check(json: &Json, expected: KeyError) {
    assert_eq!(PublicKey::from_json(json), Err(expected), "{json}");
}

fn rsa_of(bits: usize) -> Json {
    let n = num_bigint_dig::BigUint::from(1u8) << (bits - 1) | num_bigint_dig::BigUint::from(1u8);
    json!({"algorithm": "RS", "n": n.to_string(), "e": "65537"})
}

#[test]
fn the_size_of_a_key_gives_its_label() {
    for (bits, expected) in [
        (1023, Algorithm::Rs128),
        (1024, Algorithm::Rs128),
        (1025, Algorithm::Rs128),
        (2047, Algorithm::Rs256),
        (2048, Algorithm::Rs256),
        (2049, Algorithm::Rs256),
    ] {
        let key = PublicKey::from_json(&rsa_of(bits)).expect("a key");
        assert_eq!((key.algorithm(), key.bits()), (expected, bits));
    }
    for bits in [
        256, 511, 512, 513, 768, 1022, 1026, 1536, 2046, 2050, 3072, 4096, 8192,
    ] {
        check(&rsa_of(bits), KeyError::Size { bits });
    }
    assert_eq!(
        (key("DS128a").algorithm(), key("DS128a").bits()),
        (Algorithm::Ds128, 1024)
    );
    assert_eq!(
        (key("DS256a").algorithm(), key("DS256a").bits()),
        (Algorithm::Ds256, 2048)
    );
}

#[test]
fn both_forms_and_all_four_names_are_read() {
    let b64 = |number: &str, radix: u32| {
        let number =
            num_bigint_dig::BigUint::parse_bytes(number.as_bytes(), radix).expect("digits");
        base64url::encode(&number.to_bytes_be())
    };
    let rsa = key_json("RS256a");
    let n = b64(rsa["n"].as_str().expect("n"), 10);
    let dsa = key_json("DS128a");
    let hex = |name: &str| b64(dsa[name].as_str().expect("digits"), 16);
    let other_dsa = json!({"p": hex("p"), "q": hex("q"), "g": hex("g"), "y": hex("y")});
    for (json, expected) in [
        (with(rsa.clone(), json!({"algorithm": "RSA"})), "RS256a"),
        (json!({"kty": "RSA", "n": n, "e": "AQAB"}), "RS256a"),
        (
            json!({"kty": "RS", "n": n, "e": "AQAB", "algorithm": null}),
            "RS256a",
        ),
        (
            json!({"kty": "anything", "n": n, "e": "AQAB", "algorithm": "RS"}),
            "RS256a",
        ),
        (
            json!({"kty": "RSA", "n": format!("{n}=="), "e": "AQAB"}),
            "RS256a",
        ),
        (
            with(dsa.clone(), json!({"algorithm": "DSA", "kid": 5})),
            "DS128a",
        ),
        (with(other_dsa, json!({"kty": "DSA"})), "DS128a"),
        (with(rsa.clone(), json!({"kty": ""})), "RS256a"),
    ] {
        let read = PublicKey::from_json(&json);
        assert_eq!(read, Ok(key(expected)), "{json:.80}");
        assert_eq!(
            read.map(|key| key.thumbprint()),
            Ok(key(expected).thumbprint())
        );
    }
}

#[test]
fn what_is_written_is_read() {
    for name in ["RS128a", "RS256a", "DS128a", "DS256a"] {
        let key = key(name);
        assert_eq!(key.to_json(), key_json(name));
        assert_eq!(PublicKey::from_slice(key.to_text().as_bytes()), Ok(key));
    }
}

#[test]
fn unknown_names_are_named() {
    for (json, name) in [
        (json!({}), None),
        (json!({"alg": "RS256"}), None),
        (json!({"algorithm": "rs"}), Some("rs")),
        (json!({"algorithm": "RS256"}), Some("RS256")),
        (json!({"algorithm": "__proto__"}), Some("__proto__")),
        (json!({"kty": "EC"}), Some("EC")),
        (json!({"algorithm": {}}), Some("[object Object]")),
    ] {
        check(
            &json,
            KeyError::UnknownAlgorithm {
                name: name.map(str::to_owned),
            },
        );
    }
    for json in [json!(null), json!("{}"), json!([]), json!(1)] {
        check(&json, KeyError::NotAnObject);
    }
}

#[test]
fn numbers_are_texts_of_digits() {
    let rsa = key_json("RS256a");
    for odd in [
        json!(65537),
        json!("-3"),
        json!(" 3"),
        json!("3 "),
        json!("+3"),
        json!("0x3"),
        json!("3e1"),
        json!("３"),
        json!(""),
        json!(null),
        json!("1".repeat(2468)),
    ] {
        check(
            &with(rsa.clone(), json!({ "e": odd })),
            KeyError::MalformedMember { name: "e" },
        );
    }
    check(
        &without(rsa.clone(), "n"),
        KeyError::MissingMember { name: "n" },
    );
    check(
        &without(rsa.clone(), "e"),
        KeyError::MissingMember { name: "e" },
    );
    let zeros = format!("000{}", rsa["n"].as_str().expect("n"));
    assert_eq!(
        PublicKey::from_json(&with(rsa, json!({ "n": zeros }))),
        Ok(key("RS256a"))
    );
    check(
        &without(key_json("DS128a"), "p"),
        KeyError::MissingMember { name: "p" },
    );
    check(
        &with(key_json("DS128a"), json!({"q": "xyz"})),
        KeyError::MalformedMember { name: "q" },
    );
}

#[test]
fn exponents_are_odd_and_have_2_to_32_bits() {
    let rsa = key_json("RS256a");
    for e in ["0", "1", "2", "4", "65536", "4294967296", "4294967297"] {
        check(&with(rsa.clone(), json!({ "e": e })), KeyError::Exponent);
    }
    for e in ["3", "4294967295"] {
        assert!(PublicKey::from_json(&with(rsa.clone(), json!({ "e": e }))).is_ok());
    }
    let n = rsa["n"].as_str().expect("n");
    let even = format!("{}4", &n[..n.len() - 1]);
    check(&with(rsa, json!({ "n": even })), KeyError::Modulus);
}

#[test]
fn a_dsa_value_lies_in_the_group_and_is_not_one() {
    let dsa = key_json("DS128a");
    let p = dsa["p"].as_str().expect("p").to_owned();
    let p_minus_one = format!("{}6", &p[..p.len() - 1]);
    let larger = format!("1{}", dsa["y"].as_str().expect("y"));
    for y in ["0", "1", "2", "5", &p, &p_minus_one, &larger] {
        check(&with(dsa.clone(), json!({ "y": y })), KeyError::Value);
    }
}

#[test]
fn dsa_parameters_must_be_a_group() {
    let dsa = key_json("DS128a");
    let other_q = key_json("DS256a")["q"].clone();
    let p = dsa["p"].as_str().expect("p").to_owned();
    for change in [
        json!({"g": "1"}),
        json!({"g": "2"}),
        json!({"g": p}),
        json!({"q": other_q}),
        json!({"q": "e21e04f911d1ed7991008ecaab3bf775984309c5"}),
        json!({"p": format!("{}9", &p[..p.len() - 1])}),
    ] {
        check(&with(dsa.clone(), change), KeyError::Group);
    }
    check(&with(dsa, json!({"p": "17"})), KeyError::Size { bits: 5 });
}

/// Keys and signatures that OpenSSL made in groups of its own.
#[test]
fn other_groups_of_the_two_sizes_are_taken() {
    let cases: Json =
        serde_json::from_str(include_str!("../../tests/dsa_other_groups.json")).expect("JSON");
    let cases = cases.as_array().expect("cases");
    for case in cases {
        let key = PublicKey::from_json(&case["key"]).expect("a key");
        let message = case["message"].as_str().expect("a text").as_bytes();
        let signature = num_bigint_dig::BigUint::parse_bytes(
            case["signature"].as_str().expect("digits").as_bytes(),
            16,
        )
        .expect("digits")
        .to_bytes_be();
        assert_eq!(key.verify(message, &signature), Ok(()));
        assert_eq!(
            key.verify(b"another message", &signature),
            Err(SignatureError::Invalid)
        );
    }
    assert_eq!(cases.len(), 2);
}

#[test]
fn a_signature_may_lack_leading_zeros_but_not_have_more() {
    let key = key("RS128a");
    let (message, signature) = (0..2000)
        .map(|number| format!("message {number}"))
        .map(|message| {
            let signature = sign("RS128a", &message);
            (message, signature)
        })
        .find(|(_, signature)| signature.first() == Some(&0))
        .expect("one in 256 begins with a zero");
    let verify = |signature: &[u8]| key.verify(message.as_bytes(), signature);
    assert_eq!(verify(&signature), Ok(()));
    assert_eq!(verify(&signature[1..]), Ok(()));
    assert_eq!(
        verify(&[&[0], &signature[..]].concat()),
        Err(SignatureError::Invalid)
    );
    assert_eq!(verify(&signature[2..]), Err(SignatureError::Invalid));
    assert_eq!(verify(&[]), Err(SignatureError::Invalid));
}

#[test]
fn dsa_signatures_of_the_wrong_length_or_range_are_refused() {
    let key = key("DS128a");
    assert_eq!(key.verify(b"", &[1; 41]), Err(SignatureError::Malformed));
    for signature in [&[][..], &[0; 40], &[1; 40], &[0xff; 40], &[1; 20], &[1; 21]] {
        assert_eq!(key.verify(b"", signature), Err(SignatureError::Invalid));
    }
}

/// With s = q, or both numbers off by q, anybody can sign anything for anybody with a reader that does not look (V1).
#[test]
fn both_numbers_of_a_dsa_signature_lie_between_0_and_q() {
    use num_bigint_dig::BigUint;
    for (name, width) in [("DS128a", 20), ("DS256a", 32)] {
        let key = key(name);
        let q = key_json(name)["q"].as_str().expect("q").to_owned();
        let q = BigUint::parse_bytes(q.as_bytes(), 16).expect("digits");
        let (zero, one) = (BigUint::from(0u8), BigUint::from(1u8));
        for r in [&zero, &one, &q, &(&q + 1u8)] {
            for s in [&zero, &one, &q, &(&q + 1u8)] {
                let wide = (r << (8 * width)) + s;
                let wide = wide.to_bytes_be();
                let signature = [&vec![0; 2 * width - wide.len()], &wide[..]].concat();
                assert_eq!(
                    key.verify(b"message", &signature),
                    Err(SignatureError::Invalid),
                    "{name}: {r} {s}"
                );
            }
        }
    }
}

/// The same signature with s + q is another text; an assertion has one.
#[test]
fn a_dsa_signature_stays_the_only_one_when_q_is_added() {
    use num_bigint_dig::BigUint;
    let keys: Json =
        serde_json::from_str(include_str!("../../tests/keys.json")).expect("throw-away keys");
    let secret = |member: &str| {
        let digits = keys["DS128a"]["secret"][member].as_str().expect("digits");
        BigUint::parse_bytes(digits.as_bytes(), 16).expect("digits")
    };
    let (p, q, g, x) = (secret("p"), secret("q"), secret("g"), secret("x"));
    // With k = 1, which gives the secret away.
    let r = g % p % &q;
    let sign = |message: &String| {
        let digest = BigUint::from_bytes_be(&sha1::Sha1::digest(message));
        (digest + &x * &r) % &q
    };
    let encode = |s: &BigUint| ((&r << 160) + s).to_bytes_be();
    let (message, s) = (0..1000)
        .map(|number| format!("message {number}"))
        .map(|message| {
            let s = sign(&message);
            (message, s)
        })
        .find(|(_, s)| (s + &q).bits() <= 160)
        .expect("one in nine");
    let verify = |s: &BigUint| key("DS128a").verify(message.as_bytes(), &encode(s));
    assert_eq!(verify(&s), Ok(()));
    assert_eq!(verify(&(s + q)), Err(SignatureError::Invalid));
}

#[test]
fn rsa_keys_are_read_from_pem_and_der() {
    use ::rsa::pkcs8::{EncodePublicKey as _, LineEnding};
    let rsa = key_json("RS256a");
    let number = |name: &str| {
        num_bigint_dig::BigUint::parse_bytes(rsa[name].as_str().expect("digits").as_bytes(), 10)
            .expect("digits")
    };
    let public = ::rsa::RsaPublicKey::new(number("n"), number("e")).expect("a key");
    let pem = public.to_public_key_pem(LineEnding::LF).expect("PEM");
    let der = public.to_public_key_der().expect("DER");
    assert_eq!(PublicKey::from_spki(pem.as_bytes()), Ok(key("RS256a")));
    assert_eq!(
        PublicKey::from_spki(format!("\n{pem}\n").as_bytes()),
        Ok(key("RS256a"))
    );
    assert_eq!(PublicKey::from_spki(der.as_bytes()), Ok(key("RS256a")));
    for odd in [
        &b""[..],
        b"-----BEGIN PUBLIC KEY-----",
        b"{}",
        &der.as_bytes()[1..],
    ] {
        assert_eq!(PublicKey::from_spki(odd), Err(KeyError::Spki));
    }
}
