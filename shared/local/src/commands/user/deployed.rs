//! The people of a deployed stack, by its owner function.

use browserid::{Email, HostRule};
use serde::Deserialize;
use serde_json::{Value, json};

use super::{Done, Listed, refused};
use crate::arguments::{AddressArguments, AddressCommand, UserCommand};
use crate::complaint::Complaint;
use crate::stack::Stack;

pub(super) fn run(command: &UserCommand, stack: &Stack) -> Result<Done, Complaint> {
    match command {
        UserCommand::Add(options) => {
            let event = match options.owner {
                true => json!({"command": "add", "owner": true}),
                false => json!({"command": "add"}),
            };
            link(event, &options.user.user.email, stack)
        }
        UserCommand::Link(options) => link(json!({"command": "link"}), &options.user.email, stack),
        UserCommand::Owner(options) => {
            let (email, _) = ask(json!({"command": "owner"}), &options.email, stack)?;
            Ok(Done::Owner(email))
        }
        UserCommand::Address(AddressCommand::Add(options)) => {
            let (address, email) = address("address_add", options, stack)?;
            Ok(Done::HasAddress { address, email })
        }
        UserCommand::Address(AddressCommand::Remove(options)) => {
            let (address, email) = address("address_remove", options, stack)?;
            Ok(Done::LostAddress { address, email })
        }
        UserCommand::List(_) => list(stack),
        UserCommand::Remove(options) => {
            let (email, _) = ask(json!({"command": "remove"}), &options.email, stack)?;
            Ok(Done::Removed(email))
        }
        UserCommand::SignOut(options) => {
            let (email, _) = ask(json!({"command": "sign_out"}), &options.email, stack)?;
            Ok(Done::SignedOut(email))
        }
    }
}

fn link(event: Value, email: &str, stack: &Stack) -> Result<Done, Complaint> {
    let (email, answer) = ask(event, email, stack)?;
    Ok(Done::Link {
        email,
        url: answer.link.ok_or_else(|| stack.answered_nonsense())?,
        condition: "",
    })
}

fn address(
    command: &str,
    options: &AddressArguments,
    stack: &Stack,
) -> Result<(Email, Email), Complaint> {
    let address = typed(&options.address)?;
    let event = json!({"command": command, "address": address.as_str()});
    let (email, _) = ask(event, &options.user.email, stack)?;
    Ok((address, email))
}

fn list(stack: &Stack) -> Result<Done, Complaint> {
    let answer = answer_to(&json!({"command": "list"}), "", stack)?;
    let people = answer.users.ok_or_else(|| stack.answered_nonsense())?;
    let people = people.into_iter().map(|person| Listed {
        addresses: person.addresses,
        email: person.email,
        has_password: person.has_password,
        is_owner: person.is_owner,
        passkeys: person.passkeys,
    });
    Ok(Done::List {
        people: people.collect(),
        served: Vec::new(),
    })
}

/// Says `event` about somebody. Whether the address is one of the stack's domain, only the stack knows.
fn ask(mut event: Value, email: &str, stack: &Stack) -> Result<(Email, Answer), Complaint> {
    let email = typed(email)?;
    if let Some(members) = event.as_object_mut() {
        members.insert("email".to_owned(), email.as_str().into());
    }
    let answer = answer_to(&event, email.as_str(), stack)?;
    Ok((email, answer))
}

fn typed(email: &str) -> Result<Email, Complaint> {
    Email::from_typed(email, HostRule::Public).map_err(|_| {
        Complaint::usage(format!(
            "`{email}` is no address: give one such as you@example.com"
        ))
    })
}

fn answer_to(event: &Value, email: &str, stack: &Stack) -> Result<Answer, Complaint> {
    let answer = stack.ask_owner(event)?;
    let answer: Answer = serde_json::from_value(answer).map_err(|_| stack.answered_nonsense())?;
    match answer.status.as_str() {
        "okay" => Ok(answer),
        "failure" => {
            let code = answer.code.unwrap_or_default();
            let reason = match answer.reason {
                Some(reason) => format!("the stack refuses: {reason} ({code})"),
                None => format!("the stack refuses ({code})"),
            };
            Err(refused(&code, &reason, email, &stack.to_string()))
        }
        _ => Err(stack.answered_nonsense()),
    }
}

/// What the owner function answers.
#[derive(Deserialize)]
struct Answer {
    code: Option<String>,
    link: Option<String>,
    reason: Option<String>,
    status: String,
    users: Option<Vec<User>>,
}

#[derive(Deserialize)]
struct User {
    #[serde(default)]
    addresses: Vec<String>,
    email: String,
    has_password: bool,
    #[serde(default)]
    is_owner: bool,
    #[serde(default)]
    passkeys: usize,
}
