//! Payload format 2.0 in all its oddities.

use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use serde_json::{Value, json};
use tests::cloud::Cloud;
use tests::lambda::{Function, ODD, Outcome, event, event_with_body, runner};

use crate::{JSON, TOKEN, body, failure, question, started, verify};

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

/// Who is signed in, by a request with these cookies: a session that is not there costs a look at the store.
fn who(cookies: Value, header: Option<&str>) -> Value {
    let mut event = event("GET", "/persona/session", "");
    event["cookies"] = cookies;
    if let Some(header) = header {
        event["headers"]["cookie"] = json!(header);
    }
    event
}

#[tokio::test]
async fn cookies_come_from_the_gateways_list_and_without_one_from_the_header() {
    let cloud = Cloud::start().await;
    let function = started("sign-in", &cloud, &[]).await;
    cloud.calls();
    for (event, reads) in [
        (who(json!(["a=1", TOKEN, "b=2"]), None), 1),
        (who(json!([format!("a=1; {TOKEN}")]), None), 1),
        (who(json!(null), Some(TOKEN)), 1),
        (who(json!([]), Some(TOKEN)), 0),
        (who(json!([TOKEN]), Some("a=1")), 1),
        (who(json!(["a=1"]), Some(TOKEN)), 0),
        (who(json!([TOKEN, TOKEN]), None), 0),
        (who(json!(["a=1"]), None), 0),
        (who(json!([]), None), 0),
        (who(json!(["=", ";;", "__Host-selfsame"]), None), 0),
    ] {
        let answer = function.invoke(event.clone()).await.answer();
        assert_eq!(
            body(&answer),
            json!({"status": "okay", "email": null, "panic": false})
        );
        assert_eq!(
            cloud.calls(),
            vec!["GetItem"; 1 + reads],
            "{event}: the panic switch, and the session"
        );
    }
    function.stop().await;
}

