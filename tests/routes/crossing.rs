//! Requests from elsewhere: other origins, other sites, forms. Nothing of what they ask may happen.

use serde_json::json;
use tests::http::Call;
use tests::idp::{Idp, ORIGIN, PASSWORD, from_page};
use tests::keys::USER;
use tests::tokens::ALICE;

const SIGN: &str = "/persona/sign/?email=alice%40idp.example&duration=3600";

/// Every request that changes something, as a page of the right origin would send it but for `Origin`.
fn changes(token: &str) -> Vec<Call> {
    let new = "a quite different one";
    vec![
        Call::post("/persona/session").json(&json!({"email": ALICE, "password": PASSWORD})),
        Call::new("DELETE", "/persona/session"),
        Call::post("/persona/enrolment/look").json(&json!({"token": token})),
        Call::post("/persona/enrolment").json(&json!({"token": token, "password": new})),
        Call::post("/persona/password").json(&json!({"current": PASSWORD, "new": new})),
        Call::post(SIGN).json(&USER.to_json()),
    ]
}

/// Sends all of them with `headers`; each must be refused as `code`, and nothing may have happened.
async fn check_all_refused(headers: &[(&str, &str)], status: u16, code: &str) {
    let idp = Idp::new().await;
    let token = idp.link().await;
    let cookie = idp.sign_alice_in().await;
    for call in changes(&token) {
        let mut call = call.header("cookie", &cookie);
        for (name, value) in headers {
            call = call.header(name, value);
        }
        let heard = if call.is_to("/persona/sign/") {
            idp.send_to_sign(call.clone()).await
        } else {
            idp.send(call.clone()).await
        };
        let expected = (status, code);
        assert_eq!(
            (heard.status, heard.code().as_str()),
            expected,
            "{headers:?} {call:?}"
        );
    }
    assert_eq!(idp.signer.signatures(), 0);
    assert_eq!(idp.sessions.reads(), 0);
    assert_eq!(
        idp.who(&cookie).await.as_deref(),
        Some(ALICE),
        "still signed in"
    );
    let look = from_page("POST", "/persona/enrolment/look").json(&json!({"token": token}));
    assert_eq!(idp.send(look).await.status, 200, "the link is still good");
    idp.sign_alice_in().await;
}

#[tokio::test]
async fn request_without_our_origin_is_refused() {
    check_all_refused(&[], 403, "wrong_origin").await;
    for origin in [
        "",
        "null",
        "https://evil.example",
        "http://idp.example",
        "https://idp.example:443",
        "https://idp.example:8443",
        "https://idp.example/",
        "https://idp.example.evil.example",
        "https://evil.example#https://idp.example",
        "https://blog.idp.example",
        "https://IDP.example",
        "https://idp.example https://idp.example",
    ] {
        check_all_refused(&[("origin", origin)], 403, "wrong_origin").await;
    }
}

#[tokio::test]
async fn request_with_two_origins_is_refused() {
    let ours = ("origin", ORIGIN);
    check_all_refused(&[ours, ours], 403, "wrong_origin").await;
    let others = ("origin", "https://evil.example");
    check_all_refused(&[ours, others], 403, "wrong_origin").await;
}

#[tokio::test]
async fn request_that_the_browser_calls_crossing_is_refused_whatever_its_origin() {
    for site in ["cross-site", "same-site", "none", "", "Same-Origin"] {
        let headers = [("origin", ORIGIN), ("sec-fetch-site", site)];
        check_all_refused(&headers, 403, "wrong_origin").await;
    }
}

#[tokio::test]
async fn browser_that_does_not_say_where_from_is_served_by_its_origin() {
    let idp = Idp::new().await;
    let call = Call::post("/persona/session")
        .header("origin", ORIGIN)
        .json(&json!({"email": ALICE, "password": PASSWORD}));
    assert_eq!(idp.send(call).await.status, 200);
}

/// What a page elsewhere can send without asking first: no header of its own, three media types.
fn forms(path: &str) -> Vec<Call> {
    let json_in_a_form = format!(r#"{{"email":"{ALICE}","password":"{PASSWORD}","x":"="}}"#);
    let multipart = "--x\r\nContent-Disposition: form-data; name=\"email\"\r\n\r\na\r\n--x--";
    vec![
        Call::post(path).form(&[("email", ALICE), ("password", PASSWORD)]),
        Call::post(path).body("text/plain", json_in_a_form.clone()),
        Call::post(path).body("multipart/form-data; boundary=x", multipart),
        Call::post(path).untyped(json_in_a_form.clone()),
        Call::post(path).body("text/plain; application/json", json_in_a_form.clone()),
        Call::post(path).body("text/plain, application/json", json_in_a_form),
    ]
}

#[tokio::test]
async fn forms_from_elsewhere_do_nothing() {
    let idp = Idp::new().await;
    let cookie = idp.sign_alice_in().await;
    for path in ["/persona/session", SIGN] {
        for call in forms(path) {
            let call = call
                .header("cookie", &cookie)
                .header("origin", "https://evil.example")
                .header("sec-fetch-site", "cross-site")
                .header("sec-fetch-mode", "no-cors");
            let heard = if path == SIGN {
                idp.send_to_sign(call).await
            } else {
                idp.send(call).await
            };
            assert_eq!((heard.status, heard.code().as_str()), (403, "wrong_origin"));
        }
    }
    assert_eq!(idp.signer.signatures(), 0);
}

#[tokio::test]
async fn forms_are_not_read_even_from_our_own_pages() {
    let idp = Idp::new().await;
    let cookie = idp.sign_alice_in().await;
    for path in ["/persona/session", SIGN] {
        for call in forms(path) {
            let call = call.header("cookie", &cookie).header("origin", ORIGIN);
            let heard = if path == SIGN {
                idp.send_to_sign(call).await
            } else {
                idp.send(call).await
            };
            assert_eq!(
                (heard.status, heard.code().as_str()),
                (415, "type_unsupported")
            );
        }
    }
    assert_eq!(idp.signer.signatures(), 0);
}

#[tokio::test]
async fn body_in_another_encoding_is_not_read() {
    let idp = Idp::new().await;
    let call = || from_page("POST", "/persona/session").untyped(b"\x1f\x8b".as_slice());
    for call in [
        call().header("content-type", "application/json; charset=utf-16"),
        call()
            .header("content-type", "application/json")
            .header("content-encoding", "gzip"),
    ] {
        let heard = idp.send(call).await;
        assert_eq!(
            (heard.status, heard.code().as_str()),
            (415, "type_unsupported")
        );
    }
}

#[tokio::test]
async fn preflight_of_another_origin_gets_no_permission() {
    let idp = Idp::new().await;
    for path in ["/persona/session", "/persona/password", SIGN] {
        let call = Call::new("OPTIONS", path)
            .header("origin", "https://evil.example")
            .header("access-control-request-method", "POST")
            .header("access-control-request-headers", "content-type");
        // That no header of CORS comes back is checked for every answer.
        let heard = if path == SIGN {
            idp.send_to_sign(call).await
        } else {
            idp.send(call).await
        };
        assert_eq!(heard.status, 405);
    }
}
