//! What a person sees of the ways in, names, and removal.

use super::*;
use tests::authenticator::{CAN_BE_BACKED_UP, IS_BACKED_UP, text};
use tests::clock::START_MS;

#[tokio::test]
async fn ways_in_are_listed_without_any_secret() {
    let idp = Idp::new().await;
    let mut browser = Browser::new(&idp);
    browser.sign_in_with_password().await;
    let heard = browser.send(Call::get("/persona/ways")).await;
    assert_eq!(
        heard.body,
        r#"{"status":"okay","password":true,"totp":false,"codes_left":0,"passkeys":[],"nudge":true}"#
    );
    let mut phone = passkey(Algorithm::Es256);
    phone.flags |= CAN_BE_BACKED_UP | IS_BACKED_UP;
    let added = browser.add(&mut phone, " Phone ").await;
    let id = text(&phone.id);
    assert_eq!(added.body, format!(r#"{{"status":"okay","id":"{id}"}}"#));
    idp.clock.forward(1000);
    assert_eq!(browser.sign_in(&mut phone).await.status, 200);
    let heard = browser.get("/persona/ways").await;
    let (created, last_used) = (START_MS, START_MS + 1000);
    assert_eq!(
        heard,
        json!({
            "status": "okay", "password": true, "totp": false, "codes_left": 0, "nudge": true,
            "passkeys": [{
                "id": id, "name": "Phone", "created": created, "last_used": last_used, "is_backed_up": true,
            }],
        })
    );
    let mut key = passkey(Algorithm::EdDsa);
    assert_eq!(browser.add(&mut key, "Key").await.status, 200);
    assert_eq!(browser.get("/persona/ways").await["nudge"], false);
}

#[tokio::test]
async fn passkey_is_renamed_and_removed() {
    let idp = Idp::new().await;
    let (mut browser, mut phone) = with_passkey(&idp).await;
    let id = text(&phone.id);
    let name = json!({"id": id, "name": "Old phone"});
    let heard = browser.post("/persona/ways/passkey/name", &name).await;
    assert_eq!(
        (heard.status, heard.body.as_str()),
        (200, r#"{"status":"okay"}"#)
    );
    let ways = browser.get("/persona/ways").await;
    assert_eq!(ways["passkeys"][0]["name"], "Old phone");

    let mut elsewhere = Browser::new(&idp);
    assert_eq!(elsewhere.sign_in(&mut phone).await.status, 200);
    let heard = browser
        .delete("/persona/ways/passkey", &json!({"id": id}))
        .await;
    assert_eq!(
        (heard.status, heard.body.as_str()),
        (200, r#"{"status":"okay"}"#)
    );
    assert_eq!(browser.get("/persona/ways").await["passkeys"], json!([]));
    assert_eq!(
        elsewhere.who().await,
        Value::Null,
        "it began with what is gone"
    );
    assert_eq!(browser.who().await, ALICE);
    expect(&elsewhere.sign_in(&mut phone).await, 401, "passkey_refused");
}

#[tokio::test]
async fn names_and_ids_that_are_none_are_refused() {
    let idp = Idp::new().await;
    let (mut browser, phone) = with_passkey(&idp).await;
    let path = "/persona/ways/passkey/name";
    let id = text(&phone.id);
    for name in ["", "  ", &"x".repeat(61), "a\u{0}b"] {
        let heard = browser.post(path, &json!({"id": id, "name": name})).await;
        expect(&heard, 400, "name_invalid");
    }
    for id in ["", "!", "AAAA", &format!("{id}=")] {
        let heard = browser
            .post(path, &json!({"id": id, "name": "Phone"}))
            .await;
        expect(&heard, 404, "passkey_unknown");
        let heard = browser
            .delete("/persona/ways/passkey", &json!({"id": id}))
            .await;
        expect(&heard, 404, "passkey_unknown");
    }
    assert_eq!(
        browser.get("/persona/ways").await["passkeys"][0]["name"],
        "Phone"
    );
}

#[tokio::test]
async fn last_way_in_stays_and_removal_needs_a_fresh_proof() {
    let idp = Idp::new().await;
    let bob = browserid::Email::parse("bob@idp.example", browserid::HostRule::Public);
    let bob = bob.expect("an address");
    idp.sign_in.add(bob.clone(), None).await.expect("room");
    let token = idp.sign_in.link(&bob).await.expect("Bob").0.expose();
    let mut browser = Browser::new(&idp);
    let link = json!({"token": token});
    let options = browser
        .challenge("/persona/enrolment/passkey/challenge", &link)
        .await;
    let mut only = passkey(Algorithm::Es256);
    let credential = only.make(&options);
    let body = json!({"token": token, "credential": credential, "name": "Only"});
    assert_eq!(
        browser
            .post("/persona/enrolment/passkey", &body)
            .await
            .status,
        200
    );

    let this = json!({"id": text(&only.id)});
    let heard = browser.delete("/persona/ways/passkey", &this).await;
    expect(&heard, 409, "last_way_in");
    idp.clock.forward(FRESH_MS);
    let heard = browser.delete("/persona/ways/passkey", &this).await;
    expect(&heard, 403, "step_up_needed");
    assert_eq!(browser.again(&mut only).await.status, 200);
    let mut second = passkey(Algorithm::EdDsa);
    assert_eq!(browser.add(&mut second, "Second").await.status, 200);
    let heard = browser.delete("/persona/ways/passkey", &this).await;
    assert_eq!(heard.status, 200);
    let last = json!({"id": text(&second.id)});
    let heard = browser.delete("/persona/ways/passkey", &last).await;
    expect(&heard, 409, "last_way_in");
}

#[tokio::test]
async fn twenty_passkeys_are_the_most_and_none_is_there_twice() {
    let idp = Idp::new().await;
    let (mut browser, mut phone) = with_passkey(&idp).await;
    expect(
        &browser.add(&mut phone, "Again").await,
        409,
        "passkey_known",
    );
    for _ in 1..20 {
        let heard = browser.add(&mut passkey(Algorithm::EdDsa), "Key").await;
        assert_eq!(heard.status, 200, "{heard:?}");
    }
    let heard = browser
        .post("/persona/ways/passkey/challenge", &json!({}))
        .await;
    expect(&heard, 409, "too_many_passkeys");
    let ways = browser.get("/persona/ways").await;
    assert_eq!(ways["passkeys"].as_array().map(Vec::len), Some(20));
}

#[tokio::test]
async fn second_passkey_is_for_the_same_handle_and_the_browser_knows_the_first() {
    let idp = Idp::new().await;
    let (mut browser, phone) = with_passkey(&idp).await;
    let options = browser
        .challenge("/persona/ways/passkey/challenge", &json!({}))
        .await;
    assert_eq!(options["user"]["id"], text(&phone.handle));
    let known = json!([{"id": text(&phone.id), "type": "public-key"}]);
    assert_eq!(options["excludeCredentials"], known);
}
