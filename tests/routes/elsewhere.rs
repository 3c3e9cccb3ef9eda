//! Pages at one origin, functions at another of the same site: that one origin may use them and read their answers, with
//! the cookie; nobody else may do or read anything.

use std::sync::Arc;

use browserid::Origin;
use local::system::SystemRandom;
use serde_json::json;
use service::ports::Limits;
use service::sign_in::SignIn;
use tests::absent::NoStore;
use tests::clock::SetClock;
use tests::fallback::cookies;
use tests::http::{Call, Heard};
use tests::idp::{Idp, ORIGIN, PASSWORD, cookie};
use tests::keys::USER;
use tests::tokens::ALICE;
use web::cookie::SessionCookie;
use web::front::Front;
use web::pages::Pages;
use webauthn::RelyingParty;

use crate::codes::Buggy;

const SIGN: &str = "/persona/sign/?email=alice%40idp.example&duration=3600";

/// Everybody whom a careless comparison could take for the pages.
const STRANGERS: [&str; 19] = [
    "",
    "null",
    "http://idp.example",
    "https://IDP.example",
    "HTTPS://idp.example",
    "https://idp.example:443",
    "https://idp.example:8443",
    "https://idp.example/",
    "https://idp.example.",
    "https://idp.example.evil.example",
    "https://evilidp.example",
    "https://idp.example@evil.example",
    "https://evil.example#https://idp.example",
    "https://idp.exampl",
    "https://api.idp.example",
    "https://blog.idp.example",
    "https://www.idp.example",
    "https://evil.example",
    "https://idp.example, https://idp.example",
];

/// A request as a page of [`ORIGIN`] makes it to another origin of its site.
fn from_page(method: &str, target: &str) -> Call {
    Call::new(method, target)
        .header("origin", ORIGIN)
        .header("sec-fetch-site", "same-site")
        .header("sec-fetch-mode", "cors")
}

fn sign_in() -> Call {
    from_page("POST", "/persona/session").json(&json!({"email": ALICE, "password": PASSWORD}))
}

async fn send(idp: &Idp, call: Call) -> Heard {
    if call.is_to("/persona/sign") {
        idp.send_to_sign(call).await
    } else {
        idp.send(call).await
    }
}

/// Fails unless the answer is one that a page of [`ORIGIN`] may read, and nobody else.
fn assert_readable(heard: &Heard) {
    for (name, value) in [
        ("access-control-allow-origin", ORIGIN),
        ("access-control-allow-credentials", "true"),
        ("access-control-expose-headers", "date, retry-after"),
        ("vary", "origin"),
    ] {
        assert_eq!(heard.header(name), Some(value), "{heard:?}");
    }
}

/// Fails if anything of CORS is in it.
fn assert_unreadable(heard: &Heard) {
    let mut permissions = heard
        .headers
        .iter()
        .filter(|(name, _)| name.starts_with("access-control-"));
    assert_eq!(permissions.next(), None, "{heard:?}");
}

#[tokio::test]
async fn page_of_the_one_origin_does_everything_and_reads_every_answer() {
    let idp = Idp::elsewhere().await;
    let heard = idp.send(sign_in()).await;
    assert_eq!(heard.status, 200);
    assert_readable(&heard);
    let all = cookies(&heard);
    assert!(
        all.iter().any(|set| set.starts_with("__Host-selfsame=")),
        "{all:?}"
    );
    for set in &all {
        assert!(
            set.contains("; Path=/; Secure; HttpOnly; SameSite=Strict;"),
            "{set}"
        );
    }
    let cookie = cookie(&heard);

    let token = idp.link().await;
    let new = "a quite different one";
    for call in [
        from_page("GET", "/persona/session"),
        from_page("POST", SIGN).json(&USER.to_json()),
        from_page("POST", "/persona/enrolment/look").json(&json!({"token": token})),
        from_page("POST", "/persona/enrolment").json(&json!({"token": token, "password": new})),
    ] {
        let heard = send(&idp, call.clone().header("cookie", &cookie)).await;
        assert_eq!(heard.status, 200, "{call:?} {heard:?}");
        assert_readable(&heard);
        if call.is_to("/persona/session") {
            assert_eq!(heard.json()["email"], ALICE);
        }
    }
    let leave = from_page("DELETE", "/persona/session").header("cookie", &cookie);
    let heard = idp.send(leave).await;
    assert_eq!(heard.status, 200);
    assert_readable(&heard);
    assert_eq!(idp.who(&cookie).await, None);
}

