//! `POST /persona/proof/confirm`.

use service::session::{ABSOLUTE_MS, IDLE_MS};

use super::*;

#[tokio::test]
async fn code_in_the_browser_that_asked_signs_in_and_ends_the_proof() {
    let idp = FallbackIdp::new();
    let (proof, code) = idp.ask(ANNA).await;
    let heard = idp.send(confirm(&proof, &code)).await;
    assert_eq!(heard.status, 200);
    let expires = START_MS + IDLE_MS;
    let who = heard.json();
    assert_eq!(
        (&who["email"], &who["expires"]),
        (&json!(ANNA), &json!(expires))
    );
    let session = cookie_of(&heard, SESSION).expect("a session");
    let mut cookies = cookies(&heard);
    cookies.retain(|line| !line.starts_with("__Host-selfsame-device-"));
    cookies.sort();
    let life = ABSOLUTE_MS / 1000;
    assert_eq!(
        cookies,
        [
            format!("{PROOF}=; Path=/; Secure; HttpOnly; SameSite=Strict; Max-Age=0"),
            format!("{session}; Path=/; Secure; HttpOnly; SameSite=Strict; Max-Age={life}"),
        ]
    );
    assert_ne!(
        session.split_once('=').map(|(_, token)| token),
        proof.split_once('=').map(|(_, token)| token),
        "a token of its own"
    );
    assert_eq!(idp.who(&session).await.as_deref(), Some(ANNA));
    assert!(idp.knows(ANNA).await);
}

#[tokio::test]
async fn session_on_a_shared_computer_lives_an_hour() {
    let idp = FallbackIdp::new();
    let (proof, code) = idp.ask(ANNA).await;
    let call = from_page("POST", "/persona/proof/confirm")
        .header("cookie", &proof)
        .json(&json!({"code": code, "life": "hour"}));
    let heard = idp.send(call).await;
    assert_eq!(heard.json()["expires"], START_MS + HOUR_MS);
    let session = cookie_of(&heard, SESSION).expect("a session");
    let line = format!("{session}; Path=/; Secure; HttpOnly; SameSite=Strict; Max-Age=3600");
    assert!(cookies(&heard).contains(&line), "{heard:?}");
    idp.clock.forward(HOUR_MS - 1);
    assert_eq!(idp.who(&session).await.as_deref(), Some(ANNA));
    idp.clock.forward(1);
    assert_eq!(idp.who(&session).await, None);
}

#[tokio::test]
async fn code_may_be_typed_with_blanks() {
    let idp = FallbackIdp::new();
    let (proof, code) = idp.ask(ANNA).await;
    let (left, right) = code.split_at(3);
    let heard = idp
        .send(confirm(&proof, &format!(" {left} {right} ")))
        .await;
    assert_eq!(heard.status, 200);
}

#[tokio::test]
async fn code_is_over_after_ten_minutes_and_not_before() {
    let idp = FallbackIdp::new();
    let (proof, code) = idp.ask(ANNA).await;
    let (late, late_code) = idp.ask(ANNA).await;
    idp.clock.forward(10 * MINUTE_MS - 1);
    assert_eq!(idp.send(confirm(&proof, &code)).await.status, 200);
    idp.clock.forward(1);
    let heard = idp.send(confirm(&late, &late_code)).await;
    check_refused(&heard, 403, "code_invalid");
}

#[tokio::test]
async fn code_works_once() {
    let idp = FallbackIdp::new();
    let (proof, code) = idp.ask(ANNA).await;
    assert_eq!(idp.send(confirm(&proof, &code)).await.status, 200);
    let heard = idp.send(confirm(&proof, &code)).await;
    check_refused(&heard, 403, "code_invalid");
}

#[tokio::test]
async fn fifth_try_may_be_right_and_the_sixth_is_not_looked_at() {
    for wrong_ones in [4, 5] {
        let idp = FallbackIdp::new();
        let (proof, code) = idp.ask(ANNA).await;
        for _ in 0..wrong_ones {
            let heard = idp.send(confirm(&proof, &wrong(&code))).await;
            check_refused(&heard, 403, "code_invalid");
        }
        let heard = idp.send(confirm(&proof, &code)).await;
        let expected = if wrong_ones == 4 { 200 } else { 403 };
        assert_eq!(heard.status, expected);
        assert_eq!(idp.knows(ANNA).await, wrong_ones == 4);
    }
}

#[tokio::test]
async fn what_is_no_code_is_no_try_at_one() {
    let idp = FallbackIdp::new();
    let (proof, code) = idp.ask(ANNA).await;
    for typed in [
        "",
        "12345",
        "1234567",
        "12345x",
        "١٢٣٤٥٦",
        &"1".repeat(5000),
    ] {
        let heard = idp.send(confirm(&proof, typed)).await;
        check_refused(&heard, 403, "code_invalid");
    }
    assert_eq!(idp.send(confirm(&proof, &code)).await.status, 200);
}

