//! What is outside fails: every answer is typed and comes in time, nothing is lost, and nothing pretends.

use std::time::{Duration, Instant};

use serde_json::{Value, json};
use tests::cloud::{Cloud, Trouble};
use tests::lambda::{Function, event, runner};

use crate::person::{PASSWORD, Provider, refusal, sign_in, to_sign};
use crate::{TOKEN, answered, body, started};

/// Longer than one call may take; an emulated processor is slower.
fn in_time() -> Duration {
    Duration::from_secs(if runner().is_empty() { 9 } else { 60 })
}

#[expect(
    clippy::disallowed_methods,
    reason = "the test measures how long it takes"
)]
async fn timed(function: &Function, event: Value) -> Value {
    let started = Instant::now();
    let answer = function.invoke(event).await.answer();
    let took = started.elapsed();
    assert!(took < in_time(), "{took:?}");
    answer
}

fn check_unavailable(answer: &Value) {
    assert_eq!(
        refusal(answer),
        (json!(503), json!("unavailable")),
        "{answer}"
    );
    assert_eq!(answer["headers"]["retry-after"], "5");
    assert_eq!(answer["headers"]["cache-control"], "no-store");
    assert!(answer["cookies"].as_array().is_none_or(Vec::is_empty));
    assert!(!answer.to_string().contains("Exception"), "{answer}");
}

fn every_trouble() -> Vec<Trouble> {
    vec![
        Trouble::Fails(400, "AccessDeniedException"),
        Trouble::Fails(400, "ThrottlingException"),
        Trouble::Fails(400, "ResourceNotFoundException"),
        Trouble::Fails(500, "InternalServerError"),
        Trouble::Drops,
        Trouble::Hangs,
        Trouble::Rambles,
    ]
}

/// One line of the request with status 503, and one with what was the matter.
fn check_log(log: &[Value], expected: usize, contains: &str) {
    let (answered, others) = answered(log);
    let failed = answered.iter().filter(|line| line["status"] == 503);
    let mut count = 0;
    for line in failed {
        count += 1;
        assert_eq!(
            (&line["code"], &line["Errors"]),
            (&json!("unavailable"), &json!(1))
        );
        let of_it = others
            .iter()
            .filter(|other| other["request_id"] == line["request_id"] && other["level"] == "ERROR");
        let of_it: Vec<_> = of_it.collect();
        assert_eq!(of_it.len(), 1, "{log:?}");
        let error = of_it[0]["error"].as_str().expect("an error");
        assert!(error.contains(contains), "{error}");
    }
    assert_eq!(count, expected, "{log:?}");
}

#[tokio::test]
async fn no_certificate_without_a_signature() {
    let (provider, cookie) = Provider::with_alice().await;
    let mut troubles = every_trouble();
    troubles.push(Trouble::Fails(400, "DisabledException"));
    troubles.push(Trouble::Fails(400, "KMSInvalidStateException"));
    for trouble in &troubles {
        provider.cloud.has("Sign", trouble.clone());
        provider.cloud.calls();
        let answer = timed(&provider.sign, to_sign(&cookie)).await;
        check_unavailable(&answer);
        assert!(!provider.cloud.calls().contains(&"PutItem".to_owned()));
    }
    assert_eq!(provider.cloud.rows("audit#"), Vec::<Value>::new());
    provider.cloud.is_well();
    let answer = timed(&provider.sign, to_sign(&cookie)).await;
    assert_eq!(answer["statusCode"], 200, "it works again: {answer}");
    assert_eq!(provider.cloud.rows("audit#").len(), 1);
    let [_, sign, _] = provider.stop().await;
    check_log(&sign, troubles.len(), "while signing");
}

#[tokio::test]
async fn no_certificate_without_its_row() {
    let (provider, cookie) = Provider::with_alice().await;
    let troubles = every_trouble();
    for trouble in &troubles {
        provider.cloud.has("PutItem", trouble.clone());
        let answer = timed(&provider.sign, to_sign(&cookie)).await;
        check_unavailable(&answer);
    }
    assert_eq!(provider.cloud.rows("audit#"), Vec::<Value>::new());
    let [_, sign, _] = provider.stop().await;
    check_log(&sign, troubles.len(), "audit row");
}

#[tokio::test]
async fn nothing_is_signed_for_a_session_that_cannot_be_read() {
    let (provider, cookie) = Provider::with_alice().await;
    let troubles = every_trouble();
    for trouble in &troubles {
        provider.cloud.has("GetItem", trouble.clone());
        provider.cloud.calls();
        let answer = timed(&provider.sign, to_sign(&cookie)).await;
        check_unavailable(&answer);
        let calls = provider.cloud.calls();
        assert!(calls.iter().all(|call| call == "GetItem"), "{calls:?}");
        assert!(calls.len() <= 3, "two retries at most: {calls:?}");
    }
    let [_, sign, _] = provider.stop().await;
    check_log(&sign, troubles.len(), "session");
}

#[tokio::test]
async fn key_that_does_not_answer_at_start_is_asked_again_with_each_event() {
    let cloud = Cloud::start().await;
    cloud.has("GetPublicKey", Trouble::Fails(400, "DisabledException"));
    let function = started("sign", &cloud, &[]).await;
    assert!(cloud.calls().contains(&"GetPublicKey".to_owned()));
    let troubles = [
        Trouble::Fails(400, "DisabledException"),
        Trouble::Fails(400, "ThrottlingException"),
        Trouble::Drops,
        Trouble::Hangs,
        Trouble::Rambles,
    ];
    for trouble in &troubles {
        cloud.has("GetPublicKey", trouble.clone());
        let answer = timed(&function, to_sign(TOKEN)).await;
        check_unavailable(&answer);
        assert!(
            cloud.calls().contains(&"GetPublicKey".to_owned()),
            "{trouble:?}"
        );
    }
    // Any path and method: it is not known yet what would be refused.
    check_unavailable(&timed(&function, event("GET", "/nothing", "")).await);

    cloud.is_well();
    let answer = timed(&function, to_sign(TOKEN)).await;
    assert_eq!(refusal(&answer), (json!(403), json!("no_session")));
    assert!(cloud.calls().contains(&"GetPublicKey".to_owned()));
    let answer = timed(&function, to_sign(TOKEN)).await;
    assert_eq!(refusal(&answer), (json!(403), json!("no_session")));
    assert_eq!(cloud.calls(), ["GetItem"], "it stays open");

    let log = function.stop().await;
    check_log(&log, troubles.len() + 1, "public key");
    assert_eq!(
        log[0]["message"],
        "not open yet, the next event tries again"
    );
}

#[tokio::test]
async fn nobody_is_let_in_by_a_store_that_fails() {
    let (provider, _) = Provider::with_alice().await;
    let troubles = every_trouble();
    for trouble in &troubles {
        for operation in ["GetItem", "PutItem", "TransactWriteItems", "UpdateItem"] {
            provider.cloud.has(operation, trouble.clone());
        }
        let answer = timed(&provider.sign_in, sign_in(PASSWORD)).await;
        check_unavailable(&answer);
    }
    // What needs no store works on.
    let answer = timed(&provider.sign_in, event("GET", "/persona/health", "")).await;
    assert_eq!(answer["statusCode"], 200);
    provider.cloud.is_well();
    let answer = timed(&provider.sign_in, sign_in(PASSWORD)).await;
    assert_eq!(answer["statusCode"], 200, "{answer}");
    assert_eq!(body(&answer)["email"], "alice@idp.example");
    let [_, _, sign_in] = provider.stop().await;
    check_log(&sign_in, troubles.len(), "while ");
}
