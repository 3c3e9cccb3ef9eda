//! The real binaries of the functions, behind an emulator of the Lambda Runtime API.
//!
//! By default those of the debug build; `SELFSAME_FUNCTIONS` and `SELFSAME_RUNNER` name others (`src/lambda.rs`).
#![allow(
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::panic,
    reason = "what helps a test fails as loudly as the test"
)]

#[path = "functions/certifier.rs"]
mod certifier;
#[path = "functions/delegated.rs"]
mod delegated;
#[path = "functions/fallback.rs"]
mod fallback;
#[path = "functions/log.rs"]
mod log;
#[path = "functions/owner.rs"]
mod owner;
#[path = "functions/panic.rs"]
mod panic;
#[path = "functions/payload.rs"]
mod payload;
#[path = "functions/people.rs"]
mod people;
#[path = "functions/person.rs"]
mod person;
#[path = "functions/publish.rs"]
mod publish;
#[path = "functions/start.rs"]
mod start;
#[path = "functions/trouble.rs"]
mod trouble;
#[path = "functions/whole.rs"]
mod whole;

use serde_json::{Value, json};
use tests::cloud::{Cloud, KEY, TABLE};
use tests::lambda::{Function, event_with_body};

const JSON: &str = "application/json; charset=utf-8";
const DOMAIN: &str = "idp.example";
const TOKEN: &str = "__Host-selfsame=AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA";

async fn verify() -> Function {
    Function::start("verify", &[]).await
}

/// A function of the identity provider over a cloud, with further variables, past its init.
async fn started(name: &str, cloud: &Cloud, more: &[(&str, &str)]) -> Function {
    let ours = [("DOMAIN", DOMAIN), ("KEY_ID", KEY), ("TABLE", TABLE)];
    let environment = [&cloud.environment(), &ours[..], more].concat();
    let function = Function::start(name, &environment).await;
    function.polled().await;
    function
}

fn body(answer: &Value) -> Value {
    let text = answer["body"].as_str().expect("a body");
    serde_json::from_str(text).unwrap_or_else(|error| panic!("{error}: {answer}"))
}

fn ask(body: &Value) -> Value {
    event_with_body(
        "POST",
        "/v2",
        "application/json",
        body.to_string().as_bytes(),
    )
}

/// A question that is answered without asking anybody.
fn question() -> Value {
    ask(&json!({"assertion": "secret", "audience": "https://rp.example"}))
}

fn failure() -> Value {
    json!({
        "status": "failure",
        "code": "bundle_malformed",
        "reason": "no certificates provided",
    })
}

/// The lines of requests and the others.
fn answered(log: &[Value]) -> (Vec<&Value>, Vec<&Value>) {
    log.iter().partition(|line| line["message"] == "answered")
}
