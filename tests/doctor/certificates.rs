//! A certificate that the owner gives.

use serde_json::{Value, json};
use tests::keys::{ISSUER, OTHER, TestKey, USER};
use tests::tls::Shows;
use tests::tokens::token;

use crate::examine;
use crate::found;
use crate::idp::{HOST, Idp, Look, NOW};

fn certificate() -> Value {
    json!({
        "iss": HOST,
        "iat": NOW - 10_000,
        "exp": NOW + 3_600_000,
        "public-key": USER.to_json(),
        "principal": {"email": format!("alice@{HOST}")},
    })
}

async fn ids(text: &str) -> Vec<String> {
    let server = Idp::healthy().serve(Shows::Hosts).await;
    let mut seen = Look::at(&server).observe(HOST).await;
    seen.certificate = Some(text.to_owned());
    found(&examine(&seen))
}

async fn check(expected: &[&str], key: &TestKey, changes: Value) {
    let mut payload = certificate();
    for (name, value) in changes.as_object().expect("changes") {
        payload[name] = value.clone();
    }
    let found = ids(&token(key, "RS256", &payload)).await;
    assert_eq!(found, expected, "{changes}");
}

#[tokio::test]
async fn certificate_is_compared_with_the_document_and_the_clock() {
    check(&[], &ISSUER, json!({})).await;
    check(&["certificate-signature"], &OTHER, json!({})).await;
    check(
        &["certificate-issuer"],
        &ISSUER,
        json!({"iss": "www.idp.hosts.example"}),
    )
    .await;
    check(
        &["certificate-address"],
        &ISSUER,
        json!({"principal": {"email": "a@b.example"}}),
    )
    .await;
    check(
        &["certificate-long"],
        &ISSUER,
        json!({"exp": NOW + 25 * 3_600_000}),
    )
    .await;
    check(
        &["certificate-future"],
        &ISSUER,
        json!({"iat": NOW + 1_000}),
    )
    .await;
    check(&["certificate-over"], &ISSUER, json!({"exp": NOW - 1_000})).await;
    check(&["certificate-endless"], &ISSUER, json!({"exp": null})).await;
    check(&["certificate-undated"], &ISSUER, json!({"iat": null})).await;
    check(
        &["certificate-seconds"],
        &ISSUER,
        json!({"iat": NOW / 1_000, "exp": NOW / 1_000 + 3_600}),
    )
    .await;
}

#[tokio::test]
async fn whole_assertion_is_read_for_its_certificate_and_nonsense_is_called_so() {
    let certificate = token(&ISSUER, "RS256", &certificate());
    let assertion = token(
        &USER,
        "RS256",
        &json!({"aud": "https://rp.example", "exp": NOW + 60_000}),
    );
    assert_eq!(ids(&format!("{certificate}~{assertion}\n")).await, [""; 0]);
    for nonsense in ["", "a.b.c", "a.b", &certificate.replace('.', " ")] {
        assert_eq!(
            ids(nonsense).await,
            ["certificate-unreadable"],
            "{nonsense}"
        );
    }
}
