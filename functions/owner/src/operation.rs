//! From an event, `{"command":…,"email":…}`, to the command and its answer.

use lambda::{Operation, Outcome};
use serde_json::Value;

use crate::command::Owner;
use crate::failure::Failure;

impl Operation for Owner {
    async fn answer(&self, event: Value) -> Outcome {
        let text = |name: &str| event.get(name).and_then(Value::as_str).unwrap_or_default();
        let (operation, email) = (known(text("command")), text("email"));
        let answered = match operation {
            "add" => self.add(email).await,
            "link" => self.link(email).await,
            "list" => self.list().await,
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
    ["add", "link", "list", "remove", "sign_out"]
        .into_iter()
        .find(|known| *known == command)
        .unwrap_or("unknown")
}
