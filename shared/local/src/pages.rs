//! The files of `static/`: read from the disk in a debug build, so that an edit needs only a reload, and part of the
//! program in a release build.

use axum::response::{IntoResponse, Response};
use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use http::{HeaderMap, HeaderName, HeaderValue, Method, StatusCode, header};
use rust_embed::{EmbeddedFile, RustEmbed};
use web::page_headers::{self, Transport};

use crate::guestbook;

#[derive(RustEmbed)]
#[folder = "../../static"]
struct Files;

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
    content: Vec<u8>,
    headers: HeaderMap,
    tag: String,
}

const INCLUDE: &str = "/include.js";
const INCLUDE_OF_IDENTITY: &str = "/persona/include.js";

impl Page {
    /// The file at `path` of the site, if there is one. Only names that `static/` may contain are looked for.
    pub fn find(site: Site, path: &str) -> Option<Self> {
        let name = file_name(site, path)?;
        let EmbeddedFile { data, metadata } = Files::get(&name)?;
        let is_guestbooks = name.starts_with("guestbook/");
        let mut headers = HeaderMap::new();
        for (name, value) in page_headers::of(path, Transport::PlainLocalhost) {
            headers.insert(
                HeaderName::try_from(name).ok()?,
                HeaderValue::from_static(value),
            );
        }
        if is_guestbooks {
            let script = Files::get("include.js")?;
            guestbook::page_headers(&String::from_utf8_lossy(&script.data), &mut headers);
        }
        headers.insert(
            header::CONTENT_TYPE,
            HeaderValue::from_static(media_type(&name)),
        );
        Some(Self {
            content: data.into_owned(),
            headers,
            tag: format!("\"{}\"", URL_SAFE_NO_PAD.encode(metadata.sha256_hash())),
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
            (header::CACHE_CONTROL, "no-cache"),
            (header::ETAG, &self.tag),
        ];
        if known {
            return (StatusCode::NOT_MODIFIED, caching).into_response();
        }
        (self.headers, caching, self.content).into_response()
    }
}

/// Every file of the identity provider, by its path on the site, with its content.
pub fn identity_files() -> Vec<(String, Vec<u8>)> {
    let mut paths: Vec<String> = Files::iter()
        .filter(|name| name.starts_with("persona/"))
        .map(|name| format!("/{name}"))
        .chain([INCLUDE_OF_IDENTITY.to_owned()])
        .collect();
    paths.sort();
    let content = |path: String| {
        let name = file_name(Site::Identity, &path)?;
        Some((path, Files::get(&name)?.data.into_owned()))
    };
    paths.into_iter().filter_map(content).collect()
}

/// Where a file of the site stands under `static/`.
fn file_name(site: Site, path: &str) -> Option<String> {
    let name = path.strip_prefix('/')?;
    let known = |byte: u8| byte.is_ascii_alphanumeric() || b"/._-".contains(&byte);
    if !name.bytes().all(known) || name.split('/').any(|part| part.starts_with('.')) {
        return None;
    }
    match site {
        _ if path == INCLUDE || path == INCLUDE_OF_IDENTITY => Some("include.js".into()),
        Site::Identity if name.starts_with("persona/") => Some(name.into()),
        Site::Guestbook if name.is_empty() => Some("guestbook/index.html".into()),
        Site::Bare if name == "persona/style.css" => Some(name.into()),
        Site::Guestbook if name == "persona/buttons.css" => Some(name.into()),
        Site::Guestbook => Some(format!("guestbook/{name}")),
        Site::Bare | Site::Identity => None,
    }
}

fn media_type(name: &str) -> &'static str {
    match name.rsplit_once('.').map(|(_, ending)| ending) {
        Some("css") => "text/css; charset=utf-8",
        Some("html") => "text/html; charset=utf-8",
        Some("js") => "text/javascript; charset=utf-8",
        Some("json") => "application/json",
        Some("png") => "image/png",
        Some("svg") => "image/svg+xml",
        _ => "application/octet-stream",
    }
}

#[cfg(test)]
mod tests {
    use http::{HeaderMap, HeaderValue, Method, StatusCode, header};

    use super::{Page, Site, file_name, identity_files};

    #[test]
    fn every_site_shows_its_own_files_and_the_script() {
        let name = |site, path| file_name(site, path);
        for site in [Site::Bare, Site::Guestbook, Site::Identity] {
            assert_eq!(name(site, "/include.js").as_deref(), Some("include.js"));
            assert_eq!(
                name(site, "/persona/include.js").as_deref(),
                Some("include.js")
            );
        }
        let agent = "/persona/agent.html";
        assert_eq!(
            name(Site::Identity, agent).as_deref(),
            Some("persona/agent.html")
        );
        assert_eq!(name(Site::Bare, agent), None);
        assert_eq!(
            name(Site::Guestbook, agent).as_deref(),
            Some("guestbook/persona/agent.html")
        );
        assert_eq!(
            name(Site::Guestbook, "/").as_deref(),
            Some("guestbook/index.html")
        );
        assert_eq!(name(Site::Identity, "/guestbook/index.html"), None);
    }

    #[test]
    fn a_path_that_leaves_the_folder_is_no_file() {
        for path in [
            "",
            "persona/agent.html",
            "/persona/../include.js",
            "/persona/./agent.html",
            "/persona/%2e%2e/include.js",
            "/persona/..%2finclude.js",
            "/persona/\\agent.html",
            "/persona/.hidden",
            "/persona/agent.html\0",
        ] {
            for site in [Site::Bare, Site::Guestbook, Site::Identity] {
                assert_eq!(file_name(site, path), None, "{path}");
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

    #[test]
    fn the_identity_provider_has_its_pages_and_the_script() {
        let files = identity_files();
        for path in [
            "/persona/agent.html",
            "/persona/include.js",
            "/persona/sign_in.html",
        ] {
            let found = files.iter().find(|(known, _)| known == path);
            assert!(
                found.is_some_and(|(_, content)| !content.is_empty()),
                "{path}"
            );
        }
    }
}
