//! Who must have signed a list, and what that is worth.

use super::*;
use crate::test_kit::{sign, token};
use crate::token::VerifyError;

fn pinned(names: &[&str]) -> Seal {
    let keys = names
        .iter()
        .map(|name| ListKey::new(key(name)).expect("strong enough"));
    Seal::SignedBy(keys.collect())
}

#[test]
fn a_pinned_key_must_have_signed_and_nothing_else_is_read() {
    let parse =
        |text: &str, seal: &Seal| MemberList::parse(text.as_bytes(), seal, HostRule::Public);
    let signed = token("RS256a", &two());
    let list = read(&two()).expect("a list");
    assert_eq!(parse(&signed, &pinned(&["RS256a"])), Ok(list.clone()));
    assert_eq!(
        parse(&format!(" {signed}\n"), &pinned(&["RS256a"])),
        Ok(list.clone())
    );
    assert_eq!(
        parse(&signed, &pinned(&["RS256b", "RS256a"])),
        Ok(list),
        "while the key changes"
    );
    let invalid =
        MemberListError::Signature(VerifyError::Signature(crate::SignatureError::Invalid));
    assert_eq!(parse(&signed, &pinned(&["RS256b"])), Err(invalid.clone()));
    assert_eq!(
        parse(&signed, &Seal::SignedBy(vec![])),
        Err(MemberListError::Signature(VerifyError::AlgorithmMismatch))
    );
    assert_eq!(
        parse(&signed, &Seal::None),
        Err(MemberListError::SignedByUnknown)
    );
    assert_eq!(
        parse(&two().to_string(), &pinned(&["RS256a"])),
        Err(MemberListError::Unsigned)
    );

    let other = token("RS256a", &with(two(), json!({"name": "Another"})));
    let (input, signature) = (
        other.rsplit_once('.').expect("dots").0,
        signed.rsplit_once('.').expect("dots").1,
    );
    assert_eq!(
        parse(&format!("{input}.{signature}"), &pinned(&["RS256a"])),
        Err(invalid)
    );
    for text in ["", "[]", "a.b", "a.b.c.d", "e30.e30.", "\u{e4}"] {
        parse(text, &pinned(&["RS256a"])).expect_err(text);
        parse(text, &Seal::None).expect_err(text);
    }
}

#[test]
fn what_the_key_signs_beside_lists_is_no_list() {
    let certificate = token("RS256a", &crate::test_kit::certificate());
    let parsed = MemberList::parse(
        certificate.as_bytes(),
        &pinned(&["RS256a"]),
        HostRule::Public,
    );
    assert!(
        matches!(parsed, Err(MemberListError::Malformed { .. })),
        "{parsed:?}"
    );
}

#[test]
fn keys_are_read_as_objects_and_as_pem() {
    let (a, b) = (key("RS256a").to_json(), key("RS256b").to_json());
    let of = |text: &str| Seal::of_keys(text.as_bytes());
    assert_eq!(of(&a.to_string()), Some(pinned(&["RS256a"])));
    assert_eq!(
        of(&json!([a, b]).to_string()),
        Some(pinned(&["RS256a", "RS256b"]))
    );
    let pem = include_str!("../../../tests/list_key.pem");
    let Some(Seal::SignedBy(one)) = of(pem) else {
        panic!("a key in PEM")
    };
    let two = of(&format!("{pem}\n{pem}"));
    assert_eq!(two, Some(Seal::SignedBy([one.clone(), one].concat())));
    let weak = key("RS128a").to_json();
    for wrong in [
        "",
        "[]",
        "{}",
        "x",
        &weak.to_string(),
        &json!([a, weak]).to_string(),
        &json!([a, a, a, a, a]).to_string(),
        &format!("{pem}x"),
        &pem.repeat(5),
    ] {
        assert_eq!(of(wrong), None, "{wrong}");
    }
}

#[test]
fn a_weak_key_signs_no_lists() {
    for name in ["RS128a", "DS256a"] {
        assert_eq!(ListKey::new(key(name)), None, "{name}");
    }
}

#[test]
fn only_a_readable_list_is_signed_and_only_with_the_right_key() {
    let text = two().to_string();
    let of = |text: &str| {
        let key = ListKey::new(key("RS256a")).expect("strong enough");
        PreparedList::new(text.as_bytes(), &key, HostRule::Public)
    };
    let prepared = of(&text).expect("a list");
    let signature = sign("RS256a", prepared.signing_input());
    let signed = prepared.complete(&signature).expect("the key's");
    let parsed = MemberList::parse(signed.as_bytes(), &pinned(&["RS256a"]), HostRule::Public);
    assert_eq!(parsed, read(&two()));

    let prepared = of(&text).expect("a list");
    let signature = sign("RS256b", prepared.signing_input());
    prepared.complete(&signature).expect_err("another key's");
    of(&list(&[]).to_string()).expect_err("no list");
}
