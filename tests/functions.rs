//! The real binaries of the functions, behind an emulator of the Lambda Runtime API.
#![allow(
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::panic,
    reason = "what helps a test fails as loudly as the test"
)]

use serde_json::{Value, json};
use tests::lambda::{Function, Outcome, binary, event, event_with_body};

const JSON: &str = "application/json; charset=utf-8";
const TOKEN: &str = "__Host-selfsame=AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA";

/// The issuer's public key as `openssl pkey -pubout` prints it.
fn public_key() -> String {
    use rsa::pkcs8::{DecodePrivateKey, EncodePublicKey, LineEnding};
    let private = rsa::RsaPrivateKey::from_pkcs8_pem(include_str!("src/keys/issuer.pem"));
    let public = private.expect("a key").to_public_key();
    public.to_public_key_pem(LineEnding::LF).expect("PEM")
}

async fn verify() -> Function {
    Function::start("verify", &[]).await
}

async fn sign() -> Function {
    let key = public_key();
    Function::start("sign", &[("DOMAIN", "idp.example"), ("PUBLIC_KEY", &key)]).await
}

async fn sign_in() -> Function {
    Function::start("sign-in", &[("DOMAIN", "idp.example")]).await
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

#[tokio::test]
async fn verifier_answers_a_body_that_the_gateway_encoded() {
    let function = verify().await;
    let answer = function.invoke(question()).await.answer();
    assert_eq!(answer["statusCode"], 200);
    assert_eq!(answer["isBase64Encoded"], false);
    assert_eq!(body(&answer), failure());
    let headers = answer["headers"].as_object().expect("headers");
    let mut names: Vec<_> = headers.keys().map(String::as_str).collect();
    names.sort_unstable();
    assert_eq!(headers["content-type"], JSON);
    assert_eq!(
        names,
        [
            "cache-control",
            "connection",
            "content-length",
            "content-security-policy",
            "content-type",
            "strict-transport-security",
            "x-content-type-options",
            "x-frame-options",
            "x-xss-protection",
        ]
    );
    function.stop().await;
}

#[tokio::test]
async fn query_and_plain_body_come_through() {
    let function = verify().await;
    let query = "assertion=%73ecret&audience=https%3A%2F%2Frp.example";
    let answer = function
        .invoke(event("POST", "/verify", query))
        .await
        .answer();
    assert_eq!(body(&answer), failure());

    let mut plain = event("POST", "/verify", "audience=https%3A%2F%2Frp.example");
    plain["headers"]["content-type"] = json!("application/x-www-form-urlencoded");
    plain["body"] = json!("assertion=secret");
    let answer = function.invoke(plain).await.answer();
    assert_eq!(body(&answer), failure());
    function.stop().await;
}

#[tokio::test]
async fn stage_is_no_part_of_the_path() {
    let function = verify().await;
    for (path, status) in [
        ("/prod/v2", 200),
        // A custom domain: the gateway leaves the stage out of the path.
        ("/v2", 200),
        ("/prod/prod/v2", 404),
        ("/prod/nothing", 404),
    ] {
        let mut event = question();
        event["rawPath"] = json!(path);
        event["requestContext"]["stage"] = json!("prod");
        let answer = function.invoke(event).await.answer();
        assert_eq!(answer["statusCode"], status, "{path}");
    }
    function.stop().await;
}

#[tokio::test]
async fn limits_and_methods_hold_behind_the_gateway() {
    let function = verify().await;
    let large = vec![b' '; 10_241];
    let event_413 = event_with_body("POST", "/v2", "application/json", &large);
    for (event, status) in [
        (event_413, 413),
        (
            event_with_body("POST", "/v2", "application/json", b"{ 'a' }"),
            400,
        ),
        (event_with_body("POST", "/v2", "text/plain", b"{}"), 415),
        (
            event_with_body("POST", "/v2", "application/json", b"\xff\xfe"),
            400,
        ),
        (event("GET", "/v2", ""), 405),
        (event("GET", "/status", ""), 200),
        (event("GET", "/__heartbeat__", ""), 200),
        (event("GET", "/nothing", ""), 404),
    ] {
        let answer = function.invoke(event.clone()).await.answer();
        assert_eq!(answer["statusCode"], status, "{event}");
    }
    let answer = function
        .invoke(event("GET", "/__version__", ""))
        .await
        .answer();
    assert_eq!(body(&answer)["version"], env!("CARGO_PKG_VERSION"));
    function.stop().await;
}

#[tokio::test]
async fn odd_events_end_neither_the_function_nor_an_invocation() {
    let function = verify().await;
    let with = |path: &[&str], value: Value| {
        let mut event = question();
        let (last, path) = path.split_last().expect("a path");
        let target = path
            .iter()
            .fold(&mut event, |event, name| &mut event[*name]);
        target[*last] = value;
        event
    };
    let without = |name: &str| {
        let mut event = question();
        event.as_object_mut().expect("an object").remove(name);
        event
    };
    for event in [
        with(&["headers", "host"], json!("not a host:99999")),
        with(&["headers", "host"], json!("")),
        with(&["headers", "x-forwarded-proto"], json!("ht tp")),
        with(&["headers", "x-forwarded-proto"], json!("")),
        with(&["headers", "content-length"], json!("-1")),
        with(&["headers", "x-amzn-trace-id"], json!("junk")),
        with(&["headers"], json!({})),
        without("headers"),
        with(&["rawPath"], json!("")),
        with(&["rawPath"], json!("v2")),
        with(&["rawPath"], json!(":99999")),
        with(&["rawPath"], json!("//")),
        with(&["rawPath"], json!("/%00%ff/../%2e%2e/ü \u{0}")),
        without("rawPath"),
        with(&["rawQueryString"], json!("a b<>\"\u{7f}ü#")),
        without("rawQueryString"),
        with(&["body"], json!("not base64!")),
        with(&["body"], json!(null)),
        without("body"),
        with(&["cookies"], json!(["a\u{0}b", "ü"])),
        with(&["requestContext", "domainName"], json!("a b")),
        with(&["requestContext", "stage"], json!("")),
        with(&["requestContext", "stage"], json!("a b/../")),
        with(&["requestContext", "stage"], json!(null)),
        with(&["requestContext", "http", "sourceIp"], json!("nowhere")),
        with(&["requestContext", "http", "method"], json!("BREW")),
    ] {
        let answer = function.invoke(event.clone()).await.answer();
        let status = answer["statusCode"].as_u64().expect("a status");
        assert!((200..500).contains(&status), "{event}: {answer}");
    }
    let log = function.stop().await;
    assert!(
        log.iter().all(|line| line["message"] != "panicked"),
        "{log:?}"
    );
    assert!(log.iter().all(|line| line["level"] != "ERROR"), "{log:?}");
}

#[tokio::test]
async fn what_is_no_event_of_an_http_api_is_an_error_and_the_next_one_is_answered() {
    let function = verify().await;
    let of_a_rest_api = json!({
        "resource": "/v2",
        "path": "/v2",
        "httpMethod": "POST",
        "headers": {},
        "requestContext": {"stage": "prod", "identity": {"sourceIp": "198.51.100.7"}},
    });
    for event in [
        json!({}),
        json!(null),
        json!([]),
        json!("x"),
        json!({"version": "2.0"}),
        of_a_rest_api,
    ] {
        let outcome = function.invoke(event.clone()).await;
        assert!(
            matches!(outcome, Outcome::Failed(_)),
            "{event}: {outcome:?}"
        );
        let answer = function.invoke(question()).await.answer();
        assert_eq!(body(&answer), failure());
    }
    function.stop().await;
}

#[tokio::test]
async fn log_has_one_json_line_for_each_event_and_no_assertion() {
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
            json!([
                line["level"],
                line["message"],
                line["path"],
                line["code"],
                line["span"]["request.id"]
            ])
        })
        .collect();
    assert_eq!(
        json!(seen),
        json!([
            ["INFO", "answered", "/v2", "bundle_malformed", "request-1"],
            [
                "INFO",
                "answered",
                "/verify",
                "bundle_malformed",
                "request-2"
            ],
        ])
    );
    assert!(
        log.iter().all(|line| !line.to_string().contains("secret")),
        "{log:?}"
    );
}

