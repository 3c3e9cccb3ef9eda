//! A server on loopback that speaks TLS and does to its client what the test says.

use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use rustls::pki_types::pem::PemObject;
use rustls::pki_types::{CertificateDer, PrivateKeyDer};
use rustls::{ClientConfig, HandshakeKind, RootCertStore, ServerConfig};
use tokio::io::{AsyncRead, AsyncReadExt, AsyncWrite, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::Notify;
use tokio::task::JoinHandle;
use tokio_rustls::TlsAcceptor;

/// Which certificate the server shows. They come from one authority, see [`trusting_client`], unless it says otherwise.
#[derive(Clone, Copy, Debug)]
pub enum Shows {
    /// For `localhost` and 127.0.0.1.
    Right,
    /// For every host directly below `hosts.example`.
    Hosts,
    /// For another name.
    AnothersName,
    /// For the right name, of 2020.
    Expired,
    /// For the right name, of 2119.
    NotYetValid,
    /// For the right name, but for clients and not for servers.
    ForClients,
    /// For the right name, from an authority that nobody knows.
    AnotherAuthoritys,
    /// For the right name, signed by itself.
    ItsOwn,
    /// None: it speaks no TLS at all.
    NoTls,
    /// None: it takes the connection and is silent.
    Nothing,
}

/// What the server does once it has read the head of a request.
#[derive(Clone, Debug)]
pub enum Act {
    /// Sends this.
    Send(Vec<u8>),
    /// Sends this byte by byte, with so long before each.
    Drip(Vec<u8>, Duration),
    /// Sends this again and again until the client goes.
    Repeat(Vec<u8>),
    /// Sends nothing, and keeps the connection open.
    Hold,
    /// Waits until the test opens the gate.
    Gate(Arc<Notify>),
    /// Waits for the head of the next request on this connection.
    NextRequest,
}

/// What the client asked for before it asked for anything.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Greeting {
    /// True if it spared itself part of the handshake, with what it remembered of an earlier one.
    pub is_resumed: bool,
    /// The host it named.
    pub name: Option<String>,
    /// The protocol that was agreed on.
    pub protocol: Option<Vec<u8>>,
}

/// What is remembered of the clients.
#[derive(Default)]
struct Seen {
    connections: AtomicUsize,
    greetings: Mutex<Vec<Greeting>>,
    open: AtomicUsize,
    requests: Mutex<Vec<String>>,
    sent: AtomicUsize,
}

/// The server. It ends with its handle.
pub struct TlsServer {
    /// Where it listens on 127.0.0.1.
    pub port: u16,
    seen: Arc<Seen>,
    task: JoinHandle<()>,
}

impl TlsServer {
    /// Starts one that plays `acts` to everybody, and then closes.
    pub async fn start(shows: Shows, acts: Vec<Act>) -> Self {
        Self::answering(shows, move |_| acts.clone()).await
    }

    /// Starts one that plays to everybody what `acts` makes of the head of the first request.
    pub async fn answering(
        shows: Shows,
        acts: impl Fn(&str) -> Vec<Act> + Send + Sync + 'static,
    ) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("a free port");
        let port = listener.local_addr().expect("a bound address").port();
        let seen = Arc::new(Seen::default());
        let (log, acts) = (Arc::clone(&seen), Arc::new(acts));
        let task = tokio::spawn(async move {
            while let Ok((stream, _)) = listener.accept().await {
                log.connections.fetch_add(1, Ordering::SeqCst);
                // What was sent has arrived.
                stream.set_nodelay(true).expect("an open socket");
                let (acts, log) = (Arc::clone(&acts), Arc::clone(&log));
                tokio::spawn(async move {
                    log.open.fetch_add(1, Ordering::SeqCst);
                    meet(stream, shows, acts.as_ref(), &log).await;
                    log.open.fetch_sub(1, Ordering::SeqCst);
                });
            }
        });
        Self { port, seen, task }
    }

    /// How many connections were opened.
    pub fn connections(&self) -> usize {
        self.seen.connections.load(Ordering::SeqCst)
    }

    /// How the clients greeted, those whose handshake went well.
    pub fn greetings(&self) -> Vec<Greeting> {
        self.seen.greetings.lock().expect("no poison").clone()
    }

    /// How many connections are open now, as far as was noticed: a server notices when it reads or writes.
    pub fn open(&self) -> usize {
        self.seen.open.load(Ordering::SeqCst)
    }

    /// The heads of the requests that came through.
    pub fn requests(&self) -> Vec<String> {
        self.seen.requests.lock().expect("no poison").clone()
    }

    /// How many bytes were sent, over all connections.
    pub fn sent(&self) -> usize {
        self.seen.sent.load(Ordering::SeqCst)
    }
}

impl Drop for TlsServer {
    fn drop(&mut self) {
        self.task.abort();
    }
}

/// A client that trusts the test authority and nobody else.
pub fn trusting_client() -> Arc<ClientConfig> {
    let mut roots = RootCertStore::empty();
    let authority = CertificateDer::from_pem_slice(include_bytes!("tls/ca.pem"));
    roots
        .add(authority.expect("a certificate"))
        .expect("an authority");
    let provider = Arc::new(rustls::crypto::aws_lc_rs::default_provider());
    let config = ClientConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()
        .expect("versions")
        .with_root_certificates(roots)
        .with_no_client_auth();
    Arc::new(config)
}

