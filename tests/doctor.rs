//! The doctor: a test identity provider that is broken in each way, and exactly that is found.
#![allow(
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::panic,
    reason = "what helps a test fails as loudly as the test"
)]

#[path = "doctor/cases.rs"]
mod cases;
#[path = "doctor/certificates.rs"]
mod certificates;
#[path = "doctor/command.rs"]
mod command;
#[path = "doctor/delegations.rs"]
mod delegations;
#[path = "doctor/functions.rs"]
mod functions;
#[path = "doctor/idp.rs"]
mod idp;
#[path = "doctor/network.rs"]
mod network;
#[path = "local/program.rs"]
mod program;
#[path = "doctor/served.rs"]
mod served;
#[path = "doctor/table.rs"]
mod table;

use doctor::{Observation, Report, Severity};

/// What was found, in the order of the table: `id`, or `id at host` where that is not the domain itself.
fn found(report: &Report) -> Vec<String> {
    let name = |finding: &doctor::Finding| match finding.host == report.domain {
        true => finding.id.to_owned(),
        false => format!("{} at {}", finding.id, finding.host),
    };
    let mut found: Vec<String> = report.findings.iter().map(name).collect();
    found.sort();
    found
}

/// Without the notes.
fn faults(report: &Report) -> Vec<&'static str> {
    let faults = report
        .findings
        .iter()
        .filter(|finding| finding.severity != Severity::Note);
    faults.map(|finding| finding.id).collect()
}

fn examine(seen: &Observation) -> Report {
    doctor::examine(seen)
}
