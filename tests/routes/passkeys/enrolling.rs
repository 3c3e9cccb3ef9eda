//! The first passkey, by a link.

use super::*;
use tests::idp::alice;

#[tokio::test]
async fn link_makes_a_passkey_ends_other_sessions_and_signs_in_once() {
    let idp = Idp::new().await;
    let mut before = Browser::new(&idp);
    before.sign_in_with_password().await;
    let token = idp.link().await;
    let mut browser = Browser::new(&idp);
    let link = json!({"token": token});
    let options = browser
        .challenge("/persona/enrolment/passkey/challenge", &link)
        .await;
    assert_eq!(options["user"]["name"], ALICE);
    assert_eq!(options["rp"]["id"], "idp.example");
    let mut passkey = passkey(Algorithm::EdDsa);
    let credential = passkey.make(&options);
    let body = json!({"token": token, "credential": credential, "name": "Laptop"});
    let heard = browser.post("/persona/enrolment/passkey", &body).await;
    assert_eq!(heard.status, 200, "{heard:?}");
    assert_eq!(heard.json()["email"], ALICE);
    assert_eq!(browser.who().await, ALICE);
    assert_eq!(before.who().await, Value::Null);

    let heard = browser
        .post("/persona/enrolment/passkey/challenge", &link)
        .await;
    expect(&heard, 404, "enrolment_invalid");
    let heard = browser.post("/persona/enrolment/passkey", &body).await;
    expect(&heard, 404, "enrolment_invalid");
    let mut other = Browser::new(&idp);
    assert_eq!(other.sign_in(&mut passkey).await.status, 200);
}

#[tokio::test]
async fn what_is_refused_costs_no_link_and_ends_nothing() {
    let idp = Idp::new().await;
    let mut before = Browser::new(&idp);
    before.sign_in_with_password().await;
    let token = idp.link().await;
    let link = json!({"token": token});
    let path = "/persona/enrolment/passkey";
    let mut browser = Browser::new(&idp);

    let options = browser
        .challenge("/persona/enrolment/passkey/challenge", &link)
        .await;
    let mut passkey = passkey(Algorithm::Es256);
    passkey.origin = "https://evil.example".to_owned();
    let body = json!({"token": token, "credential": passkey.make(&options), "name": "Laptop"});
    expect(&browser.post(path, &body).await, 401, "passkey_refused");
    passkey.origin = ORIGIN.to_owned();
    let body = json!({"token": token, "credential": passkey.make(&options), "name": "Laptop"});
    let again = browser.post(path, &body).await;
    expect(&again, 401, "passkey_refused");

    let options = browser
        .challenge("/persona/enrolment/passkey/challenge", &link)
        .await;
    let credential = passkey.make(&options);
    let unnamed = json!({"token": token, "credential": credential, "name": " "});
    expect(&browser.post(path, &unnamed).await, 400, "name_invalid");
    assert_eq!(before.who().await, ALICE);
    // A bad name costs no challenge either.
    let body = json!({"token": token, "credential": credential, "name": "Laptop"});
    assert_eq!(browser.post(path, &body).await.status, 200);
}

#[tokio::test]
async fn challenge_of_one_link_is_none_of_another() {
    let idp = Idp::new().await;
    let bob = browserid::Email::parse("bob@idp.example", browserid::HostRule::Public);
    let bob = bob.expect("an address");
    idp.sign_in.add(bob.clone(), None).await.expect("room");
    let theirs = idp.sign_in.link(&bob).await.expect("Bob").0.expose();
    let mine = idp.sign_in.link(&alice()).await.expect("Alice").0.expose();
    let mut browser = Browser::new(&idp);
    let link = json!({"token": theirs});
    let options = browser
        .challenge("/persona/enrolment/passkey/challenge", &link)
        .await;
    let credential = passkey(Algorithm::Es256).make(&options);
    let body = json!({"token": mine, "credential": credential, "name": "Laptop"});
    let heard = browser.post("/persona/enrolment/passkey", &body).await;
    expect(&heard, 401, "passkey_refused");
    for token in ["", "junk", &"A".repeat(43)] {
        let body = json!({"token": token});
        let heard = browser
            .post("/persona/enrolment/passkey/challenge", &body)
            .await;
        expect(&heard, 404, "enrolment_invalid");
    }
}
