//! `selfsame certifier`: the drop-in for the old certificate service.

use std::fs;
use std::io::{BufRead, BufReader, Read};
use std::path::Path;
use std::process::{Child, Command, Stdio};

use ::http::{Method, StatusCode};
use serde_json::{Value, json};
use tests::keys::USER;
use tests::tokens::payload;

use crate::folder;
use crate::http::{Answer, Site};
use crate::program::{command, run};

const ISSUER: (&str, &str) = ("ISSUER_HOSTNAME", "idp.example");
const KEY: (&str, &str) = ("PRIV_KEY_PATH", "key.pem");
const ANY_PORT: (&str, &str) = ("PORT", "0");

/// A running `selfsame certifier`; killed when dropped.
struct Certifier {
    child: Child,
    site: Site,
}

impl Certifier {
    fn start(folder: &Path, environment: &[(&str, &str)], arguments: &[&str]) -> Self {
        let mut child = command(folder)
            .args(["certifier", "--data", "data"])
            .args(arguments)
            .envs([ISSUER, KEY, ANY_PORT])
            .envs(environment.iter().copied())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .expect("it starts");
        let mut first = String::new();
        let mut stdout = BufReader::new(child.stdout.take().expect("a pipe"));
        stdout.read_line(&mut first).expect("text");
        let port = first
            .strip_prefix("selfsame certifier on http://")
            .and_then(|rest| rest.trim_end().rsplit_once(':')?.1.parse().ok())
            .unwrap_or_else(|| panic!("another first line: {first}"));
        let host = "127.0.0.1";
        Self {
            child,
            site: Site { host, port },
        }
    }

    async fn certify(&self, email: &str) -> Answer {
        let asked = json!({"email": email, "pubkey": USER.to_json().to_string(), "duration": 3600});
        let headers = [("content-type", "application/json")];
        let body = asked.to_string();
        self.site
            .send(Method::POST, "/cert_key", &headers, &body)
            .await
    }

    /// Asks it to end; gives what it wrote to standard error.
    fn end(mut self) -> String {
        let id = self.child.id().to_string();
        let sent = Command::new("kill").args(["-s", "TERM", &id]).status();
        assert!(sent.expect("there is `kill`").success());
        let mut said = String::new();
        let mut stderr = self.child.stderr.take().expect("a pipe");
        stderr.read_to_string(&mut said).expect("text");
        assert_eq!(
            self.child.wait().expect("it ends").code(),
            Some(0),
            "{said}"
        );
        said
    }
}

