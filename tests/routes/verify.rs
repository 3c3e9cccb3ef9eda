//! `/verify`, `/` and `/v2`: what is answered to requests that can be read.

use browserid::Unreachable;
use serde_json::json;
use tests::clock::START_MS;
use tests::http::{Call, Heard};
use tests::keys::{ISSUER, OTHER, USER};
use tests::network::Network;
use tests::tokens::{
    ALICE, ASSERTION_EXPIRES_MS, AUDIENCE, IDP, alices_bundle, assertion, bundle, certificate,
    support_document, token,
};
use tests::verifier::Verifier;

const JSON: Option<&str> = Some("application/json; charset=utf-8");

fn v2(assertion: &str) -> Call {
    Call::post("/v2").json(&json!({"assertion": assertion, "audience": AUDIENCE}))
}

fn v1(assertion: &str) -> Call {
    Call::post("/verify").form(&[("assertion", assertion), ("audience", AUDIENCE)])
}

fn okay() -> String {
    format!(
        r#"{{"audience":"{AUDIENCE}","expires":{ASSERTION_EXPIRES_MS},"issuer":"{IDP}","email":"{ALICE}","status":"okay"}}"#
    )
}

fn check_okay(heard: &Heard) {
    assert_eq!((heard.status, heard.body.as_str()), (200, okay().as_str()));
    assert_eq!(heard.header("content-type"), JSON);
}

fn check_failure(heard: &Heard, code: &str, reason: &str) {
    let expected = json!({"status": "failure", "code": code, "reason": reason});
    assert_eq!((heard.status, heard.json()), (200, expected));
    assert_eq!(heard.header("content-type"), JSON);
}

#[tokio::test]
async fn right_assertion_is_okay_on_every_api_and_in_every_form() {
    let verifier = Verifier::new();
    let assertion = alices_bundle();
    let fields = [("assertion", assertion.as_str()), ("audience", AUDIENCE)];
    let object = json!({"assertion": assertion, "audience": AUDIENCE});
    for call in [
        Call::post("/verify").form(&fields),
        Call::post("/verify").json(&object),
        Call::post("/").form(&fields),
        Call::post("/").json(&object),
        Call::post("/v2").json(&object),
        Call::post("/v2").body("application/json; charset=utf-8", object.to_string()),
        Call::post("/v2").json(&object).streamed(),
        Call::post("/verify").form(&fields).streamed(),
    ] {
        check_okay(&verifier.send(call).await);
    }
    assert_eq!(
        verifier.network.asked(),
        vec!["idp.example for idp.example"; 8]
    );
}

#[tokio::test]
async fn paths_are_known_in_any_case_and_with_a_slash_at_the_end() {
    let verifier = Verifier::new();
    let object = json!({"assertion": alices_bundle(), "audience": AUDIENCE});
    for path in [
        "/V2",
        "/v2/",
        "/Verify",
        "/verify/",
        "/VERIFY/",
        "/v2/?explain=0",
    ] {
        check_okay(&verifier.send(Call::post(path).json(&object)).await);
    }
    for path in ["/v2//", "//v2", "/v3", "/verify/v2", "/v%32"] {
        assert_eq!(
            verifier.send(Call::post(path).json(&object)).await.status,
            404
        );
    }
}

#[tokio::test]
async fn v1_takes_each_parameter_from_the_query_or_the_body() {
    let verifier = Verifier::new();
    let assertion = alices_bundle();
    let audience = AUDIENCE.replace(':', "%3A").replace('/', "%2F");
    let form =
        |fields: &[(&str, &str)], query: &str| Call::post(&format!("/verify?{query}")).form(fields);
    for call in [
        Call::post(&format!(
            "/verify?assertion={assertion}&audience={audience}"
        )),
        form(
            &[("assertion", &assertion)],
            &format!("audience={audience}"),
        ),
        form(&[("audience", AUDIENCE)], &format!("assertion={assertion}")),
        // The query wins, unless it is empty there.
        form(
            &[
                ("assertion", &assertion),
                ("audience", "https://other.example"),
            ],
            &format!("audience={audience}"),
        ),
        form(
            &[("assertion", &assertion), ("audience", AUDIENCE)],
            "audience=&assertion",
        ),
        // What is complete needs no type.
        Call::post(&format!(
            "/verify?assertion={assertion}&audience={audience}"
        ))
        .body("text/plain", "x"),
    ] {
        check_okay(&verifier.send(call).await);
    }
}

