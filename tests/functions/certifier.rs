//! The certificate service's binary: who may ask is what the platform says, and no certificate leaves without its row.

use serde_json::{Value, json};
use tests::cloud::{Cloud, Trouble};
use tests::keys::{ISSUER, USER};
use tests::lambda::{event, event_with_body};
use tests::tokens::{ALICE, payload};

use crate::{answered, body, started};

fn asked(email: &str) -> Value {
    let pubkey = USER.to_json().to_string();
    let body = json!({"email": email, "pubkey": pubkey, "duration": 3600});
    event_with_body(
        "POST",
        "/cert_key",
        "application/json",
        body.to_string().as_bytes(),
    )
}

/// What a function URL of `AWS_IAM` tells of whoever signed.
fn signed(mut event: Value) -> Value {
    event["requestContext"]["authorizer"] = json!({
        "iam": {
            "accessKey": "AKIAIOSFODNN7EXAMPLE",
            "accountId": "123456789012",
            "callerId": "AIDACKCEVSQ6C2EXAMPLE",
            "cognitoIdentity": null,
            "principalOrgId": null,
            "userArn": "arn:aws:iam::123456789012:user/blog",
            "userId": "AIDACOSFODNN7EXAMPLE2",
        }
    });
    event
}

#[tokio::test]
async fn a_signed_request_is_a_certificate_with_its_row() {
    let cloud = Cloud::start().await;
    let more = [("ADDRESS_DOMAINS", "idp.example, blog.example")];
    let function = started("certifier", &cloud, &more).await;
    for email in [ALICE, "bob@blog.example"] {
        let answer = function.invoke(signed(asked(email))).await.answer();
        assert_eq!(answer["statusCode"], 200, "{answer}");
        let certificate = body(&answer)["certificate"].clone();
        let claims = payload(certificate.as_str().expect("a text"));
        assert_eq!(claims["iss"], "idp.example");
        assert_eq!(claims["principal"], json!({"email": email}));
    }
    let rows = cloud.rows("audit#");
    assert_eq!(rows.len(), 2, "{rows:?}");
    assert_eq!(rows[0]["lifetime_ms"], "3600000");
    assert_eq!(rows[0]["request_id"], "request-of-the-stub");

    let strange = asked("alice@strange.example");
    let answer = function.invoke(signed(strange)).await.answer();
    assert_eq!(body(&answer)["code"], "not_our_domain");
    let key = signed(event("GET", "/public-key", ""));
    assert_eq!(body(&function.invoke(key).await.answer()), ISSUER.to_json());
    let heartbeat = signed(event("GET", "/__heartbeat__", ""));
    let answer = function.invoke(heartbeat).await.answer();
    assert_eq!(answer["body"], "ok certifier");
    assert_eq!(cloud.rows("audit#").len(), 2);

    let log = function.stop().await;
    let (lines, others) = answered(&log);
    assert_eq!((lines.len(), others.len()), (5, 0), "{others:?}");
    let text = json!(log).to_string();
    for secret in ["alice", "bob", "eyJ", "AKIA", "user/blog"] {
        assert!(!text.contains(secret), "{secret}: {text}");
    }
}

#[tokio::test]
async fn a_request_that_nobody_signed_is_refused_also_where_the_url_is_public() {
    let cloud = Cloud::start().await;
    let function = started("certifier", &cloud, &[]).await;
    assert_eq!(cloud.calls().len(), 1, "the public key was asked for");
    let with = |authorizer: Value| {
        let mut event = asked(ALICE);
        event["requestContext"]["authorizer"] = authorizer;
        event
    };
    let mut headed = asked(ALICE);
    headed["headers"]["authorization"] = json!("AWS4-HMAC-SHA256 Credential=x");
    for event in [
        asked(ALICE),
        headed,
        with(json!(null)),
        with(json!({})),
        with(json!({"jwt": {"claims": {}, "scopes": null}})),
        with(json!({"lambda": {"iam": {"accountId": "123456789012"}}})),
    ] {
        let answer = function.invoke(event.clone()).await.answer();
        assert_eq!(answer["statusCode"], 403, "{event}");
        assert_eq!(body(&answer)["code"], "wrong_front");
    }
    assert!(cloud.calls().is_empty(), "nothing was asked of AWS");
    assert!(cloud.rows("audit#").is_empty());
    function.stop().await;
}

#[tokio::test]
async fn no_certificate_leaves_without_its_row() {
    let cloud = Cloud::start().await;
    let function = started("certifier", &cloud, &[]).await;
    cloud.has("PutItem", Trouble::Fails(400, "AccessDeniedException"));
    let answer = function.invoke(signed(asked(ALICE))).await.answer();
    assert_eq!(answer["statusCode"], 503, "{answer}");
    assert_eq!(body(&answer)["code"], "unavailable");
    assert!(!answer.to_string().contains("eyJ"), "{answer}");
    cloud.is_well();
    let answer = function.invoke(signed(asked(ALICE))).await.answer();
    assert_eq!(answer["statusCode"], 200, "{answer}");
    function.stop().await;
}
