//! Sessions on Lambda: sign in, sign out, enrol, change the password. Never near the signing key.

mod config;

use std::process::ExitCode;

fn main() -> ExitCode {
    lambda::start(config::read)
}
