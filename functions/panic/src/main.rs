//! The panic switch on Lambda, pulled by an owner's button. Apart from sign-in, because it writes into the support document:
//! whoever may do that could name a key there that signs for everybody.

mod config;
mod opened;

use std::process::ExitCode;

fn main() -> ExitCode {
    lambda::start(config::read)
}
