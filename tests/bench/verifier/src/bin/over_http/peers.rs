//! Who is measured: our verifier as a process, the same in process, the old server's way.

use std::io::{BufRead, BufReader};
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use axum::Router;
use axum::routing::get;
use http::header::CONTENT_TYPE;
use tokio::net::TcpListener;
use verifier_bench::{CASES, Whole, is_okay};

use crate::requests::bundle;

/// The core of whoever is measured; this process has the other.
const ITS_CORE: &str = "0";
const OUR_CORE: &str = "1";

/// A process that ends with the bench.
pub struct Peer {
    child: Child,
    pub port: u16,
}

impl Peer {
    /// Starts it on `core` and reads the port from the first line that names an origin.
    fn start(
        core: &str,
        program: &str,
        arguments: &[String],
        environment: &[(&str, &str)],
    ) -> Self {
        let mut child = Command::new("taskset")
            .args(["--cpu-list", core, program])
            .args(arguments)
            .envs(environment.iter().copied())
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()
            .expect("taskset is there");
        let lines = BufReader::new(child.stdout.take().expect("a pipe")).lines();
        let port = lines
            .map_while(Result::ok)
            .find_map(|line| line.rsplit(':').next()?.trim().parse().ok())
            .expect("it says where it listens");
        Self { child, port }
    }

    /// The most memory it ever had.
    pub fn peak_memory_mb(&self) -> f64 {
        let status = std::fs::read_to_string(format!("/proc/{}/status", self.child.id()));
        let status = status.expect("it runs");
        let peak = status.lines().find_map(|line| line.strip_prefix("VmHWM:"));
        let kilobytes = peak.and_then(|peak| peak.split_whitespace().next()?.parse::<f64>().ok());
        kilobytes.expect("Linux says so") / 1024.0
    }
}

impl Drop for Peer {
    fn drop(&mut self) {
        // It may have ended by itself.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// A server of support documents, and its port.
pub struct DocumentServer {
    pub port: u16,
}

/// Answers for every domain, as a plain-HTTP origin that domains can be mapped to.
pub async fn document_server() -> DocumentServer {
    let body = bundle("idp.example").document.to_string();
    let document = get(async move || ([(CONTENT_TYPE, "application/json")], body));
    let listener = TcpListener::bind("127.0.0.1:0").await.expect("a free port");
    let port = listener.local_addr().expect("a bound address").port();
    let router = Router::new().route("/.well-known/browserid", document);
    tokio::spawn(async move { axum::serve(listener, router).await });
    DocumentServer { port }
}

/// `selfsame verifier`, with `idp.example` and `others` looked up here.
pub fn our_verifier(
    binary: &str,
    documents: u16,
    others: &[String],
    environment: &[(&str, &str)],
) -> Peer {
    let mut arguments = vec!["verifier".to_owned()];
    let home = format!("idp.example=http://127.0.0.1:{documents}");
    for map in std::iter::once(&home).chain(others) {
        arguments.push("--map".to_owned());
        arguments.push(map.clone());
    }
    Peer::start(ITS_CORE, binary, &arguments, environment)
}

/// The last reference library behind an HTTP server that does what the old one did, in one process.
pub fn old_server() -> Peer {
    let script = concat!(env!("CARGO_MANIFEST_DIR"), "/peers/old_server.cjs");
    Peer::start(ITS_CORE, "node", &[script.to_owned()], &[])
}

/// Where its look-ups go, on this process's core.
pub fn tls_documents() -> Peer {
    let script = concat!(env!("CARGO_MANIFEST_DIR"), "/peers/tls_documents.cjs");
    let document = bundle("idp.example").document.to_string();
    Peer::start(OUR_CORE, "node", &[script.to_owned(), document], &[])
}

/// Runs this program's other half on the core of the measured, and reads its rate.
pub fn rate_in_process() -> f64 {
    let program = std::env::current_exe().expect("this program");
    let output = Command::new("taskset")
        .args(["--cpu-list", ITS_CORE])
        .arg(program)
        .arg("in-process")
        .output()
        .expect("taskset is there");
    let text = String::from_utf8(output.stdout).expect("a number");
    text.trim().parse().expect("a number")
}

/// Requests through the router without a socket, one after the other; prints how many a second.
pub fn in_process(time: Duration) {
    let _quiet = verifier_bench::to_nowhere();
    let bundle = CASES[0].bundle();
    let whole = Whole::warm(&bundle);
    let body = bundle.request();
    let begun = Instant::now();
    let mut answers = 0_u64;
    while begun.elapsed() < time {
        let answer = whole.send(Whole::request("/v2", body.clone()));
        assert!(is_okay(&answer), "{answer:?}");
        answers += 1;
    }
    println!("{}", answers as f64 / begun.elapsed().as_secs_f64());
}
