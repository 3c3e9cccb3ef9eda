//! `/persona/panic`: everything stops at once, and only two things together start it again.

use serde_json::{Value, json};
use service::panic::RELEASE_MS;
use service::session::FRESH_MS;
use tests::authenticator::{Algorithm, Passkey};
use tests::clock::START_MS;
use tests::http::{Call, Heard};
use tests::idp::{BOB, Idp, ORIGIN, PASSWORD, address, from_page, jar};
use tests::keys::USER;
use tests::tokens::ALICE;

const CERTIFICATE_MS: u64 = 6 * 3_600_000;

fn post(path: &str, body: &Value) -> Call {
    from_page("POST", path).json(body)
}

fn refused(heard: &Heard, status: u16, code: &str) {
    let said = (heard.status, &*heard.code());
    assert_eq!(said, (status, code), "{heard:?}");
}

async fn pull(idp: &Idp, cookie: &str) -> Heard {
    let call = post("/persona/panic", &json!({}));
    idp.send(call.header("cookie", cookie)).await
}

async fn certify(idp: &Idp, cookie: &str, email: &str) -> Heard {
    let email = email.replace('@', "%40");
    let target = format!("/persona/sign/?email={email}&duration=3600");
    let call = from_page("POST", &target).header("cookie", cookie);
    idp.send_to_sign(call.json(&USER.to_json())).await
}

async fn is_pulled(idp: &Idp) -> bool {
    let switch = idp.sign_in.switch.switch().await;
    switch.expect("it works").is_pulled
}

async fn session_count(idp: &Idp) -> usize {
    let mut count = 0;
    for email in [ALICE, BOB] {
        let sessions = idp.sign_in.sessions.of(&address(email)).await;
        count += sessions.expect("it works").len();
    }
    count
}

/// Gives whoever has this session a passkey.
async fn with_passkey(idp: &Idp, session: &str) -> Passkey {
    let call = post("/persona/ways/passkey/challenge", &json!({}));
    let heard = idp.send(call.header("cookie", session)).await;
    assert_eq!(heard.status, 200, "{heard:?}");
    let mut passkey = Passkey::new(Algorithm::Es256, ORIGIN);
    let credential = passkey.make(&heard.json()["publicKey"]);
    let both = format!("{session}; {}", jar(&heard));
    let body = json!({"credential": credential, "name": "Phone"});
    let call = post("/persona/ways/passkey", &body).header("cookie", &both);
    let heard = idp.send(call).await;
    assert_eq!(heard.status, 200, "{heard:?}");
    passkey
}

/// The command's link, as it stands behind `#`.
async fn release_token(idp: &Idp) -> String {
    let made = idp.sign_in.let_release().await;
    made.expect("it is pulled").0.expose()
}

/// Asks for a challenge with this token; gives the cookie and the options.
async fn challenge(idp: &Idp, path: &str, body: &Value) -> (String, Value) {
    let heard = idp.send(post(path, body)).await;
    assert_eq!(heard.status, 200, "{heard:?}");
    (jar(&heard), heard.json()["publicKey"].clone())
}

async fn release_challenge(idp: &Idp, token: &str) -> (String, Value) {
    let body = json!({ "token": token });
    challenge(idp, "/persona/panic/release/challenge", &body).await
}

async fn release(idp: &Idp, cookie: &str, token: &str, credential: &Value) -> Heard {
    let body = json!({"token": token, "credential": credential});
    let call = post("/persona/panic/release", &body);
    idp.send(call.header("cookie", cookie)).await
}

async fn release_by_password(idp: &Idp, token: &str, email: &str, password: &str) -> Heard {
    let body = json!({"token": token, "email": email, "password": password});
    idp.send(post("/persona/panic/release", &body)).await
}

