//! What happened at an account, for its person to read. Kept for [`HISTORY_MS`].
//!
//! Certificates are not kept here a second time: they stand in [`Audit`](crate::ports::Audit), and reading puts both together.

use browserid::{Email, Timestamp};
use serde::{Deserialize, Serialize};

mod not_kept;
mod reading;

pub use self::{not_kept::NotKept, reading::MAX_EVENTS};

use crate::{client::Client, ports::PortError, session::Way, sign_in::SignIn};

/// 400 days: a year, and time to look at it.
pub const HISTORY_MS: u64 = 400 * 24 * 60 * 60 * 1000;

/// One line of the history. Nothing in it is secret, and nothing says at which site an identity is used.
#[derive(Clone, Debug, PartialEq)]
pub struct Event {
    /// What the browser said it is; empty where none was involved.
    pub device: String,
    /// At whose account.
    pub email: Email,
    /// Where the request came from; empty where none was involved.
    pub source: String,
    /// When.
    pub time: Timestamp,
    /// What happened.
    pub what: What,
}

/// What happened. The names stand in stores and in answers: rename none.
#[derive(Clone, Debug, PartialEq, Deserialize, Serialize)]
#[serde(tag = "what", rename_all = "snake_case")]
#[non_exhaustive]
pub enum What {
    /// An address more may be used.
    AddressAdded {
        /// Which.
        address: String,
    },
    /// An address less.
    AddressRemoved {
        /// Which.
        address: String,
    },
    /// Every session but the one that asked was ended.
    AllSessionsEnded,
    /// A key was certified. Made from the audit row.
    Certified {
        /// For which address.
        address: String,
        /// Thumbprint of the certified key.
        key: String,
        /// How long the certificate lives, in milliseconds.
        lifetime_ms: u64,
    },
    /// A recovery code was used; so many are left.
    CodeUsed {
        /// How many are left.
        left: usize,
    },
    /// New recovery codes; the old ones are worth nothing.
    CodesMade,
    /// Another address is offered first.
    DefaultAddressSet {
        /// Which.
        address: String,
    },
    /// Somebody who may invite invited another person.
    Invited {
        /// Whom.
        address: String,
    },
    /// A link that lets the person set new ways in was made, by whoever controls the machine or the cloud account.
    LinkMade,
    /// That link was used.
    LinkUsed,
    /// A mail that should have told the person something could not be sent.
    MailNotSent,
    /// The person said that somebody else was in.
    NotMe,
    /// The person may now invite, remove, and pull the panic switch.
    OwnerMade,
    /// The panic switch was released.
    PanicReleased,
    /// The panic switch was pulled: nobody gets a certificate.
    PanicSwitchPulled,
    /// A passkey more.
    PasskeyAdded {
        /// What it is called.
        name: String,
    },
    /// A passkey that seems to have been copied was refused: its counter went back.
    PasskeyCopied {
        /// What it is called.
        name: String,
    },
    /// A passkey less.
    PasskeyRemoved {
        /// What it was called.
        name: String,
    },
    /// A passkey is called differently.
    PasskeyRenamed {
        /// What it is called now.
        name: String,
    },
    /// No password any more.
    PasswordRemoved,
    /// A new password.
    PasswordSet,
    /// Somebody removed a person.
    PersonRemoved {
        /// Whom.
        address: String,
    },
    /// A sign-in was refused.
    Refused {
        /// What was tried.
        way: Way,
        /// The failure's stable code.
        code: String,
    },
    /// One session was ended from another.
    SessionEnded,
    /// Somebody signed in.
    SignedIn {
        /// How.
        way: Way,
        /// With a browser that the account did not know.
        new_device: bool,
    },
    /// Somebody signed out.
    SignedOut,
    /// The second step after passwords is asked for no more.
    TotpRemoved,
    /// A second step is asked for after passwords.
    TotpSet,
}

impl SignIn {
    /// Writes down what happened at the account of `email`, now, and tells the person by mail where they should hear of it
    /// at once. `client`: who did it, or [`Client::none`].
    ///
    /// Call it when it is done. Mail that cannot be sent is no failure.
    pub(crate) async fn happened(
        &self,
        email: &Email,
        client: &Client,
        what: What,
    ) -> Result<(), PortError> {
        let event = Event {
            device: client.device.clone(),
            email: email.clone(),
            source: client.source.clone(),
            time: self.clock.now(),
            what,
        };
        self.history.keep(&event).await?;
        self.tell_of(&event).await
    }
}
