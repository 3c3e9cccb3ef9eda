//! The files of each site, with the headers that they need: read from the disk in a debug build, so that an edit needs
//! only a reload, and part of the program in a release build.

use std::borrow::Cow;

use axum::response::{IntoResponse, Response};
use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use http::{HeaderMap, HeaderName, HeaderValue, Method, StatusCode, header};
use rust_embed::RustEmbed;
use sha2::{Digest, Sha256};
use web::page_headers::{self, Transport};

use crate::guestbook;

#[derive(RustEmbed)]
#[folder = "../../static/guestbook"]
struct GuestbookFiles;

/// Which files a site shows.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Site {
    /// Only the script for relying parties, and the style sheet of the front page.
    Bare,
    /// The demo site.
    Guestbook,
    /// The pages of the identity provider.
    Identity,
}

/// A file and how it is to be served.
#[derive(Debug)]
pub struct Page {
    content: Cow<'static, [u8]>,
    headers: HeaderMap,
    tag: String,
}

const INCLUDE: &str = "/include.js";
const INCLUDE_OF_IDENTITY: &str = "/persona/include.js";

impl Page {
    /// The file at `path` of the site, if there is one.
    pub fn find(site: Site, path: &str) -> Option<Self> {
        let mut headers = HeaderMap::new();
        for (name, value) in page_headers::of(path, Transport::PlainLocalhost, None) {
            headers.insert(
                HeaderName::try_from(name).ok()?,
                HeaderValue::try_from(&*value).ok()?,
            );
        }
        let (media_type, content) = match source(site, path)? {
            Source::Guestbook(name) => {
                let script = site::page(INCLUDE, None)?.content;
                guestbook::page_headers(&String::from_utf8_lossy(&script), &mut headers);
                (site::media_type(name), GuestbookFiles::get(name)?.data)
            }
            Source::Identity => {
                let page = site::page(path, None)?;
                (page.media_type, Cow::Owned(page.content))
            }
        };
        headers.insert(header::CONTENT_TYPE, HeaderValue::from_static(media_type));
        let tag = URL_SAFE_NO_PAD.encode(Sha256::digest(&content));
        Some(Self {
            content,
            headers,
            tag: format!("\"{tag}\""),
        })
    }

    /// The answer to a request for it: whole, or 304 if the browser has it already.
    pub fn answer(self, method: &Method, asked: &HeaderMap) -> Response {
        if *method != Method::GET && *method != Method::HEAD {
            let allow = [(header::ALLOW, "GET, HEAD")];
            return (StatusCode::METHOD_NOT_ALLOWED, allow).into_response();
        }
        let known = asked
            .get(header::IF_NONE_MATCH)
            .and_then(|tags| tags.to_str().ok())
            .is_some_and(|tags| tags.split(',').any(|tag| tag.trim() == self.tag));
        let caching = [
            (header::CACHE_CONTROL, site::PAGES_CACHING),
            (header::ETAG, &self.tag),
        ];
        if known {
            return (StatusCode::NOT_MODIFIED, caching).into_response();
        }
        (self.headers, caching, self.content.into_owned()).into_response()
    }
}

/// Where a file of a site comes from.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Source<'a> {
    /// This name among the demo site's files.
    Guestbook(&'a str),
    /// The same path of the identity provider.
    Identity,
}

fn source(site: Site, path: &str) -> Option<Source<'_>> {
    match site {
        _ if path == INCLUDE || path == INCLUDE_OF_IDENTITY => Some(Source::Identity),
        Site::Bare if path == "/persona/style.css" || path == "/persona/pages.css" => {
            Some(Source::Identity)
        }
        Site::Bare => None,
        Site::Guestbook if path == "/" => Some(Source::Guestbook("index.html")),
        Site::Guestbook if path == "/persona/buttons.css" => Some(Source::Identity),
        Site::Guestbook => {
            let name = path.strip_prefix('/')?;
            let known = |byte: u8| byte.is_ascii_alphanumeric() || b"._-".contains(&byte);
            let is_name = name.bytes().all(known) && !name.starts_with('.');
            is_name.then_some(Source::Guestbook(name))
        }
        Site::Identity => Some(Source::Identity),
    }
}

#[cfg(test)]
mod tests {
    use http::{HeaderMap, HeaderValue, Method, StatusCode, header};

    use super::{Page, Site, Source, source};

    #[test]
    fn every_site_shows_its_own_files_and_the_script() {
        for site in [Site::Bare, Site::Guestbook, Site::Identity] {
            for path in ["/include.js", "/persona/include.js"] {
                assert_eq!(source(site, path), Some(Source::Identity));
                assert!(Page::find(site, path).is_some());
            }
        }
        let shows = |site, path| Page::find(site, path).is_some();
        let agent = "/persona/agent.html";
        assert!(shows(Site::Identity, agent));
        assert!(!shows(Site::Bare, agent));
        assert!(!shows(Site::Guestbook, agent));
        assert!(shows(Site::Guestbook, "/"));
        assert!(shows(Site::Guestbook, "/guestbook.css"));
        assert!(shows(Site::Guestbook, "/persona/buttons.css"));
        assert!(!shows(Site::Guestbook, "/persona/style.css"));
        assert!(shows(Site::Bare, "/persona/style.css"));
        assert!(!shows(Site::Bare, "/"));
        assert!(!shows(Site::Identity, "/guestbook/index.html"));
        assert!(!shows(Site::Identity, "/"));
    }

    #[test]
    fn a_path_that_leaves_the_folder_is_no_file() {
        for path in [
            "",
            "guestbook.css",
            "/../include.js",
            "/./index.html",
            "/%2e%2e/include.js",
            "/..%2finclude.js",
            "/\\index.html",
            "/.hidden",
            "/index.html\0",
            "//index.html",
            "/persona/../include.js",
        ] {
            for site in [Site::Bare, Site::Guestbook, Site::Identity] {
                assert!(Page::find(site, path).is_none(), "{path}");
            }
        }
    }

    #[test]
    fn a_page_that_the_browser_has_is_not_sent_again() {
        let page = || Page::find(Site::Identity, "/include.js").expect("it is there");
        let first = page().answer(&Method::GET, &HeaderMap::new());
        assert_eq!(first.status(), StatusCode::OK);
        let tag = first
            .headers()
            .get(header::ETAG)
            .expect("it has a tag")
            .clone();
        let again = |tag| {
            page().answer(
                &Method::GET,
                &HeaderMap::from_iter([(header::IF_NONE_MATCH, tag)]),
            )
        };
        assert_eq!(again(tag).status(), StatusCode::NOT_MODIFIED);
        assert_eq!(
            again(HeaderValue::from_static("\"other\"")).status(),
            StatusCode::OK
        );
        let posted = page().answer(&Method::POST, &HeaderMap::new());
        assert_eq!(posted.status(), StatusCode::METHOD_NOT_ALLOWED);
    }
}
