//! `serve --serves DOMAIN`: people of several domains at one identity provider.

use std::fs;
use std::io::Write;
use std::path::Path;
use std::process::{Output, Stdio};

use ::http::{Method, StatusCode};
use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde_json::{Value, json};

use crate::folder;
use crate::http::Site;
use crate::person::{PASSWORD, Person};
use crate::program::{command, run};
use crate::serving::Serving;

const DOCUMENT: &str = "/.well-known/browserid";
const GUESTBOOK: &str = "http://guestbook.localhost";

/// `selfsame user …` on the data folder of [`Serving`].
fn user(folder: &Path, arguments: &[&str]) -> Output {
    run(
        folder,
        &[&["user"], arguments, &["--data", "data"]].concat(),
    )
}

/// Adds somebody with [`PASSWORD`].
fn add(folder: &Path, email: &str) {
    let mut child = command(folder)
        .args(["user", "add", email, "--password-stdin", "--data", "data"])
        .stdin(Stdio::piped())
        .spawn()
        .expect("it starts");
    let mut stdin = child.stdin.take().expect("a pipe");
    writeln!(stdin, "{PASSWORD}").expect("it reads");
    drop(stdin);
    assert!(child.wait().expect("it ends").success(), "{email}");
}

/// The one line on standard error of a refused `user …`.
fn refused(folder: &Path, arguments: &[&str]) -> String {
    let output = user(folder, arguments);
    let text = String::from_utf8(output.stderr.clone()).expect("text");
    assert_eq!(output.status.code(), Some(2), "{output:?}");
    assert_eq!(text.lines().count(), 1, "{text}");
    text
}

async fn verify(serving: &Serving, assertion: &str) -> Value {
    let body = json!({"assertion": assertion, "audience": GUESTBOOK}).to_string();
    let headers = [("content-type", "application/json")];
    let verifier = serving.site("127.0.0.1");
    verifier
        .send(Method::POST, "/v2", &headers, &body)
        .await
        .json()
}

fn claims(certificate: &str) -> Value {
    let payload = certificate.split('.').nth(1).expect("three parts");
    let bytes = URL_SAFE_NO_PAD.decode(payload).expect("base64url");
    serde_json::from_slice(&bytes).expect("JSON")
}

#[tokio::test]
async fn served_domain_answers_with_the_document_that_names_ours_and_with_nothing_else() {
    let folder = folder();
    let serving = Serving::start(folder.path(), &["--serves", "family.localhost"]);
    let family = serving.site("family.localhost");
    for path in [
        DOCUMENT,
        "/.well-known/browserid/",
        "/.well-known/browserid?domain=family.localhost",
    ] {
        let answer = family.get(path).await;
        assert_eq!(answer.status, StatusCode::OK, "{path}");
        assert_eq!(answer.json(), json!({"authority": "me.localhost"}));
        assert_eq!(answer.header("content-type"), "application/json");
        assert_eq!(answer.header("access-control-allow-origin"), "*");
        assert_eq!(answer.header("set-cookie"), "");
    }
    for path in [
        "/",
        "/include.js",
        "/persona/agent.html",
        "/persona/include.js",
        "/persona/session",
        "/persona/health",
        "/verify",
        "/visitors",
        "/.well-known/",
    ] {
        let answer = family.get(path).await;
        assert_eq!(answer.status, StatusCode::NOT_FOUND, "{path}");
    }
    for path in ["/persona/session", "/persona/sign/", "/verify", "/v2"] {
        let answer = family
            .own_page_sends(Method::POST, path, "", &json!({}))
            .await;
        assert_eq!(answer.status, StatusCode::NOT_FOUND, "{path}");
        assert_eq!(answer.header("set-cookie"), "");
    }
    let posted = family
        .own_page_sends(Method::POST, DOCUMENT, "", &json!({}))
        .await;
    assert_eq!(posted.status, StatusCode::METHOD_NOT_ALLOWED);
    // A name that nobody gave is nobody's.
    let other = serving.site("other.localhost").get(DOCUMENT).await;
    assert_eq!(other.status, StatusCode::MISDIRECTED_REQUEST);
    let own = serving.site("me.localhost").get(DOCUMENT).await.json();
    assert!(own["public-key"].is_object(), "{own}");
}

#[tokio::test]
async fn people_of_two_domains_get_certificates_of_the_final_authority_and_only_their_own() {
    let folder = folder();
    let serving = Serving::start(folder.path(), &["--serves", "family.localhost"]);
    let identity = serving.site("me.localhost");
    for email in ["ann@family.localhost", "ann@me.localhost"] {
        add(folder.path(), email);
    }
    let mut people = Vec::new();
    for email in ["ann@family.localhost", "ann@me.localhost"] {
        let person = Person::sign_in(&identity, email).await;
        let certificate = person.certificate().await;
        let claims = claims(&certificate);
        assert_eq!(claims["iss"], "me.localhost");
        assert_eq!(claims["principal"]["email"], email);
        let said = verify(&serving, &person.assertion(GUESTBOOK).await).await;
        assert_eq!(said["status"], "okay", "{said}");
        assert_eq!(said["email"], email);
        assert_eq!(said["issuer"], "me.localhost");
        people.push(person);
    }
    // The same name at another domain is another person.
    for (one, other) in [(0, 1), (1, 0)] {
        let email = people[other].email.clone();
        let path = format!("/persona/sign/?email={email}&duration=3600");
        let answer = identity
            .own_page_sends(Method::POST, &path, &people[one].cookie, &json!({}))
            .await;
        assert_eq!(answer.status, StatusCode::BAD_REQUEST);
        assert_eq!(answer.json()["code"], "not_your_address");
    }
}

