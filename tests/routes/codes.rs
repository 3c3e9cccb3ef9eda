//! Every code that a route can give is reached here, with the status of the table: a new line of the table without a
//! request that reaches it fails.

use std::collections::BTreeSet;
use std::sync::Arc;

use browserid::Origin;
use local::system::SystemRandom;
use serde_json::json;
use service::ladder::Ladder;
use service::ports::{Clock, PortError, Random, Said};
use service::session::FRESH_MS;
use service::sign::{Sign, Speaks};
use service::sign_in::SignIn;
use tests::absent::NoStore;
use tests::clock::{START_MS, SetClock};
use tests::fallback::{ANNA, FallbackIdp, ask, confirm};
use tests::http::{Call, Heard, send};
use tests::idp::{ALWAYS, Idp, MAYBE, PASSWORD, from_page, profile, sign_in_router, sign_router};
use tests::keys::{USER, WEAK};
use tests::tokens::ALICE;
use tests::verifier::Verifier;
use web::problem::Kind;
use webauthn::RelyingParty;

/// The answers of the sign-in function.
async fn of_sign_in() -> Vec<Heard> {
    let idp = Idp::new().await;
    let cookie = idp.sign_alice_in().await;
    let token = idp.link().await;
    let post = |path: &str| from_page("POST", path);
    let sign_in = |password: &str| {
        post("/persona/session").json(&json!({"email": ALICE, "password": password}))
    };
    let enrol = |password: &str| {
        post("/persona/enrolment").json(&json!({"token": token, "password": password}))
    };
    let mut heard = Vec::new();
    for call in [
        Call::post("/persona/session"),
        Call::get("/persona/nothing"),
        post("/persona/health"),
        post("/persona/session").body("text/plain", "x"),
        post("/persona/session").body("application/json", "x"),
        post("/persona/session").body("application/json", "x".repeat(10_241)),
        post("/persona/enrolment/look").json(&json!({"token": "x"})),
        enrol("short"),
        enrol(&"long".repeat(1000)),
        enrol("aaaaaaaaaaaa"),
        post("/persona/password").json(&json!({"current": PASSWORD, "new": PASSWORD})),
        sign_in("not this one"),
    ] {
        heard.push(idp.send(call).await);
    }
    heard.extend(of_second_steps(&idp, &cookie).await);
    let unknown = "A".repeat(43);
    let not_me = post("/persona/not-me").json(&json!({"token": unknown}));
    heard.push(idp.send(not_me).await);
    let end = from_page("DELETE", "/persona/sessions").header("cookie", &cookie);
    heard.push(idp.send(end.json(&json!({"id": unknown}))).await);
    for _ in 0..9 {
        idp.send(sign_in("not this one")).await;
    }
    heard.push(idp.send(sign_in(PASSWORD)).await);
    assert_eq!(idp.who(&cookie).await.as_deref(), Some(ALICE));
    let behind = Idp::behind("a-secret-of-the-front").await;
    heard.push(behind.send(Call::get("/persona/session")).await);
    heard
}

/// Those about the codes of an app. There is none afterwards.
async fn of_second_steps(idp: &Idp, cookie: &str) -> Vec<Heard> {
    let call = |method: &str, path: &str| from_page(method, path).header("cookie", cookie);
    let begin = || call("POST", "/persona/ways/totp");
    let begun = idp.send(begin()).await.json();
    let secret = totp_rs::Secret::try_from_base32(begun["secret"].as_str().expect("a text"));
    let codes = totp_rs::Builder::new().with_secret(secret.expect("base32"));
    let codes = codes.build_noncompliant();
    let code = codes.generate(START_MS / 1000);
    let confirm = call("POST", "/persona/ways/totp/confirm");
    idp.send(confirm.json(&json!({"code": code.to_string()})))
        .await;
    let mut heard = vec![idp.send(begin()).await];
    heard.push(idp.send(call("DELETE", "/persona/password")).await);
    idp.clock.forward(FRESH_MS);
    heard.push(idp.send(begin()).await);
    let again = call("POST", "/persona/again");
    let code = codes.generate((START_MS + FRESH_MS) / 1000).to_string();
    let body = json!({"password": PASSWORD, "totp": code});
    assert_eq!(idp.send(again.json(&body)).await.status, 200);
    for totp in [None, Some("junk")] {
        let body = json!({"email": ALICE, "password": PASSWORD, "totp": totp});
        let call = from_page("POST", "/persona/session").json(&body);
        heard.push(idp.send(call).await);
    }
    assert_eq!(
        idp.send(call("DELETE", "/persona/ways/totp")).await.status,
        200
    );
    heard
}

/// The answers of the signing function.
async fn of_sign() -> Vec<Heard> {
    let idp = Idp::new().await;
    let cookie = idp.sign_alice_in().await;
    let post = |query: &str| {
        let call = from_page("POST", &format!("/persona/sign/?{query}"));
        call.header("cookie", &cookie)
    };
    let right = "email=alice%40idp.example&duration=60";
    let mut heard = Vec::new();
    for call in [
        post("email=x&duration=60"),
        post("email=alice%40idp.example&duration=x"),
        post(right).body("application/json", ""),
        post(right).body("application/json", "x"),
        post(right).json(&WEAK.to_json()),
    ] {
        heard.push(idp.send_to_sign(call).await);
    }
    let elsewhere = sign_router(Sign {
        addresses: None,
        audit: Arc::new(NoStore),
        clock: idp.clock.clone(),
        profile: profile(),
        sessions: idp.sessions.clone(),
        signer: idp.signer.clone(),
        speaks: Speaks::For(vec![]),
    });
    heard.push(send(&elsewhere, post(right).json(&USER.to_json())).await);
    assert_eq!(idp.signer.signatures(), 0);
    heard
}

