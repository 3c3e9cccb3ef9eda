//! Comparing the site that an assertion is for with the site that asks (PROTOCOL §5.3).
//!
//! In the reference's order: scheme, port, host, path. Then what the reference lets pass and we do not: user-info, blanks
//! and backslashes in what the site gave, a path in the assertion.

use core::fmt;
use std::borrow::Cow;

use serde_json::Value;

use crate::{
    HostRule, Json,
    name::{is_domain, lowered, to_ascii},
};

/// Why an assertion is not for the site that asks. Display gives what follows `audience mismatch: `.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum AudienceMismatch {
    /// A backslash, which some readers take for a slash.
    Backslash,
    /// A blank or control character.
    Blank,
    /// Another host, or none.
    Domain,
    /// The assertion's audience, or the site's, is no text.
    NotAText,
    /// A path or query. Sites on one host cannot be told apart.
    Path,
    /// Another port.
    Port,
    /// Another scheme. A bare host means `http`.
    Scheme,
    /// A user name in front of the host.
    UserInfo,
}

impl fmt::Display for AudienceMismatch {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Backslash => "has a backslash",
            Self::Blank => "has a blank",
            Self::Domain => "domain mismatch",
            Self::NotAText => "not a text",
            Self::Path => "has non-empty path",
            Self::Port => "port mismatch",
            Self::Scheme => "scheme mismatch",
            Self::UserInfo => "has a user name",
        })
    }
}

impl core::error::Error for AudienceMismatch {}

/// `signed` is what the assertion says, `given` what the site gave: an origin, `host:port` or a bare host, the last two
/// meaning `http`.
pub fn compare(signed: Option<&Json>, given: &Json) -> Result<(), AudienceMismatch> {
    match (signed, given) {
        (Some(Value::String(signed)), Value::String(given)) => compare_texts(signed, given),
        _ => Err(AudienceMismatch::NotAText),
    }
}

fn compare_texts(signed: &str, given: &str) -> Result<(), AudienceMismatch> {
    let prefixed;
    let mut site = Site::read(given);
    // What is no URL of a site is read as the part after `http://`.
    if !matches!(site.scheme.as_deref(), Some("http" | "https" | "app")) {
        prefixed = format!("http://{given}");
        site = Site::read(&prefixed);
    }
    let wanted = Site::read(signed);
    if wanted.scheme != site.scheme {
        return Err(AudienceMismatch::Scheme);
    }
    if wanted.port != site.port {
        return Err(AudienceMismatch::Port);
    }
    if wanted.host.is_none() || wanted.host != site.host {
        return Err(AudienceMismatch::Domain);
    }
    if site.has_path || wanted.has_path || signed.contains('#') {
        return Err(AudienceMismatch::Path);
    }
    site.is_plain()?;
    wanted.is_plain()
}

/// A URL as the reference's parser takes it apart.
struct Site<'a> {
    has_backslash: bool,
    has_blank: bool,
    has_path: bool,
    has_user_info: bool,
    /// None if there is none, or nothing that is one.
    host: Option<Cow<'a, str>>,
    port: &'a str,
    scheme: Option<Cow<'a, str>>,
}

impl<'a> Site<'a> {
    fn read(text: &'a str) -> Self {
        let trimmed = text.trim();
        let (scheme, rest) = split_scheme(trimmed);
        let (authority, behind) = split_authority(rest);
        let (user_info, host_and_port) = match authority.rsplit_once('@') {
            Some((user_info, host)) => (Some(user_info), host),
            None => (None, authority),
        };
        // A character that no host has ends it, and what follows counts as path.
        let (host_and_port, odd) = split_before(host_and_port, |character| {
            is_blank(character) || "\"%';<>^`{|}".contains(character)
        });
        let (host, port) = split_port(host_and_port);
        let (host, extra_port) = match host.strip_prefix('[') {
            // What follows the literal is no part of it.
            Some(_) => host.split_at(host.find(']').map_or(host.len(), |end| end + 1)),
            None => split_before(host, |character| character == ':'),
        };
        let behind = behind.split('#').next().unwrap_or_default();
        let mut path = [extra_port, odd, behind].into_iter().flat_map(str::bytes);
        let default_port = if scheme.as_deref() == Some("https") {
            "443"
        } else {
            "80"
        };
        Self {
            has_backslash: text.contains('\\'),
            has_blank: text.contains(is_blank),
            has_path: !matches!(
                (path.next(), path.next()),
                (None | Some(b'/' | b'\\'), None)
            ),
            has_user_info: user_info.is_some(),
            host: host_name(host),
            port: if port.is_empty() { default_port } else { port },
            scheme,
        }
    }

