//! Somebody with an address at the product, and what their browser does: key, certificate, assertion.

use std::time::{SystemTime, UNIX_EPOCH};

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use http::{Method, StatusCode};
use rand_core::OsRng;
use rsa::pkcs1v15::SigningKey;
use rsa::signature::{SignatureEncoding, Signer};
use rsa::traits::PublicKeyParts;
use rsa::{RsaPrivateKey, RsaPublicKey};
use serde_json::{Value, json};
use sha2::Sha256;

use crate::http::{Answer, Site};

pub const PASSWORD: &str = "correct horse battery";

/// A browser with a key pair and, once signed in, a session at the identity provider.
pub struct Person {
    pub cookie: String,
    pub email: String,
    identity: Site,
    key: RsaPrivateKey,
}

impl Person {
    /// Uses an enrolment link up.
    pub async fn enrol(identity: &Site, link: &str) -> Self {
        let answer = identity
            .own_page_sends(
                Method::POST,
                "/persona/enrolment",
                "",
                &json!({"token": token_of(link), "password": PASSWORD}),
            )
            .await;
        Self::signed_in(identity, &answer)
    }

    /// Signs in with the password.
    pub async fn sign_in(identity: &Site, email: &str) -> Self {
        let credentials = json!({"email": email, "password": PASSWORD});
        let answer = identity
            .own_page_sends(Method::POST, "/persona/session", "", &credentials)
            .await;
        Self::signed_in(identity, &answer)
    }

    /// What came of signing in, in whatever way.
    pub fn signed_in(identity: &Site, answer: &Answer) -> Self {
        assert_eq!(answer.status, StatusCode::OK, "{}", answer.text());
        assert!(
            answer.cookie().starts_with("selfsame="),
            "{:?}",
            answer.headers
        );
        let email = answer.json()["email"]
            .as_str()
            .expect("an address")
            .to_owned();
        Self {
            cookie: answer.cookie(),
            email,
            identity: identity.clone(),
            key: RsaPrivateKey::new(&mut OsRng, 2048).expect("a key"),
        }
    }

    /// Who the identity provider says is signed in with this browser.
    pub async fn session(&self) -> Value {
        let cookie = [("cookie", self.cookie.as_str())];
        let answer = self
            .identity
            .send(Method::GET, "/persona/session", &cookie, "")
            .await;
        assert_eq!(answer.status, StatusCode::OK);
        answer.json()["email"].clone()
    }

    pub async fn ask_for_certificate(&self) -> Answer {
        let path = format!("/persona/sign/?email={}&duration=3600", self.email);
        let key = public_key(&self.key.to_public_key());
        self.identity
            .own_page_sends(Method::POST, &path, &self.cookie, &key)
            .await
    }

    pub async fn certificate(&self) -> String {
        let answer = self.ask_for_certificate().await;
        assert_eq!(answer.status, StatusCode::OK, "{}", answer.text());
        answer.text()
    }

    /// A finished assertion for `audience`.
    pub async fn assertion(&self, audience: &str) -> String {
        let certificate = self.certificate().await;
        format!("{certificate}~{}", sign(&self.key, audience))
    }
}

pub fn public_key(key: &RsaPublicKey) -> Value {
    json!({"algorithm": "RS", "n": key.n().to_string(), "e": key.e().to_string()})
}

/// The part of a link that no server sees.
pub fn token_of(link: &str) -> &str {
    link.split_once('#').expect("a link with a token").1
}

/// What stands behind the certificate: this person, for this site, for two minutes.
pub fn sign(key: &RsaPrivateKey, audience: &str) -> String {
    let encode = |json: Value| URL_SAFE_NO_PAD.encode(json.to_string());
    let claims = json!({"aud": audience, "exp": now_ms() + 120_000});
    let signed = format!("{}.{}", encode(json!({"alg": "RS256"})), encode(claims));
    let signature = SigningKey::<Sha256>::new(key.clone()).sign(signed.as_bytes());
    format!("{signed}.{}", URL_SAFE_NO_PAD.encode(signature.to_bytes()))
}

pub fn now_ms() -> u64 {
    #[expect(
        clippy::disallowed_methods,
        reason = "a test of the running product lives in real time"
    )]
    let now = SystemTime::now();
    let since_1970 = now.duration_since(UNIX_EPOCH).expect("it is past 1970");
    u64::try_from(since_1970.as_millis()).expect("it fits")
}
