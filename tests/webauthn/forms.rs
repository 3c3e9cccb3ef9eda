//! How answers are written: browsers may say more, and nothing that something is proved by may be missing or odd.

use serde_json::json as value;
use tests::authenticator::text;

use super::*;

#[test]
fn members_that_nobody_asked_for_are_not_looked_at() {
    let (mut passkey, kept) = made(Algorithm::Es256);
    let more = |answer: &mut Value| {
        answer["authenticatorAttachment"] = "something new".into();
        answer["clientExtensionResults"] =
            value!({"appid": false, "prf": {"results": {"first": "AA"}}});
        answer["response"]["transports"] = value!(["smoke"]);
        answer["more"] = value!({"deep": [1, {"deeper": null}]});
    };
    assert_eq!(why(answered(&mut passkey, &kept, more)), "");
    let without = |answer: &mut Value| {
        let members = answer.as_object_mut().expect("an object");
        members.remove("authenticatorAttachment");
        members.remove("clientExtensionResults");
    };
    assert_eq!(why(answered(&mut passkey, &kept, without)), "");

    let begun = party().registration(&HANDLE, &email(), &[]);
    let begun = begun.expect("a challenge");
    let mut answer = passkey.make(&options(&begun));
    more(&mut answer);
    // Not what is in the attestation; who reads it there is not fooled by it here.
    answer["response"]["publicKey"] = "AAAA".into();
    answer["response"]["publicKeyAlgorithm"] = 7.into();
    answer["response"]["authenticatorData"] = "AAAA".into();
    assert_eq!(why(party().register(&begun.state, &json(&answer))), "");
}

#[test]
fn client_data_may_have_another_order_and_more_members() {
    let (passkey, kept) = made(Algorithm::EdDsa);
    let begun = party().authentication().expect("a challenge");
    let challenge = options(&begun)["challenge"].clone();
    for (client_data, is_right) in [
        (
            value!({"type": "webauthn.get", "challenge": challenge, "origin": ORIGIN}),
            true,
        ),
        (
            value!({"type": "webauthn.get", "challenge": challenge, "origin": ORIGIN, "crossOrigin": false,
                "other_keys_can_be_added_here": "do not compare", "tokenBinding": {"status": "supported"}}),
            true,
        ),
        (
            value!({"type": "webauthn.get", "challenge": challenge, "origin": ORIGIN, "crossOrigin": null}),
            true,
        ),
        (
            value!({"type": "webauthn.get", "challenge": challenge, "origin": ORIGIN, "crossOrigin": true}),
            false,
        ),
        (
            value!({"type": "webauthn.get", "challenge": challenge, "origin": ORIGIN, "topOrigin": "https://evil.example"}),
            false,
        ),
        (
            value!({"type": "webauthn.get", "challenge": challenge, "origin": [ORIGIN]}),
            false,
        ),
        (
            value!({"type": "webauthn.get", "challenge": challenge}),
            false,
        ),
        (value!({"type": "webauthn.get", "origin": ORIGIN}), false),
        (value!({"challenge": challenge, "origin": ORIGIN}), false),
        (value!([]), false),
    ] {
        let answer = passkey.assertion(&client_data.to_string());
        let proved = party().authenticate(&begun.state, &json(&answer), &HANDLE, &kept);
        let refused = why(proved);
        assert_eq!(refused.is_empty(), is_right, "{client_data}: {refused}");
    }
}

