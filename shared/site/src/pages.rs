//! The pages and scripts of `static/`: read from the disk in a debug build, so that an edit needs only a reload, and part
//! of the program in a release build.

use std::borrow::Cow;

use rust_embed::{EmbeddedFile, RustEmbed};

#[derive(RustEmbed)]
#[folder = "../../static/persona"]
struct Persona;

/// The script for sites stands beside that folder, and beside the demo site's, which is nobody's identity provider.
const INCLUDE_JS: &[u8] = include_bytes!("../../../static/include.js");
const INCLUDE_JS_ON_DISK: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../../static/include.js");

/// Where the script for sites is on every site.
const INCLUDE: &str = "/include.js";
const INCLUDE_OF_IDENTITY: &str = "/persona/include.js";

/// The file at `path` of an identity provider, if there is one. Only names that `static/` may contain are looked for.
pub fn content(path: &str) -> Option<Cow<'static, [u8]>> {
    if path == INCLUDE || path == INCLUDE_OF_IDENTITY {
        return Some(include_js());
    }
    let name = path.strip_prefix("/persona/")?;
    let known = |byte: u8| byte.is_ascii_alphanumeric() || b"/._-".contains(&byte);
    if !name.bytes().all(known) || name.split('/').any(|part| part.starts_with('.')) {
        return None;
    }
    let EmbeddedFile { data, .. } = Persona::get(name)?;
    Some(data)
}

/// Every file of the identity provider, by its path on the site, with its content.
pub fn identity_files() -> Vec<(String, Vec<u8>)> {
    let mut paths: Vec<String> = Persona::iter()
        .map(|name| format!("/persona/{name}"))
        .chain([INCLUDE_OF_IDENTITY.to_owned()])
        .collect();
    paths.sort();
    let content = |path: String| {
        let content = content(&path)?.into_owned();
        Some((path, content))
    };
    paths.into_iter().filter_map(content).collect()
}

/// The type of a file, by the ending of its name.
pub fn media_type(name: &str) -> &'static str {
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

fn include_js() -> Cow<'static, [u8]> {
    if cfg!(debug_assertions)
        && let Ok(now) = std::fs::read(INCLUDE_JS_ON_DISK)
    {
        return Cow::Owned(now);
    }
    Cow::Borrowed(INCLUDE_JS)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_path_that_leaves_the_folder_is_no_file() {
        for path in [
            "",
            "/",
            "/persona",
            "/persona/",
            "/persona/lib",
            "persona/agent.html",
            "/persona/../include.js",
            "/persona/./agent.html",
            "/persona/lib/../agent.html",
            "/persona/%2e%2e/include.js",
            "/persona/..%2finclude.js",
            "/persona/\\agent.html",
            "/persona/.hidden",
            "/persona/agent.html\0",
            "/persona//agent.html",
            "/guestbook/index.html",
        ] {
            assert_eq!(content(path), None, "{path}");
        }
    }

    #[test]
    fn the_identity_provider_has_its_pages_and_the_script() {
        let files = identity_files();
        for path in [
            "/persona/agent.html",
            "/persona/include.js",
            "/persona/lib/api.js",
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
