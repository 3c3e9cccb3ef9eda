//! As much of KMS, DynamoDB, S3 and SES as the functions use, and of a verifier's function URL, in memory on loopback: counts what is asked, and fails as told.
//!
//! It is no judge of what AWS would do (the emulator's suites are); it is there so that the functions' own binaries can be
//! driven through every trouble, fast.

mod expression;
mod keys;
mod table;

use std::collections::BTreeMap;
use std::hash::{DefaultHasher, Hash, Hasher};
use std::io;
use std::pin::Pin;
use std::sync::{Arc, Mutex, MutexGuard};
use std::task::{Context, Poll};

use axum::Router;
use axum::body::{Body, Bytes};
use axum::extract::{Request, State};
use axum::response::{IntoResponse, Response};
use http::{Method, StatusCode};
use serde_json::{Value, json};
use tokio::net::TcpListener;
use tokio::task::JoinHandle;

use self::table::Table;

/// The name of the only table.
pub const TABLE: &str = "people";
/// The key that signs. [`crate::keys::ISSUER`] is its private half.
pub const KEY: &str = "arn:aws:kms:eu-west-1:123456789012:key/1234abcd-12ab-34cd-56ef-1234567890ab";
/// Another one, of the same kind: [`crate::keys::OTHER`].
pub const OTHER_KEY: &str =
    "arn:aws:kms:eu-west-1:123456789012:key/00000000-12ab-34cd-56ef-1234567890ab";
/// A key for encryption.
pub const WRONG_KEY: &str =
    "arn:aws:kms:eu-west-1:123456789012:key/ffffffff-12ab-34cd-56ef-1234567890ab";
/// The host of the verifier's function URL.
pub const VERIFIER: &str = "abc.lambda-url.eu-west-1.on.aws";
/// A secret that the functions are given, and that no log may hold.
pub const SECRET_KEY: &str = "wJalrXUtnFEMI-secret-access-key";

/// What goes wrong with a call.
#[derive(Clone, Debug)]
pub enum Trouble {
    /// The connection breaks before the answer is whole.
    Drops,
    /// An answer of this status with this name of an error.
    Fails(u16, &'static str),
    /// No answer, ever.
    Hangs,
    /// Something that is no JSON.
    Rambles,
}

/// A file in the bucket.
#[derive(Clone, Debug, PartialEq)]
pub struct StoredFile {
    /// `Cache-Control`.
    pub cache_control: String,
    /// The bytes.
    pub content: Vec<u8>,
    /// `Content-Type`.
    pub content_type: String,
}

/// The stub, until it is dropped.
pub struct Cloud {
    inner: Arc<Inner>,
    address: String,
    server: JoinHandle<()>,
}

#[derive(Default)]
struct Inner {
    calls: Mutex<Vec<String>>,
    domains: Mutex<BTreeMap<String, Value>>,
    files: Mutex<BTreeMap<String, StoredFile>>,
    mails: Mutex<Vec<Value>>,
    replies: Mutex<Vec<Value>>,
    table: Mutex<Table>,
    trouble: Mutex<BTreeMap<&'static str, Trouble>>,
}

impl Cloud {
    /// Listens on a free port of 127.0.0.1.
    pub async fn start() -> Self {
        let inner = Arc::new(Inner::default());
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("a free port");
        let address = format!("http://{}", listener.local_addr().expect("an address"));
        let router = Router::new()
            .fallback(answer)
            .with_state(Arc::clone(&inner));
        let server = tokio::spawn(async move {
            axum::serve(listener, router).await.expect("an open socket");
        });
        Self {
            inner,
            address,
            server,
        }
    }

    /// Where it listens, as an origin.
    pub fn address(&self) -> &str {
        &self.address
    }

    /// What AWS tells every function, with this in the place of AWS.
    pub fn environment(&self) -> Vec<(&str, &str)> {
        vec![
            ("AWS_ACCESS_KEY_ID", "AKIAIOSFODNN7EXAMPLE"),
            ("AWS_ENDPOINT_URL", &self.address),
            ("AWS_SECRET_ACCESS_KEY", SECRET_KEY),
            ("AWS_SESSION_TOKEN", "a-secret-session-token"),
        ]
    }

