//! The whole way through the binaries: the owner adds somebody, who enrols, signs in, and gets certificates.

use browserid::PublicKey;
use serde_json::{Value, json};
use tests::keys::{ISSUER, USER};
use tests::lambda::event;
use tests::tokens::{ALICE, payload};

use crate::person::{PASSWORD, Provider, cookie, post, refusal, sign_in, to_sign, who};
use crate::{answered, body, started};

#[tokio::test]
async fn enrolment_sign_in_and_certificate_through_the_binaries() {
    let (provider, enrolled) = Provider::with_alice().await;
    let answer = provider.sign_in.invoke(who(&enrolled)).await.answer();
    assert_eq!(body(&answer)["email"], ALICE);

    let answer = provider.sign_in.invoke(sign_in(PASSWORD)).await.answer();
    assert_eq!(answer["statusCode"], 200, "{answer}");
    let session = cookie(&answer);
    assert_ne!(session, enrolled);

    let answer = provider.sign.invoke(to_sign(&session)).await.answer();
    assert_eq!(answer["statusCode"], 200, "{answer}");
    assert_eq!(answer["isBase64Encoded"], false);
    assert_eq!(
        answer["headers"]["content-type"],
        "text/plain; charset=utf-8"
    );
    let certificate = answer["body"].as_str().expect("a certificate");
    let claims = payload(certificate);
    assert_eq!(claims["iss"], "idp.example");
    assert_eq!(claims["principal"], json!({"email": ALICE}));
    assert_eq!(claims["public-key"], USER.to_json());
    let span = claims["exp"].as_u64().zip(claims["iat"].as_u64());
    assert_eq!(span.map(|(exp, iat)| exp - iat), Some(3_610_000));
    let (signed, signature) = certificate.rsplit_once('.').expect("a signature");
    let expected = tests::tokens::signed("", "", &ISSUER.sign(signed.as_bytes()));
    assert_eq!(expected, format!("..{signature}"));

    let rows = provider.cloud.rows("audit#");
    assert_eq!(rows.len(), 1, "{rows:?}");
    assert_eq!(rows[0]["email"], ALICE);
    assert_eq!(rows[0]["lifetime_ms"], "3600000");
    assert_eq!(rows[0]["request_id"], "request-of-the-stub");
    let thumbprint = PublicKey::from_json(&USER.to_json())
        .expect("a key")
        .thumbprint();
    assert_eq!(rows[0]["key_thumbprint"], json!(thumbprint));

    // Signing out ends this session and no other.
    let mut sign_out = event("DELETE", "/persona/session", "");
    sign_out["headers"]["origin"] = json!("https://idp.example");
    sign_out["cookies"] = json!([session]);
    let answer = provider.sign_in.invoke(sign_out).await.answer();
    assert_eq!(answer["statusCode"], 200);
    let answer = provider.sign.invoke(to_sign(&session)).await.answer();
    assert_eq!(refusal(&answer), (json!(403), json!("no_session")));
    let answer = provider.sign.invoke(to_sign(&enrolled)).await.answer();
    assert_eq!(answer["statusCode"], 200, "{answer}");

    let [owner, sign, sign_in] = provider.stop().await;
    for (log, lines) in [(&owner, 1), (&sign, 3), (&sign_in, 4)] {
        let (answered, others) = answered(log);
        assert_eq!(answered.len(), lines, "{log:?}");
        assert_eq!(others, Vec::<&Value>::new());
        let log = format!("{log:?}");
        for secret in [PASSWORD, "alice", "__Host", certificate] {
            assert!(!log.contains(secret), "{secret}: {log}");
        }
    }
    assert_eq!(owner[0]["operation"], "add");
}

