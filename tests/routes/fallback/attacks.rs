//! Somebody wants an address that is not theirs.

use std::sync::Arc;

use tests::keys::USER;

use super::*;

#[tokio::test]
async fn code_of_another_browser_opens_nothing() {
    let idp = FallbackIdp::new();
    // Mallory asks for Anna's address; Anna, who also asked, types the code that came for Mallory's browser and the other
    // way round.
    let (mallory, to_mallory) = idp.ask(ANNA).await;
    let (anna, to_anna) = idp.ask(ANNA).await;
    if to_mallory != to_anna {
        check_refused(
            &idp.send(confirm(&mallory, &to_anna)).await,
            403,
            "code_invalid",
        );
        check_refused(
            &idp.send(confirm(&anna, &to_mallory)).await,
            403,
            "code_invalid",
        );
    }
    assert!(!idp.knows(ANNA).await);
    assert_eq!(idp.send(confirm(&anna, &to_anna)).await.status, 200);
}

#[tokio::test]
async fn stranger_with_the_code_alone_gets_nowhere() {
    let idp = FallbackIdp::new();
    let (_, code) = idp.ask(ANNA).await;
    // Without a cookie, and with one of their own for their own address.
    check_refused(&idp.send(confirm("", &code)).await, 403, "code_invalid");
    let (mine, my_code) = idp.ask("mallory@evil.example").await;
    if my_code != code {
        check_refused(&idp.send(confirm(&mine, &code)).await, 403, "code_invalid");
    }
    let heard = idp.send(confirm(&mine, &my_code)).await;
    assert_eq!(heard.json()["email"], "mallory@evil.example");
}

#[tokio::test]
async fn asking_again_leaves_the_codes_of_other_browsers_alone() {
    let idp = FallbackIdp::new();
    let (anna, code) = idp.ask(ANNA).await;
    for _ in 0..4 {
        idp.ask(ANNA).await;
    }
    assert_eq!(idp.send(confirm(&anna, &code)).await.status, 200);
}

#[tokio::test]
async fn any_number_of_browsers_and_sources_gets_25_guesses_an_hour_at_a_mailbox() {
    let idp = FallbackIdp::new();
    let mut guesses = 0;
    for n in 0..40 {
        let source = format!("198.51.100.{n}");
        let heard = idp.send(ask(ANNA).from_source(&source)).await;
        if heard.status != 200 {
            check_refused(&heard, 429, "too_many_tries");
            continue;
        }
        let proof = cookie_of(&heard, PROOF).expect("a cookie");
        let code = idp.outbox.last().code;
        for n in 0..12 {
            let call = confirm(&proof, &wrong(&code)).from_source(&format!("203.0.113.{n}"));
            check_refused(&idp.send(call).await, 403, "code_invalid");
            guesses += 1;
        }
        // Twelve were sent, five were tried: now even the right one is not looked at.
        check_refused(&idp.send(confirm(&proof, &code)).await, 403, "code_invalid");
    }
    assert_eq!((idp.outbox.sent().len(), guesses), (5, 5 * 12));
    assert!(!idp.knows(ANNA).await);
}

#[tokio::test]
async fn one_source_shows_20_wrong_codes_whatever_browsers_it_claims_to_be() {
    let idp = FallbackIdp::new();
    let mallory = "198.51.100.1";
    let mut browsers = Vec::new();
    for n in 0..10 {
        let heard = idp
            .send(ask(&format!("p{n}@plain.example")).from_source(mallory))
            .await;
        let code = idp.outbox.last().code;
        browsers.push((cookie_of(&heard, PROOF).expect("a cookie"), code));
    }
    for n in 0..20 {
        let (proof, code) = &browsers[n % 10];
        let call = confirm(proof, &wrong(code)).from_source(mallory);
        check_refused(&idp.send(call).await, 403, "code_invalid");
    }
    let (proof, code) = &browsers[0];
    let heard = idp.send(confirm(proof, code).from_source(mallory)).await;
    check_refused(&heard, 429, "too_many_tries");
    assert_eq!(heard.header("retry-after"), Some("900"));
    // Whoever is elsewhere is not touched by that, and right codes cost nobody anything.
    let heard = idp
        .send(confirm(proof, code).from_source("192.0.2.1"))
        .await;
    assert_eq!(heard.status, 200);
}

