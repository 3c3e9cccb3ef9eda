//! `selfsame user …`: who may sign in, on this machine or at a deployed stack; both say the same words.

mod deployed;
mod list;
pub(super) mod local;

use browserid::{Domain, Email};

use crate::arguments::{AddressCommand, UserCommand};
use crate::complaint::Complaint;
use crate::output;
use crate::stack::Stack;

/// Does one of them and says so.
pub async fn run(command: UserCommand) -> Result<(), Complaint> {
    let place = match &command {
        UserCommand::Add(options) => &options.user.user.place,
        UserCommand::Link(options) => &options.user.place,
        UserCommand::List(options) => &options.place,
        UserCommand::Owner(options)
        | UserCommand::Remove(options)
        | UserCommand::SignOut(options) => &options.place,
        UserCommand::Address(AddressCommand::Add(options) | AddressCommand::Remove(options)) => {
            &options.user.place
        }
    };
    let done = match &place.stack {
        Some(stack) => {
            let stack = Stack::new(stack.clone(), place.region.clone());
            deployed::run(&command, &stack)?
        }
        None => local::run(&command).await?,
    };
    done.print()
}

/// What was done.
enum Done {
    /// The person has this address too.
    HasAddress {
        address: Email,
        email: Email,
    },
    /// The person has the password that was given.
    HasPassword(Email),
    /// A link was made.
    Link {
        email: Email,
        url: String,
        /// What else must be so for the link to work; empty or with a blank in front.
        condition: &'static str,
    },
    List {
        people: Vec<Listed>,
        /// The domains as far as they are known here; those of the people are, too.
        served: Vec<Domain>,
    },
    /// The person has this address no more.
    LostAddress {
        address: Email,
        email: Email,
    },
    Owner(Email),
    Removed(Email),
    SignedOut(Email),
}

/// One of the people who may sign in.
struct Listed {
    addresses: Vec<String>,
    email: String,
    has_password: bool,
    is_owner: bool,
    passkeys: usize,
}

impl Done {
    /// What a script reads goes to standard output, and nothing else; the rest is for people.
    fn print(self) -> Result<(), Complaint> {
        match self {
            Self::HasAddress { address, email } => output::note(&format!(
                "{} can sign in to sites as {} too",
                email.as_str(),
                address.as_str()
            )),
            Self::HasPassword(email) => output::note(&format!(
                "{} can sign in with this password",
                email.as_str()
            )),
            Self::Link {
                email,
                url,
                condition,
            } => {
                output::note(&format!(
                    "{} can choose how to sign in here, once, within 24 hours{condition}:",
                    email.as_str()
                ));
                output::print(&format!("{url}\n"))?;
            }
            Self::List { people, served } => output::print(&list::lines(people, &served))?,
            Self::LostAddress { address, email } => output::note(&format!(
                "{} is no address of {} any more; certificates already given out end within 24 hours",
                address.as_str(),
                email.as_str()
            )),
            Self::Owner(email) => output::note(&format!("{} is an owner", email.as_str())),
            Self::Removed(email) => output::note(&format!(
                "{} is gone and signed out; certificates already given out end within 24 hours",
                email.as_str()
            )),
            Self::SignedOut(email) => output::note(&format!(
                "{} is signed out everywhere; certificates already given out end within 24 hours",
                email.as_str()
            )),
        }
        Ok(())
    }
}

/// Why it was not done. `place` is how the same place is named on the command line, with a blank in front; `reason` is
/// said where the code is none that a person can do something about here.
fn refused(code: &str, reason: &str, email: &str, place: &str) -> Complaint {
    Complaint::failure(match code {
        "account_exists" => format!(
            "{email} has an account already: `selfsame user link {email}{place}` makes a link for a new password"
        ),
        "no_such_account" => {
            format!("{email} has no account: `selfsame user list{place}` shows who has one")
        }
        "address_taken" => {
            format!("this address is somebody's already: `selfsame user list{place}` shows whose")
        }
        "no_such_address" => {
            format!("{email} has no such address: `selfsame user list{place}` shows who has which")
        }
        _ => reason.to_owned(),
    })
}
