//! Every file of an identity provider, with its type and how long it may be kept.

use browserid::SupportDocument;

use crate::api::Api;
use crate::embedded;

/// Where the support document is.
pub const DOCUMENT: &str = "/.well-known/browserid";

/// The same with the final slash that some old verifiers add. A bucket keeps it as an object of its own; a folder cannot.
pub const DOCUMENT_WITH_SLASH: &str = "/.well-known/browserid/";

/// Six hours, as the specification advises: verifiers and whatever stands between ask that much less often. It is also how
/// long both keys must be published when the signing key changes (before and, longer still, after the switch), since
/// somebody may hold the document of six hours ago.
pub const DOCUMENT_MAX_AGE_S: u64 = 21_600;

const DOCUMENT_CACHING: &str = "public, max-age=21600";

/// Kept, but asked for each time whether it is still the same (`If-None-Match`): pages and their scripts carry no version
/// in their names, and a new page with an old script would be neither.
pub const PAGES_CACHING: &str = "no-cache";

/// A file as it is to be served. Its other headers: [`web::page_headers::of`] its path.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct File {
    /// `Cache-Control`.
    pub cache_control: &'static str,
    /// The bytes.
    pub content: Vec<u8>,
    /// `Content-Type`.
    pub media_type: &'static str,
    /// Where, from the root of the origin: it begins with a slash.
    pub path: String,
}

/// All files, in the order of their paths: the pages (that ask the functions at `api`, or at their own origin) and the
/// document at both of its paths.
pub fn files(document: &SupportDocument, api: Option<&Api>) -> Vec<File> {
    let pages = embedded::paths()
        .into_iter()
        .filter_map(|path| page(&path, api));
    let mut files: Vec<File> = delegation(document).into_iter().chain(pages).collect();
    files.sort_by(|one, other| one.path.cmp(&other.path));
    files
}

/// The document alone at both of its paths, which is all that a domain needs that leaves the rest to an authority.
pub fn delegation(document: &SupportDocument) -> [File; 2] {
    let content = format!("{}\n", document.to_json()).into_bytes();
    [DOCUMENT, DOCUMENT_WITH_SLASH].map(|path| File {
        cache_control: DOCUMENT_CACHING,
        content: content.clone(),
        media_type: "application/json",
        path: path.to_owned(),
    })
}

/// The page or script at a path, if there is one.
pub fn page(path: &str, api: Option<&Api>) -> Option<File> {
    let content = embedded::content(path)?;
    let media_type = media_type(path);
    let content = match api {
        Some(api) if media_type == HTML => api
            .written_into(&String::from_utf8_lossy(&content))
            .into_bytes(),
        _ => content.into_owned(),
    };
    Some(File {
        cache_control: PAGES_CACHING,
        content,
        media_type,
        path: path.to_owned(),
    })
}

const HTML: &str = "text/html; charset=utf-8";

/// The type of a file, by the ending of its name.
pub fn media_type(name: &str) -> &'static str {
    match name.rsplit_once('.').map(|(_, ending)| ending) {
        Some("css") => "text/css; charset=utf-8",
        Some("html") => HTML,
        Some("js") => "text/javascript; charset=utf-8",
        Some("json") => "application/json",
        Some("png") => "image/png",
        Some("svg") => "image/svg+xml",
        Some("txt") => "text/plain; charset=utf-8",
        _ => "application/octet-stream",
    }
}

#[cfg(test)]
mod tests {
    use browserid::{Domain, HostRule};

    use super::*;

    fn document() -> SupportDocument {
        let authority = Domain::parse("id.my.domain", HostRule::Public).expect("a domain");
        SupportDocument::Delegated { authority }
    }

    fn text(file: &File) -> &str {
        std::str::from_utf8(&file.content).expect("text")
    }

    #[test]
    fn document_stands_at_both_paths_and_is_kept_for_six_hours() {
        let files = files(&document(), None);
        for path in ["/.well-known/browserid", "/.well-known/browserid/"] {
            let mut found = files.iter().filter(|file| file.path == path);
            let file = found.next().expect(path);
            assert_eq!(found.next(), None);
            assert_eq!(text(file), "{\"authority\":\"id.my.domain\"}\n");
            assert_eq!(file.media_type, "application/json");
            assert_eq!(file.cache_control, "public, max-age=21600");
        }
        assert!(DOCUMENT_CACHING.ends_with(&DOCUMENT_MAX_AGE_S.to_string()));
    }

    #[test]
    fn pages_and_scripts_have_their_type_and_are_asked_for_again() {
        let files = files(&document(), None);
        for (path, media_type) in [
            ("/persona/agent.html", "text/html; charset=utf-8"),
            ("/persona/include.js", "text/javascript; charset=utf-8"),
            ("/persona/lib/api.js", "text/javascript; charset=utf-8"),
            ("/persona/style.css", "text/css; charset=utf-8"),
        ] {
            let file = files.iter().find(|file| file.path == path).expect(path);
            assert_eq!(file.media_type, media_type);
            assert_eq!(file.cache_control, "no-cache");
            assert!(!file.content.is_empty());
        }
        let unknown = files
            .iter()
            .find(|file| file.media_type == "application/octet-stream");
        assert_eq!(unknown, None, "every file has a type");
        assert!(files.is_sorted_by(|one, other| one.path < other.path));
        assert!(!files.iter().any(|file| file.path.contains("guestbook")));
    }

    #[test]
    fn every_page_names_the_functions_once_and_nothing_else_changes() {
        let api = Api::parse("https://api.my.domain").expect("an origin");
        let line = "  <meta name=\"selfsame-api\" content=\"https://api.my.domain\">\n";
        let plain = files(&document(), None);
        let told = files(&document(), Some(&api));
        assert_eq!(plain.len(), told.len());
        let mut pages = 0;
        for (plain, told) in plain.iter().zip(&told) {
            if plain.path.ends_with(".html") {
                let (head, body) = text(told).split_once("</head>").expect("a head");
                assert_eq!(head.matches(line).count(), 1, "{}", told.path);
                assert!(!body.contains("selfsame-api"), "{}", told.path);
                assert_eq!(text(told).replacen(line, "", 1), text(plain));
                pages += 1;
            } else {
                assert_eq!(plain, told);
            }
        }
        assert_eq!(pages, 11, "pages");
    }
}
