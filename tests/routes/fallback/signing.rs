//! `POST /persona/sign/` at a fallback.

use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use serde_json::Value;

use super::*;

fn payload(certificate: &str) -> Value {
    let payload = certificate.split('.').nth(1).expect("three parts");
    let payload = URL_SAFE_NO_PAD.decode(payload).expect("base64url");
    serde_json::from_slice(&payload).expect("JSON")
}

#[tokio::test]
async fn proved_address_is_certified_by_the_fallback_for_six_hours_at_most() {
    let idp = FallbackIdp::new();
    let cookie = idp.prove(ANNA).await;
    let heard = idp.certify(ANNA, &cookie).await;
    assert_eq!(heard.status, 200, "{heard:?}");
    let payload = payload(&heard.body);
    assert_eq!(payload["iss"], "fallback.example");
    assert_eq!(payload["principal"]["email"], ANNA);
    assert_eq!(payload["exp"], START_MS + 6 * HOUR_MS);
}

#[tokio::test]
async fn certificate_on_a_shared_computer_ends_with_the_hour() {
    let idp = FallbackIdp::new();
    let (proof, code) = idp.ask(ANNA).await;
    let call = from_page("POST", "/persona/proof/confirm")
        .header("cookie", &proof)
        .json(&json!({"code": code, "life": "hour"}));
    let cookie = cookie_of(&idp.send(call).await, SESSION).expect("a session");
    idp.clock.forward(10 * MINUTE_MS);
    let heard = idp.certify(ANNA, &cookie).await;
    assert_eq!(payload(&heard.body)["exp"], START_MS + HOUR_MS);
    idp.clock.forward(49 * MINUTE_MS + 1);
    check_refused(&idp.certify(ANNA, &cookie).await, 403, "no_session");
    assert_eq!(idp.signer.signatures(), 1);
}

#[tokio::test]
async fn nothing_but_the_sessions_own_address_is_certified() {
    let idp = FallbackIdp::new();
    let cookie = idp.prove(ANNA).await;
    for other in [
        "bob@plain.example",
        "Anna@plain.example",
        "anna@other.example",
    ] {
        check_refused(&idp.certify(other, &cookie).await, 400, "not_your_address");
    }
    check_refused(&idp.certify(ANNA, "").await, 403, "no_session");
    let (proof, _) = idp.ask(ANNA).await;
    let stolen = proof.replace(PROOF, SESSION);
    check_refused(&idp.certify(ANNA, &stolen).await, 403, "no_session");
    assert_eq!(idp.signer.signatures(), 0);
}

#[tokio::test]
async fn domain_that_speaks_for_itself_gets_its_people_back_at_once() {
    let idp = FallbackIdp::new();
    let cookie = idp.prove(ANNA).await;
    assert_eq!(idp.certify(ANNA, &cookie).await.status, 200);
    idp.discovery.supports("plain.example");
    check_refused(&idp.certify(ANNA, &cookie).await, 403, "domain_supported");
    assert_eq!(idp.signer.signatures(), 1);

    // And it stays so when its support goes away without a word.
    idp.discovery.says("plain.example", Said::NoSupport);
    let heard = idp.certify(ANNA, &cookie).await;
    check_refused(&heard, 403, "domain_offline");
    assert_eq!(heard.json()["until"], START_MS + 30 * DAY_MS);
    // It says that it has none: then a session from before is worth nothing, and a new one is.
    idp.clock.forward(1);
    idp.discovery.says("plain.example", Said::Disabled);
    check_refused(&idp.certify(ANNA, &cookie).await, 403, "no_session");
    let new = idp.prove(ANNA).await;
    assert_eq!(idp.certify(ANNA, &new).await.status, 200);
}

#[tokio::test]
async fn domain_that_cannot_be_reached_is_not_spoken_for() {
    let idp = FallbackIdp::new();
    let cookie = idp.prove(ANNA).await;
    idp.discovery.says("plain.example", Said::Unclear);
    let heard = idp.certify(ANNA, &cookie).await;
    check_refused(&heard, 503, "domain_silent");
    assert_eq!(heard.header("retry-after"), Some("30"));
    assert_eq!(idp.signer.signatures(), 0);
    idp.discovery.says("plain.example", Said::NoSupport);
    assert_eq!(
        idp.certify(ANNA, &cookie).await.status,
        200,
        "a moment later"
    );
}

#[tokio::test]
async fn each_certificate_asks_discovery_once_and_refused_requests_do_not() {
    let idp = FallbackIdp::new();
    let cookie = idp.prove(ANNA).await;
    let asked = idp.discovery.asked();
    idp.certify(ANNA, "").await;
    idp.certify("bob@plain.example", &cookie).await;
    let call = from_page(
        "POST",
        "/persona/sign/?email=anna%40plain.example&duration=60",
    );
    idp.send(
        call.header("cookie", &cookie)
            .body("application/json", "{}"),
    )
    .await;
    assert_eq!(idp.discovery.asked(), asked);
    idp.certify(ANNA, &cookie).await;
    assert_eq!(idp.discovery.asked(), asked + 1);
}
