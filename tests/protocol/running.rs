//! `selfsame verifier` as a process, and requests to it byte by byte.

use std::io::{BufRead, BufReader};
use std::path::PathBuf;
use std::process::{Child, Command, ExitStatus, Stdio};
use std::time::Duration;

use browserid::Json;
use local::system::SystemClock;
use serde_json::json;
use service::ports::Clock;
use tests::tls::{Act, Shows, TlsServer};
use tests::verifier::ALWAYS;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;
use tokio::time::timeout;

use crate::judging::support_document;
use crate::making::{Case, HOUR, ISSUER, MINUTE};

pub const AUDIENCE: &str = "http://rp.example";
pub const FORM: &str = "application/x-www-form-urlencoded";
pub const JSON: &str = "application/json";

/// How long a test waits for what should come at once.
pub const PATIENCE: Duration = Duration::from_secs(30);

/// A running verifier; killed when dropped.
pub struct Running {
    child: Child,
    pub port: u16,
}

impl Running {
    /// With nothing of the tester's environment.
    pub fn start(environment: &[(&str, &str)], arguments: &[&str]) -> Self {
        let mut child = Command::new(program())
            .env_clear()
            .arg("verifier")
            .args(arguments)
            .envs(environment.iter().copied())
            .stdin(Stdio::null())
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
        Self { child, port }
    }

    /// One whose `idp.example` is at this server.
    pub fn with_idp(idp: &TlsServer) -> Self {
        Self::with_idp_and(idp, &[])
    }

    pub fn with_idp_and(idp: &TlsServer, environment: &[(&str, &str)]) -> Self {
        let map = format!("idp.example=http://127.0.0.1:{}", idp.port);
        Self::start(environment, &["--map", &map])
    }

    /// Sends a signal by name and waits for the end.
    pub fn end(mut self, signal: &str) -> ExitStatus {
        let id = self.child.id().to_string();
        let sent = Command::new("kill").args(["-s", signal, &id]).status();
        assert!(sent.expect("there is `kill`").success());
        self.child.wait().expect("it ends")
    }

    /// Sends these bytes.
    pub async fn send(&self, request: impl AsRef<[u8]>) -> Heard {
        send(self.port, request).await
    }

    /// POST of a body with its type; no type where it is empty.
    pub async fn post(&self, target: &str, kind: &str, body: &str) -> Heard {
        self.send(request(target, kind, body)).await
    }

