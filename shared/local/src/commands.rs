//! What `selfsame` does, one module a command.

use std::ffi::OsString;
use std::future::Future;
use std::process::ExitCode;
use std::time::Duration;

use clap::Parser;

use crate::arguments::{Arguments, Command, SiteCommand};
use crate::complaint::Complaint;
use crate::output;

mod audit;
mod certifier;
mod discover;
mod doctor;
mod federation;
mod key_numbers;
mod keygen;
mod panic;
mod rotate;
mod serve;
mod site_build;
mod support_document;
mod usage;
mod user;
mod verifier;
mod verify;

/// Reads the command line (with the program's name in front), does it, and gives the exit status.
pub fn run(arguments: impl IntoIterator<Item = OsString>) -> ExitCode {
    let done = match Arguments::try_parse_from(arguments) {
        Ok(arguments) => start(arguments),
        Err(error) => usage::help_or_complaint(&error).map(|()| ExitCode::SUCCESS),
    };
    done.unwrap_or_else(|complaint| {
        output::note(&format!("selfsame: {complaint}"));
        ExitCode::from(complaint.status())
    })
}

fn start(arguments: Arguments) -> Result<ExitCode, Complaint> {
    let okay = |()| ExitCode::SUCCESS;
    match arguments.command.unwrap_or(Command::Serve(arguments.serve)) {
        Command::Serve(options) => asynchronously(serve::run(options)).map(okay),
        Command::Verifier(options) => asynchronously(verifier::run(options)).map(okay),
        Command::Certifier(options) => asynchronously(certifier::run(options)).map(okay),
        Command::Verify(options) => asynchronously(verify::run(options)),
        Command::Federation(command) => asynchronously(federation::run(command)).map(okay),
        Command::Discover(options) => asynchronously(discover::run(options)),
        Command::Doctor(options) => asynchronously(doctor::run(options)),
        Command::Keygen(options) => keygen::run(&options).map(okay),
        Command::SupportDocument(options) => support_document::run(&options).map(okay),
        Command::KeyNumbers(options) => key_numbers::run(&options).map(okay),
        Command::User(command) => asynchronously(user::run(command)).map(okay),
        Command::Panic(options) => asynchronously(panic::run(options)),
        Command::Audit(options) => audit::run(&options),
        Command::Rotate(options) => rotate::run(&options).map(okay),
        Command::Site(SiteCommand::Build(options)) => site_build::run(&options).map(okay),
    }
}

/// Runs a command to its end; work that it left behind may not hold up the exit.
fn asynchronously<T>(work: impl Future<Output = Result<T, Complaint>>) -> Result<T, Complaint> {
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .enable_all()
        .build()
        .map_err(|error| Complaint::failure(format!("no threads can be started ({error})")))?;
    let done = runtime.block_on(work);
    runtime.shutdown_timeout(Duration::from_millis(250));
    done
}
