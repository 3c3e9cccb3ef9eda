//! The table of divergences and the exceptions name each other.

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

use crate::recorded;

#[test]
fn every_exception_stands_in_the_table_and_every_row_says_what_shows_it() {
    let rows = rows();
    assert!(rows.len() >= 30, "{} rows", rows.len());
    let excepted = ids_of_exceptions();
    for id in &excepted {
        assert!(rows.contains_key(id), "{id} has no row");
    }
    let tests = names_of_tests();
    for (id, shown_by) in &rows {
        assert!(!shown_by.is_empty(), "{id} is shown by nothing");
        assert_eq!(
            shown_by.contains(&"exceptions.json".to_owned()),
            excepted.contains(id),
            "{id} and exceptions.json"
        );
        for name in shown_by.iter().filter(|name| *name != "exceptions.json") {
            assert!(
                tests.contains(name) || root().join(name).exists(),
                "{id}: there is no `{name}`"
            );
        }
    }
}

/// id → the names in backquotes in its last column.
fn rows() -> BTreeMap<String, Vec<String>> {
    let table = std::fs::read_to_string(root().join("shared/DIVERGENCES.md")).expect("the table");
    let mut rows = BTreeMap::new();
    for line in table.lines().filter(|line| line.starts_with("| D")) {
        let cells: Vec<_> = line.trim_matches('|').split(" | ").map(str::trim).collect();
        assert_eq!(cells.len(), 5, "{line}");
        let shown_by = cells[4].split('`').skip(1).step_by(2).map(str::to_owned);
        let before = rows.insert(cells[0].to_owned(), shown_by.collect());
        assert_eq!(before, None, "{} stands twice", cells[0]);
    }
    rows
}

fn ids_of_exceptions() -> BTreeSet<String> {
    let suites = recorded::file("exceptions.json");
    let suites = suites.as_object().expect("suites");
    let entries = suites
        .values()
        .flat_map(|suite| suite.as_object().expect("exceptions").values());
    entries
        .map(|entry| entry["divergence"].as_str().expect("an id").to_owned())
        .collect()
}

/// Of this package and of the crates.
fn names_of_tests() -> BTreeSet<String> {
    let mut names = BTreeSet::new();
    for folder in ["tests", "shared"] {
        collect_names(&root().join(folder), &mut names);
    }
    names
}

fn collect_names(folder: &Path, names: &mut BTreeSet<String>) {
    for entry in std::fs::read_dir(folder).expect("a folder") {
        let path = entry.expect("an entry").path();
        let is_ours = !path.ends_with("node_modules") && !path.ends_with(".venv");
        if path.is_dir() && is_ours {
            collect_names(&path, names);
        } else if path.extension().is_some_and(|extension| extension == "rs") {
            let source = std::fs::read_to_string(&path).expect("a source file");
            let functions = source.lines().map(|line| line.trim()).filter_map(|line| {
                line.strip_prefix("async ")
                    .unwrap_or(line)
                    .strip_prefix("fn ")
            });
            names.extend(functions.filter_map(|rest| Some(rest.split_once('(')?.0.to_owned())));
        }
    }
}

fn root() -> PathBuf {
    let tests = PathBuf::from(env!("CARGO_MANIFEST_DIR"));
    tests.parent().expect("the repository").to_owned()
}
