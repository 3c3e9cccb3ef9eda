//! `GET /wsapi/discovery`.

use browserid::Unreachable;
use serde_json::{Value, json};
use tests::http::Call;
use tests::keys::{ISSUER, OTHER};
use tests::network::Network;
use tests::tokens::{IDP, support_document};
use tests::verifier::Verifier;

/// Asks as a page of another origin would; that this is no permission to read it is checked in `send`.
async fn ask(verifier: &Verifier, query: &str) -> (u16, Value) {
    let call =
        Call::get(&format!("/wsapi/discovery{query}")).header("origin", "https://rp.example");
    let heard = verifier.send(call).await;
    (heard.status, heard.json())
}

fn pages() -> Value {
    json!({
        "public-key": ISSUER.to_json(),
        "authentication": "https://idp.example/persona/sign_in.html",
        "provisioning": "https://idp.example/persona/provision.html",
        "agent": "https://idp.example/persona/agent.html",
    })
}

#[tokio::test]
async fn domain_with_support_gives_its_key_and_its_pages() {
    let verifier = Verifier::new();
    for domain in ["idp.example", "IDP.Example", "%20idp.example"] {
        let answer = ask(&verifier, &format!("?domain={domain}")).await;
        assert_eq!(answer, (200, pages()), "{domain}");
    }
    assert_eq!(
        verifier.network.asked(),
        vec!["idp.example for idp.example"; 3]
    );
}

#[tokio::test]
async fn key_and_pages_are_those_of_the_authority_and_further_keys_stand_beside_the_first() {
    let mut rotating = support_document();
    rotating["keys"] = json!([OTHER.to_json()]);
    let network = Network::new()
        .document("person.example", &json!({"authority": IDP}))
        .document(IDP, &rotating);
    let mut expected = pages();
    expected["keys"] = json!([OTHER.to_json()]);
    let answer = ask(&Verifier::on(network), "?domain=person.example").await;
    assert_eq!(answer, (200, expected));
}

#[tokio::test]
async fn domain_without_support_gives_the_fallbacks_answer_or_says_why_there_is_none() {
    let network = Network::new()
        .unreachable("down.example", Unreachable::Timeout)
        .document(IDP, &support_document());
    let mut verifier = Verifier::on(network);
    let down = json!({
        "success": false,
        "code": "domain_timeout",
        "reason": "timeout trying to load well-known for down.example",
    });
    let none = json!({
        "success": false,
        "code": "domain_unknown",
        "reason": "none.example is not a browserid primary: no such host",
    });
    assert_eq!(
        ask(&verifier, "?domain=down.example").await,
        (404, down.clone())
    );
    assert_eq!(ask(&verifier, "?domain=none.example").await, (404, none));
    verifier.fallback = Some(IDP);
    assert_eq!(ask(&verifier, "?domain=none.example").await, (200, pages()));
    assert_eq!(ask(&verifier, "?domain=down.example").await, (404, down));
}

#[tokio::test]
async fn wrong_usage_is_named() {
    let verifier = Verifier::new();
    let long = "x".repeat(65);
    for (query, reason) in [
        ("", "missing required parameter: 'domain'".to_owned()),
        ("?domain=", "domain: ValidatorError: Invalid domain".into()),
        (
            "?domain=localhost",
            "domain: ValidatorError: Invalid domain".into(),
        ),
        (
            "?domain=127.0.0.1",
            "domain: ValidatorError: Invalid domain".into(),
        ),
        (
            "?domain=idp.example:8443",
            "domain: ValidatorError: Invalid domain".into(),
        ),
        (
            "?domain=https%3A%2F%2Fidp.example",
            "domain: ValidatorError: Invalid domain".into(),
        ),
        (
            "?domain=idp.example&email=a",
            "extra parameters are not allowed: email".into(),
        ),
        (
            "?domain=idp.example&domain=idp.example",
            "extra parameters are not allowed: domain".into(),
        ),
        (
            &format!("?{long}=1"),
            format!("extra parameters are not allowed: {}", "x".repeat(64)),
        ),
    ] {
        let expected = json!({"success": false, "code": "domain_malformed", "reason": reason});
        assert_eq!(ask(&verifier, query).await, (400, expected), "{query}");
    }
    assert!(verifier.network.asked().is_empty());
}
