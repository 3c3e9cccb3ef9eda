//! Asking a domain and writing down what it answers.

mod connect;
mod exchange;
mod tls;

use std::net::{IpAddr, SocketAddr};
use std::sync::Arc;
use std::time::Duration;

use async_trait::async_trait;
use browserid::{Domain, HostRule, MAX_DELEGATIONS};
use rustls::RootCertStore;
use rustls::client::WebPkiServerVerifier;
use tokio::time::{Instant, timeout_at};

use crate::checks;
use crate::html;
use crate::observation::{
    AuthoritySeen, Exchange, Family, HostSeen, NamesSeen, Observation, PageSeen, Role, SignSeen,
};
use crate::reading;

use connect::Place;
use exchange::Ask;

/// How long and how much.
#[derive(Clone, Copy, Debug)]
pub struct Limits {
    /// Bytes of a page or script; of a document, what verifiers read and one more.
    pub body: usize,
    /// One request, from the connection to the last byte.
    pub request: Duration,
    /// Everything.
    pub whole: Duration,
}

impl Limits {
    /// 512 KiB, 3.5 s a request, 10 s in all.
    pub const USUAL: Self = Self {
        body: 512 * 1024,
        request: Duration::from_millis(3_500),
        whole: Duration::from_secs(10),
    };
}

/// Turns names into addresses.
#[async_trait]
pub trait Names: Send + Sync {
    /// Every address of `host`, with `port`. None at all: there is no such host.
    async fn look_up(&self, host: &str, port: u16) -> Result<Vec<SocketAddr>, NoNames>;
}

/// The name servers could not be asked, and why.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NoNames(pub String);

/// How a host is asked.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Way {
    /// Over HTTPS, at this host: itself, or where it is mapped to.
    Https(Domain),
    /// Over plain HTTP, on this machine or where the owner maps it to.
    Plain {
        /// What is connected to: a name or an address.
        host: String,
        /// What the requests say they are for: `http://me.localhost:8080`.
        origin: String,
        /// The port.
        port: u16,
    },
}

/// Asks domains. It sends no cookie and no secret, follows no redirect, and never takes longer than its limits.
pub struct Prober {
    /// True for addresses that may be asked.
    pub addresses: Arc<dyn Fn(IpAddr) -> bool + Send + Sync>,
    /// The time, in milliseconds since 1970.
    pub clock: Arc<dyn Fn() -> u64 + Send + Sync>,
    /// How long and how much.
    pub limits: Limits,
    /// Turns names into addresses.
    pub names: Arc<dyn Names>,
    /// Is told what is being looked at.
    pub progress: Arc<dyn Fn(&str) + Send + Sync>,
    /// Who may vouch for hosts: [`Prober::trusting`].
    pub trust: Arc<WebPkiServerVerifier>,
    /// How a host is asked.
    pub way: Arc<dyn Fn(&Domain) -> Way + Send + Sync>,
}

impl Prober {
    /// Mozilla's roots, which are compiled in.
    #[must_use]
    pub fn public_roots() -> RootCertStore {
        RootCertStore {
            roots: webpki_roots::TLS_SERVER_ROOTS.to_vec(),
        }
    }

    /// Trust in these roots and in nobody else; None if there are none.
    #[must_use]
    pub fn trusting(roots: RootCertStore) -> Option<Arc<WebPkiServerVerifier>> {
        let provider = Arc::new(rustls::crypto::aws_lc_rs::default_provider());
        WebPkiServerVerifier::builder_with_provider(Arc::new(roots), provider)
            .build()
            .ok()
    }

