//! `_headers` and `_redirects`, which Netlify and Cloudflare Pages read.
//!
//! Cloudflare takes at most 100 rules and 2000 characters a line, and joins the headers of all rules that fit a path with
//! commas; so every path has one rule of its own, without wildcards. Both hosts know the types of the files by their
//! endings, but for the document, which has none.

use std::borrow::Cow;
use std::fmt::Write;

use site::{Api, DOCUMENT, DOCUMENT_WITH_SLASH, File};
use web::page_headers::{self, Transport};

/// The headers of every file, rule by rule.
pub fn headers(files: &[File], api: Option<&Api>) -> String {
    let mut text = String::new();
    for file in files {
        rule(&mut text, &file.path, file, api);
        // Both serve pages under their names without the ending too; Cloudflare even leads there.
        if let Some(bare) = file.path.strip_suffix(".html") {
            rule(&mut text, bare, file, api);
        }
    }
    text
}

/// The document with a final slash: an answer of its own, since verifiers follow no redirects.
pub fn redirects() -> String {
    format!("{DOCUMENT_WITH_SLASH} {DOCUMENT} 200\n")
}

/// What a file must be served with, beside its type where its ending says that.
pub fn headers_of(
    file: &File,
    api: Option<&Api>,
) -> impl Iterator<Item = (&'static str, Cow<'static, str>)> {
    let is_document = file.path == DOCUMENT;
    let media_type = is_document.then_some(("Content-Type", file.media_type.into()));
    page_headers::of(&file.path, Transport::Https, api.map(Api::origin))
        .into_iter()
        .chain([("Cache-Control", file.cache_control.into())])
        .chain(media_type)
}

fn rule(text: &mut String, path: &str, file: &File, api: Option<&Api>) {
    // Writing to a String never fails.
    let _ = writeln!(text, "{path}");
    for (name, value) in headers_of(file, api) {
        let _ = writeln!(text, "  {name}: {value}");
    }
}
