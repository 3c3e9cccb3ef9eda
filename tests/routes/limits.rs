//! What is too much is refused before any work: nobody is asked on its behalf.

use serde_json::{Value, json};
use tests::http::{Call, Heard};
use tests::tokens::{ALICE, AUDIENCE, IDP, alices_bundle, assertion, bundle, certificate};
use tests::verifier::Verifier;

const FORM: &str = "application/x-www-form-urlencoded";

async fn check_bare(call: Call, status: u16) {
    let verifier = Verifier::new();
    let heard: Heard = verifier.send(call).await;
    assert_eq!((heard.status, heard.body.as_str()), (status, ""));
    assert!(verifier.network.asked().is_empty());
}

/// A query of so many bytes with everything that a verification needs.
fn query(bytes: usize) -> String {
    let audience = "https%3A%2F%2Frp.example";
    let needed = format!("assertion={}&audience={audience}&x=", alices_bundle());
    format!("{needed}{}", "x".repeat(bytes - needed.len()))
}

#[tokio::test]
async fn a_query_is_as_long_as_a_body_may_be() {
    let fits = Call::post(&format!("/verify?{}", query(10_240)));
    let heard = Verifier::new().send(fits).await;
    assert_eq!(heard.json()["email"], ALICE);
    check_bare(Call::post(&format!("/verify?{}", query(10_241))), 413).await;
    let body = json!({"assertion": alices_bundle(), "audience": AUDIENCE});
    let target = format!("/v2?explain=1&x={}", "x".repeat(10_241));
    check_bare(Call::post(&target).json(&body), 413).await;
}

#[tokio::test]
async fn a_form_has_at_most_1000_members() {
    let with = |members: usize| {
        let needed = format!(
            "assertion={}&audience=https%3A%2F%2Frp.example",
            alices_bundle()
        );
        format!("{needed}{}", "&x".repeat(members - 2))
    };
    let heard = Verifier::new()
        .send(Call::post("/verify").body(FORM, with(1000)))
        .await;
    assert_eq!(heard.json()["email"], ALICE);
    check_bare(Call::post("/verify").body(FORM, with(1001)), 413).await;
    check_bare(Call::post(&format!("/verify?{}", with(1001))), 413).await;
}

#[tokio::test]
async fn deeply_nested_json_is_not_read() {
    for open in ["[", "{\"a\":"] {
        for depth in [200, 1500] {
            let close = if open == "[" { "]" } else { "}" };
            let deep = format!("{}1{}", open.repeat(depth), close.repeat(depth));
            let body = format!(r#"{{"assertion":"x","audience":"y","z":{deep}}}"#);
            for path in ["/verify", "/v2"] {
                check_bare(Call::post(path).body("application/json", body.clone()), 400).await;
            }
        }
    }
}

#[tokio::test]
async fn a_bundle_of_the_largest_body_is_judged_and_a_larger_one_is_not_read() {
    // Unused claims fill the certificate, so that only size can be in the way.
    let of_size = |body_bytes: usize| {
        let body = |filling: usize| {
            let mut certificate = certificate();
            certificate["filling"] = json!("x".repeat(filling));
            let bundle = bundle(&certificate, &assertion());
            json!({"assertion": bundle, "audience": AUDIENCE}).to_string()
        };
        let missing = body_bytes - body(0).len();
        // Three bytes become four in base64.
        let mut text = body(missing * 3 / 4 - 3);
        assert!(text.len() <= body_bytes && body_bytes - text.len() < 12);
        text.push_str(&" ".repeat(body_bytes - text.len()));
        text
    };
    let largest = Call::post("/v2").body("application/json", of_size(10_240));
    let heard = Verifier::new().send(largest).await;
    assert_eq!(heard.json()["email"], ALICE);
    let larger = Call::post("/v2").body("application/json", of_size(10_241));
    check_bare(larger, 413).await;
}

#[tokio::test]
async fn many_certificates_are_refused_before_anybody_is_asked() {
    let verifier = Verifier::new();
    let ordinary = alices_bundle();
    let (certificate, _) = ordinary.split_once('~').expect("two parts");
    for assertion in [
        "~".repeat(9_000),
        format!("{}{ordinary}", "a~".repeat(3_000)),
        format!("{}{ordinary}", format!("{certificate}~").repeat(4)),
    ] {
        let body = json!({"assertion": assertion, "audience": AUDIENCE});
        let heard = verifier.send(Call::post("/v2").json(&body)).await;
        assert_eq!(heard.code(), "certificate_chain", "{heard:?}");
    }
    assert!(verifier.network.asked().is_empty());
}

#[tokio::test]
async fn an_audience_of_10_kb_is_compared_like_any_other() {
    let verifier = Verifier::new();
    let room = 10_000 - alices_bundle().len();
    for audience in [
        format!("https://{}", "x".repeat(room)),
        format!("https://rp.example/{}", "x".repeat(room)),
        format!("https://{}rp.example", "x.".repeat(room / 2)),
        "%".repeat(room),
        "@".repeat(room),
        ":".repeat(room),
        " ".repeat(room),
    ] {
        let body = json!({"assertion": alices_bundle(), "audience": audience});
        let heard = verifier.send(Call::post("/v2").json(&body)).await;
        assert_eq!(
            (heard.status, heard.code().as_str()),
            (200, "audience_mismatch")
        );
        assert!(heard.body.len() < 200, "it is not repeated");
    }
    let asked = vec![format!("{IDP} for {IDP}"); 7];
    assert_eq!(verifier.network.asked(), asked);
}

#[tokio::test]
async fn an_audience_that_is_no_text_is_refused_whatever_it_is() {
    let verifier = Verifier::new();
    for audience in [
        json!(1),
        json!(true),
        json!([AUDIENCE]),
        json!({"a": AUDIENCE}),
    ] {
        let body = json!({"assertion": alices_bundle(), "audience": audience});
        for path in ["/verify", "/v2"] {
            let heard: Value = verifier.send(Call::post(path).json(&body)).await.json();
            assert_eq!(heard["reason"], "audience mismatch: not a text");
        }
    }
}
