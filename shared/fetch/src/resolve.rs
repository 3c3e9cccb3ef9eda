//! From a host to the addresses that may be tried.

use std::io;
use std::net::{IpAddr, SocketAddr};

use async_trait::async_trait;
use browserid::{Domain, Unreachable};

use crate::AddressRule;
use crate::look_ups::LookUps;

/// More addresses than so are not tried: each costs the caller time.
const MAX_ADDRESSES: usize = 4;

/// Turns names into addresses.
///
/// What it finds is checked after it and connected to as it was found: it is asked once for each connection, and a later
/// answer of another kind changes nothing.
#[async_trait]
pub trait Resolver: Send + Sync {
    /// Every address of `host`, with `port`. None at all, and [`Unreachable::NoSuchHost`], mean that there is no such host;
    /// [`Unreachable::Connection`], that this could not be found out. May take long: whoever asks stops waiting by itself.
    async fn resolve(&self, host: &str, port: u16) -> Result<Vec<SocketAddr>, Unreachable>;
}

/// The operating system's: `getaddrinfo`, on a thread of its own.
#[derive(Clone, Copy, Debug)]
pub struct SystemResolver;

#[async_trait]
impl Resolver for SystemResolver {
    async fn resolve(&self, host: &str, port: u16) -> Result<Vec<SocketAddr>, Unreachable> {
        let found = tokio::net::lookup_host((host, port)).await;
        found
            .map(Iterator::collect)
            .map_err(|error| kind_of_failure(&error))
    }
}

/// Looks `domain` up and keeps what `rule` allows. An IP literal is its own look-up, so it meets the rule too.
pub(crate) async fn addresses(
    domain: &Domain,
    default_port: u16,
    names: &LookUps,
    rule: &dyn AddressRule,
) -> Result<Vec<SocketAddr>, Unreachable> {
    let port = domain.port().unwrap_or(default_port);
    let host = domain.host();
    match bare(host).parse::<IpAddr>() {
        Ok(address) => allowed([SocketAddr::new(address, port)], rule),
        Err(_) => allowed(names.look_up(host, port).await?, rule),
    }
}

/// An IPv6 literal without its brackets; everything else as it is.
pub(crate) fn bare(host: &str) -> &str {
    host.trim_start_matches('[').trim_end_matches(']')
}

/// No address at all means that there is no such host; only forbidden ones, that we must not ask it.
fn allowed(
    found: impl IntoIterator<Item = SocketAddr>,
    rule: &dyn AddressRule,
) -> Result<Vec<SocketAddr>, Unreachable> {
    let mut found = found.into_iter().peekable();
    if found.peek().is_none() {
        return Err(Unreachable::NoSuchHost);
    }
    let allowed: Vec<_> = found
        .filter(|address| rule.allows(address.ip()))
        .take(MAX_ADDRESSES)
        .collect();
    if allowed.is_empty() {
        return Err(Unreachable::Forbidden);
    }
    Ok(allowed)
}

/// "There is no such host" lets the fallback speak, trouble with the name server does not. The standard library gives
/// the difference only in its text (that of `gai_strerror`, in English, for nobody sets a locale); a text that is not
/// known counts as trouble.
fn kind_of_failure(error: &io::Error) -> Unreachable {
    const NO_SUCH_HOST: [&str; 5] = [
        "Name or service not known",                    // glibc: EAI_NONAME
        "No address associated with hostname",          // glibc: EAI_NODATA
        "Name does not resolve",                        // musl: EAI_NONAME
        "Name has no usable address",                   // musl: EAI_NODATA
        "nodename nor servname provided, or not known", // macOS
    ];
    let text = error.to_string();
    if NO_SUCH_HOST.iter().any(|known| text.ends_with(known)) {
        Unreachable::NoSuchHost
    } else {
        Unreachable::Connection
    }
}

#[cfg(test)]
mod tests;
