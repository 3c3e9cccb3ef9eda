//! An emulator of the Lambda Runtime API on loopback, with a real function binary behind it.
//!
//! Which binary: `SELFSAME_FUNCTIONS` names a folder with the functions in it, as `NAME` or `NAME/bootstrap`; without it,
//! those beside the test. `SELFSAME_RUNNER` is a command that runs them, for another architecture
//! (`qemu-aarch64 -L /usr/aarch64-linux-gnu`).

use std::collections::HashMap;
use std::path::PathBuf;
use std::process::Stdio;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use axum::Router;
use axum::extract::{Path, State};
use axum::response::IntoResponse;
use axum::routing::{get, post};
use base64::{Engine, engine::general_purpose::STANDARD};
use http::StatusCode;
use serde_json::{Value, json};
use tokio::net::TcpListener;
use tokio::process::{Child, Command};
use tokio::sync::{Mutex, mpsc, oneshot};
use tokio::task::JoinHandle;

/// The function that is no part of the product (`src/bin/odd-function.rs`): always of this build.
pub const ODD: &str = "odd-function";

/// More than any function needs, on any machine; an emulated processor is slower.
fn patience() -> Duration {
    Duration::from_secs(if runner().is_empty() { 60 } else { 300 })
}

/// The command that runs the functions, in words. None for those of this machine.
pub fn runner() -> Vec<String> {
    #[expect(
        clippy::disallowed_methods,
        reason = "which binaries are tested is the caller's choice"
    )]
    let words = std::env::var("SELFSAME_RUNNER").unwrap_or_default();
    words.split_whitespace().map(str::to_owned).collect()
}

/// What became of an event.
#[derive(Clone, Debug, PartialEq)]
pub enum Outcome {
    /// The function answered.
    Answered(Value),
    /// The runtime reported an error in its place.
    Failed(Value),
}

impl Outcome {
    /// The answer.
    pub fn answer(self) -> Value {
        match self {
            Self::Answered(answer) => answer,
            Self::Failed(error) => panic!("failed: {error}"),
        }
    }
}

/// A process that ended by itself.
#[derive(Debug)]
pub struct Ended {
    /// Its exit code.
    pub code: Option<i32>,
    /// Everything it printed.
    pub log: String,
    /// How often it asked for an event.
    pub polls: usize,
}

/// A function that runs.
pub struct Function {
    api: Arc<Api>,
    events: mpsc::UnboundedSender<(String, Value)>,
    next_id: AtomicUsize,
    process: Child,
    server: JoinHandle<()>,
}

/// The emulator's side.
struct Api {
    events: Mutex<mpsc::UnboundedReceiver<(String, Value)>>,
    polls: AtomicUsize,
    waiting: Mutex<HashMap<String, oneshot::Sender<Outcome>>>,
}

impl Function {
    /// Starts the binary `name` with this environment and nothing else of ours.
    pub async fn start(name: &str, environment: &[(&str, &str)]) -> Self {
        let binary = binary(name);
        let (events, received) = mpsc::unbounded_channel();
        let api = Arc::new(Api {
            events: Mutex::new(received),
            polls: AtomicUsize::new(0),
            waiting: Mutex::default(),
        });
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("a free port");
        let address = listener.local_addr().expect("a bound address");
        let router = router(Arc::clone(&api));
        let server = tokio::spawn(async move {
            axum::serve(listener, router).await.expect("an open socket");
        });
        let mut command = match runner().split_first() {
            Some((runner, arguments)) if name != ODD => {
                let mut command = Command::new(runner);
                command.args(arguments).arg(binary);
                command
            }
            _ => Command::new(binary),
        };
        let process = command
            .env_clear()
            .env("AWS_LAMBDA_RUNTIME_API", address.to_string())
            .env("AWS_LAMBDA_FUNCTION_NAME", name)
            .env("AWS_LAMBDA_FUNCTION_VERSION", "1")
            .env("AWS_LAMBDA_FUNCTION_MEMORY_SIZE", "128")
            .env("AWS_REGION", "eu-west-1")
            .envs(environment.iter().copied())
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .kill_on_drop(true)
            .spawn()
            .expect("the function starts");
        Self {
            api,
            events,
            next_id: AtomicUsize::new(1),
            process,
            server,
        }
    }

    /// Waits until it asks for its first event, which ends its init.
    pub async fn polled(&self) {
        let polled = async {
            while self.api.polls.load(Ordering::SeqCst) == 0 {
                tokio::time::sleep(Duration::from_millis(2)).await;
            }
        };
        tokio::time::timeout(patience(), polled)
            .await
            .expect("the function asks for an event in time");
    }

    /// Gives it an event and waits for what becomes of it.
    pub async fn invoke(&self, event: Value) -> Outcome {
        let id = format!("request-{}", self.next_id.fetch_add(1, Ordering::SeqCst));
        let (done, outcome) = oneshot::channel();
        self.api.waiting.lock().await.insert(id.clone(), done);
        self.events.send((id, event)).expect("the emulator runs");
        tokio::time::timeout(patience(), outcome)
            .await
            .expect("the function answers in time")
            .expect("the emulator runs")
    }