    pub async fn v2(&self, body: &Json) -> Heard {
        self.post("/v2", "application/json", &body.to_string())
            .await
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        // Gone already when the test went well.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// Sends these bytes to a port of this machine; gives what came back until the connection was closed.
pub async fn send(port: u16, request: impl AsRef<[u8]>) -> Heard {
    let conversation = async {
        let address = ("127.0.0.1", port);
        let mut stream = TcpStream::connect(address).await.expect("it listens");
        // It may answer and close before it has read everything.
        let _ = stream.write_all(request.as_ref()).await;
        let mut bytes = Vec::new();
        let _ = stream.read_to_end(&mut bytes).await;
        bytes
    };
    let bytes = timeout(PATIENCE, conversation)
        .await
        .expect("an answer in time");
    Heard::parse(&bytes)
}

/// The bytes of a POST.
pub fn request(target: &str, kind: &str, body: &str) -> Vec<u8> {
    let mut head = format!("POST {target} HTTP/1.1\r\nHost: verifier.example\r\n");
    if !kind.is_empty() {
        head.push_str(&format!("Content-Type: {kind}\r\n"));
    }
    head.push_str(&format!("Content-Length: {}\r\n\r\n{body}", body.len()));
    head.into_bytes()
}

/// The same body in pieces, its length not declared.
pub fn chunked(target: &str, kind: &str, body: &str) -> Vec<u8> {
    let mut bytes = format!(
        "POST {target} HTTP/1.1\r\nHost: verifier.example\r\nContent-Type: {kind}\r\nTransfer-Encoding: chunked\r\n\r\n"
    )
    .into_bytes();
    for piece in body.as_bytes().chunks(1000) {
        bytes.extend(format!("{:x}\r\n", piece.len()).into_bytes());
        bytes.extend(piece);
        bytes.extend(b"\r\n");
    }
    bytes.extend(b"0\r\n\r\n");
    bytes
}

/// An answer.
#[derive(Debug)]
pub struct Heard {
    pub status: u16,
    /// Names in lower case.
    pub headers: Vec<(String, String)>,
    pub body: String,
}

impl Heard {
    fn parse(bytes: &[u8]) -> Self {
        let text = String::from_utf8_lossy(bytes).into_owned();
        let (head, body) = text
            .split_once("\r\n\r\n")
            .unwrap_or_else(|| panic!("no answer: {text:?}"));
        let mut lines = head.split("\r\n");
        let status = lines
            .next()
            .and_then(|line| line.split(' ').nth(1))
            .expect("a status");
        let headers = lines.map(|line| {
            let (name, value) = line.split_once(": ").expect("a header");
            (name.to_lowercase(), value.to_owned())
        });
        Self {
            status: status.parse().expect("a status"),
            headers: headers.collect(),
            body: body.to_owned(),
        }
    }

    pub fn header(&self, name: &str) -> Option<&str> {
        let mut values = self.headers.iter().filter(|(header, _)| header == name);
        let value = values.next()?;
        assert!(values.next().is_none(), "{name} stands twice");
        Some(&value.1)
    }

    pub fn json(&self) -> Json {
        serde_json::from_str(&self.body).unwrap_or_else(|error| panic!("{error}: {self:?}"))
    }
}

/// A server on this machine that answers everything so, without TLS.
pub async fn server(head: &str, body: &str) -> TlsServer {
    let head = format!(
        "HTTP/1.1 {head}\r\nContent-Length: {}\r\n\r\n{body}",
        body.len()
    );
    TlsServer::start(Shows::NoTls, vec![Act::Send(head.into_bytes())]).await
}

/// The document of `idp.example`.
pub async fn idp() -> TlsServer {
    let document = support_document(&ISSUER).to_string();
    server("200 OK\r\nContent-Type: application/json", &document).await
}

/// Beside the test executables.
fn program() -> PathBuf {
    let test = std::env::current_exe().expect("a test knows where it is");
    let folder = test.ancestors().nth(2).expect("target/…/deps/test");
    let program = folder.join("selfsame");
    assert!(
        program.is_file(),
        "there is no {}: cargo build -p local",
        program.display()
    );
    program
}

pub fn now() -> u64 {
    SystemClock.now().as_millis()
}

/// Right at this moment, and when its assertion ends.
pub fn fresh() -> (Case, u64) {
    let (now, expires) = (now(), now() + 2 * MINUTE);
    let case = Case::ordinary()
        .certificate(json!({"iat": now - 10_000, "exp": now + HOUR}))
        .assertion(json!({"aud": AUDIENCE, "exp": expires}));
    (case, expires)
}

pub fn escaped(text: &str) -> String {
    text.replace(':', "%3A").replace('/', "%2F")
}

pub fn form(assertion: &str) -> String {
    format!("assertion={assertion}&audience={}", escaped(AUDIENCE))
}

pub fn object(assertion: &str) -> Json {
    json!({"assertion": assertion, "audience": AUDIENCE})
}

/// What every answer of the old server had, and what none had.
#[track_caller]
pub fn check_headers(heard: &Heard) {
    for (name, value) in ALWAYS {
        assert_eq!(heard.header(name), Some(value), "{name}: {heard:?}");
    }
    for (name, _) in &heard.headers {
        assert!(!name.starts_with("access-control-"), "{heard:?}");
        assert!(
            !["x-powered-by", "server", "set-cookie", "etag"].contains(&name.as_str()),
            "{heard:?}"
        );
    }
    if heard
        .header("content-type")
        .is_some_and(|kind| kind.starts_with(JSON))
    {
        assert!(heard.json().is_object(), "{heard:?}");
    }
}

#[track_caller]
pub fn check(heard: &Heard, status: u16, code: &str, reason: &str) {
    check_headers(heard);
    let expected = json!({"status": "failure", "code": code, "reason": reason});
    assert_eq!((heard.status, heard.json()), (status, expected));
}
