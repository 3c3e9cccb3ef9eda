//! The fallback: people whose domain has no support prove their address by a mailed code.
//!
//! 1. [`Fallback::ask`]: a code is mailed, and the browser that asked gets a token.
//! 2. [`Fallback::confirm`]: token and code together make a session.
//! 3. A certificate: [`Sign`](crate::sign::Sign), which asks [`Standings`] again.
//!
//! - `ask.rs`, `confirm.rs`: the two steps. `password.rs`: for people who set one.
//! - `forget.rs`: being forgotten.
//! - `limits.rs`: how much mail, how many guesses.
//! - `failure.rs`: why not.
//!
//! Nobody learns here whether an address is known: an account is looked at only after its code or password was right, or
//! at the same cost as one that is not there.

mod ask;
mod confirm;
mod failure;
mod forget;
mod limits;
mod password;

use std::sync::Arc;

use browserid::{Email, Origin, Timestamp};

use crate::{
    account::Account,
    ports::{Clock, Limits, Mailer, Proofs, Random},
    secret::Token,
    sign_in::SignIn,
    standing::{Standing, Standings, still_counts},
};

pub use self::{
    failure::FallbackFailure,
    limits::{
        MAILBOX_DAY_MS, MAILBOX_HOUR_MS, MAX_CODES_A_SOURCE, MAX_MAILS_A_DAY, MAX_MAILS_A_SOURCE,
        MAX_MAILS_AN_HOUR, MAX_PASSWORDS,
    },
    password::FRESH_MS,
};

const DAY_MS: u64 = 24 * 60 * 60 * 1000;

/// An account is worth something for so long after the code that began it: 365 days. After that a password opens nothing,
/// and the next code begins the account anew, without a password. Mailboxes change hands.
pub const PASSWORD_MS: u64 = 365 * DAY_MS;

/// The operations and what they need.
pub struct Fallback {
    /// What time it is.
    pub clock: Arc<dyn Clock>,
    /// Counts of mails and guesses.
    pub limits: Arc<dyn Limits>,
    /// Who delivers.
    pub mailer: Arc<dyn Mailer>,
    /// Where our own pages are: the link in the mail leads there.
    pub pages: Origin,
    /// Codes under way.
    pub proofs: Arc<dyn Proofs>,
    /// Where codes and tokens come from.
    pub random: Arc<dyn Random>,
    /// Accounts, passwords, sessions.
    pub sign_in: Arc<SignIn>,
    /// May we speak for a domain?
    pub standings: Arc<Standings>,
}

/// A code is on its way.
pub struct Asked {
    /// At this moment it is over.
    pub expires: Timestamp,
    /// For the browser that asked: without it the code is worth nothing.
    pub token: Token,
}

impl Fallback {
    /// When the domain was last seen to speak for itself, if it does not do so now; otherwise a refusal.
    ///
    /// A domain that speaks for itself takes its people back: what there is of this address goes, known or not.
    async fn last_primary(&self, email: &Email) -> Result<Option<Timestamp>, FallbackFailure> {
        match self.standings.of(email.domain()).await? {
            Standing::Secondary { last_primary } => Ok(last_primary),
            Standing::Primary { authority } => {
                self.sign_in.accounts.remove(email).await?;
                Err(FallbackFailure::DomainSupported { authority })
            }
            Standing::Offline { until } => Err(FallbackFailure::DomainOffline { until }),
            Standing::Unreachable => Err(FallbackFailure::DomainSilent),
        }
    }

    /// An account that began a year ago, or before the domain last spoke for itself, is nobody's.
    fn is_good(&self, account: &Account, last_primary: Option<Timestamp>) -> bool {
        self.clock.now() < account.created.plus_ms(PASSWORD_MS)
            && still_counts(account.created, last_primary)
    }
}

#[cfg(test)]
mod tests;
