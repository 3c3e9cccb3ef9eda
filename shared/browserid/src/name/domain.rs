use core::fmt;
use core::net::{Ipv4Addr, Ipv6Addr};
use std::borrow::Cow;
use std::sync::Arc;

/// Which hosts may stand in an address, an authority or an issuer.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum HostRule {
    /// Host names of two labels or more; a port only below `.localhost`.
    Public,
    /// Also single labels and IPv4 literals: recorded cases examined with `--documents` / `--responses`, where nothing
    /// is asked over the network (the assertions recorded in 2012 were issued by `127.0.0.1`).
    Recorded,
    /// Also IPv6 literals and ports: `INSECURE_SSL`, `--map`.
    Insecure,
}

/// A lower-case ASCII host name, with a port where the rule allows it.
///
/// Labels are letters, digits, hyphens (not at their ends) and underscores, 1 to 63 of them, 253 characters in all. No
/// final dot, no name that an address parser could take for an IP address (`0x7f.1`).
///
/// Cheap to clone: a verification names a domain in a dozen places.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Domain(Arc<str>);

impl Domain {
    /// `text` must already be lower case: the reference refuses upper case (PROTOCOL §1.4, §3.5), so callers that take
    /// typed input lower it first.
    pub fn parse(text: &str, rule: HostRule) -> Result<Self, InvalidDomain> {
        if is_domain(text, rule) {
            Ok(Self(text.into()))
        } else {
            Err(InvalidDomain {
                text: text.to_owned(),
            })
        }
    }

    /// As typed by a person: surrounding blanks are cut, the name is lowered, an IDN becomes A-labels.
    pub fn from_typed(text: &str, rule: HostRule) -> Result<Self, InvalidDomain> {
        let text = text.trim();
        match to_ascii(text) {
            Some(ascii) => Self::parse(&ascii, rule),
            None => Err(InvalidDomain {
                text: text.to_owned(),
            }),
        }
    }

    /// The name as parsed, with its port.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// The name without a port; an IPv6 literal keeps its brackets.
    pub fn host(&self) -> &str {
        split_port(&self.0).0
    }

    /// The port, where one is written.
    pub fn port(&self) -> Option<u16> {
        split_port(&self.0).1.and_then(port_number)
    }

    /// True for `localhost` and every name below `.localhost`.
    pub fn is_localhost(&self) -> bool {
        is_localhost(self.host())
    }
}

impl fmt::Display for Domain {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// The text is not a host name under the rule.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct InvalidDomain {
    /// What was given.
    pub text: String,
}

impl fmt::Display for InvalidDomain {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "invalid domain: {}", self.text)
    }
}

impl core::error::Error for InvalidDomain {}

/// The lower-case A-label form of a typed host name; None when it has none.
pub(crate) fn to_ascii(typed: &str) -> Option<Cow<'_, str>> {
    if typed.is_ascii() {
        return Some(lowered(typed));
    }
    idna::domain_to_ascii(typed).ok().map(Cow::Owned)
}

/// With its ASCII letters in lower case.
pub(crate) fn lowered(text: &str) -> Cow<'_, str> {
    if text.bytes().any(|byte| byte.is_ascii_uppercase()) {
        Cow::Owned(text.to_ascii_lowercase())
    } else {
        Cow::Borrowed(text)
    }
}

/// True for what [`Domain::parse`] takes.
pub(crate) fn is_domain(text: &str, rule: HostRule) -> bool {
    let (host, port) = split_port(text);
    let port_allowed = match port {
        None => true,
        Some(port) => {
            port_number(port).is_some()
                && (rule == HostRule::Insecure || host.ends_with(".localhost"))
        }
    };
    port_allowed && is_host(host, rule)
}

fn is_host(host: &str, rule: HostRule) -> bool {
    match rule {
        HostRule::Public => host.contains('.') && is_name(host),
        HostRule::Recorded => is_name(host) || is_ipv4(host),
        HostRule::Insecure => is_name(host) || is_ipv4(host) || is_ipv6(host),
    }
}

fn is_name(host: &str) -> bool {
    host.len() <= 253 && host.split('.').all(is_label) && !could_be_an_address(host)
}

fn is_label(label: &str) -> bool {
    (1..=63).contains(&label.len())
        && !label.starts_with('-')
        && !label.ends_with('-')
        && label
            .bytes()
            .all(|byte| matches!(byte, b'a'..=b'z' | b'0'..=b'9' | b'-' | b'_'))
}

/// Address parsers take a name whose last label is a number for an IPv4 address, in any of its spellings.
fn could_be_an_address(host: &str) -> bool {
    let last = host.rsplit('.').next().unwrap_or(host);
    last.bytes().all(|byte| byte.is_ascii_digit())
        || last
            .strip_prefix("0x")
            .is_some_and(|hex| hex.bytes().all(|byte| byte.is_ascii_hexdigit()))
}

