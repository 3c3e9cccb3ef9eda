//! An identity provider on loopback that is right in everything, until a test breaks it.

use std::collections::BTreeMap;
use std::net::{IpAddr, Ipv4Addr, SocketAddr};
use std::sync::Arc;
use std::time::Duration;

use async_trait::async_trait;
use browserid::{Domain, HostRule};
use doctor::{Limits, Names, NoNames, Observation, Prober, Report, Way};
use rustls::RootCertStore;
use rustls::pki_types::CertificateDer;
use rustls::pki_types::pem::PemObject;
use serde_json::Value;
use tests::tls::{Act, Shows, TlsServer};
use tests::tokens::support_document;

use crate::examine;

/// What is examined unless a test says otherwise.
pub const HOST: &str = "idp.hosts.example";
/// The examiner's time, and that of the answers.
pub const NOW: u64 = 1_790_000_000_000;
pub const DATE: &str = "Mon, 21 Sep 2026 14:13:20 GMT";

/// For what must not depend on how busy the machine is.
const PATIENT: Limits = Limits {
    body: 512 * 1024,
    request: Duration::from_secs(20),
    whole: Duration::from_secs(60),
};

/// One answer.
#[derive(Clone, Debug)]
pub struct Reply {
    pub body: Vec<u8>,
    pub headers: BTreeMap<String, String>,
    pub status: u16,
}

impl Reply {
    pub fn new(status: u16, kind: &str, body: &str) -> Self {
        let headers = [("content-type", kind), ("date", DATE)];
        Self {
            body: body.as_bytes().to_vec(),
            headers: headers
                .map(|(name, value)| (name.to_owned(), value.to_owned()))
                .into(),
            status,
        }
    }

    pub fn with(mut self, name: &str, value: &str) -> Self {
        self.headers.insert(name.to_owned(), value.to_owned());
        self
    }

    fn bytes(&self) -> Vec<u8> {
        let mut bytes = format!(
            "HTTP/1.1 {} Said\r\ncontent-length: {}\r\n",
            self.status,
            self.body.len()
        );
        for (name, value) in &self.headers {
            bytes.push_str(&format!("{name}: {value}\r\n"));
        }
        let mut bytes = format!("{bytes}\r\n").into_bytes();
        bytes.extend(&self.body);
        bytes
    }
}

/// Answers by `HOST METHOD PATH`; of the document, the query counts as `?`.
#[derive(Clone, Debug)]
pub struct Idp {
    pub answers: BTreeMap<String, Reply>,
    pub document: Value,
}

pub const DOCUMENT: [&str; 3] = [
    "GET /.well-known/browserid?",
    "GET /.well-known/browserid",
    "GET /.well-known/browserid/?",
];
pub const SIGN_IN: &str = "GET /persona/sign_in.html";
pub const PROVISION: &str = "GET /persona/provision.html";
pub const AGENT: &str = "GET /persona/agent.html";
pub const SIGN: &str = "POST /persona/sign/";
pub const SIGN_FOREIGN: &str = "POST /persona/sign/ foreign";
pub const PAGES: [&str; 3] = [SIGN_IN, PROVISION, AGENT];

impl Idp {
    pub fn healthy() -> Self {
        let mut idp = Self {
            answers: BTreeMap::new(),
            document: support_document(),
        };
        let json = |body: &str| Reply::new(200, "application/json", body);
        idp.publish(HOST);
        let page = |body: &str, ancestors: &str| {
            let policy =
                format!("default-src 'none'; script-src 'self'; frame-ancestors {ancestors}");
            let html = format!("<!doctype html><title>x</title>{body}");
            Reply::new(200, "text/html; charset=utf-8", &html)
                .with("content-security-policy", &policy)
                .with("strict-transport-security", "max-age=31536000")
        };
        let sign_in = page(
            "<script src=\"authentication_api.js\" defer></script>",
            "'none'",
        );
        idp.answer(
            SIGN_IN,
            sign_in.with("cross-origin-opener-policy", "same-origin"),
        );
        idp.answer(
            PROVISION,
            page(
                "<script src='/persona/provisioning_api.js'></script>",
                "'self'",
            ),
        );
        idp.answer(
            AGENT,
            page("<script type=module src=agent.js></script>", "'none'"),
        );
        for script in ["provisioning_api", "authentication_api"] {
            let script = format!("GET /persona/{script}.js");
            idp.answer(
                &script,
                Reply::new(200, "text/javascript; charset=utf-8", "1"),
            );
        }
        idp.answer("GET /persona/sign/", json("{}").with("allow", "POST"));
        idp.change("GET /persona/sign/", |reply| reply.status = 405);
        idp.answer("GET /persona/session", json("{\"email\":null}"));
        for post in [SIGN, SIGN_FOREIGN] {
            idp.answer(post, Reply::new(403, "application/json", "{}"));
        }
        idp
    }

    /// The document as it stands now, at all three of its paths.
    pub fn publish(&mut self, host: &str) {
        for path in DOCUMENT {
            let reply = Reply::new(200, "application/json", &self.document.to_string())
                .with("access-control-allow-origin", "*")
                .with("cache-control", "public, max-age=21600");
            self.answers.insert(format!("{host} {path}"), reply);
        }
    }

