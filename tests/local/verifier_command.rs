//! `selfsame verifier`: the drop-in for the old verifier server.

use std::io::{BufRead, BufReader};
use std::path::Path;
use std::process::{Child, Command, Stdio};

use ::http::{Method, StatusCode};
use serde_json::json;
use tests::tls::{Act, Shows, TlsServer};

use crate::folder;
use crate::http::Site;
use crate::person::Person;
use crate::program::{command, run};
use crate::serving::Serving;

/// A running `selfsame verifier`; killed when dropped.
struct Verifier {
    child: Child,
    site: Site,
}

impl Verifier {
    fn start(folder: &Path, environment: &[(&str, &str)], arguments: &[&str]) -> Self {
        let mut child = command(folder)
            .arg("verifier")
            .args(arguments)
            .envs(environment.iter().copied())
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()
            .expect("it starts");
        let mut first = String::new();
        let mut stdout = BufReader::new(child.stdout.take().expect("a pipe"));
        stdout.read_line(&mut first).expect("text");
        let port = first
            .strip_prefix("selfsame verifier on http://127.0.0.1:")
            .and_then(|rest| rest.trim_end().parse().ok())
            .unwrap_or_else(|| panic!("another first line: {first}"));
        let host = "127.0.0.1";
        Self {
            child,
            site: Site { host, port },
        }
    }

    async fn status_of(&self, assertion: &str, audience: &str) -> String {
        let body = json!({"assertion": assertion, "audience": audience}).to_string();
        let headers = [("content-type", "application/json")];
        let answer = self.site.send(Method::POST, "/v2", &headers, &body).await;
        assert_eq!(answer.status, StatusCode::OK, "{}", answer.text());
        let status = answer.json()["status"].clone();
        status.as_str().expect("a status").to_owned()
    }
}

