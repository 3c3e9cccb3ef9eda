//! `/persona/session`, `/persona/enrolment`, `/persona/password`, `/persona/health`.

use serde_json::json;
use service::session::{ABSOLUTE_MS, IDLE_MS, SHARED_MS};
use tests::clock::START_MS;
use tests::fallback::cookies;
use tests::http::{Call, Heard};
use tests::idp::{Idp, PASSWORD, cookie, from_page};
use tests::tokens::ALICE;

const MINUTE_MS: u64 = 60_000;
const JSON: Option<&str> = Some("application/json; charset=utf-8");

fn sign_in(email: &str, password: &str) -> Call {
    from_page("POST", "/persona/session").json(&json!({"email": email, "password": password}))
}

/// The line that sets it.
fn session_cookie(heard: &Heard) -> String {
    let lines = cookies(heard).into_iter();
    let mut ours = lines.filter(|line| line.starts_with("__Host-selfsame="));
    ours.next().expect("a session")
}

#[tokio::test]
async fn nobody_is_signed_in_without_a_cookie() {
    let idp = Idp::new().await;
    let unknown = format!("__Host-selfsame={}", "A".repeat(43));
    for call in [
        Call::get("/persona/session"),
        Call::get("/persona/session").header("cookie", "__Host-selfsame=junk"),
        Call::get("/persona/session").header("cookie", &unknown),
    ] {
        let heard = idp.send(call).await;
        assert_eq!(heard.status, 200);
        assert_eq!(
            heard.body,
            r#"{"status":"okay","email":null,"panic":false}"#
        );
        assert_eq!(heard.header("content-type"), JSON);
        assert_eq!(heard.header("set-cookie"), None);
    }
}

#[tokio::test]
async fn password_signs_in_and_sets_the_cookie() {
    let idp = Idp::new().await;
    let heard = idp.send(sign_in(ALICE, PASSWORD)).await;
    assert_eq!(heard.status, 200);
    let expires = START_MS + IDLE_MS;
    let body = heard.json();
    assert_eq!(
        (&body["status"], &body["email"], &body["expires"]),
        (&json!("okay"), &json!(ALICE), &json!(expires))
    );
    let set = session_cookie(&heard);
    let (name_and_value, attributes) = set.split_once("; ").expect("attributes");
    let token = name_and_value.strip_prefix("__Host-selfsame=");
    assert_eq!(token.map(str::len), Some(43));
    assert_eq!(
        attributes,
        format!(
            "Path=/; Secure; HttpOnly; SameSite=Strict; Max-Age={}",
            ABSOLUTE_MS / 1000
        )
    );
    assert_eq!(idp.who(&cookie(&heard)).await.as_deref(), Some(ALICE));
}

#[tokio::test]
async fn session_on_a_shared_computer_lives_an_hour() {
    let idp = Idp::new().await;
    let credentials = json!({"email": ALICE, "password": PASSWORD, "life": "hour"});
    let heard = idp
        .send(from_page("POST", "/persona/session").json(&credentials))
        .await;
    assert_eq!(heard.json()["expires"], START_MS + SHARED_MS);
    let set = session_cookie(&heard);
    assert!(set.ends_with("; Max-Age=3600"), "{set}");
    let cookie = cookie(&heard);
    idp.clock.forward(SHARED_MS - 1);
    assert_eq!(idp.who(&cookie).await.as_deref(), Some(ALICE));
    idp.clock.forward(1);
    assert_eq!(idp.who(&cookie).await, None);
    let odd = json!({"email": ALICE, "password": PASSWORD, "life": "for ever"});
    let heard = idp
        .send(from_page("POST", "/persona/session").json(&odd))
        .await;
    assert_eq!(heard.code(), "request_malformed");
}

#[tokio::test]
async fn two_session_cookies_sign_nobody_in() {
    let idp = Idp::new().await;
    let cookie = idp.sign_alice_in().await;
    assert_eq!(idp.who(&format!("{cookie}; {cookie}")).await, None);
    assert_eq!(idp.who(&cookie).await.as_deref(), Some(ALICE));
}

#[tokio::test]
async fn wrong_password_and_unknown_address_look_alike() {
    let idp = Idp::new().await;
    let wrong = idp.send(sign_in(ALICE, "incorrect horse")).await;
    assert_eq!(wrong.status, 401);
    assert_eq!(wrong.code(), "credentials_wrong");
    for (email, password) in [
        ("bob@idp.example", PASSWORD),
        ("no address", PASSWORD),
        ("", ""),
        (ALICE, ""),
    ] {
        assert_eq!(idp.send(sign_in(email, password)).await, wrong, "{email}");
    }
}

