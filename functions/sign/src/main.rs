//! Certificates on Lambda: reads the session, has the certificate signed in KMS, writes it down. The only function that may
//! sign.

mod config;

use std::process::ExitCode;

fn main() -> ExitCode {
    lambda::start(config::read)
}
