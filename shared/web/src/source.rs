//! Where a request came from, as far as counting guesses needs it.

use std::convert::Infallible;
use std::net::{IpAddr, Ipv6Addr};

use axum::extract::FromRequestParts;
use http::request::Parts;

/// Set as an extension of the request by whoever runs the router and knows the peer. Without it all requests share one
/// count: too strict rather than too loose.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Source(pub String);

impl Source {
    /// An IPv4 address, or the /64 of an IPv6 address: one household can use all of that.
    pub fn of(address: IpAddr) -> Self {
        Self(match address.to_canonical() {
            IpAddr::V4(address) => address.to_string(),
            IpAddr::V6(address) => {
                let [a, b, c, d, ..] = address.segments();
                format!("{}/64", Ipv6Addr::new(a, b, c, d, 0, 0, 0, 0))
            }
        })
    }

    /// Somebody, we do not know where.
    pub fn unknown() -> Self {
        Self("unknown".to_owned())
    }
}

impl<S: Send + Sync> FromRequestParts<S> for Source {
    type Rejection = Infallible;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Infallible> {
        let source = parts.extensions.get::<Self>().cloned();
        Ok(source.unwrap_or_else(Self::unknown))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn source_is_an_ipv4_address_or_an_ipv6_network() {
        for (address, expected) in [
            ("192.0.2.7", "192.0.2.7"),
            ("::ffff:192.0.2.7", "192.0.2.7"),
            ("2001:db8:1:2:3:4:5:6", "2001:db8:1:2::/64"),
            ("2001:db8:1:2::1", "2001:db8:1:2::/64"),
            ("::1", "::/64"),
        ] {
            let address = address.parse().expect("an IP address");
            assert_eq!(Source::of(address).0, expected);
        }
    }
}