#[tokio::test]
async fn verifiers_environment_is_heard() {
    let function =
        Function::start("verify", &[("EXPLAIN", "true"), ("STRONG_KEYS", "false")]).await;
    let mut event = question();
    event["rawQueryString"] = json!("explain=1");
    let explained = body(&function.invoke(event.clone()).await.answer());
    assert_eq!(explained["steps"][0]["name"], "parsed");
    function.stop().await;

    let function = verify().await;
    let unexplained = body(&function.invoke(event).await.answer());
    assert_eq!(unexplained.get("steps"), None);
    function.stop().await;
}

#[tokio::test]
async fn function_with_a_wrong_environment_names_all_of_it_and_ends_with_1() {
    let unset = "is not set";
    for (name, environment, named) in [
        (
            "sign",
            &[][..],
            &["DOMAIN is not set", "PUBLIC_KEY is not set"][..],
        ),
        (
            "sign",
            &[("DOMAIN", "Not A Host"), ("PUBLIC_KEY", "AAAA")],
            &["DOMAIN must be", "PUBLIC_KEY must be"],
        ),
        (
            "sign",
            &[("DOMAIN", "idp.example"), ("PUBLIC_KEY", "")],
            &["PUBLIC_KEY is not set"],
        ),
        ("sign-in", &[], &["DOMAIN is not set"]),
        (
            "sign-in",
            &[("DOMAIN", "https://idp.example")],
            &["DOMAIN must be"],
        ),
        ("sign-in", &[("DOMAIN", "127.0.0.1")], &["DOMAIN must be"]),
        (
            "verify",
            &[
                ("FALLBACK_DOMAIN", "a b"),
                ("TRUSTED_ISSUERS", "idp.example,,"),
                ("HTTP_TIMEOUT", "soon"),
                ("STRONG_KEYS", "yes"),
                ("STRICT_CONTENT_TYPE", "1"),
                ("EXPLAIN", "True"),
                ("ALLOW_CALLER_ISSUERS", "on"),
            ],
            &[
                "FALLBACK_DOMAIN must be",
                "TRUSTED_ISSUERS must be",
                "HTTP_TIMEOUT must be",
                "STRONG_KEYS must be",
                "STRICT_CONTENT_TYPE must be",
                "EXPLAIN must be",
                "ALLOW_CALLER_ISSUERS must be",
            ],
        ),
    ] {
        let ended = Function::start(name, environment).await.ended().await;
        assert_eq!(ended.code, Some(1), "{name} {ended:?}");
        assert_eq!(ended.polls, 0, "{name}: it took no event");
        assert_eq!(ended.log.lines().count(), 1, "{name}: {}", ended.log);
        for named in named {
            assert!(ended.log.contains(named), "{name}: {named}: {}", ended.log);
        }
        if named.iter().all(|named| !named.contains(unset)) {
            assert!(!ended.log.contains(unset), "{name}: {}", ended.log);
        }
    }
}