#[tokio::test]
async fn domain_that_is_not_served_any_more_has_no_certificates_whatever_sessions_live() {
    let folder = folder();
    let path = folder.path();
    let serving = Serving::start(
        path,
        &["--serves", "family.localhost", "--serves", "club.localhost"],
    );
    add(path, "ann@family.localhost");
    let ann = Person::sign_in(&serving.site("me.localhost"), "ann@family.localhost").await;
    ann.certificate().await;
    serving.end("TERM");

    let serving = Serving::start(path, &["--serves", "club.localhost"]);
    let identity = serving.site("me.localhost");
    let email = "/persona/sign/?email=ann@family.localhost&duration=3600";
    let key = json!({"algorithm": "RS", "n": "1", "e": "65537"});
    let answer = identity
        .own_page_sends(Method::POST, email, &ann.cookie, &key)
        .await;
    assert_ne!(answer.status, StatusCode::OK);
    let again = Person::sign_in(&identity, "ann@family.localhost").await;
    let answer = again.ask_for_certificate().await;
    assert_eq!(answer.status, StatusCode::FORBIDDEN, "{}", answer.text());
    assert_eq!(answer.json()["code"], "not_our_domain");
    let document = serving.site("family.localhost").get(DOCUMENT).await;
    assert_eq!(document.status, StatusCode::MISDIRECTED_REQUEST);
    // She can be removed all the same.
    refused(path, &["link", "ann@family.localhost"]);
    let removed = user(path, &["remove", "ann@family.localhost"]);
    assert_eq!(removed.status.code(), Some(0), "{removed:?}");
}

#[test]
fn list_is_remembered_and_user_add_knows_it() {
    let folder = folder();
    let path = folder.path();
    let said = refused(path, &["add", "bob@family.localhost"]);
    assert!(
        said.contains("selfsame serve --serves family.localhost"),
        "{said}"
    );
    assert!(!path.join("data").exists(), "a refusal makes nothing");

    let first = Serving::start(
        path,
        &["--serves", "family.localhost", "--serves", "Other.example"],
    );
    let port = first.port();
    for line in [
        format!("  http://family.localhost:{port}  names me.localhost as its authority, which so vouches for …@family.localhost too"),
        "  …@other.example  vouched for too, where the document of other.example names me.localhost".to_owned(),
    ] {
        assert!(first.said.contains(&line), "{}", first.said);
    }
    first.end("TERM");
    let list = fs::read_to_string(path.join("data/domains.txt")).expect("it is there");
    assert_eq!(list, "family.localhost\nother.example\n");

    let second = Serving::start(path, &[]);
    assert!(
        second.said.contains("http://family.localhost:"),
        "{}",
        second.said
    );
    for email in [
        "bob@family.localhost",
        "bob@other.example",
        "ann@family.localhost",
    ] {
        add(path, email);
    }
    assert!(
        refused(path, &["add", "bob@elsewhere.example"])
            .contains("@me.localhost or @family.localhost or @other.example")
    );
    let listed = user(path, &["list"]);
    assert_eq!(
        String::from_utf8(listed.stdout).expect("text"),
        "# me.localhost\nyou@me.localhost\tcannot sign in yet\towner\n\
         # family.localhost\nann@family.localhost\thas a password\nbob@family.localhost\thas a password\n\
         # other.example\nbob@other.example\thas a password\n"
    );
}

#[test]
fn link_for_somebody_of_a_served_domain_is_at_the_authority() {
    let folder = folder();
    let serving = Serving::start(folder.path(), &["--serves", "family.localhost"]);
    let made = user(folder.path(), &["add", "ann@family.localhost"]);
    let url = String::from_utf8(made.stdout).expect("text");
    let start = format!("http://me.localhost:{}/persona/enrol.html#", serving.port());
    assert!(url.starts_with(&start), "{url}");
}

#[test]
fn domain_that_cannot_be_served_is_refused_before_anything_is_made() {
    let folder = folder();
    for domain in [
        "guestbook.localhost",
        "verifier.localhost",
        "fallback.localhost",
        "localhost",
        "a b",
        "x.example:1",
        "",
    ] {
        let arguments = ["serve", "--port", "0", "--data", "data", "--serves", domain];
        let output = run(folder.path(), &arguments);
        assert_eq!(output.status.code(), Some(2), "{domain}: {output:?}");
        let said = String::from_utf8_lossy(&output.stderr).into_owned();
        assert_eq!(said.lines().count(), 1, "{said}");
        assert!(!folder.path().join("data").exists(), "{domain}");
    }
}

/// What a page asks before it moves a visitor: the site of a delegated domain is known by its authority.
#[tokio::test]
async fn verifier_tells_pages_who_is_the_authority_of_a_delegated_address() {
    let folder = folder();
    let serving = Serving::start(folder.path(), &["--serves", "family.localhost"]);
    let verifier: Site = serving.site("verifier.localhost");
    let said = verifier
        .get("/wsapi/address_info?email=ann@family.localhost")
        .await
        .json();
    assert_eq!(said["type"], "primary", "{said}");
    assert_eq!(said["issuer"], "me.localhost", "{said}");
    let agent = format!("http://me.localhost:{}/persona/agent.html", serving.port());
    assert_eq!(said["agent"], agent.as_str(), "{said}");
}
