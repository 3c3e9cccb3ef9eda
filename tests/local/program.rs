//! The real program, started as its user would.

use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};

/// Beside the test executables.
pub fn path() -> PathBuf {
    let test = std::env::current_exe().expect("a test knows where it is");
    let folder = test.ancestors().nth(2).expect("target/…/deps/test");
    let program = folder.join("selfsame");
    assert!(
        program.is_file(),
        "there is no {}: cargo build -p local",
        program.display()
    );
    program
}

/// The program in `folder`, with nothing of the tester's environment that it reads.
pub fn command(folder: &Path) -> Command {
    let mut command = Command::new(path());
    command.current_dir(folder).env_clear().stdin(Stdio::null());
    command
}

/// Runs to the end.
pub fn run(folder: &Path, arguments: &[&str]) -> Output {
    command(folder).args(arguments).output().expect("it starts")
}
