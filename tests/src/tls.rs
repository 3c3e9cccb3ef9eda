//! A server on loopback that speaks TLS and does to its client what the test says.

use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};

use rustls::pki_types::pem::PemObject;
use rustls::pki_types::{CertificateDer, PrivateKeyDer};
use rustls::{ClientConfig, RootCertStore, ServerConfig};
use tokio::io::{AsyncRead, AsyncReadExt, AsyncWrite, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};
use tokio::task::JoinHandle;
use tokio_rustls::TlsAcceptor;

/// Which certificate the server shows. All but the last come from one authority, see [`trusting_client`].
#[derive(Clone, Copy, Debug)]
pub enum Shows {
    /// For `localhost` and 127.0.0.1.
    Right,
    /// For another name.
    AnothersName,
    /// For the right name, of 2020.
    Expired,
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
    /// Sends this again and again until the client goes.
    Repeat(Vec<u8>),
    /// Sends nothing, and keeps the connection open.
    Hold,
}

/// The server. It ends with its handle.
pub struct TlsServer {
    connections: Arc<AtomicUsize>,
    /// Where it listens on 127.0.0.1.
    pub port: u16,
    requests: Arc<Mutex<Vec<String>>>,
    task: JoinHandle<()>,
}

impl TlsServer {
    /// Starts one that plays `acts` to everybody, and then closes.
    pub async fn start(shows: Shows, acts: Vec<Act>) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("a free port");
        let port = listener.local_addr().expect("a bound address").port();
        let connections = Arc::new(AtomicUsize::new(0));
        let requests = Arc::new(Mutex::new(Vec::new()));
        let (count, log) = (Arc::clone(&connections), Arc::clone(&requests));
        let task = tokio::spawn(async move {
            while let Ok((stream, _)) = listener.accept().await {
                count.fetch_add(1, Ordering::SeqCst);
                tokio::spawn(meet(stream, shows, acts.clone(), Arc::clone(&log)));
            }
        });
        Self {
            connections,
            port,
            requests,
            task,
        }
    }

    /// How many connections were opened.
    pub fn connections(&self) -> usize {
        self.connections.load(Ordering::SeqCst)
    }

    /// The heads of the requests that came through.
    pub fn requests(&self) -> Vec<String> {
        self.requests.lock().expect("no poison").clone()
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

async fn meet(stream: TcpStream, shows: Shows, acts: Vec<Act>, log: Arc<Mutex<Vec<String>>>) {
    let (certificate, key): (&[u8], &[u8]) = match shows {
        Shows::Right => (
            include_bytes!("tls/localhost.pem"),
            include_bytes!("tls/localhost.key"),
        ),
        Shows::AnothersName => (
            include_bytes!("tls/elsewhere.pem"),
            include_bytes!("tls/elsewhere.key"),
        ),
        Shows::Expired => (
            include_bytes!("tls/expired.pem"),
            include_bytes!("tls/expired.key"),
        ),
        Shows::NoTls => return play(stream, acts, log).await,
        Shows::Nothing => {
            std::future::pending::<()>().await;
            return drop(stream);
        }
    };
    // A client that refuses the certificate ends the handshake; that is the test's point.
    if let Ok(stream) = acceptor(certificate, key).accept(stream).await {
        play(stream, acts, log).await;
    }
}

fn acceptor(certificate: &[u8], key: &[u8]) -> TlsAcceptor {
    let certificate = CertificateDer::from_pem_slice(certificate).expect("a certificate");
    let key = PrivateKeyDer::from_pem_slice(key).expect("a key");
    let provider = Arc::new(rustls::crypto::aws_lc_rs::default_provider());
    let config = ServerConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()
        .expect("versions")
        .with_no_client_auth()
        .with_single_cert(vec![certificate], key)
        .expect("a certificate and its key");
    TlsAcceptor::from(Arc::new(config))
}

async fn play<S>(mut stream: S, acts: Vec<Act>, log: Arc<Mutex<Vec<String>>>)
where
    S: AsyncRead + AsyncWrite + Unpin,
{
    let mut head = Vec::new();
    while !head.ends_with(b"\r\n\r\n") {
        let mut byte = [0];
        match stream.read(&mut byte).await {
            // Not a request: a TLS greeting to a server without TLS, or nothing at all.
            Ok(0) | Err(_) => return,
            Ok(_) => head.push(byte[0]),
        }
        if head == [0x16] {
            break;
        }
    }
    let head = String::from_utf8_lossy(&head).into_owned();
    log.lock().expect("no poison").push(head);
    for act in acts {
        match act {
            Act::Send(bytes) => {
                if stream.write_all(&bytes).await.is_err() {
                    return;
                }
            }
            Act::Repeat(bytes) => while stream.write_all(&bytes).await.is_ok() {},
            Act::Hold => std::future::pending().await,
        }
    }
    let _ = stream.shutdown().await;
}