#[tokio::test]
async fn certificate_costs_one_read_one_signature_and_one_write() {
    let (provider, cookie) = Provider::with_alice().await;
    for _ in 0..3 {
        provider.cloud.calls();
        let answer = provider.sign.invoke(to_sign(&cookie)).await.answer();
        assert_eq!(answer["statusCode"], 200, "{answer}");
        assert_eq!(provider.cloud.calls(), ["GetItem", "Sign", "PutItem"]);
    }
    assert_eq!(provider.cloud.rows("audit#").len(), 3);

    // A refused request costs looks: at the session, and whether the address is a further one of somebody.
    let mut weak = to_sign(&cookie);
    weak["rawQueryString"] = json!("email=bob%40idp.example&duration=3600");
    let answer = provider.sign.invoke(weak).await.answer();
    assert_eq!(refusal(&answer), (json!(400), json!("not_your_address")));
    assert_eq!(provider.cloud.calls(), ["GetItem"; 3]);
    let answer = provider.sign.invoke(to_sign("a=b")).await.answer();
    assert_eq!(refusal(&answer), (json!(403), json!("no_session")));
    assert_eq!(provider.cloud.calls(), Vec::<String>::new());
    let answer = provider
        .sign
        .invoke(event("GET", "/persona/sign/", ""))
        .await
        .answer();
    assert_eq!(refusal(&answer), (json!(405), json!("method_not_allowed")));
    assert_eq!(answer["headers"]["allow"], "POST");
    provider.stop().await;
}

#[tokio::test]
async fn behind_its_front_a_function_answers_nobody_else() {
    const SECRET: &str = "51af3dc0-da77-11e4-872e-1234567db123";
    let provider = Provider::new().await;
    for name in ["sign", "sign-in"] {
        let function = started(name, &provider.cloud, &[("ORIGIN_SECRET", SECRET)]).await;
        provider.cloud.calls();
        let shown = |secret: Option<&str>| {
            let mut event = match name {
                "sign" => to_sign(crate::TOKEN),
                _ => sign_in("a wrong password"),
            };
            if let Some(secret) = secret {
                event["headers"]["x-origin-secret"] = json!(secret);
            }
            event["headers"]["cloudfront-viewer-address"] = json!("203.0.113.1:443");
            event
        };
        for wrong in [None, Some(""), Some(&SECRET[1..]), Some("x")] {
            let answer = function.invoke(shown(wrong)).await.answer();
            assert_eq!(refusal(&answer), (json!(403), json!("wrong_front")));
        }
        assert_eq!(provider.cloud.calls(), Vec::<String>::new());
        let answer = function.invoke(shown(Some(SECRET))).await.answer();
        assert_ne!(body(&answer)["code"], "wrong_front");
        assert!(!provider.cloud.calls().is_empty());
        function.stop().await;
    }
    let limits = format!("{:?}", provider.cloud.rows("limit#"));
    assert!(limits.contains("203.0.113.1"), "{limits}");
    assert!(!limits.contains("198.51.100.7"), "{limits}");
    provider.stop().await;
}

#[tokio::test]
async fn pages_at_another_origin_are_the_only_ones_that_may_ask() {
    let provider = Provider::new().await;
    let pages = [
        ("DOMAIN", "idp.example"),
        ("PAGES_ORIGIN", "https://www.idp.example"),
    ];
    let function = started("sign-in", &provider.cloud, &pages).await;
    let from = |origin: &str| {
        let mut event = sign_in("a wrong password");
        event["headers"]["origin"] = json!(origin);
        event["headers"]["sec-fetch-site"] = json!("same-site");
        event
    };
    let answer = function
        .invoke(from("https://www.idp.example"))
        .await
        .answer();
    assert_eq!(refusal(&answer), (json!(401), json!("credentials_wrong")));
    assert_eq!(
        answer["headers"]["access-control-allow-origin"],
        "https://www.idp.example"
    );
    assert_eq!(
        answer["headers"]["access-control-allow-credentials"],
        "true"
    );
    for origin in ["https://idp.example", "https://evil.idp.example", "null"] {
        let answer = function.invoke(from(origin)).await.answer();
        assert_eq!(
            refusal(&answer),
            (json!(403), json!("wrong_origin")),
            "{origin}"
        );
        assert_ne!(answer["headers"]["access-control-allow-origin"], origin);
    }
    function.stop().await;

    let owner = started("owner", &provider.cloud, &pages).await;
    let added = json!({"command": "add", "email": ALICE});
    let link = owner.invoke(added).await.answer()["link"].clone();
    let link = link.as_str().expect("a link");
    assert!(
        link.starts_with("https://www.idp.example/persona/enrol.html#"),
        "{link}"
    );
    owner.stop().await;
    let preflight = post("/persona/session", &json!({}));
    let answer = provider.sign_in.invoke(preflight).await.answer();
    assert_eq!(answer["headers"].get("access-control-allow-origin"), None);
    provider.stop().await;
}