    /// Every call since the last time that this was asked, by the name of the operation.
    pub fn calls(&self) -> Vec<String> {
        std::mem::take(&mut lock(&self.inner.calls))
    }

    /// From now on, calls of `operation` have this trouble.
    pub fn has(&self, operation: &'static str, trouble: Trouble) {
        lock(&self.inner.trouble).insert(operation, trouble);
    }

    /// From now on, all is well.
    pub fn is_well(&self) {
        lock(&self.inner.trouble).clear();
    }

    /// From now on the verifier says this of the people of `domain`. Of others it says that they have no support.
    pub fn says(&self, domain: &str, info: Value) {
        lock(&self.inner.domains).insert(domain.to_owned(), info);
    }

    /// The mails that were handed over, as SES was asked.
    pub fn mails(&self) -> Vec<Value> {
        lock(&self.inner.mails).clone()
    }

    /// The rows whose partition key begins so.
    pub fn rows(&self, family: &str) -> Vec<Value> {
        lock(&self.inner.table).rows(family)
    }

    /// What is in the bucket, by `BUCKET/KEY`.
    pub fn files(&self) -> BTreeMap<String, StoredFile> {
        lock(&self.inner.files).clone()
    }

    /// Puts a file into the bucket, as another one would who may.
    pub fn keep(&self, name: &str, file: StoredFile) {
        lock(&self.inner.files).insert(name.to_owned(), file);
    }

