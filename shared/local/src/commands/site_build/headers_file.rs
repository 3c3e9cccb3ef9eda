//! `_headers` and `_redirects`, which Netlify and Cloudflare Pages read.
//!
//! Cloudflare takes at most 100 rules and 2000 characters a line, and joins the headers of all rules that fit a path with
//! commas; so exactly one rule fits each path: its own, or that of the folder of parts that it is in (`/persona/lang/*`),
//! where no page is. Both hosts know the types of the files by their endings, but for the document, which has none.

use std::borrow::Cow;
use std::collections::BTreeSet;
use std::fmt::Write;

use site::{Api, DOCUMENT, DOCUMENT_WITH_SLASH, File};
use web::page_headers::{self, Transport};

/// The headers of every file, rule by rule.
pub fn headers(files: &[File], api: Option<&Api>) -> String {
    let mut text = String::new();
    let mut folders = BTreeSet::new();
    for file in files {
        if let Some(folder) = folder_of_parts(&file.path) {
            if folders.insert(folder) {
                rule(&mut text, &format!("{folder}*"), file, api);
            }
            continue;
        }
        rule(&mut text, &file.path, file, api);
        // Both serve pages under their names without the ending too; Cloudflare even leads there.
        if let Some(bare) = file.path.strip_suffix(".html") {
            rule(&mut text, bare, file, api);
        }
    }
    text
}

/// `/persona/lang/` of `/persona/lang/de/agent.js`: all of it are parts of pages, which have the same headers.
fn folder_of_parts(path: &str) -> Option<&str> {
    let inside = path.strip_prefix("/persona/")?;
    let length = inside.find('/')?;
    path.get(..path.len() - inside.len() + length + 1)
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
