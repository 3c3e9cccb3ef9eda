//! `POST /persona/not-me`: by the link of a mail, and from a session.

use serde_json::{Value, json};
use service::not_me::LINK_MS;
use service::session::FRESH_MS;
use tests::clock::START_MS;
use tests::http::{Call, Heard};
use tests::idp::{Idp, PASSWORD, cookie, from_page, jar};
use tests::keys::USER;
use tests::tokens::ALICE;

fn sign_in(source: &str) -> Call {
    let body = json!({"email": ALICE, "password": PASSWORD});
    let call = from_page("POST", "/persona/session").json(&body);
    call.from_source(source)
}

fn not_me(body: &Value) -> Call {
    from_page("POST", "/persona/not-me").json(body)
}

async fn certify(idp: &Idp, cookie: &str) -> Heard {
    let path = "/persona/sign/?email=alice%40idp.example&duration=60";
    let call = from_page("POST", path).header("cookie", cookie);
    idp.send_to_sign(call.json(&USER.to_json())).await
}

/// Alice signs in at home, somebody else elsewhere: their cookies, and the token of the mail.
async fn broken_into() -> (Idp, String, String, String) {
    let idp = Idp::new().await;
    let home = jar(&idp.send(sign_in("192.0.2.1")).await);
    idp.clock.forward(1000);
    let german = sign_in("198.51.100.9").header("accept-language", "de");
    let theirs = cookie(&idp.send(german).await);
    let [mail] = &*idp.outbox.sent() else {
        panic!("one mail");
    };
    assert_eq!((mail.to.as_str(), mail.language), (ALICE, "en"));
    assert!(mail.shown.contains("198.51.100.9"), "{}", mail.shown);
    assert!(
        mail.shown
            .contains("https://idp.example/persona/not_me.html#")
    );
    let token = mail.code.clone();
    (idp, home, theirs, token)
}

#[tokio::test]
async fn the_mails_link_locks_without_a_session_and_lets_nobody_in() {
    let (idp, home, theirs, token) = broken_into().await;
    assert_eq!(certify(&idp, &theirs).await.status, 200);
    let as_session = format!("__Host-selfsame={token}");
    assert_eq!(idp.who(&as_session).await, None);
    let look = from_page("POST", "/persona/enrolment/look").json(&json!({"token": token}));
    assert_eq!(idp.send(look).await.code(), "enrolment_invalid");

    for _ in 0..2 {
        let heard = idp.send(not_me(&json!({"token": token}))).await;
        assert_eq!(heard.status, 200, "{heard:?}");
        assert_eq!(
            heard.json(),
            json!({"status": "okay", "left": {"passkeys": 0}})
        );
        assert_eq!(heard.header("set-cookie"), None, "nobody is let in");
    }
    for cookie in [&home, &theirs] {
        assert_eq!(idp.who(cookie).await, None);
        assert_eq!(certify(&idp, cookie).await.code(), "no_session");
    }
    let refused = idp.send(sign_in("198.51.100.9")).await;
    assert_eq!(
        (refused.status, &*refused.code()),
        (401, "credentials_wrong")
    );

    // The last resort: a new link, by whoever runs this.
    let body = json!({"token": idp.link().await, "password": "a quite different one"});
    let back = idp
        .send(from_page("POST", "/persona/enrolment").json(&body))
        .await;
    assert_eq!(back.status, 200, "{back:?}");
    let who = back.json();
    assert_eq!(who["is_to_be_renewed"], false, "there is a new way in");
    let call = Call::get("/persona/history").header("cookie", &cookie(&back));
    let history = idp.send(call).await.json().to_string();
    assert_eq!(history.matches("not_me").count(), 1, "{history}");
}

#[tokio::test]
async fn a_link_of_another_spelling_an_unknown_one_and_one_that_is_over_do_nothing() {
    let (idp, home, _, token) = broken_into().await;
    let unknown = "A".repeat(43);
    for odd in ["", "x", &unknown, &format!("{token}="), &token[1..]] {
        let heard = idp.send(not_me(&json!({"token": odd}))).await;
        assert_eq!(
            (heard.status, &*heard.code()),
            (404, "notice_invalid"),
            "{odd}"
        );
    }
    idp.clock.forward(LINK_MS);
    let heard = idp.send(not_me(&json!({"token": token}))).await;
    assert_eq!((heard.status, &*heard.code()), (404, "notice_invalid"));
    assert_eq!(idp.who(&home).await.as_deref(), Some(ALICE));
}

#[tokio::test]
async fn only_our_own_page_may_say_it() {
    let (idp, home, _, token) = broken_into().await;
    for body in [json!({"token": token}), json!({"since": START_MS})] {
        for origin in ["https://rp.example", "https://evil.idp.example", "null"] {
            let call = Call::post("/persona/not-me").header("origin", origin);
            let call = call.header("cookie", &home).json(&body);
            let heard = idp.send(call).await;
            assert_eq!((heard.status, &*heard.code()), (403, "wrong_origin"));
        }
    }
    assert_eq!(idp.who(&home).await.as_deref(), Some(ALICE));
}

#[tokio::test]
async fn a_session_says_it_when_it_is_fresh_and_ends_with_the_others() {
    let (idp, home, theirs, _) = broken_into().await;
    let body = json!({"since": START_MS + 1000});
    let nobody = idp.send(not_me(&body)).await;
    assert_eq!((nobody.status, &*nobody.code()), (403, "no_session"));
    idp.clock.forward(FRESH_MS);
    let stale = idp.send(not_me(&body).header("cookie", &home)).await;
    assert_eq!((stale.status, &*stale.code()), (403, "step_up_needed"));
    assert_eq!(idp.who(&theirs).await.as_deref(), Some(ALICE));
    let fresh = jar(&idp.send(sign_in("192.0.2.1").header("cookie", &home)).await);
    let heard = idp.send(not_me(&body).header("cookie", &fresh)).await;
    assert_eq!(heard.status, 200, "{heard:?}");
    let cleared = heard.header("set-cookie").expect("cleared");
    assert!(cleared.starts_with("__Host-selfsame=; "), "{cleared}");
    for cookie in [&home, &theirs, &fresh] {
        assert_eq!(certify(&idp, cookie).await.code(), "no_session");
    }
}

#[tokio::test]
async fn what_is_said_oddly_is_refused_and_locks_nothing() {
    let (idp, home, _, token) = broken_into().await;
    for body in [
        json!({}),
        json!({"token": token, "since": 1}),
        json!({"since": "x"}),
        json!({"since": -1}),
        json!({"token": 1}),
        json!([]),
    ] {
        let heard = idp.send(not_me(&body).header("cookie", &home)).await;
        assert_eq!(
            (heard.status, &*heard.code()),
            (400, "request_malformed"),
            "{body}"
        );
    }
    assert_eq!(idp.who(&home).await.as_deref(), Some(ALICE));
}

#[tokio::test]
async fn broken_mail_keeps_nobody_out() {
    for breaks in [true, false] {
        let idp = Idp::new().await;
        idp.send(sign_in("192.0.2.1")).await;
        if breaks {
            idp.outbox.breaks();
        } else {
            idp.outbox.refuses();
        }
        let heard = idp.send(sign_in("198.51.100.9")).await;
        assert_eq!(heard.status, 200, "{heard:?}");
        let call = Call::get("/persona/history").header("cookie", &cookie(&heard));
        let history = idp.send(call).await.json().to_string();
        assert!(history.contains("mail_not_sent"), "{history}");
    }
}
