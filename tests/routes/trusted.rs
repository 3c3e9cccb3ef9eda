//! Issuers that may certify anyone: the operator's, and those that callers name.

use serde_json::{Value, json};
use tests::http::{Call, Heard};
use tests::network::Network;
use tests::tokens::{ALICE, AUDIENCE, IDP, assertion, bundle, certificate, support_document};
use tests::verifier::Verifier;

/// Signed by an issuer that does not speak for the address.
fn of_trusted_issuer() -> (Network, String) {
    let network = Network::new()
        .document(IDP, &support_document())
        .document("school.example", &support_document());
    let mut certificate = certificate();
    certificate["iss"] = json!("school.example");
    (network, bundle(&certificate, &assertion()))
}

fn check_trusted(heard: &Heard) {
    assert_eq!(heard.json()["status"], "okay", "{heard:?}");
    assert_eq!(heard.json()["issuer"], "school.example");
    assert_eq!(heard.json()["email"], ALICE);
}

#[tokio::test]
async fn callers_may_name_issuers_to_trust_where_that_is_switched_on() {
    let (network, bundle) = of_trusted_issuer();
    let mut verifier = Verifier::on(network);
    let asks = || {
        let base = json!({"assertion": bundle, "audience": AUDIENCE});
        let with = |name: &str, value: Value| {
            let mut body = base.clone();
            body[name] = value;
            body
        };
        [
            Call::post("/v2").json(&with(
                "trustedIssuers",
                json!(["x.example", "school.example"]),
            )),
            Call::post("/verify").json(&with("experimental_forceIssuer", json!("school.example"))),
            Call::post("/verify?experimental_forceIssuer=school.example").json(&base),
        ]
    };
    for call in asks() {
        check_trusted(&verifier.send(call).await);
    }
    verifier.trusts_callers_issuers = false;
    for call in asks() {
        assert_eq!(verifier.send(call).await.code(), "issuer_untrusted");
    }
}

#[tokio::test]
async fn forced_issuer_that_is_no_text_forces_nothing() {
    let (network, bundle) = of_trusted_issuer();
    let verifier = Verifier::on(network);
    let body = json!({
        "assertion": bundle,
        "audience": AUDIENCE,
        "experimental_forceIssuer": ["school.example"],
    });
    let heard = verifier.send(Call::post("/verify").json(&body)).await;
    assert_eq!(heard.code(), "issuer_untrusted");
}

#[tokio::test]
async fn issuers_that_the_owner_trusts_need_no_caller() {
    let (network, bundle) = of_trusted_issuer();
    let mut verifier = Verifier::on(network);
    verifier.trusts_callers_issuers = false;
    verifier.trusted = vec!["school.example".to_owned()];
    check_trusted(&verifier.send(naming(&bundle, Value::Null)).await);
}

/// v2, with `trustedIssuers`.
fn naming(bundle: &str, issuers: Value) -> Call {
    let body = json!({"assertion": bundle, "audience": AUDIENCE, "trustedIssuers": issuers});
    Call::post("/v2").json(&body)
}

#[tokio::test]
async fn where_that_is_switched_off_a_list_can_only_leave_out_some_of_the_operators() {
    let (network, bundle) = of_trusted_issuer();
    let mut verifier = Verifier::on(network);
    verifier.trusts_callers_issuers = false;
    verifier.trusted = ["a.example", "school.example"].map(str::to_owned).into();
    for issuers in [
        Value::Null,
        json!(["school.example"]),
        json!(["x.example", "school.example", "a.example"]),
    ] {
        check_trusted(&verifier.send(naming(&bundle, issuers)).await);
    }
    for issuers in [
        json!([]),
        json!(["a.example"]),
        json!(["chool.example"]),
        json!(["example"]),
        json!(["school.example "]),
        json!(["SCHOOL.example"]),
        json!(["a.example,school.example"]),
    ] {
        let heard = verifier.send(naming(&bundle, issuers.clone())).await;
        assert_eq!(heard.code(), "issuer_untrusted", "{issuers}");
    }
    // v1 can only add, so that it changes nothing here.
    let body =
        json!({"assertion": bundle, "audience": AUDIENCE, "experimental_forceIssuer": "a.example"});
    check_trusted(&verifier.send(Call::post("/verify").json(&body)).await);
}

#[tokio::test]
async fn where_that_is_switched_on_a_list_adds_to_the_operators_by_whole_names() {
    let (network, bundle) = of_trusted_issuer();
    let mut verifier = Verifier::on(network);
    for issuers in [
        json!(["chool.example"]),
        json!(["example"]),
        json!(["a.example,school.example"]),
        json!(["x.school.example"]),
    ] {
        let heard = verifier.send(naming(&bundle, issuers.clone())).await;
        assert_eq!(heard.code(), "issuer_untrusted", "{issuers}");
    }
    verifier.trusted = vec!["school.example".to_owned()];
    check_trusted(&verifier.send(naming(&bundle, json!([]))).await);
    assert_eq!(
        verifier.network.asked().last().map(String::as_str),
        Some("school.example for idp.example")
    );
}

#[tokio::test]
async fn a_list_has_at_most_100_names() {
    let (network, bundle) = of_trusted_issuer();
    let verifier = Verifier::on(network);
    let mut issuers = vec!["x"; 99];
    issuers.push("school.example");
    check_trusted(&verifier.send(naming(&bundle, json!(issuers))).await);
    let asked = verifier.network.asked().len();
    issuers.push("x");
    let heard = verifier.send(naming(&bundle, json!(issuers))).await;
    let expected = json!({
        "status": "failure",
        "code": "trusted_issuers_malformed",
        "reason": "trusted issuers must be at most 100",
    });
    assert_eq!((heard.status, heard.json()), (400, expected));
    assert_eq!(verifier.network.asked().len(), asked);
}
