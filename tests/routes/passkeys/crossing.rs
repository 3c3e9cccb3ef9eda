//! Requests from elsewhere: nothing of what they ask may happen.

use super::*;
use tests::authenticator::text;

#[tokio::test]
async fn nothing_is_done_for_another_page() {
    let idp = Idp::new().await;
    let (mut browser, mut phone) = with_passkey(&idp).await;
    assert_eq!(
        browser
            .add(&mut passkey(Algorithm::EdDsa), "Key")
            .await
            .status,
        200
    );
    let token = idp.link().await;
    let id = text(&phone.id);
    let options = browser
        .challenge("/persona/passkey/challenge", &json!({}))
        .await;
    let credential = phone.answer(&options);
    let before = browser.get("/persona/ways").await;
    let session = browser.cookies[SESSION].clone();
    let ceremony = browser.cookies[CEREMONY].clone();

    let calls = [
        ("POST", "/persona/passkey/challenge", json!({})),
        (
            "POST",
            "/persona/passkey",
            json!({"credential": credential}),
        ),
        ("POST", "/persona/again/challenge", json!({})),
        ("POST", "/persona/again", json!({"credential": credential})),
        ("POST", "/persona/again", json!({"password": PASSWORD})),
        (
            "POST",
            "/persona/enrolment/passkey/challenge",
            json!({"token": token}),
        ),
        (
            "POST",
            "/persona/enrolment/passkey",
            json!({"token": token, "credential": credential, "name": "Theirs"}),
        ),
        ("POST", "/persona/ways/passkey/challenge", json!({})),
        (
            "POST",
            "/persona/ways/passkey",
            json!({"credential": credential, "name": "Theirs"}),
        ),
        (
            "POST",
            "/persona/ways/passkey/name",
            json!({"id": id, "name": "Theirs"}),
        ),
        ("DELETE", "/persona/ways/passkey", json!({"id": id})),
    ];
    let pages: [&[(&str, &str)]; 6] = [
        &[],
        &[("origin", "null")],
        &[("origin", "https://evil.example")],
        &[("origin", "https://a.idp.example")],
        &[("origin", "https://idp.example:8443")],
        &[("origin", ORIGIN), ("sec-fetch-site", "cross-site")],
    ];
    for (method, path, body) in &calls {
        for page in pages {
            let mut call = Call::new(method, path).json(body);
            for (name, value) in page {
                call = call.header(name, value);
            }
            let heard = browser.send(call).await;
            expect(&heard, 403, "wrong_origin");
        }
        // As a form of another site can send it.
        let form = from_page(method, path).body("text/plain", body.to_string());
        let heard = browser.send(form).await;
        expect(&heard, 415, "type_unsupported");
    }
    assert_eq!(browser.get("/persona/ways").await, before);
    assert_eq!(browser.cookies[SESSION], session);
    assert_eq!(browser.cookies[CEREMONY], ceremony);
    // Not even the challenge is used up.
    let body = json!({"credential": credential});
    assert_eq!(browser.post("/persona/passkey", &body).await.status, 200);
}

#[tokio::test]
async fn other_methods_are_not_known() {
    let idp = Idp::new().await;
    for (method, path, allow) in [
        ("GET", "/persona/passkey/challenge", "POST"),
        ("GET", "/persona/passkey", "POST"),
        ("DELETE", "/persona/passkey", "POST"),
        ("GET", "/persona/again", "POST"),
        ("POST", "/persona/ways", "GET,HEAD"),
        ("GET", "/persona/ways/passkey", "POST,DELETE"),
        ("GET", "/persona/enrolment/passkey", "POST"),
    ] {
        let heard = idp.send(from_page(method, path)).await;
        expect(&heard, 405, "method_not_allowed");
        assert_eq!(heard.header("allow"), Some(allow), "{method} {path}");
    }
}
