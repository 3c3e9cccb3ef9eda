//! Which addresses may be connected to.

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

/// Decides about one address, just before it is connected to.
pub trait AddressRule: Send + Sync {
    /// True if a connection to `address` may be opened.
    fn allows(&self, address: IpAddr) -> bool;
}

/// Only addresses that anybody on the Internet may reach: what a function uses.
///
/// If this let one internal address through, anyone could make the verifier speak to the machine it runs on or to its
/// neighbours, by naming such a host as the issuer.
#[derive(Clone, Copy, Debug)]
pub struct PublicAddresses;

impl AddressRule for PublicAddresses {
    fn allows(&self, address: IpAddr) -> bool {
        match address {
            IpAddr::V4(address) => is_public_v4(address),
            IpAddr::V6(address) => is_public_v6(address),
        }
    }
}

/// The IANA registry of special-purpose IPv4 addresses, and multicast: none of them is public.
fn is_public_v4(address: Ipv4Addr) -> bool {
    let [a, b, c, _] = address.octets();
    let special = matches!(
        (a, b, c),
        (0 | 10 | 127, _, _)            // this network, private, loopback
        | (100, 64..=127, _)            // carrier-grade NAT
        | (169, 254, _)                 // link-local: cloud metadata lives here
        | (172, 16..=31, _)             // private
        | (192, 0, 0 | 2)               // protocol assignments, documentation
        | (192, 31, 196)                // AS112
        | (192, 52, 193)                // AMT
        | (192, 88, 99)                 // 6to4 relays
        | (192, 168, _)                 // private
        | (192, 175, 48)                // AS112
        | (198, 18..=19, _)             // benchmarks
        | (198, 51, 100)                // documentation
        | (203, 0, 113)                 // documentation
        | (224..=255, _, _) // multicast, reserved, broadcast
    );
    !special
}

/// Global unicast (2000::/3) without what is set aside in it or wraps an IPv4 address. Everything outside 2000::/3 is
/// refused: loopback, mapped and translated IPv4, unique local, link-local, multicast, and what is not assigned yet.
fn is_public_v6(address: Ipv6Addr) -> bool {
    let [a, b, c, ..] = address.segments();
    let is_global_unicast = a & 0xe000 == 0x2000;
    let special = matches!(
        (a, b, c),
        (0x2001, 0..=0x01ff, _)         // protocol assignments: Teredo, ORCHID, benchmarks
        | (0x2001, 0x0db8, _)           // documentation
        | (0x2002, _, _)                // 6to4: an IPv4 address inside
        | (0x2620, 0x004f, 0x8000)      // AS112
        | (0x3fff, 0..=0x0fff, _) // documentation
    );
    is_global_unicast && !special
}

#[cfg(test)]
mod tests;
