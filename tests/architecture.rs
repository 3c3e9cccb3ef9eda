//! The shape of the workspace, asserted: a wrong edge is a security bug here, because the function that may sign must
//! not contain what talks to strangers, and `cargo run` must not compile a cloud SDK.
#![allow(
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::panic,
    reason = "a test fails by panicking"
)]

#[path = "architecture/edges.rs"]
mod edges;
#[path = "architecture/licences.rs"]
mod licences;
#[path = "architecture/sources.rs"]
mod sources;

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};
use std::process::Command;

use serde_json::Value;

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR"))
        .parent()
        .expect("tests/ has a parent")
        .to_path_buf()
}

fn metadata() -> Value {
    let output = Command::new(env!("CARGO"))
        .args([
            "metadata",
            "--format-version=1",
            "--locked",
            "--offline",
            "--filter-platform=x86_64-unknown-linux-gnu",
        ])
        .current_dir(root())
        .output()
        .expect("cargo metadata starts");
    assert!(
        output.status.success(),
        "{}",
        String::from_utf8_lossy(&output.stderr)
    );
    serde_json::from_slice(&output.stdout).expect("cargo metadata prints JSON")
}

fn text(value: &Value) -> &str {
    value.as_str().unwrap_or_default()
}

fn items(value: &Value) -> impl Iterator<Item = &Value> {
    value.as_array().into_iter().flatten()
}

/// The packages that a build of `package` compiles into it, as cargo resolves features (`None`: the whole workspace with
/// its tests and build scripts).
fn tree(package: Option<&str>) -> BTreeSet<String> {
    let mut command = Command::new(env!("CARGO"));
    command
        .args([
            "tree",
            "--locked",
            "--offline",
            "--prefix=none",
            "--format={p}",
        ])
        .current_dir(root());
    match package {
        Some(package) => command.args(["--edges=normal", "--package", package]),
        None => command.args(["--edges=normal,build,dev", "--workspace"]),
    };
    let output = command.output().expect("cargo tree starts");
    assert!(
        output.status.success(),
        "{}",
        String::from_utf8_lossy(&output.stderr)
    );
    let names = String::from_utf8(output.stdout).expect("cargo tree prints text");
    names
        .lines()
        .filter_map(|line| line.split(' ').next())
        .map(str::to_owned)
        .collect()
}

#[test]
fn cargo_run_compiles_no_aws_crate() {
    let tree = tree(Some("local"));
    assert!(tree.contains("redb"), "the tree is read: {tree:?}");
    let aws: Vec<_> = tree
        .iter()
        .filter(|name| {
            (name.starts_with("aws-") || name.starts_with("aws_") || name.starts_with("lambda"))
                && !name.starts_with("aws-lc-")
        })
        .collect();
    assert!(aws.is_empty(), "`cargo run` would compile {aws:?}");
}

#[test]
fn no_function_contains_the_local_store_or_the_local_adapters() {
    for function in [
        "certifier",
        "fallback",
        "panic",
        "sign",
        "sign-in",
        "verify",
    ] {
        let tree = tree(Some(function));
        assert!(tree.contains("lambda_http"), "the tree is read: {tree:?}");
        for forbidden in ["redb", "local", "clap", "lettre", "rust-embed"] {
            assert!(!tree.contains(forbidden), "{function} contains {forbidden}");
        }
    }
}

#[test]
fn only_functions_with_a_permission_contain_what_uses_it() {
    let clients = [
        "aws-sdk-dynamodb",
        "aws-sdk-kms",
        "aws-sdk-s3",
        "aws-sdk-sesv2",
    ];
    for (function, allowed) in [
        ("certifier", &["aws-sdk-dynamodb", "aws-sdk-kms"][..]),
        (
            "fallback",
            &["aws-sdk-dynamodb", "aws-sdk-kms", "aws-sdk-sesv2"],
        ),
        // The panic switch writes into the published document; whom it concerns is told by mail.
        (
            "owner",
            &["aws-sdk-dynamodb", "aws-sdk-s3", "aws-sdk-sesv2"],
        ),
        (
            "panic",
            &["aws-sdk-dynamodb", "aws-sdk-s3", "aws-sdk-sesv2"],
        ),
        ("publish", &["aws-sdk-kms", "aws-sdk-s3"]),
        ("sign", &["aws-sdk-dynamodb", "aws-sdk-kms"]),
        ("sign-in", &["aws-sdk-dynamodb", "aws-sdk-sesv2"]),
        ("verify", &[]),
    ] {
        let tree = tree(Some(function));
        let contained: Vec<_> = clients.into_iter().filter(|c| tree.contains(*c)).collect();
        assert_eq!(contained, allowed, "{function}");
    }
}

#[test]
fn the_functions_that_sign_contain_nothing_that_fetches_from_strangers() {
    for function in [
        "certifier",
        "fallback",
        "owner",
        "panic",
        "publish",
        "sign",
        "sign-in",
    ] {
        let tree = tree(Some(function));
        assert!(
            tree.contains("lambda_runtime"),
            "the tree is read: {tree:?}"
        );
        for forbidden in ["fetch", "webpki-roots", "reqwest", "ureq"] {
            assert!(!tree.contains(forbidden), "{function} contains {forbidden}");
        }
    }
}

#[test]
fn the_protocol_core_has_no_runtime_no_http_and_no_log() {
    let tree = tree(Some("browserid"));
    assert!(tree.contains("aws-lc-rs"), "the tree is read: {tree:?}");
    for forbidden in [
        "tokio",
        "hyper",
        "http",
        "axum",
        "tracing",
        "log",
        "redb",
        "mio",
        "socket2",
        "async-trait",
    ] {
        assert!(!tree.contains(forbidden), "browserid contains {forbidden}");
    }
}

#[test]
fn there_is_one_crypto_provider() {
    let used = tree(None);
    assert!(used.contains("aws-lc-rs"));
    for other in ["ring", "openssl", "openssl-sys", "boring"] {
        assert!(!used.contains(other), "{other} is compiled too");
    }
}
