//! Which server, and how to speak with it.

use core::fmt;
use std::error::Error;
use std::net::IpAddr;

use lettre::transport::smtp::authentication::Credentials;
use percent_encoding::percent_decode_str;
use rustls::pki_types::ServerName;
use url::Url;

/// A mail server, and what we show it. It holds a password: it cannot be printed.
pub struct Server {
    pub(crate) credentials: Option<Credentials>,
    pub(crate) host: String,
    pub(crate) port: u16,
    pub(crate) security: Security,
}

/// When TLS begins.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Security {
    /// With the connection.
    Implicit,
    /// Never: the server is on this machine.
    Loopback,
    /// After STARTTLS, and nothing but EHLO comes before it.
    StartTls,
}

impl Server {
    /// Reads
    ///
    /// - `smtp://user:password@host:587`: STARTTLS, without which nothing is said (587 if no port is named);
    /// - `smtps://user:password@host:465`: TLS from the beginning (465 if no port is named);
    /// - `smtp+plain://127.0.0.1:25`: no TLS, and therefore only to a loopback address (`127.0.0.1`, `[::1]`).
    ///
    /// User and password may be left out together; what is special in a URL stands in them as `%` and two digits.
    pub fn parse(url: &str) -> Result<Self, InvalidServer> {
        let url = Url::parse(url).map_err(|_| InvalidServer::Malformed)?;
        if !matches!(url.path(), "" | "/") || url.query().is_some() || url.fragment().is_some() {
            return Err(InvalidServer::Malformed);
        }
        let (security, usual_port) = match url.scheme() {
            "smtp" => (Security::StartTls, Some(587)),
            "smtp+plain" => (Security::Loopback, None),
            "smtps" => (Security::Implicit, Some(465)),
            _ => return Err(InvalidServer::Scheme),
        };
        let host = host(&url, security)?;
        let port = url.port().or(usual_port).filter(|port| *port != 0);
        Ok(Self {
            credentials: credentials(&url)?,
            host,
            port: port.ok_or(InvalidServer::Port)?,
            security,
        })
    }
}

fn host(url: &Url, security: Security) -> Result<String, InvalidServer> {
    let host = url.host_str().unwrap_or_default();
    let inner = host
        .strip_prefix('[')
        .and_then(|host| host.strip_suffix(']'));
    let host = inner.unwrap_or(host);
    if security == Security::Loopback {
        let address = host.parse::<IpAddr>().ok();
        if !address.is_some_and(|address| address.is_loopback()) {
            return Err(InvalidServer::NotLoopback);
        }
    }
    match ServerName::try_from(host) {
        Ok(_) => Ok(host.to_owned()),
        Err(_) => Err(InvalidServer::Host),
    }
}

fn credentials(url: &Url) -> Result<Option<Credentials>, InvalidServer> {
    let decoded = |text: &str| {
        let text = percent_decode_str(text).decode_utf8().ok()?;
        let is_fit = !text.is_empty() && !text.contains(char::is_control);
        is_fit.then(|| text.into_owned())
    };
    match (url.username(), url.password()) {
        ("", None) => Ok(None),
        (user, Some(password)) => match (decoded(user), decoded(password)) {
            (Some(user), Some(password)) => Ok(Some(Credentials::new(user, password))),
            _ => Err(InvalidServer::Credentials),
        },
        _ => Err(InvalidServer::Credentials),
    }
}

/// Why the text is no mail server. It never repeats the text: a password may stand in it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum InvalidServer {
    /// User without password, password without user, or what no server takes in them.
    Credentials,
    /// No host.
    Host,
    /// No URL, or one with a path, a query or a fragment.
    Malformed,
    /// Plain, but not on this machine.
    NotLoopback,
    /// Plain without a port, or port 0.
    Port,
    /// Neither `smtp`, `smtps` nor `smtp+plain`.
    Scheme,
}

impl fmt::Display for InvalidServer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Credentials => {
                "the mail server's address needs both a user and a password, or neither"
            }
            Self::Host => "the mail server's address names no host",
            Self::Malformed => {
                "the mail server's address must look like `smtp://user:password@host:587`"
            }
            Self::NotLoopback => {
                "`smtp+plain` is only for a server on this machine, such as `smtp+plain://127.0.0.1:25`"
            }
            Self::Port => "the mail server's address names no port",
            Self::Scheme => {
                "the mail server's address must begin with `smtp://`, `smtps://` or `smtp+plain://`"
            }
        })
    }
}

impl Error for InvalidServer {}

#[cfg(test)]
mod tests;
