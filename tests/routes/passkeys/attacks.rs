//! Attacks: replays, other browsers, other people, copies, step-up that is gone round, and too many of anything.

use super::*;
use service::ceremony::CEREMONY_MS;
use service::passkeys::{MAX_ANSWERS, MAX_CHALLENGES};
use service::sign_in::WINDOW_MS;

const CHALLENGE: &str = "/persona/passkey/challenge";
const SIGN_IN: &str = "/persona/passkey";

#[tokio::test]
async fn answer_is_worth_something_once_and_in_its_browser_only() {
    let idp = Idp::new().await;
    let (_, mut phone) = with_passkey(&idp).await;
    let mut browser = Browser::new(&idp);
    let options = browser.challenge(CHALLENGE, &json!({})).await;
    let body = json!({"credential": phone.answer(&options)});

    // Somebody who overheard it has no cookie, one of their own, or one of nobody.
    let mut thief = Browser::new(&idp);
    expect(&thief.post(SIGN_IN, &body).await, 401, "passkey_refused");
    thief.challenge(CHALLENGE, &json!({})).await;
    expect(&thief.post(SIGN_IN, &body).await, 401, "passkey_refused");
    thief.cookies.insert(CEREMONY.to_owned(), "A".repeat(43));
    expect(&thief.post(SIGN_IN, &body).await, 401, "passkey_refused");
    assert_eq!(thief.who().await, Value::Null);

    let ceremony = browser.cookies[CEREMONY].clone();
    assert_eq!(browser.post(SIGN_IN, &body).await.status, 200);
    // With the right cookie, again.
    thief.cookies.insert(CEREMONY.to_owned(), ceremony);
    expect(&thief.post(SIGN_IN, &body).await, 401, "passkey_refused");
    assert_eq!(thief.who().await, Value::Null);
}

#[tokio::test]
async fn challenge_is_over_after_ten_minutes() {
    let idp = Idp::new().await;
    let (_, mut phone) = with_passkey(&idp).await;
    for (waited, is_over) in [(CEREMONY_MS - 1, false), (CEREMONY_MS, true)] {
        let mut browser = Browser::new(&idp);
        let options = browser.challenge(CHALLENGE, &json!({})).await;
        assert_eq!(options["timeout"], CEREMONY_MS);
        idp.clock.forward(waited);
        let body = json!({"credential": phone.answer(&options)});
        let heard = browser.post(SIGN_IN, &body).await;
        assert_eq!(heard.status == 401, is_over, "{waited}: {heard:?}");
    }
}

#[tokio::test]
async fn answers_that_prove_nothing_look_the_same_whatever_is_wrong_with_them() {
    let idp = Idp::new().await;
    let (_, phone) = with_passkey(&idp).await;
    type Attack = fn(&mut Passkey);
    let attacks: [(&str, Attack); 8] = [
        ("unknown handle", |p| p.handle = vec![1; 32]),
        ("unknown passkey", |p| p.id = vec![1; 32]),
        ("another key", |p| {
            let mut other = Passkey::new(Algorithm::Es256, ORIGIN);
            other.id.clone_from(&p.id);
            other.handle.clone_from(&p.handle);
            *p = other;
        }),
        ("another page", |p| {
            p.origin = "https://idp.example:8443".to_owned()
        }),
        ("another site", |p| {
            p.origin = "https://evil.example".to_owned()
        }),
        ("another party", |p| p.rp_id = "example".to_owned()),
        ("its person was not verified", |p| p.flags = 1),
        ("a frame", |p| p.cross_origin = true),
    ];
    let mut seen = Vec::new();
    for (name, attack) in attacks {
        let mut browser = Browser::new(&idp);
        let mut passkey = phone.clone();
        attack(&mut passkey);
        let heard = browser.sign_in(&mut passkey).await;
        expect(&heard, 401, "passkey_refused");
        assert_eq!(browser.who().await, Value::Null, "{name}");
        seen.push((heard.headers, heard.body));
    }
    seen.dedup();
    assert_eq!(seen.len(), 1, "{seen:?}");
}

#[tokio::test]
async fn copied_passkey_is_refused_and_the_person_reads_of_it() {
    let idp = Idp::new().await;
    let (mut browser, mut phone) = with_passkey(&idp).await;
    let mut key = passkey(Algorithm::EdDsa);
    key.counter = 10;
    assert_eq!(browser.add(&mut key, "Key").await.status, 200);
    let mut copy = key.clone();
    let mut theirs = Browser::new(&idp);
    assert_eq!(browser.sign_in(&mut key).await.status, 200);
    expect(&theirs.sign_in(&mut copy).await, 401, "passkey_refused");
    assert_eq!(theirs.who().await, Value::Null);
    let events = idp.events().await;
    assert!(events.contains("PasskeyCopied"), "{events}");
    // It says nothing of others.
    assert_eq!(browser.sign_in(&mut phone).await.status, 200);
}

#[tokio::test]
async fn passkey_of_another_person_opens_no_step_up() {
    let idp = Idp::new().await;
    let (mut browser, _) = with_passkey(&idp).await;
    let bob = browserid::Email::parse("bob@idp.example", browserid::HostRule::Public);
    let bob = bob.expect("an address");
    idp.sign_in.add(bob.clone(), None).await.expect("room");
    let token = idp.sign_in.link(&bob).await.expect("Bob").0.expose();
    let mut theirs = Browser::new(&idp);
    let link = json!({"token": token});
    let options = theirs
        .challenge("/persona/enrolment/passkey/challenge", &link)
        .await;
    let mut bobs = passkey(Algorithm::EdDsa);
    let credential = bobs.make(&options);
    let body = json!({"token": token, "credential": credential, "name": "Bob's"});
    assert_eq!(
        theirs
            .post("/persona/enrolment/passkey", &body)
            .await
            .status,
        200
    );

    idp.clock.forward(FRESH_MS);
    expect(&browser.again(&mut bobs).await, 401, "passkey_refused");
    let heard = browser
        .post("/persona/ways/passkey/challenge", &json!({}))
        .await;
    expect(&heard, 403, "step_up_needed");
    assert_eq!(
        theirs.again(&mut bobs).await.status,
        200,
        "in his own it does"
    );
}

