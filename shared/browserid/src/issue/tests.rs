use serde_json::json;

use super::*;
use crate::{
    HostRule, Json,
    test_kit::{NOW, domain, key, key_json, sign},
};

fn profile() -> Profile {
    Profile::new(domain("idp.example"), key("RS256a"))
}

fn bob() -> Email {
    Email::parse("bob@idp.example", HostRule::Public).expect("an address")
}

fn prepare(key: PublicKey, lifetime_ms: u64) -> Result<PreparedCertificate, IssueError> {
    profile().prepare(&bob(), key, lifetime_ms, NOW)
}

fn payload(prepared: &PreparedCertificate) -> String {
    let (_, payload) = prepared.signing_input().split_once('.').expect("two parts");
    String::from_utf8(base64url::decode(payload).expect("base64url")).expect("UTF-8")
}

#[test]
fn a_certificate_says_what_the_old_libraries_said_in_their_order() {
    let prepared = prepare(key("RS256b"), 3_600_000).expect("prepared");
    assert!(
        prepared
            .signing_input()
            .starts_with("eyJhbGciOiJSUzI1NiJ9.")
    );
    let text = payload(&prepared);
    assert_eq!(
        serde_json::from_str::<Json>(&text).expect("JSON"),
        json!({
            "public-key": key_json("RS256b"),
            "principal": {"email": "bob@idp.example"},
            "iat": NOW.as_millis() - 10_000,
            "exp": NOW.as_millis() + 3_600_000,
            "iss": "idp.example",
        })
    );
    let places = [
        "\"public-key\"",
        "\"principal\"",
        "\"iat\"",
        "\"exp\"",
        "\"iss\"",
    ]
    .map(|name| text.find(name));
    assert!(places.is_sorted() && places[0] == Some(1));
    assert_eq!(prepared.expires(), NOW.plus_ms(3_600_000));
}

#[test]
fn a_life_is_cut_to_a_day_and_not_begun_under_a_minute() {
    let expires =
        |lifetime_ms| prepare(key("RS256b"), lifetime_ms).map(|prepared| prepared.expires());
    assert_eq!(
        expires(MAX_CERTIFICATE_MS),
        Ok(NOW.plus_ms(MAX_CERTIFICATE_MS))
    );
    assert_eq!(
        expires(MAX_CERTIFICATE_MS + 1),
        Ok(NOW.plus_ms(MAX_CERTIFICATE_MS))
    );
    assert_eq!(expires(u64::MAX), Ok(NOW.plus_ms(MAX_CERTIFICATE_MS)));
    assert_eq!(
        expires(MIN_CERTIFICATE_MS),
        Ok(NOW.plus_ms(MIN_CERTIFICATE_MS))
    );
    let asked_ms = MIN_CERTIFICATE_MS - 1;
    assert_eq!(
        expires(asked_ms),
        Err(IssueError::LifetimeTooShort { asked_ms })
    );
}

#[test]
fn weak_keys_and_the_issuers_own_are_refused() {
    let refused = |key| prepare(key, 3_600_000).map(|_| ());
    assert_eq!(refused(key("RS256a")), Err(IssueError::KeyIsIssuers));
    assert_eq!(
        refused(key("RS128a")),
        Err(IssueError::KeyTooWeak { bits: 1024 })
    );
    for name in ["RS256b", "DS128a", "DS256a"] {
        assert_eq!(refused(key(name)), Ok(()), "{name}");
    }
}

#[test]
fn rsa_keys_of_2047_to_4096_bits_are_certified_and_no_others() {
    let of_bits = |bits: usize| {
        let n =
            num_bigint_dig::BigUint::from(1u8) << (bits - 1) | num_bigint_dig::BigUint::from(1u8);
        json!({"algorithm": "RS", "n": n.to_string(), "e": "3"})
    };
    for bits in [2047, 2048, 2049, 3072, 4096] {
        let key = PublicKey::from_slice_to_certify(of_bits(bits).to_string().as_bytes());
        assert!(prepare(key.expect("a key"), 3_600_000).is_ok(), "{bits}");
    }
    for bits in [1024, 2046, 4097] {
        let key = PublicKey::from_slice_to_certify(of_bits(bits).to_string().as_bytes());
        assert_eq!(key, Err(crate::KeyError::Size { bits }));
    }
    for bits in [1023, 1024, 1025] {
        let key = PublicKey::from_json(&of_bits(bits)).expect("a key that can verify");
        assert_eq!(
            prepare(key, 3_600_000).map(|_| ()),
            Err(IssueError::KeyTooWeak { bits })
        );
    }
}

#[test]
fn a_certificate_is_complete_only_if_the_published_key_confirms_it() {
    let prepared = || prepare(key("RS256b"), 3_600_000).expect("prepared");
    let input = prepared().signing_input().to_owned();
    let signature = sign("RS256a", &input);
    let certificate = prepared().complete(&signature).expect("confirmed");
    assert_eq!(
        certificate,
        format!("{input}.{}", base64url::encode(&signature))
    );
    for wrong in [sign("RS256b", &input), sign("RS256a", "other"), vec![]] {
        assert_eq!(
            prepared().complete(&wrong),
            Err(IssueError::SignatureRefused)
        );
    }
}