#[tokio::test]
async fn every_cookie_that_is_set_leaves_in_the_gateways_list() {
    let function = Function::start(ODD, &[]).await;
    let answer = function.invoke(event("GET", "/cookies", "")).await.answer();
    assert_eq!(answer["statusCode"], 200);
    assert_eq!(answer["cookies"], json!(["a=1; Secure", "b=2; Secure"]));
    assert_eq!(answer["headers"].get("set-cookie"), None);

    let answer = function.invoke(event("GET", "/bytes", "")).await.answer();
    assert_eq!(answer["isBase64Encoded"], true);
    assert_eq!(answer["body"], "AJ+Slg==");
    function.stop().await;

    let cloud = Cloud::start().await;
    let function = started("sign-in", &cloud, &[]).await;
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

#[tokio::test]
async fn body_may_be_encoded_plain_empty_or_wrong() {
    let function = verify().await;
    let text = json!({"assertion": "secret", "audience": "https://rp.example"}).to_string();
    let with = |body: Value, encoded: Value| {
        let mut event = question();
        event["body"] = body;
        event["isBase64Encoded"] = encoded;
        event
    };
    let standard = question()["body"].clone();
    // Something with a `?` in the last bits, so that the two alphabets differ.
    let padded = json!({"assertion": "???>>>", "audience": "https://rp.example?"}).to_string();
    let url_safe = URL_SAFE_NO_PAD.encode(&padded);
    assert!(url_safe.contains(['-', '_']), "{url_safe}");
    for (event, status) in [
        (with(standard.clone(), json!(true)), 200),
        (with(json!(text), json!(false)), 200),
        // The flag decides, not what the body looks like.
        (with(standard, json!(false)), 400),
        (with(json!(text), json!(true)), 400),
        (with(json!(url_safe), json!(true)), 400),
        (with(json!("e30"), json!(true)), 400),
        (with(json!(""), json!(true)), 400),
        (with(json!(""), json!(false)), 400),
        (with(json!(null), json!(true)), 400),
    ] {
        let answer = function.invoke(event.clone()).await.answer();
        assert_eq!(answer["statusCode"], status, "{event}");
    }
    let mut without = with(json!(text), json!(false));
    without
        .as_object_mut()
        .expect("an object")
        .remove("isBase64Encoded");
    let answer = function.invoke(without).await.answer();
    assert_eq!(body(&answer), failure());
    function.stop().await;
}

#[tokio::test]
async fn six_megabytes_are_refused_without_reading_them() {
    let function = verify().await;
    let warm = function.invoke(question()).await.answer();
    assert_eq!(warm["statusCode"], 200);
    for body in [vec![b' '; 4_400_000], vec![0xff; 4_400_000]] {
        let event = event_with_body("POST", "/v2", "application/json", &body);
        assert!(event.to_string().len() > 5_800_000);
        let answer = function.invoke(event).await.answer();
        assert_eq!(answer["statusCode"], 413);
    }
    let mut plain = question();
    plain["body"] = json!("x".repeat(5_900_000));
    plain["isBase64Encoded"] = json!(false);
    let answer = function.invoke(plain).await.answer();
    assert_eq!(answer["statusCode"], 413);

    let log = function.stop().await;
    let slowest = log.iter().filter_map(|line| line["Duration"].as_f64());
    // From the raw event to the answer: reading six megabytes of JSON, and hardly more.
    let limit_ms = if runner().is_empty() {
        2_000.0
    } else {
        20_000.0
    };
    assert!(slowest.fold(0.0, f64::max) < limit_ms, "{log:?}");
    assert_eq!(log.len(), 4);
}

#[tokio::test]
async fn path_is_taken_as_it_was_sent() {
    let function = verify().await;
    for (path, status) in [
        ("/v2", 200),
        ("/%76%32", 404),
        ("/v2/", 200),
        ("//v2", 404),
        ("/v2//", 404),
        ("/./v2", 404),
        ("/x/../v2", 404),
        ("/x/%2e%2e/v2", 404),
        ("/x%2F..%2Fv2", 404),
        ("/%2Fv2", 404),
        ("/v2%00", 404),
        ("/v2%ff", 404),
        ("/v2\u{fffd}", 404),
        ("/v2;x=y", 404),
        ("/V2", 200),
    ] {
        let mut event = question();
        event["rawPath"] = json!(path);
        event["requestContext"]["http"]["path"] = json!(path);
        let answer = function.invoke(event).await.answer();
        assert_eq!(answer["statusCode"], status, "{path}");
    }
    let log = function.stop().await;
    assert!(log.iter().all(|line| line["level"] == "INFO"), "{log:?}");
}

#[tokio::test]
async fn names_of_headers_are_read_in_any_case() {
    let function = verify().await;
    let mut event = question();
    event["headers"] = json!({"Content-Type": "application/json", "HOST": "x"});
    let answer = function.invoke(event).await.answer();
    assert_eq!(body(&answer), failure());
    let mut event = question();
    event["headers"] = json!({"content-type": "text/plain,application/json"});
    let answer = function.invoke(event).await.answer();
    assert_eq!(answer["statusCode"], 415);
    function.stop().await;
}

/// Ten wrong guesses from one place, and what the eleventh from another one is told.
#[tokio::test]
async fn source_is_the_address_of_the_context_and_of_no_header() {
    let cloud = Cloud::start().await;
    let function = started("sign-in", &cloud, &[]).await;
    for (address, expected) in [
        (json!("198.51.100.7"), "198.51.100.7"),
        (json!("2001:db8:1:2:3:4:5:6"), "2001:db8:1:2::/64"),
        (json!("::ffff:192.0.2.9"), "192.0.2.9"),
        (json!("not an address"), "unknown"),
        (json!(null), "unknown"),
    ] {
        let guess = json!({"email": "nobody@idp.example", "password": "a wrong password"});
        let mut event = event_with_body(
            "POST",
            "/persona/session",
            "application/json",
            guess.to_string().as_bytes(),
        );
        event["headers"]["origin"] = json!("https://idp.example");
        event["headers"]["x-forwarded-for"] = json!("203.0.113.1");
        event["headers"]["cloudfront-viewer-address"] = json!("203.0.113.1:443");
        event["requestContext"]["http"]["sourceIp"] = address;
        let answer = function.invoke(event).await.answer();
        assert_eq!(body(&answer)["code"], "credentials_wrong");
        let limits = cloud.rows("limit#");
        let counted = limits
            .iter()
            .any(|row| row["pk"].to_string().contains(expected));
        assert!(counted, "{expected}: {limits:?}");
        assert!(!format!("{limits:?}").contains("203.0.113.1"), "{limits:?}");
    }
    function.stop().await;
}
