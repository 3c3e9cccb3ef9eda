mod seals;

use serde_json::json;

use super::*;
use crate::test_kit::{NOW, domain, key, with, without};
use crate::{HostRule, Json};

fn member(issuer: &str, domains: &[&str]) -> Json {
    json!({
        "issuer": issuer,
        "domains": domains,
        "keys": {"rsa": 2048},
        "contact": "mailto:it@one.example",
        "expires": NOW.as_millis() + 1_000_000,
    })
}

fn list(members: &[Json]) -> Json {
    json!({
        "version": 1,
        "name": "Universities of Example",
        "issued": NOW.as_millis() - 1000,
        "expires": NOW.as_millis() + 60_000,
        "members": members,
    })
}

fn two() -> Json {
    list(&[
        member("id.one.example", &["one.example", "staff.one.example"]),
        member("two.example", &["two.example"]),
    ])
}

fn read(list: &Json) -> Result<MemberList, MemberListError> {
    MemberList::parse(list.to_string().as_bytes(), &Seal::None, HostRule::Public)
}

fn refused(list: &Json) -> String {
    read(list).expect_err("it is refused").to_string()
}

#[test]
fn a_list_says_who_speaks_for_whom_until_when() {
    let read = read(&two()).expect("a list");
    assert_eq!(read.name(), "Universities of Example");
    assert_eq!(read.issued(), NOW.minus_ms(1000));
    assert_eq!(read.expires(), NOW.plus_ms(60_000));
    assert_eq!(read.members().len(), 2);
    let one = read.member(&domain("id.one.example")).expect("a member");
    assert_eq!(one.contact, "mailto:it@one.example");
    for name in ["one.example", "staff.one.example"] {
        assert_eq!(read.member_of(&domain(name)), Some(one));
    }
    for name in [
        "id.one.example",
        "x.one.example",
        "example",
        "three.example",
    ] {
        let name = Domain::parse(name, HostRule::Recorded).expect("a domain");
        assert_eq!(read.member_of(&name), None);
    }
    assert_eq!(read.member(&domain("one.example")), None);
}

#[test]
fn each_fault_is_named_with_its_place() {
    let one = || member("id.one.example", &["one.example"]);
    let in_member =
        |changes: Json| list(&[one(), with(member("b.example", &["b.example"]), changes)]);
    let now = NOW.as_millis();
    for (wrong, expected) in [
        (with(two(), json!({"version": 2})), "version must be 1"),
        (without(two(), "version"), "version must be 1"),
        (with(two(), json!({"extra": 1})), "extra is not known"),
        (
            without(two(), "name"),
            "name must be a text of 1 to 200 bytes",
        ),
        (
            with(two(), json!({"name": " "})),
            "name must be a text of 1 to 200 bytes",
        ),
        (
            with(two(), json!({"name": "a\nb"})),
            "name must be a text of 1 to 200 bytes",
        ),
        (
            with(two(), json!({"name": "x".repeat(201)})),
            "name must be a text of 1 to 200 bytes",
        ),
        (
            with(two(), json!({"issued": now / 1000})),
            "issued must be milliseconds since 1970",
        ),
        (
            with(two(), json!({"expires": now as f64 + 0.5})),
            "expires must be milliseconds since 1970",
        ),
        (
            with(two(), json!({"expires": now - 1000})),
            "expires must be later than `issued`, by 400 days at most",
        ),
        (
            with(two(), json!({"expires": now - 999 + MAX_LIST_MS})),
            "expires must be later than `issued`, by 400 days at most",
        ),
        (list(&[]), "members must be an array of 1 to 2000 members"),
        (
            with(two(), json!({"members": {}})),
            "members must be an array of 1 to 2000 members",
        ),
        (
            list(&[json!("id.one.example")]),
            "members[0] must be an object",
        ),
        (
            in_member(json!({"admin": true})),
            "members[1].admin is not known",
        ),
        (
            in_member(json!({"issuer": "B.example"})),
            "members[1].issuer must be a host name in lower case",
        ),
        (
            in_member(json!({"issuer": "https://b.example"})),
            "members[1].issuer must be a host name in lower case",
        ),
        (
            in_member(json!({"issuer": null})),
            "members[1].issuer must be a host name in lower case",
        ),
        (
            in_member(json!({"domains": []})),
            "members[1].domains must be an array of 1 to 100 host names",
        ),
        (
            in_member(json!({"domains": "b.example"})),
            "members[1].domains must be an array of 1 to 100 host names",
        ),
        (
            in_member(json!({"domains": ["b.example", "*.b.example"]})),
            "members[1].domains[1] must be a host name in lower case",
        ),
        (
            in_member(json!({"domains": ["b.example", "b.example"]})),
            "`b.example` is listed twice",
        ),
        (
            in_member(json!({"domains": ["one.example"]})),
            "`one.example` is listed twice",
        ),
        (
            in_member(json!({"issuer": "id.one.example"})),
            "two members have the issuer `id.one.example`",
        ),
        (
            in_member(json!({"keys": {}})),
            "members[1].keys must name the fewest bits: `rsa`, `dsa` or both, each 1024 or 2048",
        ),
        (
            in_member(json!({"keys": {"rsa": 4096}})),
            "members[1].keys must name the fewest bits: `rsa`, `dsa` or both, each 1024 or 2048",
        ),
        (
            in_member(json!({"keys": {"rsa": "2048"}})),
            "members[1].keys must name the fewest bits: `rsa`, `dsa` or both, each 1024 or 2048",
        ),
        (
            in_member(json!({"keys": {"rsa": 2048, "ed25519": 1}})),
            "members[1].keys.ed25519 is not known",
        ),
        (
            in_member(json!({"contact": "it@b.example"})),
            "members[1].contact must be `mailto:` and an address, or a page at `https://`",
        ),
        (
            in_member(json!({"contact": "javascript:alert(1)"})),
            "members[1].contact must be `mailto:` and an address, or a page at `https://`",
        ),
        (
            in_member(json!({"contact": "https://b.example/\"><b>"})),
            "members[1].contact must be `mailto:` and an address, or a page at `https://`",
        ),
        (
            in_member(json!({"contact": "https://"})),
            "members[1].contact must be `mailto:` and an address, or a page at `https://`",
        ),
        (
            in_member(json!({"expires": "never"})),
            "members[1].expires must be milliseconds since 1970",
        ),
    ] {
        assert_eq!(refused(&wrong), expected);
    }
    for member in ["issuer", "domains", "keys", "contact", "expires"] {
        refused(&list(&[without(one(), member)]));
    }
    let longest = with(two(), json!({"expires": now - 1000 + MAX_LIST_MS}));
    read(&longest).expect("400 days are not too many");
    let page = with(
        one(),
        json!({"contact": "https://one.example/help?topic=sign-in"}),
    );
    read(&list(&[page])).expect("a page is a contact too");
}