    fn is_plain(&self) -> Result<(), AudienceMismatch> {
        if self.has_user_info {
            Err(AudienceMismatch::UserInfo)
        } else if self.has_blank {
            Err(AudienceMismatch::Blank)
        } else if self.has_backslash {
            Err(AudienceMismatch::Backslash)
        } else {
            Ok(())
        }
    }
}

/// A name or an address, in lower case; `*` and the like never match, not even themselves.
fn host_name(text: &str) -> Option<Cow<'_, str>> {
    to_ascii(text).filter(|host| is_domain(host, HostRule::Insecure))
}

/// Letters, digits, `.`, `+` and `-` in front of a colon.
fn split_scheme(text: &str) -> (Option<Cow<'_, str>>, &str) {
    match text.split_once(':') {
        Some((scheme, rest)) if !scheme.is_empty() && scheme.bytes().all(is_scheme) => {
            (Some(lowered(scheme)), rest)
        }
        _ => (None, text),
    }
}

/// `//authority` and what stands behind it; without two slashes there is no authority.
fn split_authority(text: &str) -> (&str, &str) {
    match text
        .strip_prefix(['/', '\\'])
        .and_then(|text| text.strip_prefix(['/', '\\']))
    {
        Some(rest) => split_before(rest, |character| "/\\?#".contains(character)),
        None => ("", text),
    }
}

/// A colon and digits, or a colon alone, at the end.
fn split_port(text: &str) -> (&str, &str) {
    match text.rsplit_once(':') {
        Some((host, port)) if port.bytes().all(|byte| byte.is_ascii_digit()) => (host, port),
        _ => (text, ""),
    }
}

fn split_before(text: &str, ends: impl Fn(char) -> bool) -> (&str, &str) {
    text.split_at(text.find(ends).unwrap_or(text.len()))
}

fn is_scheme(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || b".+-".contains(&byte)
}

