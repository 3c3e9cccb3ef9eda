use core::fmt;

use super::domain::{Domain, HostRule, to_ascii};

/// Scheme, host and port of a web site; the port is always known, so two origins are the same when they are equal.
///
/// Read strictly: `http` or `https`, no path (not even `/`), no user-info, no blanks. Letter case does not count and is
/// lowered; an IDN becomes A-labels.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Origin(String);

impl Origin {
    /// Reads an origin as browsers write it, or with its default port spelled out.
    pub fn parse(text: &str) -> Result<Self, InvalidOrigin> {
        let (scheme, rest) = text.split_once("://").ok_or(InvalidOrigin)?;
        let scheme = scheme.to_ascii_lowercase();
        let default_port = match scheme.as_str() {
            "http" => 80,
            "https" => 443,
            _ => return Err(InvalidOrigin),
        };
        let host = to_ascii(rest).ok_or(InvalidOrigin)?;
        let domain = Domain::parse(&host, HostRule::Insecure).map_err(|_| InvalidOrigin)?;
        match domain.port() {
            Some(port) if port != default_port => Ok(Self(format!("{scheme}://{domain}"))),
            _ => Ok(Self(format!("{scheme}://{}", domain.host()))),
        }
    }

    /// Serialised as browsers do: the default port is left out.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for Origin {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// The text is not an origin.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct InvalidOrigin;

impl fmt::Display for InvalidOrigin {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("invalid origin")
    }
}

impl core::error::Error for InvalidOrigin {}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn origins_are_written_as_browsers_write_them() {
        for (text, expected) in [
            ("https://example.com", "https://example.com"),
            ("https://example.com:443", "https://example.com"),
            ("http://example.com:80", "http://example.com"),
            ("http://example.com:443", "http://example.com:443"),
            ("HTTP://Example.COM:8080", "http://example.com:8080"),
            ("http://localhost", "http://localhost"),
            ("http://[::1]:8080", "http://[::1]:8080"),
            ("http://127.0.0.1:10001", "http://127.0.0.1:10001"),
            ("https://exämple.com", "https://xn--exmple-cua.com"),
        ] {
            let origin = Origin::parse(text);
            assert_eq!(origin, Ok(Origin(expected.to_owned())), "{text}");
        }
    }

    #[test]
    fn everything_else_is_refused() {
        for text in [
            "",
            "null",
            "example.com",
            "//example.com",
            "ftp://example.com",
            "https://",
            "https://example.com/",
            "https://example.com/path",
            "https://example.com?x",
            "https://example.com#x",
            "https://user@example.com",
            " https://example.com",
            "https://example.com ",
            "https://exa mple.com",
            "https:\\\\example.com",
            "https://example.com:",
            "https://example.com:0",
            "https://example.com:65536",
            "https://*.example.com",
        ] {
            assert_eq!(Origin::parse(text), Err(InvalidOrigin), "{text:?}");
        }
    }
}
