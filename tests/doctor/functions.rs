//! What the functions answer to somebody who may do nothing, and what the doctor sends them.

use serde_json::{Value, json};
use tests::tls::Shows;

use crate::examine;
use crate::found;
use crate::idp::{HOST, Idp, Look, Reply, SIGN, SIGN_FOREIGN, SIGN_IN};

async fn check(what: &str, expected: &[&str], break_it: impl FnOnce(&mut Idp)) {
    let mut idp = Idp::healthy();
    break_it(&mut idp);
    assert_eq!(found(&idp.examined().await), expected, "{what}");
}

#[tokio::test]
async fn broken_functions_are_told_apart() {
    let get = "GET /persona/sign/";
    check("not there", &["sign-missing"], |idp| {
        idp.change(get, |reply| reply.status = 404)
    })
    .await;
    check("no Allow", &["sign-get"], |idp| {
        idp.change(get, |reply| drop(reply.headers.remove("allow")))
    })
    .await;
    check("GET does", &["sign-get"], |idp| {
        idp.change(get, |reply| reply.status = 200)
    })
    .await;
    check("down", &["sign-broken"], |idp| {
        idp.change(SIGN, |reply| reply.status = 503)
    })
    .await;
    check("open", &["sign-open"], |idp| {
        idp.change(SIGN, |reply| reply.status = 200)
    })
    .await;
    check("open to strangers", &["sign-open"], |idp| {
        idp.change(SIGN_FOREIGN, |reply| reply.status = 200)
    })
    .await;
    check("another refusal", &["sign-no-session"], |idp| {
        idp.change(SIGN, |reply| reply.status = 400)
    })
    .await;
    for allowed in ["*", "https://selfsame-doctor.invalid"] {
        check(allowed, &["sign-crossing"], |idp| {
            idp.change(SIGN_FOREIGN, |reply| {
                *reply = reply.clone().with("access-control-allow-origin", allowed)
            });
        })
        .await;
    }
    let session = "GET /persona/session";
    check("no session path", &["session-missing"], |idp| {
        idp.change(session, |reply| reply.status = 404)
    })
    .await;
    check("a page instead", &["session-missing"], |idp| {
        idp.change(session, |reply| {
            *reply = Reply::new(200, "text/html", "<p>")
        });
    })
    .await;
}

#[tokio::test]
async fn flags_of_cookies_are_looked_at_and_their_values_are_not_kept() {
    let cookie = |value: &'static str| {
        move |idp: &mut Idp| {
            idp.change(SIGN_IN, |reply| {
                *reply = reply.clone().with("set-cookie", value)
            })
        }
    };
    check(
        "right",
        &[],
        cookie("a=SECRET; Secure; HttpOnly; SameSite=Lax"),
    )
    .await;
    check(
        "insecure",
        &["cookie-insecure"],
        cookie("a=SECRET; HttpOnly; SameSite=Strict"),
    )
    .await;
    check(
        "readable",
        &["cookie-readable"],
        cookie("a=SECRET; Secure; SameSite=Strict"),
    )
    .await;
    check(
        "crossing",
        &["cookie-crossing"],
        cookie("a=SECRET; Secure; HttpOnly; SameSite=None"),
    )
    .await;
    check(
        "unsaid",
        &["cookie-crossing"],
        cookie("a=SECRET; secure; httponly"),
    )
    .await;

    let mut idp = Idp::healthy();
    cookie("a=SECRET; Secure")(&mut idp);
    let server = idp.serve(Shows::Hosts).await;
    let seen = Look::at(&server).observe(HOST).await;
    let recorded = serde_json::to_string(&seen).expect("JSON");
    assert!(
        recorded.contains("set-cookie") && !recorded.contains("SECRET"),
        "{recorded}"
    );
    let report = serde_json::to_string(&examine(&seen)).expect("JSON");
    assert!(!report.contains("SECRET"), "{report}");
}

#[tokio::test]
async fn nothing_secret_is_sent_and_no_redirect_is_followed() {
    let mut idp = Idp::healthy();
    let cookie = "a=SECRET; Secure; HttpOnly; SameSite=Strict; Path=/";
    idp.change_document(|reply| *reply = reply.clone().with("set-cookie", cookie));
    idp.change(SIGN_IN, |reply| {
        reply.status = 302;
        *reply = reply
            .clone()
            .with("location", "/elsewhere")
            .with("set-cookie", cookie);
    });
    let server = idp.serve(Shows::Hosts).await;
    let report = examine(&Look::at(&server).observe(HOST).await);
    assert_eq!(found(&report), ["page-status"]);
    let mut requests = server.requests();
    requests.sort();
    for head in &requests {
        let head = head.to_lowercase();
        for secret in ["cookie:", "authorization:", "referer:", "secret"] {
            assert!(!head.contains(secret), "{head}");
        }
        assert!(head.contains("user-agent: selfsame-doctor/"), "{head}");
        assert!(!head.contains("/elsewhere"), "{head}");
    }
    // Three times the document over any address, once over each family; two pages, one script, four of the functions.
    assert_eq!(requests.len(), 3 + 2 + 3 + 1 + 4, "{requests:#?}");
}

#[test]
fn key_that_is_shown_is_one_that_a_function_would_certify_and_nobodys() {
    let text = include_str!("../../shared/doctor/src/nobodys_key.json");
    let key = browserid::PublicKey::from_slice_to_certify(text.as_bytes()).expect("a key");
    assert_eq!(key.bits(), 2048);
    let page = include_str!("../../static/persona/lib/doctor/nobodys_key.js");
    let shown: Value = serde_json::from_str(text).expect("JSON");
    assert!(page.contains(shown["n"].as_str().expect("a number")));
    assert_eq!(shown["e"], json!("65537"));
}
