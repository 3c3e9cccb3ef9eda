//! The port: a question becomes an address, a connection, an answer.

use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use async_trait::async_trait;
use browserid::{Answer, Question, Unreachable};
use rustls::ClientConfig;
use rustls::pki_types::ServerName;
use service::ports::{Fetched, SupportDocuments};
use tokio::net::TcpStream;
use tokio::time::timeout;
use tokio_rustls::TlsConnector;
use tokio_rustls::client::TlsStream;

use crate::{AddressRule, ask_over, resolve};

/// How long and how much.
#[derive(Clone, Copy, Debug)]
pub struct Limits {
    /// Bytes of body; one more is too many.
    pub body: usize,
    /// One question, from the look-up of the name to the last byte.
    pub hop: Duration,
    /// All questions of one walk together.
    pub whole: Duration,
}

impl Limits {
    /// 64 KiB, 3 s a hop, 8 s in all.
    pub const STRICT: Self = Self {
        body: 64 * 1024,
        hop: Duration::from_secs(3),
        whole: Duration::from_secs(8),
    };

    /// The same with another time for the whole walk (`HTTP_TIMEOUT`); a hop never gets more than that.
    pub fn within(whole: Duration) -> Self {
        Self {
            hop: Self::STRICT.hop.min(whole),
            whole,
            ..Self::STRICT
        }
    }
}

/// Support documents over HTTPS.
pub struct Https {
    addresses: Arc<dyn AddressRule>,
    limits: Limits,
    tls: TlsConnector,
}

impl Https {
    /// For a function: [`PublicAddresses`](crate::PublicAddresses), [`strict_tls`](crate::strict_tls).
    pub fn new(addresses: Arc<dyn AddressRule>, tls: Arc<ClientConfig>, limits: Limits) -> Self {
        Self {
            addresses,
            limits,
            tls: TlsConnector::from(tls),
        }
    }

    async fn converse(&self, question: &Question) -> Result<Answer, Unreachable> {
        let name = question.host.host();
        let name = name.trim_start_matches('[').trim_end_matches(']');
        let name = ServerName::try_from(name.to_owned()).map_err(|_| Unreachable::NoSuchHost)?;
        let addresses = resolve::addresses(&question.host, HTTPS, self.addresses.as_ref()).await?;
        let stream = self.connect(&addresses).await?;
        let stream = self.secure(stream, name).await?;
        Ok(ask_over(stream, question, self.limits.body).await)
    }

    /// One address after the other, each with its share of the time, so that one that swallows packets does not hide the
    /// next one.
    async fn connect(&self, addresses: &[SocketAddr]) -> Result<TcpStream, Unreachable> {
        let share = self.limits.hop / addresses.len().max(1) as u32;
        let mut trouble = Unreachable::Connection;
        for address in addresses {
            match timeout(share, TcpStream::connect(address)).await {
                Ok(Ok(stream)) => return Ok(stream),
                Ok(Err(_)) => trouble = Unreachable::Connection,
                Err(_) => trouble = Unreachable::Timeout,
            }
        }
        Err(trouble)
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

#[async_trait]
impl SupportDocuments for Https {
    async fn ask(&self, question: &Question, spent_ms: u64) -> Fetched {
        let left = self
            .limits
            .whole
            .saturating_sub(Duration::from_millis(spent_ms));
        let within = self.limits.hop.min(left);
        if within.is_zero() {
            return Answer::Unreachable(Unreachable::Timeout).into();
        }
        match timeout(within, self.converse(question)).await {
            Ok(Ok(answer)) => answer.into(),
            Ok(Err(unreachable)) => Answer::Unreachable(unreachable).into(),
            Err(_) => Answer::Unreachable(Unreachable::Timeout).into(),
        }
    }
}

const HTTPS: u16 = 443;
