use core::cmp::Reverse;

use browserid::Timestamp;

use super::{Event, HISTORY_MS, What};
use crate::{
    audit::AuditRow,
    secret::Token,
    sign_in::{SignIn, SignInFailure},
};

/// The most events that are given at once.
pub const MAX_EVENTS: usize = 1000;

impl SignIn {
    /// What happened at the account of whoever is signed in with `token`, from `from` (with it) to `until` (without it):
    /// the `max` newest of it (at most [`MAX_EVENTS`]), newest first, certificates among it. Nobody else's is ever read, nor
    /// what is to come.
    pub async fn history(
        &self,
        token: &Token,
        from: Option<Timestamp>,
        until: Option<Timestamp>,
        max: usize,
    ) -> Result<Vec<Event>, SignInFailure> {
        let session = self.signed_in(token).await?;
        let account = self.accounts.find(&session.email).await?;
        let account = account.ok_or(SignInFailure::NoSession)?;
        let now = self.clock.now();
        // Stores may keep a row some time after it is over; and what is from before the account was somebody's who had the
        // address then.
        let oldest = now.minus_ms(HISTORY_MS).max(account.created);
        let from = from.map_or(oldest, |from| from.max(oldest));
        // No later: the audit's rows are looked for so long before that moment.
        let next = now.plus_ms(1);
        let until = until.map_or(next, |until| until.min(next));
        let max = max.min(MAX_EVENTS);
        let email = &session.email;
        let mut events = self.history.of(email, from, until, max).await?;
        let rows = self.audit.of(email, from, until).await?;
        // Rows that name the address may be of another account that once had it.
        let own = rows.into_iter().filter(|row| row.account == *email);
        events.extend(own.map(certified));
        events.sort_by_key(|event| Reverse(event.time));
        events.truncate(max);
        Ok(events)
    }
}

fn certified(row: AuditRow) -> Event {
    Event {
        device: String::new(),
        email: row.account,
        source: String::new(),
        time: row.time,
        what: What::Certified {
            address: row.email.as_str().to_owned(),
            key: row.key_thumbprint,
            lifetime_ms: row.lifetime_ms,
        },
    }
}

#[cfg(test)]
mod tests;
