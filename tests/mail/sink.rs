//! The server of `sink.py` from here: one process, a listener for each test.

use std::collections::BTreeMap;
use std::io::{BufRead, BufReader, Write};
use std::process::{ChildStdin, Command, Stdio};
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, OnceLock};
use std::time::Duration;

use browserid::{Domain, Email, HostRule};
use local::system::SystemRandom;
use serde_json::{Value, json};
use service::mail::{self, Language, Mail, MailRefused};
use service::ports::Mailer;
use smtp::{Sender, Server, Settings, Smtp, SmtpError};
use tests::clock::SetClock;
use tokio::sync::mpsc::{UnboundedReceiver, UnboundedSender, unbounded_channel};
use tokio::sync::oneshot;

pub const CODE: &str = "049271";
pub const FROM: &str = "no-reply@fallback.example";
pub const HOST: &str = "fallback.example";
pub const LINK: &str = "https://fallback.example/persona/prove.html#code=049271";
pub const PASSWORD: &str = "p:ä/SECRET";
pub const TO: &str = "jan@example.com";
/// Long, for what must not depend on how busy the machine is.
pub const PATIENT: Duration = Duration::from_secs(60);

/// A listener of the server, and what it tells.
pub struct Sink {
    events: UnboundedReceiver<Value>,
    pub port: u16,
}

impl Sink {
    /// One that does as `told` says: see `sink.py`.
    pub async fn start(mut told: Value) -> Self {
        static IDS: AtomicU64 = AtomicU64::new(1);
        let id = IDS.fetch_add(1, Ordering::SeqCst);
        told["id"] = json!(id);
        let (answer, listening) = oneshot::channel();
        let process = process();
        process
            .routes
            .lock()
            .expect("no poison")
            .waiting
            .insert(id, answer);
        writeln!(process.stdin.lock().expect("no poison"), "{told}").expect("the sink hears");
        listening.await.expect("the sink listens")
    }

    /// One without TLS and without faults.
    pub async fn plain() -> Self {
        Self::start(json!({})).await
    }

    /// One that misbehaves at a stage, without TLS.
    pub async fn with_fault(stage: &str, fault: &str) -> Self {
        Self::start(json!({ "faults": { stage: fault } })).await
    }

    /// One with the certificate that `tests/src/tls/` has under this name.
    pub async fn secured(tls: &str, certificate: &str, others: Value) -> Self {
        let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/src/tls");
        let mut told = json!({
            "tls": tls,
            "certificate": format!("{folder}/{certificate}.pem"),
            "key": format!("{folder}/{certificate}.key"),
        });
        for (name, value) in others.as_object().expect("an object") {
            told[name] = value.clone();
        }
        Self::start(told).await
    }

    /// What comes next must be a mail.
    pub async fn mail(&mut self) -> Value {
        self.next("mail").await
    }

    /// What comes next must be the end of a connection. Gives the commands that came in it.
    pub async fn closed(&mut self) -> Vec<String> {
        let event = self.next("closed").await;
        let commands = event["commands"].as_array().expect("commands").iter();
        commands
            .map(|command| command.as_str().expect("text").to_owned())
            .collect()
    }

    async fn next(&mut self, expected: &str) -> Value {
        let event = self.events.recv().await.expect("the sink tells");
        assert_eq!(event["event"], expected, "{event}");
        event
    }
}

/// A mailer for the server at `url`, which believes our test authority.
pub fn mailer(url: &str) -> Smtp {
    mailer_within(url, PATIENT)
}

/// The same with a deadline.
pub fn mailer_within(url: &str, deadline: Duration) -> Smtp {
    let roots = Some(include_str!("../src/tls/ca.pem").to_owned());
    made(url, deadline, roots, HOST)
}

/// The same in every part.
pub fn made(url: &str, deadline: Duration, roots: Option<String>, host: &str) -> Smtp {
    let settings = Settings {
        deadline,
        roots,
        sender: Sender {
            address: address(FROM),
            host: Domain::parse(host, HostRule::Public).expect("a host"),
        },
        server: Server::parse(url).expect("a server"),
    };
    Smtp::new(settings, Arc::new(SetClock::new()), Arc::new(SystemRandom)).expect("right settings")
}

/// A mailer for a sink without TLS.
pub fn mailer_for(sink: &Sink) -> Smtp {
    mailer(&format!("smtp+plain://127.0.0.1:{}", sink.port))
}

pub fn address(text: &str) -> Email {
    Email::parse(text, HostRule::Public).expect("an address")
}

/// The mail with [`CODE`].
pub fn mail_to(to: &str, language: Language) -> Mail {
    mail::code(address(to), CODE, LINK, 10, HOST, language)
}

/// Sends one to [`TO`].
pub async fn sent(mailer: &Smtp) -> Result<Result<(), MailRefused>, SmtpError> {
    sent_to(mailer, TO).await
}

/// Sends one. The failure must not show what nobody's log may hold.
pub async fn sent_to(mailer: &Smtp, to: &str) -> Result<Result<(), MailRefused>, SmtpError> {
    let outcome = mailer.send(&mail_to(to, Language::English)).await;
    outcome.map_err(|error| {
        for shown in [format!("{error}"), format!("{error:?}")] {
            let local_part = to.split('@').next().expect("a local part");
            for secret in [local_part, "SECRET", CODE, FROM] {
                assert!(!shown.contains(secret), "{shown}");
            }
        }
        *error.source.downcast().expect("an SmtpError")
    })
}

struct Process {
    routes: Arc<Mutex<Routes>>,
    stdin: Mutex<ChildStdin>,
}

/// Where the sink's lines go.
#[derive(Default)]
struct Routes {
    listening: BTreeMap<u64, UnboundedSender<Value>>,
    waiting: BTreeMap<u64, oneshot::Sender<Sink>>,
}

/// Started by the first test; it ends when our end of its standard input does.
fn process() -> &'static Process {
    static PROCESS: OnceLock<Process> = OnceLock::new();
    PROCESS.get_or_init(|| {
        let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/mail");
        let mut child = Command::new(format!("{folder}/.venv/bin/python"))
            .arg(format!("{folder}/sink.py"))
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()
            .unwrap_or_else(|error| panic!("{error}: run tests/mail/install"));
        let routes = Arc::new(Mutex::new(Routes::default()));
        let stdin = Mutex::new(child.stdin.take().expect("piped"));
        let lines = BufReader::new(child.stdout.take().expect("piped")).lines();
        let shared = Arc::clone(&routes);
        std::thread::spawn(move || {
            for line in lines.map_while(Result::ok) {
                let event = serde_json::from_str(&line).expect("JSON");
                route(&mut shared.lock().expect("no poison"), event);
            }
            let _ = child.wait();
        });
        Process { routes, stdin }
    })
}

fn route(routes: &mut Routes, event: Value) {
    let port = event["port"].as_u64().expect("a port");
    if let Some(id) = event["id"].as_u64() {
        let (sender, events) = unbounded_channel();
        routes.listening.insert(port, sender);
        let port = u16::try_from(port).expect("a port");
        if let Some(answer) = routes.waiting.remove(&id) {
            let _ = answer.send(Sink { events, port });
        }
    } else if let Some(sender) = routes.listening.get(&port) {
        // A test that has what it wanted does not listen any more.
        let _ = sender.send(event);
    }
}
