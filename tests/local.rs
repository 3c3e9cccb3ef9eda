//! The product on one machine, spoken to by HTTP as browsers and sites do.
#![expect(
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::panic,
    reason = "a helper of a test fails the test"
)]

use std::path::Path;

use ::http::{Method, Request, StatusCode};
use bytes::Bytes;
use http_body_util::Full;
use local::{NextStep, Options, Running, start};
use serde_json::{Value, json};

#[path = "local/certifier_command.rs"]
mod certifier_command;
#[path = "local/complaints.rs"]
mod complaints;
#[path = "local/delegation.rs"]
mod delegation;
#[path = "local/fallback.rs"]
mod fallback;
#[path = "local/hosts.rs"]
mod hosts;
#[path = "local/http.rs"]
mod http;
#[path = "local/person.rs"]
mod person;
#[path = "local/program.rs"]
mod program;
#[path = "local/real_program.rs"]
mod real_program;
#[path = "local/serving.rs"]
mod serving;
#[path = "local/told.rs"]
mod told;
#[path = "local/verifier_command.rs"]
mod verifier_command;

use crate::http::{Answer, Site, exchange};
use crate::person::{Person, token_of};

/// The product in this process, with a data folder of its own.
struct Product {
    fallback: Site,
    guestbook: Site,
    identity: Site,
    running: Running,
    verifier: Site,
}

impl Product {
    async fn start(data: &Path) -> Self {
        let running = start(Options {
            data: data.to_owned(),
            maps: Vec::new(),
            pages: None,
            post: local::Post::default(),
            port: 0,
            serves: Vec::new(),
        })
        .await
        .expect("it starts");
        let port = running.address.port();
        let site = |host| Site { host, port };
        Self {
            fallback: site("fallback.localhost"),
            guestbook: site("guestbook.localhost"),
            identity: site("me.localhost"),
            running,
            verifier: site("127.0.0.1"),
        }
    }

    fn link(&self) -> &str {
        match &self.running.next_step {
            NextStep::Enrol { link, .. } => &link.url,
            other => panic!("a link was expected: {other:?}"),
        }
    }

    async fn verify(&self, assertion: &str, audience: &str) -> Value {
        let body = json!({"assertion": assertion, "audience": audience}).to_string();
        let headers = [("content-type", "application/json")];
        let answer = self
            .verifier
            .send(Method::POST, "/verify", &headers, &body)
            .await;
        assert_eq!(answer.status, StatusCode::OK, "{}", answer.text());
        answer.json()
    }

    async fn sign_in_at_guestbook(&self, assertion: &str) -> Answer {
        let body = json!({"assertion": assertion});
        self.guestbook
            .own_page_sends(Method::POST, "/signin", "", &body)
            .await
    }

    async fn visitors(&self, cookie: &str) -> Value {
        let headers = [("cookie", cookie)];
        let answer = self
            .guestbook
            .send(Method::GET, "/visitors", &headers, "")
            .await;
        assert_eq!(answer.status, StatusCode::OK);
        answer.json()
    }
}

fn folder() -> tempfile::TempDir {
    tempfile::tempdir().expect("a folder")
}

