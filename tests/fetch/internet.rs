//! An internet of one server: every name directly below `hosts.example` leads to it, and it answers each as the test says.

use std::collections::BTreeMap;
use std::net::SocketAddr;

use async_trait::async_trait;
use fetch::Resolver;
use serde_json::{Value, json};

use super::*;

/// The server, and how many of its answers were asked for.
pub struct Internet {
    server: TlsServer,
}

impl Internet {
    /// Each host with what it answers: a document, or a whole answer. Who is not listed answers 404.
    pub async fn of(hosts: impl IntoIterator<Item = (String, Says)>) -> Self {
        let hosts: BTreeMap<String, Says> = hosts.into_iter().collect();
        let server = TlsServer::answering(Shows::Hosts, move |head| {
            let host = host_of(head).unwrap_or_default();
            let mut acts = match hosts.get(host) {
                Some(says) => says.acts(),
                None => response("HTTP/1.1 404 No\nContent-Length: 0", b""),
            };
            // Every request is a connection here: so each is answered for its own host.
            acts.push(Act::Hold);
            acts
        })
        .await;
        Self { server }
    }

    /// Who was asked, in order, each as often as it was.
    pub fn asked(&self) -> Vec<String> {
        let requests = self.server.requests();
        let hosts = requests.iter().filter_map(|head| host_of(head));
        hosts.map(str::to_owned).collect()
    }

    /// A client whose names all lead here.
    pub fn client(&self, limits: Limits) -> Https {
        let names = Arc::new(Here(self.server.port));
        Https::new(Arc::new(Loopback), trusting_client(), limits).with_resolver(names)
    }
}

/// What a host says.
pub enum Says {
    /// This document, as it should be served.
    Document(Value),
    /// This, whatever it is.
    Acts(Vec<Act>),
}

impl Says {
    /// A document that points on.
    pub fn delegates_to(host: &str) -> Self {
        Self::Document(json!({ "authority": host }))
    }

    fn acts(&self) -> Vec<Act> {
        match self {
            Self::Document(document) => {
                let body = document.to_string();
                let head = format!(
                    "HTTP/1.1 200 OK\nConnection: close\nContent-Type: application/json\nContent-Length: {}",
                    body.len()
                );
                response(&head, body.as_bytes())
            }
            Self::Acts(acts) => acts.clone(),
        }
    }
}

fn host_of(head: &str) -> Option<&str> {
    head.lines().find_map(|line| line.strip_prefix("host: "))
}

/// Every name leads to this port of this machine.
struct Here(u16);

#[async_trait]
impl Resolver for Here {
    async fn resolve(&self, host: &str, _: u16) -> Result<Vec<SocketAddr>, Unreachable> {
        if host.ends_with(".hosts.example") {
            Ok(vec![SocketAddr::from(([127, 0, 0, 1], self.0))])
        } else {
            Err(Unreachable::NoSuchHost)
        }
    }
}
