//! A running `serve`.

use std::fs;
use std::io::{BufRead, BufReader, Read};
use std::path::Path;
use std::process::{Child, ChildStdout, Command, ExitStatus, Stdio};

use crate::http::Site;
use crate::program::command;

/// A running `serve`; killed when dropped.
pub struct Serving {
    child: Child,
    /// Everything that stood on standard output when it was ready.
    pub said: String,
    stdout: BufReader<ChildStdout>,
}

impl Serving {
    /// Starts on a free port, in `folder`, and waits for the line that says what to do next.
    pub fn start(folder: &Path, arguments: &[&str]) -> Self {
        let log = fs::File::options()
            .append(true)
            .create(true)
            .open(folder.join("log"))
            .expect("a log file");
        let mut child = command(folder)
            .args(["serve", "--port", "0", "--data", "data"])
            .args(arguments)
            .stdout(Stdio::piped())
            .stderr(log)
            .spawn()
            .expect("it starts");
        let mut stdout = BufReader::new(child.stdout.take().expect("a pipe"));
        let mut said = String::new();
        while !said.contains("sign in at ") {
            let read = stdout.read_line(&mut said).expect("text");
            assert_ne!(read, 0, "it ended; it said:\n{said}\n{}", log_of(folder));
        }
        Self {
            child,
            said,
            stdout,
        }
    }

    pub fn port(&self) -> u16 {
        let (_, rest) = self
            .said
            .split_once("http://me.localhost:")
            .expect("an address");
        let digits: String = rest.chars().take_while(char::is_ascii_digit).collect();
        digits.parse().expect("a port")
    }

    pub fn site(&self, host: &'static str) -> Site {
        Site {
            host,
            port: self.port(),
        }
    }

    /// The printed enrolment link, if there is one.
    pub fn link(&self) -> Option<&str> {
        self.said
            .split_whitespace()
            .find(|word| word.contains("/persona/enrol.html#"))
    }

    /// Sends a signal by name and waits for the end; gives what it still said.
    pub fn end(mut self, signal: &str) -> (ExitStatus, String) {
        let sent = Command::new("kill")
            .args(["-s", signal, &self.child.id().to_string()])
            .status();
        assert!(sent.expect("there is `kill`").success());
        let status = self.child.wait().expect("it ends");
        let mut rest = String::new();
        self.stdout.read_to_string(&mut rest).expect("text");
        (status, rest)
    }
}

impl Drop for Serving {
    fn drop(&mut self) {
        // Gone already when the test went well.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// What was written to standard error by every start in this folder.
pub fn log_of(folder: &Path) -> String {
    fs::read_to_string(folder.join("log")).expect("a log")
}
