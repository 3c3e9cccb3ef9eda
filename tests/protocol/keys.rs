//! Keys of issuers and of users, right and wrong: K18 to K25, K27, V7 to V9.

use browserid::{Code, Json, PublicKey, base64url};
use rsa::BigUint;
use serde_json::json;
use sha2::{Digest as _, Sha256};

use crate::judging::{World, document_of};
use crate::making::{
    Case, DS256, IDP, ISSUER, Key, OTHER_RS256, RS128, SHA_256, USER, number, pkcs1,
};

const OF_USER: &str = "malformed public key in certificate";

/// Refused as the issuer's with these words, and as a user's.
#[track_caller]
fn refused(key: &Json, why: &str) {
    let world = World::empty().document(IDP, &document_of(key.clone()));
    let asked = world.refuses(
        Case::ordinary().bundle(),
        Code::DocumentMalformed,
        &format!("bad support document for 'idp.example': Error: mal-formed public key in support doc: {why}"),
    );
    assert_eq!(asked, ["idp.example for idp.example"]);
    // Also at the side of a good key: the whole document is refused.
    let mut document = document_of(ISSUER.json());
    document["keys"] = json!([key]);
    let seen = World::empty()
        .document(IDP, &document)
        .judge(Case::ordinary().bundle());
    assert_eq!(
        seen.outcome.expect_err("refused").code(),
        Code::DocumentMalformed,
        "{why}"
    );

    refused_of_a_user(key);
}

#[track_caller]
fn refused_of_a_user(key: &Json) {
    let case = Case::ordinary().certificate(json!({ "public-key": key }));
    World::ordinary().refuses(case.bundle(), Code::UserKeyMalformed, OF_USER);
}

fn with(key: Json, name: &str, value: impl Into<Json>) -> Json {
    let mut key = key;
    key[name] = value.into();
    key
}

fn without(key: Json, name: &str) -> Json {
    let mut key = key;
    key.as_object_mut()
        .expect("an object")
        .remove(name)
        .expect("the member");
    key
}

#[test]
fn the_size_of_a_modulus_decides_whether_it_is_a_key() {
    let of_bits = |bits: usize| {
        let n = (number(1) << (bits - 1)) + number(1);
        json!({"algorithm": "RS", "n": n.to_string(), "e": "65537"})
    };
    for (bits, reason) in [
        (1023, "algorithms do not match"),
        (1024, "algorithms do not match"),
        (1025, "algorithms do not match"),
        (2047, "invalid signature"),
        (2048, "invalid signature"),
        (2049, "invalid signature"),
    ] {
        let world = World::empty().document(IDP, &document_of(of_bits(bits)));
        let seen = world.judge(Case::ordinary().bundle());
        assert_eq!(
            seen.outcome.expect_err("another key").reason(),
            reason,
            "{bits}"
        );
        let case = Case::ordinary().certificate(json!({"public-key": of_bits(bits)}));
        let seen = World::ordinary().judge(case.held_by_name_only(&OTHER_RS256));
        assert_eq!(
            seen.outcome.expect_err("another key").reason(),
            reason,
            "{bits}"
        );
    }
    for bits in [
        256, 511, 512, 513, 768, 1022, 1026, 1536, 2046, 2050, 3072, 4096,
    ] {
        let why = format!("KeySizeNotSupportedError: bad key size: {bits}");
        refused(&of_bits(bits), &why);
    }
}

impl Case {
    /// The certificate stays; the assertion is signed with this key.
    fn held_by_name_only(self, key: &'static Key) -> String {
        self.signed_by(key).bundle()
    }
}