fn is_blank(character: char) -> bool {
    character.is_whitespace() || character.is_control() || character == '\u{feff}'
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(signed: &str, given: &str, expected: Result<(), AudienceMismatch>) {
        let outcome = compare(Some(&signed.into()), &given.into());
        assert_eq!(outcome, expected, "{signed:?} for {given:?}");
    }

    #[test]
    fn default_ports_and_letter_case_do_not_count() {
        for given in [
            "http://example.com",
            "http://example.com/",
            "http://example.com:80",
            "http://example.com:",
            "HTTP://EXAMPLE.COM",
            "example.com",
            "example.com/",
            "example.com:80",
            "http://example.com#x",
        ] {
            check("http://example.com", given, Ok(()));
            check("HTTP://Example.com:80/", given, Ok(()));
        }
        check("https://example.com", "https://example.com:443/", Ok(()));
        check("http://[::1]:8080", "[::1]:8080", Ok(()));
        check("http://exämple.com", "http://xn--exmple-cua.com", Ok(()));
    }

    #[test]
    fn a_bare_host_means_http() {
        check(
            "https://example.com",
            "example.com",
            Err(AudienceMismatch::Scheme),
        );
        check(
            "https://example.com",
            "example.com:443",
            Err(AudienceMismatch::Scheme),
        );
        check(
            "http://example.com:8080",
            "example.com",
            Err(AudienceMismatch::Port),
        );
    }

    #[test]
    fn the_first_difference_in_the_order_scheme_port_host_path_is_named() {
        check(
            "http://a.b",
            "https://c.d:1/x",
            Err(AudienceMismatch::Scheme),
        );
        check("http://a.b", "http://c.d:1/x", Err(AudienceMismatch::Port));
        check("http://a.b", "http://c.d/x", Err(AudienceMismatch::Domain));
        check("http://a.b", "http://a.b/x", Err(AudienceMismatch::Path));
        check("http://a.b", "http://u@a.b/x", Err(AudienceMismatch::Path));
    }

    #[test]
    fn nothing_unreadable_ever_matches() {
        for text in [
            "", "*", "http://", "http://*", ":80", "//a.b", "http:a.b", "http:", "null",
        ] {
            assert!(compare(Some(&text.into()), &text.into()).is_err(), "{text}");
        }
        check(
            "http://a.b",
            "http://b@a.b@evil.example",
            Err(AudienceMismatch::Domain),
        );
        check(
            "http://rp.example",
            "http://evil.example#@rp.example",
            Err(AudienceMismatch::Domain),
        );
        check(
            "http://rp.example",
            "http://evil.example\\@rp.example",
            Err(AudienceMismatch::Domain),
        );
        check(
            "http://rp.example",
            "http://rp.example@evil.example",
            Err(AudienceMismatch::Domain),
        );
    }

    #[test]
    fn user_names_blanks_and_backslashes_are_refused() {
        check(
            "http://a.b",
            "http://u:p@a.b",
            Err(AudienceMismatch::UserInfo),
        );
        check("http://a.b", " http://a.b", Err(AudienceMismatch::Blank));
        check("http://a.b", "http://a.b\n", Err(AudienceMismatch::Blank));
        check(
            "http://a.b",
            "http:\\\\a.b",
            Err(AudienceMismatch::Backslash),
        );
        check(
            "http://u@a.b",
            "http://a.b",
            Err(AudienceMismatch::UserInfo),
        );
        check(" http://a.b", "http://a.b", Err(AudienceMismatch::Blank));
    }

    #[test]
    fn an_assertion_is_for_an_origin_not_for_a_path() {
        for signed in [
            "http://a.b/x",
            "http://a.b?",
            "http://a.b#x",
            "http://a.b;x",
        ] {
            check(signed, "http://a.b", Err(AudienceMismatch::Path));
        }
        check("http://a.b/", "http://a.b", Ok(()));
        // What stands behind the colon is a port if it is a number, and else a path.
        check("http://a.b", "http://a.b:x1", Err(AudienceMismatch::Path));
        check(
            "http://a.b:x1",
            "http://a.b:x1",
            Err(AudienceMismatch::Path),
        );
    }

    #[test]
    fn only_texts_are_compared() {
        let text = Json::from("http://a.b");
        for odd in [Json::Null, Json::from(5), serde_json::json!(["http://a.b"])] {
            assert_eq!(compare(Some(&odd), &text), Err(AudienceMismatch::NotAText));
            assert_eq!(compare(Some(&text), &odd), Err(AudienceMismatch::NotAText));
        }
        assert_eq!(compare(None, &text), Err(AudienceMismatch::NotAText));
    }

    #[test]
    fn what_follows_an_address_in_brackets_is_its_port_and_nothing_else() {
        let same = |text: &str| compare(Some(&text.into()), &text.into());
        assert_eq!(same("http://[::1]"), Ok(()));
        assert_eq!(same("http://[::1]:80"), Ok(()));
        for odd in [
            "http://[::1]:80:",
            "http://[::1]x",
            "http://[::1]x:80",
            "http://[::1]:1:80",
        ] {
            assert_eq!(same(odd), Err(AudienceMismatch::Path), "{odd}");
        }
    }
}
