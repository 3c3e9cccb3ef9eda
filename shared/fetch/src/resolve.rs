//! From a host to the addresses that may be tried.

use std::io;
use std::net::{IpAddr, SocketAddr};

use browserid::{Domain, Unreachable};

use crate::AddressRule;

/// More addresses than so are not tried: each costs the caller time.
const MAX_ADDRESSES: usize = 4;

/// Looks `domain` up and keeps what `rule` allows. An IP literal is its own look-up, so it meets the rule too.
pub(crate) async fn addresses(
    domain: &Domain,
    default_port: u16,
    rule: &dyn AddressRule,
) -> Result<Vec<SocketAddr>, Unreachable> {
    let port = domain.port().unwrap_or(default_port);
    let host = domain.host();
    let bare = host.trim_start_matches('[').trim_end_matches(']');
    if let Ok(address) = bare.parse::<IpAddr>() {
        return allowed([SocketAddr::new(address, port)], rule);
    }
    let found = tokio::net::lookup_host((host, port))
        .await
        .map_err(|error| kind_of_failure(&error))?;
    allowed(found, rule)
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
mod tests {
    use super::*;
    use crate::PublicAddresses;

    fn check(found: &[&str], expected: Result<&[&str], Unreachable>) {
        let parse = |all: &[&str]| -> Vec<SocketAddr> {
            let parse = |text: &&str| text.parse().expect("an address with a port");
            all.iter().map(parse).collect()
        };
        assert_eq!(allowed(parse(found), &PublicAddresses), expected.map(parse));
    }

    #[test]
    fn only_allowed_addresses_are_tried() {
        check(
            &[
                "10.0.0.1:443",
                "1.1.1.1:443",
                "[::1]:443",
                "[2606:4700::1]:443",
            ],
            Ok(&["1.1.1.1:443", "[2606:4700::1]:443"]),
        );
    }

    #[test]
    fn host_with_forbidden_addresses_only_is_forbidden() {
        check(
            &["127.0.0.1:443", "[::ffff:1.1.1.1]:443"],
            Err(Unreachable::Forbidden),
        );
    }

    #[test]
    fn host_without_an_address_does_not_exist() {
        check(&[], Err(Unreachable::NoSuchHost));
    }

    #[test]
    fn at_most_four_addresses_are_tried() {
        let many: Vec<String> = (1..9).map(|n| format!("1.1.1.{n}:443")).collect();
        let many: Vec<&str> = many.iter().map(String::as_str).collect();
        check(&many, Ok(&many[..4]));
    }

    #[test]
    fn only_a_definite_answer_of_the_name_server_means_no_such_host() {
        let lookup = |text: &str| {
            let text = format!("failed to lookup address information: {text}");
            kind_of_failure(&io::Error::other(text))
        };
        assert_eq!(lookup("Name or service not known"), Unreachable::NoSuchHost);
        assert_eq!(
            lookup("No address associated with hostname"),
            Unreachable::NoSuchHost
        );
        assert_eq!(
            lookup("Temporary failure in name resolution"),
            Unreachable::Connection
        );
        assert_eq!(
            lookup("Non-recoverable failure in name resolution"),
            Unreachable::Connection
        );
        assert_eq!(lookup("a text of tomorrow"), Unreachable::Connection);
    }
}
