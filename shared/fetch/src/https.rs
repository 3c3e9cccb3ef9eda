//! The port: a question becomes an address, a connection, an answer.

use std::net::SocketAddr;
use std::sync::Arc;

use async_trait::async_trait;
use browserid::{Domain, Question, Unreachable};
use hyper::Response;
use hyper::body::Incoming;
use rustls::ClientConfig;
use rustls::client::Resumption;
use rustls::pki_types::ServerName;
use service::ports::{Fetched, SupportDocuments};
use tokio::net::TcpStream;
use tokio::time::{Instant, timeout, timeout_at};
use tokio_rustls::TlsConnector;
use tokio_rustls::client::TlsStream;

use crate::connection::Connection;
use crate::exchange::{Get, fetched};
use crate::idle::Idle;
use crate::limits::Deadlines;
use crate::look_ups::LookUps;
use crate::resolve::{self, Resolver, SystemResolver};
use crate::{AddressRule, Limits};

/// Support documents over HTTPS.
pub struct Https {
    addresses: Arc<dyn AddressRule>,
    idle: Idle<TlsStream<TcpStream>>,
    limits: Limits,
    names: LookUps,
    tls: TlsConnector,
}

impl Https {
    /// For a function: [`PublicAddresses`](crate::PublicAddresses), [`strict_tls`](crate::strict_tls).
    ///
    /// Of `tls`, whom to believe is taken. Whatever it says, HTTP/1.1 is the one protocol that is offered, and sessions are
    /// not resumed: what a host wants remembered is as large as the host likes, and with TLS 1.3 saves no round trip.
    pub fn new(addresses: Arc<dyn AddressRule>, tls: Arc<ClientConfig>, limits: Limits) -> Self {
        let mut tls = ClientConfig::clone(&tls);
        tls.alpn_protocols = vec![b"http/1.1".to_vec()];
        tls.resumption = Resumption::disabled();
        Self {
            addresses,
            idle: Idle::new(),
            limits,
            names: LookUps::new(Arc::new(SystemResolver)),
            tls: TlsConnector::from(Arc::new(tls)),
        }
    }

    /// The same with other names: for tests, and for machines whose names are not the system's.
    pub fn with_resolver(self, resolver: Arc<dyn Resolver>) -> Self {
        Self {
            names: LookUps::new(resolver),
            ..self
        }
    }

    pub(crate) async fn converse(&self, get: &Get, spent_ms: u64) -> Result<Fetched, Unreachable> {
        let by = Deadlines::from_now(&self.limits, spent_ms)?;
        let headers = timeout_at(by.headers, self.headers(get, by.headers)).await;
        let (mut connection, response) = headers.unwrap_or(Err(Unreachable::Timeout))?;
        let rest = connection.rest(response, self.limits.body);
        let rest = timeout_at(by.whole, rest).await;
        let (fetched, is_whole) = rest.unwrap_or(Err(Unreachable::Timeout))?;
        if is_whole {
            self.idle.keep(&get.host, connection).await;
        }
        Ok(fetched)
    }

    /// Over the connection that waits for the host, if there is one. If the host has closed it by now, which it says by
    /// not saying anything, the question goes over a fresh one.
    async fn headers(
        &self,
        get: &Get,
        by: Instant,
    ) -> Result<(Connection<TlsStream<TcpStream>>, Response<Incoming>), Unreachable> {
        let body = self.limits.body;
        if let Some(mut kept) = self.idle.take(&get.host).await {
            match kept.ask(get, body).await {
                Ok(response) => return Ok((kept, response)),
                Err(_) if kept.is_untouched() => {}
                Err(unreachable) => return Err(unreachable),
            }
        }
        let mut fresh = self.open(&get.host, by).await?;
        let response = fresh.ask(get, body).await?;
        Ok((fresh, response))
    }

    async fn open(
        &self,
        host: &Domain,
        by: Instant,
    ) -> Result<Connection<TlsStream<TcpStream>>, Unreachable> {
        let name = resolve::bare(host.host()).to_owned();
        let name = ServerName::try_from(name).map_err(|_| Unreachable::NoSuchHost)?;
        let rule = self.addresses.as_ref();
        let addresses = resolve::addresses(host, HTTPS, &self.names, rule).await?;
        let stream = connect(&addresses, by).await?;
        Connection::over(self.secure(stream, name).await?).await
    }

    async fn secure(
        &self,
        stream: TcpStream,
        name: ServerName<'static>,
    ) -> Result<TlsStream<TcpStream>, Unreachable> {
        let secured = self.tls.connect(name, stream).await;
        secured.map_err(|error| match error.get_ref() {
            Some(inner) if inner.is::<rustls::Error>() => Unreachable::Tls,
            _ => Unreachable::Connection,
        })
    }
}

/// One address after the other, each with its share of the time, so that one that swallows packets does not hide the
/// next one.
async fn connect(addresses: &[SocketAddr], by: Instant) -> Result<TcpStream, Unreachable> {
    let left = by.saturating_duration_since(Instant::now());
    let share = left / addresses.len().max(1) as u32;
    let mut trouble = Unreachable::Connection;
    for address in addresses {
        match timeout(share, TcpStream::connect(address)).await {
            Ok(Ok(stream)) => {
                // Else the question waits until the end of the handshake is acknowledged. Without it it is only slower.
                let _ = stream.set_nodelay(true);
                return Ok(stream);
            }
            Ok(Err(_)) => trouble = Unreachable::Connection,
            Err(_) => trouble = Unreachable::Timeout,
        }
    }
    Err(trouble)
}

#[async_trait]
impl SupportDocuments for Https {
    async fn ask(&self, question: &Question, spent_ms: u64) -> Fetched {
        fetched(self.converse(&Get::document(question), spent_ms).await)
    }
}

const HTTPS: u16 = 443;