#[test]
fn exponents_and_moduli_with_which_anybody_could_sign_are_refused() {
    let rsa = ISSUER.json();
    for e in ["0", "1", "2", "65536", "4294967297"] {
        refused(&with(rsa.clone(), "e", e), "bad exponent");
    }
    refused(&without(rsa.clone(), "e"), "missing member `e`");
    refused(
        &without(rsa.clone(), "n"),
        "KeySizeNotSupportedError: bad key size: NaN",
    );
    let n = rsa["n"].as_str().expect("digits");
    let even = format!("{}8", &n[..n.len() - 1]);
    refused(&with(rsa.clone(), "n", even), "bad modulus");
    for odd in [
        format!("-{n}"),
        format!("+{n}"),
        format!(" {n}"),
        format!("{n}\n"),
        format!("0x{n}"),
        String::new(),
    ] {
        refused(&with(rsa.clone(), "n", odd), "malformed member `n`");
    }
    for odd in ["-3", " 3", "3 ", "0x3", "3.0", "3e0", "three", ""] {
        refused(&with(rsa.clone(), "e", odd), "malformed member `e`");
    }

    // With e = 1 the block is its own signature.
    let open = with(OTHER_RS256.json(), "e", "1");
    let block = |input: &[u8]| pkcs1(256, SHA_256, &Sha256::digest(input));
    let case = Case::ordinary()
        .held(&OTHER_RS256)
        .certificate(json!({ "public-key": open }));
    let forged = case.with_assertion_signature(block);
    World::ordinary().refuses(forged, Code::UserKeyMalformed, OF_USER);
    let world = World::empty().document(IDP, &document_of(open));
    let forged = Case::ordinary().with_certificate_signature(block);
    let seen = world.judge(forged);
    assert_eq!(
        seen.outcome.expect_err("refused").code(),
        Code::DocumentMalformed
    );
}

#[test]
fn numbers_of_keys_are_texts() {
    for value in [
        json!(65537),
        json!(3),
        json!(1e300),
        json!(true),
        json!(null),
        json!(["3"]),
        json!({}),
    ] {
        refused(
            &with(ISSUER.json(), "e", value.clone()),
            "malformed member `e`",
        );
        refused(
            &with(ISSUER.json(), "n", value.clone()),
            "malformed member `n`",
        );
        for name in ["p", "q", "g", "y"] {
            let why = format!("malformed member `{name}`");
            refused(&with(USER.json(), name, value.clone()), &why);
        }
        let kty = with(ISSUER.json_with_kty(), "n", value);
        refused(&kty, "malformed member `n`");
    }
}