/// Certificate and key, if it shows any.
macro_rules! pair {
    ($name:literal) => {
        Some((
            include_bytes!(concat!("tls/", $name, ".pem")).as_slice(),
            include_bytes!(concat!("tls/", $name, ".key")).as_slice(),
        ))
    };
}

async fn meet(
    stream: TcpStream,
    shows: Shows,
    acts: &(impl Fn(&str) -> Vec<Act> + Sync),
    seen: &Seen,
) {
    let shown = match shows {
        Shows::Right => pair!("localhost"),
        Shows::Hosts => pair!("hosts"),
        Shows::AnothersName => pair!("elsewhere"),
        Shows::Expired => pair!("expired"),
        Shows::NotYetValid => pair!("early"),
        Shows::ForClients => pair!("client"),
        Shows::AnotherAuthoritys => pair!("strange"),
        Shows::ItsOwn => pair!("own"),
        Shows::NoTls => None,
        Shows::Nothing => {
            std::future::pending::<()>().await;
            return drop(stream);
        }
    };
    let Some((certificate, key)) = shown else {
        return play(stream, acts, seen).await;
    };
    // A client that refuses the certificate ends the handshake; that is the test's point.
    if let Ok(stream) = acceptor(certificate, key).accept(stream).await {
        let tls = stream.get_ref().1;
        seen.greetings.lock().expect("no poison").push(Greeting {
            is_resumed: tls.handshake_kind() == Some(HandshakeKind::Resumed),
            name: tls.server_name().map(str::to_owned),
            protocol: tls.alpn_protocol().map(<[u8]>::to_vec),
        });
        play(stream, acts, seen).await;
    }
}

/// One for each certificate, so that what a server remembers of its clients is there for their next visit.
fn acceptor(certificate: &'static [u8], key: &'static [u8]) -> TlsAcceptor {
    type Acceptors = Vec<(&'static [u8], TlsAcceptor)>;
    static MADE: Mutex<Acceptors> = Mutex::new(Vec::new());
    let mut made = MADE.lock().expect("no poison");
    if let Some((_, acceptor)) = made.iter().find(|(of, _)| *of == certificate) {
        return acceptor.clone();
    }
    let pem = CertificateDer::from_pem_slice(certificate).expect("a certificate");
    let key = PrivateKeyDer::from_pem_slice(key).expect("a key");
    let provider = Arc::new(rustls::crypto::aws_lc_rs::default_provider());
    let mut config = ServerConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()
        .expect("versions")
        .with_no_client_auth()
        .with_single_cert(vec![pem], key)
        .expect("a certificate and its key");
    config.alpn_protocols = vec![b"h2".to_vec(), b"http/1.1".to_vec()];
    let acceptor = TlsAcceptor::from(Arc::new(config));
    made.push((certificate, acceptor.clone()));
    acceptor
}

async fn play<S>(mut stream: S, acts: &(impl Fn(&str) -> Vec<Act> + Sync), seen: &Seen)
where
    S: AsyncRead + AsyncWrite + Unpin,
{
    let Some(head) = head(&mut stream, seen).await else {
        return;
    };
    for act in acts(&head) {
        match act {
            Act::Send(bytes) => {
                if !send(&mut stream, &bytes, seen).await {
                    return;
                }
            }
            Act::Drip(bytes, before_each) => {
                for byte in bytes {
                    tokio::time::sleep(before_each).await;
                    if !send(&mut stream, &[byte], seen).await {
                        return;
                    }
                }
            }
            Act::Repeat(bytes) => while send(&mut stream, &bytes, seen).await {},
            Act::Hold => {
                // Until the client goes.
                let mut bytes = [0; 64];
                while matches!(stream.read(&mut bytes).await, Ok(1..)) {}
                return;
            }
            Act::Gate(gate) => gate.notified().await,
            Act::NextRequest => {
                if self::head(&mut stream, seen).await.is_none() {
                    return;
                }
            }
        }
    }
    let _ = stream.shutdown().await;
}

/// The head of a request; None if the client goes instead.
async fn head<S: AsyncRead + Unpin>(stream: &mut S, seen: &Seen) -> Option<String> {
    let mut head = Vec::new();
    while !head.ends_with(b"\r\n\r\n") {
        let mut byte = [0];
        match stream.read(&mut byte).await {
            Ok(0) | Err(_) => return None,
            Ok(_) => head.push(byte[0]),
        }
        // A TLS greeting to a server without TLS.
        if head == [0x16] {
            break;
        }
    }
    let head = String::from_utf8_lossy(&head).into_owned();
    seen.requests.lock().expect("no poison").push(head.clone());
    Some(head)
}

/// False if the client has gone.
async fn send<S: AsyncWrite + Unpin>(stream: &mut S, bytes: &[u8], seen: &Seen) -> bool {
    let went = stream.write_all(bytes).await.is_ok() && stream.flush().await.is_ok();
    seen.sent.fetch_add(bytes.len(), Ordering::SeqCst);
    went
}
