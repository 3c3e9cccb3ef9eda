//! One line for each event, which is its metrics line too, and no secret in any of them.

use serde_json::{Value, json};
use tests::cloud::Cloud;
use tests::lambda::{Function, ODD, Outcome, event, event_with_body};

use crate::{TOKEN, answered, body, question, started, verify};

/// What CloudWatch makes metrics of.
fn description() -> Value {
    json!([{
        "Dimensions": [["function"]],
        "Metrics": [
            {"Name": "ColdStart", "Unit": "Count"},
            {"Name": "Duration", "Unit": "Milliseconds"},
            {"Name": "Errors", "Unit": "Count"},
        ],
        "Namespace": "Selfsame",
    }])
}

#[tokio::test]
async fn every_event_has_one_line_which_is_the_metrics_line() {
    let function = verify().await;
    function.invoke(question()).await.answer();
    let query = "assertion=secret&audience=https%3A%2F%2Frp.example";
    function
        .invoke(event("POST", "/verify", query))
        .await
        .answer();
    let log = function.stop().await;
    let seen: Vec<Value> = log
        .iter()
        .map(|line| {
            let mut line = line.clone();
            let duration = line["Duration"].as_f64().expect("a duration");
            assert!(duration > 0.0 && duration < 60_000.0, "{duration}");
            let time = line["_aws"]["Timestamp"].as_u64().expect("a time");
            assert!(time > 1_700_000_000_000, "{time}");
            let object = line.as_object_mut().expect("an object");
            object.remove("Duration");
            let aws = object.remove("_aws").expect("metrics");
            assert_eq!(aws["CloudWatchMetrics"], description());
            line
        })
        .collect();
    assert_eq!(
        json!(seen),
        json!([
            {
                "ColdStart": 1,
                "Errors": 0,
                "audience": "https://rp.example",
                "code": "bundle_malformed",
                "cold_start": true,
                "function": "verify",
                "level": "INFO",
                "message": "answered",
                "method": "POST",
                "path": "/v2",
                "request_id": "request-1",
                "status": 200,
            },
            {
                "ColdStart": 0,
                "Errors": 0,
                "audience": "https://rp.example",
                "code": "bundle_malformed",
                "cold_start": false,
                "function": "verify",
                "level": "INFO",
                "message": "answered",
                "method": "POST",
                "path": "/verify",
                "request_id": "request-2",
                "status": 200,
            },
        ])
    );
}

#[tokio::test]
async fn panic_becomes_an_answer_and_a_line_with_its_place_alone() {
    let function = Function::start(ODD, &[]).await;
    let answer = function.invoke(event("GET", "/panic", "")).await.answer();
    assert_eq!(answer["statusCode"], 500);
    assert_eq!(body(&answer)["code"], "internal");
    assert_eq!(answer["headers"]["cache-control"], "no-store");
    let next = function.invoke(event("GET", "/cookies", "")).await.answer();
    assert_eq!(next["statusCode"], 200, "it lives on");

    let log = function.stop().await;
    let (lines, diagnostics) = answered(&log);
    assert_eq!(
        lines.len(),
        1,
        "only the panic is logged by lambda: {log:?}"
    );
    assert_eq!(
        (&lines[0]["status"], &lines[0]["code"], &lines[0]["Errors"]),
        (&json!(500), &json!("internal"), &json!(1))
    );
    assert_eq!(diagnostics.len(), 1, "{log:?}");
    assert_eq!(diagnostics[0]["message"], "panicked");
    assert_eq!(diagnostics[0]["request_id"], lines[0]["request_id"]);
    let place = diagnostics[0]["place"].as_str().expect("a place");
    assert!(place.contains("odd-function.rs:"), "{place}");
    assert!(!format!("{log:?}").contains("secret"), "{log:?}");
}

#[tokio::test]
async fn event_of_another_kind_leaves_a_diagnostic_with_its_request() {
    let function = verify().await;
    let outcome = function.invoke(json!({"secret": "a secret"})).await;
    assert!(matches!(outcome, Outcome::Failed(_)), "{outcome:?}");
    let log = function.stop().await;
    assert_eq!(log.len(), 1, "{log:?}");
    assert_eq!(log[0]["level"], "ERROR");
    assert_eq!(log[0]["request_id"], "request-1");
    assert!(!format!("{log:?}").contains("secret"), "{log:?}");
}

#[tokio::test]
async fn nothing_that_a_caller_sends_forges_a_line_or_a_metric() {
    let forged = "\"}\n{\"_aws\":{\"Timestamp\":1},\"Errors\":7,\"function\":\"sign\",\"message\":\"answered\"}\r\n";
    let function = verify().await;
    let question = json!({"assertion": forged, "audience": forged});
    let asked = event_with_body(
        "POST",
        "/v2",
        "application/json",
        question.to_string().as_bytes(),
    );
    function.invoke(asked).await.answer();
    let mut strange = event("GET", "/", "");
    strange["rawPath"] = json!(format!("/%22%7D%0A{forged}"));
    strange["requestContext"]["http"]["path"] = strange["rawPath"].clone();
    function.invoke(strange).await.answer();

    let log = function.stop().await;
    assert_eq!(log.len(), 2, "{log:?}");
    for line in &log {
        assert_eq!(line["Errors"], 0, "{line}");
        assert_eq!(line["function"], "verify");
        assert_eq!(line["message"], "answered");
        assert_eq!(line["_aws"]["CloudWatchMetrics"], description());
        assert!(line["_aws"]["Timestamp"].as_u64() > Some(1_700_000_000_000));
    }
    assert_eq!(log[0]["audience"], forged);
}

#[tokio::test]
async fn secrets_never_reach_the_log() {
    let cloud = Cloud::start().await;
    let secret = "a-very-secret-front";
    let function = started("sign-in", &cloud, &[("ORIGIN_SECRET", secret)]).await;
    let mut who = event("GET", "/persona/session", "password=hunter2");
    who["cookies"] = json!([TOKEN]);
    who["headers"]["x-origin-secret"] = json!(secret);
    who["headers"]["authorization"] = json!("Bearer hunter2");
    let answer = function.invoke(who.clone()).await.answer();
    assert_eq!(answer["statusCode"], 200);
    // And with a store that fails, whose answer is part of the diagnostic.
    cloud.has(
        "GetItem",
        tests::cloud::Trouble::Fails(400, "ResourceNotFoundException"),
    );
    let answer = function.invoke(who).await.answer();
    assert_eq!(answer["statusCode"], 503);
    let log = format!("{:?}", function.stop().await);
    assert!(log.contains("/persona/session"), "{log}");
    for secret in [
        "AAAAAAAA",
        "hunter2",
        secret,
        tests::cloud::SECRET_KEY,
        "a-secret-session-token",
        "AKIA",
    ] {
        assert!(!log.contains(secret), "{secret}: {log}");
    }
}
