//! Signing in, and proving once more.

use super::*;
use service::session::SHARED_MS;
use tests::clock::START_MS;

#[tokio::test]
async fn passkeys_of_every_algorithm_sign_in_in_another_browser() {
    for algorithm in Algorithm::ALL {
        let idp = Idp::new().await;
        let mut first = Browser::new(&idp);
        first.sign_in_with_password().await;
        let mut passkey = passkey(algorithm);
        let heard = first.add(&mut passkey, "Phone").await;
        assert_eq!(heard.status, 200, "{algorithm:?} {heard:?}");

        let mut second = Browser::new(&idp);
        let heard = second.sign_in(&mut passkey).await;
        assert_eq!(heard.status, 200, "{algorithm:?} {heard:?}");
        assert_eq!(heard.json()["email"], ALICE);
        assert_eq!(second.who().await, ALICE);
        assert!(
            !second.cookies.contains_key(CEREMONY),
            "the challenge is over"
        );
        assert_ne!(second.cookies[SESSION], first.cookies[SESSION]);
    }
}

#[tokio::test]
async fn session_lives_as_long_as_is_asked_for() {
    let idp = Idp::new().await;
    let (_, mut phone) = with_passkey(&idp).await;
    let mut browser = Browser::new(&idp);
    let options = browser
        .challenge("/persona/passkey/challenge", &json!({}))
        .await;
    let body = json!({"credential": phone.answer(&options), "life": "hour"});
    let heard = browser.post("/persona/passkey", &body).await;
    assert_eq!(heard.json()["expires"], START_MS + SHARED_MS, "{heard:?}");

    let options = browser
        .challenge("/persona/passkey/challenge", &json!({}))
        .await;
    let body = json!({"credential": phone.answer(&options), "life": "for ever"});
    let heard = browser.post("/persona/passkey", &body).await;
    expect(&heard, 400, "request_malformed");
}

#[tokio::test]
async fn session_from_before_is_never_taken_over() {
    // Somebody put their own session's cookie, and their own challenge's, into this browser.
    let idp = Idp::new().await;
    let (_, mut phone) = with_passkey(&idp).await;
    let mut browser = Browser::new(&idp);
    let planted = "A".repeat(43);
    browser.cookies.insert(SESSION.to_owned(), planted.clone());
    let heard = browser.sign_in(&mut phone).await;
    assert_eq!(heard.status, 200);
    assert_ne!(browser.cookies[SESSION], planted);
    let mut other = Browser::new(&idp);
    other.cookies.insert(SESSION.to_owned(), planted);
    assert_eq!(other.who().await, Value::Null);
}

#[tokio::test]
async fn proof_makes_the_session_fresh_for_five_minutes() {
    let idp = Idp::new().await;
    let (mut browser, mut phone) = with_passkey(&idp).await;
    idp.clock.forward(FRESH_MS);
    let heard = browser
        .post("/persona/ways/passkey/challenge", &json!({}))
        .await;
    expect(&heard, 403, "step_up_needed");
    let session = browser.cookies[SESSION].clone();
    let heard = browser.again(&mut phone).await;
    let until = START_MS + 2 * FRESH_MS;
    let expected = format!(r#"{{"status":"okay","fresh_until":{until}}}"#);
    assert_eq!((heard.status, heard.body), (200, expected));
    assert_eq!(browser.cookies[SESSION], session, "the same session");
    assert!(!browser.cookies.contains_key(CEREMONY));
    idp.clock.forward(FRESH_MS - 1);
    let heard = browser
        .post("/persona/ways/passkey/challenge", &json!({}))
        .await;
    assert_eq!(heard.status, 200);
    idp.clock.forward(1);
    let heard = browser
        .post("/persona/ways/passkey/challenge", &json!({}))
        .await;
    expect(&heard, 403, "step_up_needed");
}

#[tokio::test]
async fn nobody_is_challenged_without_a_session_where_one_is_needed() {
    let idp = Idp::new().await;
    let mut nobody = Browser::new(&idp);
    for path in [
        "/persona/again/challenge",
        "/persona/ways/passkey/challenge",
    ] {
        let heard = nobody.post(path, &json!({})).await;
        expect(&heard, 403, "no_session");
    }
    let credential = json!({"credential": {}, "name": "Phone"});
    for path in ["/persona/again", "/persona/ways/passkey"] {
        let heard = nobody.post(path, &credential).await;
        expect(&heard, 403, "no_session");
    }
    let heard = nobody.send(Call::get("/persona/ways")).await;
    expect(&heard, 403, "no_session");
    let name = json!({"id": "AA", "name": "Phone"});
    let heard = nobody.post("/persona/ways/passkey/name", &name).await;
    expect(&heard, 403, "no_session");
    let heard = nobody.delete("/persona/ways/passkey", &name).await;
    expect(&heard, 403, "no_session");
}

#[tokio::test]
async fn answers_of_the_biggest_keys_fit_into_a_body() {
    let idp = Idp::new().await;
    let mut browser = Browser::new(&idp);
    browser.sign_in_with_password().await;
    let mut passkey = passkey(Algorithm::Rs256);
    // As long as an authenticator may make it.
    passkey.id = vec![1; 1023];
    let options = browser
        .challenge("/persona/ways/passkey/challenge", &json!({}))
        .await;
    let body = json!({"credential": passkey.make(&options), "name": "x".repeat(60)});
    assert!(body.to_string().len() < 8_000, "{}", body.to_string().len());
    let heard = browser.post("/persona/ways/passkey", &body).await;
    assert_eq!(heard.status, 200, "{heard:?}");

    let options = browser
        .challenge("/persona/passkey/challenge", &json!({}))
        .await;
    let body = json!({"credential": passkey.answer(&options), "life": "window"});
    assert!(body.to_string().len() < 5_000, "{}", body.to_string().len());
    let heard = browser.post("/persona/passkey", &body).await;
    assert_eq!(heard.status, 200, "{heard:?}");
}
