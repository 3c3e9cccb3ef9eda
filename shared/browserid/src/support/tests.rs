use serde_json::json;

use super::*;
use crate::test_kit::{key, key_json, support_document, with, without};

fn parse(document: &Json) -> Result<SupportDocument, String> {
    SupportDocument::parse(document.to_string().as_bytes(), HostRule::Public)
        .map_err(|error| error.to_string())
}

fn supported(document: &Json) -> Arc<Support> {
    match parse(document) {
        Ok(SupportDocument::Supported(support)) => support,
        other => panic!("{other:?}"),
    }
}

fn refused(document: &Json) -> String {
    parse(document).expect_err("refused")
}

#[test]
fn what_is_written_is_read() {
    let path = |text: &str| Path::parse(text).expect("a path");
    let support = Support::new(
        key("RS256a"),
        vec![key("DS128a"), key("RS128a")],
        path("/persona/sign_in.html"),
        path("/persona/provision.html"),
        Some(path("/persona/agent.html")),
    );
    let since = Timestamp::from_millis(1_790_000_000_000);
    for document in [
        SupportDocument::from(support.clone()).not_before(Some(since)),
        SupportDocument::from(support),
        SupportDocument::Delegated {
            authority: crate::test_kit::domain("idp.example"),
        },
        SupportDocument::Disabled,
    ] {
        assert_eq!(parse(&document.to_json()), Ok(document));
    }
}

#[test]
fn disabled_comes_before_delegated_and_that_before_supported() {
    let document = support_document("RS256a");
    let delegated = with(document.clone(), json!({"authority": "idp.example"}));
    assert!(matches!(
        parse(&delegated),
        Ok(SupportDocument::Delegated { .. })
    ));
    let disabled = with(delegated, json!({"disabled": true}));
    assert_eq!(parse(&disabled), Ok(SupportDocument::Disabled));
    let not_disabled = with(document, json!({"disabled": false, "authority": ""}));
    supported(&not_disabled);
}

#[test]
fn keys_are_tried_in_the_order_public_key_then_keys() {
    let keys = json!([
        key_json("DS128a"),
        with(key_json("RS256b"), json!({"use": "sig"})),
        {"use": "enc", "algorithm": "nonsense"},
    ]);
    let support = supported(&with(support_document("RS256a"), json!({ "keys": keys })));
    let expected = [key("RS256a"), key("DS128a"), key("RS256b")];
    assert_eq!(support.keys().cloned().collect::<Vec<_>>(), expected);

    let only_listed = without(support_document("RS256a"), "public-key");
    assert_eq!(
        refused(&only_listed),
        "support document missing required property 'keys' and/or 'public-key'"
    );
    let support = supported(&with(only_listed, json!({"keys": [key_json("DS128a")]})));
    assert_eq!(support.keys().count(), 1);
}

#[test]
fn a_document_lists_at_most_eight_keys() {
    let keys = |count: usize| json!({"keys": vec![key_json("RS256b"); count]});
    let document = support_document("RS256a");
    assert_eq!(
        supported(&with(document.clone(), keys(7))).keys().count(),
        8
    );
    assert_eq!(
        refused(&with(document, keys(8))),
        "mal-formed list of public keys in support doc"
    );
}

#[test]
fn a_document_lists_at_most_two_keys_in_groups_of_their_own() {
    let others: Json =
        serde_json::from_str(include_str!("../../tests/dsa_other_groups.json")).expect("JSON");
    let own = &others[0]["key"];
    let usual = key_json("RS256b");
    let document = |keys: &[&Json]| with(support_document("RS256a"), json!({ "keys": keys }));
    assert_eq!(supported(&document(&[own, own])).keys().count(), 3);
    assert_eq!(
        refused(&document(&[own, &usual, own, own])),
        "mal-formed list of public keys in support doc"
    );
}

#[test]
fn the_agent_is_a_path_or_nothing() {
    let agent = |agent: Json| {
        supported(&with(support_document("RS256a"), json!({ "agent": agent })))
            .agent
            .clone()
    };
    let path = Path::parse("/persona/agent.html").expect("a path");
    assert_eq!(agent(json!("/persona/agent.html")), Some(path));
    for odd in [
        json!("https://evil.example/agent"),
        json!("agent.html"),
        json!("/agent?x"),
        json!({}),
        json!(null),
    ] {
        assert_eq!(agent(odd), None);
    }
}

#[test]
fn not_before_is_a_moment_and_nothing_else() {
    let with_moment =
        |value: Json| with(support_document("RS256a"), json!({ "not-before": value }));
    assert_eq!(supported(&support_document("RS256a")).not_before, None);
    for (value, moment) in [
        (json!(1), 1),
        (json!(1_790_000_000_000_u64), 1_790_000_000_000),
        (json!(1.79e12), 1_790_000_000_000),
        (json!((1_u64 << 53) - 1), (1 << 53) - 1),
    ] {
        assert_eq!(
            supported(&with_moment(value)).not_before,
            Some(Timestamp::from_millis(moment))
        );
    }
    for odd in [
        json!(null),
        json!(0),
        json!(-1),
        json!(1.5),
        json!(1_u64 << 53),
        json!("1790000000000"),
        json!(false),
        json!([]),
        json!({}),
    ] {
        assert_eq!(refused(&with_moment(odd)), "malformed not-before");
    }
}

