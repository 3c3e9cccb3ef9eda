//! Every fuzz target over its corpus, as an ordinary test.

#![allow(
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::panic,
    reason = "a test fails loudly"
)]

use tests::oracle;

#[path = "fuzz/checks.rs"]
mod checks;

use std::path::{Path, PathBuf};

fn corpus() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("fuzz/corpus")
}

fn run(target: &str, check: fn(&[u8]), at_least: usize) {
    let folder = corpus().join(target);
    let mut count = 0;
    for entry in std::fs::read_dir(&folder).expect("a corpus") {
        let path = entry.expect("a file").path();
        check(&std::fs::read(&path).expect("bytes"));
        count += 1;
    }
    assert!(count >= at_least, "{target}: {count} files");
}

#[test]
fn the_bundles_of_the_corpus_keep_the_rules() {
    run("bundle", checks::bundle, 6);
}

#[test]
fn the_encodings_of_the_corpus_keep_the_rules() {
    run("encoding", checks::encoding, 4);
}

#[test]
fn the_keys_of_the_corpus_keep_the_rules() {
    run("key", checks::key, 5);
}

#[test]
fn the_names_of_the_corpus_keep_the_rules() {
    run("names", checks::names, 8);
}

#[test]
fn the_support_documents_of_the_corpus_keep_the_rules() {
    run("support_document", checks::support_document, 4);
}

#[test]
fn the_requests_of_the_corpus_keep_the_rules() {
    run("request", checks::request, 14);
}

#[test]
fn the_answers_of_passkeys_in_the_corpus_keep_the_rules() {
    run("passkeys", checks::passkeys, 10);
}

#[test]
fn the_good_answers_of_passkeys_in_the_corpus_are_taken_for_what_they_are() {
    // Otherwise the checks on a success would never have been made.
    for (name, expected) in [
        ("made_es256", (true, false)),
        ("made_eddsa", (true, false)),
        ("made_rs256", (true, false)),
        ("json_made", (true, false)),
        ("used", (false, true)),
        ("used_with_more", (false, true)),
        ("json_used", (false, true)),
        ("used_unverified", (false, false)),
        ("used_elsewhere", (false, false)),
        ("not_json", (false, false)),
    ] {
        let path = corpus().join("passkeys").join(name);
        let taken = checks::taken(&std::fs::read(path).expect("bytes"));
        assert_eq!(taken, expected, "{name}");
    }
}

#[test]
fn the_good_requests_of_the_corpus_are_okay() {
    // Otherwise the checks on a success would never have been made.
    for name in ["v1_form", "v1_json", "v1_query", "v2", "v2_explained"] {
        let path = corpus().join("request").join(name);
        let answer = checks::answered(&std::fs::read(path).expect("bytes"));
        let (status, body) = answer.expect("a request");
        assert_eq!(status, 200, "{name}: {body}");
        assert!(body.starts_with(r#"{"audience":"#), "{name}: {body}");
    }
}
