//! `selfsame panic …`: stop everything, and undo it, on this machine or at a deployed stack; both say the same words.

mod deployed;
mod local;

use std::process::ExitCode;

use browserid::Timestamp;

use crate::arguments::{PanicArguments, PanicCommand, Place};
use crate::complaint::Complaint;
use crate::output;
use crate::stack::Stack;
use crate::utc;

/// `panic status` while it is pulled.
const PULLED: u8 = 3;

/// Does one of the three and says so.
pub async fn run(arguments: PanicArguments) -> Result<ExitCode, Complaint> {
    let command = arguments
        .command
        .unwrap_or(PanicCommand::Pull(arguments.pull));
    let place = match &command {
        PanicCommand::Pull(options) | PanicCommand::Status(options) => &options.place,
        PanicCommand::Release(options) => &options.place,
    };
    let done = match &place.stack {
        Some(stack) => {
            let stack = Stack::new(stack.clone(), place.region.clone());
            deployed::run(&command, &stack)?
        }
        None => local::run(&command).await?,
    };
    done.print(&of(place))
}

/// How the place is named on the command line, with a blank in front.
fn of(place: &Place) -> String {
    match &place.stack {
        Some(stack) => Stack::new(stack.clone(), place.region.clone()).to_string(),
        None => String::new(),
    }
}

/// What was done.
enum Done {
    /// A link was made.
    Link {
        url: String,
        expires: Timestamp,
        /// What else must be so for the link to work; empty or with a blank in front.
        condition: &'static str,
    },
    Pulled {
        not_before: Timestamp,
        live_until: Timestamp,
        /// The support document says it.
        is_published: bool,
    },
    Status {
        is_pulled: bool,
        not_before: Option<Timestamp>,
    },
}

impl Done {
    /// What a script reads goes to standard output, and nothing else; the rest is for people.
    fn print(self, place: &str) -> Result<ExitCode, Complaint> {
        match self {
            Self::Link {
                url,
                expires,
                condition,
            } => {
                output::note(&format!(
                    "Open this, once, until {} UTC{condition}, and show an owner's passkey there (or password, without one):",
                    utc::minute(expires)
                ));
                output::print(&format!("{url}\n"))?;
            }
            Self::Pulled {
                not_before,
                live_until,
                is_published,
            } => {
                output::note(&format!(
                    "Everybody is signed out, and nobody can sign in. Undo it with `selfsame panic release{place}`."
                ));
                output::note(&format!(
                    "Certificates from before {} UTC are worthless at verifiers of ours, as soon as these ask for the support document again; at others the last of them ends at {} UTC.",
                    utc::text(not_before),
                    utc::minute(live_until)
                ));
                if !is_published {
                    output::note(&format!(
                        "Your support document is at another host: add the member \"not-before\": {} there by hand.",
                        not_before.as_millis()
                    ));
                }
            }
            Self::Status {
                is_pulled,
                not_before,
            } => {
                let since = not_before.map(utc::text);
                let line = match (is_pulled, since) {
                    (true, Some(since)) => format!("pulled\t{since}"),
                    (true, None) => "pulled".to_owned(),
                    (false, Some(since)) => format!("released\t{since}"),
                    (false, None) => "never pulled".to_owned(),
                };
                output::print(&format!("{line}\n"))?;
                if is_pulled {
                    return Ok(ExitCode::from(PULLED));
                }
            }
        }
        Ok(ExitCode::SUCCESS)
    }
}

/// Why it was not done.
fn refused(code: &str, reason: &str, place: &str) -> Complaint {
    Complaint::failure(match code {
        "not_panicked" => {
            format!(
                "nothing is stopped, so nothing can be undone: see `selfsame panic status{place}`"
            )
        }
        _ => reason.to_owned(),
    })
}
