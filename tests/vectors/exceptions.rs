//! Where our outcome differs from the reference's on purpose.

use std::collections::BTreeSet;

use serde_json::Value;

use crate::recorded;

/// The exceptions of one suite, and which of them were used.
pub struct Exceptions {
    entries: Value,
    failures: Vec<String>,
    suite: &'static str,
    used: BTreeSet<String>,
}

impl Exceptions {
    pub fn of(suite: &'static str) -> Self {
        Self {
            entries: recorded::file("exceptions.json")[suite].clone(),
            failures: Vec::new(),
            suite,
            used: BTreeSet::new(),
        }
    }

    /// `ours` is what came out: `okay …` or `failure: …`. `expected` is what the file asks for, if it asks for anything
    /// that can be asked for.
    pub fn check(&mut self, case: &str, ours: &str, expected: Option<&str>) {
        let exception = self.entries[case]["ours"].as_str();
        if exception.is_some() {
            assert!(self.used.insert(case.to_owned()), "{case} stands twice");
        }
        match (exception, expected) {
            (Some(exception), Some(expected)) if exception == expected => self.failures.push(
                format!("{case}: the exception is not needed, the reference does the same"),
            ),
            (Some(exception), _) if exception == ours => {}
            (Some(exception), _) => self.failures.push(format!(
                "{case}: {ours}\n    the exception says {exception}"
            )),
            (None, Some(expected)) if expected == ours => {}
            (None, expected) => self
                .failures
                .push(format!("{case}: {ours}\n    expected {expected:?}")),
        }
    }

    pub fn finish(self) {
        let names = self.entries.as_object().expect("a suite's exceptions");
        let unused: Vec<_> = names
            .keys()
            .filter(|name| !self.used.contains(*name))
            .collect();
        assert!(
            unused.is_empty(),
            "{}: no such cases: {unused:?}",
            self.suite
        );
        assert!(
            self.failures.is_empty(),
            "{}: {} cases differ\n{}",
            self.suite,
            self.failures.len(),
            self.failures.join("\n")
        );
    }
}
