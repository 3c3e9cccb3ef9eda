//! The commands that run to an end: what they print, how they exit, how they complain.
#![expect(
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::panic,
    reason = "a helper of a test fails the test"
)]

use std::fs;
use std::path::Path;
use std::process::Output;

use serde_json::Value;

#[path = "cli/audit.rs"]
mod audit;
#[path = "cli/deployed.rs"]
mod deployed;
#[path = "cli/keys.rs"]
mod keys;
#[path = "local/program.rs"]
mod program;
#[path = "cli/rotation.rs"]
mod rotation;
#[path = "cli/vectors.rs"]
mod vectors;

use crate::program::{path, run};

fn folder() -> tempfile::TempDir {
    tempfile::tempdir().expect("a folder")
}

fn said(output: &Output) -> String {
    String::from_utf8(output.stdout.clone()).expect("text")
}

fn json(output: &Output) -> Value {
    let text = said(output);
    assert_eq!(text.lines().count(), 1, "a program reads one line: {text}");
    serde_json::from_str(&text).unwrap_or_else(|_| panic!("no JSON: {text}"))
}

/// Asserts the exit status and that one line, and nothing else, was said.
fn complaint(output: &Output, status: i32) -> String {
    let text = String::from_utf8(output.stderr.clone()).expect("text");
    assert_eq!(output.status.code(), Some(status), "{text}");
    assert_eq!(said(output), "", "{text}");
    assert_eq!(text.lines().count(), 1, "{text}");
    assert!(text.starts_with("selfsame: "), "{text}");
    text
}

#[test]
fn every_command_explains_itself() {
    let folder = folder();
    for command in [
        "",
        "serve",
        "verifier",
        "verify",
        "discover",
        "keygen",
        "support-document",
        "key-numbers",
        "user",
        "user add",
        "user link",
        "user remove",
        "user sign-out",
        "user list",
        "user owner",
        "user address",
        "user address add",
        "user address remove",
        "panic",
        "panic pull",
        "panic release",
        "panic status",
        "audit",
        "rotate",
        "site",
        "site build",
    ] {
        let words: Vec<&str> = command.split_whitespace().chain(["--help"]).collect();
        let output = run(folder.path(), &words);
        assert_eq!(output.status.code(), Some(0), "{command}");
        assert_eq!(output.stderr, b"", "{command}");
        let text = said(&output);
        let usage = format!("Usage: selfsame {command}");
        assert!(text.contains(usage.trim_end()), "{text}");
    }
    let version = run(folder.path(), &["--version"]);
    assert!(said(&version).starts_with("selfsame "));
    assert_eq!(
        fs::read_dir(folder.path()).expect("a folder").count(),
        0,
        "nothing is made"
    );
}

#[test]
fn wrong_usage_is_one_line_and_exit_status_2() {
    let folder = folder();
    for (arguments, what) in [
        (&["--nonsense"][..], "'--nonsense'"),
        (&["serve", "--nonsense"], "'--nonsense'"),
        (&["serve", "--port", "70000"], "'70000'"),
        (&["serve", "--map", "example.com"], "DOMAIN=ORIGIN"),
        (&["frobnicate"], "'frobnicate'"),
        (&["verify", "x"], "--audience"),
        (
            &[
                "verify",
                "--audience",
                "http://x.example",
                "--now",
                "noon",
                "x",
            ],
            "'noon'",
        ),
        (&["discover"], "<DOMAIN>"),
        (&["discover", "a b"], "`a b`"),
        (&["key-numbers"], "<FILE>"),
        (
            &["support-document", "--key", "a", "--spki", "b"],
            "'--spki <FILE>'",
        ),
        (
            &["user"],
            "add, link, remove, sign-out, owner, address, list",
        ),
        (&["user", "add"], "<EMAIL>"),
        (&["user", "add", "you@example.com"], "@me.localhost"),
        (&["user", "link", "nobody"], "@me.localhost"),
        (&["user", "sign-out", "nobody"], "@me.localhost"),
        (&["audit", "--rows", "x"], "--cloudtrail"),
        (&["site"], "build"),
        (&["site", "build", "--out", "x"], "--domain"),
    ] {
        let text = complaint(&run(folder.path(), arguments), 2);
        assert!(text.contains(what), "{arguments:?}: {text}");
    }
    assert_eq!(
        fs::read_dir(folder.path()).expect("a folder").count(),
        0,
        "nothing is made"
    );
}

