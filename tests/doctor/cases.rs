//! Recorded observations with what they mean. The page's script is held to the same cases (`tests/static/doctor.test.js`),
//! as far as a page can see.

use std::fs;
use std::path::{Path, PathBuf};

use doctor::{Observation, SUBJECTS};
use serde::Deserialize;
use serde_json::Value;

use crate::{examine, found};

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Case {
    /// Members of the document of the first host; null takes one out.
    #[serde(default)]
    document: Value,
    findings: Vec<String>,
    name: String,
    /// JSON pointers into the healthy observation, and what stands there instead.
    #[serde(default)]
    set: Vec<(String, Value)>,
}

fn folder() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("doctor/cases")
}

fn read(name: &str) -> String {
    fs::read_to_string(folder().join(name)).expect("a file")
}

fn cases() -> Vec<Case> {
    let mut cases = Vec::new();
    for entry in fs::read_dir(folder()).expect("a folder") {
        let name = entry
            .expect("a file")
            .file_name()
            .into_string()
            .expect("a name");
        if name != "healthy.json" {
            let read: Vec<Case> = serde_json::from_str(&read(&name))
                .unwrap_or_else(|error| panic!("{name}: {error}"));
            cases.extend(read);
        }
    }
    cases
}

fn observation(case: &Case) -> Observation {
    let mut seen: Value = serde_json::from_str(&read("healthy.json")).expect("JSON");
    if let Some(members) = case.document.as_object() {
        let body = seen["hosts"][0]["document"]["body"]
            .as_str()
            .expect("a body");
        let mut document: Value = serde_json::from_str(body).expect("JSON");
        for (name, value) in members {
            document[name] = value.clone();
        }
        document
            .as_object_mut()
            .expect("an object")
            .retain(|_, value| !value.is_null());
        for which in ["document", "without_query", "with_slash"] {
            seen["hosts"][0][which]["body"] = Value::String(document.to_string());
        }
    }
    for (pointer, value) in &case.set {
        let (parent, name) = pointer.rsplit_once('/').expect("a pointer");
        let parent = seen
            .pointer_mut(parent)
            .unwrap_or_else(|| panic!("{}: {pointer}", case.name));
        match parent {
            Value::Array(list) => list[name.parse::<usize>().expect("a number")] = value.clone(),
            _ => parent[name] = value.clone(),
        }
    }
    serde_json::from_value(seen).unwrap_or_else(|error| panic!("{}: {error}", case.name))
}

#[test]
fn every_recorded_case_means_what_it_says() {
    for case in cases() {
        let mut expected = case.findings.clone();
        expected.sort();
        assert_eq!(
            found(&examine(&observation(&case))),
            expected,
            "{}",
            case.name
        );
    }
}

/// What is looked for has been found at least once, in a recorded case or over the network.
#[test]
fn every_check_is_shown_by_a_test() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("doctor");
    let mut shown: String = cases()
        .iter()
        .flat_map(|case| case.findings.clone())
        .map(|id| format!("\"{id}\""))
        .collect();
    for name in [
        "served",
        "delegations",
        "network",
        "functions",
        "certificates",
    ] {
        shown.push_str(&fs::read_to_string(folder.join(format!("{name}.rs"))).expect("a file"));
    }
    let unshown: Vec<_> = SUBJECTS
        .iter()
        .flat_map(|subject| subject.checks)
        .filter(|check| !shown.contains(&format!("\"{}\"", check.id)))
        .map(|check| check.id)
        .collect();
    assert_eq!(unshown, [""; 0]);
}