#[tokio::test]
async fn link_password_certificate_assertion_and_the_guestbook_knows_who_is_there() {
    let data = folder();
    let product = Product::start(data.path()).await;

    let token = json!({"token": token_of(product.link())});
    let look = "/persona/enrolment/look";
    let looked = product
        .identity
        .own_page_sends(Method::POST, look, "", &token)
        .await;
    assert_eq!(looked.status, StatusCode::OK);
    assert_eq!(looked.json()["email"], "you@me.localhost");

    let you = Person::enrol(&product.identity, product.link()).await;
    assert_eq!(you.session().await, "you@me.localhost");
    let again = product
        .identity
        .own_page_sends(Method::POST, look, "", &token)
        .await;
    assert_eq!(again.status, StatusCode::NOT_FOUND, "the link is used up");

    let guestbook = product.guestbook.origin();
    let assertion = you.assertion(&guestbook).await;
    let verified = product.verify(&assertion, &guestbook).await;
    assert_eq!(verified["status"], "okay", "{verified}");
    assert_eq!(verified["email"], "you@me.localhost");
    assert_eq!(verified["issuer"], "me.localhost");
    assert_eq!(verified["audience"], guestbook.as_str());

    assert_eq!(
        product.visitors("").await,
        json!({"visitors": [], "you": null})
    );
    let signed_in = product.sign_in_at_guestbook(&assertion).await;
    assert_eq!(signed_in.status, StatusCode::OK, "{}", signed_in.text());
    assert_eq!(signed_in.json(), json!({"email": "you@me.localhost"}));
    let cookie = signed_in.cookie();
    let visitors = product.visitors(&cookie).await;
    assert_eq!(visitors["you"], "you@me.localhost");
    assert_eq!(visitors["visitors"][0]["email"], "you@me.localhost");
    assert_eq!(visitors["visitors"].as_array().map(Vec::len), Some(1));
    assert_eq!(product.visitors("").await["you"], Value::Null);

    let out = product
        .guestbook
        .own_page_sends(Method::POST, "/signout", &cookie, &json!({}))
        .await;
    assert_eq!(out.status, StatusCode::OK);
    assert_eq!(product.visitors(&cookie).await["you"], Value::Null);
    product.running.stop().await;
}

#[tokio::test]
async fn assertion_for_another_site_signs_nobody_in() {
    let data = folder();
    let product = Product::start(data.path()).await;
    let you = Person::enrol(&product.identity, product.link()).await;
    let assertion = you.assertion("http://evil.localhost:8080").await;

    let guestbook = product.guestbook.origin();
    let verified = product.verify(&assertion, &guestbook).await;
    assert_eq!(verified["status"], "failure");
    assert_eq!(verified["code"], "audience_mismatch");

    let refused = product.sign_in_at_guestbook(&assertion).await;
    assert_eq!(refused.status, StatusCode::UNAUTHORIZED);
    assert_eq!(refused.json()["reason"], verified["reason"]);
    assert_eq!(refused.header("set-cookie"), "");
    assert_eq!(product.visitors("").await["visitors"], json!([]));
    product.running.stop().await;
}

#[tokio::test]
async fn only_the_guestbooks_own_page_can_sign_somebody_in() {
    let data = folder();
    let product = Product::start(data.path()).await;
    let you = Person::enrol(&product.identity, product.link()).await;
    let guestbook = product.guestbook.origin();
    let body = json!({"assertion": you.assertion(&guestbook).await}).to_string();

    let own = ("origin", guestbook.as_str());
    let as_json = ("content-type", "application/json");
    for (headers, status) in [
        (vec![("origin", "http://evil.localhost:8080"), as_json], 403),
        (vec![("origin", "null"), as_json], 403),
        (vec![own, ("origin", "null"), as_json], 403),
        (vec![("content-type", "text/plain")], 415),
        (vec![own, ("content-type", "text/plain")], 415),
        (vec![own], 415),
    ] {
        for path in ["/signin", "/signout"] {
            let answer = product
                .guestbook
                .send(Method::POST, path, &headers, &body)
                .await;
            assert_eq!(answer.status.as_u16(), status, "{path} {headers:?}");
            assert_eq!(answer.header("set-cookie"), "");
        }
    }
    assert_eq!(product.visitors("").await["visitors"], json!([]));

    for malformed in ["", "{}", "[]", "{\"assertion\": 1}"] {
        let answer = product
            .guestbook
            .send(Method::POST, "/signin", &[own, as_json], malformed)
            .await;
        assert_eq!(answer.status, StatusCode::BAD_REQUEST, "{malformed}");
    }
    product.running.stop().await;
}

