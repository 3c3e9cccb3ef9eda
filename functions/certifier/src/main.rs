//! The certificate service of Persona's days on Lambda, for an owner's own server: answers requests that IAM has signed,
//! and no others. It may sign, like `sign`, and looks at nobody's session.

mod config;

use std::process::ExitCode;

fn main() -> ExitCode {
    lambda::start(config::read)
}
