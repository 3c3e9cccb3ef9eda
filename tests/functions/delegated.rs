//! One identity provider for the people of several domains, which delegate to it.

use serde_json::json;
use tests::cloud::Cloud;
use tests::lambda::Function;
use tests::tokens::payload;

use crate::person::{PASSWORD, cookie, post, refusal, to_sign};
use crate::started;

const SERVED: (&str, &str) = ("ADDRESS_DOMAINS", "first.example,second.example");
const HER: &str = "alice@second.example";

/// A certificate for the person of this session.
async fn asked(sign: &Function, session: &str) -> serde_json::Value {
    let mut event = to_sign(session);
    event["rawQueryString"] = json!("email=alice%40second.example&duration=3600");
    sign.invoke(event).await.answer()
}

#[tokio::test]
async fn people_of_each_domain_that_delegates_are_certified_and_nobody_else() {
    let cloud = Cloud::start().await;
    let owner = started("owner", &cloud, &[SERVED]).await;
    let sign_in = started("sign-in", &cloud, &[SERVED]).await;
    let added = owner
        .invoke(json!({"command": "add", "email": HER}))
        .await
        .answer();
    let (page, token) = added["link"]
        .as_str()
        .and_then(|link| link.split_once('#'))
        .expect("a link with a token");
    assert_eq!(page, "https://idp.example/persona/enrol.html");
    let enrolment = post(
        "/persona/enrolment",
        &json!({"password": PASSWORD, "token": token}),
    );
    let session = cookie(&sign_in.invoke(enrolment).await.answer());

    let sign = started("sign", &cloud, &[SERVED]).await;
    let answer = asked(&sign, &session).await;
    assert_eq!(answer["statusCode"], 200, "{answer}");
    let claims = payload(answer["body"].as_str().expect("a certificate"));
    assert_eq!(claims["iss"], "idp.example");
    assert_eq!(claims["principal"], json!({"email": HER}));

    // The provider's own name is in no list: nobody's address ends in it.
    for stranger in ["alice@idp.example", "alice@third.example"] {
        let command = json!({"command": "add", "email": stranger});
        let answer = owner.invoke(command).await.answer();
        assert_eq!(answer["code"], "address_invalid", "{stranger}");
        let reason = answer["reason"].as_str().expect("a reason");
        assert!(
            reason.ends_with("@first.example or @second.example"),
            "{reason}"
        );
    }

    // A domain that is served no more: its people's sessions are there still, and are worth nothing.
    for left in [&[("ADDRESS_DOMAINS", "first.example")][..], &[]] {
        let narrower = started("sign", &cloud, left).await;
        cloud.calls();
        let answer = asked(&narrower, &session).await;
        assert_eq!(refusal(&answer), (json!(403), json!("not_our_domain")));
        assert_eq!(cloud.calls(), ["GetItem"], "nothing is signed");
        narrower.stop().await;
    }
    assert_eq!(cloud.rows("audit#").len(), 1);
    for function in [owner, sign_in, sign] {
        function.stop().await;
    }
}
