//! `rows.md` names every case and lesson of the protocol reference once, and what it names exists.

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

use serde_json::Value;

/// Prefix and last number of each series of the reference.
const SERIES: [(&str, usize); 11] = [
    ("B", 32),
    ("K", 30),
    ("T", 15),
    ("A", 20),
    ("I", 30),
    ("L", 35),
    ("H", 18),
    ("C", 7),
    ("S", 7),
    ("W", 6),
    ("V", 60),
];

#[test]
fn every_case_and_lesson_has_one_row_and_what_shows_it_exists() {
    let sources = Sources::read();
    let mut rows = BTreeMap::new();
    let mut faults = Vec::new();
    for (id, shown_by) in rows_of(include_str!("rows.md")) {
        if shown_by.is_empty() {
            faults.push(format!("{id} is shown by nothing"));
        }
        for name in &shown_by {
            if !sources.has(name) {
                faults.push(format!("{id}: there is no `{name}`"));
            }
        }
        if rows.insert(id.clone(), shown_by).is_some() {
            faults.push(format!("{id} stands twice"));
        }
    }
    let expected: BTreeSet<_> = SERIES
        .into_iter()
        .flat_map(|(prefix, last)| (1..=last).map(move |number| format!("{prefix}{number}")))
        .collect();
    let present: BTreeSet<_> = rows.keys().cloned().collect();
    for id in expected.symmetric_difference(&present) {
        faults.push(format!("{id} is missing, or not one of the reference's"));
    }
    assert!(
        faults.is_empty(),
        "{} faults\n{}",
        faults.len(),
        faults.join("\n")
    );
}

#[test]
fn tests_of_this_suite_are_named_in_the_table() {
    let table = include_str!("rows.md");
    let named: BTreeSet<_> = rows_of(table)
        .into_iter()
        .flat_map(|(_, names)| names)
        .collect();
    let folder = root().join("tests/protocol");
    let mut own = BTreeSet::new();
    tests_of(&folder, &mut own);
    own.retain(|name| !tests_in(include_str!("table.rs")).contains(name));
    let unnamed: Vec<_> = own.difference(&named).collect();
    assert!(
        own.len() > 50 && unnamed.is_empty(),
        "no row names {unnamed:?}"
    );
}

/// Id and what stands in backquotes in the last cell, or as `D` and a number.
fn rows_of(table: &str) -> Vec<(String, Vec<String>)> {
    let mut rows = Vec::new();
    for line in table
        .lines()
        .filter(|line| line.starts_with("| ") && !line.starts_with("| id"))
    {
        let cells: Vec<_> = line.trim_matches('|').split(" | ").map(str::trim).collect();
        let &[id, what, shown_by] = cells.as_slice() else {
            panic!("three cells: {line}");
        };
        assert!(!what.is_empty(), "{line}");
        let mut names: Vec<String> = shown_by
            .split('`')
            .skip(1)
            .step_by(2)
            .map(str::to_owned)
            .collect();
        let words = shown_by
            .split('`')
            .step_by(2)
            .flat_map(|text| text.split([',', ' ', ';']));
        names.extend(words.filter(|word| is_divergence(word)).map(str::to_owned));
        rows.push((id.to_owned(), names));
    }
    rows
}

fn is_divergence(word: &str) -> bool {
    word.strip_prefix('D').is_some_and(|number| {
        !number.is_empty() && number.bytes().all(|byte| byte.is_ascii_digit())
    })
}

/// What can be named: `a_rust_test`, `synthetic: a recorded case`, `folder/file.mjs: a title`, D5.
struct Sources {
    cases: BTreeMap<&'static str, BTreeSet<String>>,
    divergences: String,
    tests: BTreeSet<String>,
}

impl Sources {
    fn read() -> Self {
        let mut tests = BTreeSet::new();
        for folder in ["tests", "shared", "functions"] {
            tests_of(&root().join(folder), &mut tests);
        }
        let cases = ["synthetic", "lookup"].map(|name| {
            let text = text(&root().join(format!("tests/vectors/{name}.json")));
            let file: Value = serde_json::from_str(&text).expect("JSON");
            let cases = file["cases"].as_array().expect("cases").iter();
            let names = cases.map(|case| case["name"].as_str().expect("a name").to_owned());
            (name, names.collect())
        });
        Self {
            cases: cases.into(),
            divergences: text(&root().join("shared/DIVERGENCES.md")),
            tests,
        }
    }

    fn has(&self, name: &str) -> bool {
        match name.split_once(": ") {
            None if is_divergence(name) => self.divergences.contains(&format!("\n| {name} |")),
            None => self.tests.contains(name),
            Some((file, title)) => match self.cases.get(file) {
                Some(cases) => cases.contains(title),
                None => {
                    let source = std::fs::read_to_string(root().join("tests").join(file));
                    let source = source.unwrap_or_default();
                    let escaped = title.replace('\'', "\\'");
                    let quoted = [
                        format!("'{escaped}'"),
                        format!("`{title}`"),
                        format!("def {title}("),
                    ];
                    quoted.iter().any(|quoted| source.contains(quoted))
                }
            },
        }
    }
}

fn tests_of(folder: &Path, names: &mut BTreeSet<String>) {
    const NOT_OURS: [&str; 3] = ["node_modules", ".venv", "target"];
    for entry in std::fs::read_dir(folder).expect("a folder") {
        let path = entry.expect("an entry").path();
        if path.is_dir() && !NOT_OURS.iter().any(|name| path.ends_with(name)) {
            tests_of(&path, names);
        } else if path.extension().is_some_and(|extension| extension == "rs") {
            names.extend(tests_in(&text(&path)));
        }
    }
}

/// Functions with an attribute that makes tests of them.
fn tests_in(source: &str) -> BTreeSet<String> {
    let mut names = BTreeSet::new();
    let mut is_test = false;
    for line in source.lines().map(str::trim) {
        if line.starts_with("#[test]") || line.starts_with("#[tokio::test") {
            is_test = true;
        } else if !line.starts_with("#[") && !line.starts_with("//") && is_test {
            is_test = false;
            let name = line
                .strip_prefix("async ")
                .unwrap_or(line)
                .strip_prefix("fn ");
            names.extend(name.and_then(|rest| Some(rest.split_once('(')?.0.to_owned())));
        }
    }
    names
}

fn text(path: &Path) -> String {
    std::fs::read_to_string(path).unwrap_or_else(|error| panic!("{}: {error}", path.display()))
}

fn root() -> PathBuf {
    let tests = PathBuf::from(env!("CARGO_MANIFEST_DIR"));
    tests.parent().expect("the repository").to_owned()
}
