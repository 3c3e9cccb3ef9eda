//! `/persona/ways/totp`, and what it changes for passwords; removing passwords; proving once more with one; whose pages may
//! ask any of it.

use serde_json::{Value, json};
use service::session::FRESH_MS;
use tests::authenticator::{Algorithm, Passkey};
use tests::clock::START_MS;
use tests::http::{Call, Heard};
use tests::idp::{Idp, ORIGIN, PASSWORD, from_page, jar};
use tests::tokens::ALICE;

const STEP_MS: u64 = 30_000;

fn call(method: &str, path: &str, cookie: &str) -> Call {
    from_page(method, path).header("cookie", cookie)
}

fn sign_in(password: &str, totp: Option<&str>) -> Call {
    let body = json!({"email": ALICE, "password": password, "totp": totp});
    from_page("POST", "/persona/session").json(&body)
}

fn code(secret: &str, at_ms: u64) -> String {
    let secret = totp_rs::Secret::try_from_base32(secret).expect("base32");
    let codes = totp_rs::Builder::new().with_secret(secret);
    codes
        .build_noncompliant()
        .generate(at_ms / 1000)
        .to_string()
}

fn is(heard: &Heard, status: u16, code: &str) {
    assert_eq!(
        (heard.status, heard.code().as_str()),
        (status, code),
        "{heard:?}"
    );
}

/// Alice's session and her app's secret, confirmed at the beginning.
async fn with_app(idp: &Idp) -> (String, String) {
    let alice = idp.sign_alice_in().await;
    let begun = idp.send(call("POST", "/persona/ways/totp", &alice)).await;
    is(&begun, 200, "");
    let secret = begun.json()["secret"].as_str().expect("a text").to_owned();
    let confirm = call("POST", "/persona/ways/totp/confirm", &alice);
    let body = json!({"code": code(&secret, START_MS)});
    is(&idp.send(confirm.json(&body)).await, 200, "");
    (alice, secret)
}

#[tokio::test]
async fn secret_comes_as_text_as_link_and_as_a_square_to_draw() {
    let idp = Idp::new().await;
    let alice = idp.sign_alice_in().await;
    let begun = idp
        .send(call("POST", "/persona/ways/totp", &alice))
        .await
        .json();
    let secret = begun["secret"].as_str().expect("a text");
    assert_eq!(secret.len(), 32);
    let uri = format!(
        "otpauth://totp/idp.example:alice%40idp.example?secret={secret}&issuer=idp.example"
    );
    assert_eq!(begun["uri"], uri);
    let size = begun["qr"]["size"].as_u64().expect("a number");
    let rows = begun["qr"]["rows"].as_array().expect("a list");
    assert_eq!(rows.len() as u64, size);
    let is_row = |row: &Value| {
        let row = row.as_str().expect("a text");
        row.len() as u64 == size && row.bytes().all(|c| c == b'0' || c == b'1')
    };
    assert!(rows.iter().all(is_row));
    // Nothing is asked for before it is confirmed.
    assert_eq!(idp.send(sign_in(PASSWORD, None)).await.status, 200);
}

#[tokio::test]
async fn code_is_asked_for_after_a_right_password_only_and_works_once() {
    let idp = Idp::new().await;
    let (_, secret) = with_app(&idp).await;
    let right = code(&secret, START_MS + STEP_MS);
    for totp in [None, Some(&*right)] {
        is(
            &idp.send(sign_in("incorrect horse", totp)).await,
            401,
            "credentials_wrong",
        );
    }
    let needed = idp.send(sign_in(PASSWORD, None)).await;
    is(&needed, 401, "totp_needed");
    assert_eq!(needed.header("set-cookie"), None);
    is(
        &idp.send(sign_in(PASSWORD, Some("junk"))).await,
        401,
        "totp_wrong",
    );
    is(&idp.send(sign_in(PASSWORD, Some(&right))).await, 200, "");
    is(
        &idp.send(sign_in(PASSWORD, Some(&right))).await,
        401,
        "totp_wrong",
    );
    // The code that confirmed is older, and used as well.
    let first = code(&secret, START_MS);
    is(
        &idp.send(sign_in(PASSWORD, Some(&first))).await,
        401,
        "totp_wrong",
    );
}

#[tokio::test]
async fn guesses_at_the_code_are_slowed_down_however_often_the_password_is_shown() {
    let idp = Idp::new().await;
    let (_, secret) = with_app(&idp).await;
    for n in 1..=6 {
        is(&idp.send(sign_in(PASSWORD, None)).await, 401, "totp_needed");
        let heard = idp.send(sign_in(PASSWORD, Some("000"))).await;
        is(&heard, 401, "totp_wrong");
        assert_eq!(heard.header("retry-after"), None, "{n}");
    }
    let right = code(&secret, START_MS + STEP_MS);
    let heard = idp.send(sign_in(PASSWORD, Some(&right))).await;
    is(&heard, 429, "too_many_tries");
    assert_eq!(heard.header("retry-after"), Some("60"));
    assert_eq!(heard.json()["until"], START_MS + 60_000);
    idp.clock.forward(60_000);
    let right = code(&secret, START_MS + 60_000);
    is(&idp.send(sign_in(PASSWORD, Some(&right))).await, 200, "");
}

