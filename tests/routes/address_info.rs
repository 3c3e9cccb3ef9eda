//! `GET /wsapi/address_info`.

use browserid::Unreachable;
use serde_json::{Value, json};
use tests::http::Call;
use tests::network::Network;
use tests::tokens::{IDP, support_document};
use tests::verifier::Verifier;

const PATH: &str = "/wsapi/address_info";

async fn ask(verifier: &Verifier, query: &str) -> (u16, Value) {
    let call = Call::get(&format!("{PATH}{query}"))
        .header("origin", "https://rp.example")
        .header("cookie", "a=b");
    let heard = verifier.send(call).await;
    assert_eq!(heard.header("access-control-allow-origin"), Some("*"));
    (heard.status, heard.json())
}

fn secondary(issuer: &str, disabled: bool) -> (u16, Value) {
    let body =
        json!({"type": "secondary", "issuer": issuer, "disabled": disabled, "state": "unknown"});
    (200, body)
}

#[tokio::test]
async fn domain_with_support_is_primary_with_its_pages() {
    let verifier = Verifier::new();
    let expected = json!({
        "type": "primary",
        "issuer": IDP,
        "auth": "https://idp.example/persona/sign_in.html",
        "prov": "https://idp.example/persona/provision.html",
        "agent": "https://idp.example/persona/agent.html",
        "disabled": false,
        "state": "unknown",
    });
    for email in [
        "alice%40idp.example",
        "Alice@IDP.example",
        "%20alice@idp.example",
    ] {
        let answer = ask(&verifier, &format!("?email={email}")).await;
        assert_eq!(answer, (200, expected.clone()), "{email}");
    }
}

#[tokio::test]
async fn pages_are_those_of_the_authority() {
    let mut without_agent = support_document();
    without_agent
        .as_object_mut()
        .expect("an object")
        .remove("agent");
    let network = Network::new()
        .document("person.example", &json!({"authority": "idp.example"}))
        .document(IDP, &without_agent);
    let (_, answer) = ask(&Verifier::on(network), "?email=me@person.example").await;
    assert_eq!(answer["issuer"], IDP);
    assert_eq!(answer["auth"], "https://idp.example/persona/sign_in.html");
    assert_eq!(answer.get("agent"), None);
}

#[tokio::test]
async fn domain_without_support_is_secondary() {
    let network = Network::new()
        .document("off.example", &json!({"disabled": true}))
        .unreachable("nobody.example", Unreachable::NoSuchHost)
        .document("fallback.example", &support_document());
    let mut verifier = Verifier::on(network);
    for (domain, disabled) in [
        ("none.example", false),
        ("nobody.example", false),
        ("off.example", true),
    ] {
        let answer = ask(&verifier, &format!("?email=me@{domain}")).await;
        assert_eq!(answer, secondary(domain, disabled));
    }
    verifier.fallback = Some("fallback.example");
    for (domain, disabled) in [("none.example", false), ("off.example", true)] {
        let answer = ask(&verifier, &format!("?email=me@{domain}")).await;
        assert_eq!(answer, secondary("fallback.example", disabled));
    }
}

#[tokio::test]
async fn domain_and_fallback_are_asked_once_each() {
    let network = Network::new()
        .document("off.example", &json!({"disabled": true}))
        .document("fallback.example", &support_document());
    let verifier = Verifier {
        fallback: Some("fallback.example"),
        ..Verifier::on(network)
    };
    let answer = ask(&verifier, "?email=me@off.example").await;
    assert_eq!(answer, secondary("fallback.example", true));
    assert_eq!(verifier.network.asked().len(), 2);
}

#[tokio::test]
async fn what_is_said_of_a_domain_is_its_own_word_and_not_the_fallbacks() {
    for fallback in [json!({"disabled": true}), json!([])] {
        let network = Network::new()
            .document("off.example", &json!({"disabled": true}))
            .document("fallback.example", &fallback);
        let verifier = Verifier {
            fallback: Some("fallback.example"),
            ..Verifier::on(network)
        };
        for (domain, disabled) in [("none.example", false), ("off.example", true)] {
            let answer = ask(&verifier, &format!("?email=me@{domain}")).await;
            assert_eq!(
                answer,
                secondary("fallback.example", disabled),
                "{fallback}"
            );
        }
    }
}

fn offline(domain: &str) -> (u16, Value) {
    let body =
        json!({"type": "secondary", "issuer": domain, "disabled": false, "state": "offline"});
    (200, body)
}

#[tokio::test]
async fn domain_in_trouble_is_offline_and_the_fallback_is_not_offered() {
    let trouble = [
        Unreachable::Connection,
        Unreachable::Forbidden,
        Unreachable::Timeout,
        Unreachable::Tls,
        Unreachable::TooLarge { limit: 65536 },
    ];
    for why in trouble {
        let network = Network::new()
            .unreachable("down.example", why.clone())
            .document("leads.example", &json!({"authority": "down.example"}))
            .status("ill.example", 503)
            .document("fallback.example", &support_document());
        let verifier = Verifier {
            fallback: Some("fallback.example"),
            ..Verifier::on(network)
        };
        for domain in ["down.example", "leads.example", "ill.example"] {
            let answer = ask(&verifier, &format!("?email=me@{domain}")).await;
            assert_eq!(answer, offline(domain), "{why:?}");
        }
        assert!(
            !verifier
                .network
                .asked()
                .iter()
                .any(|asked| asked.starts_with("fallback.example")),
            "{why:?}"
        );
    }
}

#[tokio::test]
async fn fallback_in_trouble_leaves_its_people_offline() {
    let network = Network::new().unreachable("fallback.example", Unreachable::Timeout);
    let verifier = Verifier {
        fallback: Some("fallback.example"),
        ..Verifier::on(network)
    };
    let answer = ask(&verifier, "?email=me@none.example").await;
    assert_eq!(answer, offline("none.example"));
}

#[tokio::test]
async fn people_of_the_fallback_itself_have_a_primary() {
    let network = Network::new().document("fallback.example", &support_document());
    let verifier = Verifier {
        fallback: Some("fallback.example"),
        ..Verifier::on(network)
    };
    let (_, answer) = ask(&verifier, "?email=me@fallback.example").await;
    assert_eq!(answer["type"], "primary");
}

#[tokio::test]
async fn wrong_usage_is_named() {
    let verifier = Verifier::new();
    for (query, reason) in [
        ("", "missing required parameter: 'email'"),
        ("?", "missing required parameter: 'email'"),
        ("?email=", "email: ValidatorError: Invalid email"),
        ("?email=alice", "email: ValidatorError: Invalid email"),
        ("?email=a@127.0.0.1", "email: ValidatorError: Invalid email"),
        ("?email=a@localhost", "email: ValidatorError: Invalid email"),
        (
            "?email=a@idp.example:8443",
            "email: ValidatorError: Invalid email",
        ),
        (
            "?email=a@idp.example&x=1",
            "extra parameters are not allowed: x",
        ),
        (
            "?email=a@idp.example&email=b@idp.example",
            "extra parameters are not allowed: email",
        ),
    ] {
        let expected = json!({"success": false, "code": "address_malformed", "reason": reason});
        assert_eq!(ask(&verifier, query).await, (400, expected), "{query}");
    }
    assert!(verifier.network.asked().is_empty());
}
