//! Support documents over HTTPS, from a server that misbehaves on purpose. Only loopback is used: the client is told that
//! it may connect there, and which port.
#![allow(
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::panic,
    reason = "what helps a test fails as loudly as the test"
)]

#[path = "fetch/addresses.rs"]
mod addresses;
#[path = "fetch/answers.rs"]
mod answers;
#[path = "fetch/framing.rs"]
mod framing;
#[path = "fetch/freshness.rs"]
mod freshness;
#[path = "fetch/internet.rs"]
mod internet;
#[path = "fetch/list.rs"]
mod list;
#[path = "fetch/names.rs"]
mod names;
#[path = "fetch/reuse.rs"]
mod reuse;
#[path = "fetch/secure.rs"]
mod secure;
#[path = "fetch/sizes.rs"]
mod sizes;
#[path = "fetch/times.rs"]
mod times;
#[path = "fetch/walks.rs"]
mod walks;

use std::net::IpAddr;
use std::sync::Arc;
use std::time::Duration;

use browserid::{Answer, Domain, HostRule, Question, Unreachable};
use fetch::{AddressRule, Https, Limits};
use service::ports::SupportDocuments;
use tests::tls::{Act, Shows, TlsServer, trusting_client};

const DOCUMENT: &str = r#"{"authority":"idp.example"}"#;
const BODY: usize = 64 * 1024;

/// For what must not depend on how busy the machine is.
const PATIENT: Limits = Limits {
    body: BODY,
    headers: Duration::from_secs(20),
    whole: Duration::from_secs(40),
};

/// For what never answers: only how long the test takes.
const HASTY: Limits = Limits {
    body: BODY,
    headers: Duration::from_millis(150),
    whole: Duration::from_millis(300),
};

struct Loopback;

impl AddressRule for Loopback {
    fn allows(&self, address: IpAddr) -> bool {
        address.is_loopback()
    }
}

fn https(limits: Limits) -> Https {
    Https::new(Arc::new(Loopback), trusting_client(), limits)
}

fn question(host: &str, port: u16) -> Question {
    let host = format!("{host}:{port}");
    Question {
        host: Domain::parse(&host, HostRule::Insecure).expect("a host with a port"),
        principal: Domain::parse("person.example", HostRule::Public).expect("a domain"),
    }
}

async fn ask(https: &Https, server: &TlsServer) -> Answer {
    https
        .ask(&question("localhost", server.port), 0)
        .await
        .answer
}

fn response(head: &str, body: &[u8]) -> Vec<Act> {
    let mut bytes = format!("{}\r\n\r\n", head.trim().replace('\n', "\r\n")).into_bytes();
    bytes.extend_from_slice(body);
    vec![Act::Send(bytes)]
}

/// What a patient client hears of a server that shows the right certificate and plays `acts`.
async fn heard(acts: Vec<Act>) -> Answer {
    let server = TlsServer::start(Shows::Right, acts).await;
    ask(&https(PATIENT), &server).await
}

fn unreachable(why: Unreachable) -> Answer {
    Answer::Unreachable(why)
}

/// Waits until it holds, but not for ever.
async fn until(what: &str, holds: impl Fn() -> bool) {
    let patience = tokio::time::Instant::now() + Duration::from_secs(20);
    while !holds() {
        assert!(tokio::time::Instant::now() < patience, "never: {what}");
        tokio::time::sleep(Duration::from_millis(1)).await;
    }
}

/// A 200 without a type.
fn document(body: &str) -> Answer {
    Answer::Response {
        status: 200,
        content_type: None,
        body: body.as_bytes().to_vec(),
    }
}

const TOO_LARGE: Unreachable = Unreachable::TooLarge { limit: BODY };

/// All that is read of one answer, with everything that HTTP adds.
const IN_ALL: usize = 2 * (BODY + fetch::MAX_HEAD);