#[tokio::test]
async fn v2_takes_nothing_from_the_query() {
    let verifier = Verifier::new();
    let target = format!("/v2?assertion={}&audience={AUDIENCE}", alices_bundle());
    let heard = verifier.send(Call::post(&target).json(&json!({}))).await;
    assert_eq!(
        (heard.status, heard.code().as_str()),
        (400, "assertion_missing")
    );
}

#[tokio::test]
async fn audience_comes_back_exactly_as_it_was_sent() {
    let verifier = Verifier::new();
    let call = Call::post("/v2")
        .json(&json!({"assertion": alices_bundle(), "audience": "https://rp.example:443/"}));
    let heard = verifier.send(call).await;
    assert_eq!(heard.json()["audience"], "https://rp.example:443/");
}

#[tokio::test]
async fn failed_verification_is_a_200_with_a_reason() {
    let verifier = Verifier::new();
    let mut expired = assertion();
    expired["exp"] = json!(START_MS - 1);
    let mut elsewhere = assertion();
    elsewhere["aud"] = json!("https://other.example");
    let forged = format!(
        "{}~{}",
        token(&ISSUER, "RS256", &certificate()),
        token(&OTHER, "RS256", &assertion())
    );
    for (bundle, code, reason) in [
        (
            "x".to_owned(),
            "bundle_malformed",
            "no certificates provided",
        ),
        (
            bundle(&certificate(), &expired),
            "assertion_expired",
            "expired",
        ),
        (
            bundle(&certificate(), &elsewhere),
            "audience_mismatch",
            "audience mismatch: domain mismatch",
        ),
        (forged, "assertion_signature", "invalid signature"),
    ] {
        for call in [v1(&bundle), v2(&bundle)] {
            check_failure(&verifier.send(call).await, code, reason);
        }
    }
}

#[tokio::test]
async fn assertion_that_is_no_text_is_malformed() {
    let verifier = Verifier::new();
    let reason = "malformed backed assertion";
    for value in [json!(["x"]), json!({"a": 1}), json!(1), json!(true)] {
        let body = json!({"assertion": value, "audience": AUDIENCE});
        for path in ["/verify", "/v2"] {
            let heard = verifier.send(Call::post(path).json(&body)).await;
            check_failure(&heard, "bundle_malformed", reason);
        }
    }
    for form in ["assertion=a&assertion=b", "assertion[]=a", "assertion[b]=a"] {
        let form = format!("{form}&audience=https%3A%2F%2Frp.example");
        let call = Call::post("/verify").body("application/x-www-form-urlencoded", form);
        check_failure(&verifier.send(call).await, "bundle_malformed", reason);
    }
    assert!(verifier.network.asked().is_empty());
}

#[tokio::test]
async fn domain_in_trouble_is_a_failure_with_the_references_reason() {
    let with = |network: Network| Verifier::on(network);
    for (verifier, code, reason) in [
        (
            with(Network::new().status(IDP, 404)),
            "document_missing",
            "idp.example is not a browserid primary - non-200 response code to /.well-known/browserid",
        ),
        (
            with(Network::new().status(IDP, 302)),
            "document_redirected",
            "idp.example is not a browserid primary - redirection not supported for support documents",
        ),
        (
            with(Network::new().unreachable(IDP, Unreachable::Timeout)),
            "domain_timeout",
            "timeout trying to load well-known for idp.example",
        ),
    ] {
        check_failure(&verifier.send(v2(&alices_bundle())).await, code, reason);
        assert_eq!(verifier.network.asked(), ["idp.example for idp.example"]);
    }
}

#[tokio::test]
async fn issuer_that_does_not_speak_for_the_address_is_refused_by_name_and_not_asked() {
    let network = Network::new()
        .document(IDP, &support_document())
        .document("evil.example", &support_document());
    let verifier = Verifier::on(network);
    let mut foreign = certificate();
    foreign["iss"] = json!("evil.example");
    let heard = verifier.send(v2(&bundle(&foreign, &assertion()))).await;
    check_failure(
        &heard,
        "issuer_untrusted",
        "untrusted issuer, expected 'idp.example', got 'evil.example'",
    );
    assert_eq!(verifier.network.asked(), ["idp.example for idp.example"]);
}