#[tokio::test]
async fn pull_ends_every_session_and_says_how_long_certificates_live() {
    let idp = Idp::with_family().await;
    let (alice, phone) = (idp.sign_alice_in().await, idp.sign_alice_in().await);
    let bob = idp.sign_in_as(BOB).await;
    assert_eq!(certify(&idp, &bob, BOB).await.status, 200);
    idp.clock.forward(1_000);
    let heard = pull(&idp, &alice).await;
    let pulled = START_MS + 1_000;
    assert_eq!(
        heard.json(),
        json!({
            "status": "okay",
            "not_before": pulled,
            "certificates_live_until": pulled + CERTIFICATE_MS,
            "published": false,
        })
    );
    for (session, email) in [(&alice, ALICE), (&phone, ALICE), (&bob, BOB)] {
        assert_eq!(idp.who(session).await, None);
        refused(&certify(&idp, session, email).await, 403, "no_session");
    }
    assert_eq!(session_count(&idp).await, 0);
    assert_eq!(idp.signer.signatures(), 1);
    // The session that pulled it is over as well.
    refused(&pull(&idp, &alice).await, 403, "no_session");
}

#[tokio::test]
async fn nobody_gets_in_by_any_way_while_it_is_pulled_and_nothing_is_used_up() {
    let idp = Idp::with_family().await;
    let alice = idp.sign_alice_in().await;
    let mut passkey = with_passkey(&idp, &alice).await;
    let bob = idp.sign_in_as(BOB).await;
    let heard = idp
        .send(post("/persona/ways/codes", &json!({})).header("cookie", &bob))
        .await;
    let codes = heard.json()["codes"].clone();
    let link = idp.sign_in.link(&address(BOB)).await.expect("a link").0;
    let (path, asked) = (
        "/persona/enrolment/passkey/challenge",
        json!({"token": link.expose()}),
    );
    let (enrolling, options) = challenge(&idp, path, &asked).await;
    let credential = Passkey::new(Algorithm::EdDsa, ORIGIN).make(&options);
    let (signing, options) = challenge(&idp, "/persona/passkey/challenge", &json!({})).await;
    let answer = passkey.answer(&options);

    assert_eq!(pull(&idp, &alice).await.status, 200);
    for call in [
        post(
            "/persona/session",
            &json!({"email": ALICE, "password": PASSWORD}),
        ),
        post("/persona/passkey", &json!({"credential": answer})).header("cookie", &signing),
        post(
            "/persona/recovery",
            &json!({"email": BOB, "code": codes[0]}),
        ),
        post(
            "/persona/enrolment",
            &json!({"token": link.expose(), "password": "a new password"}),
        ),
        post(
            "/persona/enrolment/passkey",
            &json!({"token": link.expose(), "credential": credential, "name": "New"}),
        )
        .header("cookie", &enrolling),
    ] {
        refused(&idp.send(call).await, 403, "panicked");
    }
    assert_eq!(session_count(&idp).await, 0);

    // Once it is released all of that is still good.
    let token = release_token(&idp).await;
    let (cookie, options) = release_challenge(&idp, &token).await;
    let answer = passkey.answer(&options);
    assert_eq!(release(&idp, &cookie, &token, &answer).await.status, 200);
    for call in [
        post(
            "/persona/recovery",
            &json!({"email": BOB, "code": codes[0]}),
        ),
        post(
            "/persona/enrolment",
            &json!({"token": link.expose(), "password": "a new password"}),
        ),
        post(
            "/persona/session",
            &json!({"email": ALICE, "password": PASSWORD}),
        ),
    ] {
        let heard = idp.send(call).await;
        assert_eq!(heard.status, 200, "{heard:?}");
    }
}

