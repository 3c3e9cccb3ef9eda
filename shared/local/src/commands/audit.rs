//! `selfsame audit`: every signature has its row, and every row its signature.

use std::path::Path;
use std::process::ExitCode;

use service::ports::Clock;

use crate::arguments::AuditArguments;
use crate::audit::{Asked, Judgement, cloudtrail, report, rows};
use crate::complaint::Complaint;
use crate::output;
use crate::system::SystemClock;

/// Prints what does not match. Exit status 1 if there is such a thing.
pub fn run(options: &AuditArguments) -> Result<ExitCode, Complaint> {
    let files = options.cloudtrail.iter().chain(&options.rows);
    if files.filter(|file| *file == Path::new("-")).count() > 1 {
        return Err(Complaint::usage(
            "standard input can be read once: give the path of a file for all but one `-`",
        ));
    }
    let asked = Asked {
        now: SystemClock.now(),
        since: options.since,
        until: options.until,
    };
    if asked
        .since
        .zip(asked.until)
        .is_some_and(|(since, until)| until <= since)
    {
        return Err(Complaint::usage(
            "--until is not after --since: nothing lies between",
        ));
    }
    let signatures = cloudtrail::read(&options.cloudtrail, &options.key)?;
    let rows = rows::read(&options.rows)?;
    let judgement = Judgement::new(signatures, rows, &asked);
    if options.json {
        output::print_json(&report::Json::new(&judgement))?;
    } else {
        output::print(&report::lines(&judgement))?;
    }
    output::note(&report::summary(&judgement));
    Ok(if judgement.is_clean() {
        ExitCode::SUCCESS
    } else {
        ExitCode::FAILURE
    })
}
