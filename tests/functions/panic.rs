//! The panic switch, by the command and by an owner's button, through the binaries.

use serde_json::json;
use tests::cloud::Trouble;
use tests::tokens::ALICE;

use crate::people::{DOCUMENTS, FIREFOX, WHOLE, bound};
use crate::person::{Provider, cookie, post, refusal, to_sign};
use crate::{body, started};

#[tokio::test]
async fn the_panic_switch_stops_everybody_is_published_and_takes_command_and_passkey_to_release() {
    let provider = Provider::whole().await;
    let (mut owner, owners) = provider.comes("owner@idp.example", true).await;
    let (mut alice, hers) = provider.comes(ALICE, false).await;

    let pulled = provider.owners(json!({"command": "panic"})).await;
    assert_eq!(
        (&pulled["status"], &pulled["published"]),
        (&json!("okay"), &json!(true))
    );
    let not_before = pulled["not_before"].as_u64().expect("a moment");
    let until = pulled["certificates_live_until"]
        .as_u64()
        .expect("a moment");
    assert_eq!(until - not_before, 6 * 60 * 60 * 1000);
    for name in DOCUMENTS {
        let document = provider.document(name);
        assert_eq!(document["not-before"], not_before);
        assert_eq!(document["agent"], "/persona/agent.html", "all else stays");
    }
    for cookie in [&owners, &hers] {
        let refused = provider.sign.invoke(to_sign(cookie)).await.answer();
        assert_eq!(refusal(&refused), (json!(403), json!("no_session")));
    }
    let refused = provider.uses(&mut alice, FIREFOX).await;
    assert_ne!(refused["statusCode"], 200, "{refused}");
    assert!(
        refused["cookies"]
            .to_string()
            .find("__Host-selfsame=A")
            .is_none()
    );

    // Once more: the moment stays.
    let again = provider.owners(json!({"command": "panic"})).await;
    assert_eq!(again["not_before"], not_before);
    let status = provider.owners(json!({"command": "panic_status"})).await;
    assert_eq!(
        status,
        json!({"status": "okay", "is_pulled": true, "not_before": not_before})
    );

    let link = provider.owners(json!({"command": "panic_release"})).await;
    let (page, token) = link["link"]
        .as_str()
        .and_then(|link| link.split_once('#'))
        .expect("a link");
    assert_eq!(page, "https://idp.example/persona/panic.html");
    for (passkey, expected) in [(&mut alice, 401), (&mut owner, 200)] {
        let path = "/persona/panic/release";
        let begun = provider.challenged(path, json!({"token": token})).await;
        let credential = passkey.answer(&body(&begun)["publicKey"]);
        let mut event = post(path, &json!({"token": token, "credential": credential}));
        event["cookies"] = bound(&begun);
        let answer = provider.asked(event).await;
        assert_eq!(answer["statusCode"], expected, "{answer}");
    }
    let in_again = provider.uses(&mut alice, FIREFOX).await;
    let certified = provider.sign.invoke(to_sign(&cookie(&in_again))).await;
    assert_eq!(certified.answer()["statusCode"], 200);
    assert_eq!(provider.document(DOCUMENTS[0])["not-before"], not_before);
    let none = provider.owners(json!({"command": "panic_release"})).await;
    assert_eq!(none["status"], "failure");

    let log = format!("{:?}", provider.stop().await);
    for secret in [token, "alice", "owner@"] {
        assert!(!log.contains(secret), "{secret} in {log}");
    }
}

#[tokio::test]
async fn a_document_that_cannot_be_written_leaves_the_switch_pulled_and_the_next_pull_writes_it() {
    let provider = Provider::whole().await;
    let (_, hers) = provider.comes(ALICE, false).await;
    for trouble in [
        Trouble::Fails(403, "AccessDenied"),
        Trouble::Fails(412, "PreconditionFailed"),
        Trouble::Drops,
    ] {
        provider.cloud.has("PutObject", trouble);
        let failed = provider.owners(json!({"command": "panic"})).await;
        assert_eq!(
            (&failed["status"], &failed["code"]),
            (&json!("failure"), &json!("unavailable"))
        );
        let refused = provider.sign.invoke(to_sign(&hers)).await.answer();
        assert_eq!(refusal(&refused), (json!(403), json!("no_session")));
    }
    provider.cloud.is_well();
    let pulled = provider.owners(json!({"command": "panic"})).await;
    assert_eq!(pulled["published"], true);
    for name in DOCUMENTS {
        assert_eq!(provider.document(name)["not-before"], pulled["not_before"]);
    }
    provider.stop().await;
}

