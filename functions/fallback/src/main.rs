//! The fallback on Lambda: people whose domain has no support prove their address by a mailed code, and get certificates.
//! It may sign, so it asks no strangers: our own verifier does that for it.

mod config;
mod opened;
mod wiring;

use std::process::ExitCode;

fn main() -> ExitCode {
    lambda::start(config::read)
}
