//! What a function is started with.

use serde_json::json;
use tests::cloud::{Cloud, KEY, TABLE, Trouble, WRONG_KEY};
use tests::lambda::{Function, binary};

use crate::{body, question, started, verify};

#[tokio::test]
async fn verifiers_environment_is_heard() {
    let function =
        Function::start("verify", &[("EXPLAIN", "true"), ("STRONG_KEYS", "false")]).await;
    let mut event = question();
    event["rawQueryString"] = json!("explain=1");
    let explained = body(&function.invoke(event.clone()).await.answer());
    assert_eq!(explained["steps"][0]["name"], "parsed");
    function.stop().await;

    let function = verify().await;
    let unexplained = body(&function.invoke(event).await.answer());
    assert_eq!(unexplained.get("steps"), None);
    function.stop().await;
}

#[tokio::test]
async fn insecure_switches_are_not_in_the_binaries() {
    for name in [
        "certifier",
        "fallback",
        "owner",
        "panic",
        "publish",
        "sign",
        "sign-in",
        "verify",
    ] {
        let bytes = std::fs::read(binary(name)).expect("a readable file");
        let contains = |text: &str| {
            bytes
                .windows(text.len())
                .any(|part| part == text.as_bytes())
        };
        assert!(
            contains("AWS_LAMBDA_RUNTIME_API"),
            "{name}: the search works"
        );
        assert!(!contains("INSECURE_SSL"), "{name}");
    }
}

const AWS: [&str; 2] = ["AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"];

