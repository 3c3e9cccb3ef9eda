//! Hosts and paths that a support document names: L14 to L16, L25 to L27, V41, V48.

use serde_json::json;

use crate::documents::{bad, document_says, with};
use crate::judging::{World, support_document};
use crate::making::ISSUER;

#[test]
fn an_authority_is_a_host_name() {
    for odd in [
        json!(["b.example"]),
        json!(7),
        json!(true),
        json!({"host": "b.example"}),
        json!([]),
    ] {
        bad(&with(json!({ "authority": odd })), "malformed authority");
    }
    for odd in [
        "https://b.example",
        "//b.example",
        "b.example/",
        "b.example/path",
        "b.example?x",
        "b.example#x",
        "b.example:abc",
        "b.example:",
        "b.example:0",
        "b.example:443",
        "b.example:99999",
        "user@b.example",
        "user:pw@b.example",
        " b.example",
        "b.example ",
        "b .example",
        "b.example\n",
        "b.example\0",
        "B.example",
        "b\\example",
        "b%2eexample",
        "b\u{e4}.example",
        "{b}.example",
        "b.example.",
        ".b.example",
        "b..example",
        "*",
        "*.example",
        "-",
        "(x)",
        "b.example,c.example",
        "localhost",
        "b",
        "127.0.0.1",
        "127.1",
        "0x7f000001",
        "2130706433",
        "169.254.169.254",
        "[::1]",
        "[::ffff:127.0.0.1]",
    ] {
        bad(
            &json!({ "authority": odd }),
            "the authority is not a valid hostname",
        );
    }
    bad(
        &json!({"authority": format!("{}.example", "a".repeat(64))}),
        "the authority is not a valid hostname",
    );
    let long = [
        "a".repeat(63),
        "b".repeat(63),
        "c".repeat(63),
        "d".repeat(63),
    ]
    .join(".");
    bad(
        &json!({ "authority": long }),
        "the authority is not a valid hostname",
    );
    // What is falsy counts as left out.
    for absent in [json!(""), json!(null), json!(false), json!(0)] {
        document_says(&with(json!({ "authority": absent })), "a.example");
        bad(
            &json!({ "authority": absent }),
            "support document missing required property: 'authentication'",
        );
    }
}

#[test]
fn a_delegating_document_needs_nothing_else_and_nothing_else_counts() {
    let world = World::empty()
        .document(
            "a.example",
            &json!({"authority": "b.example", "authentication": 5, "public-key": "x", "keys": 7}),
        )
        .document("b.example", &support_document(&ISSUER));
    assert_eq!(world.look_up("a.example").0, "b.example");
}

#[test]
fn paths_begin_with_a_slash_and_stay_on_the_domain() {
    for member in ["authentication", "provisioning"] {
        for path in [
            "",
            "sign_in.html",
            "./x",
            "https://evil.example/x",
            "evil.example",
            "@evil.example",
            "?x",
            "\\x",
        ] {
            bad(
                &with(json!({ member: path })),
                "invalid path: must start with a slash",
            );
        }
        for path in [
            "/a?b",
            "/a#b",
            "/a b",
            "/a\tb",
            "/a\n",
            "/a\\b",
            "/\\evil.example",
            "/\"",
            "/'",
            "/<",
            "/>",
            "/|",
            "/{",
            "/}",
            "/^",
            "/`",
            "/auth#native",
        ] {
            bad(&with(json!({ member: path })), "invalid path");
        }
        for path in [
            "/",
            "//",
            "//evil.example/x",
            "/@evil.example",
            "/..",
            "/.",
            "/%",
            "/%2e",
            "/\u{e9}",
            "/a;b:c@d~[e](f)*+,!$&=",
            "/persona/sign_in/",
        ] {
            let world = World::empty().document("a.example", &with(json!({ member: path })));
            let (outcome, _) = world.discover("a.example");
            let authority = outcome.unwrap_or_else(|error| panic!("{path}: {error}"));
            let support = authority.support();
            let read = if member == "authentication" {
                &support.authentication
            } else {
                &support.provisioning
            };
            // Addresses are made by putting `https://` and the host before it, so it stays there.
            assert_eq!(read.as_str(), path);
        }
    }
    for odd in [json!(5), json!(["/a"]), json!({}), json!(true)] {
        let seen = World::empty()
            .document("a.example", &with(json!({"authentication": odd})))
            .look_up("a.example");
        assert!(
            seen.0
                .starts_with("bad support document for 'a.example': Error: "),
            "{}",
            seen.0
        );
    }
}