#[test]
fn what_cannot_be_done_is_one_line_and_exit_status_1() {
    let folder = folder();
    for (arguments, what) in [
        (&["key-numbers", "absent.pem"][..], "`absent.pem`"),
        (&["user", "list"], "`.selfsame`"),
        (&["user", "remove", "you@me.localhost"], "`.selfsame`"),
        (&["user", "sign-out", "you@me.localhost"], "`.selfsame`"),
        (
            &[
                "verify",
                "--audience",
                "http://x",
                "--documents",
                "absent",
                "x",
            ],
            "`absent`",
        ),
        (
            &["discover", "example.com", "--responses", "absent"],
            "`absent`",
        ),
        (&["keygen", "--out", "no/such/folder"], "`no/such/folder`"),
    ] {
        let text = complaint(&run(folder.path(), arguments), 1);
        assert!(text.contains(what), "{arguments:?}: {text}");
    }
    assert_eq!(
        fs::read_dir(folder.path()).expect("a folder").count(),
        0,
        "nothing is made"
    );
}

#[test]
fn a_reader_that_goes_away_is_no_failure() {
    let folder = folder();
    let line = format!("'{}' --help | true", path().display());
    let output = std::process::Command::new("sh")
        .args(["-c", &format!("set -o pipefail 2>/dev/null; {line}")])
        .current_dir(folder.path())
        .output()
        .expect("there is `sh`");
    assert_eq!(output.stderr, b"");
}

/// Every file below `folder`, by its path.
fn files(folder: &Path) -> Vec<String> {
    let mut found = Vec::new();
    for entry in fs::read_dir(folder).expect("a folder") {
        let path = entry.expect("a file").path();
        if path.is_dir() {
            let inner = files(&path);
            let name = path.file_name().expect("a name").to_string_lossy();
            found.extend(inner.into_iter().map(|file| format!("{name}/{file}")));
        } else {
            let name = path.file_name().expect("a name");
            found.push(name.to_string_lossy().into_owned());
        }
    }
    found.sort();
    found
}

#[test]
fn site_build_makes_a_folder_that_is_ready_to_upload() {
    let folder = folder();
    let made = run(folder.path(), &["keygen", "--out", "key.pem"]);
    assert_eq!(made.status.code(), Some(0));
    let build = [
        "site",
        "build",
        "--domain",
        "Example.com",
        "--out",
        "out",
        "--key",
        "key.pem",
    ];
    let built = run(folder.path(), &build);
    assert_eq!(built.status.code(), Some(0), "{:?}", built);

    let out = folder.path().join("out");
    let found = files(&out);
    for file in [
        ".well-known/browserid",
        "README.txt",
        "_headers",
        "persona/account.html",
        "persona/agent.html",
        "persona/authentication_api.js",
        "persona/include.js",
        "persona/provision.html",
        "persona/provisioning_api.js",
        "persona/return.html",
        "persona/sign_in.html",
    ] {
        assert!(found.iter().any(|known| known == file), "{file}: {found:?}");
    }
    assert!(
        !found.iter().any(|file| file.contains("guestbook")),
        "{found:?}"
    );

    let document = fs::read_to_string(out.join(".well-known/browserid")).expect("it is there");
    let document: Value = serde_json::from_str(&document).expect("JSON");
    let printed = run(folder.path(), &["support-document", "--key", "key.pem"]);
    assert_eq!(document, json(&printed));

    let headers = fs::read_to_string(out.join("_headers")).expect("it is there");
    // By its own rule, or by that of the folder of parts that it is in.
    let fits = |rule: &str, path: &str| match rule.strip_suffix('*') {
        Some(folder) => path.starts_with(folder),
        None => rule == path,
    };
    let of = |path: &str| {
        let mut lines = headers.lines().skip_while(|line| !fits(line, path)).skip(1);
        let own: Vec<&str> = lines
            .by_ref()
            .take_while(|line| line.starts_with("  "))
            .collect();
        assert!(!own.is_empty(), "{path} has no headers");
        own.join("\n")
    };
    let agent = of("/persona/agent.html");
    assert!(
        agent.contains("Content-Security-Policy: default-src 'none'"),
        "{agent}"
    );
    assert!(agent.contains("Strict-Transport-Security:"), "{agent}");
    assert!(!agent.contains("Cross-Origin-Opener-Policy"), "{agent}");
    let document = of("/.well-known/browserid");
    assert!(
        document.contains("Access-Control-Allow-Origin: *"),
        "{document}"
    );
    assert!(
        document.contains("Content-Type: application/json"),
        "{document}"
    );
    for file in &found {
        if file.starts_with("persona/") {
            of(&format!("/{file}"));
        }
    }

    // Once more into the same folder is fine; into somebody else's is not.
    fs::write(out.join("index.html"), "the owner's own").expect("it is written");
    assert_eq!(run(folder.path(), &build).status.code(), Some(0));
    let kept = fs::read_to_string(out.join("index.html")).expect("it is kept");
    assert_eq!(kept, "the owner's own");
    fs::create_dir(folder.path().join("blog")).expect("it is made");
    fs::write(folder.path().join("blog/index.html"), "a blog").expect("it is written");
    let mut into_the_blog = build;
    into_the_blog[5] = "blog";
    let text = complaint(&run(folder.path(), &into_the_blog), 1);
    assert!(text.contains("`blog`"), "{text}");
    assert_eq!(files(&folder.path().join("blog")), ["index.html"]);
}
