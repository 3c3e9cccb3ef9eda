//! Sessions on Lambda: sign in, sign out, enrol, change the password. Never near the signing key.
//!
//! This build has no store on AWS yet (`lambda::absent`): whatever needs one gets 503 `unavailable`, and nothing is kept.

mod config;

use std::process::ExitCode;

fn main() -> ExitCode {
    lambda::start(config::router)
}
