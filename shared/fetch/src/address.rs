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
mod tests {
    use super::*;

    fn allows(address: &str) -> bool {
        PublicAddresses.allows(address.parse().expect("an IP address"))
    }

    #[test]
    fn addresses_of_the_internet_are_allowed() {
        for public in [
            "1.1.1.1",
            "8.8.8.8",
            "9.255.255.255",
            "11.0.0.0",
            "100.63.255.255",
            "100.128.0.0",
            "126.255.255.255",
            "128.0.0.0",
            "169.253.255.255",
            "169.255.0.0",
            "172.15.255.255",
            "172.32.0.0",
            "192.0.1.0",
            "192.0.3.0",
            "192.167.255.255",
            "192.169.0.0",
            "198.17.255.255",
            "198.20.0.0",
            "198.51.99.255",
            "203.0.114.0",
            "223.255.255.255",
            "2001:200::",
            "2001:db7:ffff::1",
            "2001:db9::",
            "2003::1",
            "2606:4700:4700::1111",
            "2a00:1450:4001::1",
            "3ffe::1",
            "3fff:1000::1",
        ] {
            assert!(allows(public), "{public}");
        }
    }

    #[test]
    fn special_ipv4_addresses_are_refused() {
        for special in [
            "0.0.0.0",
            "0.255.255.255",
            "10.0.0.0",
            "10.255.255.255",
            "100.64.0.0",
            "100.127.255.255",
            "127.0.0.1",
            "127.255.255.255",
            "169.254.0.0",
            "169.254.169.254",
            "172.16.0.0",
            "172.31.255.255",
            "192.0.0.0",
            "192.0.0.170",
            "192.0.2.1",
            "192.31.196.1",
            "192.52.193.1",
            "192.88.99.1",
            "192.168.0.0",
            "192.168.255.255",
            "192.175.48.1",
            "198.18.0.0",
            "198.19.255.255",
            "198.51.100.1",
            "203.0.113.1",
            "224.0.0.1",
            "239.255.255.255",
            "240.0.0.1",
            "255.255.255.255",
        ] {
            assert!(!allows(special), "{special}");
        }
    }

    #[test]
    fn special_ipv6_addresses_are_refused() {
        for special in [
            "::",
            "::1",
            "::127.0.0.1",
            "::8.8.8.8",
            "::ffff:8.8.8.8",
            "::ffff:127.0.0.1",
            "64:ff9b::8.8.8.8",
            "64:ff9b:1::1",
            "100::1",
            "1fff:ffff::1",
            "2001::1",
            "2001:2::1",
            "2001:10::1",
            "2001:1ff:ffff::1",
            "2001:db8::1",
            "2002:7f00:1::1",
            "2002:808:808::1",
            "2620:4f:8000::1",
            "3fff::1",
            "3fff:fff:ffff::1",
            "4000::1",
            "5f00::1",
            "fc00::1",
            "fd00:ec2::254",
            "fe80::1",
            "fec0::1",
            "ff02::1",
        ] {
            assert!(!allows(special), "{special}");
        }
    }
}