#[tokio::test]
async fn sign_ins_challenge_opens_no_step_up_and_the_other_way_round() {
    let idp = Idp::new().await;
    let (mut browser, mut phone) = with_passkey(&idp).await;
    idp.clock.forward(FRESH_MS);
    let options = browser.challenge(CHALLENGE, &json!({})).await;
    let body = json!({"credential": phone.answer(&options)});
    expect(
        &browser.post("/persona/again", &body).await,
        401,
        "passkey_refused",
    );
    let options = browser
        .challenge("/persona/again/challenge", &json!({}))
        .await;
    let body = json!({"credential": phone.answer(&options)});
    expect(&browser.post(SIGN_IN, &body).await, 401, "passkey_refused");
    let heard = browser
        .post("/persona/ways/passkey/challenge", &json!({}))
        .await;
    expect(&heard, 403, "step_up_needed");
}

#[tokio::test]
async fn freshness_is_asked_for_again_when_a_passkey_is_added() {
    let idp = Idp::new().await;
    let (mut browser, _) = with_passkey(&idp).await;
    let options = browser
        .challenge("/persona/ways/passkey/challenge", &json!({}))
        .await;
    let credential = passkey(Algorithm::Es256).make(&options);
    idp.clock.forward(FRESH_MS);
    let body = json!({"credential": credential, "name": "Late"});
    let heard = browser.post("/persona/ways/passkey", &body).await;
    expect(&heard, 403, "step_up_needed");
    let ways = browser.get("/persona/ways").await;
    assert_eq!(ways["passkeys"].as_array().map(Vec::len), Some(1));
}

#[tokio::test]
async fn challenge_of_one_session_is_none_of_another() {
    let idp = Idp::new().await;
    let (mut one, mut phone) = with_passkey(&idp).await;
    let mut other = Browser::new(&idp);
    assert_eq!(other.sign_in(&mut phone).await.status, 200);
    let options = one.challenge("/persona/again/challenge", &json!({})).await;
    let body = json!({"credential": phone.answer(&options)});
    // The same browser, with another session by then.
    one.cookies
        .insert(SESSION.to_owned(), other.cookies[SESSION].clone());
    expect(
        &one.post("/persona/again", &body).await,
        401,
        "passkey_refused",
    );
}

#[tokio::test]
async fn too_many_challenges_and_wrong_answers_of_a_source_have_to_wait() {
    let idp = Idp::new().await;
    let (_, mut phone) = with_passkey(&idp).await;
    let mut browser = Browser::new(&idp);
    browser.source = "198.51.100.1";
    let options = browser.challenge(CHALLENGE, &json!({})).await;
    let junk = json!({"credential": {}});
    for _ in 0..MAX_ANSWERS {
        expect(&browser.post(SIGN_IN, &junk).await, 401, "passkey_refused");
    }
    let body = json!({"credential": phone.answer(&options)});
    let heard = browser.post(SIGN_IN, &body).await;
    expect(&heard, 429, "too_many_tries");
    let wait = (WINDOW_MS / 1000).to_string();
    assert_eq!(heard.header("retry-after"), Some(wait.as_str()));
    for _ in 1..MAX_CHALLENGES {
        assert_eq!(browser.post(CHALLENGE, &json!({})).await.status, 200);
    }
    let heard = browser.post(CHALLENGE, &json!({})).await;
    expect(&heard, 429, "too_many_tries");
    let mut elsewhere = Browser::new(&idp);
    assert_eq!(elsewhere.sign_in(&mut phone).await.status, 200);
    idp.clock.forward(WINDOW_MS);
    assert_eq!(browser.sign_in(&mut phone).await.status, 200);
}

#[tokio::test]
async fn answers_of_another_shape_are_malformed_and_of_another_kind_prove_nothing() {
    let idp = Idp::new().await;
    let (mut browser, _) = with_passkey(&idp).await;
    for body in [
        json!({}),
        json!([]),
        json!({"credential": "text"}),
        json!({"credential": null}),
    ] {
        let heard = browser.post(SIGN_IN, &body).await;
        expect(&heard, 400, "request_malformed");
    }
    for body in [json!({}), json!({"credential": []}), json!({"password": 1})] {
        let heard = browser.post("/persona/again", &body).await;
        expect(&heard, 400, "request_malformed");
    }
    for body in [
        json!({"name": "a"}),
        json!({"credential": {}}),
        json!({"credential": {}, "name": 1}),
    ] {
        let heard = browser.post("/persona/ways/passkey", &body).await;
        expect(&heard, 400, "request_malformed");
    }
    for credential in [json!({}), json!({"id": 1}), json!({"response": {}})] {
        browser.challenge(CHALLENGE, &json!({})).await;
        let heard = browser
            .post(SIGN_IN, &json!({"credential": credential}))
            .await;
        expect(&heard, 401, "passkey_refused");
    }
    let long = json!({"credential": {"id": "A".repeat(11_000)}});
    expect(&browser.post(SIGN_IN, &long).await, 413, "body_too_large");
}