impl Drop for Certifier {
    fn drop(&mut self) {
        // Gone already when the test went well.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

fn with_key(folder: &Path) -> Value {
    run(folder, &["keygen", "--out", "key.pem"]);
    let document = run(folder, &["support-document", "--key", "key.pem"]);
    let document: Value = serde_json::from_slice(&document.stdout).expect("JSON");
    document["public-key"].clone()
}

/// Fails to start, with status 1 or 2 and one line that says why.
fn refuses(folder: &Path, environment: &[(&str, &str)], arguments: &[&str], status: i32) -> String {
    let output = command(folder)
        .args(["certifier", "--data", "data"])
        .args(arguments)
        .envs(environment.iter().copied())
        .output()
        .expect("it starts");
    let said = String::from_utf8(output.stderr).expect("text");
    assert_eq!(output.status.code(), Some(status), "{said}");
    assert_eq!(said.trim_end().lines().count(), 1, "{said}");
    assert!(output.stdout.is_empty());
    said
}

#[tokio::test]
async fn it_certifies_the_people_of_its_domains_and_tells_its_key() {
    let folder = folder();
    let key = with_key(folder.path());
    let more = [
        ("ADDRESS_DOMAINS", "idp.example,blog.example"),
        ("LOG_PATH", "/x"),
    ];
    let certifier = Certifier::start(folder.path(), &more, &[]);
    for email in ["alice@idp.example", "bob@blog.example"] {
        let answer = certifier.certify(email).await;
        assert_eq!(answer.status, StatusCode::OK, "{}", answer.text());
        let certificate = answer.json()["certificate"].clone();
        let claims = payload(certificate.as_str().expect("a text"));
        assert_eq!(claims["iss"], "idp.example");
        assert_eq!(claims["principal"], json!({"email": email}));
    }
    let strange = certifier.certify("alice@strange.example").await;
    assert_eq!(strange.json()["code"], "not_our_domain");
    let told = certifier.site.get("/public-key").await;
    assert_eq!(told.json(), key);
    let heartbeat = certifier.site.get("/__heartbeat__").await;
    assert_eq!(heartbeat.text(), "ok certifier");

    let said = certifier.end();
    assert!(
        said.contains("LOG_PATH: set, but without a meaning here"),
        "{said}"
    );
    assert!(!said.contains("WARNING"), "{said}");
    for secret in ["alice", "bob", "eyJ"] {
        assert!(!said.contains(secret), "{secret}: {said}");
    }
    assert!(
        folder.path().join("data/store.redb").is_file(),
        "the rows are kept"
    );
}

#[tokio::test]
async fn without_its_store_it_certifies_nobody() {
    let folder = folder();
    with_key(folder.path());
    let certifier = Certifier::start(folder.path(), &[], &[]);
    fs::remove_dir_all(folder.path().join("data")).expect("it is there");
    fs::write(folder.path().join("data"), "no folder").expect("it is written");
    let answer = certifier.certify("alice@idp.example").await;
    assert_eq!(answer.status, StatusCode::SERVICE_UNAVAILABLE);
    assert_eq!(answer.json()["code"], "unavailable");
}

#[tokio::test]
async fn only_this_machine_gets_there_unless_that_is_said() {
    let folder = folder();
    with_key(folder.path());
    let open = ("IP_ADDRESS", "0.0.0.0");
    let said = refuses(folder.path(), &[ISSUER, KEY, ANY_PORT, open], &[], 2);
    assert!(said.contains("--open-to-network"), "{said}");
    let certifier = Certifier::start(folder.path(), &[open], &["--open-to-network"]);
    assert_eq!(
        certifier.certify("alice@idp.example").await.status,
        StatusCode::OK
    );
    assert!(certifier.end().contains("WARNING: --open-to-network"));
}

#[test]
fn it_does_not_start_with_keys_that_do_not_belong_together_or_without_its_settings() {
    let folder = folder();
    with_key(folder.path());
    run(folder.path(), &["keygen", "--out", "other.pem"]);
    let other = run(folder.path(), &["support-document", "--key", "other.pem"]);
    let other: Value = serde_json::from_slice(&other.stdout).expect("JSON");
    let public = folder.path().join("key.publickey");
    fs::write(&public, other["public-key"].to_string()).expect("it is written");
    let public = ("PUB_KEY_PATH", "key.publickey");
    let said = refuses(folder.path(), &[ISSUER, KEY, public], &[], 1);
    assert!(said.contains("not of one key"), "{said}");

    let said = refuses(folder.path(), &[("CONFIG_FILES", "local.json")], &[], 2);
    for name in ["CONFIG_FILES", "ISSUER_HOSTNAME", "PRIV_KEY_PATH"] {
        assert!(said.contains(name), "{name}: {said}");
    }
}

#[test]
fn the_document_of_the_owners_own_pages_is_printed() {
    let folder = folder();
    let key = with_key(folder.path());
    let print = |arguments: &[&str]| {
        let output = command(folder.path())
            .args(["certifier", "--support-document"])
            .args(arguments)
            .envs([ISSUER, KEY])
            .output()
            .expect("it starts");
        assert_eq!(output.status.code(), Some(0), "{output:?}");
        serde_json::from_slice::<Value>(&output.stdout).expect("JSON")
    };
    let expected = |authentication: &str, provisioning: &str| {
        json!({
            "public-key": key,
            "authentication": authentication,
            "provisioning": provisioning,
            "agent": "/persona/agent.html",
        })
    };
    assert_eq!(
        print(&[]),
        expected("/browserid/sign_in.html", "/browserid/provision.html")
    );
    let own = [
        "--authentication",
        "/persona/sign_in/",
        "--provisioning",
        "/persona/provision/",
    ];
    assert_eq!(
        print(&own),
        expected("/persona/sign_in/", "/persona/provision/")
    );
    assert!(!folder.path().join(".selfsame").exists(), "nothing is made");
    let wrong = ["--support-document", "--provisioning", "provision?x"];
    let said = refuses(folder.path(), &[ISSUER, KEY], &wrong, 2);
    assert!(said.contains("provision?x"), "{said}");
}
