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
#[path = "fetch/secure.rs"]
mod secure;
#[path = "fetch/sizes.rs"]
mod sizes;
#[path = "fetch/times.rs"]
mod times;

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
    hop: Duration::from_secs(20),
    whole: Duration::from_secs(40),
};

/// For what never answers: only how long the test takes.
const HASTY: Limits = Limits {
    body: BODY,
    hop: Duration::from_millis(150),
    whole: Duration::from_secs(40),
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

const TOO_LARGE: Unreachable = Unreachable::TooLarge { limit: BODY };