#[tokio::test]
async fn insecure_switches_are_not_in_the_binaries() {
    for name in ["verify", "sign", "sign-in"] {
        let bytes = std::fs::read(binary(name)).expect("a readable file");
        let contains = |text: &str| {
            bytes
                .windows(text.len())
                .any(|part| part == text.as_bytes())
        };
        assert!(
            contains("AWS_LAMBDA_RUNTIME_API"),
            "{name}: the search works"
        );
        assert!(!contains("INSECURE_SSL"), "{name}");
    }
}

fn to_sign(cookies: &[&str]) -> Value {
    let mut event = event_with_body("POST", "/persona/sign/", "application/json", b"{}");
    event["rawQueryString"] = json!("email=alice%40idp.example&duration=3600");
    event["headers"]["origin"] = json!("https://idp.example");
    event["cookies"] = json!(cookies);
    event
}

#[tokio::test]
async fn signing_function_without_its_stores_signs_nothing_and_says_so() {
    let function = sign().await;
    let mut crossing = to_sign(&[TOKEN]);
    crossing["headers"]["origin"] = json!("https://evil.example");
    for (event, status, code) in [
        (crossing, 403, "wrong_origin"),
        (to_sign(&[]), 403, "no_session"),
        (to_sign(&["a=b"]), 403, "no_session"),
        (to_sign(&[TOKEN, TOKEN]), 403, "no_session"),
        (to_sign(&["a=b", TOKEN]), 503, "unavailable"),
    ] {
        let answer = function.invoke(event.clone()).await.answer();
        assert_eq!(answer["statusCode"], status, "{event}");
        assert_eq!(body(&answer)["code"], code);
        assert_eq!(answer["headers"]["cache-control"], "no-store");
    }
    let answer = function
        .invoke(event("GET", "/persona/sign/", ""))
        .await
        .answer();
    assert_eq!(answer["statusCode"], 405);
    assert_eq!(answer["headers"]["allow"], "POST");

    let log = function.stop().await;
    let errors: Vec<_> = log.iter().filter(|line| line["level"] == "ERROR").collect();
    assert_eq!(errors.len(), 1, "{log:?}");
    assert_eq!(
        errors[0]["error"],
        "while reading a session: no store is wired into this build"
    );
    assert!(
        !format!("{log:?}").contains("AAAAAAAA"),
        "no token in the log"
    );
}

