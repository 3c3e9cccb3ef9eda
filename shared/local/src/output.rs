//! What commands print and read.

use std::fs;
use std::io::{self, ErrorKind, IsTerminal, Read, Write};
use std::path::Path;

use crate::complaint::Complaint;

/// Prints to standard output. A reader that went away (`| head`) is no failure.
pub fn print(text: &str) -> Result<(), Complaint> {
    let mut out = io::stdout().lock();
    match out.write_all(text.as_bytes()).and_then(|()| out.flush()) {
        Err(error) if error.kind() != ErrorKind::BrokenPipe => Err(Complaint::failure(format!(
            "standard output cannot be written ({error})"
        ))),
        _ => Ok(()),
    }
}

/// Prints JSON, members in the order in which the type names them: on one line for programs, over several for people.
pub fn print_json(value: &impl serde::Serialize) -> Result<(), Complaint> {
    let json = if io::stdout().is_terminal() {
        serde_json::to_string_pretty(value)
    } else {
        serde_json::to_string(value)
    };
    let json = json
        .map_err(|error| Complaint::failure(format!("this cannot be written as JSON ({error})")))?;
    print(&format!("{json}\n"))
}

/// Prints to standard error; if nobody reads it, nothing happens.
pub fn note(text: &str) {
    let _ = writeln!(io::stderr().lock(), "{text}");
}

/// All of standard input, at most `limit` bytes.
pub fn read_stdin(limit: usize) -> Result<Vec<u8>, Complaint> {
    read(io::stdin().lock(), limit, "standard input")
}

/// All of a file, at most `limit` bytes; `-` is standard input.
pub fn read_file(path: &Path, limit: usize) -> Result<Vec<u8>, Complaint> {
    if path == Path::new("-") {
        return read_stdin(limit);
    }
    let name = format!("`{}`", path.display());
    let file = fs::File::open(path).map_err(|error| {
        Complaint::failure(format!(
            "{name} cannot be read ({error}): give the path of a file"
        ))
    })?;
    read(file, limit, &name)
}

fn read(from: impl Read, limit: usize, name: &str) -> Result<Vec<u8>, Complaint> {
    let mut bytes = Vec::new();
    from.take(limit as u64 + 1)
        .read_to_end(&mut bytes)
        .map_err(|error| Complaint::failure(format!("{name} cannot be read ({error})")))?;
    if bytes.len() > limit {
        return Err(Complaint::failure(format!(
            "{name} is longer than {limit} bytes: this is not what the command reads"
        )));
    }
    Ok(bytes)
}