#[tokio::test]
async fn password_proves_once_more_with_its_second_step_where_there_is_one() {
    let idp = Idp::new().await;
    let (alice, secret) = with_app(&idp).await;
    idp.clock.forward(FRESH_MS);
    let again = |body: &Value| call("POST", "/persona/again", &alice).json(body);
    is(
        &idp.send(again(&json!({"password": "incorrect horse"})))
            .await,
        401,
        "credentials_wrong",
    );
    is(
        &idp.send(again(&json!({"password": PASSWORD}))).await,
        401,
        "totp_needed",
    );
    let wrong = json!({"password": PASSWORD, "totp": "junk"});
    is(&idp.send(again(&wrong)).await, 401, "totp_wrong");
    let remove = || call("DELETE", "/persona/ways/totp", &alice);
    is(&idp.send(remove()).await, 403, "step_up_needed");
    let now = START_MS + FRESH_MS;
    let right = json!({"password": PASSWORD, "totp": code(&secret, now)});
    let heard = idp.send(again(&right)).await;
    is(&heard, 200, "");
    assert_eq!(heard.json()["fresh_until"], now + FRESH_MS);
    is(&idp.send(remove()).await, 200, "");
    is(&idp.send(sign_in(PASSWORD, None)).await, 200, "");
}

#[tokio::test]
async fn everything_that_changes_a_way_in_needs_a_session_and_a_fresh_one() {
    let idp = Idp::new().await;
    let (alice, _) = with_app(&idp).await;
    idp.clock.forward(FRESH_MS);
    for (method, path, body) in [
        (
            "POST",
            "/persona/password",
            Some(json!({"new": "a quite different one"})),
        ),
        ("DELETE", "/persona/password", None),
        ("POST", "/persona/ways/codes", None),
        ("POST", "/persona/ways/totp", None),
        (
            "POST",
            "/persona/ways/totp/confirm",
            Some(json!({"code": "000000"})),
        ),
        ("DELETE", "/persona/ways/totp", None),
    ] {
        let with = |call: Call| match &body {
            Some(body) => call.json(body),
            None => call,
        };
        is(
            &idp.send(with(from_page(method, path))).await,
            403,
            "no_session",
        );
        is(
            &idp.send(with(call(method, path, &alice))).await,
            403,
            "step_up_needed",
        );
    }
    // The old password alone is no second step.
    let change = json!({"current": PASSWORD, "new": "a quite different one"});
    let heard = idp
        .send(call("POST", "/persona/password", &alice).json(&change))
        .await;
    is(&heard, 403, "step_up_needed");
    is(&idp.send(sign_in(PASSWORD, None)).await, 401, "totp_needed");
}

#[tokio::test]
async fn no_other_site_may_ask_any_of_it() {
    let idp = Idp::new().await;
    let alice = idp.sign_alice_in().await;
    for (method, path) in [
        ("POST", "/persona/session"),
        ("POST", "/persona/again"),
        ("POST", "/persona/password"),
        ("DELETE", "/persona/password"),
        ("POST", "/persona/recovery"),
        ("POST", "/persona/ways/codes"),
        ("POST", "/persona/ways/totp"),
        ("POST", "/persona/ways/totp/confirm"),
        ("DELETE", "/persona/ways/totp"),
        ("POST", "/persona/enrolment"),
        ("POST", "/persona/enrolment/look"),
    ] {
        let bare = || Call::new(method, path).header("cookie", &alice);
        for call in [
            bare(),
            bare().header("origin", "https://evil.example"),
            bare().header("origin", "https://a.idp.example"),
            bare().header("origin", "null"),
            bare()
                .header("origin", ORIGIN)
                .header("sec-fetch-site", "same-site"),
            bare()
                .header("origin", ORIGIN)
                .header("sec-fetch-site", "cross-site"),
        ] {
            let call = call.json(&json!({
                "email": ALICE, "password": PASSWORD, "new": "a quite different one", "code": "x", "token": "x",
            }));
            is(&idp.send(call).await, 403, "wrong_origin");
        }
    }
    is(&idp.send(sign_in(PASSWORD, None)).await, 200, "");
}

#[tokio::test]
async fn password_is_removed_where_a_passkey_is_left_and_of_two_at_once_one_stays() {
    let idp = Idp::new().await;
    let alice = idp.sign_alice_in().await;
    let remove = || call("DELETE", "/persona/password", &alice);
    is(&idp.send(remove()).await, 409, "last_way_in");
    let challenge = call("POST", "/persona/ways/passkey/challenge", &alice).json(&json!({}));
    let heard = idp.send(challenge).await;
    let mut passkey = Passkey::new(Algorithm::Es256, ORIGIN);
    let credential = passkey.make(&heard.json()["publicKey"]);
    let both = format!("{alice}; {}", jar(&heard));
    let add = call("POST", "/persona/ways/passkey", &both);
    let added = idp
        .send(add.json(&json!({"credential": credential, "name": "Phone"})))
        .await;
    is(&added, 200, "");
    let id = added.json()["id"].clone();
    let other = call("DELETE", "/persona/ways/passkey", &alice).json(&json!({"id": id}));
    let (password, passkey) = tokio::join!(idp.send(remove()), idp.send(other));
    let mut outcomes = [
        (password.status, password.code()),
        (passkey.status, passkey.code()),
    ];
    outcomes.sort();
    assert_eq!(
        outcomes,
        [(200, String::new()), (409, "last_way_in".to_owned())]
    );
}
