//! Member lists from anywhere.

use browserid::{HostRule, ListKey, MAX_MEMBERS, MemberList, Seal};
use proptest::prelude::*;
use serde_json::{Value, json};
use tests::clock::START_MS;
use tests::keys::{ISSUER, OTHER};
use tests::tokens::token;

fn list() -> Value {
    let member = |name: &str| {
        json!({
            "issuer": name,
            "domains": [name, format!("staff.{name}")],
            "keys": {"rsa": 2048, "dsa": 1024},
            "contact": format!("mailto:it@{name}"),
            "expires": START_MS + 1_000_000,
        })
    };
    json!({
        "version": 1,
        "name": "Universities",
        "issued": START_MS,
        "expires": START_MS + 1_000_000,
        "members": [member("one.example"), member("two.example")],
    })
}

fn seals() -> [Seal; 2] {
    let key = ListKey::new(ISSUER.public()).expect("strong enough");
    [Seal::None, Seal::SignedBy(vec![key])]
}

/// What is read keeps its promises: one speaker a domain, within the bounds.
fn judge(text: &[u8]) -> Result<(), TestCaseError> {
    for seal in &seals() {
        let Ok(read) = MemberList::parse(text, seal, HostRule::Public) else {
            continue;
        };
        prop_assert!((1..=MAX_MEMBERS).contains(&read.members().len()));
        prop_assert!(read.issued() < read.expires());
        for member in read.members() {
            prop_assert_eq!(read.member(&member.issuer), Some(member));
            for domain in &member.domains {
                prop_assert_eq!(read.member_of(domain), Some(member));
            }
        }
    }
    Ok(())
}

fn any_json() -> impl Strategy<Value = Value> {
    let leaf = prop_oneof![
        Just(Value::Null),
        any::<bool>().prop_map(Value::from),
        any::<u64>().prop_map(Value::from),
        any::<i64>().prop_map(Value::from),
        "[a-z.]{0,12}".prop_map(Value::from),
        ".{0,12}".prop_map(Value::from),
    ];
    leaf.prop_recursive(3, 16, 4, |inner| {
        prop_oneof![
            prop::collection::vec(inner.clone(), 0..4).prop_map(Value::from),
            prop::collection::hash_map("[a-z]{0,8}", inner, 0..4)
                .prop_map(|members| Value::Object(members.into_iter().collect())),
        ]
    })
}

proptest! {
    #[test]
    fn any_bytes_are_a_list_or_an_error(text in prop::collection::vec(any::<u8>(), 0..600)) {
        judge(&text)?;
    }

    #[test]
    fn a_list_with_any_bytes_in_it_is_a_list_or_an_error(
        at in any::<prop::sample::Index>(),
        length in 0..8_usize,
        put in prop::collection::vec(any::<u8>(), 0..8),
        is_signed in any::<bool>(),
    ) {
        let text = if is_signed { token(&ISSUER, "RS256", &list()) } else { list().to_string() };
        let mut text = text.into_bytes();
        let from = at.index(text.len());
        let to = text.len().min(from + length);
        let is_changed = text.get(from..to) != Some(&put[..]);
        text.splice(from..to, put);
        judge(&text)?;
        if is_signed && is_changed && !text.trim_ascii().eq(token(&ISSUER, "RS256", &list()).as_bytes()) {
            let [_, pinned] = seals();
            prop_assert!(MemberList::parse(&text, &pinned, HostRule::Public).is_err());
        }
    }

    #[test]
    fn any_value_in_the_place_of_a_member_is_judged(value in any_json(), place in 0..10_usize) {
        let mut changed = list();
        let place = [
            "/version", "/name", "/issued", "/expires", "/members", "/members/1", "/members/1/issuer",
            "/members/1/domains", "/members/1/keys", "/members/1/contact",
        ][place];
        *changed.pointer_mut(place).expect("it is there") = value;
        judge(changed.to_string().as_bytes())?;
    }

    #[test]
    fn nothing_that_another_key_signed_is_read(value in any_json()) {
        let [_, pinned] = seals();
        for payload in [list(), value] {
            let text = token(&OTHER, "RS256", &payload);
            prop_assert!(MemberList::parse(text.as_bytes(), &pinned, HostRule::Public).is_err());
        }
    }
}