#[tokio::test]
async fn function_with_a_wrong_environment_names_all_of_it_and_ends_before_the_first_event() {
    let with = |more: &[&'static str]| [&AWS[..], more].concat();
    for (name, environment, named) in [
        ("certifier", &[][..], with(&["DOMAIN", "KEY_ID", "TABLE"])),
        (
            "fallback",
            &[],
            with(&["DOMAIN", "KEY_ID", "MAIL_FROM", "TABLE", "VERIFIER"]),
        ),
        (
            "fallback",
            &[("MAIL_FROM", "nowhere"), ("VERIFIER", "https://a.example/")],
            with(&["MAIL_FROM must be", "VERIFIER must be"]),
        ),
        ("owner", &[][..], with(&["DOMAIN", "TABLE"])),
        ("panic", &[], with(&["DOMAIN", "TABLE"])),
        ("publish", &[], with(&[])),
        ("sign", &[], with(&["DOMAIN", "KEY_ID", "TABLE"])),
        ("sign-in", &[], with(&["DOMAIN", "TABLE"])),
        (
            "sign-in",
            &[
                ("AWS_ACCESS_KEY_ID", ""),
                ("AWS_ENDPOINT_URL", "nowhere"),
                ("DOMAIN", "https://idp.example"),
                ("ORIGIN_SECRET", "short"),
                ("PAGES_ORIGIN", "https://idp.example/persona"),
                ("TABLE", " "),
            ],
            with(&[
                "AWS_ENDPOINT_URL",
                "DOMAIN must be",
                "ORIGIN_SECRET must be",
                "PAGES_ORIGIN must be",
                "TABLE is not set",
            ]),
        ),
        (
            "sign",
            &[
                ("ADDRESS_DOMAINS", "idp.example,,"),
                ("AWS_REGION", ""),
                ("DOMAIN", "127.0.0.1"),
                ("KEY_ID", ""),
            ],
            with(&[
                "ADDRESS_DOMAINS must be",
                "AWS_REGION",
                "DOMAIN must be",
                "KEY_ID is not set",
                "TABLE is not set",
            ]),
        ),
        (
            "verify",
            &[
                ("ALLOW_CALLER_ISSUERS", "on"),
                ("EXPLAIN", "True"),
                ("EXTRA_ROOTS", "-----BEGIN CERTIFICATE-----x509"),
                ("FALLBACK_DOMAIN", "a b"),
                ("HTTP_TIMEOUT", "soon"),
                ("STRICT_CONTENT_TYPE", "1"),
                ("STRONG_KEYS", "yes"),
                ("TRUSTED_ISSUERS", "idp.example,,"),
            ],
            vec![
                "ALLOW_CALLER_ISSUERS must be",
                "EXPLAIN must be",
                "EXTRA_ROOTS must be",
                "FALLBACK_DOMAIN must be",
                "HTTP_TIMEOUT must be",
                "STRICT_CONTENT_TYPE must be",
                "STRONG_KEYS must be",
                "TRUSTED_ISSUERS must be",
            ],
        ),
        (
            "verify",
            &[
                ("FALLBACK_DOMAIN", "fallback.example"),
                ("FEDERATION", "http://fed.example/members.jws"),
                ("FEDERATION_KEY", "{}"),
                ("TRUSTED_ISSUERS", "idp.example"),
            ],
            vec![
                "FALLBACK_DOMAIN means nothing beside FEDERATION",
                "FEDERATION must be an https URL",
                "FEDERATION_KEY must be",
                "TRUSTED_ISSUERS means nothing beside FEDERATION",
            ],
        ),
        (
            "verify",
            &[("FEDERATION_KEY", "{}")],
            vec!["FEDERATION_KEY needs FEDERATION"],
        ),
    ] {
        let ended = Function::start(name, environment).await.ended().await;
        assert_eq!(ended.code, Some(1), "{name} {ended:?}");
        assert_eq!(ended.polls, 0, "{name}: it took no event");
        assert_eq!(ended.log.lines().count(), 1, "{name}: {}", ended.log);
        for named in named {
            assert!(ended.log.contains(named), "{name}: {named}: {}", ended.log);
        }
        for value in ["nowhere", "short", "x509", "a b", "soon"] {
            assert!(!ended.log.contains(value), "{name}: {value}: {}", ended.log);
        }
    }
}

#[tokio::test]
async fn key_of_the_wrong_kind_ends_the_function_with_a_message() {
    let cloud = Cloud::start().await;
    let ours = [
        ("DOMAIN", "idp.example"),
        ("KEY_ID", WRONG_KEY),
        ("TABLE", TABLE),
    ];
    let environment = [&cloud.environment(), &ours[..]].concat();
    let ended = Function::start("sign", &environment).await.ended().await;
    assert_eq!((ended.code, ended.polls), (Some(1), 0), "{ended:?}");
    assert_eq!(ended.log.lines().count(), 1, "{}", ended.log);
    assert!(ended.log.contains("KEY_ID must name"), "{}", ended.log);
    assert!(ended.log.contains("ENCRYPT_DECRYPT"), "{}", ended.log);
    assert!(!cloud.calls().contains(&"Sign".to_owned()));
}

#[tokio::test]
async fn what_is_outside_is_opened_before_the_first_event() {
    let cloud = Cloud::start().await;
    for (name, expected) in [
        ("owner", &[][..]),
        ("panic", &["GetItem"]),
        ("publish", &[]),
        ("sign", &["GetItem", "GetPublicKey"]),
        ("sign-in", &["GetItem"]),
    ] {
        let function = started(name, &cloud, &[("KEY_ID", KEY)]).await;
        let mut calls = cloud.calls();
        calls.sort();
        assert_eq!(calls, expected, "{name}");
        let log = function.stop().await;
        assert_eq!(log, Vec::<serde_json::Value>::new(), "{name}");
    }
}

#[tokio::test]
async fn table_that_cannot_be_warmed_up_is_no_reason_not_to_start() {
    let cloud = Cloud::start().await;
    cloud.has("GetItem", Trouble::Fails(400, "ResourceNotFoundException"));
    for name in ["panic", "sign", "sign-in"] {
        let function = started(name, &cloud, &[]).await;
        let log = function.stop().await;
        assert_eq!(log.len(), 1, "{log:?}");
        assert_eq!(log[0]["level"], "WARN");
        assert_eq!(log[0]["message"], "could not be warmed up");
    }
}
