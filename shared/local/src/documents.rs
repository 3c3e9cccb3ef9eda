//! Support documents for a verifier on this machine: `.localhost` domains and mapped ones over plain HTTP, all others
//! over HTTPS.

use async_trait::async_trait;
use browserid::{Answer, Domain, HostRule, Question, Unreachable};
use fetch::{Https, Limits, ask_over};
use service::ports::{Fetched, SupportDocuments};
use tokio::net::TcpStream;

use crate::mapping::{Mapping, Target};

/// Where to look; made once.
pub struct Documents {
    /// Everything that is neither mapped nor below `.localhost`.
    pub https: Https,
    /// How long and how much, on the plain way too.
    pub limits: Limits,
    /// What is done about domains below `.localhost`.
    pub localhost: Localhost,
    /// Domains looked up elsewhere.
    pub maps: Vec<Mapping>,
}

/// What is done about domains below `.localhost`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Localhost {
    /// Asked on this machine: at the port the domain names, or else at this one.
    At(u16),
    /// Not asked: a verifier that serves others would let them reach the ports of its machine.
    Forbidden,
}

#[async_trait]
impl SupportDocuments for Documents {
    async fn ask(&self, question: &Question, spent_ms: u64) -> Fetched {
        match Mapping::of(&question.host, &self.maps) {
            Some(Target::Http { host, port }) => {
                self.plainly(host, *port, question, spent_ms).await
            }
            Some(Target::Https(host)) => {
                let host = host.clone();
                let principal = question.principal.clone();
                self.https
                    .ask(&Question { host, principal }, spent_ms)
                    .await
            }
            None if question.host.is_localhost() => self.on_this_machine(question, spent_ms).await,
            None => self.https.ask(question, spent_ms).await,
        }
    }
}

impl Documents {
    async fn on_this_machine(&self, question: &Question, spent_ms: u64) -> Fetched {
        let Localhost::At(port) = self.localhost else {
            return Answer::Unreachable(Unreachable::Forbidden).into();
        };
        let port = question.host.port().unwrap_or(port);
        let host = with_port(question.host.host(), port);
        let question = Question {
            host: host.unwrap_or_else(|| question.host.clone()),
            principal: question.principal.clone(),
        };
        self.over_tcp(LOOPBACK, port, &question, spent_ms).await
    }

    async fn plainly(&self, host: &str, port: u16, question: &Question, spent_ms: u64) -> Fetched {
        let Some(named) = with_port(host, port) else {
            return Answer::Unreachable(Unreachable::NoSuchHost).into();
        };
        let principal = question.principal.clone();
        let question = Question {
            host: named,
            principal,
        };
        // Below `.localhost` is this machine, whatever the resolver knows.
        let host = if question.host.is_localhost() {
            LOOPBACK
        } else {
            host
        };
        self.over_tcp(host, port, &question, spent_ms).await
    }

    async fn over_tcp(&self, host: &str, port: u16, question: &Question, spent_ms: u64) -> Fetched {
        let connect = async {
            let host = host.trim_start_matches('[').trim_end_matches(']');
            let connected = TcpStream::connect((host, port)).await;
            connected.map_err(|_| Unreachable::Connection)
        };
        ask_over(connect, question, &self.limits, spent_ms).await
    }
}

const LOOPBACK: &str = "127.0.0.1";

/// The host as the `Host` header of a request to `port` names it.
fn with_port(host: &str, port: u16) -> Option<Domain> {
    let text = match port {
        80 => host.to_owned(),
        _ => format!("{host}:{port}"),
    };
    Domain::parse(&text, HostRule::Insecure).ok()
}
