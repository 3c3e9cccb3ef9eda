//! What a function behind our own front answers to requests that came round it, and whom it takes the visitor for.

use serde_json::json;
use tests::http::{Call, Heard};
use tests::idp::{Idp, PASSWORD, cookie, from_page};
use tests::keys::USER;
use tests::tokens::ALICE;

const SECRET: &str = "51af3dc0-da77-11e4-872e-1234567db123";
const SIGN: &str = "/persona/sign/?email=alice%40idp.example&duration=3600";

fn sign_in(password: &str) -> Call {
    from_page("POST", "/persona/session").json(&json!({"email": ALICE, "password": password}))
}

/// As CloudFront sends it on for a visitor at `address`.
fn through(call: Call, address: &str) -> Call {
    call.header("x-origin-secret", SECRET)
        .header("cloudfront-viewer-address", address)
        .from_source("203.0.113.9")
}

fn refused(heard: &Heard) -> bool {
    (heard.status, heard.code().as_str()) == (403, "wrong_front")
}

#[tokio::test]
async fn request_through_the_front_is_answered_as_any_other() {
    let idp = Idp::behind(SECRET).await;
    let heard = idp.send(through(sign_in(PASSWORD), "192.0.2.1:1")).await;
    assert_eq!(heard.status, 200);
    let cookie = cookie(&heard);
    let call = from_page("POST", SIGN).json(&USER.to_json());
    let call = through(call.header("cookie", &cookie), "192.0.2.1:1");
    assert_eq!(idp.send_to_sign(call).await.status, 200);
}

#[tokio::test]
async fn request_round_the_front_is_refused_before_anything_is_looked_at() {
    let idp = Idp::behind(SECRET).await;
    let link = idp.link().await;
    let signed_in = through(sign_in(PASSWORD), "192.0.2.1:1");
    let session = cookie(&idp.send(signed_in).await);
    let wrong = SECRET.replace("51af", "51ae");
    let none: &[&str] = &[];
    for secrets in [
        none,
        &[""],
        &[&wrong],
        &[&SECRET[1..]],
        &[&SECRET[..35]],
        &[&format!("{SECRET}x")],
        &[&SECRET.to_uppercase()],
        &[&format!("{SECRET}, {SECRET}")],
        &[SECRET, SECRET],
        &[SECRET, "x"],
        &["x", SECRET],
    ] {
        for call in [
            sign_in(PASSWORD),
            Call::get("/persona/session").header("cookie", &session),
            from_page("DELETE", "/persona/session").header("cookie", &session),
            from_page("POST", "/persona/enrolment/look").json(&json!({"token": link})),
            from_page("POST", "/persona/panic")
                .header("cookie", &session)
                .json(&json!({})),
            from_page("POST", SIGN)
                .header("cookie", &session)
                .json(&USER.to_json()),
            from_page("PUT", "/persona/session"),
            from_page("OPTIONS", "/persona/session")
                .header("access-control-request-method", "POST"),
            Call::get("/persona/nothing"),
            Call::get("/"),
        ] {
            let mut call = call.header("cloudfront-viewer-address", "192.0.2.1:1");
            for secret in secrets {
                call = call.header("x-origin-secret", secret);
            }
            assert!(refused(&idp.send(call.clone()).await), "{secrets:?}");
            assert!(refused(&idp.send_to_sign(call).await), "{secrets:?}");
        }
    }
    assert_eq!(idp.signer.signatures(), 0);
    assert_eq!(idp.sessions.reads(), 0);
    let who = Call::get("/persona/session").header("cookie", &session);
    let heard = idp.send(through(who, "192.0.2.1:1")).await;
    assert_eq!(heard.json()["email"], ALICE, "still signed in");
}

#[tokio::test]
async fn health_needs_no_front_and_says_nothing() {
    let idp = Idp::behind(SECRET).await;
    for call in [
        Call::get("/persona/health"),
        Call::get("/persona/health").header("x-origin-secret", "a wrong one"),
        through(Call::get("/persona/health"), "192.0.2.1:1"),
    ] {
        let heard = idp.send(call).await;
        let said = (heard.status, heard.body.as_str());
        assert_eq!(said, (200, r#"{"status":"okay"}"#));
    }
    let heard = idp.send(Call::post("/persona/health")).await;
    let said = (heard.status, heard.code());
    assert_eq!(said, (405, "method_not_allowed".to_owned()));
}

/// How many wrong guesses `source` gets before it must wait. Every guess is at another address.
async fn guesses(idp: &Idp, call: impl Fn(Call, usize) -> Call) -> usize {
    for n in 0..30 {
        let body = json!({"email": format!("guess{n}@idp.example"), "password": PASSWORD});
        let guess = from_page("POST", "/persona/session").json(&body);
        let heard = idp.send(call(guess, n)).await;
        match heard.status {
            401 => {}
            429 => return n,
            _ => panic!("{heard:?}"),
        }
    }
    30
}

#[tokio::test]
async fn front_names_the_source_whose_guesses_are_counted() {
    for (address, same) in [
        ("192.0.2.1:1", "192.0.2.1:65535"),
        ("2001:db8:1:2::1:443", "2001:db8:1:2:ffff:ffff:ffff:ffff:9"),
        ("2001:db8:1:2::1:443", "[2001:db8:1:2::2]:1"),
        ("::ffff:192.0.2.1:1", "192.0.2.1:2"),
    ] {
        let idp = Idp::behind(SECRET).await;
        let either = |n: usize| if n.is_multiple_of(2) { address } else { same };
        let counted = guesses(&idp, |call, n| through(call, either(n))).await;
        assert_eq!(counted, 21, "{address} {same}");
        let another = through(sign_in(PASSWORD), "198.51.100.1:1");
        assert_eq!(idp.send(another).await.status, 200);
    }
}

#[tokio::test]
async fn visitors_whom_the_front_does_not_name_share_one_count() {
    let idp = Idp::behind(SECRET).await;
    let unnamed = |call: Call, n: usize| {
        let call = call
            .header("x-origin-secret", SECRET)
            .from_source(&format!("192.0.2.{n}"));
        match n % 3 {
            0 => call,
            1 => call.header("cloudfront-viewer-address", "nonsense"),
            _ => call
                .header("cloudfront-viewer-address", "192.0.2.1:1")
                .header("cloudfront-viewer-address", "192.0.2.2:1"),
        }
    };
    assert_eq!(guesses(&idp, unnamed).await, 21);
}

#[tokio::test]
async fn without_a_front_nobody_names_his_own_source() {
    let idp = Idp::new().await;
    let posing = |call: Call, n: usize| {
        call.header("x-origin-secret", SECRET)
            .header("cloudfront-viewer-address", &format!("192.0.2.{n}:1"))
            .header("x-forwarded-for", &format!("192.0.2.{n}"))
            .header("forwarded", &format!("for=192.0.2.{n}"))
            .from_source("203.0.113.9")
    };
    assert_eq!(guesses(&idp, posing).await, 21);
    let another = sign_in(PASSWORD).from_source("203.0.113.10");
    assert_eq!(idp.send(another).await.status, 200);
}
