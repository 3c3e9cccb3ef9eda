//! The shape of the workspace, asserted: a wrong edge is a security bug here, because the function that may sign must
//! not contain what talks to strangers, and `cargo run` must not compile a cloud SDK.
#![allow(
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::panic,
    reason = "a test fails by panicking"
)]

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};
use std::process::Command;

use serde_json::Value;

/// Who may use whom inside the workspace; everything else is an error.
const EDGES: &[(&str, &[&str])] = &[
    ("aws", &[]),
    ("browserid", &[]),
    (
        "certifier",
        &[
            "aws",
            "browserid",
            "dynamodb",
            "kms",
            "lambda",
            "service",
            "web",
        ],
    ),
    ("doctor", &["browserid"]),
    ("dynamodb", &["aws", "browserid", "service"]),
    (
        "fallback",
        &[
            "aws",
            "browserid",
            "dynamodb",
            "kms",
            "lambda",
            "service",
            "ses",
            "web",
            "webauthn",
            "wsapi",
        ],
    ),
    ("fetch", &["browserid", "service"]),
    ("kms", &["aws", "browserid", "service"]),
    ("lambda", &["browserid", "service", "web"]),
    (
        "local",
        &[
            "browserid",
            "doctor",
            "fetch",
            "service",
            "site",
            "smtp",
            "web",
            "webauthn",
        ],
    ),
    (
        "owner",
        &[
            "aws",
            "browserid",
            "dynamodb",
            "lambda",
            "s3",
            "service",
            "ses",
            "webauthn",
        ],
    ),
    (
        "panic",
        &[
            "aws",
            "browserid",
            "dynamodb",
            "lambda",
            "s3",
            "service",
            "ses",
            "web",
            "webauthn",
        ],
    ),
    (
        "publish",
        &["aws", "browserid", "kms", "lambda", "s3", "site"],
    ),
    ("s3", &["aws", "browserid", "service"]),
    ("service", &["browserid"]),
    ("ses", &["aws", "browserid", "service"]),
    (
        "sign",
        &[
            "aws",
            "browserid",
            "dynamodb",
            "kms",
            "lambda",
            "service",
            "web",
        ],
    ),
    (
        "sign-in",
        &[
            "aws",
            "browserid",
            "dynamodb",
            "lambda",
            "service",
            "ses",
            "web",
            "webauthn",
        ],
    ),
    ("site", &["browserid", "web"]),
    ("smtp", &["browserid", "service"]),
    (
        "tests",
        &[
            "aws",
            "browserid",
            "doctor",
            "dynamodb",
            "fetch",
            "kms",
            "lambda",
            "local",
            "s3",
            "service",
            "ses",
            "site",
            "smtp",
            "web",
            "webauthn",
            "wsapi",
        ],
    ),
    (
        "verify",
        &["browserid", "fetch", "lambda", "service", "web"],
    ),
    ("verifier-bench", &["browserid", "service", "web"]),
    ("web", &["browserid", "service"]),
    ("webauthn", &["browserid", "service"]),
    ("wsapi", &["aws", "browserid", "service"]),
];

const LICENCES: &[&str] = &[
    "(Apache-2.0 OR MIT) AND BSD-3-Clause",
    "(MIT OR Apache-2.0) AND Unicode-3.0",
    "0BSD",
    "Apache-2.0",
    "Apache-2.0 / MIT",
    "Apache-2.0/MIT",
    "Apache-2.0 AND ISC",
    "Apache-2.0 OR BSL-1.0",
    "Apache-2.0 OR ISC OR MIT",
    "Apache-2.0 OR MIT",
    "Apache-2.0 WITH LLVM-exception OR Apache-2.0 OR MIT",
    "BSD-2-Clause OR Apache-2.0 OR MIT",
    "BSD-3-Clause",
    "CC0-1.0 OR MIT-0 OR Apache-2.0",
    "CDLA-Permissive-2.0",
    "ISC",
    "ISC AND (Apache-2.0 OR ISC)",
    "ISC AND (Apache-2.0 OR ISC) AND Apache-2.0 AND MIT AND BSD-3-Clause AND (Apache-2.0 OR ISC OR MIT) AND (Apache-2.0 OR ISC OR MIT-0)",
    "MIT",
    "MIT AND BSD-3-Clause",
    "MIT OR Apache-2.0",
    "MIT OR Apache-2.0 OR LGPL-2.1-or-later",
    "MIT/Apache-2.0",
    "Unicode-3.0",
    "Unlicense OR MIT",
    "Unlicense/MIT",
    "Zlib",
    "Zlib OR Apache-2.0 OR MIT",
];

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

