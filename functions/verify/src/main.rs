//! The assertion verifier on Lambda. It fetches strangers' support documents and holds no permission but to log.

mod config;
mod federation;

use std::process::ExitCode;

fn main() -> ExitCode {
    lambda::start(config::router)
}
