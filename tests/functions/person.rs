//! Somebody at the identity provider's functions: what the pages send.

use serde_json::{Value, json};
use tests::cloud::Cloud;
use tests::keys::USER;
use tests::lambda::{Function, event, event_with_body};
use tests::tokens::ALICE;

use crate::{body, started};

/// Alice's.
pub const PASSWORD: &str = "correct horse battery";

/// The functions of an identity provider over one cloud.
pub struct Provider {
    pub cloud: Cloud,
    pub owner: Function,
    pub sign: Function,
    pub sign_in: Function,
}

impl Provider {
    pub async fn new() -> Self {
        Self::with(&[]).await
    }

    /// The same, with more said to those that people and the owner talk to.
    pub async fn with(more: &[(&str, &str)]) -> Self {
        let cloud = Cloud::start().await;
        let owner = started("owner", &cloud, more).await;
        let sign = started("sign", &cloud, &[]).await;
        let sign_in = started("sign-in", &cloud, more).await;
        Self {
            cloud,
            owner,
            sign,
            sign_in,
        }
    }

    /// The owner adds Alice, she follows the link: her session's cookie.
    pub async fn with_alice() -> (Self, String) {
        let provider = Self::new().await;
        let added = json!({"command": "add", "email": ALICE});
        let added = provider.owner.invoke(added).await.answer();
        let (_, token) = added["link"]
            .as_str()
            .and_then(|link| link.split_once('#'))
            .expect("a link with a token");
        let enrolled = provider
            .sign_in
            .invoke(post(
                "/persona/enrolment",
                &json!({"password": PASSWORD, "token": token}),
            ))
            .await
            .answer();
        assert_eq!(enrolled["statusCode"], 200, "{enrolled}");
        let cookie = cookie(&enrolled);
        (provider, cookie)
    }

    /// The lines that the three wrote.
    pub async fn stop(self) -> [Vec<Value>; 3] {
        [
            self.owner.stop().await,
            self.sign.stop().await,
            self.sign_in.stop().await,
        ]
    }
}

/// What a page of the provider's own sends.
pub fn post(path: &str, body: &Value) -> Value {
    let body = body.to_string();
    let mut event = event_with_body("POST", path, "application/json", body.as_bytes());
    event["headers"]["origin"] = json!("https://idp.example");
    event["headers"]["sec-fetch-site"] = json!("same-origin");
    event
}

/// A guess or the password.
pub fn sign_in(password: &str) -> Value {
    post(
        "/persona/session",
        &json!({"email": ALICE, "password": password}),
    )
}

/// Her key, for an hour.
pub fn to_sign(cookie: &str) -> Value {
    let mut event = post("/persona/sign/", &USER.to_json());
    event["rawQueryString"] = json!("email=alice%40idp.example&duration=3600");
    event["cookies"] = json!([cookie]);
    event
}

pub fn who(cookie: &str) -> Value {
    let mut event = event("GET", "/persona/session", "");
    event["cookies"] = json!([cookie]);
    event
}

/// Name and value of the session's cookie, which an answer sets.
pub fn cookie(answer: &Value) -> String {
    let mut lines = answer["cookies"].as_array().into_iter().flatten();
    let set = lines.find_map(|line| {
        line.as_str()
            .filter(|set| set.starts_with("__Host-selfsame="))
    });
    let pair = set.and_then(|set| set.split(';').next());
    pair.unwrap_or_else(|| panic!("no session: {answer}"))
        .to_owned()
}

/// Status and code of a refusal.
pub fn refusal(answer: &Value) -> (Value, Value) {
    (answer["statusCode"].clone(), body(answer)["code"].clone())
}
