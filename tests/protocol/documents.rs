//! What a support document may be: L1 to L5, L17 to L24, L28, L29, V47.

use browserid::{Json, Unreachable};
use serde_json::json;

use crate::judging::{World, answer, document_of, support_document, unreachable};
use crate::making::{DS256, ISSUER, USER};

#[track_caller]
pub fn document_says(document: &Json, expected: &str) {
    says(
        answer(200, "application/json", &document.to_string()),
        expected,
    );
}

#[track_caller]
pub fn bad(document: &Json, why: &str) {
    document_says(
        document,
        &format!("bad support document for 'a.example': Error: {why}"),
    );
}

pub fn with(changes: Json) -> Json {
    let mut document = support_document(&ISSUER);
    let members = document.as_object_mut().expect("an object");
    members.extend(changes.as_object().expect("an object").clone());
    document
}

/// What a look-up of a.example ends with when it answers so, and nobody else was asked.
#[track_caller]
fn says(given: browserid::Answer, expected: &str) {
    let (words, asked) = World::empty()
        .answer("a.example", given)
        .look_up("a.example");
    assert_eq!(words, expected);
    assert_eq!(asked, ["a.example"], "{expected}");
}

fn without(member: &str) -> Json {
    let mut document = support_document(&ISSUER);
    document
        .as_object_mut()
        .expect("an object")
        .remove(member)
        .expect("the member");
    document
}

#[test]
fn a_document_names_keys_and_pages_of_the_domain() {
    let world = World::empty().document(
        "a.example",
        &with(json!({"more": {"of": "this"}, "extra": [1]})),
    );
    let (outcome, asked) = world.discover("a.example");
    let authority = outcome.expect("an authority");
    assert_eq!(authority.domain().as_str(), "a.example");
    assert_eq!(authority.chain().len(), 1);
    assert_eq!(authority.support().authentication.as_str(), "/auth");
    assert_eq!(authority.support().provisioning.as_str(), "/prov");
    assert_eq!(authority.support().keys().count(), 1);
    assert_eq!(asked, ["a.example"]);
}

#[test]
fn only_a_200_is_a_document() {
    let body = support_document(&ISSUER).to_string();
    for status in [301, 302, 303, 307] {
        says(
            answer(status, "application/json", &body),
            "a.example is not a browserid primary - redirection not supported for support documents",
        );
    }
    for status in [
        201, 203, 204, 206, 300, 304, 305, 308, 400, 401, 403, 404, 410, 418, 429, 500, 502, 503,
        599,
    ] {
        says(
            answer(status, "application/json", &body),
            "a.example is not a browserid primary - non-200 response code to /.well-known/browserid",
        );
    }
    says(answer(200, "application/json", &body), "a.example");
}

#[test]
fn only_json_is_a_document() {
    let body = support_document(&ISSUER).to_string();
    for kind in [
        "text/plain",
        "text/html",
        "text/json",
        "application/jsonp",
        "application/vnd.x+json",
        "application/jso",
        "json",
        "",
        ";application/json",
        "application/octet-stream",
    ] {
        says(
            answer(200, kind, &body),
            "a.example is not a browserid primary - non \"application/json\" response to /.well-known/browserid",
        );
    }
    for kind in [
        "application/json",
        "application/json; charset=utf-8",
        "application/json;charset=UTF-8",
        "Application/JSON",
    ] {
        says(answer(200, kind, &body), "a.example");
    }
}

#[test]
fn trouble_is_named_and_nothing_of_the_network_with_it() {
    for (why, expected) in [
        (
            Unreachable::Timeout,
            "timeout trying to load well-known for a.example",
        ),
        (
            Unreachable::Connection,
            "a.example is not a browserid primary: no connection",
        ),
        (
            Unreachable::Tls,
            "a.example is not a browserid primary: no secure connection",
        ),
        (
            Unreachable::Forbidden,
            "a.example is not a browserid primary: not a public address",
        ),
        (
            Unreachable::NoSuchHost,
            "a.example is not a browserid primary: no such host",
        ),
        (
            Unreachable::TooLarge { limit: 65_536 },
            "a.example is not a browserid primary: the answer is too large",
        ),
    ] {
        says(unreachable(why), expected);
    }
}