#[tokio::test]
async fn unknown_issuer_without_a_fallback_is_told_as_the_old_server_told_it() {
    let verifier = Verifier::on(Network::new());
    let mut foreign = certificate();
    foreign["iss"] = json!("evil.example");
    let heard = verifier.send(v2(&bundle(&foreign, &assertion()))).await;
    check_failure(
        &heard,
        "issuer_untrusted",
        "untrusted issuer, expected '', got 'evil.example'",
    );
}

#[tokio::test]
async fn claims_stand_between_address_and_status() {
    let verifier = Verifier::new();
    let mut certificate = certificate();
    certificate["role"] = json!("owner");
    let mut assertion = assertion();
    assertion["nonce"] = json!(7);
    let heard = verifier.send(v2(&bundle(&certificate, &assertion))).await;
    assert_eq!(
        heard.body,
        okay().replace(
            r#","status""#,
            r#","idpClaims":{"role":"owner"},"userClaims":{"nonce":7},"status""#
        )
    );
}

#[tokio::test]
async fn unverified_address_stands_at_the_top_only_where_v1_is_asked_for_it() {
    let mut verifier = Verifier::new();
    verifier.trusted = vec![IDP.to_owned()];
    let mut certificate = certificate();
    certificate["principal"] = json!({"unverified-email": ALICE});
    let bundle = bundle(&certificate, &assertion());
    let fields = [("assertion", bundle.as_str()), ("audience", AUDIENCE)];
    let claims = json!({"unverified-email": ALICE});

    // Any text is truthy, `false` too.
    for value in ["true", "false"] {
        let asked = [
            fields[0],
            fields[1],
            ("experimental_allowUnverified", value),
        ];
        let heard = verifier
            .send(Call::post("/verify").form(&asked))
            .await
            .json();
        assert_eq!(heard["status"], "okay");
        assert_eq!(heard["unverified-email"], ALICE);
        assert_eq!(heard["idpClaims"], claims);
        assert_eq!(heard.get("email"), None);
    }
    let empty = [fields[0], fields[1], ("experimental_allowUnverified", "")];
    let body = json!({
        "assertion": bundle,
        "audience": AUDIENCE,
        "experimental_allowUnverified": true,
    });
    for call in [
        Call::post("/verify").form(&fields),
        Call::post("/verify").form(&empty),
        Call::post("/v2").json(&body),
    ] {
        let heard = verifier.send(call).await.json();
        assert_eq!(heard["status"], "okay");
        assert_eq!(heard.get("unverified-email"), None);
        assert_eq!(heard["idpClaims"], claims);
    }
}

#[tokio::test]
async fn fallback_speaks_for_a_domain_without_support_only() {
    let of_fallback = || {
        let mut certificate = certificate();
        certificate["iss"] = json!("fallback.example");
        bundle(&certificate, &assertion())
    };
    let fallback = || Network::new().document("fallback.example", &support_document());
    let verifier = |network: Network| Verifier {
        fallback: Some("fallback.example"),
        ..Verifier::on(network)
    };

    let heard = verifier(fallback()).send(v2(&of_fallback())).await;
    assert_eq!(heard.json()["issuer"], "fallback.example", "{heard:?}");

    let in_trouble = fallback().unreachable(IDP, Unreachable::Connection);
    let heard = verifier(in_trouble).send(v2(&of_fallback())).await;
    assert_eq!(heard.json()["status"], "failure");

    let with_support = fallback().document(IDP, &support_document());
    let heard = verifier(with_support).send(v2(&of_fallback())).await;
    assert_eq!(heard.code(), "issuer_untrusted");
}

#[tokio::test]
async fn weak_keys_are_refused_where_that_is_switched_on() {
    let mut verifier = Verifier::new();
    let mut weak = certificate();
    weak["public-key"] = tests::keys::WEAK.to_json();
    let bundle = format!(
        "{}~{}",
        token(&ISSUER, "RS256", &weak),
        token(&tests::keys::WEAK, "RS128", &assertion())
    );
    let expected = verifier.send(v2(&bundle)).await;
    assert_ne!(USER.to_json(), weak["public-key"]);
    check_okay(&expected);
    verifier.strong_keys = true;
    assert_eq!(verifier.send(v2(&bundle)).await.code(), "key_too_weak");
}