#[tokio::test]
async fn right_codes_use_up_no_guesses_of_their_source() {
    let idp = FallbackIdp::new();
    for n in 0..25 {
        let heard =
            idp.send(ask(&format!("p{n}@plain.example")).from_source(&format!("192.0.2.{n}")));
        let proof = cookie_of(&heard.await, PROOF).expect("a cookie");
        let code = idp.outbox.last().code;
        let heard = idp
            .send(confirm(&proof, &code).from_source("192.0.2.1"))
            .await;
        assert_eq!(heard.status, 200, "{n}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn crowd_of_parallel_guesses_gets_five_tries_and_the_right_code_one_session() {
    let idp = Arc::new(FallbackIdp::new());
    let at_once = async |proof: &str, code: &str, count: usize| {
        let calls: Vec<_> = (0..count)
            .map(|n| {
                let call = confirm(proof, code).from_source(&format!("192.0.2.{n}"));
                let idp = Arc::clone(&idp);
                tokio::spawn(async move { idp.send(call).await })
            })
            .collect();
        let mut signed_in = 0;
        for call in calls {
            let heard = call.await.expect("no panic");
            if heard.status == 200 {
                signed_in += 1;
            } else {
                check_refused(&heard, 403, "code_invalid");
            }
        }
        signed_in
    };
    let (proof, code) = idp.ask(ANNA).await;
    assert_eq!(at_once(&proof, &wrong(&code), 50).await, 0);
    check_refused(&idp.send(confirm(&proof, &code)).await, 403, "code_invalid");
    let (proof, code) = idp.ask(ANNA).await;
    assert_eq!(at_once(&proof, &code, 50).await, 1);
}

#[tokio::test]
async fn planted_cookies_sign_nobody_in() {
    let idp = FallbackIdp::new();
    // Mallory plants a session's and a proof's cookie in Anna's browser. What she gets is new, and hers alone.
    let planted = format!("{SESSION}={}", "A".repeat(43));
    let (mallorys, _) = idp.ask("mallory@evil.example").await;
    let (proof, code) = idp.ask(ANNA).await;
    let both = format!("{planted}; {proof}");
    let heard = idp.send(confirm(&both, &code)).await;
    let session = cookie_of(&heard, SESSION).expect("a session");
    assert_ne!(session, planted);
    assert_eq!(idp.who(&planted).await, None);
    // Two proofs' cookies: which is hers cannot be told, so there is none.
    let (proof, code) = idp.ask(ANNA).await;
    for both in [
        format!("{mallorys}; {proof}"),
        format!("{proof}; {mallorys}"),
    ] {
        check_refused(&idp.send(confirm(&both, &code)).await, 403, "code_invalid");
    }
    // Mallory's proof instead of hers: the code that she reads does not fit.
    check_refused(
        &idp.send(confirm(&mallorys, &code)).await,
        403,
        "code_invalid",
    );
}

#[tokio::test]
async fn requests_from_elsewhere_do_nothing() {
    let idp = FallbackIdp::new();
    let session = idp.prove(ANNA).await;
    let (proof, code) = idp.ask("bob@plain.example").await;
    let both = format!("{session}; {proof}");
    let sent = idp.outbox.sent().len();
    let calls = || {
        [
            Call::post("/persona/proof").json(&json!({"email": "zoe@plain.example"})),
            Call::post("/persona/proof/confirm").json(&json!({"code": code})),
            Call::post("/persona/session").json(&json!({"email": ANNA, "password": PASSWORD})),
            Call::new("DELETE", "/persona/session"),
            Call::post("/persona/password").json(&json!({"new": PASSWORD})),
            Call::post("/persona/sign/?email=anna%40plain.example&duration=60")
                .json(&USER.to_json()),
        ]
    };
    for headers in [
        vec![],
        vec![("origin", "null")],
        vec![("origin", "https://evil.example")],
        vec![
            ("origin", "https://guestbook.example"),
            ("sec-fetch-site", "cross-site"),
        ],
        vec![
            ("origin", "https://a.fallback.example"),
            ("sec-fetch-site", "same-site"),
        ],
        vec![("origin", ORIGIN), ("sec-fetch-site", "same-site")],
        vec![("origin", ORIGIN), ("origin", ORIGIN)],
    ] {
        for call in calls() {
            let mut call = call.header("cookie", &both);
            for (name, value) in &headers {
                call = call.header(name, value);
            }
            check_refused(&idp.send(call).await, 403, "wrong_origin");
        }
    }
    assert_eq!(idp.outbox.sent().len(), sent);
    assert_eq!(idp.signer.signatures(), 0);
    assert_eq!(
        idp.who(&session).await.as_deref(),
        Some(ANNA),
        "still signed in"
    );
    check_refused(
        &idp.send(sign_in(ANNA, PASSWORD)).await,
        401,
        "credentials_wrong",
    );
    assert_eq!(
        idp.send(confirm(&proof, &code)).await.status,
        200,
        "not used up"
    );
}

#[tokio::test]
async fn mail_names_nobody_but_the_fallback() {
    let idp = FallbackIdp::new();
    let call = ask(ANNA).header("referer", "https://guestbook.example/secret");
    idp.send(call).await;
    let shown = idp.outbox.last().shown;
    assert!(!shown.contains("guestbook"), "{shown}");
    assert!(!shown.contains("rp.example"), "{shown}");
}