#[test]
fn not_before_is_judged_last_and_only_where_the_domain_speaks_for_itself() {
    let odd = json!({ "not-before": "x" });
    let without_key = without(support_document("RS256a"), "public-key");
    assert_eq!(
        refused(&with(without_key, odd.clone())),
        "support document missing required property 'keys' and/or 'public-key'"
    );
    for (document, read) in [
        (json!({"disabled": true}), SupportDocument::Disabled),
        (
            json!({"authority": "idp.example"}),
            SupportDocument::Delegated {
                authority: crate::test_kit::domain("idp.example"),
            },
        ),
    ] {
        assert_eq!(parse(&with(document, odd.clone())), Ok(read.clone()));
        let since = Some(Timestamp::from_millis(1));
        assert_eq!(read.clone().not_before(since), read, "it cannot say it");
    }
}

#[test]
fn a_member_that_stands_twice_or_deep_nesting_is_refused() {
    let parse = |text: &str| {
        SupportDocument::parse(text.as_bytes(), HostRule::Public)
            .expect_err("refused")
            .to_string()
    };
    assert_eq!(
        parse(r#"{"disabled":false,"disabled":true}"#),
        "declaration of support is malformed (a member appears twice)"
    );
    assert_eq!(
        parse(&"[".repeat(40)),
        "declaration of support is malformed (nested too deeply)"
    );
    assert_eq!(
        parse(&" ".repeat(json::MAX_BYTES + 1)),
        "declaration of support is malformed (too large)"
    );
}

#[test]
fn paths_hold_only_what_stays_on_the_domain() {
    for text in [
        "/",
        "//",
        "//evil.example/x",
        "/@evil.example",
        "/é",
        "/%",
        "/..",
        "/a;b:c@d~[e](f)*+,!$&=",
    ] {
        assert_eq!(
            Path::parse(text).map(|path| path.to_string()),
            Ok(text.to_owned())
        );
    }
    for text in ["", "a", "https://a.b/", " /a"] {
        assert_eq!(
            Path::parse(text),
            Err(SupportDocumentError::PathWithoutSlash)
        );
    }
    for character in "?# \t\n\r\\\"'<>|{}^`\u{0}\u{7f}\u{a0}\u{feff}".chars() {
        let text = format!("/a{character}");
        assert_eq!(
            Path::parse(&text),
            Err(SupportDocumentError::PathMalformed),
            "{text:?}"
        );
    }
}

#[test]
fn the_host_rule_holds_for_authorities() {
    let delegated = json!({"authority": "me.localhost:8080"});
    assert!(parse(&delegated).is_ok());
    for authority in [
        "localhost",
        "127.0.0.1",
        "idp.example:8443",
        "IDP.example",
        "https://idp.example",
    ] {
        assert_eq!(
            refused(&json!({ "authority": authority })),
            "the authority is not a valid hostname"
        );
    }
    let insecure = SupportDocument::parse(br#"{"authority":"127.0.0.1:8443"}"#, HostRule::Insecure);
    assert!(insecure.is_ok());
}

#[test]
fn a_key_that_is_none_is_named_in_the_references_words() {
    for (key, words) in [
        (
            json!("x"),
            "NotImplementedError: no such algorithm: undefined",
        ),
        (
            json!(5),
            "NotImplementedError: no such algorithm: undefined",
        ),
        (
            json!({"algorithm": "EC"}),
            "NotImplementedError: no such algorithm: EC",
        ),
        (
            json!({"algorithm": "RS", "e": "65537"}),
            "KeySizeNotSupportedError: bad key size: NaN",
        ),
        (
            json!({"algorithm": "RS", "n": "15", "e": "65537"}),
            "KeySizeNotSupportedError: bad key size: 4",
        ),
        (
            json!({"algorithm": "DS", "q": "7", "g": "7", "y": "7"}),
            "missing member `p`",
        ),
    ] {
        let document = with(support_document("RS256a"), json!({ "public-key": key }));
        assert_eq!(
            refused(&document),
            format!("mal-formed public key in support doc: {words}")
        );
    }
}

#[test]
fn a_list_is_an_object_without_members_and_other_values_are_none() {
    for list in [json!([]), json!([support_document("RS256a")])] {
        assert_eq!(
            refused(&list),
            "support document missing required property: 'authentication'"
        );
    }
    for odd in [json!(null), json!("{}"), json!(5), json!(true)] {
        assert_eq!(refused(&odd), "support document must contain a json object");
    }
}
