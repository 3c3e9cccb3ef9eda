//! Help on standard output, and wrong usage as one line.

use clap::error::ErrorKind;

use crate::complaint::Complaint;
use crate::output;

/// Help and version are printed; anything else becomes one line with exit status 2.
pub fn help_or_complaint(error: &clap::Error) -> Result<(), Complaint> {
    match error.kind() {
        ErrorKind::DisplayHelp | ErrorKind::DisplayVersion => output::print(&error.to_string()),
        ErrorKind::DisplayHelpOnMissingArgumentOrSubcommand | ErrorKind::MissingSubcommand => Err(
            Complaint::usage(format!("say what to do: {}", commands(&error.to_string()))),
        ),
        _ => Err(Complaint::usage(one_line(&error.to_string()))),
    }
}

/// What the parser says before its usage block, and where the help is.
fn one_line(text: &str) -> String {
    let said = text
        .lines()
        .take_while(|line| !line.starts_with("Usage:") && !line.starts_with("For more information"))
        .collect::<Vec<_>>()
        .join(" ");
    let said = said.split_whitespace().collect::<Vec<_>>().join(" ");
    let said = said.replace(" tip: ", "; ");
    let said = said
        .strip_prefix("error: ")
        .unwrap_or(&said)
        .trim()
        .to_owned();
    let command = text
        .lines()
        .find_map(|line| line.strip_prefix("Usage: "))
        .map(command_of)
        .unwrap_or_else(|| "selfsame".into());
    format!("{said}; `{command} --help` shows what it takes")
}

/// `selfsame user add [OPTIONS] <EMAIL>` → `selfsame user add`
fn command_of(usage: &str) -> String {
    usage
        .split_whitespace()
        .take_while(|word| word.starts_with(|c: char| c.is_ascii_lowercase()))
        .collect::<Vec<_>>()
        .join(" ")
}

/// The names in the help's list of commands.
fn commands(help: &str) -> String {
    help.lines()
        .skip_while(|line| *line != "Commands:")
        .skip(1)
        .take_while(|line| !line.is_empty())
        // What stands further in goes on with the line above.
        .filter_map(|line| {
            line.strip_prefix("  ")
                .filter(|line| !line.starts_with(' '))
        })
        .filter_map(|line| line.split_whitespace().next())
        .collect::<Vec<_>>()
        .join(", ")
}

#[cfg(test)]
mod tests {
    use clap::Parser;

    use super::help_or_complaint;
    use crate::arguments::Arguments;

    fn complaint(arguments: &[&str]) -> String {
        let error = Arguments::try_parse_from(arguments).expect_err("this is wrong usage");
        let complaint = help_or_complaint(&error).expect_err("it is no call for help");
        assert_eq!(complaint.status(), 2);
        complaint.to_string()
    }

    #[test]
    fn wrong_usage_says_what_is_wrong_and_where_the_help_is() {
        assert_eq!(
            complaint(&["selfsame", "--nonsense"]),
            "unexpected argument '--nonsense' found; `selfsame --help` shows what it takes"
        );
        assert_eq!(
            complaint(&["selfsame", "serve", "--prot", "1"]),
            "unexpected argument '--prot' found; a similar argument exists: '--port'; `selfsame serve --help` shows what it takes"
        );
        assert_eq!(
            complaint(&["selfsame", "user", "add"]),
            "the following required arguments were not provided: <EMAIL>; `selfsame user add --help` shows what it takes"
        );
        assert_eq!(
            complaint(&["selfsame", "serve", "--port", "many"]),
            "invalid value 'many' for '--port <N>': invalid digit found in string; `selfsame --help` shows what it takes"
        );
        assert_eq!(
            complaint(&["selfsame", "user"]),
            "say what to do: add, link, remove, sign-out, owner, address, list"
        );
    }

    #[test]
    fn serve_and_its_options_need_no_command() {
        let bare = Arguments::try_parse_from(["selfsame", "--port", "0"]).expect("it is right");
        assert!(bare.command.is_none());
        assert_eq!(bare.serve.port, 0);
    }
}
