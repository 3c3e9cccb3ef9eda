//! The command `selfsame`.

use std::process::ExitCode;

fn main() -> ExitCode {
    local::commands::run(std::env::args_os())
}
