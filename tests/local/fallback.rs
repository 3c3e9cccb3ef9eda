//! The fallback over plain HTTP: proofs by the outbox, restarts, and that it has nothing in common with `me.localhost`.

use std::fs;
use std::path::Path;

use http::{Method, StatusCode};
use serde_json::{Value, json};

use crate::http::Answer;
use crate::person::{PASSWORD, Person};
use crate::serving::{Serving, log_of};
use crate::{Product, folder};

const ANN: &str = "ann@mail.localhost";

/// The mails in the outbox of a data folder, oldest first.
fn outbox(data: &Path) -> Vec<String> {
    let Ok(entries) = fs::read_dir(data.join("outbox")) else {
        return Vec::new();
    };
    let mut files: Vec<_> = entries.map(|entry| entry.expect("a file").path()).collect();
    files.sort();
    let read = |file| fs::read_to_string(file).expect("a text");
    files.iter().map(read).collect()
}

/// The line of six digits in a mail.
fn code_in(mail: &str) -> String {
    let is_code = |line: &&str| line.len() == 6 && line.bytes().all(|byte| byte.is_ascii_digit());
    mail.lines().find(is_code).expect("a code").to_owned()
}

impl Product {
    /// A code is mailed; gives the answer, whose cookie belongs to it.
    async fn ask_for_code(&self, email: &str) -> Answer {
        self.fallback
            .own_page_sends(Method::POST, "/persona/proof", "", &json!({"email": email}))
            .await
    }

    async fn confirm(&self, cookie: &str, code: &str) -> Answer {
        let body = json!({"code": code});
        self.fallback
            .own_page_sends(Method::POST, "/persona/proof/confirm", cookie, &body)
            .await
    }

    /// The whole way.
    async fn prove(&self, data: &Path, email: &str) -> Person {
        let asked = self.ask_for_code(email).await;
        assert_eq!(asked.status, StatusCode::OK, "{}", asked.text());
        let mails = outbox(data);
        let code = code_in(mails.last().expect("a mail"));
        Person::signed_in(&self.fallback, &self.confirm(&asked.cookie(), &code).await)
    }

    async fn who_at_fallback(&self, cookie: &str) -> Value {
        let headers = [("cookie", cookie)];
        let answer = self
            .fallback
            .send(Method::GET, "/persona/session", &headers, "")
            .await;
        answer.json()["email"].clone()
    }
}

#[tokio::test]
async fn a_code_from_the_outbox_signs_a_plain_address_in_at_the_guestbook() {
    let data = folder();
    let product = Product::start(data.path()).await;
    let ann = product.prove(data.path(), ANN).await;
    assert_eq!(ann.email, ANN);
    let [mail] = &*outbox(data.path()) else {
        panic!("one mail");
    };
    assert!(!mail.contains("guestbook"), "the mail names no site");
    assert!(mail.contains(&format!(
        "{}/persona/prove.html#code=",
        product.fallback.origin()
    )));

    let guestbook = product.guestbook.origin();
    let assertion = ann.assertion(&guestbook).await;
    let verified = product.verify(&assertion, &guestbook).await;
    assert_eq!(verified["status"], "okay", "{verified}");
    assert_eq!(verified["issuer"], "fallback.localhost");
    let signed_in = product.sign_in_at_guestbook(&assertion).await;
    assert_eq!(signed_in.json()["email"], ANN);
    product.running.stop().await;
}

#[tokio::test]
async fn a_restart_keeps_codes_under_way_sessions_passwords_and_the_key() {
    let data = folder();
    let product = Product::start(data.path()).await;
    let ann = product.prove(data.path(), ANN).await;
    let body = json!({"new": PASSWORD});
    let set = product
        .fallback
        .own_page_sends(Method::POST, "/persona/password", &ann.cookie, &body)
        .await;
    assert_eq!(set.status, StatusCode::OK, "{}", set.text());
    let asked = product.ask_for_code("bob@mail.localhost").await;
    let document = product.fallback.get("/.well-known/browserid").await.json();
    product.running.stop().await;

    let product = Product::start(data.path()).await;
    let again = product.fallback.get("/.well-known/browserid").await.json();
    assert_eq!(again, document);
    assert_eq!(product.who_at_fallback(&ann.cookie).await, ANN);
    assert_eq!(Person::sign_in(&product.fallback, ANN).await.email, ANN);
    let code = code_in(outbox(data.path()).last().expect("a mail"));
    let bob = product.confirm(&asked.cookie(), &code).await;
    assert_eq!(bob.json()["email"], "bob@mail.localhost");
    let again = product.confirm(&asked.cookie(), &code).await;
    assert_eq!(
        (again.status.as_u16(), &again.json()["code"]),
        (403, &json!("code_invalid"))
    );
    product.running.stop().await;
}