    /// The most memory that its process had so far, in KB.
    pub fn peak_kb(&self) -> u64 {
        let id = self.process.id().expect("it runs");
        let status = std::fs::read_to_string(format!("/proc/{id}/status")).expect("Linux");
        let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:"));
        let kb = line.and_then(|line| line.trim().strip_suffix(" kB"));
        kb.and_then(|kb| kb.parse().ok()).expect("a number")
    }

    /// Ends it; gives what it printed, one JSON object a line.
    pub async fn stop(mut self) -> Vec<Value> {
        self.process.start_kill().expect("it was running");
        let ended = self.ended().await;
        let parse = |line: &str| {
            let parsed = serde_json::from_str(line);
            parsed.unwrap_or_else(|error| panic!("{error}: {line}"))
        };
        ended.log.lines().map(parse).collect()
    }

    /// Waits until it ends by itself.
    pub async fn ended(self) -> Ended {
        let Self {
            api,
            process,
            server,
            ..
        } = self;
        let output = tokio::time::timeout(patience(), process.wait_with_output());
        let output = output.await.expect("it ends in time").expect("it ran");
        server.abort();
        let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
        Ended {
            code: output.status.code(),
            log: text(&output.stdout) + &text(&output.stderr),
            polls: api.polls.load(Ordering::SeqCst),
        }
    }
}

/// The function's binary: of the folder that `SELFSAME_FUNCTIONS` names, or beside the test's own in the target folder.
pub fn binary(name: &str) -> PathBuf {
    let test = std::env::current_exe().expect("a test is a file");
    let folder = test.ancestors().nth(2).expect("target/debug/deps/test");
    let given = std::env::var_os("SELFSAME_FUNCTIONS").map(PathBuf::from);
    let given = given.filter(|_| name != ODD);
    let folder = given.unwrap_or_else(|| folder.to_owned());
    let candidates = [folder.join(name).join("bootstrap"), folder.join(name)];
    let found = candidates.iter().find(|candidate| candidate.is_file());
    let missing = || {
        panic!(
            "{name} is not in {}: cargo build --workspace --bins",
            folder.display()
        )
    };
    found.unwrap_or_else(missing).clone()
}

/// An event as API Gateway's HTTP API sends it (payload 2.0).
pub fn event(method: &str, path: &str, query: &str) -> Value {
    json!({
        "version": "2.0",
        "routeKey": "$default",
        "rawPath": path,
        "rawQueryString": query,
        "headers": {
            "host": "verifier.example",
            "x-forwarded-for": "198.51.100.7",
            "x-forwarded-port": "443",
            "x-forwarded-proto": "https",
        },
        "requestContext": {
            "accountId": "123456789012",
            "apiId": "api",
            "domainName": "verifier.example",
            "domainPrefix": "verifier",
            "http": {
                "method": method,
                "path": path,
                "protocol": "HTTP/1.1",
                "sourceIp": "198.51.100.7",
                "userAgent": "test",
            },
            "requestId": "gateway-1",
            "routeKey": "$default",
            "stage": "$default",
            "time": "21/Nov/2026:12:00:00 +0000",
            "timeEpoch": 1_795_262_400_000_u64,
        },
        "isBase64Encoded": false,
    })
}

/// The same with a body, which the gateway encodes.
pub fn event_with_body(method: &str, path: &str, kind: &str, body: &[u8]) -> Value {
    let mut event = event(method, path, "");
    event["headers"]["content-type"] = json!(kind);
    event["headers"]["content-length"] = json!(body.len().to_string());
    event["body"] = json!(STANDARD.encode(body));
    event["isBase64Encoded"] = json!(true);
    event
}

fn router(api: Arc<Api>) -> Router {
    Router::new()
        .route("/2018-06-01/runtime/invocation/next", get(next))
        .route(
            "/2018-06-01/runtime/invocation/{id}/response",
            post(answered),
        )
        .route("/2018-06-01/runtime/invocation/{id}/error", post(failed))
        .with_state(api)
}

async fn next(State(api): State<Arc<Api>>) -> impl IntoResponse {
    api.polls.fetch_add(1, Ordering::SeqCst);
    let Some((id, event)) = api.events.lock().await.recv().await else {
        // The test is over: the function is about to be ended.
        return std::future::pending().await;
    };
    let headers = [
        ("lambda-runtime-aws-request-id", id),
        ("lambda-runtime-deadline-ms", "4102444800000".to_owned()),
        (
            "lambda-runtime-invoked-function-arn",
            "arn:aws:lambda:eu-west-1:123456789012:function:test".to_owned(),
        ),
        ("content-type", "application/json".to_owned()),
    ];
    (headers, event.to_string())
}

async fn answered(api: State<Arc<Api>>, id: Path<String>, body: String) -> StatusCode {
    done(api, id, body, Outcome::Answered).await
}

async fn failed(api: State<Arc<Api>>, id: Path<String>, body: String) -> StatusCode {
    done(api, id, body, Outcome::Failed).await
}

async fn done(
    State(api): State<Arc<Api>>,
    Path(id): Path<String>,
    body: String,
    outcome: fn(Value) -> Outcome,
) -> StatusCode {
    let body = serde_json::from_str(&body).expect("the runtime sends JSON");
    let waiting = api.waiting.lock().await.remove(&id);
    // A test that has given up does not listen any more.
    let _ = waiting
        .expect("an id that was given out")
        .send(outcome(body));
    StatusCode::ACCEPTED
}
