//! How a command says that it stopped.

use std::fmt;

/// Why a command stopped: one line on standard error that says what to do, and an exit status.
#[derive(Debug, PartialEq, Eq)]
pub struct Complaint {
    line: String,
    status: u8,
}

impl Complaint {
    /// The command was given something it cannot use: exit status 2.
    pub fn usage(text: impl Into<String>) -> Self {
        Self::new(text.into(), 2)
    }

    /// The command could not do its work: exit status 1.
    pub fn failure(text: impl Into<String>) -> Self {
        Self::new(text.into(), 1)
    }

    /// The same line with exit status 2: what cannot be read answers no question.
    pub fn into_usage(self) -> Self {
        Self { status: 2, ..self }
    }

    /// What the process exits with.
    pub fn status(&self) -> u8 {
        self.status
    }

    fn new(text: String, status: u8) -> Self {
        let line = text.split_whitespace().collect::<Vec<_>>().join(" ");
        Self { line, status }
    }
}

impl fmt::Display for Complaint {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.line)
    }
}

#[cfg(test)]
mod tests {
    use super::Complaint;

    #[test]
    fn a_complaint_is_one_line_whatever_it_was_made_from() {
        let complaint = Complaint::usage("the first\n  line\tand\r\nthe second\n");
        assert_eq!(complaint.to_string(), "the first line and the second");
        assert_eq!(complaint.status(), 2);
        assert_eq!(Complaint::failure("no").status(), 1);
    }
}
