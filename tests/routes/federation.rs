//! A verifier of a federation, by HTTP: what is answered, what is logged, and who was not asked.

use serde_json::{Value, json};
use tests::clock::START_MS;
use tests::http::Call;
use tests::network::Network;
use tests::tokens::{ALICE, AUDIENCE, IDP, assertion, bundle, certificate, support_document};
use tests::verifier::Verifier;

use crate::log::{keep_the_log, lines, text};

/// `idp.example` and `two.example`, each for itself.
fn verifier() -> Verifier {
    let member = |issuer: &str| {
        json!({
            "issuer": issuer,
            "domains": [issuer],
            "keys": {"rsa": 2048},
            "contact": "https://idp.example/contact",
            "expires": START_MS + 1,
        })
    };
    let list = json!({
        "version": 1,
        "name": "Institutions",
        "issued": START_MS,
        "expires": START_MS + 1,
        "members": [member(IDP), member("two.example")],
    });
    let hosts = [IDP, "two.example", "evil.example"];
    let network = hosts.into_iter().fold(Network::new(), |network, host| {
        network.document(host, &support_document())
    });
    Verifier {
        list: Some(list),
        ..Verifier::on(network)
    }
}

fn certified(issuer: &str, email: &str) -> String {
    let mut certificate = certificate();
    certificate["iss"] = json!(issuer);
    certificate["principal"]["email"] = json!(email);
    bundle(&certificate, &assertion())
}

async fn ask(verifier: &Verifier, path: &str, bundle: &str) -> Value {
    let body = json!({"assertion": bundle, "audience": AUDIENCE});
    let heard = verifier.send(Call::post(path).json(&body)).await;
    assert_eq!(heard.status, 200);
    heard.json()
}

#[tokio::test]
async fn the_log_names_the_member_and_the_code_and_strangers_are_one() {
    keep_the_log();
    let verifier = verifier();
    for path in ["/verify", "/v2"] {
        let said = ask(&verifier, path, &certified(IDP, ALICE)).await;
        assert_eq!(
            (&said["status"], &said["email"]),
            (&json!("okay"), &json!(ALICE))
        );
        for (issuer, email, code) in [
            ("two.example", ALICE, "domain_not_members"),
            ("evil.example", ALICE, "issuer_not_member"),
            ("a.evil.example", ALICE, "issuer_not_member"),
        ] {
            let said = ask(&verifier, path, &certified(issuer, email)).await;
            assert_eq!(said["code"], code);
        }
        let said = ask(&verifier, path, "no assertion").await;
        assert_eq!(said["code"], "bundle_malformed");
    }
    let told: Vec<_> = lines()
        .iter()
        .map(|line| (line["member"].clone(), line["code"].clone()))
        .collect();
    let expected = [
        (json!(IDP), Value::Null),
        (json!("two.example"), json!("domain_not_members")),
        (json!("stranger"), json!("issuer_not_member")),
        (json!("stranger"), json!("issuer_not_member")),
        (json!("stranger"), json!("bundle_malformed")),
    ];
    assert_eq!(told, [expected.clone(), expected].concat());
    assert!(!text().contains("alice"), "{}", text());
    // Each router begins anew: once for each path.
    let asked = format!("{IDP} for {IDP}");
    assert_eq!(verifier.network.asked(), [asked.clone(), asked]);
}

#[tokio::test]
async fn an_explanation_says_what_the_list_says() {
    let verifier = verifier();
    let said = ask(&verifier, "/v2?explain=1", &certified("two.example", ALICE)).await;
    assert_eq!(
        said["reason"],
        "'two.example' may not speak for 'idp.example' in this federation: 'idp.example' speaks for it"
    );
    let steps = said["steps"].as_array().expect("steps");
    let named = |name: &str| steps.iter().find(|step| step["name"] == name);
    let federation = named("federation").expect("the step");
    assert_eq!(federation["facts"]["speaks_for_domain"], IDP);
    assert!(named("discovery").is_none());
    assert_eq!(
        steps.last().expect("a step")["facts"]["code"],
        "domain_not_members"
    );
    assert!(verifier.network.asked().is_empty());
}

#[tokio::test]
async fn address_info_and_discovery_ask_members_only() {
    let verifier = verifier();
    let info = |email: &str| Call::get(&format!("/wsapi/address_info?email={email}"));
    let said = verifier.send(info("me@two.example")).await.json();
    assert_eq!(
        (&said["type"], &said["issuer"]),
        (&json!("primary"), &json!("two.example"))
    );
    let said = verifier.send(info("me@evil.example")).await.json();
    assert_eq!(
        (&said["type"], &said["state"]),
        (&json!("secondary"), &json!("unknown"))
    );
    let found = verifier
        .send(Call::get("/wsapi/discovery?domain=evil.example"))
        .await;
    assert_eq!(
        (found.status, found.code()),
        (404, "domain_not_members".to_owned())
    );
    assert_eq!(verifier.network.asked(), ["two.example for two.example"]);
}

#[tokio::test]
async fn callers_issuers_are_not_heard() {
    let verifier = verifier();
    let body = json!({
        "assertion": certified("evil.example", ALICE),
        "audience": AUDIENCE,
        "trustedIssuers": ["evil.example"],
        "experimental_forceIssuer": "evil.example",
    });
    for path in ["/v2", "/verify"] {
        let said = verifier.send(Call::post(path).json(&body)).await.json();
        assert_eq!(said["code"], "issuer_not_member", "{path}");
    }
    assert!(verifier.network.asked().is_empty());
}
