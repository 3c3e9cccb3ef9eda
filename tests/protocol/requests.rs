//! Requests to the verifier over real HTTP: H1 to H9, H12 to H15, V55 to V60.

use serde_json::json;

use crate::making::{BOB, IDP, OTHER_USER};
use crate::running::{
    AUDIENCE, FORM, JSON, Running, check, check_headers, chunked, escaped, form, fresh, idp, now,
    object, request,
};

#[tokio::test]
async fn a_right_assertion_is_okay_in_each_of_the_old_ways() {
    let idp = idp().await;
    let verifier = Running::with_idp(&idp);
    let (case, expires) = fresh();
    let bundle = case.bundle();
    let okay = format!(
        r#"{{"audience":"{AUDIENCE}","expires":{expires},"issuer":"{IDP}","email":"{BOB}","status":"okay"}}"#
    );
    let (form, json) = (form(&bundle), object(&bundle).to_string());
    let audience = escaped(AUDIENCE);
    for request in [
        request("/verify", FORM, &form),
        request("/", FORM, &form),
        request("/verify", JSON, &json),
        request("/v2", JSON, &json),
        request("/verify", "application/json; charset=utf-8", &json),
        request("/v2", "application/json; charset=utf-8", &json),
        request("/V2/", JSON, &json),
        chunked("/v2", JSON, &json),
        chunked("/verify", FORM, &form),
        // Both in the query of a POST without a body; one here and one there.
        request(
            &format!("/verify?assertion={bundle}&audience={audience}"),
            "",
            "",
        ),
        request(
            &format!("/verify?assertion={bundle}"),
            FORM,
            &format!("audience={audience}"),
        ),
        request(
            &format!("/verify?audience={audience}"),
            FORM,
            &format!("assertion={bundle}"),
        ),
    ] {
        let heard = verifier.send(&request).await;
        check_headers(&heard);
        assert_eq!(
            (heard.status, heard.body.as_str()),
            (200, okay.as_str()),
            "{}",
            String::from_utf8_lossy(&request)
        );
        assert_eq!(
            heard.header("content-type"),
            Some("application/json; charset=utf-8")
        );
    }
    // The site's own spelling comes back.
    let body = json!({"assertion": bundle, "audience": "http://RP.example:80/"});
    assert_eq!(
        verifier.v2(&body).await.json()["audience"],
        "http://RP.example:80/"
    );
}

#[tokio::test]
async fn a_failed_verification_is_a_200_with_a_reason_and_never_okay() {
    let idp = idp().await;
    let verifier = Running::with_idp(&idp);
    let (case, _) = fresh();
    let expired = case.clone().assertion(json!({"exp": now() - 1}));
    let forged = case.clone().signed_by(&OTHER_USER);
    let elsewhere = case.clone().certificate(json!({"iss": "evil.example"}));
    for (assertion, code, reason) in [
        (json!("x"), "bundle_malformed", "no certificates provided"),
        (json!(777), "bundle_malformed", "malformed backed assertion"),
        (
            json!({"a": 1}),
            "bundle_malformed",
            "malformed backed assertion",
        ),
        (expired.bundle().into(), "assertion_expired", "expired"),
        (
            forged.bundle().into(),
            "assertion_signature",
            "invalid signature",
        ),
        (
            elsewhere.bundle().into(),
            "issuer_untrusted",
            "untrusted issuer, expected 'idp.example', got 'evil.example'",
        ),
    ] {
        let body = json!({"assertion": assertion, "audience": AUDIENCE});
        check(&verifier.v2(&body).await, 200, code, reason);
        check(
            &verifier.post("/verify", JSON, &body.to_string()).await,
            200,
            code,
            reason,
        );
    }
    for odd in [
        json!(5),
        json!(["http://rp.example"]),
        json!({"a": 1}),
        json!(true),
    ] {
        let body = json!({"assertion": case.bundle(), "audience": odd});
        check(
            &verifier.v2(&body).await,
            200,
            "audience_mismatch",
            "audience mismatch: not a text",
        );
    }
    // The prefix of a JSON answer that could be read by a script of another site is an object, see `check_headers`.
    assert!(verifier.v2(&object("x")).await.body.starts_with('{'));
}

#[tokio::test]
async fn reading_is_no_way_to_verify_and_no_page_may_ask() {
    let verifier = Running::start(&[], &[]);
    for path in ["/verify", "/v2", "/", "/verify?assertion=a~b&audience=c"] {
        for method in ["GET", "HEAD"] {
            let heard = verifier
                .send(format!(
                    "{method} {path} HTTP/1.1\r\nHost: x\r\nOrigin: https://rp.example\r\n\r\n"
                ))
                .await;
            check_headers(&heard);
            let body = if method == "GET" {
                "Method Not Allowed"
            } else {
                ""
            };
            assert_eq!(
                (heard.status, heard.body.as_str()),
                (405, body),
                "{method} {path}"
            );
            assert_eq!(heard.header("allow"), None);
        }
    }
    let preflight = "OPTIONS /v2 HTTP/1.1\r\nHost: x\r\nOrigin: https://rp.example\r\nAccess-Control-Request-Method: POST\r\nConnection: close\r\n\r\n";
    check_headers(&verifier.send(preflight).await);
}

