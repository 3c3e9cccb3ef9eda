//! What is uploaded for a domain: `selfsame site build` and the crate behind it.
#![expect(
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::panic,
    reason = "a helper of a test fails the test"
)]

#[path = "site/delegation.rs"]
mod delegation;
#[path = "site/document.rs"]
mod document;
#[path = "site/functions_elsewhere.rs"]
mod functions_elsewhere;
#[path = "site/hosts.rs"]
mod hosts;
#[path = "site/nginx.rs"]
mod nginx;
#[path = "local/program.rs"]
mod program;

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;
use std::process::Output;

use crate::program::run;

/// A built folder, thrown away with this.
struct Built {
    folder: tempfile::TempDir,
}

impl Built {
    /// `selfsame site build --domain my.domain --out out --key key.pem` and more.
    fn new(more: &[&str]) -> Self {
        let folder = tempfile::tempdir().expect("a folder");
        make_key(folder.path(), "key.pem");
        let built = build(folder.path(), &[&["--key", "key.pem"], more].concat());
        assert_eq!(built.status.code(), Some(0), "{built:?}");
        Self { folder }
    }

    fn out(&self) -> std::path::PathBuf {
        self.folder.path().join("out")
    }

    fn bytes(&self, path: &str) -> Vec<u8> {
        let file = self.out().join(path.trim_start_matches('/'));
        fs::read(&file).unwrap_or_else(|error| panic!("{path}: {error}"))
    }

    fn text(&self, path: &str) -> String {
        String::from_utf8(self.bytes(path)).expect("text")
    }

    /// The paths of all files.
    fn paths(&self) -> Vec<String> {
        let mut paths = Vec::new();
        collect(&self.out(), "", &mut paths);
        paths.sort();
        paths
    }

    /// Of those that visitors and verifiers ask for.
    fn served(&self) -> Vec<String> {
        let mut paths = self.paths();
        paths.retain(|path| path.starts_with("/persona/") || path.starts_with("/.well-known/"));
        paths
    }
}

fn collect(folder: &Path, above: &str, paths: &mut Vec<String>) {
    for entry in fs::read_dir(folder).expect("a folder") {
        let entry = entry.expect("an entry").path();
        let name = entry.file_name().expect("a name").to_string_lossy();
        let path = format!("{above}/{name}");
        if entry.is_dir() {
            collect(&entry, &path, paths);
        } else {
            paths.push(path);
        }
    }
}

fn make_key(folder: &Path, name: &str) {
    let made = run(folder, &["keygen", "--out", name]);
    assert_eq!(made.status.code(), Some(0), "{made:?}");
}

fn build(folder: &Path, more: &[&str]) -> Output {
    let always = ["site", "build", "--domain", "my.domain", "--out", "out"];
    run(folder, &[&always, more].concat())
}

/// Fails unless the program said one line of complaint and made nothing.
fn refused(folder: &Path, more: &[&str]) -> String {
    let output = build(folder, more);
    let text = String::from_utf8(output.stderr.clone()).expect("text");
    assert_ne!(output.status.code(), Some(0), "{more:?}");
    assert_eq!(text.lines().count(), 1, "{text}");
    assert!(!folder.join("out").exists(), "{more:?} made something");
    text
}

/// Header names in lower case with their values.
type Headers = BTreeMap<String, String>;

/// What a file must be served with, beside its type.
fn expected(path: &str, api: Option<&str>) -> Headers {
    let api = api.map(|api| browserid::Origin::parse(api).expect("an origin"));
    let caching = match path.starts_with("/.well-known/") {
        true => "public, max-age=21600",
        false => "no-cache",
    };
    web::page_headers::of(path, web::page_headers::Transport::Https, api.as_ref())
        .into_iter()
        .map(|(name, value)| (name.to_lowercase(), value.into_owned()))
        .chain([("cache-control".to_owned(), caching.to_owned())])
        .collect()
}