#[tokio::test]
async fn refusals_can_be_read_too() {
    let idp = Idp::elsewhere().await;
    for (call, code) in [
        (
            from_page("POST", "/persona/session").json(&json!({"email": ALICE, "password": "x"})),
            "credentials_wrong",
        ),
        (
            from_page("POST", "/persona/session").body("text/plain", "x"),
            "type_unsupported",
        ),
        (from_page("POST", SIGN).json(&USER.to_json()), "no_session"),
        (from_page("PUT", "/persona/session"), "method_not_allowed"),
        (from_page("GET", "/persona/nothing"), "not_found"),
    ] {
        let heard = send(&idp, call).await;
        assert_eq!(heard.code(), code);
        assert_readable(&heard);
    }
}

#[tokio::test]
async fn failure_and_bug_of_ours_can_be_read_too() {
    let pages = || Pages::Elsewhere(Origin::parse(ORIGIN).expect("an origin"));
    let limits: [(Arc<dyn Limits>, u16); 2] = [(Arc::new(NoStore), 503), (Arc::new(Buggy), 500)];
    for (limits, status) in limits {
        let router = web::sign_in::router(web::sign_in::Deps {
            cookie: SessionCookie::host_prefixed(),
            front: Front::Direct,
            pages: pages(),
            sign_in: Arc::new(SignIn {
                limits,
                ..SignIn::over(
                    Arc::new(NoStore),
                    Arc::new(SetClock::new()),
                    Arc::new(SystemRandom),
                    Arc::new(RelyingParty::new(
                        Origin::parse("https://me.example").expect("an origin"),
                    )),
                )
            }),
        });
        let heard = tests::http::send(&router, sign_in()).await;
        assert_eq!(heard.status, status, "{heard:?}");
        assert_readable(&heard);
    }
}

#[tokio::test]
async fn page_that_the_browser_calls_same_origin_is_served_too() {
    let idp = Idp::elsewhere().await;
    let body = json!({"email": ALICE, "password": PASSWORD});
    let call = || {
        Call::post("/persona/session")
            .header("origin", ORIGIN)
            .json(&body)
    };
    for call in [call(), call().header("sec-fetch-site", "same-origin")] {
        assert_eq!(idp.send(call).await.status, 200);
    }
}

/// Every request that changes something, without any header that says where it comes from.
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

/// Sends all of them with `headers`; each must be refused, and nothing may have happened.
async fn check_all_refused(headers: &[(&str, &str)]) {
    let idp = Idp::elsewhere().await;
    let token = idp.link().await;
    let cookie = cookie(&idp.send(sign_in()).await);
    for call in changes(&token) {
        let mut call = call.header("cookie", &cookie);
        for (name, value) in headers {
            call = call.header(name, value);
        }
        let heard = send(&idp, call.clone()).await;
        let said = (heard.status, heard.code());
        assert_eq!(
            said,
            (403, "wrong_origin".to_owned()),
            "{headers:?} {call:?}"
        );
        if headers != [("origin", ORIGIN), ("sec-fetch-site", "cross-site")] {
            assert_unreadable(&heard);
        }
    }
    assert_eq!(idp.signer.signatures(), 0);
    assert_eq!(idp.sessions.reads(), 0);
    assert_eq!(idp.who(&cookie).await.as_deref(), Some(ALICE));
    let look = from_page("POST", "/persona/enrolment/look").json(&json!({"token": token}));
    assert_eq!(idp.send(look).await.status, 200, "the link is still good");
    assert_eq!(idp.send(sign_in()).await.status, 200, "the password too");
}