#[tokio::test]
async fn an_owners_button_pulls_the_switch_in_a_function_of_its_own() {
    let provider = Provider::whole().await;
    let panic = started("panic", &provider.cloud, &WHOLE).await;
    let (_, owners) = provider.comes("owner@idp.example", true).await;
    let (_, hers) = provider.comes(ALICE, false).await;
    let pulls = |cookie: &str| {
        let mut event = post("/persona/panic", &json!({}));
        event["cookies"] = json!([cookie]);
        event
    };

    let mut strangers = pulls(&owners);
    strangers["headers"]["origin"] = json!("https://evil.example");
    strangers["headers"]["sec-fetch-site"] = json!("cross-site");
    provider.cloud.calls();
    for (event, status, code) in [
        (strangers, 403, "wrong_origin"),
        (pulls("a=1"), 403, "no_session"),
        (pulls(&hers), 403, "not_owner"),
    ] {
        let refused = panic.invoke(event).await.answer();
        assert_eq!(refusal(&refused), (json!(status), json!(code)));
    }
    let asked = provider.cloud.calls();
    assert!(asked.iter().all(|call| call == "GetItem"), "{asked:?}");

    // Nothing but this is answered there, and this nowhere else.
    for (function, path) in [
        (&panic, "/persona/session"),
        (&panic, "/persona/panic/release"),
        (&provider.sign_in, "/persona/panic"),
    ] {
        let refused = function.invoke(post(path, &json!({}))).await.answer();
        assert_eq!(
            refusal(&refused),
            (json!(404), json!("not_found")),
            "{path}"
        );
    }

    let pulled = panic.invoke(pulls(&owners)).await.answer();
    assert_eq!(pulled["statusCode"], 200, "{pulled}");
    let pulled = body(&pulled);
    assert_eq!(pulled["published"], true);
    for name in DOCUMENTS {
        assert_eq!(provider.document(name)["not-before"], pulled["not_before"]);
    }
    for cookie in [&owners, &hers] {
        let refused = provider.sign.invoke(to_sign(cookie)).await.answer();
        assert_eq!(refusal(&refused), (json!(403), json!("no_session")));
    }
    panic.stop().await;
    provider.stop().await;
}

#[tokio::test]
async fn a_button_whose_document_cannot_be_written_says_so_and_the_command_writes_it() {
    let provider = Provider::whole().await;
    let panic = started("panic", &provider.cloud, &WHOLE).await;
    let (_, owners) = provider.comes("owner@idp.example", true).await;
    provider
        .cloud
        .has("PutObject", Trouble::Fails(403, "AccessDenied"));
    let mut event = post("/persona/panic", &json!({}));
    event["cookies"] = json!([owners]);
    let pulled = body(&panic.invoke(event).await.answer());
    assert_eq!(
        (&pulled["status"], &pulled["published"]),
        (&json!("okay"), &json!(false))
    );
    let refused = provider.sign.invoke(to_sign(&owners)).await.answer();
    assert_eq!(refusal(&refused), (json!(403), json!("no_session")));
    let log = panic.stop().await;
    assert!(log.iter().any(|line| line["level"] == "ERROR"), "{log:?}");

    provider.cloud.is_well();
    let again = provider.owners(json!({"command": "panic"})).await;
    assert_eq!(
        (&again["published"], &again["not_before"]),
        (&json!(true), &pulled["not_before"])
    );
    assert_eq!(
        provider.document(DOCUMENTS[0])["not-before"],
        pulled["not_before"]
    );
    provider.stop().await;
}
