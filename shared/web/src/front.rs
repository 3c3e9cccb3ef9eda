//! What stands between the Internet and a function, and what of its words is believed.
//!
//! This is where the name of a header of CloudFront stands, and not in the crate that knows Lambda: the header may be
//! believed only after the secret, and a refusal leaves through the same envelope as every other answer.

use std::net::IpAddr;
use std::sync::Arc;

use aws_lc_rs::constant_time::verify_slices_are_equal;
use axum::Router;
use axum::extract::{Request, State};
use axum::middleware::{Next, from_fn_with_state};
use axum::response::Response;
use http::{HeaderMap, HeaderName};

use crate::guard::only;
use crate::problem::{Kind, Problem};
use crate::source::Source;

/// The header by which the front shows that it is ours.
pub const ORIGIN_SECRET: HeaderName = HeaderName::from_static("x-origin-secret");

/// `ADDRESS:PORT` of the visitor, set by CloudFront whatever the visitor sent.
const VIEWER_ADDRESS: HeaderName = HeaderName::from_static("cloudfront-viewer-address");

/// Who hands the requests over.
#[derive(Clone)]
pub enum Front {
    /// A CloudFront distribution of ours that knows the secret. Requests that went round it are refused; the visitor's
    /// address is what it says.
    Behind(Arc<OriginSecret>),
    /// Nobody whose headers count: the source is what the one who runs the router saw.
    Direct,
}

/// What only our own front knows.
pub struct OriginSecret(Box<str>);

impl OriginSecret {
    /// The fewest characters; a UUID has 36.
    pub const MIN_LENGTH: usize = 16;

    /// Visible ASCII, as a header can carry it.
    pub fn new(text: String) -> Option<Self> {
        let is_sendable = text.bytes().all(|byte| byte.is_ascii_graphic());
        (is_sendable && text.len() >= Self::MIN_LENGTH).then(|| Self(text.into_boxed_str()))
    }

    /// Takes the same time wherever the first difference is.
    fn is_shown_in(&self, headers: &HeaderMap) -> bool {
        only(headers, &ORIGIN_SECRET).is_some_and(|shown| {
            verify_slices_are_equal(shown.as_bytes(), self.0.as_bytes()).is_ok()
        })
    }
}

impl Front {
    /// Lets only what it handed over through to `router`, and names the source.
    pub(crate) fn before(self, router: Router) -> Router {
        match self {
            Self::Behind(secret) => router.layer(from_fn_with_state(secret, admit)),
            Self::Direct => router,
        }
    }
}

async fn admit(
    State(secret): State<Arc<OriginSecret>>,
    mut request: Request,
    next: Next,
) -> Result<Response, Problem> {
    if !secret.is_shown_in(request.headers()) {
        return Err(Kind::WrongFront.into());
    }
    // It has done its work: nothing behind here can repeat it.
    request.headers_mut().remove(ORIGIN_SECRET);
    let source = viewer(request.headers()).map_or_else(Source::unknown, Source::of);
    request.extensions_mut().insert(source);
    Ok(next.run(request).await)
}

/// The visitor's address. IPv6 addresses come without brackets, so the port is what follows the last colon; brackets are
/// read too, as everything else that writes address and port sets them.
fn viewer(headers: &HeaderMap) -> Option<IpAddr> {
    let text = only(headers, &VIEWER_ADDRESS)?.to_str().ok()?;
    let (address, port) = text.rsplit_once(':')?;
    let _: u16 = port.parse().ok()?;
    let bare = address
        .strip_prefix('[')
        .and_then(|rest| rest.strip_suffix(']'));
    bare.unwrap_or(address).parse().ok()
}

#[cfg(test)]
mod tests {
    use http::HeaderValue;

    use super::*;

    fn address(values: &[&str]) -> Option<String> {
        let mut headers = HeaderMap::new();
        for value in values {
            headers.append(
                VIEWER_ADDRESS,
                HeaderValue::from_str(value).expect("a header"),
            );
        }
        viewer(&headers).map(|address| address.to_string())
    }

    #[test]
    fn viewer_is_named_with_his_port() {
        for (text, expected) in [
            ("192.0.2.7:46532", "192.0.2.7"),
            ("2001:db8::1:46532", "2001:db8::1"),
            ("2001:db8:1:2:3:4:5:6:443", "2001:db8:1:2:3:4:5:6"),
            ("[2001:db8::1]:46532", "2001:db8::1"),
            ("::ffff:192.0.2.7:1", "::ffff:192.0.2.7"),
        ] {
            assert_eq!(address(&[text]).as_deref(), Some(expected), "{text}");
        }
    }

    #[test]
    fn viewer_that_is_named_in_any_other_way_is_nobody() {
        for text in [
            "",
            "192.0.2.7",
            "192.0.2.7:",
            "192.0.2.7:port",
            "192.0.2.7:65536",
            "192.0.2.7, 192.0.2.8:1",
            "192.0.2.7:1, 192.0.2.8:2",
            "[2001:db8::1]",
            "[2001:db8::1:1",
            "[[2001:db8::1]]:1",
            "my.domain:443",
            "2001:db8:1:2:3:4:5:6",
        ] {
            assert_eq!(address(&[text]), None, "{text}");
        }
        assert_eq!(address(&[]), None);
        assert_eq!(address(&["192.0.2.7:1", "192.0.2.7:1"]), None);
    }

    #[test]
    fn secret_is_long_and_can_be_sent() {
        let is_one = |text: &str| OriginSecret::new(text.to_owned()).is_some();
        assert!(is_one("51af3dc0-da77-11e4-872e-1234567db123"));
        assert!(is_one(&"x".repeat(OriginSecret::MIN_LENGTH)));
        for text in [
            "",
            "x",
            &"x".repeat(OriginSecret::MIN_LENGTH - 1),
            "has a blank, is long",
            "has a\nline end in it",
            "längerundlängerundlänger",
        ] {
            assert!(!is_one(text), "{text}");
        }
    }
}