#[tokio::test]
async fn nobody_at_the_fallback_is_somebody_at_the_own_domain_and_the_other_way_round() {
    let data = folder();
    let product = Product::start(data.path()).await;
    let you = Person::enrol(&product.identity, product.link()).await;
    let ann = product.prove(data.path(), ANN).await;

    assert_eq!(product.who_at_fallback(&you.cookie).await, Value::Null);
    let headers = [("cookie", ann.cookie.as_str())];
    let there = product
        .identity
        .send(Method::GET, "/persona/session", &headers, "")
        .await;
    assert_eq!(there.json()["email"], Value::Null);
    let body = json!({"email": ANN, "password": PASSWORD});
    let there = product
        .identity
        .own_page_sends(Method::POST, "/persona/session", "", &body)
        .await;
    assert_eq!(there.status, StatusCode::UNAUTHORIZED);

    let key = |document: Value| document["public-key"]["n"].clone();
    let own = product.identity.get("/.well-known/browserid").await.json();
    let fallbacks = product.fallback.get("/.well-known/browserid").await.json();
    assert_ne!(key(own.clone()), key(fallbacks.clone()));
    assert_eq!(own["authentication"], "/persona/sign_in.html");
    assert_eq!(fallbacks["authentication"], "/persona/prove.html");
    assert_eq!(fallbacks["agent"], own["agent"]);
    product.running.stop().await;
}

#[tokio::test]
async fn whoever_has_a_domain_that_speaks_or_may_speak_is_sent_no_code() {
    let data = folder();
    let product = Product::start(data.path()).await;
    for (email, status, code) in [
        ("you@me.localhost", 403, "domain_supported"),
        ("nobody@fallback.localhost", 403, "domain_supported"),
        // Nobody listens there.
        ("x@down.localhost:1", 503, "domain_silent"),
        ("nobody", 400, "address_malformed"),
    ] {
        let answer = product.ask_for_code(email).await;
        assert_eq!(answer.status.as_u16(), status, "{email}: {}", answer.text());
        assert_eq!(answer.json()["code"], code, "{email}");
        assert_eq!(answer.cookie(), "", "{email}");
    }
    assert!(outbox(data.path()).is_empty());

    // Names below .localhost that nothing answers under are names without support.
    let unknown = product.ask_for_code("x@nothing.localhost").await;
    assert_eq!(unknown.status, StatusCode::OK);
    assert_eq!(outbox(data.path()).len(), 1);
    product.running.stop().await;
}

#[tokio::test]
async fn whoever_is_forgotten_leaves_neither_session_nor_password() {
    let data = folder();
    let product = Product::start(data.path()).await;
    let first = product.prove(data.path(), ANN).await;
    let second = product.prove(data.path(), ANN).await;
    let body = json!({"new": PASSWORD});
    let set = product
        .fallback
        .own_page_sends(Method::POST, "/persona/password", &second.cookie, &body)
        .await;
    assert_eq!(set.status, StatusCode::OK);
    let third = Person::sign_in(&product.fallback, ANN).await;

    let foreign = product
        .fallback
        .send(
            Method::DELETE,
            "/persona/proof",
            &[
                ("cookie", &second.cookie),
                ("origin", "http://evil.localhost"),
            ],
            "",
        )
        .await;
    assert_eq!(foreign.status, StatusCode::FORBIDDEN);
    assert_eq!(
        product.who_at_fallback(&second.cookie).await,
        ANN,
        "no other site may do it"
    );

    let forget = async |cookie: &str| {
        product
            .fallback
            .own_page_sends(Method::DELETE, "/persona/proof", cookie, &json!({}))
            .await
    };
    let gone = forget(&second.cookie).await;
    assert_eq!(gone.status, StatusCode::OK, "{}", gone.text());
    assert_eq!(gone.cookie(), "selfsame=");
    for cookie in [&first.cookie, &second.cookie, &third.cookie] {
        assert_eq!(product.who_at_fallback(cookie).await, Value::Null);
    }
    let body = json!({"email": ANN, "password": PASSWORD});
    let password = product
        .fallback
        .own_page_sends(Method::POST, "/persona/session", "", &body)
        .await;
    assert_eq!(password.status, StatusCode::UNAUTHORIZED);
    assert_eq!(forget(&second.cookie).await.json()["code"], "no_session");
    assert_eq!(product.prove(data.path(), ANN).await.email, ANN);
    product.running.stop().await;
}

#[tokio::test]
async fn a_code_stands_on_standard_output_and_in_no_log() {
    let folder = folder();
    let serving = Serving::start(folder.path(), &[]);
    let fallback = serving.site("fallback.localhost");
    let asked = fallback
        .own_page_sends(Method::POST, "/persona/proof", "", &json!({"email": ANN}))
        .await;
    assert_eq!(asked.status, StatusCode::OK, "{}", asked.text());
    let mails = outbox(&folder.path().join("data"));
    let code = code_in(mails.last().expect("a mail"));
    let (_, said) = serving.end("TERM");
    assert!(
        said.contains(&format!("mail to ***@mail.localhost: code {code} (")),
        "{said}"
    );
    assert!(said.contains("data/outbox/"), "{said}");
    let log = log_of(folder.path());
    assert!(log.contains("POST fallback.localhost"), "{log}");
    assert!(!log.contains(&code) && !log.contains("ann"), "{log}");
}
