//! Which site answers: decided by the `Host` header, which is read strictly.
//!
//! A page elsewhere on the web can make its own name resolve to 127.0.0.1 (DNS rebinding); its requests carry
//! its own name in `Host`, and get nothing but a 421 here.

use std::collections::BTreeMap;
use std::sync::Arc;

use axum::Router;
use axum::body::Body;
use axum::extract::{Request, State};
use axum::response::{IntoResponse, Response};
use http::{HeaderMap, StatusCode, Uri, header};

use crate::hand_over::hand_over;

/// The personal domain; addresses end in it.
pub const IDENTITY: &str = "me.localhost";
/// Vouches for people whose own domain does not.
pub const FALLBACK: &str = "fallback.localhost";
/// The demo site.
pub const GUESTBOOK: &str = "guestbook.localhost";
/// The verifier.
pub const VERIFIER: &str = "verifier.localhost";
/// The verifier too, for programs that resolve no `.localhost` names.
pub const LOOPBACK: &str = "127.0.0.1";
/// The page that says what is where.
pub const FRONT: &str = "localhost";

/// The origin of one of the names above.
pub fn origin(host: &str, port: u16) -> String {
    if port == 80 {
        format!("http://{host}")
    } else {
        format!("http://{host}:{port}")
    }
}

/// A router for each site.
#[derive(Clone, Debug)]
pub struct Sites {
    /// `fallback.localhost`
    pub fallback: Router,
    /// Domains below `.localhost` that leave everything to `me.localhost`.
    pub delegating: BTreeMap<String, Router>,
    /// `localhost`
    pub front: Router,
    /// `guestbook.localhost`
    pub guestbook: Router,
    /// `me.localhost`
    pub identity: Router,
    /// The port they all answer on.
    pub port: u16,
    /// `verifier.localhost` and `127.0.0.1`
    pub verifier: Router,
}

impl Sites {
    /// One router that hands each request to the site its `Host` names.
    pub fn router(self) -> Router {
        Router::new().fallback(dispatch).with_state(Arc::new(self))
    }

    fn site(&self, host: &str) -> Option<&Router> {
        match host {
            FALLBACK => Some(&self.fallback),
            FRONT => Some(&self.front),
            GUESTBOOK => Some(&self.guestbook),
            IDENTITY => Some(&self.identity),
            LOOPBACK | VERIFIER => Some(&self.verifier),
            name => self.delegating.get(name),
        }
    }
}

async fn dispatch(State(sites): State<Arc<Sites>>, request: Request) -> Response {
    let site =
        host(request.headers(), request.uri(), sites.port).and_then(|host| sites.site(&host));
    match site {
        Some(site) => hand_over(site.clone(), request).await,
        None => nobody_here(sites.port),
    }
}

/// The name asked for, in lower case, if there is exactly one `Host`, with our port, and the request line names no other.
pub fn host(headers: &HeaderMap, uri: &Uri, port: u16) -> Option<String> {
    let mut hosts = headers.get_all(header::HOST).iter();
    let host = hosts.next()?.to_str().ok()?.to_ascii_lowercase();
    if hosts.next().is_some() {
        return None;
    }
    if let Some(authority) = uri.authority()
        && authority.as_str().to_ascii_lowercase() != host
    {
        return None;
    }
    match host.strip_suffix(&format!(":{port}")) {
        Some(name) => Some(name.to_owned()),
        None if port == 80 && !host.contains(':') => Some(host),
        None => None,
    }
}

fn nobody_here(port: u16) -> Response {
    let text = format!(
        "Nothing answers under this name. Here are:\n{}\n{}\n{}\n{}\n",
        origin(IDENTITY, port),
        origin(GUESTBOOK, port),
        origin(FALLBACK, port),
        origin(VERIFIER, port),
    );
    let headers = [
        (header::CONTENT_TYPE, "text/plain; charset=utf-8"),
        (header::CACHE_CONTROL, "no-store"),
        (header::X_CONTENT_TYPE_OPTIONS, "nosniff"),
    ];
    (StatusCode::MISDIRECTED_REQUEST, headers, Body::from(text)).into_response()
}

#[cfg(test)]
mod tests {
    use http::{HeaderMap, HeaderValue, Uri, header};

    use super::{host, origin};

    fn read(values: &[&str], uri: &str, port: u16) -> Option<String> {
        let mut headers = HeaderMap::new();
        for value in values {
            headers.append(
                header::HOST,
                HeaderValue::from_str(value).expect("a header"),
            );
        }
        host(&headers, &uri.parse::<Uri>().expect("a target"), port)
    }

    #[test]
    fn a_host_is_its_name_with_our_port() {
        assert_eq!(
            read(&["me.localhost:8080"], "/", 8080).as_deref(),
            Some("me.localhost")
        );
        assert_eq!(
            read(&["Me.LocalHost:8080"], "/", 8080).as_deref(),
            Some("me.localhost")
        );
        assert_eq!(
            read(&["me.localhost"], "/", 80).as_deref(),
            Some("me.localhost")
        );
        let same = read(&["me.localhost:8080"], "http://me.localhost:8080/x", 8080);
        assert_eq!(same.as_deref(), Some("me.localhost"));
    }

    #[test]
    fn any_other_host_is_nobody() {
        for values in [
            &[][..],
            &[""],
            &["me.localhost"],
            &["me.localhost:"],
            &["me.localhost:8081"],
            &["me.localhost:08080"],
            &["me.localhost:8080", "me.localhost:8080"],
        ] {
            assert_eq!(read(values, "/", 8080), None, "{values:?}");
        }
        let other = read(&["me.localhost:8080"], "http://evil.example/", 8080);
        assert_eq!(other, None);
    }

    #[test]
    fn the_default_port_stays_out_of_an_origin() {
        assert_eq!(origin("me.localhost", 80), "http://me.localhost");
        assert_eq!(origin("me.localhost", 8080), "http://me.localhost:8080");
    }
}
