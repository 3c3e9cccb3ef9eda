//! The switch of this machine. Works while the server runs, which looks at it from then on.

use service::sign_in::SignInFailure;

use super::{Done, refused};
use crate::arguments::PanicCommand;
use crate::commands::user::local::{existing, operations};
use crate::complaint::Complaint;
use crate::hosts;
use crate::network::DEFAULT_PORT;

pub(super) async fn run(command: &PanicCommand) -> Result<Done, Complaint> {
    let place = match command {
        PanicCommand::Pull(options) | PanicCommand::Status(options) => &options.place,
        PanicCommand::Release(options) => &options.place,
    };
    let folder = existing(&place.data)?;
    let sign_in = operations(&folder)?;
    match command {
        PanicCommand::Pull(_) => {
            let pulled = sign_in.pull().await.map_err(explained)?;
            Ok(Done::Pulled {
                not_before: pulled.not_before,
                live_until: pulled.certificates_live_until(),
                is_published: true,
            })
        }
        PanicCommand::Release(options) => {
            let (token, expires) = sign_in.let_release().await.map_err(explained)?;
            let running = folder.running_port();
            let port = options.port.or(running).unwrap_or(DEFAULT_PORT);
            let origin = hosts::origin(hosts::IDENTITY, port);
            Ok(Done::Link {
                // Behind `#`, so that no log ever holds it.
                url: format!("{origin}/persona/panic.html#{}", token.expose()),
                expires,
                condition: match running {
                    Some(_) => "",
                    None => " and while `selfsame serve` runs",
                },
            })
        }
        PanicCommand::Status(_) => {
            let switch = sign_in.switch.switch().await;
            let switch = switch.map_err(|error| Complaint::failure(error.to_string()))?;
            Ok(Done::Status {
                is_pulled: switch.is_pulled,
                not_before: switch.not_before,
            })
        }
    }
}

fn explained(failure: SignInFailure) -> Complaint {
    match failure {
        SignInFailure::Broken(error) => Complaint::failure(format!("{error}: please try again")),
        failure => refused(failure.code(), &failure.to_string(), ""),
    }
}