    /// Looks at everything there is to see of `domain`. Always comes to an end, within [`Limits::whole`].
    pub async fn observe(&self, domain: &Domain, certificate: Option<String>) -> Observation {
        let until = Instant::now() + self.limits.whole;
        let mut seen = Observation {
            certificate,
            domain: domain.to_string(),
            now: (self.clock)(),
            ..Observation::default()
        };
        let mut host = domain.clone();
        loop {
            (self.progress)(&format!("{host}: the document"));
            let place = self.place(&host, until).await;
            let looked = self.host(&host, &place, domain, until).await;
            let members = reading::document(&looked).1;
            seen.hosts.push(looked);
            let Ok(members) = members else { break };
            if reading::delegates(&members) || reading::is_disabled(&members) {
                let known =
                    |next: &Domain| seen.hosts.iter().any(|host| host.host == next.as_str());
                match reading::authority(&members) {
                    Some(next) if !known(&next) && seen.hosts.len() <= MAX_DELEGATIONS => {
                        host = next;
                        continue;
                    }
                    _ => break,
                }
            }
            let pages = reading::pages(&members);
            if !pages.is_empty() {
                (self.progress)(&format!("{host}: pages and functions"));
                seen.authority = Some(self.authority(&place, domain, pages, until).await);
            }
            break;
        }
        seen
    }

    async fn host(
        &self,
        host: &Domain,
        place: &Place,
        principal: &Domain,
        until: Instant,
    ) -> HostSeen {
        const DOCUMENT: &str = "/.well-known/browserid";
        let query = format!("?domain={principal}");
        let asked = |path: &str| Ask::get(path).at_most(reading::MAX_DOCUMENT + 1);
        let with_query = asked(&format!("{DOCUMENT}{query}"));
        let (main, plain_query, slash, families, plain_http) = tokio::join!(
            self.ask(place, with_query.clone(), until),
            self.ask(place, asked(DOCUMENT), until),
            self.ask(place, asked(&format!("{DOCUMENT}/{query}")), until),
            self.families(place, &with_query, until),
            self.plain_http(host, place, &with_query, until),
        );
        let ((document, tls), (without_query, _), (with_slash, _)) = (main, plain_query, slash);
        let is_reached = document.failure.is_none();
        HostSeen {
            document,
            families,
            host: host.to_string(),
            names: place.names.clone(),
            origin: place.origin.clone(),
            plain_http: plain_http.filter(|_| is_reached),
            tls,
            with_slash: is_reached.then_some(with_slash),
            without_query: is_reached.then_some(without_query),
        }
    }

    /// The document over each kind of address alone, where there are both.
    async fn families(&self, place: &Place, ask: &Ask, until: Instant) -> Vec<(Family, Exchange)> {
        let (v4, v6) = (
            place.only(|address| address.is_ipv4()),
            place.only(|address| address.is_ipv6()),
        );
        if v4.addresses.is_empty() || v6.addresses.is_empty() {
            return Vec::new();
        }
        let (one, other) = tokio::join!(
            self.ask(&v4, ask.clone(), until),
            self.ask(&v6, ask.clone(), until)
        );
        vec![(Family::V4, one.0), (Family::V6, other.0)]
    }

    async fn plain_http(
        &self,
        host: &Domain,
        place: &Place,
        ask: &Ask,
        until: Instant,
    ) -> Option<Exchange> {
        if !place.is_secure() || place.addresses.is_empty() {
            return None;
        }
        let addresses = self.look_up(host.host(), 80, until).await.ok()?;
        let plain = Place::plain(
            host.host(),
            addresses
                .into_iter()
                .filter(|one| (self.addresses)(one.ip()))
                .collect(),
        );
        Some(self.ask(&plain, ask.clone(), until).await.0)
    }

