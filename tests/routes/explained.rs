//! `/v2?explain=1`.

use browserid::Code;
use serde_json::json;
use tests::http::Call;
use tests::tokens::{ALICE, ASSERTION_EXPIRES_MS, AUDIENCE, IDP, alices_bundle};
use tests::verifier::Verifier;

fn okay() -> String {
    format!(
        r#"{{"audience":"{AUDIENCE}","expires":{ASSERTION_EXPIRES_MS},"issuer":"{IDP}","email":"{ALICE}","status":"okay"}}"#
    )
}

#[tokio::test]
async fn steps_are_told_on_v2_where_they_are_asked_for_and_switched_on() {
    let mut verifier = Verifier::new();
    let object = json!({"assertion": alices_bundle(), "audience": AUDIENCE});
    let explained = Call::post("/v2?explain=1").json(&object);
    let heard = verifier.send(explained.clone()).await;
    let steps = heard.json()["steps"].clone();
    let names: Vec<_> = steps
        .as_array()
        .expect("a list")
        .iter()
        .map(|step| step["name"].as_str().unwrap_or_default().to_owned())
        .collect();
    assert_eq!(names.first().map(String::as_str), Some("parsed"), "{steps}");
    assert!(names.iter().any(|name| name == "discovery"), "{steps}");
    assert!(
        steps
            .as_array()
            .expect("a list")
            .iter()
            .all(|step| step["okay"] == true)
    );
    assert!(
        heard.body.starts_with(okay().trim_end_matches('}')),
        "the rest stays as it is"
    );

    let failed = json!({"assertion": "x", "audience": AUDIENCE});
    let heard = verifier
        .send(Call::post("/v2?explain=1").json(&failed))
        .await
        .json();
    assert_eq!(heard["status"], "failure");
    assert_eq!(heard["steps"][0]["okay"], false);
    let advice = heard["steps"][0]["facts"]["advice"].as_str();
    assert_eq!(advice, Some(Code::BundleMalformed.advice()));

    for call in [
        Call::post("/v2").json(&object),
        Call::post("/v2?explain=0").json(&object),
        Call::post("/v2?explain=true").json(&object),
        Call::post("/verify?explain=1").json(&object),
        Call::post("/?explain=1").json(&object),
    ] {
        assert_eq!(verifier.send(call).await.body, okay());
    }
    verifier.explains = false;
    assert_eq!(verifier.send(explained).await.body, okay());
}

#[tokio::test]
async fn time_is_told_with_steps_and_only_with_them() {
    let mut verifier = Verifier::new();
    for assertion in [alices_bundle(), "x".to_owned()] {
        let object = json!({"assertion": assertion, "audience": AUDIENCE});
        let explained = || Call::post("/v2?explain=1").json(&object);
        verifier.explains = true;
        let heard = verifier.send(explained()).await;
        // The clock of these tests stands still.
        assert_eq!(
            heard.header("server-timing"),
            Some("discovery;dur=0.000, crypto;dur=0.000")
        );
        let bare = verifier.send(Call::post("/v2").json(&object)).await;
        assert_eq!(bare.header("server-timing"), None);
        verifier.explains = false;
        let heard = verifier.send(explained()).await;
        assert_eq!(heard.header("server-timing"), None);
    }
    verifier.explains = true;
    let unread = verifier
        .send(Call::post("/v2?explain=1").body("application/json", "x"))
        .await;
    assert_eq!((unread.status, unread.header("server-timing")), (400, None));
}
