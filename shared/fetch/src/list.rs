//! A federation's member list, at an https URL.

use std::fmt;
use std::time::Duration;

use async_trait::async_trait;
use browserid::{Answer, Domain, HostRule, MAX_LIST_BYTES};
use hyper::Uri;
use service::ports::{MemberLists, PortError};

use crate::exchange::Get;
use crate::{Https, Limits};

/// The list at one URL, by the rules of support documents: the same TLS, the same addresses, no redirect followed. The media
/// type does not count; whoever named the URL knows what is there.
pub struct HttpsList {
    get: Get,
    https: Https,
}

impl HttpsList {
    /// At most [`MAX_LIST_BYTES`] of body, 2 s to the end of the headers, 3 s in all: where no list is held yet, somebody
    /// waits for it.
    pub const LIMITS: Limits = Limits {
        body: MAX_LIST_BYTES,
        headers: Duration::from_secs(2),
        whole: Duration::from_secs(3),
    };

    /// `https` reads it, with [limits](Self::LIMITS) of its own. `hosts` says which hosts may stand in `url`.
    pub fn new(url: &str, hosts: HostRule, https: Https) -> Result<Self, InvalidListUrl> {
        Ok(Self {
            get: parse(url, hosts).ok_or(InvalidListUrl)?,
            https,
        })
    }
}

fn parse(url: &str, hosts: HostRule) -> Option<Get> {
    // A fragment is nobody's business but a browser's; the URI type drops it silently.
    if url.contains('#') || !url.bytes().all(|byte| byte.is_ascii_graphic()) {
        return None;
    }
    let uri: Uri = url.parse().ok()?;
    let authority = uri.authority()?.as_str().to_ascii_lowercase();
    let host = Domain::parse(&authority, hosts).ok()?;
    let is_https = uri.scheme_str() == Some("https");
    is_https.then(|| Get {
        host,
        target: uri
            .path_and_query()
            .map_or("/", |target| target.as_str())
            .to_owned(),
    })
}

#[async_trait]
impl MemberLists for HttpsList {
    async fn read(&self) -> Result<Vec<u8>, PortError> {
        let trouble = |why: String| PortError::new("reading the member list", why);
        match self.https.converse(&self.get, 0).await {
            Ok(fetched) => match fetched.answer {
                Answer::Response {
                    status: 200, body, ..
                } => Ok(body),
                Answer::Response { status, .. } => Err(trouble(format!("status {status}"))),
                Answer::Unreachable(why) => Err(trouble(format!("{why:?}"))),
            },
            Err(why) => Err(trouble(format!("{why:?}"))),
        }
    }
}

/// The text is no https URL of a host that may be asked.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct InvalidListUrl;

impl fmt::Display for InvalidListUrl {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("not an https URL")
    }
}

impl std::error::Error for InvalidListUrl {}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_url_is_a_host_and_what_to_ask_it() {
        let read = |url: &str| {
            let get = parse(url, HostRule::Public)?;
            Some((get.host.to_string(), get.target))
        };
        let here = |target: &str| Some(("fed.example".to_owned(), target.to_owned()));
        assert_eq!(
            read("https://fed.example/a/list.jws?v=1"),
            here("/a/list.jws?v=1")
        );
        assert_eq!(read("https://FED.example"), here("/"));
        for wrong in [
            "",
            "fed.example/list",
            "http://fed.example/list",
            "https://me@fed.example/list",
            "https://fed.example/list#part",
            "https://fed.example:8443/list",
            "https://127.0.0.1/list",
            "https:///list",
            "https://fed.example/a b",
            "file:///etc/passwd",
        ] {
            assert_eq!(read(wrong), None, "{wrong}");
        }
        assert!(parse("https://127.0.0.1:8443/list", HostRule::Insecure).is_some());
    }
}
