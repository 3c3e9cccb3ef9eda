//! From names to addresses: what the name servers say is looked at once, and believed in nothing.

use std::net::SocketAddr;
use std::sync::Mutex;
use std::sync::atomic::{AtomicUsize, Ordering};

use async_trait::async_trait;
use fetch::{PublicAddresses, Resolver};

use super::*;

type Addresses = Vec<SocketAddr>;

/// Gives these answers one after the other, the last one again and again.
struct Says {
    answers: Mutex<Vec<Addresses>>,
    asked: AtomicUsize,
}

impl Says {
    fn these(mut answers: Vec<Addresses>) -> Arc<Self> {
        answers.reverse();
        Arc::new(Self {
            answers: Mutex::new(answers),
            asked: AtomicUsize::new(0),
        })
    }

    fn asked(&self) -> usize {
        self.asked.load(Ordering::SeqCst)
    }
}

#[async_trait]
impl Resolver for Says {
    async fn resolve(&self, _: &str, _: u16) -> Result<Addresses, Unreachable> {
        self.asked.fetch_add(1, Ordering::SeqCst);
        let mut answers = self.answers.lock().expect("no poison");
        let next = match answers.len() {
            1 => answers.first().cloned(),
            _ => answers.pop(),
        };
        Ok(next.unwrap_or_default())
    }
}

fn addresses(of: &[&str]) -> Addresses {
    let parse = |text: &&str| text.parse().expect("an address with a port");
    of.iter().map(parse).collect()
}

fn at(port: u16) -> Addresses {
    vec![SocketAddr::from(([127, 0, 0, 1], port))]
}

async fn serving(body: &str) -> TlsServer {
    let head = format!(
        "HTTP/1.1 200 OK\nConnection: close\nContent-Length: {}",
        body.len()
    );
    TlsServer::start(Shows::Hosts, response(&head, body.as_bytes())).await
}

fn with(names: &Arc<Says>, rule: Arc<dyn AddressRule>) -> Https {
    Https::new(rule, trusting_client(), PATIENT).with_resolver(Arc::clone(names) as _)
}

async fn ask_host(https: &Https) -> Answer {
    https.ask(&question("a.hosts.example", 443), 0).await.answer
}

/// Rebinding: the name leads to a public address when it is checked, and to this machine when it is used.
#[tokio::test]
async fn name_is_looked_up_once_and_what_was_checked_is_connected_to() {
    let (checked, other) = (serving("1").await, serving("2").await);
    let names = Says::these(vec![at(checked.port), at(other.port)]);
    assert_eq!(
        ask_host(&with(&names, Arc::new(Loopback))).await,
        document("1")
    );
    assert_eq!(names.asked(), 1);
    assert_eq!((checked.connections(), other.connections()), (1, 0));
}

#[tokio::test]
async fn answer_that_turns_inward_is_refused_when_it_does() {
    let inside = serving("{}").await;
    let names = Says::these(vec![at(inside.port)]);
    assert_eq!(
        ask_host(&with(&names, Arc::new(PublicAddresses))).await,
        unreachable(Unreachable::Forbidden)
    );

    let names = Says::these(vec![at(inside.port), addresses(&["10.0.0.1:443"])]);
    let https = with(&names, Arc::new(Loopback));
    assert_eq!(ask_host(&https).await, document("{}"));
    assert_eq!(ask_host(&https).await, unreachable(Unreachable::Forbidden));
    assert_eq!(inside.connections(), 1);
}

#[tokio::test]
async fn forbidden_addresses_among_allowed_ones_are_left_out() {
    let server = serving("{}").await;
    let mut mixed = addresses(&[
        "10.0.0.1:443",
        "[::ffff:127.0.0.1]:443",
        "169.254.169.254:80",
        "[fd00::1]:443",
    ]);
    mixed.extend(at(server.port));
    let names = Says::these(vec![mixed]);
    assert_eq!(
        ask_host(&with(&names, Arc::new(Loopback))).await,
        document("{}")
    );
    assert_eq!(server.connections(), 1);
}

/// Counts what it is asked about.
struct Counting(AtomicUsize);

impl AddressRule for Counting {
    fn allows(&self, address: IpAddr) -> bool {
        self.0.fetch_add(1, Ordering::SeqCst);
        address.is_loopback()
    }
}

#[tokio::test]
async fn of_a_name_with_thousands_of_addresses_four_are_tried() {
    let closed = |n: u32| SocketAddr::from(([127, 1, (n >> 8) as u8, n as u8], 1));
    let server = serving("{}").await;
    let here = SocketAddr::from(([127, 0, 0, 1], server.port));
    for (place, expected) in [
        (3, document("{}")),
        (4, unreachable(Unreachable::Connection)),
    ] {
        let mut many: Addresses = (0..4_000).map(closed).collect();
        many.insert(place, here);
        let names = Says::these(vec![many]);
        let rule = Arc::new(Counting(AtomicUsize::new(0)));
        assert_eq!(
            ask_host(&with(&names, Arc::clone(&rule) as _)).await,
            expected,
            "{place}"
        );
        assert_eq!(rule.0.load(Ordering::SeqCst), 4);
    }
    assert_eq!(server.connections(), 1);
}

#[tokio::test]
async fn name_without_an_address_does_not_exist() {
    let names = Says::these(vec![vec![]]);
    assert_eq!(
        ask_host(&with(&names, Arc::new(Loopback))).await,
        unreachable(Unreachable::NoSuchHost)
    );
}

/// Never answers.
struct Hangs;

#[async_trait]
impl Resolver for Hangs {
    async fn resolve(&self, _: &str, _: u16) -> Result<Addresses, Unreachable> {
        std::future::pending().await
    }
}

#[tokio::test(start_paused = true)]
async fn name_server_that_is_silent_costs_three_seconds() {
    let began = tokio::time::Instant::now();
    let https = Https::new(Arc::new(Loopback), trusting_client(), Limits::STRICT)
        .with_resolver(Arc::new(Hangs));
    assert_eq!(ask_host(&https).await, unreachable(Unreachable::Timeout));
    assert_eq!(began.elapsed().as_millis(), 3_000);
}

/// Names of one owner may all lead to one machine: they share nothing for that.
#[tokio::test]
async fn hundreds_of_names_on_one_address_are_as_many_hosts() {
    let ok = response("HTTP/1.1 200 OK\nContent-Length: 2", b"{}");
    let server = TlsServer::start(Shows::Hosts, [ok, vec![Act::Hold]].concat()).await;
    let names = Says::these(vec![at(server.port)]);
    let https = with(&names, Arc::new(Loopback));
    let hosts = 10 * fetch::MAX_IDLE;
    for n in 0..hosts {
        let question = question(&format!("n{n}.hosts.example"), 443);
        assert_eq!(https.ask(&question, 0).await, document("{}").into());
    }
    assert_eq!(server.connections(), hosts);
    let named: Vec<_> = server
        .greetings()
        .into_iter()
        .filter_map(|greeting| greeting.name)
        .collect();
    let expected: Vec<_> = (0..hosts).map(|n| format!("n{n}.hosts.example")).collect();
    assert_eq!(named, expected);
    // Of all these connections the last few are kept.
    until("the others end", || server.open() == fetch::MAX_IDLE).await;
}
