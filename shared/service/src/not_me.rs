//! "This was not me": the person says that somebody else was in. Everything ends that somebody else could have.
//!
//! The link of a mail does it without a session, for [`LINK_MS`]: it can only lock, and lets nobody in. What stays are the
//! passkeys from before: they cannot be given away by mistake.

use browserid::{Email, HostRule, Timestamp};
use serde::{Deserialize, Serialize};

use crate::{
    account::{Account, Enrolment},
    ceremony::{Ceremony, Purpose},
    client::Client,
    history::What,
    secret::Token,
    sign_in::{SignIn, SignInFailure},
};

/// How long the link of a mail works: 7 days.
pub const LINK_MS: u64 = 7 * 24 * 60 * 60 * 1000;

/// What is left after that.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Left {
    /// So many passkeys. None: the person needs a new link from whoever runs this.
    pub passkeys: usize,
}

impl SignIn {
    /// By the link of a mail. Once it has locked it locks no more, and says what is left: ways in that were set since are
    /// safe from it.
    pub async fn not_me_by_link(
        &self,
        token: &Token,
        client: &Client,
    ) -> Result<Left, SignInFailure> {
        let (hash, now) = (token.hash(), self.clock.now());
        let taken = self.ceremonies.take(&hash, now).await?;
        let ceremony = taken.ok_or(SignInFailure::NoticeInvalid)?;
        // Taken and put back: this store has no other way to look. First of all, so that nothing can get between.
        self.ceremonies.put(hash, ceremony.clone()).await?;
        let link = Link::read(&ceremony).ok_or(SignInFailure::NoticeInvalid)?;
        let account = self.accounts.find(&link.email).await?;
        // A person who was removed and came again is somebody else.
        let account = account
            .filter(|account| account.created <= link.since)
            .ok_or(SignInFailure::NoticeInvalid)?;
        if link.is_used {
            return Ok(left(&account));
        }
        let left = self.lock(&link.email, link.since, client).await?;
        let used = Link {
            is_used: true,
            ..link
        };
        let used = used.keep_until(ceremony.expires);
        self.ceremonies.put(hash, used).await?;
        Ok(left)
    }

    /// By whoever is signed in with `token` and has lately proved who they are: everything that came at or after `since`
    /// goes, this session too.
    pub async fn not_me(
        &self,
        token: &Token,
        since: Timestamp,
        client: &Client,
    ) -> Result<Left, SignInFailure> {
        let session = self.fresh(Some(token)).await?;
        self.lock(&session.email, since, client).await
    }

    /// Sessions end before and after the account is changed. Before: whoever is about to add a way in sees that it is over,
    /// or their way in is seen here; what else a session from before was about to change is refused by
    /// [`edit_in`](Self::edit_in). After: a sign-in under way sees the change, or is ended. Links end before too: whoever has
    /// just taken one sees that the account was locked since, or their way in is seen here.
    async fn lock(
        &self,
        email: &Email,
        since: Timestamp,
        client: &Client,
    ) -> Result<Left, SignInFailure> {
        let lock = |account: &mut Account| {
            account.password = None;
            let ways = &mut account.ways;
            ways.devices.retain(|device| device.first < since);
            ways.is_to_be_renewed = true;
            // Asked here, where the account is as it is now: no session that it has seen began later.
            ways.locked = ways.locked.max(Some(self.clock.now()));
            ways.passkeys.retain(|passkey| passkey.created < since);
            ways.recovery_codes.clear();
            ways.totp = None;
            Ok(left(account))
        };
        self.sessions.end_all(email, None).await?;
        // A link that is over takes the place of any that still works.
        let nothing = Enrolment {
            email: email.clone(),
            expires: self.clock.now(),
        };
        let unknown = Token::random(self.random.as_ref())?.hash();
        self.enrolments.put(unknown, nothing).await?;
        let left = self.edit(email, lock).await?;
        let left = left.ok_or(SignInFailure::NoSession)?;
        self.sessions.end_all(email, None).await?;
        self.happened(email, client, What::NotMe).await?;
        Ok(left)
    }
}

fn left(account: &Account) -> Left {
    Left {
        passkeys: account.ways.passkeys.len(),
    }
}

/// What the link of a mail stands for. Kept as JSON where a passkey's challenge keeps its state.
#[derive(Debug, PartialEq)]
pub(crate) struct Link {
    /// Whose.
    pub(crate) email: Email,
    /// It has locked.
    pub(crate) is_used: bool,
    /// What came at or after it goes.
    pub(crate) since: Timestamp,
}

/// The names stand in stores: rename none.
#[derive(Deserialize, Serialize)]
struct Stored {
    email: String,
    is_used: bool,
    since: u64,
}

impl Link {
    /// The row of it.
    pub(crate) fn keep_until(&self, expires: Timestamp) -> Ceremony {
        let stored = Stored {
            email: self.email.as_str().to_owned(),
            is_used: self.is_used,
            since: self.since.as_millis(),
        };
        Ceremony {
            expires,
            purpose: Purpose::NotMe,
            // Texts and numbers can always be written.
            state: serde_json::to_vec(&stored).unwrap_or_default(),
        }
    }

    /// None if the row is one of a passkey.
    fn read(ceremony: &Ceremony) -> Option<Self> {
        if ceremony.purpose != Purpose::NotMe {
            return None;
        }
        let stored: Stored = serde_json::from_slice(&ceremony.state).ok()?;
        Some(Self {
            email: Email::parse(&stored.email, HostRule::Insecure).ok()?,
            is_used: stored.is_used,
            since: Timestamp::from_millis(stored.since),
        })
    }
}

#[cfg(test)]
mod tests;