#[tokio::test]
async fn release_takes_the_commands_link_and_an_owners_passkey_together() {
    let idp = Idp::with_family().await;
    let alice = idp.sign_alice_in().await;
    let mut passkey = with_passkey(&idp, &alice).await;
    let bob = idp.sign_in_as(BOB).await;
    let mut members = with_passkey(&idp, &bob).await;
    assert_eq!(pull(&idp, &alice).await.status, 200);

    // A passkey alone: there is no link yet, or another one.
    let none = "A".repeat(43);
    for token in ["", "x", &none] {
        let body = json!({ "token": token });
        let heard = idp
            .send(post("/persona/panic/release/challenge", &body))
            .await;
        refused(&heard, 404, "release_invalid");
    }
    let token = release_token(&idp).await;
    let (cookie, options) = release_challenge(&idp, &token).await;
    let answer = passkey.answer(&options);
    refused(
        &release(&idp, &cookie, &none, &answer).await,
        404,
        "release_invalid",
    );

    // The link alone, or with what proves another thing.
    let heard = idp
        .send(post("/persona/panic/release", &json!({ "token": token })))
        .await;
    refused(&heard, 400, "request_malformed");
    refused(
        &release(&idp, &cookie, &token, &json!({})).await,
        401,
        "passkey_refused",
    );
    // That took the challenge: the right answer to it comes too late.
    refused(
        &release(&idp, &cookie, &token, &answer).await,
        401,
        "passkey_refused",
    );
    let (signing, options) = challenge(&idp, "/persona/passkey/challenge", &json!({})).await;
    let answer = passkey.answer(&options);
    refused(
        &release(&idp, &signing, &token, &answer).await,
        401,
        "passkey_refused",
    );
    // A member's passkey, one of another origin, and one that nobody has.
    let (cookie, options) = release_challenge(&idp, &token).await;
    let answer = members.answer(&options);
    refused(
        &release(&idp, &cookie, &token, &answer).await,
        401,
        "passkey_refused",
    );
    let (cookie, options) = release_challenge(&idp, &token).await;
    let mut elsewhere = passkey.clone();
    elsewhere.origin = "https://evil.example".to_owned();
    let answer = elsewhere.answer(&options);
    refused(
        &release(&idp, &cookie, &token, &answer).await,
        401,
        "passkey_refused",
    );
    // The right answer in another browser.
    let (_, options) = release_challenge(&idp, &token).await;
    let answer = passkey.answer(&options);
    let heard = release(&idp, "x=y", &token, &answer).await;
    refused(&heard, 401, "passkey_refused");
    assert!(is_pulled(&idp).await);

    let (cookie, options) = release_challenge(&idp, &token).await;
    let answer = passkey.answer(&options);
    let heard = release(&idp, &cookie, &token, &answer).await;
    assert_eq!(heard.json(), json!({"status": "okay"}));
    assert!(!is_pulled(&idp).await);
    // Nobody is signed in by it, and it works once.
    assert_eq!(session_count(&idp).await, 0);
    refused(
        &release(&idp, &cookie, &token, &answer).await,
        404,
        "release_invalid",
    );
    let alice = idp.sign_alice_in().await;
    assert_eq!(certify(&idp, &alice, ALICE).await.status, 200);
}

#[tokio::test]
async fn password_releases_only_for_an_owner_who_has_no_passkey() {
    let idp = Idp::with_family().await;
    let alice = idp.sign_alice_in().await;
    assert_eq!(pull(&idp, &alice).await.status, 200);
    let token = release_token(&idp).await;
    for (email, password, status, code) in [
        (ALICE, "a wrong password", 401, "credentials_wrong"),
        ("nobody@idp.example", PASSWORD, 401, "credentials_wrong"),
        (BOB, PASSWORD, 403, "not_owner"),
    ] {
        let heard = release_by_password(&idp, &token, email, password).await;
        refused(&heard, status, code);
    }
    // The password alone.
    let none = "A".repeat(43);
    let heard = release_by_password(&idp, &none, ALICE, PASSWORD).await;
    refused(&heard, 404, "release_invalid");
    assert!(is_pulled(&idp).await);
    let heard = release_by_password(&idp, &token, ALICE, PASSWORD).await;
    assert_eq!(heard.json(), json!({"status": "okay"}));

    let alice = idp.sign_alice_in().await;
    with_passkey(&idp, &alice).await;
    assert_eq!(pull(&idp, &alice).await.status, 200);
    let token = release_token(&idp).await;
    let heard = release_by_password(&idp, &token, ALICE, PASSWORD).await;
    refused(&heard, 403, "passkey_needed");
    assert!(is_pulled(&idp).await);
}

#[tokio::test]
async fn strangers_link_counts_against_nobodys_account() {
    let idp = Idp::with_family().await;
    let alice = idp.sign_alice_in().await;
    assert_eq!(pull(&idp, &alice).await.status, 200);
    let none = "A".repeat(43);
    for _ in 1..=5 {
        let heard = release_by_password(&idp, &none, ALICE, "x").await;
        assert_ne!(heard.code(), "credentials_wrong", "{heard:?}");
    }
    idp.clock.forward(24 * 3_600_000);
    let token = release_token(&idp).await;
    let heard = release_by_password(&idp, &token, ALICE, PASSWORD).await;
    assert_eq!(heard.status, 200, "{heard:?}");
}