    async fn authority(
        &self,
        place: &Place,
        principal: &Domain,
        named: Vec<(Role, String)>,
        until: Instant,
    ) -> AuthoritySeen {
        let page = |wanted: Role| {
            let path = named
                .iter()
                .find(|(role, _)| *role == wanted)
                .map(|(_, path)| path.clone());
            async move {
                let (answer, _) = self.ask(place, Ask::get(&path?), until).await;
                Some(PageSeen {
                    answer,
                    role: wanted,
                })
            }
        };
        let (authentication, provisioning, agent) = tokio::join!(
            page(Role::Authentication),
            page(Role::Provisioning),
            page(Role::Agent)
        );
        let pages: Vec<PageSeen> = [authentication, provisioning, agent]
            .into_iter()
            .flatten()
            .collect();
        let api = pages
            .iter()
            .find(|page| page.role == Role::Agent)
            .and_then(|page| html::api(&page.answer.body));
        let paths = checks::own_api_scripts(&pages, &place.origin);
        let scripts = async {
            let mut scripts = Vec::new();
            for path in paths.iter().take(4) {
                scripts.push(self.ask(place, Ask::get(path), until).await.0);
            }
            scripts
        };
        let functions = async {
            if !reading::is_ours(&named) {
                return None;
            }
            match api.as_deref().and_then(host_of) {
                Some(host) => {
                    let api = self.place(&host, until).await;
                    Some(self.functions(&api, place, principal, until).await)
                }
                None => Some(self.functions(place, place, principal, until).await),
            }
        };
        let (scripts, sign) = tokio::join!(scripts, functions);
        AuthoritySeen {
            pages,
            scripts,
            sign,
        }
    }

    async fn functions(
        &self,
        place: &Place,
        pages: &Place,
        principal: &Domain,
        until: Instant,
    ) -> SignSeen {
        let path = format!("/persona/sign/?email=doctor%40{principal}&duration=60");
        let (get, no_session, foreign_origin, session) = tokio::join!(
            self.ask(place, Ask::get("/persona/sign/"), until),
            self.ask(place, Ask::post(&path, &pages.origin, NOBODYS_KEY), until),
            self.ask(place, Ask::post(&path, checks::FOREIGN, NOBODYS_KEY), until),
            self.ask(place, Ask::get("/persona/session"), until),
        );
        SignSeen {
            foreign_origin: Some(foreign_origin.0),
            get: get.0,
            no_session: no_session.0,
            session: session.0,
        }
    }

    async fn place(&self, host: &Domain, until: Instant) -> Place {
        match (self.way)(host) {
            Way::Plain { host, origin, port } => {
                let bare = host.trim_start_matches('[').trim_end_matches(']');
                let found = match bare.parse::<IpAddr>() {
                    Ok(address) => vec![SocketAddr::new(address, port)],
                    Err(_) => self.look_up(bare, port, until).await.unwrap_or_default(),
                };
                Place::at(origin, found)
            }
            Way::Https(at) => {
                let looked = self
                    .look_up(at.host(), at.port().unwrap_or(443), until)
                    .await;
                let mut names = NamesSeen::default();
                let mut allowed = Vec::new();
                match looked {
                    Err(NoNames(trouble)) => names.trouble = Some(trouble),
                    Ok(found) => {
                        for address in found {
                            let ip = address.ip();
                            let list = match ip {
                                _ if !(self.addresses)(ip) => &mut names.forbidden,
                                IpAddr::V4(_) => &mut names.v4,
                                IpAddr::V6(_) => &mut names.v6,
                            };
                            if list.contains(&ip.to_string()) {
                                continue;
                            }
                            list.push(ip.to_string());
                            if (self.addresses)(ip) {
                                allowed.push(address);
                            }
                        }
                    }
                }
                Place::secure(&at, allowed, names)
            }
        }
    }

    async fn look_up(
        &self,
        host: &str,
        port: u16,
        until: Instant,
    ) -> Result<Vec<SocketAddr>, NoNames> {
        let by = until.min(Instant::now() + self.limits.request);
        let looked = timeout_at(by, self.names.look_up(host, port)).await;
        looked.unwrap_or_else(|_| Err(NoNames("no answer in time".to_owned())))
    }
}

/// The domain of an origin that a page names; None for what is none.
fn host_of(origin: &str) -> Option<Domain> {
    let host = origin
        .strip_prefix("https://")
        .or_else(|| origin.strip_prefix("http://"))?;
    Domain::parse(&host.to_lowercase(), HostRule::Public).ok()
}

/// The public key that is shown to the signing function. Nobody has a private half: the number is the SHA-256 of
/// `selfsame doctor 0` to `selfsame doctor 7` in a row, made odd, with its first bit set. A certificate for it is worth
/// nothing.
pub(crate) const NOBODYS_KEY: &str = include_str!("nobodys_key.json");