/// The answers of a fallback.
async fn of_fallback() -> Vec<Heard> {
    let idp = FallbackIdp::new();
    let mut heard = vec![idp.send(confirm("", "123456")).await];
    for (said, domain) in [
        (Said::Unclear, "silent.example"),
        (Said::NoSupport, "offline.example"),
    ] {
        idp.discovery.supports(domain);
        heard.push(idp.send(ask(&format!("anna@{domain}"))).await);
        idp.discovery.says(domain, said);
        heard.push(idp.send(ask(&format!("anna@{domain}"))).await);
    }
    idp.outbox.refuses();
    heard.push(idp.send(ask(ANNA)).await);
    heard
}

/// The answers of the verifier.
async fn of_verify() -> Vec<Heard> {
    let verifier = Verifier::new();
    let mut heard = Vec::new();
    for body in [
        json!({}),
        json!({"assertion": "x"}),
        json!({"assertion": "x", "audience": "x", "trustedIssuers": "x"}),
    ] {
        heard.push(verifier.send(Call::post("/v2").json(&body)).await);
    }
    for path in ["/wsapi/address_info", "/wsapi/discovery"] {
        heard.push(verifier.send(Call::get(path)).await);
    }
    heard
}

/// A sign-in function whose ports are the test's.
fn broken(clock: Arc<dyn Clock>, random: Arc<dyn Random>) -> axum::Router {
    sign_in_router(Arc::new(SignIn::over(
        Arc::new(NoStore),
        clock,
        random,
        Arc::new(RelyingParty::new(
            Origin::parse("https://me.example").expect("an origin"),
        )),
    )))
}

/// Answers with a broken store, and with a bug.
async fn of_broken() -> Vec<Heard> {
    let call =
        || from_page("POST", "/persona/session").json(&json!({"email": "a", "password": "b"}));
    let unavailable = broken(Arc::new(SetClock::new()), Arc::new(SystemRandom));
    let unavailable = send(&unavailable, call()).await;
    assert_eq!(unavailable.header("retry-after"), Some("5"));
    assert!(!unavailable.body.contains("store"), "{unavailable:?}");

    let buggy = sign_in_router(Arc::new(SignIn {
        limits: Arc::new(Buggy),
        ..SignIn::over(
            Arc::new(NoStore),
            Arc::new(SetClock::new()),
            Arc::new(SystemRandom),
            Arc::new(RelyingParty::new(
                Origin::parse("https://me.example").expect("an origin"),
            )),
        )
    }));
    let internal = send(&buggy, call()).await;
    assert!(!internal.body.contains("a bug"), "{internal:?}");
    vec![unavailable, internal]
}

/// Panics at the first use.
pub struct Buggy;

#[async_trait::async_trait]
impl service::ports::Limits for Buggy {
    async fn hit(
        &self,
        _: &str,
        _: u32,
        _: u64,
        _: browserid::Timestamp,
    ) -> Result<Result<(), u64>, PortError> {
        panic!("a bug")
    }

    async fn climb(
        &self,
        _: &str,
        _: &Ladder,
        _: browserid::Timestamp,
    ) -> Result<Result<(), u64>, PortError> {
        panic!("a bug")
    }

    async fn take_back(&self, _: &str) -> Result<(), PortError> {
        panic!("a bug")
    }

    async fn clear(&self, _: &str) -> Result<(), PortError> {
        panic!("a bug")
    }
}

#[tokio::test]
async fn every_code_of_the_table_is_reached_with_its_status() {
    let mut all = of_sign_in().await;
    all.extend(of_sign().await);
    all.extend(of_fallback().await);
    all.extend(crate::addresses::of_every_code().await);
    all.extend(crate::panic::of_every_code().await);
    all.extend(crate::passkeys::of_every_code().await);
    let broken = of_broken().await;
    for heard in &broken {
        heard.assert_headers(&ALWAYS, &MAYBE);
    }
    all.extend(broken);
    all.extend(of_verify().await);

    let reached: BTreeSet<(String, u16)> = all
        .iter()
        .map(|heard| {
            assert!(
                !heard.json()["reason"]
                    .as_str()
                    .unwrap_or_default()
                    .is_empty()
            );
            (heard.code(), heard.status)
        })
        .collect();
    let expected: BTreeSet<(String, u16)> = Kind::ALL
        .iter()
        .map(|kind| (kind.code().to_owned(), kind.status().as_u16()))
        .collect();
    assert_eq!(reached, expected);
}

#[test]
fn codes_are_unique_and_spelled_alike() {
    let codes: BTreeSet<_> = Kind::ALL.iter().map(|kind| kind.code()).collect();
    assert_eq!(codes.len(), Kind::ALL.len());
    for code in codes {
        assert!(
            code.bytes()
                .all(|byte| byte.is_ascii_lowercase() || byte == b'_'),
            "{code}"
        );
    }
    assert!(Kind::ALL.is_sorted_by_key(|kind| kind.code()));
}
