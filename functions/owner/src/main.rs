//! The owner's commands on Lambda: invoked with AWS credentials that may (`aws lambda invoke`), never over HTTP.

mod addresses;
mod command;
mod config;
mod failure;
mod operation;
mod panic;

use std::process::ExitCode;

fn main() -> ExitCode {
    lambda::start_operation(config::read)
}
