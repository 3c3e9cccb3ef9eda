//! What may stand in the sources, and how much of it.

use std::path::{Path, PathBuf};

use super::root;

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