#[tokio::test]
async fn signing_out_ends_the_session_and_clears_the_cookie() {
    let idp = Idp::new().await;
    let cookie = idp.sign_alice_in().await;
    let cleared = "__Host-selfsame=; Path=/; Secure; HttpOnly; SameSite=Strict; Max-Age=0";
    let sign_out = || from_page("DELETE", "/persona/session");
    // The second time nobody is signed in any more, the third there is no cookie at all.
    for call in [
        sign_out().header("cookie", &cookie),
        sign_out().header("cookie", &cookie),
        sign_out(),
    ] {
        let heard = idp.send(call).await;
        assert_eq!(heard.status, 200);
        assert_eq!(heard.body, r#"{"status":"okay"}"#);
        assert_eq!(heard.header("set-cookie"), Some(cleared));
        assert_eq!(idp.who(&cookie).await, None);
    }
}

#[tokio::test]
async fn session_is_over_at_the_end_of_its_idle_life() {
    let idp = Idp::new().await;
    let cookie = idp.sign_alice_in().await;
    idp.clock.forward(IDLE_MS);
    assert_eq!(idp.who(&cookie).await, None);
}

#[tokio::test]
async fn link_shows_whose_it_is_and_sets_the_password_once() {
    let idp = Idp::new().await;
    let token = idp.link().await;
    let look = || from_page("POST", "/persona/enrolment/look").json(&json!({"token": token}));
    for _ in 0..2 {
        let heard = idp.send(look()).await;
        assert_eq!(heard.status, 200);
        let expires = START_MS + 24 * 60 * MINUTE_MS;
        assert_eq!(
            heard.body,
            format!(r#"{{"status":"okay","email":"{ALICE}","expires":{expires}}}"#)
        );
    }
    let new = "a quite different one";
    let body = json!({"token": token, "password": new});
    let enrol = || from_page("POST", "/persona/enrolment").json(&body);
    let heard = idp.send(enrol()).await;
    assert_eq!(heard.status, 200);
    assert_eq!(heard.json()["email"], ALICE);
    assert_eq!(idp.who(&cookie(&heard)).await.as_deref(), Some(ALICE));
    assert_eq!(idp.send(sign_in(ALICE, new)).await.status, 200);

    for call in [enrol(), look()] {
        let heard = idp.send(call).await;
        assert_eq!(heard.status, 404);
        assert_eq!(heard.code(), "enrolment_invalid");
    }
}

#[tokio::test]
async fn links_that_are_unknown_over_or_no_links_at_all_look_alike() {
    let idp = Idp::new().await;
    let over = idp.link().await;
    idp.clock.forward(24 * 60 * MINUTE_MS);
    let unknown = "A".repeat(43);
    for token in [over.as_str(), &unknown, "", "junk"] {
        for call in [
            from_page("POST", "/persona/enrolment/look").json(&json!({"token": token})),
            from_page("POST", "/persona/enrolment")
                .json(&json!({"token": token, "password": "long enough it is"})),
        ] {
            let heard = idp.send(call).await;
            assert_eq!(
                (heard.status, heard.code().as_str()),
                (404, "enrolment_invalid")
            );
            assert_eq!(heard.header("set-cookie"), None);
        }
    }
}

#[tokio::test]
async fn password_must_have_twelve_characters_and_at_most_1024_bytes() {
    let idp = Idp::new().await;
    let token = idp.link().await;
    let cookie = idp.sign_alice_in().await;
    for (password, status, code) in [
        ("ä".repeat(11), 400, "password_too_short"),
        ("a".repeat(1025), 400, "password_too_long"),
        ("ä".repeat(513), 400, "password_too_long"),
        ("ä".repeat(12), 400, "password_weak"),
        ("Alice@idp.example".to_owned(), 400, "password_weak"),
    ] {
        let enrol = from_page("POST", "/persona/enrolment")
            .json(&json!({"token": token, "password": password}));
        let change = from_page("POST", "/persona/password")
            .header("cookie", &cookie)
            .json(&json!({"current": PASSWORD, "new": password}));
        for call in [enrol, change] {
            let heard = idp.send(call).await;
            assert_eq!((heard.status, heard.code().as_str()), (status, code));
        }
    }
    // The link was not used up by that.
    let enrol = from_page("POST", "/persona/enrolment")
        .json(&json!({"token": token, "password": "Käseschränke"}));
    assert_eq!(idp.send(enrol).await.status, 200);
}

#[tokio::test]
async fn changing_the_password_ends_the_other_sessions_only() {
    let idp = Idp::new().await;
    let (here, elsewhere) = (idp.sign_alice_in().await, idp.sign_alice_in().await);
    let new = "a quite different one";
    let change = |current: &str| {
        from_page("POST", "/persona/password").json(&json!({"current": current, "new": new}))
    };

    let without = idp.send(change(PASSWORD)).await;
    assert_eq!(
        (without.status, without.code().as_str()),
        (403, "no_session")
    );
    let wrong = idp
        .send(change("not it at all").header("cookie", &here))
        .await;
    assert_eq!(
        (wrong.status, wrong.code().as_str()),
        (401, "credentials_wrong")
    );
    assert_eq!(idp.who(&elsewhere).await.as_deref(), Some(ALICE));

    let heard = idp.send(change(PASSWORD).header("cookie", &here)).await;
    assert_eq!(
        (heard.status, heard.body.as_str()),
        (200, r#"{"status":"okay"}"#)
    );
    assert_eq!(idp.who(&here).await.as_deref(), Some(ALICE));
    assert_eq!(idp.who(&elsewhere).await, None);
    assert_eq!(idp.send(sign_in(ALICE, PASSWORD)).await.status, 401);
    assert_eq!(idp.send(sign_in(ALICE, new)).await.status, 200);
}

#[tokio::test]
async fn body_of_another_shape_is_refused_without_repeating_it() {
    let idp = Idp::new().await;
    for body in [
        "",
        "null",
        "[]",
        "{",
        r#""a secret text""#,
        r#"{"email":"a@b.example"}"#,
        r#"{"email":["a secret text"],"password":"a secret text"}"#,
        r#"{"email":"a","password":"a secret text","password":"another"}"#,
        r#"{"email":"a","password":"a secret text"} x"#,
    ] {
        let call = from_page("POST", "/persona/session").body("application/json", body);
        let heard = idp.send(call).await;
        assert_eq!(
            (heard.status, heard.code().as_str()),
            (400, "request_malformed"),
            "{body}"
        );
        assert!(!heard.body.contains("secret"), "{}", heard.body);
    }
}

#[tokio::test]
async fn body_may_be_10240_bytes_long_and_no_longer() {
    let idp = Idp::new().await;
    let body = json!({"email": ALICE, "password": PASSWORD}).to_string();
    for (length, status) in [(10_240, 200), (10_241, 413)] {
        let body = format!("{body:length$}");
        let call = from_page("POST", "/persona/session").body("application/json", body);
        for call in [call.clone(), call.streamed()] {
            let heard = idp.send(call).await;
            assert_eq!(heard.status, status, "{length}");
            assert_eq!(
                heard.code(),
                if status == 413 { "body_too_large" } else { "" }
            );
        }
    }
}

#[tokio::test]
async fn other_methods_are_refused_with_those_that_are_not() {
    let idp = Idp::new().await;
    for (path, allowed) in [
        (
            "/persona/session",
            ["DELETE", "GET", "HEAD", "POST"].as_slice(),
        ),
        ("/persona/enrolment", &["POST"]),
        ("/persona/enrolment/look", &["POST"]),
        ("/persona/password", &["DELETE", "POST"]),
        ("/persona/recovery", &["POST"]),
        ("/persona/ways/codes", &["POST"]),
        ("/persona/ways/totp", &["DELETE", "POST"]),
        ("/persona/ways/totp/confirm", &["POST"]),
        ("/persona/health", &["GET", "HEAD"]),
    ] {
        for method in ["PUT", "PATCH", "OPTIONS", "TRACE", "QUERY"] {
            let heard = idp.send(from_page(method, path)).await;
            assert_eq!(
                (heard.status, heard.code().as_str()),
                (405, "method_not_allowed")
            );
            let mut allow: Vec<_> = heard
                .header("allow")
                .unwrap_or_default()
                .split(',')
                .collect();
            allow.sort_unstable();
            assert_eq!(allow, allowed, "{path}");
        }
    }
}

#[tokio::test]
async fn other_paths_are_not_there() {
    let idp = Idp::new().await;
    for path in [
        "/",
        "/persona",
        "/persona/session/",
        "/persona/sign/",
        "/Persona/session",
    ] {
        let heard = idp.send(from_page("POST", path)).await;
        assert_eq!(
            (heard.status, heard.code().as_str()),
            (404, "not_found"),
            "{path}"
        );
    }
}

#[tokio::test]
async fn health_is_okay() {
    let idp = Idp::new().await;
    let heard = idp.send(Call::get("/persona/health")).await;
    assert_eq!(
        (heard.status, heard.body.as_str()),
        (200, r#"{"status":"okay"}"#)
    );
}