#[test]
fn what_is_too_much_is_refused_and_what_just_fits_is_not() {
    let many = |count: usize| -> Vec<Json> {
        let one = |number| {
            let name = format!("m{number}.example");
            member(&name, &[&name])
        };
        (0..count).map(one).collect()
    };
    read(&list(&many(MAX_MEMBERS))).expect("as many as may be");
    assert!(refused(&list(&many(MAX_MEMBERS + 1))).starts_with("members must be"));

    let names: Vec<_> = (0..=MAX_MEMBER_DOMAINS)
        .map(|number| format!("d{number}.example"))
        .collect();
    let names: Vec<_> = names.iter().map(String::as_str).collect();
    let (_, fitting) = names.split_first().expect("some");
    read(&list(&[member("a.example", fitting)])).expect("as many as may be");
    assert!(
        refused(&list(&[member("a.example", &names)])).starts_with("members[0].domains must be")
    );

    let mut text = two().to_string().into_bytes();
    let end = text.pop().expect("a brace");
    text.resize(MAX_LIST_BYTES - 1, b' ');
    text.push(end);
    let parse = |text: &[u8]| MemberList::parse(text, &Seal::None, HostRule::Public);
    parse(&text).expect("a mebibyte");
    text.insert(1, b' ');
    assert_eq!(
        parse(&text),
        Err(MemberListError::Json(crate::json::JsonError::TooLarge))
    );
}

#[test]
fn a_member_that_stands_twice_is_refused() {
    let text = two()
        .to_string()
        .replace("\"version\":1", "\"version\":1,\"version\":1");
    let parsed = MemberList::parse(text.as_bytes(), &Seal::None, HostRule::Public);
    let twice = crate::json::JsonError::RepeatedMember;
    assert_eq!(parsed, Err(MemberListError::Json(twice)));
}

#[test]
fn a_list_is_believed_from_its_moment_to_its_end() {
    let list = read(&two()).expect("a list");
    let federation = Federation::Members(list.clone());
    let end = list.expires();
    assert_eq!(list.check_current(end.minus_ms(1)), Ok(()));
    assert_eq!(
        list.check_current(end),
        Err(MemberListError::Expired { expired: end })
    );
    assert_eq!(federation.list_at(end.minus_ms(1)), Ok(&list));
    assert_eq!(
        federation.list_at(end),
        Err(FederationRefusal::ListExpired { expired: end })
    );
    assert_eq!(
        Federation::Nobody.list_at(NOW),
        Err(FederationRefusal::ListMissing)
    );

    let issued = list.issued();
    assert_eq!(
        list.check_current(issued.minus_ms(300_000)),
        Ok(()),
        "clocks differ"
    );
    assert_eq!(
        list.check_current(issued.minus_ms(300_001)),
        Err(MemberListError::FromTheFuture { issued })
    );
}

#[test]
fn keys_count_by_kind_and_size() {
    let strength = |keys: Json| {
        let changed = with(member("a.example", &["a.example"]), json!({ "keys": keys }));
        read(&list(&[changed])).expect("a list").members()[0].keys
    };
    let weak = key("RS128a");
    let old = key("DS128a");
    assert!(strength(json!({"rsa": 2048})).allows(&key("RS256a")));
    assert!(!strength(json!({"rsa": 2048})).allows(&weak));
    assert!(strength(json!({"rsa": 1024})).allows(&weak));
    assert!(!strength(json!({"dsa": 1024})).allows(&key("RS256a")));
    assert!(!strength(json!({"rsa": 1024})).allows(&old));
    assert!(strength(json!({"rsa": 2048, "dsa": 1024})).allows(&old));
    assert!(!strength(json!({"dsa": 2048})).allows(&old));
    assert!(strength(json!({"dsa": 2048})).allows(&key("DS256a")));
}
