//! Certificates on Lambda: reads the session, signs with the issuer's key. The only function that may sign.
//!
//! This build has neither a session store nor a key on AWS yet (`lambda::absent`): whoever brings a session cookie gets
//! 503 `unavailable`, and nothing is signed.

mod config;

use std::process::ExitCode;

fn main() -> ExitCode {
    lambda::start(config::router)
}