#[test]
fn member_of_the_client_data_that_stands_there_twice_is_refused() {
    let (passkey, kept) = made(Algorithm::EdDsa);
    let begun = party().authentication().expect("a challenge");
    let right = passkey.client_data("webauthn.get", &options(&begun));
    for twice in [
        right.replacen('{', r#"{"origin":"https://evil.example","#, 1),
        right.replacen('{', r#"{"challenge":"AAAAAAAAAAAAAAAAAAAAAA","#, 1),
        right.replacen('{', r#"{"type":"webauthn.get","#, 1),
        right.replace('}', r#","crossOrigin":true}"#),
    ] {
        let answer = passkey.assertion(&twice);
        let proved = party().authenticate(&begun.state, &json(&answer), &HANDLE, &kept);
        assert_ne!(why(proved), "", "{twice}");
    }
}

#[test]
fn every_member_that_proves_something_has_to_be_there_and_right() {
    let (mut passkey, kept) = made(Algorithm::Es256);
    for member in ["id", "rawId", "type", "response"] {
        for odd in [
            None,
            Some(Value::Null),
            Some(1.into()),
            Some("".into()),
            Some("!".into()),
        ] {
            let change = |answer: &mut Value| set(answer, member, odd.clone());
            assert_ne!(
                why(answered(&mut passkey, &kept, change)),
                "",
                "{member} {odd:?}"
            );
        }
    }
    for member in [
        "clientDataJSON",
        "authenticatorData",
        "signature",
        "userHandle",
    ] {
        for odd in [
            None,
            Some(Value::Null),
            Some(1.into()),
            Some("".into()),
            Some("!".into()),
        ] {
            let change = |answer: &mut Value| set(&mut answer["response"], member, odd.clone());
            assert_ne!(
                why(answered(&mut passkey, &kept, change)),
                "",
                "{member} {odd:?}"
            );
        }
    }
    let other = |answer: &mut Value| answer["type"] = "password".into();
    assert_ne!(why(answered(&mut passkey, &kept, other)), "");
}

#[test]
fn id_that_is_said_twice_has_to_be_the_same() {
    let (mut passkey, kept) = made(Algorithm::Es256);
    let another = text(&[1; 32]);
    for member in ["id", "rawId"] {
        let change = |answer: &mut Value| answer[member] = another.clone().into();
        assert_ne!(why(answered(&mut passkey, &kept, change)), "", "{member}");
    }
    let begun = party().registration(&HANDLE, &email(), &[]);
    let begun = begun.expect("a challenge");
    let right = passkey.make(&options(&begun));
    for members in [&["id"][..], &["rawId"], &["id", "rawId"]] {
        let mut answer = right.clone();
        for member in members {
            answer[*member] = another.clone().into();
        }
        let made = party().register(&begun.state, &json(&answer));
        assert!(made.is_err(), "{members:?}: the attestation says otherwise");
    }
}

#[test]
fn base64_of_another_alphabet_or_with_padding_is_refused() {
    let (mut passkey, kept) = made(Algorithm::EdDsa);
    for odd in ["=", "==", " ", "\n", "+", "/"] {
        let change = |answer: &mut Value| {
            let signature = answer["response"]["signature"].as_str().expect("a text");
            answer["response"]["signature"] = format!("{signature}{odd}").into();
        };
        assert_ne!(why(answered(&mut passkey, &kept, change)), "", "{odd:?}");
    }
}

#[test]
fn what_is_no_answer_is_refused() {
    let begun = party().authentication().expect("a challenge");
    let (_, kept) = made(Algorithm::Es256);
    let deep = "[".repeat(10_000);
    let long = format!(r#"{{"id":"{}"}}"#, "A".repeat(100_000));
    for odd in [
        "",
        "null",
        "[]",
        "{}",
        "\"a\"",
        "{\"id\":",
        "\u{feff}{}",
        &deep,
        &long,
    ] {
        assert_eq!(party().claimed(odd.as_bytes()), None);
        let proved = party().authenticate(&begun.state, odd.as_bytes(), &HANDLE, &kept);
        assert_ne!(why(proved), "");
        assert!(party().register(&begun.state, odd.as_bytes()).is_err());
    }
    assert_eq!(party().claimed(b"\xff\xfe"), None);
}

fn set(object: &mut Value, member: &str, value: Option<Value>) {
    let members = object.as_object_mut().expect("an object");
    match value {
        Some(value) => members.insert(member.to_owned(), value),
        None => members.remove(member),
    };
}
