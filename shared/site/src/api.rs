//! Where the functions are, when they are not at the pages' own origin.

use core::fmt;

use browserid::Origin;

/// The origin of the functions. It is written into pages and headers, so it is an origin and nothing else: no character
/// in it means anything in HTML or in a content security policy.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Api(Origin);

impl Api {
    /// `https`, or `http` on `localhost` and below `.localhost`, which browsers trust without TLS.
    pub fn parse(text: &str) -> Result<Self, InvalidApi> {
        let origin = Origin::parse(text).map_err(|_| InvalidApi)?;
        let host_of = |scheme| origin.as_str().strip_prefix(scheme).map(host);
        let is_safe = match (host_of("https://"), host_of("http://")) {
            // A policy cannot name an IPv6 address.
            (Some(host), _) => !host.starts_with('['),
            (None, Some(host)) => host == "localhost" || host.ends_with(".localhost"),
            (None, None) => false,
        };
        is_safe.then_some(Self(origin)).ok_or(InvalidApi)
    }

    /// The origin.
    pub fn origin(&self) -> &Origin {
        &self.0
    }

    /// `html` with the line in its head that `lib/api.js` looks for.
    pub(crate) fn written_into(&self, html: &str) -> String {
        let line = format!("  <meta name=\"selfsame-api\" content=\"{}\">\n", self.0);
        html.replacen(CHARSET, &format!("{CHARSET}{line}"), 1)
    }
}

/// The first line of every page's head; the browser needs it before anything else.
const CHARSET: &str = "<meta charset=\"utf-8\">\n";

fn host(authority: &str) -> &str {
    match authority.rsplit_once(':') {
        Some((host, port)) if port.bytes().all(|byte| byte.is_ascii_digit()) => host,
        _ => authority,
    }
}

/// The text is no origin at which functions can be.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub struct InvalidApi;

impl fmt::Display for InvalidApi {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("must be an https origin without a path, such as https://api.my.domain")
    }
}

impl core::error::Error for InvalidApi {}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn origin_of_functions_is_https_or_on_localhost() {
        for (text, expected) in [
            ("https://api.my.domain", "https://api.my.domain"),
            ("https://API.my.domain:443", "https://api.my.domain"),
            ("https://api.my.domain:8443", "https://api.my.domain:8443"),
            ("http://localhost:8080", "http://localhost:8080"),
            ("http://api.me.localhost", "http://api.me.localhost"),
            (
                "http://api.me.localhost:8080",
                "http://api.me.localhost:8080",
            ),
        ] {
            let api = Api::parse(text).map(|api| api.origin().as_str().to_owned());
            assert_eq!(api.as_deref(), Ok(expected), "{text}");
        }
    }

    #[test]
    fn nothing_else_gets_into_a_page() {
        for text in [
            "",
            "null",
            "*",
            "https://*",
            "https://*.my.domain",
            "api.my.domain",
            "//api.my.domain",
            "http://api.my.domain",
            "http://localhost.my.domain",
            "http://notlocalhost",
            "http://127.0.0.1:8080",
            "https://[::1]:8080",
            "ws://localhost",
            "javascript:alert(1)",
            "data:text/html,x",
            "https://api.my.domain/",
            "https://api.my.domain/path",
            "https://api.my.domain?",
            "https://user@api.my.domain",
            "https://api.my.domain https://evil.example",
            "https://api.my.domain; script-src *",
            "https://api.my.domain;script-src",
            "https://api.my.domain,https://evil.example",
            "https://api.my.domain'unsafe-inline'",
            "https://api.my.domain\"><script src=//evil.example></script>",
            "https://api.my.domain&quot;",
            "https://api.my.domain\r\nSet-Cookie: a=b",
            "https://api.my.domain\n",
            "https://api.my.domain\0",
            "https://api.my.domain:443:443",
        ] {
            assert_eq!(Api::parse(text), Err(InvalidApi), "{text:?}");
        }
    }
}