#[tokio::test]
async fn every_code_that_does_not_work_gets_the_same_answer() {
    let idp = FallbackIdp::new();
    let (proof, code) = idp.ask(ANNA).await;
    let (other, _) = idp.ask("bob@plain.example").await;
    let first = idp.send(confirm(&proof, &wrong(&code))).await;
    check_refused(&first, 403, "code_invalid");
    let unknown = format!("{PROOF}={}", "A".repeat(43));
    for (cookie, code) in [
        (other.as_str(), code.as_str()),
        (&unknown, &code),
        ("", &code),
        ("__Host-selfsame-proof=junk", &code),
        (&proof, "12345"),
        (&format!("{proof}; {proof}"), &code),
        (&proof.replace("-proof", ""), &code),
    ] {
        assert_eq!(idp.send(confirm(cookie, code)).await, first, "{cookie}");
    }
    assert!(!idp.knows(ANNA).await);
}

#[tokio::test]
async fn body_of_another_shape_is_refused_without_repeating_it() {
    let idp = FallbackIdp::new();
    for (path, bodies) in [
        (
            "/persona/proof",
            [
                r#"{}"#,
                r#"{"email":7}"#,
                r#"{"email":"secret","email":"secret"}"#,
            ],
        ),
        (
            "/persona/proof/confirm",
            [
                r#"{"code":123456}"#,
                r#"{"code":"secret","life":"yes"}"#,
                "secret",
            ],
        ),
    ] {
        for body in bodies {
            let call = from_page("POST", path)
                .header("cookie", &format!("{PROOF}={}", "A".repeat(43)))
                .body("application/json", body);
            let heard = idp.send(call).await;
            check_refused(&heard, 400, "request_malformed");
            assert!(!heard.body.contains("secret"), "{}", heard.body);
        }
        let call = from_page("POST", path).body("text/plain", "x");
        check_refused(&idp.send(call).await, 415, "type_unsupported");
        let call = from_page("POST", path).body("application/json", "x".repeat(10_241));
        check_refused(&idp.send(call).await, 413, "body_too_large");
    }
    let call = from_page("POST", "/persona/password")
        .header("cookie", &format!("{SESSION}={}", "A".repeat(43)))
        .body("application/json", r#"{"current":"secret"}"#);
    let heard = idp.send(call).await;
    check_refused(&heard, 400, "request_malformed");
    assert!(!heard.body.contains("secret"), "{}", heard.body);
    assert_eq!(idp.outbox.sent().len(), 0);
}

#[tokio::test]
async fn other_methods_and_paths_are_refused() {
    let idp = FallbackIdp::new();
    for (path, allowed) in [
        (
            "/persona/session",
            ["DELETE", "GET", "HEAD", "POST"].as_slice(),
        ),
        ("/persona/proof", &["DELETE", "POST"]),
        ("/persona/proof/confirm", &["POST"]),
        ("/persona/password", &["POST"]),
        ("/persona/sign/", &["POST"]),
        ("/persona/health", &["GET", "HEAD"]),
    ] {
        for method in ["PUT", "PATCH", "OPTIONS", "TRACE", "QUERY"] {
            let heard = idp.send(from_page(method, path)).await;
            check_refused(&heard, 405, "method_not_allowed");
            let allow = heard.header("allow").unwrap_or_default();
            let mut allow: Vec<_> = allow.split(',').collect();
            allow.sort_unstable();
            assert_eq!(allow, allowed, "{path}");
        }
    }
    for path in [
        "/",
        "/persona/proof/",
        "/persona/enrolment",
        "/persona/prove.html",
        "/verify",
    ] {
        check_refused(&idp.send(from_page("POST", path)).await, 404, "not_found");
    }
    let heard = idp.send(Call::get("/persona/health")).await;
    assert_eq!(
        (heard.status, heard.body.as_str()),
        (200, r#"{"status":"okay"}"#)
    );
}

#[tokio::test]
async fn signing_out_ends_the_session() {
    let idp = FallbackIdp::new();
    let cookie = idp.prove(ANNA).await;
    let call = from_page("DELETE", "/persona/session").header("cookie", &cookie);
    let heard = idp.send(call).await;
    assert_eq!(heard.body, r#"{"status":"okay"}"#);
    let cleared = format!("{SESSION}=; Path=/; Secure; HttpOnly; SameSite=Strict; Max-Age=0");
    assert_eq!(cookies(&heard), [cleared]);
    assert_eq!(idp.who(&cookie).await, None);
}
