//! The people of a deployed stack, by its owner function.

use browserid::{Email, HostRule};
use serde::Deserialize;
use serde_json::{Value, json};

use super::{Done, Listed, refused};
use crate::arguments::UserCommand;
use crate::complaint::Complaint;
use crate::stack::Stack;

pub(super) fn run(command: &UserCommand, stack: &Stack) -> Result<Done, Complaint> {
    match command {
        UserCommand::Add(options) => link("add", &options.user.user.email, stack),
        UserCommand::Link(options) => link("link", &options.user.email, stack),
        UserCommand::List(_) => list(stack),
        UserCommand::Remove(options) => {
            let (email, _) = ask("remove", &options.email, stack)?;
            Ok(Done::Removed(email))
        }
        UserCommand::SignOut(options) => {
            let (email, _) = ask("sign_out", &options.email, stack)?;
            Ok(Done::SignedOut(email))
        }
    }
}

fn link(command: &str, email: &str, stack: &Stack) -> Result<Done, Complaint> {
    let (email, answer) = ask(command, email, stack)?;
    Ok(Done::Link {
        email,
        url: answer.link.ok_or_else(|| stack.answered_nonsense())?,
        condition: "",
    })
}

fn list(stack: &Stack) -> Result<Done, Complaint> {
    let answer = answer_to(&json!({"command": "list"}), "", stack)?;
    let people = answer.users.ok_or_else(|| stack.answered_nonsense())?;
    let people = people.into_iter().map(|person| Listed {
        email: person.email,
        has_password: person.has_password,
    });
    Ok(Done::List {
        people: people.collect(),
        served: Vec::new(),
    })
}

/// Says `command` about somebody. Whether the address is one of the stack's domain, only the stack knows.
fn ask(command: &str, email: &str, stack: &Stack) -> Result<(Email, Answer), Complaint> {
    let email = Email::from_typed(email, HostRule::Public).map_err(|_| {
        Complaint::usage(format!(
            "`{email}` is no address: give one such as you@example.com"
        ))
    })?;
    let event = json!({"command": command, "email": email.as_str()});
    let answer = answer_to(&event, email.as_str(), stack)?;
    Ok((email, answer))
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
    email: String,
    has_password: bool,
}
