//! Who may use whom in the workspace.

use std::collections::{BTreeMap, BTreeSet};

use super::{items, metadata, text};

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
    ("passkey-bench", &["browserid", "service", "webauthn"]),
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
