//! What the log learns of a request, and what it never learns.

use std::cell::RefCell;
use std::io::{self, Write};
use std::sync::Once;

use serde_json::{Value, json};
use tests::fallback::{self, ANNA, FallbackIdp, SESSION, ask, confirm, cookie_of, wrong};
use tests::http::Call;
use tests::idp::{Idp, PASSWORD, from_page};
use tests::keys::USER;
use tests::tokens::{ALICE, AUDIENCE, alices_bundle};
use tests::verifier::Verifier;

thread_local! {
    /// What this thread logged, which is what its test logged.
    static LOG: RefCell<Vec<u8>> = const { RefCell::new(Vec::new()) };
}

/// Writes to [`LOG`].
struct ThreadLog;

impl Write for ThreadLog {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        LOG.with_borrow_mut(|log| log.extend_from_slice(bytes));
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

/// Keeps every line from here on, down to TRACE. One subscriber for all threads: one of its own for each would race for
/// what tracing remembers of each place that logs.
pub(crate) fn keep_the_log() {
    static ONCE: Once = Once::new();
    ONCE.call_once(|| {
        let subscriber = tracing_subscriber::fmt()
            .json()
            .flatten_event(true)
            .with_max_level(tracing::Level::TRACE)
            .with_writer(|| ThreadLog)
            .finish();
        tracing::subscriber::set_global_default(subscriber).expect("nobody else sets one");
    });
    LOG.with_borrow_mut(Vec::clear);
}

pub(crate) fn text() -> String {
    LOG.with_borrow(|log| String::from_utf8(log.clone()).expect("text"))
}

pub(crate) fn lines() -> Vec<Value> {
    let parse = |line| serde_json::from_str(line).expect("JSON");
    text().lines().map(parse).collect()
}

#[tokio::test]
async fn secret_of_the_front_never_reaches_the_log() {
    keep_the_log();
    let secrets = ["a-secret-of-the-front", "a-secret-of-a-stranger"];
    let idp = Idp::behind(secrets[0]).await;
    for (secret, status) in secrets.into_iter().zip([200, 403]) {
        let call = Call::get("/persona/session").header("x-origin-secret", secret);
        assert_eq!(idp.send(call).await.status, status);
    }
    assert_eq!(lines().len(), 2);
    for secret in secrets {
        assert!(!text().contains(secret), "{}", text());
    }
}

#[tokio::test]
async fn secrets_and_addresses_never_reach_the_log() {
    keep_the_log();
    let idp = Idp::new().await;
    let token = idp.link().await;
    let cookie = idp.sign_alice_in().await;
    let new = "a quite different one";
    for (method, path, body) in [
        (
            "POST",
            "/persona/session",
            json!({"email": ALICE, "password": "wrong secret"}),
        ),
        (
            "POST",
            "/persona/session",
            json!({"email": ALICE, "secret": PASSWORD}),
        ),
        ("POST", "/persona/enrolment/look", json!({"token": token})),
        (
            "POST",
            "/persona/enrolment/look",
            json!({"token": "wrong secret"}),
        ),
        (
            "POST",
            "/persona/password",
            json!({"current": PASSWORD, "new": new}),
        ),
        ("DELETE", "/persona/nothing", json!({"secret": PASSWORD})),
    ] {
        let call = from_page(method, path)
            .header("cookie", &cookie)
            .json(&body);
        idp.send(call).await;
    }
    let sign = format!("/persona/sign/?email={ALICE}&duration=60");
    let call = from_page("POST", &sign)
        .header("cookie", &cookie)
        .json(&USER.to_json());
    let certificate = idp.send_to_sign(call).await.body;
    let enrol = json!({"token": token, "password": new});
    idp.send(from_page("POST", "/persona/enrolment").json(&enrol))
        .await;

    let verifier = Verifier::new();
    let assertion = alices_bundle();
    let fields = [("assertion", assertion.as_str()), ("audience", AUDIENCE)];
    verifier.send(Call::post("/verify").form(&fields)).await;
    let query = format!("/verify?assertion={assertion}&audience=https://other.example");
    verifier.send(Call::post(&query)).await;
    verifier.send(Call::get(&query)).await;
    let object = json!({"assertion": assertion, "audience": "https://other.example"});
    verifier
        .send(Call::post("/v2?explain=1").json(&object))
        .await;
    let swapped = json!({"assertion": AUDIENCE, "audience": assertion});
    verifier.send(Call::post("/v2").json(&swapped)).await;
    verifier
        .send(Call::get(&format!("/wsapi/address_info?email={ALICE}")))
        .await;

    let text = text();
    assert!(lines().len() >= 14, "{text}");
    let session = cookie.split('=').nth(1).expect("a value");
    let part = |token: &str, n: usize| token.split('.').nth(n).unwrap_or_default().to_owned();
    for secret in [
        PASSWORD,
        "wrong secret",
        new,
        token.as_str(),
        session,
        "alice",
        &part(&certificate, 2),
        &part(&assertion, 0),
        &part(&assertion, 1),
        &part(&assertion, 2),
        &part(&assertion, 4),
    ] {
        assert!(!secret.is_empty());
        assert!(!text.contains(secret), "{secret}: {text}");
    }
}

#[tokio::test]
async fn addresses_codes_and_tokens_of_a_fallback_never_reach_the_log() {
    keep_the_log();
    let idp = FallbackIdp::new();
    let (proof, code) = idp.ask(ANNA).await;
    idp.send(confirm(&proof, &wrong(&code))).await;
    idp.send(confirm(&proof, &format!("secret{code}"))).await;
    let heard = idp.send(confirm(&proof, &code)).await;
    let session = cookie_of(&heard, SESSION).expect("a session");
    let post = |path: &str| fallback::from_page("POST", path).header("cookie", &session);
    let new = json!({"new": PASSWORD});
    idp.send(post("/persona/password").json(&new)).await;
    for password in [PASSWORD, "wrong secret"] {
        let credentials = json!({"email": ANNA, "password": password});
        idp.send(post("/persona/session").json(&credentials)).await;
    }
    let certificate = idp.certify(ANNA, &session).await.body;
    idp.outbox.refuses();
    idp.send(ask("anna@other.example")).await;
    idp.outbox.breaks();
    idp.send(ask("anna@other.example")).await;
    idp.send(ask("anna@")).await;
    idp.discovery.supports("plain.example");
    idp.send(ask(ANNA)).await;
    idp.certify(ANNA, &session).await;

    let text = text();
    assert!(lines().len() >= 13, "{text}");
    let value = |cookie: &str| cookie.split('=').nth(1).expect("a value").to_owned();
    for secret in [
        "anna",
        &format!("\"{code}"),
        &format!(" {code}"),
        &format!("={code}"),
        &format!("secret{code}"),
        "secret",
        PASSWORD,
        &value(&proof),
        &value(&session),
        certificate.split('.').nth(2).expect("three parts"),
    ] {
        assert!(!text.contains(secret), "{secret}: {text}");
    }
}

#[tokio::test]
async fn every_request_has_one_line_with_what_came_of_it() {
    let verifier = Verifier::new();
    let idp = Idp::new().await;
    keep_the_log();
    let object = json!({"assertion": alices_bundle(), "audience": AUDIENCE});
    verifier
        .send(Call::post("/v2?explain=1").json(&object))
        .await;
    let object = json!({"assertion": "x", "audience": AUDIENCE});
    verifier.send(Call::post("/v2").json(&object)).await;
    idp.send(Call::get("/persona/health")).await;
    idp.send(Call::post("/persona/session?secret")).await;

    let seen: Vec<Value> = lines()
        .iter()
        .filter(|line| line["message"] == "answered")
        .map(|line| {
            let fields = [
                "level",
                "method",
                "path",
                "status",
                "code",
                "audience",
                "issuer",
                "duration_ms",
            ];
            fields.iter().map(|name| line[name].clone()).collect()
        })
        .collect();
    assert_eq!(
        json!(seen),
        json!([
            ["INFO", "POST", "/v2", 200, null, AUDIENCE, "idp.example", 0],
            [
                "INFO",
                "POST",
                "/v2",
                200,
                "bundle_malformed",
                AUDIENCE,
                null,
                0
            ],
            ["INFO", "GET", "/persona/health", 200, null, null, null, 0],
            [
                "INFO",
                "POST",
                "/persona/session",
                403,
                "wrong_origin",
                null,
                null,
                0
            ],
        ])
    );
}
