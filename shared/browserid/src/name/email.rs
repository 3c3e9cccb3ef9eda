use core::fmt;

use super::domain::{Domain, HostRule, to_ascii};

/// An e-mail-like identity (PROTOCOL §3.5). The local part is kept as written and its case counts.
///
/// 3 to 254 characters; the local part is one or more of `A–Z a–z 0–9 _ ! # $ % & ' * + / = ? ^ { | } ~ . -` and the
/// backtick; the rest is a [`Domain`]. Debug prints `***@domain`.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Email {
    text: String,
    domain: Domain,
}

impl Email {
    /// Strict, as signed objects must have it: upper-case letters in the domain are refused.
    pub fn parse(text: &str, rule: HostRule) -> Result<Self, InvalidEmail> {
        if !(3..=254).contains(&text.len()) {
            return Err(InvalidEmail);
        }
        let (local_part, host) = text.split_once('@').ok_or(InvalidEmail)?;
        if local_part.is_empty() || !local_part.bytes().all(is_local) {
            return Err(InvalidEmail);
        }
        let domain = Domain::parse(host, rule).map_err(|_| InvalidEmail)?;
        Ok(Self {
            text: text.to_owned(),
            domain,
        })
    }

    /// As typed by a person: surrounding blanks are cut, the domain is lowered (an IDN to A-labels), the local part is
    /// kept.
    pub fn from_typed(text: &str, rule: HostRule) -> Result<Self, InvalidEmail> {
        let (local_part, host) = text.trim().rsplit_once('@').ok_or(InvalidEmail)?;
        let host = to_ascii(host).ok_or(InvalidEmail)?;
        Self::parse(&format!("{local_part}@{host}"), rule)
    }

    /// The whole address.
    pub fn as_str(&self) -> &str {
        &self.text
    }

    /// What stands before the `@`.
    pub fn local_part(&self) -> &str {
        self.text.split('@').next().unwrap_or_default()
    }

    /// What stands after the `@`.
    pub fn domain(&self) -> &Domain {
        &self.domain
    }
}

impl fmt::Debug for Email {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "***@{}", self.domain)
    }
}

/// The text is not an e-mail-like identity under the rule.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct InvalidEmail;

impl fmt::Display for InvalidEmail {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("invalid email")
    }
}

impl core::error::Error for InvalidEmail {}

fn is_local(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || b"_!#$%&'*+/=?^`{|}~.-".contains(&byte)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parsed(text: &str) -> Result<String, InvalidEmail> {
        Email::parse(text, HostRule::Public).map(|email| email.as_str().to_owned())
    }

    #[test]
    fn addresses_keep_their_spelling() {
        for text in [
            "bob@example.com",
            "BOB+tag@example.com",
            "_!#$%&'*+/=?^`{|}~.-@a.b",
            "me@me.localhost:8080",
            "bob@xn--exmple-cua.com",
        ] {
            assert_eq!(parsed(text), Ok(text.to_owned()));
        }
    }

    #[test]
    fn what_could_be_read_in_two_ways_is_refused() {
        for text in [
            "",
            "@example.com",
            "bob@",
            "bob",
            "bob@@example.com",
            "test@users.example.com@example.com",
            "bob@EXAMPLE.com",
            " bob@example.com",
            "bob@example.com\n",
            "b ob@example.com",
            "\"bob\"@example.com",
            "böb@example.com",
            "bob@exämple.com",
            "bob@example.com#",
            "bob@example/com",
            "bob@(exam)ple.com",
            "bob@users.example\0.com",
            "bob\0@example.com",
            "bob@user:pw@example.com",
            "bob@example.com:80",
            "bob@[::1]",
            "bob@localhost",
        ] {
            assert_eq!(parsed(text), Err(InvalidEmail), "{text:?}");
        }
    }

    #[test]
    fn length_ends_at_its_limit() {
        let address =
            |len: usize| format!("{}@example.com", "a".repeat(len - "@example.com".len()));
        assert!(parsed(&address(254)).is_ok());
        assert_eq!(parsed(&address(255)), Err(InvalidEmail));
    }

    #[test]
    fn typed_addresses_are_normalised() {
        let typed = |text: &str| {
            Email::from_typed(text, HostRule::Public).map(|email| email.as_str().to_owned())
        };
        assert_eq!(
            typed("  Bob@EXAMPLE.com\n"),
            Ok("Bob@example.com".to_owned())
        );
        assert_eq!(
            typed("bob@exÄmple.com"),
            Ok("bob@xn--exmple-cua.com".to_owned())
        );
        assert_eq!(
            typed("bob@ME.localhost:8080"),
            Ok("bob@me.localhost:8080".to_owned())
        );
        assert_eq!(typed("b ob@example.com"), Err(InvalidEmail));
        assert_eq!(typed("bob@ex ample.com"), Err(InvalidEmail));
        assert_eq!(typed("bob"), Err(InvalidEmail));
    }

    #[test]
    fn parts_are_given_and_debug_hides_the_local_part() {
        let email = Email::parse("bob@example.com", HostRule::Public).expect("an address");
        assert_eq!(email.local_part(), "bob");
        assert_eq!(email.domain().as_str(), "example.com");
        assert_eq!(format!("{email:?}"), "***@example.com");
    }
}