    /// What was put at `/reply`.
    pub fn replies(&self) -> Vec<Value> {
        lock(&self.inner.replies).clone()
    }
}

impl Drop for Cloud {
    fn drop(&mut self) {
        self.server.abort();
    }
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().expect("no panic before")
}

async fn answer(State(inner): State<Arc<Inner>>, request: Request) -> Response {
    let (parts, body) = request.into_parts();
    let body = axum::body::to_bytes(body, 1 << 24).await.expect("a body");
    let header = |name: &str| {
        let value = parts.headers.get(name)?.to_str().ok()?;
        Some(value.to_owned())
    };
    let path = parts.uri.path().to_owned();
    let target = header("x-amz-target");
    let operation = match &target {
        Some(target) => target.split('.').next_back().unwrap_or_default(),
        None if path == "/reply" => "Reply",
        None if parts.method == Method::GET && path.starts_with("/pages/") => "GetObject",
        None if parts.method == Method::PUT => "PutObject",
        None if path == "/v2/email/outbound-emails" => "SendEmail",
        None if path == "/wsapi/address_info" => "AddressInfo",
        None => "unknown",
    };
    lock(&inner.calls).push(operation.to_owned());
    let trouble = lock(&inner.trouble).get(operation).cloned();
    match trouble {
        Some(Trouble::Drops) => return Response::new(Body::new(Breaking)),
        Some(Trouble::Fails(status, name)) if operation.ends_with("Object") => {
            return refused(status, name);
        }
        Some(Trouble::Fails(status, name)) => return failure(status, name, &json!({})),
        Some(Trouble::Hangs) => return std::future::pending().await,
        Some(Trouble::Rambles) => return "<html>maintenance</html>".into_response(),
        None => {}
    }

    match operation {
        "GetObject" => match lock(&inner.files).get(path.trim_start_matches('/')) {
            Some(file) => {
                let headers = [
                    ("cache-control", file.cache_control.clone()),
                    ("content-type", file.content_type.clone()),
                    ("etag", tag(&file.content)),
                ];
                (headers, file.content.clone()).into_response()
            }
            None => refused(404, "NoSuchKey"),
        },
        "PutObject" => {
            let file = StoredFile {
                cache_control: header("cache-control").unwrap_or_default(),
                content: unchunked(&header("content-encoding"), body),
                content_type: header("content-type").unwrap_or_default(),
            };
            let mut files = lock(&inner.files);
            let name = path.trim_start_matches('/').to_owned();
            let there = files.get(&name).map(|file| tag(&file.content));
            let wanted = header("if-match");
            if (wanted.is_some() && wanted != there)
                || (header("if-none-match").is_some() && there.is_some())
            {
                return refused(412, "PreconditionFailed");
            }
            files.insert(name, file);
            StatusCode::OK.into_response()
        }
        "AddressInfo" => {
            assert_eq!(header("host").as_deref(), Some(VERIFIER));
            let query = parts.uri.query().unwrap_or_default();
            let domain = query.strip_prefix("email=x%40").expect("nobody's address");
            let known = lock(&inner.domains).get(domain).cloned();
            let none = json!({"type": "secondary", "issuer": "idp.example", "disabled": false, "state": "unknown"});
            let headers = [("content-type", "application/json; charset=utf-8")];
            (headers, known.unwrap_or(none).to_string()).into_response()
        }
        "SendEmail" => {
            let asked = serde_json::from_slice(&body).expect("JSON");
            lock(&inner.mails).push(asked);
            success(&json!({"MessageId": "mail-of-the-stub"}))
        }
        "Reply" => {
            let kind = header("content-type");
            assert_eq!(kind, None, "the address was signed without a type");
            let reply = serde_json::from_slice(&body).expect("JSON");
            lock(&inner.replies).push(reply);
            StatusCode::OK.into_response()
        }
        _ => {
            let asked = serde_json::from_slice(&body).expect("JSON");
            let answered = if target
                .as_ref()
                .is_some_and(|target| target.starts_with("TrentService"))
            {
                keys::answer(operation, &asked)
            } else {
                lock(&inner.table).answer(operation, &asked)
            };
            match answered {
                Ok(answer) => success(&answer),
                Err((name, more)) => failure(400, name, &more),
            }
        }
    }
}

/// A failure as S3 says it.
fn refused(status: u16, name: &str) -> Response {
    let status = StatusCode::from_u16(status).expect("a status");
    let body = format!("<Error><Code>{name}</Code><Message>no</Message></Error>");
    (status, body).into_response()
}

/// S3's name for exactly this content.
fn tag(content: &[u8]) -> String {
    let mut hasher = DefaultHasher::new();
    content.hash(&mut hasher);
    format!("\"{:016x}\"", hasher.finish())
}

/// A body that the SDK sends in pieces with a checksum behind them.
fn unchunked(encoding: &Option<String>, body: Bytes) -> Vec<u8> {
    if encoding.as_deref() != Some("aws-chunked") {
        return body.to_vec();
    }
    let (mut whole, mut rest) = (Vec::new(), &body[..]);
    loop {
        let end = rest.windows(2).position(|two| two == b"\r\n");
        let (size, after) = rest.split_at(end.expect("a line"));
        let size = std::str::from_utf8(size).expect("text");
        let size = usize::from_str_radix(size.split(';').next().expect("one"), 16);
        let size = size.expect("a size");
        if size == 0 {
            return whole;
        }
        whole.extend_from_slice(&after[2..2 + size]);
        rest = &after[2 + size + 2..];
    }
}

fn success(answer: &Value) -> Response {
    let headers = [
        ("content-type", "application/x-amz-json-1.0"),
        ("x-amzn-requestid", "request-of-the-stub"),
    ];
    (headers, answer.to_string()).into_response()
}

fn failure(status: u16, name: &str, more: &Value) -> Response {
    let mut body = json!({"__type": name, "message": "as the test wants it"});
    for (key, value) in more.as_object().into_iter().flatten() {
        body[key] = value.clone();
    }
    let status = StatusCode::from_u16(status).expect("a status");
    (status, success(&body)).into_response()
}

/// A body whose connection breaks.
struct Breaking;

impl hyper::body::Body for Breaking {
    type Data = Bytes;
    type Error = io::Error;

    fn poll_frame(
        self: Pin<&mut Self>,
        _: &mut Context<'_>,
    ) -> Poll<Option<io::Result<hyper::body::Frame<Bytes>>>> {
        Poll::Ready(Some(Err(io::ErrorKind::ConnectionReset.into())))
    }
}
