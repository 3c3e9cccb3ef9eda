//! People on Lambda: sign in and out, enrol, their ways in, sessions and history, the owner's page. Never near the signing
//! key.

mod config;
mod opened;

use std::process::ExitCode;

fn main() -> ExitCode {
    lambda::start(config::read)
}