#[test]
fn a_body_that_is_no_object_is_no_document() {
    let text = |body: &str, why: &str| {
        says(
            answer(200, "application/json", body),
            &format!("bad support document for 'a.example': Error: {why}"),
        );
    };
    let invalid = "declaration of support is malformed (invalid json)";
    let document = support_document(&ISSUER).to_string();
    for body in [
        "",
        " ",
        "{",
        "{,",
        "x",
        "{}{}",
        "{'a':1}",
        &document[..100],
        &format!("\u{feff}{document}"),
        &format!("{document} x"),
    ] {
        text(body, invalid);
    }
    for body in ["null", "5", "true", "\"x\""] {
        text(body, "support document must contain a json object");
    }
    let latin_1 = [document.as_bytes(), &[0xe9]].concat();
    let given = browserid::Answer::Response {
        status: 200,
        content_type: Some("application/json".to_owned()),
        body: latin_1,
    };
    says(
        given,
        &format!("bad support document for 'a.example': Error: {invalid}"),
    );
    text(
        &format!(
            "{{\"authority\":\"b.example\",{}",
            &document[1..].replacen('"', "\"authority\":\"c.example\",\"", 1)
        ),
        "declaration of support is malformed (a member appears twice)",
    );
}

#[test]
fn an_array_is_a_document_without_members() {
    bad(
        &json!([]),
        "support document missing required property: 'authentication'",
    );
    bad(
        &json!([1]),
        "support document missing required property: 'authentication'",
    );
}

#[test]
fn disabled_is_true_or_false() {
    let disabled = "a.example is not a browserid primary - support is disabled";
    document_says(&json!({"disabled": true}), disabled);
    document_says(&with(json!({"disabled": true})), disabled);
    document_says(
        &with(json!({"disabled": true, "authority": "b.example"})),
        disabled,
    );
    document_says(
        &json!({"disabled": true, "authority": 5, "public-key": "x"}),
        disabled,
    );
    document_says(&with(json!({"disabled": false})), "a.example");
    for odd in [
        json!(0),
        json!(1),
        json!("true"),
        json!("false"),
        json!(""),
        json!(null),
        json!([]),
        json!({}),
    ] {
        bad(
            &with(json!({ "disabled": odd })),
            "disabled must be either true or false",
        );
        bad(
            &json!({ "disabled": odd, "authority": "b.example" }),
            "disabled must be either true or false",
        );
    }
}

#[test]
fn what_is_missing_is_named_in_order() {
    bad(
        &json!({}),
        "support document missing required property: 'authentication'",
    );
    bad(
        &without("authentication"),
        "support document missing required property: 'authentication'",
    );
    bad(
        &without("provisioning"),
        "support document missing required property: 'provisioning'",
    );
    let no_key = "support document missing required property 'keys' and/or 'public-key'";
    bad(&without("public-key"), no_key);
    let mut document = without("public-key");
    document["keys"] = json!([]);
    bad(&document, no_key);
    document["keys"] = json!(false);
    bad(&document, no_key);
    let neither = json!({"authentication": "a", "provisioning": "b", "public-key": "c"});
    bad(&neither, "invalid path: must start with a slash");
}

#[test]
fn keys_are_objects_in_a_list() {
    let unknown = |name: &str| {
        format!(
            "mal-formed public key in support doc: NotImplementedError: no such algorithm: {name}"
        )
    };
    for odd in [
        json!({}),
        json!("text"),
        json!([]),
        json!(["x"]),
        json!({"n": "5"}),
    ] {
        bad(&with(json!({ "public-key": odd })), &unknown("undefined"));
    }
    bad(
        &with(json!({"public-key": ISSUER.json().to_string()})),
        &unknown("undefined"),
    );
    for odd in [
        json!({}),
        json!("text"),
        json!(5),
        json!(true),
        json!({"0": ISSUER.json()}),
    ] {
        bad(
            &with(json!({ "keys": odd })),
            "mal-formed list of public keys in support doc",
        );
    }
    for falsy in [json!(false), json!(null), json!(0), json!("")] {
        document_says(&with(json!({ "keys": falsy })), "a.example");
    }
    bad(&with(json!({"keys": [null]})), &unknown("undefined"));
    bad(
        &with(json!({"keys": [USER.json(), {"algorithm": "XX"}]})),
        &unknown("XX"),
    );
    // Keys for other purposes are not even read.
    document_says(
        &with(json!({"keys": [{"use": "enc", "algorithm": "XX"}]})),
        "a.example",
    );
    document_says(
        &with(json!({"keys": [USER.json(), DS256.json()]})),
        "a.example",
    );
}

#[test]
fn documents_of_dsa_keys_and_of_many_keys_pass() {
    // 1756 bytes with one key were too many for a proxy of the original once.
    let mut one = support_document(&DS256);
    one["note"] = json!("x".repeat(100));
    assert!(one.to_string().len() > 1756, "{}", one.to_string().len());
    document_says(&one, "a.example");
    let mut eight = document_of(DS256.json());
    eight["keys"] = Json::Array(vec![DS256.json(); 7]);
    eight["note"] = json!("x".repeat(8 * 1024));
    document_says(&eight, "a.example");
    assert!(eight.to_string().len() > 20 * 1024);
    eight["keys"] = Json::Array(vec![DS256.json(); 8]);
    bad(&eight, "mal-formed list of public keys in support doc");
}
