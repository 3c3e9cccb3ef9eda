//! `POST /persona/session` and `POST /persona/password`, for those who set one.

use super::*;

const NEW: &str = "a quite different one";

async fn with_password() -> (FallbackIdp, String) {
    let idp = FallbackIdp::new();
    let cookie = idp.prove(ANNA).await;
    let heard = idp.send(set_password(&cookie, PASSWORD)).await;
    assert_eq!(
        (heard.status, heard.body.as_str()),
        (200, r#"{"status":"okay"}"#)
    );
    (idp, cookie)
}

#[tokio::test]
async fn known_person_signs_in_with_the_password_and_without_a_mail() {
    let (idp, _) = with_password().await;
    let heard = idp.send(sign_in(" anna@PLAIN.example ", PASSWORD)).await;
    assert_eq!(heard.status, 200, "{heard:?}");
    assert_eq!(heard.json()["email"], ANNA);
    let cookie = cookie_of(&heard, SESSION).expect("a session");
    assert_eq!(idp.who(&cookie).await.as_deref(), Some(ANNA));
    assert_eq!(idp.outbox.sent().len(), 1, "only the first proof's");
    assert_eq!(idp.certify(ANNA, &cookie).await.status, 200);

    let body = json!({"email": ANNA, "password": PASSWORD, "life": "hour"});
    let heard = idp
        .send(from_page("POST", "/persona/session").json(&body))
        .await;
    assert_eq!(heard.json()["expires"], START_MS + HOUR_MS);
}

#[tokio::test]
async fn nobody_signs_in_without_having_set_a_password() {
    let idp = FallbackIdp::new();
    idp.prove(ANNA).await;
    for password in ["", PASSWORD] {
        let heard = idp.send(sign_in(ANNA, password)).await;
        check_refused(&heard, 401, "credentials_wrong");
    }
}

#[tokio::test]
async fn password_needs_no_old_one_only_in_a_session_that_a_code_has_just_begun() {
    let (idp, cookie) = with_password().await;
    idp.clock.forward(15 * MINUTE_MS - 1);
    let elsewhere = idp.send(sign_in(ANNA, PASSWORD)).await;
    let elsewhere = cookie_of(&elsewhere, SESSION).expect("a session");
    // A session that a password began.
    let heard = idp.send(set_password(&elsewhere, NEW)).await;
    check_refused(&heard, 401, "credentials_wrong");
    // The one that a code began, as long as that is fresh.
    assert_eq!(idp.send(set_password(&cookie, NEW)).await.status, 200);
    assert_eq!(idp.who(&elsewhere).await, None, "the others end");
    assert_eq!(idp.who(&cookie).await.as_deref(), Some(ANNA));
    idp.clock.forward(1);
    let heard = idp.send(set_password(&cookie, PASSWORD)).await;
    check_refused(&heard, 401, "credentials_wrong");
    assert_eq!(idp.send(sign_in(ANNA, NEW)).await.status, 200);
    check_refused(
        &idp.send(sign_in(ANNA, PASSWORD)).await,
        401,
        "credentials_wrong",
    );
}

#[tokio::test]
async fn password_is_changed_with_the_old_one() {
    let (idp, cookie) = with_password().await;
    idp.clock.forward(DAY_MS);
    let change = |current: &str| {
        from_page("POST", "/persona/password")
            .header("cookie", &cookie)
            .json(&json!({"current": current, "new": NEW}))
    };
    check_refused(
        &idp.send(change("not this one")).await,
        401,
        "credentials_wrong",
    );
    assert_eq!(idp.send(change(PASSWORD)).await.status, 200);
    assert_eq!(idp.send(sign_in(ANNA, NEW)).await.status, 200);
}

#[tokio::test]
async fn password_of_nobody_and_one_that_the_policy_refuses_are_not_set() {
    let idp = FallbackIdp::new();
    let cookie = idp.prove(ANNA).await;
    for (new, code) in [
        ("short".to_owned(), "password_too_short"),
        ("x".repeat(1025), "password_too_long"),
    ] {
        check_refused(&idp.send(set_password(&cookie, &new)).await, 400, code);
    }
    let unknown = format!("{SESSION}={}", "A".repeat(43));
    for cookie in ["", unknown.as_str()] {
        check_refused(
            &idp.send(set_password(cookie, NEW)).await,
            403,
            "no_session",
        );
    }
}

#[tokio::test]
async fn eleventh_password_in_a_quarter_of_an_hour_is_not_set() {
    let idp = FallbackIdp::new();
    let cookie = idp.prove(ANNA).await;
    for _ in 0..10 {
        assert_eq!(idp.send(set_password(&cookie, PASSWORD)).await.status, 200);
    }
    let heard = idp.send(set_password(&cookie, NEW)).await;
    check_refused(&heard, 429, "too_many_tries");
    assert_eq!(idp.send(sign_in(ANNA, PASSWORD)).await.status, 200);
}

#[tokio::test]
async fn guessing_is_slowed_down_for_the_right_password_too() {
    let (idp, _) = with_password().await;
    for n in 0..6 {
        let call = sign_in(ANNA, "not this one").from_source(&format!("192.0.2.{n}"));
        check_refused(&idp.send(call).await, 401, "credentials_wrong");
    }
    let asked = idp.discovery.asked();
    let heard = idp.send(sign_in(ANNA, PASSWORD)).await;
    check_refused(&heard, 429, "too_many_tries");
    assert_eq!(heard.header("retry-after"), Some("60"));
    assert_eq!(idp.discovery.asked(), asked, "nobody is asked either");
}

#[tokio::test]
async fn password_opens_nothing_a_year_after_the_code_that_began_the_account() {
    let (idp, _) = with_password().await;
    idp.clock.forward(365 * DAY_MS - 1);
    assert_eq!(idp.send(sign_in(ANNA, PASSWORD)).await.status, 200);
    idp.clock.forward(1);
    let old = idp.send(sign_in(ANNA, PASSWORD)).await;
    check_refused(&old, 401, "credentials_wrong");
    assert_eq!(old, idp.send(sign_in("zoe@plain.example", PASSWORD)).await);

    // The next code begins the account anew, without a password.
    let cookie = idp.prove(ANNA).await;
    check_refused(
        &idp.send(sign_in(ANNA, PASSWORD)).await,
        401,
        "credentials_wrong",
    );
    assert_eq!(idp.send(set_password(&cookie, NEW)).await.status, 200);
    assert_eq!(idp.send(sign_in(ANNA, NEW)).await.status, 200);
}

#[tokio::test]
async fn session_from_before_the_account_began_anew_is_over() {
    let (idp, _) = with_password().await;
    idp.clock.forward(365 * DAY_MS - 1);
    let heard = idp.send(sign_in(ANNA, PASSWORD)).await;
    let before = cookie_of(&heard, SESSION).expect("a session");
    idp.clock.forward(1);
    // A password set now would belong to an account that is over.
    let body = json!({"current": PASSWORD, "new": NEW});
    let change = from_page("POST", "/persona/password").header("cookie", &before);
    check_refused(&idp.send(change.json(&body)).await, 403, "no_session");
    let after = idp.prove(ANNA).await;
    assert_eq!(idp.who(&before).await, None);
    assert_eq!(idp.who(&after).await.as_deref(), Some(ANNA));
}
