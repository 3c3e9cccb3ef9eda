//! The mails we send, as functions of typed data.

mod code;
mod language;
mod layout;
mod notice;
mod sender;
mod words;

use core::fmt;

use browserid::Email;

pub use code::code;
pub use language::Language;
pub use notice::{Told, notice};
pub use sender::{Sender, has_mailbox};

/// A mail to one person. It holds a secret (the code): no `Clone`, no `Display`, and `Debug` shows neither text.
pub struct Mail {
    /// What it is written in.
    pub language: Language,
    /// One line.
    pub subject: String,
    /// For readers that show text.
    pub text: String,
    /// The same for readers that show HTML. Loads nothing.
    pub html: String,
    /// To whom.
    pub to: Email,
}

impl fmt::Debug for Mail {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Mail")
            .field("language", &self.language)
            .finish_non_exhaustive()
    }
}

/// The mail server takes no mail for this address, now or later.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct MailRefused;