    /// `host` delegates.
    pub fn delegate(&mut self, host: &str, authority: &str) {
        let mut other = Self {
            answers: BTreeMap::new(),
            document: serde_json::json!({ "authority": authority }),
        };
        other.publish(host);
        self.answers.extend(other.answers);
    }

    pub fn answer(&mut self, path: &str, reply: Reply) {
        self.answers.insert(format!("{HOST} {path}"), reply);
    }

    pub fn change(&mut self, path: &str, change: impl Fn(&mut Reply)) {
        change(
            self.answers
                .get_mut(&format!("{HOST} {path}"))
                .expect("an answer"),
        );
    }

    /// At all three paths of the document.
    pub fn change_document(&mut self, change: impl Fn(&mut Reply)) {
        DOCUMENT.iter().for_each(|path| self.change(path, &change));
    }

    /// Members of the document; null takes one out.
    pub fn members(&mut self, members: Value) {
        for (name, value) in members.as_object().expect("members") {
            match value {
                Value::Null => self
                    .document
                    .as_object_mut()
                    .expect("an object")
                    .remove(name),
                value => self
                    .document
                    .as_object_mut()
                    .expect("an object")
                    .insert(name.clone(), value.clone()),
            };
        }
        self.publish(HOST);
    }

    pub async fn serve(&self, shows: Shows) -> TlsServer {
        let answers = self.answers.clone();
        TlsServer::answering(shows, move |head| {
            let reply = answers.get(&key(head)).cloned();
            let reply = reply.unwrap_or_else(|| Reply::new(404, "text/plain", "nothing"));
            vec![Act::Send(reply.bytes()), Act::Hold]
        })
        .await
    }

    /// What the doctor says of it, over IPv4 and IPv6, with port 80 closed.
    pub async fn examined(&self) -> Report {
        let server = self.serve(Shows::Hosts).await;
        examine(&Look::at(&server).observe(HOST).await)
    }
}

fn key(head: &str) -> String {
    let header = |name: &str| {
        head.lines()
            .filter_map(|line| line.split_once(": "))
            .find(|(known, _)| known.eq_ignore_ascii_case(name))
    };
    let host = header("host").map(|(_, host)| host).unwrap_or_default();
    let mut line = head.split(' ');
    let (method, target) = (
        line.next().unwrap_or_default(),
        line.next().unwrap_or_default(),
    );
    let (path, query) = target
        .split_once('?')
        .map_or((target, ""), |(path, _)| (path, "?"));
    let query = if path.starts_with("/.well-known/") {
        query
    } else {
        ""
    };
    let foreign = header("origin").is_some_and(|(_, origin)| origin.ends_with(".invalid"));
    format!(
        "{host} {method} {path}{query}{}",
        if foreign { " foreign" } else { "" }
    )
}

/// How the doctor looks: every name leads to these addresses.
pub struct Look {
    pub addresses: Result<Vec<SocketAddr>, NoNames>,
    pub allows: fn(IpAddr) -> bool,
    pub limits: Limits,
    pub now: u64,
    pub plain: Vec<SocketAddr>,
}

impl Look {
    /// Over both families; the other one is the same server under its mapped address.
    pub fn at(server: &TlsServer) -> Self {
        Self::over(vec![v4(server.port), v6(server.port)])
    }

    pub fn over(addresses: Vec<SocketAddr>) -> Self {
        Self {
            addresses: Ok(addresses),
            allows: |_| true,
            limits: PATIENT,
            now: NOW,
            plain: vec![v4(closed_port())],
        }
    }

    pub fn prober(self) -> Prober {
        let mut roots = RootCertStore::empty();
        let ca = CertificateDer::from_pem_slice(include_bytes!("../src/tls/ca.pem"));
        roots.add(ca.expect("a certificate")).expect("an authority");
        let (allows, now) = (self.allows, self.now);
        Prober {
            addresses: Arc::new(allows),
            clock: Arc::new(move || now),
            limits: self.limits,
            names: Arc::new(Here {
                addresses: self.addresses,
                plain: self.plain,
            }),
            progress: Arc::new(|_| {}),
            trust: Prober::trusting(roots).expect("there is a root"),
            way: Arc::new(|host| Way::Https(host.clone())),
        }
    }

    pub async fn observe(self, host: &str) -> Observation {
        let domain = Domain::parse(host, HostRule::Public).expect("a domain");
        self.prober().observe(&domain, None).await
    }
}

struct Here {
    addresses: Result<Vec<SocketAddr>, NoNames>,
    plain: Vec<SocketAddr>,
}

#[async_trait]
impl Names for Here {
    async fn look_up(&self, host: &str, port: u16) -> Result<Vec<SocketAddr>, NoNames> {
        if host.starts_with("nobody.") {
            return Ok(Vec::new());
        }
        match port {
            80 => Ok(self.plain.clone()),
            _ => self.addresses.clone(),
        }
    }
}

pub fn v4(port: u16) -> SocketAddr {
    SocketAddr::from((Ipv4Addr::LOCALHOST, port))
}

/// The same place as [`v4`], for whoever speaks IPv6.
pub fn v6(port: u16) -> SocketAddr {
    SocketAddr::from((Ipv4Addr::LOCALHOST.to_ipv6_mapped(), port))
}

/// A port of this machine at which nobody listens.
pub fn closed_port() -> u16 {
    let listener = std::net::TcpListener::bind("127.0.0.1:0").expect("a free port");
    listener.local_addr().expect("a bound address").port()
}
