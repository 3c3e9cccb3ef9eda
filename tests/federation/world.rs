//! Identity providers, verifiers and lists.

use std::io::{BufRead, BufReader};
use std::path::Path;
use std::process::{Child, Stdio};
use std::sync::{Arc, LazyLock, Mutex};
use std::time::Duration;

use ::http::{Method, StatusCode};
use axum::Router;
use axum::routing::get;
use local::system::SystemClock;
use serde_json::{Value, json};
use service::ports::Clock;
use tests::keys::{TestKey, WEAK};
use tests::tokens::token;
use tokio::task::JoinHandle;
use tokio::time::Instant;

use crate::http::Site;
use crate::program::command;

/// The site that everybody signs in to.
pub const SITE: &str = "https://rp.example";

/// A key beside those that all suites share.
pub static NEXT: LazyLock<TestKey> =
    LazyLock::new(|| TestKey::read(include_str!("../signatures/keys/2048_e3.pem")));

pub fn now_ms() -> u64 {
    SystemClock.now().as_millis()
}

/// An identity provider: a document at a port of this machine, and how often it was asked for.
pub struct Idp {
    asked: Arc<Mutex<u64>>,
    document: Arc<Mutex<Value>>,
    pub issuer: &'static str,
    port: u16,
    task: JoinHandle<()>,
}

impl Idp {
    pub async fn start(issuer: &'static str, keys: &[&TestKey]) -> Self {
        let document = Arc::new(Mutex::new(document(keys)));
        let asked = Arc::new(Mutex::new(0));
        let (shown, counted) = (Arc::clone(&document), Arc::clone(&asked));
        let answer = get(move || async move {
            *counted.lock().expect("no panic") += 1;
            axum::Json(shown.lock().expect("no panic").clone())
        });
        let router = Router::new().route("/.well-known/browserid", answer);
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await;
        let listener = listener.expect("a free port");
        let port = listener.local_addr().expect("it is bound").port();
        let task = tokio::spawn(async move {
            axum::serve(listener, router).await.expect("it serves");
        });
        Self {
            asked,
            document,
            issuer,
            port,
            task,
        }
    }

    pub fn publish(&self, keys: &[&TestKey]) {
        *self.document.lock().expect("no panic") = document(keys);
    }

    pub fn asked(&self) -> u64 {
        *self.asked.lock().expect("no panic")
    }

    pub fn map(&self) -> String {
        format!("{}=http://127.0.0.1:{}", self.issuer, self.port)
    }
}

impl Drop for Idp {
    fn drop(&mut self) {
        self.task.abort();
    }
}

fn document(keys: &[&TestKey]) -> Value {
    let (first, others) = keys.split_first().expect("a key");
    let mut document = json!({
        "public-key": first.to_json(),
        "authentication": "/persona/sign_in.html",
        "provisioning": "/persona/provision.html",
    });
    if !others.is_empty() {
        let others: Vec<_> = others.iter().map(|key| key.to_json()).collect();
        document["keys"] = json!(others);
    }
    document
}

/// A fresh sign-in of `email` at [`SITE`], certified by `issuer` with `key`.
pub fn bundle(issuer: &str, key: &TestKey, email: &str) -> String {
    let now = now_ms();
    let certificate = json!({
        "iss": issuer,
        "iat": now - 10_000,
        "exp": now + 600_000,
        "public-key": WEAK.to_json(),
        "principal": {"email": email},
    });
    let assertion = json!({"aud": SITE, "exp": now + 120_000});
    let certificate = token(key, "RS256", &certificate);
    format!("{certificate}~{}", token(&WEAK, "RS128", &assertion))
}

/// Of issuers and their domains.
pub fn list(issued_ms: u64, members: &[(&str, &[&str])]) -> Value {
    let member = |(issuer, domains): &(&str, &[&str])| {
        json!({
            "issuer": issuer,
            "domains": domains,
            "keys": {"rsa": 2048},
            "contact": "mailto:it@one.example",
            "expires": issued_ms + 100_000_000,
        })
    };
    json!({
        "version": 1,
        "name": "Universities of Example",
        "issued": issued_ms,
        "expires": issued_ms + 10_000_000,
        "members": members.iter().map(member).collect::<Vec<_>>(),
    })
}

pub fn signed(key: &TestKey, list: &Value) -> String {
    token(key, "RS256", list)
}

/// Puts a list where verifiers read it, in one step.
pub fn put(file: &Path, text: &str) {
    let beside = file.with_extension("new");
    std::fs::write(&beside, text).expect("it is written");
    std::fs::rename(&beside, file).expect("it is put there");
}

/// A running `selfsame verifier`; killed when dropped.
pub struct Verifier {
    child: Child,
    pub site: Site,
}

impl Verifier {
    pub fn start(folder: &Path, environment: &[(&str, &str)], idps: &[&Idp]) -> Self {
        let mut command = command(folder);
        command.arg("verifier").envs(environment.iter().copied());
        for idp in idps {
            command.args(["--map", &idp.map()]);
        }
        let mut child = command
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

    /// `okay`, or the code.
    pub async fn verify(&self, bundle: &str) -> String {
        let body = json!({"assertion": bundle, "audience": SITE}).to_string();
        let headers = [("content-type", "application/json")];
        let answer = self.site.send(Method::POST, "/v2", &headers, &body).await;
        assert_eq!(answer.status, StatusCode::OK, "{}", answer.text());
        let answer = answer.json();
        let told = answer["code"].as_str().or(answer["status"].as_str());
        told.expect("an outcome").to_owned()
    }

    /// What it says of its list.
    pub async fn standing(&self) -> Value {
        let answer = self.site.get("/federation").await;
        assert_eq!(answer.status, StatusCode::OK);
        answer.json()
    }

    /// Asks until the standing is so, but not for ever.
    pub async fn until(&self, what: &str, holds: impl Fn(&Value) -> bool) {
        let patience = Instant::now() + Duration::from_secs(30);
        loop {
            let standing = self.standing().await;
            if holds(&standing) {
                return;
            }
            assert!(Instant::now() < patience, "never: {what}: {standing}");
            tokio::task::yield_now().await;
        }
    }
}

impl Drop for Verifier {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// Accepted and refused so far, of one issuer.
pub fn counts(standing: &Value, issuer: &str) -> Value {
    let members = standing["list"]["members"].as_array().expect("members");
    let member = members.iter().find(|member| member["issuer"] == issuer);
    member.expect("it is listed")["counts"].clone()
}
