//! What one fetch costs in memory while it waits for a host that is slow on purpose:
//! `cargo run -p tests --example fetch_memory`. The hosts are another process, so that only the client is measured.
#![allow(
    clippy::expect_used,
    clippy::indexing_slicing,
    reason = "what cannot be measured fails"
)]

use std::io::{BufRead, BufReader};
use std::net::{IpAddr, SocketAddr};
use std::process::{Command, Stdio};
use std::sync::Arc;
use std::time::Duration;

use async_trait::async_trait;
use browserid::{Domain, HostRule, Question, Unreachable};
use fetch::{AddressRule, Https, Limits, Resolver};
use service::ports::SupportDocuments;
use tests::tls::{Act, Shows, TlsServer, trusting_client};

const FETCHES: usize = 1_000;

struct Anywhere(u16);

impl AddressRule for Anywhere {
    fn allows(&self, _: IpAddr) -> bool {
        true
    }
}

#[async_trait]
impl Resolver for Anywhere {
    async fn resolve(&self, _: &str, _: u16) -> Result<Vec<SocketAddr>, Unreachable> {
        Ok(vec![SocketAddr::from(([127, 0, 0, 1], self.0))])
    }
}

/// The name of each state and the server that keeps its clients in it.
fn states() -> Vec<(&'static str, Shows, Vec<Act>)> {
    let send = |head: &str, body: usize| Act::Send([head.as_bytes(), &vec![b' '; body]].concat());
    let head = "HTTP/1.1 200 OK\r\nContent-Length: 65536\r\n\r\n";
    vec![
        ("connected, no TLS yet", Shows::Nothing, vec![]),
        ("asked, no answer yet", Shows::Hosts, vec![Act::Hold]),
        (
            "all but a byte of 16 KiB of headers",
            Shows::Hosts,
            vec![send("HTTP/1.1 200 OK\r\nA: ", 16_000), Act::Hold],
        ),
        (
            "all but a byte of 64 KiB of body",
            Shows::Hosts,
            vec![send(head, 65_535), Act::Hold],
        ),
    ]
}

#[tokio::main]
async fn main() {
    if let Some(state) = std::env::args().nth(1) {
        let (_, shows, acts) = states().swap_remove(state.parse().expect("a number"));
        let server = TlsServer::start(shows, acts).await;
        println!("{}", server.port);
        std::future::pending::<()>().await;
    }
    for (number, (name, _, _)) in states().into_iter().enumerate() {
        let mut server = Command::new(std::env::current_exe().expect("this program"))
            .arg(number.to_string())
            .stdout(Stdio::piped())
            .spawn()
            .expect("it starts");
        let mut port = String::new();
        let mut said = BufReader::new(server.stdout.take().expect("a pipe"));
        said.read_line(&mut port).expect("a line");
        println!(
            "{name}: {} bytes",
            measured(port.trim().parse().expect("a port")).await
        );
        server.kill().expect("it runs");
        server.wait().expect("it ends");
    }
}

async fn measured(port: u16) -> usize {
    let limits = Limits {
        body: 64 * 1024,
        headers: Duration::from_secs(600),
        whole: Duration::from_secs(600),
    };
    let here = Arc::new(Anywhere(port));
    let https = Https::new(Arc::clone(&here) as _, trusting_client(), limits).with_resolver(here);
    let https = Arc::new(https);
    let before = resident();
    let mut fetches = Vec::new();
    for n in 0..FETCHES {
        let domain = |text: &str| Domain::parse(text, HostRule::Public).expect("a domain");
        let question = Question {
            host: domain(&format!("n{n}.hosts.example")),
            principal: domain("person.example"),
        };
        let https = Arc::clone(&https);
        fetches.push(tokio::spawn(async move { https.ask(&question, 0).await }));
    }
    // Until nothing grows any more.
    let mut last = 0;
    while last != resident() {
        last = resident();
        tokio::time::sleep(Duration::from_secs(2)).await;
    }
    assert!(
        fetches.iter().all(|fetch| !fetch.is_finished()),
        "they all wait"
    );
    (last - before) / FETCHES
}

/// Bytes of this process in memory.
fn resident() -> usize {
    let status = std::fs::read_to_string("/proc/self/status").expect("Linux");
    let line = status.lines().find_map(|line| line.strip_prefix("VmRSS:"));
    let kilobytes = line.and_then(|line| line.split_whitespace().next());
    kilobytes
        .expect("a number")
        .parse::<usize>()
        .expect("a number")
        * 1024
}