#[tokio::test]
async fn signing_function_takes_its_key_in_one_line_too() {
    let key: String = public_key()
        .lines()
        .filter(|line| !line.starts_with('-'))
        .collect();
    let environment = [("DOMAIN", "idp.example"), ("PUBLIC_KEY", key.as_str())];
    let function = Function::start("sign", &environment).await;
    let answer = function.invoke(to_sign(&[])).await.answer();
    assert_eq!(answer["statusCode"], 403);
    function.stop().await;
}

#[tokio::test]
async fn sign_in_function_without_its_stores_lets_nobody_in_and_says_so() {
    let function = sign_in().await;
    let answer = function
        .invoke(event("GET", "/persona/health", ""))
        .await
        .answer();
    assert_eq!(answer["statusCode"], 200);

    let answer = function
        .invoke(event("GET", "/persona/session", ""))
        .await
        .answer();
    assert_eq!(body(&answer), json!({"status": "okay", "email": null}));

    let credentials = json!({"email": "alice@idp.example", "password": "a secret password"});
    let mut sign_in = event_with_body(
        "POST",
        "/persona/session",
        "application/json",
        credentials.to_string().as_bytes(),
    );
    sign_in["headers"]["origin"] = json!("https://idp.example");
    let answer = function.invoke(sign_in).await.answer();
    assert_eq!(answer["statusCode"], 503);
    assert_eq!(body(&answer)["code"], "unavailable");
    assert_eq!(answer["headers"]["retry-after"], "5");
    assert!(
        answer["cookies"].as_array().is_none_or(Vec::is_empty),
        "{answer}"
    );

    let log = format!("{:?}", function.stop().await);
    assert!(log.contains("no store is wired into this build"), "{log}");
    assert!(!log.contains("secret") && !log.contains("alice"), "{log}");
}

#[tokio::test]
async fn cookie_that_is_set_leaves_in_the_gateways_list() {
    let function = sign_in().await;
    let mut sign_out = event("DELETE", "/persona/session", "");
    sign_out["headers"]["origin"] = json!("https://idp.example");
    let answer = function.invoke(sign_out).await.answer();
    assert_eq!(answer["statusCode"], 200);
    assert_eq!(
        answer["cookies"],
        json!(["__Host-selfsame=; Path=/; Secure; HttpOnly; SameSite=Strict; Max-Age=0"])
    );
    assert_eq!(answer["headers"].get("set-cookie"), None);
    function.stop().await;
}
