//! The switch of a deployed stack, by its owner function.

use browserid::Timestamp;
use serde::Deserialize;
use serde_json::json;

use super::{Done, refused};
use crate::arguments::PanicCommand;
use crate::complaint::Complaint;
use crate::stack::Stack;

pub(super) fn run(command: &PanicCommand, stack: &Stack) -> Result<Done, Complaint> {
    let name = match command {
        PanicCommand::Pull(_) => "panic",
        PanicCommand::Release(_) => "panic_release",
        PanicCommand::Status(_) => "panic_status",
    };
    let answer = stack.ask_owner(&json!({ "command": name }))?;
    let answer: Answer = serde_json::from_value(answer).map_err(|_| stack.answered_nonsense())?;
    match answer.status.as_str() {
        "okay" => answer
            .done(command)
            .ok_or_else(|| stack.answered_nonsense()),
        "failure" => {
            let code = answer.code.unwrap_or_default();
            let reason = match answer.reason {
                Some(reason) => format!("the stack refuses: {reason} ({code})"),
                None => format!("the stack refuses ({code})"),
            };
            Err(refused(&code, &reason, &stack.to_string()))
        }
        _ => Err(stack.answered_nonsense()),
    }
}

/// What the owner function answers. Times are in milliseconds.
#[derive(Deserialize)]
struct Answer {
    certificates_live_until: Option<u64>,
    code: Option<String>,
    expires: Option<u64>,
    is_pulled: Option<bool>,
    link: Option<String>,
    not_before: Option<u64>,
    published: Option<bool>,
    reason: Option<String>,
    status: String,
}

impl Answer {
    fn done(self, command: &PanicCommand) -> Option<Done> {
        let time = |ms: Option<u64>| ms.map(Timestamp::from_millis);
        Some(match command {
            PanicCommand::Pull(_) => Done::Pulled {
                not_before: time(self.not_before)?,
                live_until: time(self.certificates_live_until)?,
                is_published: self.published?,
            },
            PanicCommand::Release(_) => Done::Link {
                url: self.link?,
                expires: time(self.expires)?,
                condition: "",
            },
            PanicCommand::Status(_) => Done::Status {
                is_pulled: self.is_pulled?,
                not_before: time(self.not_before),
            },
        })
    }
}
