//! What is written is read, as the same and by its only name.

use browserid::bundle::BackedAssertion;
use browserid::{
    Domain, Email, HostRule, Json, Path, Profile, PublicKey, Support, SupportDocument, Timestamp,
    base64url,
};
use proptest::prelude::*;
use proptest::sample::Index;
use serde_json::json;

use crate::signers::{ISSUER, SHORT, Signer, USER};
use crate::texts::any_json;
use crate::verification::{AUDIENCE, NOW, bundle, certificate, policy, verify};

fn any_key() -> impl Strategy<Value = PublicKey> {
    let recorded: Json =
        serde_json::from_str(include_str!("../../shared/browserid/tests/keys.json")).expect("keys");
    let names = ["RS128a", "RS256a", "RS256b", "DS128a", "DS256a"];
    let keys = names.map(|name| PublicKey::from_json(&recorded[name]["public"]).expect("a key"));
    prop::sample::select(keys.to_vec())
}

fn any_path() -> impl Strategy<Value = Path> {
    "/[a-z0-9/._~%\u{e9}-]{0,20}".prop_map(|text| Path::parse(&text).expect("a path"))
}

/// The same number in base64url, as `kty` keys have it.
fn in_kty_form(key: &Json) -> Json {
    let is_rsa = key["algorithm"] == "RS";
    let mut kty = json!({"kty": if is_rsa { "RSA" } else { "DSA" }});
    for (name, digits) in key.as_object().expect("a key object") {
        if name != "algorithm" {
            let digits = digits.as_str().expect("digits").as_bytes();
            let number =
                rsa::BigUint::parse_bytes(digits, if is_rsa { 10 } else { 16 }).expect("digits");
            kty[name] = base64url::encode(&number.to_bytes_be()).into();
        }
    }
    kty
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    #[test]
    fn a_key_has_one_name_in_both_of_its_forms(key in any_key(), other in any_key()) {
        let written = key.to_json();
        for form in [in_kty_form(&written), written] {
            let again = PublicKey::from_json(&form).expect("a key");
            prop_assert_eq!(again.thumbprint(), key.thumbprint());
            prop_assert_eq!(&again, &key);
            prop_assert_eq!(PublicKey::from_slice(form.to_string().as_bytes()), Ok(again));
        }
        prop_assert_eq!(key.thumbprint() == other.thumbprint(), key == other);
    }

    #[test]
    fn a_document_is_read_as_written(
        keys in prop::collection::vec(any_key(), 1..8), paths in (any_path(), any_path(), prop::option::of(any_path())),
    ) {
        let support = Support::new(keys[0].clone(), keys[1..].to_vec(), paths.0, paths.1, paths.2);
        let document = SupportDocument::from(support);
        let text = document.to_json().to_string();
        let read = SupportDocument::parse(text.as_bytes(), HostRule::Public);
        let Ok(SupportDocument::Supported(support)) = &read else { panic!("{read:?}") };
        prop_assert_eq!(support.keys().cloned().collect::<Vec<_>>(), keys);
        prop_assert_eq!(read, Ok(document));
    }

    #[test]
    fn a_token_says_what_was_signed(
        extra in prop::collection::btree_map("[a-z]{11,14}", any_json(), 0..4), alg in "[A-Z]{2}[0-9]{0,3}",
    ) {
        let mut claims = certificate("a.example", 0);
        for (name, value) in &extra {
            claims[name] = value.clone();
        }
        let header = base64url::encode(json!({ "alg": alg }).to_string().as_bytes());
        let payload = base64url::encode(claims.to_string().as_bytes());
        let text = format!("{header}.{payload}.~{}", USER.token(&json!({"aud": AUDIENCE})));
        let parts = BackedAssertion::parse(&text.into(), HostRule::Public).expect("two parts");
        let token = parts.first_certificate.expect("a signed object");
        prop_assert_eq!(token.algorithm(), Some(alg.as_str()));
        let read = token.unverified_claims();
        let expected: serde_json::Map<_, _> = extra.into_iter().collect();
        prop_assert_eq!(&read.extra, &expected);
        prop_assert_eq!(read.public_key().expect("a key"), USER.key.clone());
        prop_assert_eq!(read.issuer.as_str(), "a.example");
        let assertion = parts.assertion.expect("a signed object");
        prop_assert_eq!(&assertion.unverified_claims().audience, &Some(Json::from(AUDIENCE)));
    }

    #[test]
    fn whoever_is_certified_is_accepted_as_nobody_else(
        local in "[A-Za-z0-9_!#$%&'*+/=?^`{|}~.-]{1,20}", lifetime_ms in 120_000u64..86_400_000,
    ) {
        let email = Email::parse(&format!("{local}@a.example"), HostRule::Public).expect("an address");
        let issuer = Domain::parse("a.example", HostRule::Public).expect("a domain");
        let profile = Profile::new(issuer, ISSUER.key.clone());
        let prepared = profile.prepare(&email, USER.key.clone(), lifetime_ms, Timestamp::from_millis(NOW));
        let prepared = prepared.expect("a certificate");
        let signature = ISSUER.sign(prepared.signing_input().as_bytes());
        let certificate = prepared.complete(&signature).expect("a signature");
        let assertion = USER.token(&json!({"exp": NOW + 60_000, "aud": AUDIENCE}));
        let (outcome, _) = verify(&format!("{certificate}~{assertion}").into(), &AUDIENCE.into(), &policy(), NOW);
        let identity = outcome.expect("accepted");
        prop_assert_eq!(identity.email(), Some(&email));
        prop_assert_eq!(identity.issuer(), "a.example");
        prop_assert!(identity.idp_claims().is_empty() && identity.user_claims().is_empty());
    }

    #[test]
    fn a_changed_byte_in_any_segment_is_refused(part in 0usize..2, segment in 0usize..3, at in any::<Index>(), change in 1u8..) {
        let text = bundle(&certificate("a.example", 0), NOW + 120_000);
        let mut parts: Vec<Vec<_>> = text.split('~').map(|part| part.split('.').map(str::to_owned).collect()).collect();
        let mut bytes = base64url::decode(&parts[part][segment]).expect("base64url");
        let at = at.index(bytes.len());
        bytes[at] ^= change;
        parts[part][segment] = base64url::encode(&bytes);
        let parts: Vec<_> = parts.iter().map(|part| part.join(".")).collect();
        let (outcome, _) = verify(&parts.join("~").into(), &AUDIENCE.into(), &policy(), NOW);
        prop_assert!(outcome.is_err());
    }

    #[test]
    fn a_part_signed_by_another_key_is_refused(part in 0usize..2) {
        let signers: [&Signer; 2] = if part == 0 { [&SHORT, &USER] } else { [&ISSUER, &SHORT] };
        let assertion = json!({"exp": NOW + 120_000, "aud": AUDIENCE});
        let text = format!("{}~{}", signers[0].token(&certificate("a.example", 0)), signers[1].token(&assertion));
        let (outcome, _) = verify(&text.into(), &AUDIENCE.into(), &policy(), NOW);
        prop_assert!(outcome.is_err());
    }
}
