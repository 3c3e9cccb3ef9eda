//! The owner's commands.

use serde_json::{Value, json};
use tests::cloud::Trouble;
use tests::tokens::ALICE;

use crate::answered;
use crate::person::{PASSWORD, Provider, post, refusal, to_sign, who};

impl Provider {
    async fn command(&self, command: &str, email: &str) -> Value {
        let event = json!({"command": command, "email": email});
        self.owner.invoke(event).await.answer()
    }

    async fn refused(&self, command: &str, email: &str) -> String {
        let answer = self.command(command, email).await;
        assert_eq!(answer["status"], "failure", "{answer}");
        assert!(
            answer["reason"]
                .as_str()
                .is_some_and(|reason| !reason.is_empty())
        );
        answer["code"].as_str().expect("a code").to_owned()
    }
}

#[tokio::test]
async fn people_are_added_listed_signed_out_and_removed() {
    let (provider, cookie) = Provider::with_alice().await;
    let bob = provider.command("add", "Bob@idp.example").await;
    assert_eq!(bob["status"], "okay");
    let expires = bob["expires"].as_u64().expect("a time");
    assert!(expires > 1_700_000_000_000, "{expires}");
    let link = bob["link"].as_str().expect("a link");
    let (page, token) = link.split_once('#').expect("a token");
    assert_eq!(page, "https://idp.example/persona/enrol.html");
    assert_eq!(token.len(), 43);

    let listed = provider
        .owner
        .invoke(json!({"command": "list"}))
        .await
        .answer();
    let users = listed["users"].as_array().expect("users");
    let seen: Vec<Value> = users
        .iter()
        .map(|user| json!([user["email"], user["has_password"]]))
        .collect();
    assert_eq!(
        json!(seen),
        json!([["Bob@idp.example", false], [ALICE, true]])
    );
    assert!(users.iter().all(|user| user["created"].as_u64().is_some()));

    // A second link ends the first one.
    let second = provider.command("link", "Bob@idp.example").await;
    assert_ne!(second["link"], bob["link"]);
    let look = post("/persona/enrolment/look", &json!({"token": token}));
    let answer = provider.sign_in.invoke(look).await.answer();
    assert_eq!(refusal(&answer), (json!(404), json!("enrolment_invalid")));

    let out = provider.command("sign_out", ALICE).await;
    assert_eq!(out, json!({"status": "okay"}));
    let answer = provider.sign.invoke(to_sign(&cookie)).await.answer();
    assert_eq!(refusal(&answer), (json!(403), json!("no_session")));
    let answer = provider.sign_in.invoke(who(&cookie)).await.answer();
    assert_eq!(crate::body(&answer)["email"], json!(null));

    let gone = provider.command("remove", ALICE).await;
    assert_eq!(gone, json!({"status": "okay"}));
    let again = crate::person::sign_in(PASSWORD);
    let answer = provider.sign_in.invoke(again).await.answer();
    assert_eq!(refusal(&answer), (json!(401), json!("credentials_wrong")));

    let [owner, _, _] = provider.stop().await;
    let (lines, others) = answered(&owner);
    assert_eq!((lines.len(), others.len()), (6, 0), "{owner:?}");
    let log = format!("{owner:?}").to_lowercase();
    for secret in [token, "alice", "bob"] {
        assert!(!log.contains(&secret.to_lowercase()), "{secret}: {log}");
    }
}

#[tokio::test]
async fn what_cannot_be_done_says_why() {
    let (provider, _) = Provider::with_alice().await;
    assert_eq!(provider.refused("add", ALICE).await, "account_exists");
    for command in ["link", "remove", "sign_out"] {
        let code = provider.refused(command, "nobody@idp.example").await;
        assert_eq!(code, "no_such_account", "{command}");
    }
    for command in ["add", "link", "remove", "sign_out"] {
        for address in [
            "",
            "alice",
            "alice@elsewhere.example",
            "alice@sub.idp.example",
        ] {
            let code = provider.refused(command, address).await;
            assert_eq!(code, "address_invalid", "{command} {address}");
        }
    }
    for event in [
        json!({}),
        json!(null),
        json!([]),
        json!("add"),
        json!({"command": "drop"}),
        json!({"command": ["add"], "email": ALICE}),
    ] {
        let answer = provider.owner.invoke(event).await.answer();
        assert_eq!(answer["code"], "command_unknown");
    }
    provider
        .cloud
        .has("Query", Trouble::Fails(400, "ResourceNotFoundException"));
    assert_eq!(provider.refused("list", "").await, "unavailable");
    provider.cloud.is_well();
    let listed = provider
        .owner
        .invoke(json!({"command": "list"}))
        .await
        .answer();
    assert_eq!(listed["users"].as_array().map(Vec::len), Some(1));

    let [owner, _, _] = provider.stop().await;
    let errors: Vec<_> = owner.iter().filter(|line| line["Errors"] == 1).collect();
    assert_eq!(
        errors.len(),
        1,
        "what the owner got wrong is no error of ours"
    );
    assert_eq!(errors[0]["operation"], "list");
}
