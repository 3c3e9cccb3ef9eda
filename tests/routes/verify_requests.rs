//! The verifier: requests that cannot be read or are not complete, other methods, other paths, health.

use serde_json::json;
use tests::http::{Call, Heard};
use tests::network::Network;
use tests::tokens::{AUDIENCE, alices_bundle};
use tests::verifier::Verifier;

const TEXT: Option<&str> = Some("text/plain; charset=utf-8");
const JSON: Option<&str> = Some("application/json; charset=utf-8");

/// A JSON answer with exactly these words, and nothing was fetched.
async fn check(call: Call, status: u16, code: &str, reason: &str) {
    let verifier = Verifier::new();
    let heard = verifier.send(call.clone()).await;
    let expected = json!({"status": "failure", "code": code, "reason": reason});
    assert_eq!((heard.status, heard.json()), (status, expected), "{call:?}");
    assert_eq!(heard.header("content-type"), JSON);
    assert!(verifier.network.asked().is_empty());
}

/// The bare status, as the original's framework answered.
async fn check_bare(call: Call, status: u16) {
    let verifier = Verifier::new();
    let heard = verifier.send(call.clone()).await;
    assert_eq!(
        (heard.status, heard.body.as_str()),
        (status, ""),
        "{call:?}"
    );
    assert_eq!(heard.header("content-type"), None);
    assert!(verifier.network.asked().is_empty());
}

fn complete() -> String {
    json!({"assertion": alices_bundle(), "audience": AUDIENCE}).to_string()
}

#[tokio::test]
async fn get_and_head_are_not_allowed() {
    let verifier = Verifier::new();
    for path in ["/verify", "/v2", "/", "/V2/"] {
        let heard = verifier.send(Call::get(path)).await;
        assert_eq!(
            (heard.status, heard.body.as_str()),
            (405, "Method Not Allowed")
        );
        assert_eq!(heard.header("content-type"), TEXT);
        assert_eq!(heard.header("allow"), None);
        let heard = verifier.send(Call::new("HEAD", path)).await;
        assert_eq!((heard.status, heard.body.as_str()), (405, ""));
    }
}

#[tokio::test]
async fn options_lists_the_methods_and_permits_no_other_origin() {
    let verifier = Verifier::new();
    for path in ["/verify", "/v2", "/"] {
        let call = Call::new("OPTIONS", path)
            .header("origin", AUDIENCE)
            .header("access-control-request-method", "POST");
        let heard = verifier.send(call).await;
        assert_eq!((heard.status, heard.body.as_str()), (200, "POST,GET,HEAD"));
        assert_eq!(heard.header("allow"), Some("POST,GET,HEAD"));
    }
}

#[tokio::test]
async fn everything_else_is_not_there() {
    let verifier = Verifier::new();
    for (method, path) in [
        ("POST", "/nope"),
        ("GET", "/nope"),
        ("PUT", "/v2"),
        ("DELETE", "/verify"),
        ("POST", "/__cspreport__"),
        ("GET", "/status?x"),
        ("GET", "/status?"),
        ("GET", "/status/"),
        ("GET", "/Status"),
        ("GET", "/__heartbeat__?deep=1"),
        ("GET", "/__version__/"),
        ("POST", "/wsapi/address_info?email=a%40idp.example"),
        ("POST", "/wsapi/discovery?domain=idp.example"),
        ("GET", "/wsapi/session_context"),
    ] {
        let heard = verifier.send(Call::new(method, path)).await;
        assert_eq!(
            (heard.status, heard.body.as_str()),
            (404, "Not Found"),
            "{method} {path}"
        );
        assert_eq!(heard.header("allow"), None);
    }
    assert!(verifier.network.asked().is_empty());
}

#[tokio::test]
async fn health_paths_answer_every_method() {
    let verifier = Verifier::new();
    for (path, body, kind) in [
        ("/status", "OK", TEXT),
        ("/__heartbeat__", "{}", JSON),
        ("/__lbheartbeat__", "{}", JSON),
        (
            "/__version__",
            r#"{"version":"1.2.3","commit":"unknown","source":"unknown"}"#,
            JSON,
        ),
    ] {
        for method in ["GET", "POST", "PUT", "DELETE", "OPTIONS"] {
            let heard = verifier.send(Call::new(method, path)).await;
            assert_eq!(
                (heard.status, heard.body.as_str()),
                (200, body),
                "{method} {path}"
            );
            assert_eq!(heard.header("content-type"), kind);
        }
    }
}

#[tokio::test]
async fn body_that_is_no_json_object_is_a_bare_400() {
    for body in [
        "{ 'a' }", "{", "x", "\"x\"", "1", "true", "null", " ", "{} x",
    ] {
        for path in ["/verify", "/v2"] {
            check_bare(Call::post(path).body("application/json", body), 400).await;
        }
    }
}

#[tokio::test]
async fn body_over_10240_bytes_is_a_bare_413() {
    for path in ["/verify", "/v2"] {
        let body = complete();
        let call = Call::post(path).body("application/json", format!("{body:10241}"));
        check_bare(call.clone(), 413).await;
        check_bare(call.streamed(), 413).await;
        let form = format!("assertion={}", "x".repeat(10_231));
        let call = Call::post(path).body("application/x-www-form-urlencoded", form);
        check_bare(call, 413).await;
        let just_fits = Call::post(path).body("application/json", format!("{body:10240}"));
        assert_eq!(
            Verifier::new().send(just_fits).await.json()["status"],
            "okay"
        );
    }
}