#[tokio::test]
async fn what_cannot_be_read_is_refused_with_the_old_statuses() {
    let verifier = Running::start(&[], &[]);
    for path in ["/verify", "/v2"] {
        for body in ["{ 'a' }", "{", "\"x\"", "5", "null"] {
            let heard = verifier.post(path, JSON, body).await;
            check_headers(&heard);
            assert_eq!(
                (heard.status, heard.body.as_str()),
                (400, ""),
                "{path} {body}"
            );
        }
    }
    let body = object("x").to_string();
    let reason = |kind: &str, expected: &str| {
        format!("Unsupported Content-Type: {kind} (expected {expected})")
    };
    for (kind, named) in [
        ("text/plain", "text/plain"),
        ("", "none"),
        (FORM, FORM),
        ("text/plain; charset=utf-8", "text/plain; charset=utf-8"),
    ] {
        let heard = verifier.post("/v2", kind, &body).await;
        check(&heard, 415, "type_unsupported", &reason(named, JSON));
    }
    let both = "application/x-www-form-urlencoded or application/json";
    for (kind, named) in [
        ("text/plain", "text/plain"),
        ("", "none"),
        ("text/plain; charset=utf-8", "text/plain"),
    ] {
        let heard = verifier.post("/verify", kind, &body).await;
        check(&heard, 415, "type_unsupported", &reason(named, both));
    }
    // What a type says is not written into the answer as anything but text.
    let heard = verifier.post("/v2", "text/\"><script>", &body).await;
    assert_eq!(
        (heard.status, heard.header("content-type")),
        (415, Some("application/json; charset=utf-8"))
    );

    let (no_assertion, no_audience) = ("missing assertion parameter", "missing audience parameter");
    check(
        &verifier.post("/verify", FORM, "assertion=x").await,
        400,
        "audience_missing",
        no_audience,
    );
    check(
        &verifier
            .post("/verify", FORM, "assertion=x&audience=")
            .await,
        400,
        "audience_missing",
        no_audience,
    );
    for path in ["/verify", "/v2"] {
        check(
            &verifier.post(path, JSON, "{}").await,
            400,
            "assertion_missing",
            no_assertion,
        );
        let heard = verifier
            .post(path, JSON, r#"{"assertion":"x","audience":""}"#)
            .await;
        check(&heard, 400, "audience_missing", no_audience);
    }
    let heard = verifier
        .post("/v2?assertion=a~b&audience=c", JSON, "{}")
        .await;
    check(&heard, 400, "assertion_missing", no_assertion);
    for (issuers, reason) in [
        (json!("x"), "trusted issuers must be an array"),
        (json!({"0": "x"}), "trusted issuers must be an array"),
        (json!([1]), "trusted issuers must be an array of strings"),
        (
            json!([["x"]]),
            "trusted issuers must be an array of strings",
        ),
    ] {
        let body = json!({"assertion": "x", "audience": "y", "trustedIssuers": issuers});
        check(
            &verifier.v2(&body).await,
            400,
            "trusted_issuers_malformed",
            reason,
        );
    }
}

#[tokio::test]
async fn a_body_ends_at_10240_bytes_not_characters() {
    let verifier = Running::start(&[], &[]);
    // Two bytes each.
    let of = |bytes: usize| {
        let rest = bytes - r#"{"assertion":"","audience":"y"}"#.len();
        let text = format!("{}{}", "é".repeat(rest / 2), "x".repeat(rest % 2));
        let body = format!(r#"{{"assertion":"{text}","audience":"y"}}"#);
        assert_eq!(body.len(), bytes);
        body
    };
    for path in ["/verify", "/v2"] {
        for bytes in [
            request(path, JSON, &of(10_240)),
            chunked(path, JSON, &of(10_240)),
        ] {
            check(
                &verifier.send(bytes).await,
                200,
                "bundle_malformed",
                "no certificates provided",
            );
        }
        for bytes in [
            request(path, JSON, &of(10_241)),
            chunked(path, JSON, &of(10_241)),
        ] {
            let heard = verifier.send(bytes).await;
            check_headers(&heard);
            assert_eq!((heard.status, heard.body.as_str()), (413, ""));
        }
        // Nobody waits for a body that is announced too long.
        let announced = format!(
            "POST {path} HTTP/1.1\r\nHost: x\r\nContent-Type: {JSON}\r\nContent-Length: 999999999\r\n\r\n"
        );
        assert_eq!(verifier.send(announced).await.status, 413);
    }
}
