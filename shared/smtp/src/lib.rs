//! Mail through an SMTP server, and mails as files.

mod error;
mod letter;
mod outbox;
mod server;
mod session;
mod smtp;
mod stream;
mod trust;

pub use error::{SmtpError, Step};
pub use outbox::Outbox;
pub use server::{InvalidServer, Server};
pub use service::mail::Sender;
pub use smtp::{InvalidSettings, Settings, Smtp};