#[tokio::test]
async fn newest_link_works_for_half_an_hour_and_earlier_ones_not() {
    let idp = Idp::with_family().await;
    let alice = idp.sign_alice_in().await;
    let made = idp.sign_in.let_release().await;
    let code = made.map(|_| ()).map_err(|failure| failure.code());
    assert_eq!(code, Err("not_panicked"));
    assert_eq!(pull(&idp, &alice).await.status, 200);
    let (first, second) = (release_token(&idp).await, release_token(&idp).await);
    let ask = |token: String| {
        let body = json!({ "token": token });
        idp.send(post("/persona/panic/release/challenge", &body))
    };
    refused(&ask(first).await, 404, "release_invalid");
    idp.clock.forward(RELEASE_MS - 1);
    assert_eq!(ask(second.clone()).await.status, 200);
    idp.clock.forward(1);
    refused(&ask(second.clone()).await, 404, "release_invalid");
    let heard = release_by_password(&idp, &second, ALICE, PASSWORD).await;
    refused(&heard, 404, "release_invalid");
    // A link of an earlier pull opens no later one.
    let token = release_token(&idp).await;
    assert_eq!(
        release_by_password(&idp, &token, ALICE, PASSWORD)
            .await
            .status,
        200
    );
    let alice = idp.sign_alice_in().await;
    assert_eq!(pull(&idp, &alice).await.status, 200);
    let heard = release_by_password(&idp, &token, ALICE, PASSWORD).await;
    refused(&heard, 404, "release_invalid");
}

#[tokio::test]
async fn moment_of_the_pull_stays_after_the_release_and_never_goes_back() {
    let idp = Idp::with_family().await;
    let not_before = async || {
        let switch = idp.sign_in.switch.switch().await;
        switch.expect("it works").not_before
    };
    assert_eq!(not_before().await, None);
    let first = idp.sign_in.pull().await.expect("it works").not_before;
    idp.clock.forward(FRESH_MS);
    // Pulled once more while it is pulled: nothing was certified since.
    let again = idp.sign_in.pull().await.expect("it works").not_before;
    assert_eq!(again, first);
    let token = release_token(&idp).await;
    let heard = release_by_password(&idp, &token, ALICE, PASSWORD).await;
    assert_eq!(heard.status, 200, "{heard:?}");
    assert_eq!(not_before().await, Some(first));
    idp.clock.forward(FRESH_MS);
    let second = idp.sign_in.pull().await.expect("it works").not_before;
    assert_eq!(second, first.plus_ms(2 * FRESH_MS));
}

#[tokio::test]
async fn everybody_reads_it_in_the_history_and_where_from_only_the_owner() {
    let idp = Idp::with_family().await;
    let alice = idp.sign_alice_in().await;
    let call = post("/persona/panic", &json!({})).header("user-agent", "Odd/1.0");
    assert_eq!(idp.send(call.header("cookie", &alice)).await.status, 200);
    for email in [ALICE, BOB] {
        let from = browserid::Timestamp::from_millis(0);
        let (person, until) = (address(email), idp.now().plus_ms(1));
        let events = idp.sign_in.history.of(&person, from, until, 1).await;
        let events = events.expect("it works");
        assert_eq!(events[0].what, service::history::What::PanicSwitchPulled);
        assert_eq!(events[0].source.is_empty(), email == BOB, "{events:?}");
    }
}

/// One answer of each kind that is about the panic switch, for the table of codes.
pub async fn of_every_code() -> Vec<Heard> {
    let idp = Idp::with_family().await;
    let alice = idp.sign_alice_in().await;
    with_passkey(&idp, &alice).await;
    assert_eq!(pull(&idp, &alice).await.status, 200);
    let body = json!({"email": ALICE, "password": PASSWORD});
    let stopped = idp.send(post("/persona/session", &body)).await;
    let token = release_token(&idp).await;
    let weak = release_by_password(&idp, &token, ALICE, PASSWORD).await;
    let again = release_by_password(&idp, &"A".repeat(43), ALICE, PASSWORD).await;
    vec![stopped, weak, again]
}
