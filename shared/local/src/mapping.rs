//! `--map DOMAIN=ORIGIN`: the counterpart of Persona's `SHIMMED_PRIMARIES`.

use browserid::{Domain, HostRule};
use http::Uri;

use crate::hosts;

/// A domain whose support document is looked up somewhere else.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Mapping {
    /// The domain in addresses and certificates.
    pub domain: Domain,
    /// Where its document is.
    pub target: Target,
}

/// An http or https origin.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Target {
    /// Over plain HTTP, on any machine that the owner names.
    Http {
        /// Name or address.
        host: String,
        /// Port.
        port: u16,
    },
    /// Over HTTPS, as strictly as everything else.
    Https(Domain),
}

impl Mapping {
    /// Where `domain` is mapped to; of two mappings of one domain, the last one counts.
    pub fn of<'a>(domain: &Domain, maps: &'a [Self]) -> Option<&'a Target> {
        let mapping = maps.iter().rev().find(|mapping| mapping.domain == *domain);
        mapping.map(|mapping| &mapping.target)
    }

    /// Reads `DOMAIN=ORIGIN`.
    pub fn parse(text: &str) -> Result<Self, String> {
        let (domain, origin) = text
            .split_once('=')
            .ok_or("write DOMAIN=ORIGIN, such as example.com=http://127.0.0.1:9000")?;
        let domain = Domain::parse(&domain.to_lowercase(), HostRule::Recorded)
            .map_err(|_| format!("`{domain}` is no domain"))?;
        let target = Target::parse(origin).ok_or_else(|| {
            format!("`{origin}` is no origin: write http://HOST:PORT or https://HOST")
        })?;
        Ok(Self { domain, target })
    }
}

impl Target {
    /// As a browser writes it.
    pub fn origin(&self) -> String {
        match self {
            Self::Http { host, port } => hosts::origin(host, *port),
            Self::Https(domain) => format!("https://{domain}"),
        }
    }

    fn parse(origin: &str) -> Option<Self> {
        let uri: Uri = origin.parse().ok()?;
        let authority = uri.authority()?;
        if uri.path_and_query().is_some_and(|path| path != "/") || authority.as_str().contains('@')
        {
            return None;
        }
        let host = authority.host().to_lowercase();
        match uri.scheme_str()? {
            "http" => Some(Self::Http {
                host,
                port: authority.port_u16().unwrap_or(80),
            }),
            "https" => Domain::parse(&authority.as_str().to_lowercase(), HostRule::Insecure)
                .ok()
                .map(Self::Https),
            _ => None,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::{Mapping, Target};

    #[test]
    fn a_domain_is_mapped_to_a_plain_or_a_secure_origin() {
        let plain =
            Mapping::parse("Example.com=http://127.0.0.1:9000").expect("it is well written");
        assert_eq!(plain.domain.as_str(), "example.com");
        let host = "127.0.0.1".to_owned();
        assert_eq!(plain.target, Target::Http { host, port: 9000 });
        assert_eq!(plain.target.origin(), "http://127.0.0.1:9000");
        let secure =
            Mapping::parse("example.com=https://id.example.net/").expect("it is well written");
        assert!(
            matches!(secure.target, Target::Https(domain) if domain.as_str() == "id.example.net")
        );
    }

    #[test]
    fn anything_but_a_domain_and_an_origin_is_refused() {
        for text in [
            "",
            "example.com",
            "=http://127.0.0.1",
            "example.com=",
            "example.com=127.0.0.1:80",
            "example.com=ftp://127.0.0.1",
            "example.com=http://a@127.0.0.1",
            "example.com=http://127.0.0.1/path",
            "example.com=http://127.0.0.1/?query",
        ] {
            Mapping::parse(text).expect_err(text);
        }
    }
}
