//! What was found.

use serde::Serialize;

use crate::check::{Check, Severity, Subject};
use crate::remedies::Host;

/// Something that is wrong, or worth knowing.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Finding {
    /// The check's stable name.
    pub id: &'static str,
    /// How bad it is.
    pub severity: Severity,
    /// At which host: the domain itself, or one that it delegates to.
    pub host: String,
    /// What is wrong.
    pub what: &'static str,
    /// What was seen.
    pub seen: String,
    /// Why it matters.
    pub why: &'static str,
    /// How to mend it anywhere.
    pub fix: &'static str,
    /// How to mend it where the domain is hosted, if that was said and makes a difference.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub fix_on_host: Option<&'static str>,
}

/// What could not be looked at.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Unseen {
    /// Which checks.
    pub subject: &'static str,
    /// At which host.
    pub host: String,
    /// Why not.
    pub because: String,
}

/// What it comes to.
#[derive(Clone, Copy, Debug, Eq, PartialEq, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Outcome {
    /// No error.
    Fine,
    /// At least one.
    Errors,
    /// Not even the first question could be asked, and that is not known to be the domain's doing.
    Unexamined,
}

/// How many.
#[derive(Clone, Copy, Debug, Default, PartialEq, Serialize)]
pub struct Counts {
    /// Checks that found nothing.
    pub fine: usize,
    /// Errors.
    pub errors: usize,
    /// Warnings.
    pub warnings: usize,
    /// Notes.
    pub notes: usize,
}

/// What an examination found. Members stand in this order in `--json`.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Report {
    /// What was examined.
    pub domain: String,
    /// What it comes to.
    pub outcome: Outcome,
    /// From the domain along the delegations, as far as they could be followed.
    pub chain: Vec<String>,
    /// How many.
    pub counts: Counts,
    /// Errors first, then warnings, then notes; within these in the order of the table.
    pub findings: Vec<Finding>,
    /// What was not looked at, and why.
    pub not_looked_at: Vec<Unseen>,
    /// The checks that found nothing.
    pub fine: Vec<&'static str>,
}

impl Report {
    /// The same with instructions for where the domain is hosted.
    #[must_use]
    pub fn for_host(mut self, host: Host, table: &[&'static Subject]) -> Self {
        let checks = || table.iter().flat_map(|subject| subject.checks);
        for finding in &mut self.findings {
            let check = checks().find(|check| check.id == finding.id);
            finding.fix_on_host = check
                .and_then(|check| check.remedy)
                .map(|remedy| remedy.on(host));
        }
        self
    }
}

/// Collects findings. A check that fires twice at one host is one finding with both pieces of evidence.
#[derive(Debug, Default)]
pub(crate) struct Findings {
    found: Vec<(&'static Check, Finding)>,
    is_unexamined: bool,
    looked: Vec<&'static Subject>,
    unseen: Vec<Unseen>,
}

impl Findings {
    pub(crate) fn add(&mut self, check: &'static Check, host: &str, seen: impl Into<String>) {
        let seen = seen.into();
        let known =
            |(_, finding): &&mut (_, Finding)| finding.id == check.id && finding.host == host;
        match self.found.iter_mut().find(known) {
            Some((_, finding)) => {
                if !finding.seen.split("; ").any(|known| known == seen) {
                    finding.seen = format!("{}; {seen}", finding.seen);
                }
            }
            None => {
                let finding = Finding {
                    id: check.id,
                    severity: check.severity,
                    host: host.to_owned(),
                    what: check.what,
                    seen,
                    why: check.why,
                    fix: check.fix,
                    fix_on_host: None,
                };
                self.found.push((check, finding));
            }
        }
    }

    /// These were looked at.
    pub(crate) fn look(&mut self, subject: &'static Subject) {
        if !self.looked.iter().any(|known| known.name == subject.name) {
            self.looked.push(subject);
        }
    }

    /// These were not.
    pub(crate) fn not_seen(&mut self, subject: &'static Subject, host: &str, because: &str) {
        self.unseen.push(Unseen {
            subject: subject.name,
            host: host.to_owned(),
            because: because.to_owned(),
        });
    }

    /// The domain was not examined at all.
    pub(crate) fn give_up(&mut self) {
        self.is_unexamined = true;
    }

    pub(crate) fn into_report(self, domain: &str, chain: Vec<String>) -> Report {
        let found = |check: &&&Check| self.found.iter().any(|(known, _)| known.id == check.id);
        let fine: Vec<_> = self
            .looked
            .iter()
            .flat_map(|subject| subject.checks)
            .filter(|check| !found(check))
            .map(|check| check.id)
            .collect();
        let mut findings: Vec<_> = self.found.into_iter().map(|(_, finding)| finding).collect();
        findings.sort_by_key(|finding| finding.severity);
        let count = |severity| {
            findings
                .iter()
                .filter(|one| one.severity == severity)
                .count()
        };
        let counts = Counts {
            fine: fine.len(),
            errors: count(Severity::Error),
            warnings: count(Severity::Warning),
            notes: count(Severity::Note),
        };
        Report {
            domain: domain.to_owned(),
            outcome: match counts.errors {
                _ if self.is_unexamined => Outcome::Unexamined,
                0 => Outcome::Fine,
                _ => Outcome::Errors,
            },
            chain,
            counts,
            findings,
            not_looked_at: self.unseen,
            fine,
        }
    }
}