#[tokio::test]
async fn strangers_change_nothing() {
    check_all_refused(&[]).await;
    check_all_refused(&[("sec-fetch-site", "same-site")]).await;
    for origin in STRANGERS {
        check_all_refused(&[("origin", origin)]).await;
    }
    for origin in [
        "https://blog.idp.example",
        "https://api.idp.example",
        "null",
    ] {
        check_all_refused(&[("origin", origin), ("sec-fetch-site", "same-site")]).await;
        check_all_refused(&[("origin", origin), ("sec-fetch-site", "same-origin")]).await;
    }
}

#[tokio::test]
async fn two_origins_are_none() {
    let ours = ("origin", ORIGIN);
    for other in [ORIGIN, "https://blog.idp.example"] {
        check_all_refused(&[ours, ("origin", other)]).await;
        check_all_refused(&[("origin", other), ours]).await;
    }
}

#[tokio::test]
async fn what_the_browser_calls_crossing_is_refused_whatever_its_origin() {
    check_all_refused(&[("origin", ORIGIN), ("sec-fetch-site", "cross-site")]).await;
    let idp = Idp::elsewhere().await;
    for site in [
        "none",
        "",
        "Same-Site",
        "same-site, same-site",
        "same-sites",
    ] {
        let call = Call::post("/persona/session")
            .header("origin", ORIGIN)
            .header("sec-fetch-site", site)
            .json(&json!({"email": ALICE, "password": PASSWORD}));
        assert_eq!(idp.send(call).await.code(), "wrong_origin", "{site:?}");
    }
    let twice = sign_in().header("sec-fetch-site", "same-origin");
    assert_eq!(idp.send(twice).await.code(), "wrong_origin");
}

#[tokio::test]
async fn nobody_else_reads_who_is_signed_in() {
    let idp = Idp::elsewhere().await;
    let cookie = cookie(&idp.send(sign_in()).await);
    let ask = || Call::get("/persona/session").header("cookie", &cookie);
    for origin in STRANGERS {
        let call = ask()
            .header("origin", origin)
            .header("sec-fetch-site", "same-site");
        let heard = idp.send(call).await;
        assert_unreadable(&heard);
        assert_eq!(heard.header("vary"), Some("origin"), "{origin}");
    }
    let heard = idp
        .send(ask().header("origin", ORIGIN).header("origin", ORIGIN))
        .await;
    assert_unreadable(&heard);
    assert_unreadable(&idp.send(ask()).await);
}

#[tokio::test]
async fn form_of_a_sibling_site_does_nothing() {
    let idp = Idp::elsewhere().await;
    let cookie = cookie(&idp.send(sign_in()).await);
    let json_in_a_form = format!(r#"{{"email":"{ALICE}","password":"{PASSWORD}","x":"="}}"#);
    for path in ["/persona/session", "/persona/password", SIGN] {
        for kind in [
            "text/plain",
            "application/x-www-form-urlencoded",
            "multipart/form-data; boundary=x",
        ] {
            // From a sibling it fails by its origin, and from our own pages by its type.
            for (origin, expected) in [
                ("https://blog.idp.example", (403, "wrong_origin")),
                (ORIGIN, (415, "type_unsupported")),
            ] {
                let call = Call::post(path)
                    .header("cookie", &cookie)
                    .header("origin", origin)
                    .header("sec-fetch-site", "same-site")
                    .header("sec-fetch-mode", "no-cors")
                    .body(kind, json_in_a_form.clone());
                let heard = send(&idp, call).await;
                assert_eq!(
                    (heard.status, heard.code().as_str()),
                    expected,
                    "{path} {kind}"
                );
            }
        }
    }
    assert_eq!(idp.signer.signatures(), 0);
    assert_eq!(idp.who(&cookie).await.as_deref(), Some(ALICE));
}

#[path = "elsewhere/preflights.rs"]
mod preflights;