#[tokio::test]
async fn body_in_another_charset_or_encoding_is_a_bare_415() {
    for path in ["/verify", "/v2"] {
        for kind in [
            "application/json; charset=iso-8859-1",
            "application/json; charset=utf-16",
        ] {
            check_bare(Call::post(path).body(kind, complete()), 415).await;
        }
        for encoding in ["gzip", "deflate", "br", "x"] {
            let call = Call::post(path).header("content-encoding", encoding);
            check_bare(call.body("application/json", complete()), 415).await;
        }
        let call = Call::post(path).header("content-encoding", "identity");
        let heard = Verifier::new()
            .send(call.body("application/json", complete()))
            .await;
        assert_eq!(heard.json()["status"], "okay");
    }
}

#[tokio::test]
async fn v2_wants_json_and_says_what_it_got() {
    let expected = "(expected application/json)";
    for kind in [
        "text/plain",
        "text/plain; charset=utf-8",
        "application/x-www-form-urlencoded",
        "Application/JSON",
        "text/json",
    ] {
        let reason = format!("Unsupported Content-Type: {kind} {expected}");
        let call = Call::post("/v2").body(kind, complete());
        check(call, 415, "type_unsupported", &reason).await;
    }
    let reason = format!("Unsupported Content-Type: none {expected}");
    check(
        Call::post("/v2").untyped(complete()),
        415,
        "type_unsupported",
        &reason,
    )
    .await;
    check(Call::post("/v2"), 415, "type_unsupported", &reason).await;
}

#[tokio::test]
async fn v2_does_not_read_types_that_only_begin_like_json() {
    for kind in ["application/jsonx", "application/json; charset: utf-8"] {
        let call = Call::post("/v2").body(kind, complete());
        check(
            call,
            400,
            "assertion_missing",
            "missing assertion parameter",
        )
        .await;
    }
}

#[tokio::test]
async fn v1_names_the_type_only_if_a_parameter_is_missing() {
    let expected = "(expected application/x-www-form-urlencoded or application/json)";
    for (kind, named) in [
        ("text/plain", "text/plain"),
        ("text/plain; charset=utf-8", "text/plain"),
        ("application/jsonx", "application/jsonx"),
        ("multipart/form-data; boundary=x", "multipart/form-data"),
    ] {
        let reason = format!("Unsupported Content-Type: {named} {expected}");
        let call = Call::post("/verify").body(kind, complete());
        check(call, 415, "type_unsupported", &reason).await;
    }
    let reason = format!("Unsupported Content-Type: none {expected}");
    check(Call::post("/verify"), 415, "type_unsupported", &reason).await;
    check(Call::post("/?audience=x"), 415, "type_unsupported", &reason).await;
}

#[tokio::test]
async fn missing_parameters_are_named_in_order() {
    let missing_assertion = ("assertion_missing", "missing assertion parameter");
    let missing_audience = ("audience_missing", "missing audience parameter");
    for (body, (code, reason)) in [
        (json!({}), missing_assertion),
        (json!([]), missing_assertion),
        (json!({"assertion": "", "audience": "x"}), missing_assertion),
        (json!({"assertion": null}), missing_assertion),
        (json!({"assertion": false}), missing_assertion),
        (json!({"assertion": 0}), missing_assertion),
        (json!({"audience": "x"}), missing_assertion),
        (json!({"assertion": "x"}), missing_audience),
        (json!({"assertion": "x", "audience": ""}), missing_audience),
    ] {
        for path in ["/verify", "/v2"] {
            check(Call::post(path).json(&body), 400, code, reason).await;
        }
    }
    let (code, reason) = missing_audience;
    check(
        Call::post("/verify").form(&[("assertion", "x")]),
        400,
        code,
        reason,
    )
    .await;
    let (code, reason) = missing_assertion;
    check(Call::post("/verify").form(&[]), 400, code, reason).await;
}

#[tokio::test]
async fn trusted_issuers_must_be_a_list_of_texts() {
    let with = |issuers: serde_json::Value| {
        let body = json!({"assertion": "x", "audience": "y", "trustedIssuers": issuers});
        Call::post("/v2").json(&body)
    };
    let code = "trusted_issuers_malformed";
    for issuers in [json!("x"), json!({}), json!(1), json!(true)] {
        let reason = "trusted issuers must be an array";
        check(with(issuers), 400, code, reason).await;
    }
    for issuers in [json!([1]), json!(["x", null]), json!([["x"]])] {
        let reason = "trusted issuers must be an array of strings";
        check(with(issuers), 400, code, reason).await;
    }
    for falsy in [json!(null), json!(""), json!(0), json!(false), json!([])] {
        assert_eq!(Verifier::new().send(with(falsy)).await.status, 200);
    }
}

#[tokio::test]
async fn bug_of_ours_is_a_503_that_says_nothing() {
    let verifier = Verifier::on(Network::broken());
    for path in ["/verify", "/v2"] {
        let heard: Heard = verifier
            .send(Call::post(path).body("application/json", complete()))
            .await;
        let expected =
            json!({"status": "failure", "code": "unavailable", "reason": "service unavailable"});
        assert_eq!((heard.status, heard.json()), (503, expected));
    }
}