impl Drop for Verifier {
    fn drop(&mut self) {
        // Gone already when the test went well.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

#[tokio::test]
async fn a_mapped_domain_is_believed_and_localhost_is_not_asked_without_it() {
    let folder = folder();
    let serving = Serving::start(folder.path(), &[]);
    let identity = serving.site("me.localhost");
    let link = serving.link().expect("a link at the first start");
    let you = Person::enrol(&identity, link).await;
    let site = "https://site.example";
    let assertion = you.assertion(site).await;

    let map = format!("me.localhost={}", identity.origin());
    let mapped = Verifier::start(folder.path(), &[], &["--map", &map]);
    assert_eq!(mapped.status_of(&assertion, site).await, "okay");
    assert_eq!(
        mapped.status_of(&assertion, "https://other.example").await,
        "failure"
    );

    let path = "/wsapi/address_info?email=you@me.localhost";
    let found = mapped.site.get(path).await.json();
    let page = format!("{}/persona/agent.html", identity.origin());
    assert_eq!(found["agent"], page, "{found}");
    let path = "/wsapi/discovery?domain=me.localhost";
    for asked in [&mapped.site, &serving.site("verifier.localhost")] {
        let found = asked.get(path).await.json();
        assert_eq!(found["agent"], page, "{found}");
        assert_eq!(found["public-key"]["algorithm"], "RS", "{found}");
    }

    let plain = Verifier::start(folder.path(), &[], &[]);
    assert_eq!(plain.status_of(&assertion, site).await, "failure");

    let strong = Verifier::start(folder.path(), &[("STRONG_KEYS", "true")], &["--map", &map]);
    assert_eq!(
        strong.status_of(&assertion, site).await,
        "okay",
        "2048 bits are strong"
    );
}

#[tokio::test]
async fn it_speaks_the_old_servers_paths_and_ends_when_asked() {
    let folder = folder();
    let verifier = Verifier::start(folder.path(), &[("PORT", "0")], &[]);
    for path in [
        "/status",
        "/__heartbeat__",
        "/__lbheartbeat__",
        "/__version__",
    ] {
        assert_eq!(
            verifier.site.get(path).await.status,
            StatusCode::OK,
            "{path}"
        );
    }
    assert_eq!(
        verifier.site.get("/include.js").await.status,
        StatusCode::NOT_FOUND
    );
    assert_eq!(
        verifier.site.get("/verify").await.status,
        StatusCode::METHOD_NOT_ALLOWED
    );
    drop(verifier);
    for signal in ["INT", "QUIT", "TERM"] {
        let mut verifier = Verifier::start(folder.path(), &[], &[]);
        let id = verifier.child.id().to_string();
        let sent = Command::new("kill").args(["-s", signal, &id]).status();
        assert!(sent.expect("there is `kill`").success());
        let ended = verifier.child.wait().expect("it ends");
        assert_eq!(ended.code(), Some(0), "{signal}");
    }
}

#[tokio::test]
async fn insecure_ssl_believes_any_certificate_at_any_address_and_nothing_else_does() {
    let folder = folder();
    run(folder.path(), &["keygen", "--out", "key.pem"]);
    let document = run(folder.path(), &["support-document", "--key", "key.pem"]);
    let mut answer = b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\n\r\n".to_vec();
    answer.extend(document.stdout);
    let domain = TlsServer::start(Shows::Expired, vec![Act::Send(answer)]).await;
    let host = format!("127.0.0.1:{}", domain.port);
    let path = format!("/wsapi/address_info?email=bob@{host}");

    let strict = Verifier::start(folder.path(), &[], &[]);
    assert_eq!(strict.site.get(&path).await.status, StatusCode::BAD_REQUEST);
    assert_eq!(domain.connections(), 0, "it is not even asked");

    let environment = [("INSECURE_SSL", "true")];
    let insecure = Verifier::start(folder.path(), &environment, &[]);
    let found = insecure.site.get(&path).await.json();
    assert_eq!(found["type"], "primary", "{found}");
    assert_eq!(
        found["auth"],
        format!("https://{host}/persona/sign_in.html")
    );
    assert_eq!(domain.connections(), 1);
}

#[test]
fn every_wrong_value_of_its_environment_stands_in_one_line() {
    let folder = folder();
    let output = command(folder.path())
        .arg("verifier")
        .envs([
            ("PORT", "http"),
            ("HTTP_TIMEOUT", "-1"),
            ("STRONG_KEYS", "yes"),
        ])
        .output()
        .expect("it starts");
    assert_eq!(output.status.code(), Some(2));
    assert_eq!(output.stdout, b"");
    let said = String::from_utf8(output.stderr).expect("text");
    assert_eq!(said.lines().count(), 1, "{said}");
    for name in ["PORT", "HTTP_TIMEOUT", "STRONG_KEYS"] {
        assert!(said.contains(name), "{said}");
    }
}

#[test]
fn configuration_that_it_does_not_read_is_not_overlooked() {
    let folder = folder();
    let output = command(folder.path())
        .arg("verifier")
        .env("CONFIG_FILES", "config/production.json")
        .output()
        .expect("it starts");
    assert_eq!(output.status.code(), Some(2));
    let said = String::from_utf8(output.stderr).expect("text");
    assert_eq!(said.lines().count(), 1, "{said}");
    assert!(said.contains("CONFIG_FILES is not read here"), "{said}");

    let said = first_note_with("TOOBUSY_MAX_LAG", "70");
    assert_eq!(said, "TOOBUSY_MAX_LAG: set, but without a meaning here\n");
}

#[test]
fn insecure_ssl_is_a_loud_warning() {
    let said = first_note_with("INSECURE_SSL", "true");
    assert!(said.starts_with("WARNING: INSECURE_SSL=true"), "{said}");
}

/// What a verifier with this variable says first on standard error.
fn first_note_with(name: &str, value: &str) -> String {
    let folder = folder();
    let mut child = command(folder.path())
        .arg("verifier")
        .env(name, value)
        .stdout(Stdio::null())
        .stderr(Stdio::piped())
        .spawn()
        .expect("it starts");
    let mut said = String::new();
    let mut stderr = BufReader::new(child.stderr.take().expect("a pipe"));
    stderr.read_line(&mut said).expect("text");
    child.kill().expect("it runs");
    child.wait().expect("it ends");
    said
}
