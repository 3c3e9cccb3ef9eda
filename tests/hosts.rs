//! What `infra/HOSTS.md` says of each kind of host, tried: the very files, on a server that behaves like the host (nginx,
//! Apache and PHP themselves), asked by `selfsame discover`.
#![expect(
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::panic,
    reason = "a helper of a test fails the test"
)]

#[path = "hosts/apache.rs"]
mod apache;
#[path = "hosts/buckets.rs"]
mod buckets;
#[path = "hosts/chains.rs"]
mod chains;
#[path = "hosts/guide.rs"]
mod guide;
#[path = "hosts/nginx.rs"]
mod nginx;
#[path = "hosts/pages.rs"]
mod pages;
#[path = "local/program.rs"]
mod program;
#[path = "hosts/server.rs"]
mod server;
#[path = "hosts/wordpress.rs"]
mod wordpress;

use std::fs;
use std::path::{Path, PathBuf};

use serde_json::Value;

use crate::program::run;
use crate::server::{Reply, Server, ask};

/// As in the guide.
const DOMAIN: &str = "family.example";
const AUTHORITY: &str = "id.example";
const DOCUMENT: &str = "/.well-known/browserid";

/// The folder of the guide, and an identity provider that it names.
struct Scene {
    authority: Server,
    folder: tempfile::TempDir,
}

/// What `selfsame discover family.example` says.
#[derive(Debug)]
struct Said {
    json: Value,
    hint: String,
}

impl Scene {
    fn new() -> Self {
        let folder = tempfile::tempdir().expect("a folder");
        let build = |arguments: &[&str]| {
            let built = run(folder.path(), &[&["site", "build"], arguments].concat());
            assert_eq!(built.status.code(), Some(0), "{built:?}");
        };
        let made = run(folder.path(), &["keygen", "--out", "key.pem"]);
        assert_eq!(made.status.code(), Some(0), "{made:?}");
        build(&["--domain", AUTHORITY, "--key", "key.pem", "--out", "id"]);
        build(&["--domain", DOMAIN, "--authority", AUTHORITY, "--out", "out"]);
        let whole = fs::read(folder.path().join("id").join(&DOCUMENT[1..])).expect("a document");
        let authority = Server::start(move |asked| match &*asked.path {
            DOCUMENT => Reply::new(200, "application/json", whole.clone()),
            _ => Reply::text(404, "no"),
        });
        Self { authority, folder }
    }

    fn out(&self) -> PathBuf {
        self.folder.path().join("out")
    }

    fn text(&self, path: &str) -> String {
        fs::read_to_string(self.out().join(path)).unwrap_or_else(|error| panic!("{path}: {error}"))
    }

    /// Copies some of the built files, named by their paths, into a new folder, as somebody uploads them.
    fn uploaded(&self, paths: &[&str]) -> tempfile::TempDir {
        let to = tempfile::tempdir().expect("a folder");
        for path in paths {
            put(to.path(), path, self.text(path).as_bytes());
        }
        to
    }

    /// Asks with the domain at `port` of this machine, under the name that its `Host` shall be.
    fn discover(&self, host: &str, port: u16) -> Said {
        let output = run(
            self.folder.path(),
            &[
                "discover",
                DOMAIN,
                "--map",
                &format!("{DOMAIN}=http://{host}:{port}"),
                "--map",
                &format!("{AUTHORITY}=http://127.0.0.1:{}", self.authority.port()),
            ],
        );
        let json = serde_json::from_slice(&output.stdout).expect("JSON");
        Said {
            json,
            hint: String::from_utf8(output.stderr).expect("text"),
        }
    }
}

impl Said {
    #[track_caller]
    fn is_found(&self) {
        assert_eq!(self.json["status"], "okay", "{self:?}");
        assert_eq!(self.json["authority"], AUTHORITY, "{self:?}");
        assert_eq!(self.json["chain"], serde_json::json!([DOMAIN, AUTHORITY]));
        assert_eq!(self.hint, "");
    }

    /// With this code, and these words for the owner.
    #[track_caller]
    fn is_refused(&self, code: &str, hints: &[&str]) {
        assert_eq!(self.json["status"], "failure", "{self:?}");
        assert_eq!(self.json["code"], code, "{self:?}");
        assert_eq!(self.hint.lines().count(), 1, "{self:?}");
        for hint in hints {
            assert!(self.hint.contains(hint), "{self:?}");
        }
    }
}

/// What the browser of a visitor needs beside: it asks from a page without an origin.
#[track_caller]
fn pages_may_read(host: &str, port: u16) {
    let answer = ask(host, port, DOCUMENT, &[("Origin", "null")]);
    assert_eq!(answer.status, 200);
    assert_eq!(
        answer.header("access-control-allow-origin"),
        Some("*"),
        "{answer:?}"
    );
}

/// The same document with a final slash, and no redirect.
#[track_caller]
fn slash_is_answered(host: &str, port: u16) {
    let answer = ask(host, port, &format!("{DOCUMENT}/"), &[]);
    let without = ask(host, port, DOCUMENT, &[]);
    assert_eq!((answer.status, &answer.body), (200, &without.body));
}

fn put(folder: &Path, path: &str, content: &[u8]) {
    let file = folder.join(path);
    fs::create_dir_all(file.parent().expect("a folder")).expect("it is made");
    fs::write(file, content).expect("it is written");
}