#[tokio::test]
async fn a_restart_keeps_password_sessions_key_and_visitors() {
    let data = folder();
    let product = Product::start(data.path()).await;
    let you = Person::enrol(&product.identity, product.link()).await;
    let assertion = you.assertion(&product.guestbook.origin()).await;
    let visitor = product.sign_in_at_guestbook(&assertion).await.cookie();
    let document = product.identity.get("/.well-known/browserid").await.json();
    product.running.stop().await;

    let product = Product::start(data.path()).await;
    assert!(matches!(product.running.next_step, NextStep::SignIn));
    let again = product.identity.get("/.well-known/browserid").await.json();
    assert_eq!(again, document);
    assert_eq!(product.visitors(&visitor).await["you"], "you@me.localhost");
    let headers = [("cookie", you.cookie.as_str())];
    let session = product
        .identity
        .send(Method::GET, "/persona/session", &headers, "")
        .await;
    assert_eq!(session.json()["email"], "you@me.localhost");
    let back = Person::sign_in(&product.identity, "you@me.localhost").await;
    let assertion = back.assertion(&product.guestbook.origin()).await;
    assert_eq!(product.sign_in_at_guestbook(&assertion).await.status, 200);
    product.running.stop().await;
}

#[tokio::test]
async fn a_link_that_was_not_used_is_replaced_at_the_next_start() {
    let data = folder();
    let product = Product::start(data.path()).await;
    let first = product.link().to_owned();
    assert!(matches!(
        product.running.next_step,
        NextStep::Enrol { again: false, .. }
    ));
    product.running.stop().await;

    let product = Product::start(data.path()).await;
    assert!(matches!(
        product.running.next_step,
        NextStep::Enrol { again: true, .. }
    ));
    let look = |token: &str| {
        let body = json!({"token": token});
        let identity = product.identity.clone();
        async move {
            identity
                .own_page_sends(Method::POST, "/persona/enrolment/look", "", &body)
                .await
                .status
        }
    };
    assert_eq!(look(token_of(&first)).await, StatusCode::NOT_FOUND);
    assert_eq!(look(token_of(product.link())).await, StatusCode::OK);
    product.running.stop().await;
}

#[tokio::test]
async fn a_domain_may_be_looked_up_at_another_origin() {
    let data = folder();
    let product = Product::start(data.path()).await;
    let other = folder();
    let port = product.running.address.port();
    // The second product knows the first one's domain under another name only.
    let second = start(Options {
        data: other.path().to_owned(),
        maps: vec![
            local::Mapping::parse(&format!("me.localhost=http://me.localhost:{port}"))
                .expect("it is well written"),
        ],
        pages: None,
        post: local::Post::default(),
        port: 0,
        serves: Vec::new(),
    })
    .await
    .expect("it starts");
    let you = Person::enrol(&product.identity, product.link()).await;
    let assertion = you.assertion("http://site.localhost").await;
    let body = json!({"assertion": assertion, "audience": "http://site.localhost"}).to_string();
    let verify = async |port| {
        let verifier = Site {
            host: "verifier.localhost",
            port,
        };
        let headers = [("content-type", "application/json")];
        let answer = verifier.send(Method::POST, "/v2", &headers, &body).await;
        answer.json()["status"].clone()
    };
    assert_eq!(verify(second.address.port()).await, "okay");
    second.stop().await;

    let unmapped = Product::start(other.path()).await;
    assert_eq!(verify(unmapped.running.address.port()).await, "failure");
    unmapped.running.stop().await;
    product.running.stop().await;
}

#[tokio::test]
async fn a_data_folder_serves_one_product_at_a_time() {
    let data = folder();
    let product = Product::start(data.path()).await;
    let port = product.running.address.port();
    let second = start(Options {
        data: data.path().to_owned(),
        maps: Vec::new(),
        pages: None,
        post: local::Post::default(),
        port: 0,
        serves: Vec::new(),
    })
    .await;
    let complaint = second.expect_err("the first one has it").to_string();
    assert!(
        complaint.contains(&format!("http://localhost:{port}")),
        "{complaint}"
    );
    product.running.stop().await;
    Product::start(data.path()).await.running.stop().await;
}
