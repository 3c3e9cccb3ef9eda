//! From a host to a connection.

use std::io::ErrorKind;
use std::net::{IpAddr, SocketAddr};

use browserid::Domain;
use rustls::pki_types::ServerName;
use tokio::net::TcpStream;
use tokio::time::{Instant, timeout};

use crate::observation::{Failure, NamesSeen};

/// Most addresses of a host that are tried.
const MAX_ADDRESSES: usize = 4;

/// Where a host is asked.
#[derive(Clone, Debug)]
pub(super) struct Place {
    pub(super) addresses: Vec<SocketAddr>,
    /// What `Host` says.
    pub(super) authority: String,
    /// What looking up its name gave, where that matters.
    pub(super) names: Option<NamesSeen>,
    pub(super) origin: String,
    /// Whom the certificate must name; None for plain HTTP.
    pub(super) server: Option<ServerName<'static>>,
}

impl Place {
    pub(super) fn secure(host: &Domain, addresses: Vec<SocketAddr>, names: NamesSeen) -> Self {
        let bare = host
            .host()
            .trim_start_matches('[')
            .trim_end_matches(']')
            .to_owned();
        Self {
            addresses,
            authority: host.to_string(),
            names: Some(names),
            origin: format!("https://{host}"),
            server: ServerName::try_from(bare).ok(),
        }
    }

    /// Port 80 of a host that is asked over HTTPS otherwise.
    pub(super) fn plain(host: &str, addresses: Vec<SocketAddr>) -> Self {
        Self::at(format!("http://{host}"), addresses)
    }

    pub(super) fn at(origin: String, addresses: Vec<SocketAddr>) -> Self {
        Self {
            addresses,
            authority: origin
                .split_once("://")
                .map_or("", |(_, rest)| rest)
                .to_owned(),
            names: None,
            origin,
            server: None,
        }
    }

    pub(super) fn only(&self, wanted: impl Fn(&IpAddr) -> bool) -> Self {
        let mut place = self.clone();
        place.addresses.retain(|address| wanted(&address.ip()));
        place
    }

    pub(super) fn is_secure(&self) -> bool {
        self.origin.starts_with("https:")
    }

    /// One address after the other, IPv4 first, each with its share of the time.
    pub(super) async fn connect(&self, by: Instant) -> Result<TcpStream, Failure> {
        let mut addresses = self.addresses.clone();
        addresses.sort_by_key(SocketAddr::is_ipv6);
        addresses.truncate(MAX_ADDRESSES);
        let mut worst = match &self.names {
            Some(names) if !names.forbidden.is_empty() => Failure::Forbidden,
            _ => Failure::NoAddress,
        };
        for (at, address) in addresses.iter().enumerate() {
            let left = by.saturating_duration_since(Instant::now());
            let share = left / u32::try_from(addresses.len() - at).unwrap_or(1);
            let failure = match timeout(share, TcpStream::connect(address)).await {
                Ok(Ok(stream)) => {
                    let _ = stream.set_nodelay(true);
                    return Ok(stream);
                }
                Ok(Err(error)) => match error.kind() {
                    ErrorKind::ConnectionRefused => Failure::Refused,
                    ErrorKind::NetworkUnreachable | ErrorKind::AddrNotAvailable => Failure::NoRoute,
                    ErrorKind::HostUnreachable | ErrorKind::TimedOut => Failure::Timeout,
                    _ => Failure::Closed,
                },
                Err(_) => Failure::Timeout,
            };
            // What another machine did says more than that this one has no way.
            if at == 0 || failure != Failure::NoRoute {
                worst = failure;
            }
        }
        Err(worst)
    }
}
