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
pub(crate) fn content(path: &str) -> Option<Cow<'static, [u8]>> {
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

/// The path of every file, in order.
pub(crate) fn paths() -> Vec<String> {
    let mut paths: Vec<String> = Persona::iter()
        .map(|name| format!("/persona/{name}"))
        .chain([INCLUDE_OF_IDENTITY.to_owned()])
        .collect();
    paths.sort();
    paths
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
    fn every_path_has_a_file() {
        let paths = paths();
        for path in [
            "/persona/agent.html",
            "/persona/include.js",
            "/persona/lib/api.js",
            "/persona/sign_in.html",
        ] {
            assert!(paths.iter().any(|known| known == path), "{path}");
        }
        for path in paths {
            let content = content(&path).unwrap_or_default();
            assert!(!content.is_empty(), "{path}");
        }
    }
}
