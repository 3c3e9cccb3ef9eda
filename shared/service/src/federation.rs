//! The member list of a federation: held, and kept new.
//!
//! * **Without a list nobody is believed**: everybody is refused (`list_missing`) until one has been read.
//! * **The old list stays** until it is over by itself, while reading a new one fails or the new one is refused. Then
//!   everybody is refused (`list_expired`).
//! * **A list never goes back**: one that was issued before the one that is held is refused, and so is another one of the
//!   same moment. (What was held is forgotten when the program ends: after that, a list's own end is the bound.)
//! * **When**: with the first verification, or [`refresh`](Members::refresh), that finds the last reading older than
//!   `every_ms`; after a failure again after [`RETRY_MS`]. One reading at a time.
//! * **Nobody waits for a new list who has one**: it is read beside, and counts from the next verification on. Who has
//!   none that holds waits for the reading under way, as long as the port takes.

mod refresh;
mod tally;

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use browserid::{Domain, Federation, HostRule, MemberList, Refusal, Seal, Timestamp};
use tokio::sync::Mutex as Turn;

use crate::ports::{Clock, MemberLists};

pub use refresh::RefreshFailure;
pub use tally::{Counts, Voice};

use refresh::Aside;
use tally::Tally;

/// How long after a failure a list is read again, in milliseconds: half a minute.
pub const RETRY_MS: u64 = 30 * 1000;

/// Whom a federation lists, as of the last list that could be had.
pub struct Members {
    clock: Arc<dyn Clock>,
    every_ms: u64,
    held: Mutex<Held>,
    hosts: HostRule,
    lists: Arc<dyn MemberLists>,
    seal: Seal,
    /// Held by whoever reads.
    turn: Turn<()>,
}

/// What is behind the lock, which is never held while something is waited for.
struct Held {
    federation: Arc<Federation>,
    /// The last reading's end, whatever came of it.
    read: Option<Timestamp>,
    /// How many readings have ended.
    readings: u64,
    /// The last one that brought a list.
    refreshed: Option<Timestamp>,
    tally: Tally,
    /// Why the last reading brought none, if so.
    trouble: Option<RefreshFailure>,
}

/// How it stands, for whoever keeps the verifier.
#[derive(Clone, Debug)]
pub struct Standing {
    /// What came of verifications since the start: by member of the list that is held, and all strangers as one.
    pub counts: Vec<(Voice, Counts)>,
    /// What is held.
    pub federation: Arc<Federation>,
    /// When a list was read last, this one again or for the first time.
    pub refreshed: Option<Timestamp>,
    /// Why the last reading brought none, and when.
    pub trouble: Option<(Timestamp, RefreshFailure)>,
}

impl Members {
    /// `lists` is where the list is, `seal` what it must show, `hosts` which names may stand in it; `every_ms`: how often
    /// it is read. Nothing is read yet.
    pub fn new(
        clock: Arc<dyn Clock>,
        lists: Arc<dyn MemberLists>,
        seal: Seal,
        hosts: HostRule,
        every_ms: u64,
    ) -> Arc<Self> {
        Arc::new(Self {
            clock,
            every_ms,
            held: Mutex::new(Held {
                federation: Arc::new(Federation::Nobody),
                read: None,
                readings: 0,
                refreshed: None,
                tally: Tally::default(),
                trouble: None,
            }),
            hosts,
            lists,
            seal,
            turn: Turn::new(()),
        })
    }

    /// Whom to believe now. Needs a tokio runtime.
    pub async fn current(self: &Arc<Self>) -> Arc<Federation> {
        let now = self.clock.now();
        let (federation, is_due) = {
            let held = self.held();
            (Arc::clone(&held.federation), self.is_due(&held, now))
        };
        if !is_due {
            return federation;
        }
        if federation.list_at(now).is_ok() {
            self.refresh_aside();
            return federation;
        }
        // What came of it is in the log, and in what is held now.
        let _ = self.refresh().await;
        Arc::clone(&self.held().federation)
    }

    /// Reads the list, or waits for the reading that is under way.
    pub async fn refresh(&self) -> Result<(), RefreshFailure> {
        let ended = self.held().readings;
        let _turn = self.turn.lock().await;
        {
            let held = self.held();
            if held.readings != ended {
                return held.trouble.clone().map_or(Ok(()), Err);
            }
        }
        self.read().await
    }

    /// How it stands.
    pub fn standing(&self) -> Standing {
        let held = self.held();
        Standing {
            counts: held.tally.all(),
            federation: Arc::clone(&held.federation),
            refreshed: held.refreshed,
            trouble: held.read.zip(held.trouble.clone()),
        }
    }

    /// Counts what came of a verification, and says by whose name: that of the certificate's issuer if it is on the list.
    /// Who was accepted is proven; who was refused may only have been named by somebody else.
    pub(crate) fn count(&self, issuer: Option<&Domain>, refusal: Option<&Refusal>) -> Voice {
        let mut held = self.held();
        let list = held.federation.list();
        let member = list.and_then(|list| list.member(issuer?));
        let voice = member.map_or(Voice::Stranger, |member| {
            Voice::Member(member.issuer.clone())
        });
        held.tally.count(&voice, refusal);
        voice
    }

    /// A panic elsewhere leaves it whole: nothing in here panics between two changes that belong together.
    fn held(&self) -> MutexGuard<'_, Held> {
        self.held.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn is_due(&self, held: &Held, now: Timestamp) -> bool {
        let pause_ms = match &held.trouble {
            Some(_) => RETRY_MS.min(self.every_ms),
            None => self.every_ms,
        };
        held.read.is_none_or(|read| now.since_ms(read) >= pause_ms)
    }

    /// By a task of its own, unless somebody reads already.
    fn refresh_aside(self: &Arc<Self>) {
        if self.turn.try_lock().is_ok() {
            tokio::spawn(Aside(Arc::clone(self)).refresh());
        }
    }
}

impl Held {
    fn take(&mut self, list: MemberList) -> Result<(), RefreshFailure> {
        if let Some(held) = self.federation.list() {
            if list == *held {
                return Ok(());
            }
            if list.issued() <= held.issued() {
                return Err(RefreshFailure::Older {
                    held: held.issued(),
                    offered: list.issued(),
                });
            }
        }
        self.tally.keep_only(&list);
        self.federation = Arc::new(Federation::Members(list));
        Ok(())
    }
}

#[cfg(test)]
mod tests;