#[test]
fn a_dsa_key_is_an_element_of_a_real_group() {
    let keys: [&'static Key; 2] = [&USER, &DS256];
    for key in keys {
        let Key::Dsa { p, q, g, .. } = key else {
            panic!("DSA")
        };
        let json = key.json();
        let hex = |number: &BigUint| number.to_str_radix(16);
        let y = BigUint::parse_bytes(json["y"].as_str().expect("digits").as_bytes(), 16);
        let y = y.expect("digits");
        let outside = "the value y is outside the group";
        for value in [
            number(0),
            number(1),
            number(2),
            p - number(1),
            p.clone(),
            p + number(1),
            &y + p,
            // In the multiplicative group, but of order 2q.
            (p - number(1)) * &y % p,
        ] {
            refused(&with(json.clone(), "y", hex(&value)), outside);
        }
        let bad = "bad DSA parameters";
        for (name, value) in [
            ("g", number(0)),
            ("g", number(1)),
            ("g", p - number(1)),
            ("g", p.clone()),
            ("g", g + p),
            ("q", q + number(2)),
            ("q", q - number(2)),
            ("p", p + number(2)),
            ("p", p - number(2)),
        ] {
            refused(&with(json.clone(), name, hex(&value)), bad);
        }
        for name in ["p", "q", "g", "y"] {
            refused(
                &without(json.clone(), name),
                &format!("missing member `{name}`"),
            );
        }
    }
    // p composite, q divides p - 1, g and y of order q: only a primality test tells.
    refused(&in_a_composite_group(), "bad DSA parameters");
    // The parameters of one size with the values of the other.
    let mixed = with(USER.json(), "q", DS256.json()["q"].clone());
    refused(&mixed, "bad DSA parameters");
}

/// A group of the right sizes modulo a product of two primes, in which whoever made it can take logarithms.
fn in_a_composite_group() -> Json {
    let Key::Dsa { q, .. } = &*USER else {
        panic!("DSA")
    };
    // Both are 1 modulo q, so their product is too.
    let mut primes = (1..)
        .map(|k| q * ((number(1) << 352) - number(2 * k)) + number(1))
        .filter(is_probably_prime);
    let (a, b) = (primes.next().expect("one"), primes.next().expect("another"));
    let p = &a * &b;
    assert_eq!(p.bits(), 1024);
    assert_eq!((&p - number(1)) % q, number(0));
    // An element of order q modulo a, lifted so that it has order q modulo p as well.
    let generator = |modulus: &BigUint| {
        let exponent = (modulus - number(1)) / q;
        number(3).modpow(&exponent, modulus)
    };
    let (of_a, of_b) = (generator(&a), generator(&b));
    let lift = &of_a + &a * ((&of_b + &b - &of_a % &b) * a.modpow(&(&b - number(2)), &b) % &b);
    let g = lift % &p;
    assert_eq!(g.modpow(q, &p), number(1));
    let hex = |number: &BigUint| number.to_str_radix(16);
    json!({"algorithm": "DS", "p": hex(&p), "q": hex(q), "g": hex(&g), "y": hex(&g.modpow(&number(5), &p))})
}

fn is_probably_prime(candidate: &BigUint) -> bool {
    let one = number(1);
    [2, 3, 5, 7]
        .into_iter()
        .all(|base| number(base).modpow(&(candidate - &one), candidate) == one)
}

#[test]
fn keys_in_base64url_are_read_from_issuers_and_users() {
    let kinds: [&'static Key; 4] = [&RS128, &OTHER_RS256, &USER, &DS256];
    for user in kinds {
        let case = Case::ordinary()
            .held(user)
            .certificate(json!({"public-key": user.json_with_kty()}));
        World::ordinary().accepts(case.bundle());
    }
    for issuer in kinds {
        let world = World::empty().document(IDP, &document_of(issuer.json_with_kty()));
        world.accepts(Case::ordinary().issued_by(issuer).bundle());
    }
    // `kty` says how the numbers are written even where `algorithm` stands beside it.
    let both = with(OTHER_RS256.json_with_kty(), "algorithm", "RS");
    let case = Case::ordinary()
        .held(&OTHER_RS256)
        .certificate(json!({"public-key": both}));
    World::ordinary().accepts(case.bundle());
    // The longer names go with the old form too.
    for (key, name) in [(&*OTHER_RS256, "RSA"), (&*USER, "DSA")] {
        let json = with(key.json(), "algorithm", name);
        let world = World::empty().document(IDP, &document_of(json));
        world.accepts(Case::ordinary().issued_by(key).bundle());
    }
}

#[test]
fn unknown_kinds_of_key_are_named() {
    let numbers = || without(ISSUER.json(), "algorithm");
    let unknown = |name: &str| format!("NotImplementedError: no such algorithm: {name}");
    refused(&with(numbers(), "alg", "RS256"), &unknown("undefined"));
    refused(&numbers(), &unknown("undefined"));
    for name in [
        "rs",
        "ds",
        "RS128",
        "RS256",
        "EC",
        "none",
        "__proto__",
        "constructor",
        "toString",
    ] {
        refused(&with(numbers(), "algorithm", name), &unknown(name));
        refused(&with(numbers(), "kty", name), &unknown(name));
    }
    let n = base64url::encode(&[0xff; 256]);
    let august_2012 =
        json!({"version": "2012.08.15", "algorithm": "RS", "modulus": n, "exponent": "AQAB"});
    refused(&august_2012, "KeySizeNotSupportedError: bad key size: NaN");
}

#[test]
fn a_certificate_needs_a_key_that_is_an_object() {
    let without_one = Case::ordinary().certificate_without("public-key");
    World::ordinary().refuses(without_one.bundle(), Code::UserKeyMalformed, OF_USER);
    for odd in [
        json!(null),
        json!(""),
        json!(USER.json().to_string()),
        json!(5),
        json!([]),
        json!([USER.json()]),
        json!({}),
        json!({"algorithm": "__proto__"}),
        json!({"algorithm": "constructor"}),
        json!({"algorithm": null}),
        json!({"__proto__": {"algorithm": "DS"}}),
    ] {
        refused_of_a_user(&odd);
    }
    let elsewhere = Case::ordinary()
        .certificate_without("public-key")
        .certificate(json!({"pubkey": USER.json()}));
    World::ordinary().refuses(elsewhere.bundle(), Code::UserKeyMalformed, OF_USER);
}

#[test]
fn a_key_comes_out_as_it_went_in() {
    let kinds: [&'static Key; 4] = [&RS128, &ISSUER, &USER, &DS256];
    for kind in kinds {
        let key = PublicKey::from_json(&kind.json()).expect("a key");
        assert_eq!(key.to_json(), kind.json());
        let text = key.to_json().to_string();
        let again = PublicKey::from_slice(text.as_bytes()).expect("a key");
        assert_eq!((again.to_json().to_string(), &again), (text, &key));
        let other_form = PublicKey::from_json(&kind.json_with_kty()).expect("a key");
        assert_eq!(other_form.to_json(), key.to_json());
        assert_eq!(key.algorithm().label(), kind.label());
    }
}