fn is_ipv4(host: &str) -> bool {
    host.parse::<Ipv4Addr>().is_ok()
}

fn is_ipv6(host: &str) -> bool {
    host.strip_prefix('[')
        .and_then(|rest| rest.strip_suffix(']'))
        .is_some_and(|inner| {
            !inner.bytes().any(|byte| byte.is_ascii_uppercase())
                && inner.parse::<Ipv6Addr>().is_ok()
        })
}

fn is_localhost(host: &str) -> bool {
    host == "localhost" || host.ends_with(".localhost")
}

/// `(host, what stands after the colon)`; a colon inside brackets is part of the host.
fn split_port(text: &str) -> (&str, Option<&str>) {
    match text.rsplit_once(':') {
        Some((host, port)) if !port.contains(']') => (host, Some(port)),
        _ => (text, None),
    }
}

/// 1 to 65535, in the only spelling.
fn port_number(text: &str) -> Option<u16> {
    let port: u16 = text.parse().ok().filter(|port| *port > 0)?;
    (port.to_string() == text).then_some(port)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(rule: HostRule, accepted: &[&str], refused: &[&str]) {
        for text in accepted {
            assert_eq!(
                Domain::parse(text, rule).map(|domain| domain.to_string()),
                Ok((*text).to_owned()),
                "{rule:?} {text}"
            );
        }
        for text in refused {
            assert_eq!(
                Domain::parse(text, rule),
                Err(InvalidDomain {
                    text: (*text).to_owned()
                }),
                "{rule:?} {text}"
            );
        }
    }

    /// What no rule takes.
    const NEVER: &[&str] = &[
        "",
        ".",
        "example.com.",
        ".example.com",
        "a..b",
        "-",
        "-a.example",
        "a-.example",
        "EXAMPLE.com",
        "exämple.com",
        "a b",
        " example.com",
        "example.com\n",
        "example.com/",
        "https://example.com",
        "user@example.com",
        "example.com:",
        "example.com:0",
        "example.com:080",
        "example.com:65536",
        "example.com:+80",
        "me.localhost:",
        "other.example,foo",
        "*.example.com",
        "a%2eb",
        "1.2.3",
        "1.2.3.4.5",
        "256.1.1.1",
        "0x7f.1",
        "example.0x",
        "[::1",
        "[x]",
        "[::1]x",
        "::1",
        "a\0b.example",
    ];

    #[test]
    fn public_names_have_two_labels_and_no_port() {
        check(
            HostRule::Public,
            &[
                "example.com",
                "a.b",
                "other_x.example",
                "xn--exmple-cua.com",
                "1.example",
                "me.localhost",
                "me.localhost:8080",
                "me.localhost:65535",
            ],
            &[
                "localhost",
                "localhost:8080",
                "example.com:443",
                "127.0.0.1",
                "[::1]",
            ],
        );
        check(HostRule::Public, &[], NEVER);
    }

    #[test]
    fn recorded_names_may_be_single_labels_and_ipv4_literals() {
        check(
            HostRule::Recorded,
            &[
                "a",
                "localhost",
                "127.0.0.1",
                "example.com",
                "me.localhost:1",
            ],
            &["a:443", "127.0.0.1:80", "[::1]", "localhost:80"],
        );
        check(HostRule::Recorded, &[], NEVER);
    }

    #[test]
    fn insecure_names_may_be_addresses_with_ports() {
        check(
            HostRule::Insecure,
            &[
                "a:1",
                "localhost:8080",
                "127.0.0.1:65535",
                "[::1]",
                "[::1]:443",
                "example.com:8443",
            ],
            &["[::1]:0", "[::A]"],
        );
        check(HostRule::Insecure, &[], NEVER);
    }

    #[test]
    fn labels_and_names_end_at_their_limits() {
        let label = "a".repeat(63);
        let long = format!("{label}.{label}.{label}.{}", "a".repeat(61));
        assert_eq!(long.len(), 253);
        check(
            HostRule::Public,
            &[&format!("{label}.b"), &long],
            &[&format!("{label}a.b"), &format!("{long}a")],
        );
    }

    #[test]
    fn host_and_port_are_told_apart() {
        let parts = |text: &str| {
            let domain = Domain::parse(text, HostRule::Insecure).expect(text);
            (
                domain.host().to_owned(),
                domain.port(),
                domain.is_localhost(),
            )
        };
        assert_eq!(
            parts("me.localhost:8080"),
            ("me.localhost".to_owned(), Some(8080), true)
        );
        assert_eq!(parts("[::1]:443"), ("[::1]".to_owned(), Some(443), false));
        assert_eq!(parts("[::1]"), ("[::1]".to_owned(), None, false));
        assert_eq!(parts("localhost"), ("localhost".to_owned(), None, true));
        assert_eq!(
            parts("notlocalhost"),
            ("notlocalhost".to_owned(), None, false)
        );
    }
}
