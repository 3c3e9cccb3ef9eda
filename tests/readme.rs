//! The README tells a newcomer what to type: these very lines are run here.
#![allow(
    clippy::expect_used,
    clippy::panic,
    reason = "a test fails by panicking"
)]

use std::path::Path;
use std::process::{Command, Stdio};

use serde_json::Value;

#[allow(
    dead_code,
    reason = "shared with the suite `local`, which uses all of it"
)]
#[path = "local/http.rs"]
mod http;
#[allow(
    dead_code,
    reason = "shared with the suite `local`, which uses all of it"
)]
#[path = "local/program.rs"]
mod program;
#[allow(
    dead_code,
    reason = "shared with the suite `local`, which uses all of it"
)]
#[path = "local/serving.rs"]
mod serving;

fn readme() -> String {
    let file = Path::new(env!("CARGO_MANIFEST_DIR")).join("../README.md");
    std::fs::read_to_string(file).expect("there is a README.md")
}

#[test]
fn the_loop_in_the_readme_ends_with_a_verified_address() {
    let folder = tempfile::tempdir().expect("a folder");
    let serving = serving::Serving::start(folder.path(), &[]);
    let readme = readme();
    let (_, rest) = readme
        .split_once("<!-- loop: begin -->\n```sh\n")
        .expect("the loop begins");
    let (lines, _) = rest
        .split_once("```\n<!-- loop: end -->")
        .expect("the loop ends");
    let lines = lines.replace(":8080", &format!(":{}", serving.port()));

    let beside = program::path();
    let search = format!(
        "{}:/usr/local/bin:/usr/bin:/bin",
        beside.parent().expect("a folder").display()
    );
    let output = Command::new("bash")
        .args(["-euo", "pipefail", "-c", &lines])
        .current_dir(folder.path())
        .env_clear()
        .env("PATH", search)
        .env("link", serving.link().expect("a link on the first start"))
        .stdin(Stdio::null())
        .output()
        .expect("there is bash");
    let said = String::from_utf8_lossy(&output.stdout);
    assert!(
        output.status.success(),
        "{said}\n{}",
        String::from_utf8_lossy(&output.stderr)
    );

    let last = said
        .rfind("{\"")
        .map(|at| &said[at..])
        .expect("an answer at the end");
    let answer: Value =
        serde_json::from_str(last).unwrap_or_else(|error| panic!("{error}: {said}"));
    assert_eq!(answer["status"], "okay", "{said}");
    assert_eq!(answer["email"], "you@me.localhost");
    assert_eq!(answer["issuer"], "me.localhost");
    assert_eq!(answer["audience"], "http://rp.example");
}

#[test]
fn every_file_that_the_documents_link_to_is_there() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("..");
    for document in [
        "README.md",
        "shared/README.md",
        "tests/README.md",
        "infra/README.md",
        "static/README.md",
    ] {
        let text = std::fs::read_to_string(root.join(document)).expect(document);
        let folder = root.join(document);
        let folder = folder.parent().expect("a folder");
        for piece in text.split("](").skip(1) {
            let target = piece.split([')', '#']).next().unwrap_or_default();
            if target.is_empty() || target.contains("://") {
                continue;
            }
            assert!(folder.join(target).exists(), "{document} links to {target}");
        }
    }
}

#[test]
fn the_member_list_of_the_readme_is_signed_and_believed() {
    let folder = tempfile::tempdir().expect("a folder");
    let readme = readme();
    let (_, rest) = readme
        .split_once("<!-- federation: begin -->\n```sh\n")
        .expect("it begins");
    let (lines, _) = rest
        .split_once("```\n<!-- federation: end -->")
        .expect("it ends");
    let beside = program::path();
    let search = format!(
        "{}:/usr/local/bin:/usr/bin:/bin",
        beside.parent().expect("a folder").display()
    );
    let output = Command::new("bash")
        .args(["-euo", "pipefail", "-c", lines])
        .current_dir(folder.path())
        .env_clear()
        .env("PATH", search)
        .stderr(Stdio::inherit())
        .output()
        .expect("bash starts");
    assert!(output.status.success(), "{output:?}");
    let said: Value = serde_json::from_slice(&output.stdout).expect("JSON");
    assert_eq!(said["members"][0]["issuer"], "id.one.example");
}