fn files(folder: &Path, ending: &str) -> Vec<PathBuf> {
    let mut found = Vec::new();
    for entry in std::fs::read_dir(folder).unwrap_or_else(|e| panic!("{}: {e}", folder.display())) {
        let path = entry.expect("a readable folder").path();
        if path.is_dir() {
            if !["target", "node_modules", ".venv"]
                .iter()
                .any(|skip| path.ends_with(skip))
            {
                found.extend(files(&path, ending));
            }
        } else if path.to_string_lossy().ends_with(ending) {
            found.push(path);
        }
    }
    found.sort();
    found
}

fn read(path: &Path) -> String {
    std::fs::read_to_string(path).unwrap_or_else(|e| panic!("{}: {e}", path.display()))
}

#[test]
fn the_crates_use_each_other_only_along_the_allowed_edges() {
    let metadata = metadata();
    let members: BTreeSet<&str> = items(&metadata["workspace_members"]).map(text).collect();
    let ours: BTreeMap<&str, BTreeSet<&str>> = items(&metadata["packages"])
        .filter(|p| members.contains(text(&p["id"])))
        .map(|p| {
            let uses = items(&p["dependencies"])
                .filter(|d| !d["path"].is_null())
                .map(|d| text(&d["name"]));
            (text(&p["name"]), uses.collect())
        })
        .collect();
    let allowed: BTreeMap<&str, BTreeSet<&str>> = EDGES
        .iter()
        .map(|(name, uses)| (*name, uses.iter().copied().collect()))
        .collect();
    assert_eq!(
        ours.keys().collect::<Vec<_>>(),
        allowed.keys().collect::<Vec<_>>(),
        "a new crate needs its line in EDGES"
    );
    for (name, uses) in &ours {
        let forbidden: Vec<_> = uses.difference(&allowed[name]).collect();
        assert!(forbidden.is_empty(), "{name} must not use {forbidden:?}");
    }
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
fn the_protocol_core_reads_no_clock_no_chance_and_no_environment() {
    for file in files(&root().join("shared/browserid/src"), ".rs") {
        let source = read(&file);
        let product = source.split("#[cfg(test)]").next().unwrap_or_default();
        for forbidden in [
            "SystemTime",
            "Instant",
            "OsRng",
            "thread_rng",
            "getrandom",
            "std::env",
            "std::fs",
            "std::net",
        ] {
            assert!(
                !product.contains(forbidden),
                "{}: {forbidden}",
                file.display()
            );
        }
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

#[test]
fn functions_are_wiring_only() {
    for file in files(&root().join("functions"), ".rs") {
        let lines = read(&file).lines().count();
        assert!(lines <= 80, "{} has {lines} lines", file.display());
    }
    for function in [
        "certifier",
        "fallback",
        "panic",
        "sign",
        "sign-in",
        "verify",
    ] {
        let main = root().join("functions").join(function).join("src/main.rs");
        let lines = read(&main).lines().count();
        assert!(lines <= 60, "{} has {lines} lines", main.display());
    }
}

#[test]
fn insecure_switches_stand_only_in_the_local_product() {
    for folder in [
        "functions",
        "shared/aws",
        "shared/browserid",
        "shared/fetch",
        "shared/lambda",
        "shared/service",
        "shared/ses",
        "shared/wsapi",
    ] {
        for file in files(&root().join(folder), ".rs") {
            let source = read(&file);
            for forbidden in ["\"INSECURE_SSL\"", "dangerous()", "plain_localhost("] {
                assert!(
                    !source.contains(forbidden),
                    "{}: {forbidden}",
                    file.display()
                );
            }
        }
    }
}

#[test]
fn every_licence_is_a_permitted_one() {
    let metadata = metadata();
    for package in items(&metadata["packages"]) {
        let licence = text(&package["license"]);
        assert!(
            LICENCES.contains(&licence),
            "{}: {licence:?}",
            text(&package["name"])
        );
    }
}

#[test]
fn every_shared_crate_says_what_it_is() {
    for entry in std::fs::read_dir(root().join("shared")).expect("shared/ is there") {
        let path = entry.expect("a readable folder").path();
        if path.is_dir() {
            assert!(
                path.join("README.md").is_file(),
                "{} has no README.md",
                path.display()
            );
        }
    }
}

#[test]
fn source_files_are_small() {
    for folder in ["functions", "shared", "static"] {
        for ending in [".rs", ".js", ".css"] {
            let ours = |file: &PathBuf| !file.components().any(|part| part.as_os_str() == "vendor");
            for file in files(&root().join(folder), ending).into_iter().filter(ours) {
                let limit = if file.ends_with("static/include.js") {
                    1_200
                } else {
                    400
                };
                let lines = read(&file).lines().count();
                assert!(
                    lines <= limit,
                    "{} has {lines} lines: is it one idea?",
                    file.display()
                );
            }
        }
    }
}
