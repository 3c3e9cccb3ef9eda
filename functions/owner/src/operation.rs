//! From an event, `{"command":…,"email":…}`, to the command and its answer.

use lambda::{Operation, Outcome};
use serde_json::Value;

use crate::command::Owner;
use crate::failure::Failure;

/// Every command.
pub const COMMANDS: [&str; 11] = [
    "add",
    "address_add",
    "address_remove",
    "link",
    "list",
    "owner",
    "panic",
    "panic_release",
    "panic_status",
    "remove",
    "sign_out",
];

impl Operation for Owner {
    async fn answer(&self, event: Value) -> Outcome {
        let text = |name: &str| event.get(name).and_then(Value::as_str).unwrap_or_default();
        let is_owner = event.get("owner").and_then(Value::as_bool);
        let (operation, address, email) = (known(text("command")), text("address"), text("email"));
        let answered = match operation {
            "add" => self.add(email, is_owner.unwrap_or_default()).await,
            "address_add" => self.add_address(address, email).await,
            "address_remove" => self.remove_address(address, email).await,
            "link" => self.link(email).await,
            "list" => self.list().await,
            "owner" => self.make_owner(email).await,
            "panic" => self.panic().await,
            "panic_release" => self.panic_release().await,
            "panic_status" => self.panic_status().await,
            "remove" => self.remove(email).await,
            "sign_out" => self.sign_out(email).await,
            _ => Err(Failure::command()),
        };
        match answered {
            Ok(answer) => Outcome {
                answer,
                code: None,
                failed: false,
                operation,
            },
            Err(failure) => failure.of(operation),
        }
    }

    fn panicked(&self) -> Outcome {
        Failure::internal().of("unknown")
    }
}

/// The command's name as the log may have it: a text of the caller's is none.
fn known(command: &str) -> &'static str {
    let found = COMMANDS.into_iter().find(|known| *known == command);
    found.unwrap_or("unknown")
}
