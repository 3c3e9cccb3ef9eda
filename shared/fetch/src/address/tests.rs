use super::*;

fn allows(address: IpAddr) -> bool {
    PublicAddresses.allows(address)
}

/// Below and above a range: public too, or not.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Beside {
    /// It may be connected to.
    Public,
    /// It may not, for another reason.
    Special,
    /// There is no such address.
    Nothing,
}

use Beside::{Nothing, Public, Special};

/// The IANA registries of special-purpose addresses (RFC 6890 and what was added to them since), multicast, what was
/// special once, and what is not assigned. With what lies just below and just above each.
const SPECIAL: &[(&str, u8, Beside, Beside, &str)] = &[
    ("0.0.0.0", 8, Nothing, Public, "this network"),
    ("10.0.0.0", 8, Public, Public, "private"),
    ("100.64.0.0", 10, Public, Public, "carrier-grade NAT"),
    ("127.0.0.0", 8, Public, Public, "loopback"),
    (
        "169.254.0.0",
        16,
        Public,
        Public,
        "link-local, cloud metadata",
    ),
    ("172.16.0.0", 12, Public, Public, "private"),
    ("192.0.0.0", 24, Public, Public, "protocol assignments"),
    ("192.0.2.0", 24, Public, Public, "documentation"),
    ("192.31.196.0", 24, Public, Public, "AS112"),
    ("192.52.193.0", 24, Public, Public, "AMT"),
    ("192.88.99.0", 24, Public, Public, "6to4 relays"),
    ("192.168.0.0", 16, Public, Public, "private"),
    ("192.175.48.0", 24, Public, Public, "AS112"),
    ("198.18.0.0", 15, Public, Public, "benchmarks"),
    ("198.51.100.0", 24, Public, Public, "documentation"),
    ("203.0.113.0", 24, Public, Public, "documentation"),
    ("224.0.0.0", 4, Public, Special, "multicast"),
    ("240.0.0.0", 4, Special, Nothing, "reserved"),
    ("255.255.255.255", 32, Special, Nothing, "broadcast"),
    ("::", 128, Nothing, Special, "unspecified"),
    ("::1", 128, Special, Special, "loopback"),
    ("::", 96, Nothing, Special, "IPv4-compatible"),
    ("::ffff:0:0", 96, Special, Special, "IPv4-mapped"),
    ("::ffff:0:0:0", 96, Special, Special, "IPv4-translated"),
    ("64:ff9b::", 96, Special, Special, "NAT64"),
    ("64:ff9b:1::", 48, Special, Special, "NAT64, local use"),
    ("100::", 64, Special, Special, "discard"),
    ("100:0:0:1::", 64, Special, Special, "dummy"),
    ("::", 3, Nothing, Public, "not global unicast"),
    ("2001::", 32, Public, Special, "Teredo"),
    ("2001:1::1", 128, Special, Special, "port control"),
    ("2001:2::", 48, Special, Special, "benchmarks"),
    ("2001:3::", 32, Special, Special, "AMT"),
    ("2001:4:112::", 48, Special, Special, "AS112"),
    ("2001:10::", 28, Special, Special, "ORCHID"),
    ("2001:20::", 28, Special, Special, "ORCHIDv2"),
    ("2001:30::", 28, Special, Special, "drone identifiers"),
    ("2001::", 23, Public, Public, "protocol assignments"),
    ("2001:db8::", 32, Public, Public, "documentation"),
    ("2002::", 16, Public, Public, "6to4"),
    ("2620:4f:8000::", 48, Public, Public, "AS112"),
    ("3fff::", 20, Public, Public, "documentation"),
    ("4000::", 2, Public, Special, "not assigned"),
    ("5f00::", 16, Special, Special, "segment routing"),
    ("fc00::", 7, Special, Special, "unique local"),
    ("fe80::", 10, Special, Special, "link-local"),
    ("fec0::", 10, Special, Special, "site-local"),
    ("ff00::", 8, Special, Nothing, "multicast"),
];

/// First and last address of a range, and the two beside it, if they exist.
fn edges(first: IpAddr, prefix: u8) -> (IpAddr, IpAddr, Option<IpAddr>, Option<IpAddr>) {
    match first {
        IpAddr::V4(first) => {
            let first = u32::from(first);
            let last = first | u32::MAX.checked_shr(prefix.into()).unwrap_or(0);
            let address = |number: u32| IpAddr::V4(number.into());
            let beside = (first.checked_sub(1), last.checked_add(1));
            (
                address(first),
                address(last),
                beside.0.map(address),
                beside.1.map(address),
            )
        }
        IpAddr::V6(first) => {
            let first = u128::from(first);
            let last = first | u128::MAX.checked_shr(prefix.into()).unwrap_or(0);
            let address = |number: u128| IpAddr::V6(number.into());
            let beside = (first.checked_sub(1), last.checked_add(1));
            (
                address(first),
                address(last),
                beside.0.map(address),
                beside.1.map(address),
            )
        }
    }
}

#[test]
fn every_special_range_is_refused_from_its_first_to_its_last_address_and_not_beyond() {
    for (first, prefix, below, above, name) in SPECIAL {
        let range = format!("{first}/{prefix} {name}");
        let first: IpAddr = first.parse().expect("an IP address");
        let (first, last, before, after) = edges(first, *prefix);
        assert!(!allows(first), "{range}: {first}");
        assert!(!allows(last), "{range}: {last}");
        for (neighbour, expected) in [(before, below), (after, above)] {
            let found = neighbour.map_or(Nothing, |address| match allows(address) {
                true => Public,
                false => Special,
            });
            assert_eq!(found, *expected, "{range}: {neighbour:?}");
        }
    }
}

/// Every way to write an IPv4 address into an IPv6 one.
#[test]
fn an_ipv4_address_inside_an_ipv6_one_is_refused_whatever_it_is() {
    for inside in [
        "127.0.0.1",
        "10.0.0.1",
        "169.254.169.254",
        "192.168.1.1",
        "8.8.8.8",
    ] {
        let inside: Ipv4Addr = inside.parse().expect("an IPv4 address");
        let number = u128::from(u32::from(inside));
        let at = |prefix: &str, shift: u32| {
            let prefix: Ipv6Addr = prefix.parse().expect("an IPv6 address");
            Ipv6Addr::from(u128::from(prefix) | number << shift)
        };
        for address in [
            at("::", 0),
            at("::ffff:0:0", 0),
            at("::ffff:0:0:0", 0),
            at("64:ff9b::", 0),
            at("64:ff9b:1::", 0),
            at("64:ff9b:1::", 48),
            at("2002::", 80),
            // Teredo: the server's address as it is, the client's with its bits turned.
            at("2001::", 64),
            Ipv6Addr::from(u128::from(at("2001::", 0)) ^ 0xffff_ffff),
        ] {
            assert!(!allows(address.into()), "{inside}: {address}");
        }
    }
}

#[test]
fn addresses_of_the_internet_are_allowed() {
    for public in [
        "1.1.1.1",
        "8.8.8.8",
        "192.0.1.1",
        "198.20.0.1",
        "223.255.255.255",
        "2001:200::1",
        "2001:4860:4860::8888",
        "2003::1",
        "2606:4700:4700::1111",
        "2a00:1450:4001::1",
        "3ffe::1",
    ] {
        assert!(allows(public.parse().expect("an IP address")), "{public}");
    }
}
