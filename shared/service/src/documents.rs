//! Other domains' support documents: asked for once, kept for a while, within bounds.
//!
//! * **A question is a host and a principal.** `GET /.well-known/browserid?domain=…` may answer each principal otherwise,
//!   so what was said about one is never used for another; and each answer is read by the one set of rules given here.
//! * **How long** an answer is used stands in the table of `documents/lifetime.rs`: a document 60 s to 6 h, a failure 30 s. What is stale is
//!   not used.
//! * **One question at a time**: whoever asks what is on its way waits for that. It is sent by a task of its own and has the
//!   network port's whole time, however little the walk of who asked first has left: otherwise a chain of slow
//!   delegations would make a healthy host look as if it did not answer. It goes on when everyone has left.
//! * **Nobody waits longer** than [`Bounds::walk_ms`] less what the own walk has taken.
//! * **Questions on their way are bounded**, in all and to one host. Beyond that, who asks is told at once that the host
//!   cannot be reached, which is kept by nobody; what is kept stays available. Some places are left to hosts that had
//!   a document before.
//! * **A second look** ([`Wanted::Newer`]) asks although the answer kept is fresh: once a minute for each host, whoever
//!   wants it. If it brings no document, the one that is kept stays, and is the answer.
//! * **What is kept is bounded in bytes**, and hosts asked for once do not push out hosts asked for often (`documents/memory.rs`).
//!
//! Whoever can time answers can tell whether somebody asked about a domain in the last minutes.

mod bounds;
mod flights;
mod lifetime;
mod memory;
mod second_looks;

use std::panic::resume_unwind;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use browserid::{
    Answer, DiscoveryRules, Freshness, Heard, Question, Reading, Timestamp, Unreachable,
};
use tokio::time::timeout;

use crate::ports::{Fetched, SupportDocuments};

pub use bounds::{Bounds, Load};

use flights::{Arrival, Boarding, Flights, Landed, Ticket};
use lifetime::Lifetime;
use memory::{Kept, Memory};
use second_looks::SecondLooks;

/// What other domains say, read by one set of rules.
pub struct Documents(Arc<Desk>);

/// What is good enough.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Wanted {
    /// What was kept, while it is fresh.
    Fresh,
    /// Something newer than what was kept, because that led to a refusal; if the host may be asked again already.
    Newer,
}

impl Documents {
    /// Asks `network`, reads by `rules`, stays within `bounds`.
    pub fn new(network: Arc<dyn SupportDocuments>, rules: DiscoveryRules, bounds: Bounds) -> Self {
        Self(Arc::new(Desk {
            bounds,
            network,
            rules,
            shelf: Mutex::new(Shelf {
                flights: Flights::new(bounds),
                memory: Memory::new(bounds.bytes),
                second_looks: SecondLooks::new(),
            }),
        }))
    }

    /// Within which bounds it stays.
    pub fn bounds(&self) -> Bounds {
        self.0.bounds
    }

    /// By which rules it reads.
    pub fn rules(&self) -> &DiscoveryRules {
        &self.0.rules
    }

    /// How much is held at the moment.
    pub fn load(&self) -> Load {
        let shelf = self.0.shelf();
        Load {
            answers: shelf.memory.len(),
            bytes: shelf.memory.weight(),
            in_flight: shelf.flights.count(),
        }
    }

    /// What the host of `question` says at `now`. `spent_ms` is how long the walk that the question belongs to has taken
    /// already. Needs a tokio runtime with time.
    ///
    /// With [`Wanted::Newer`] the answer is [`Freshness::Fetched`] only if a second look brought one.
    ///
    /// # Panics
    /// When the network port panicked over this question.
    pub async fn ask(
        &self,
        question: &Question,
        now: Timestamp,
        spent_ms: u64,
        wanted: Wanted,
    ) -> Heard {
        let left_ms = self.0.bounds.walk_ms.saturating_sub(spent_ms);
        let (kept, boarding) = match self.0.look(question, now, left_ms, wanted) {
            Looked::Enough(heard) => return heard,
            Looked::Ask(kept, boarding) => (kept, boarding),
        };
        let arrival = match boarding {
            Boarding::Joined(arrival) => arrival,
            Boarding::First(arrival, ticket) => {
                tokio::spawn(Flying::new(Arc::clone(&self.0), ticket).fly());
                arrival
            }
            Boarding::Full => {
                return kept.unwrap_or_else(|| self.0.no_answer(question, Unreachable::Connection));
            }
        };
        let landed = wait(arrival, left_ms).await;
        match (landed, kept) {
            (Ok(landed), Some(kept)) if is_worse(&landed.reading, &kept.reading) => kept,
            (Ok(landed), _) => Heard {
                clock_offset_ms: landed.clock_offset_ms,
                freshness: Freshness::Fetched,
                reading: landed.reading,
            },
            (Err(_), Some(kept)) => kept,
            (Err(Missed::TooLate), None) => self.0.no_answer(question, Unreachable::Timeout),
            (Err(Missed::BrokeOff), None) => resume_unwind(Box::new("asking a domain broke off")),
        }
    }
}

/// A failure says nothing newer than a document does.
fn is_worse(newer: &Reading, kept: &Reading) -> bool {
    newer.said().is_err() && kept.said().is_ok()
}

/// Why a question that was sent has no answer.
enum Missed {
    BrokeOff,
    TooLate,
}

async fn wait(mut arrival: Arrival, left_ms: u64) -> Result<Landed, Missed> {
    let arrived = arrival.wait_for(Option::is_some);
    match timeout(Duration::from_millis(left_ms), arrived).await {
        Ok(Ok(landed)) => landed.clone().ok_or(Missed::BrokeOff),
        Ok(Err(_)) => Err(Missed::BrokeOff),
        Err(_) => Err(Missed::TooLate),
    }
}

struct Desk {
    bounds: Bounds,
    network: Arc<dyn SupportDocuments>,
    rules: DiscoveryRules,
    shelf: Mutex<Shelf>,
}

/// What is behind the lock, which is never held while something is waited for.
struct Shelf {
    flights: Flights,
    memory: Memory,
    second_looks: SecondLooks,
}

enum Looked {
    Ask(Option<Heard>, Boarding),
    Enough(Heard),
}

impl Desk {
    /// A panic elsewhere leaves the shelf whole: nothing in here panics between two changes that belong together.
    fn shelf(&self) -> MutexGuard<'_, Shelf> {
        self.shelf.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn look(&self, question: &Question, now: Timestamp, left_ms: u64, wanted: Wanted) -> Looked {
        let mut shelf = self.shelf();
        let kept = shelf.memory.find(question, now);
        let is_enough = match wanted {
            _ if left_ms == 0 => true,
            Wanted::Fresh => kept.is_some(),
            // Without a fresh answer it is a first look; one that is on its way is as new as can be.
            Wanted::Newer => {
                kept.is_some()
                    && !shelf.flights.is_on_its_way(question, now)
                    && !shelf.second_looks.take(&question.host, now)
            }
        };
        if is_enough {
            let late = || self.no_answer(question, Unreachable::Timeout);
            return Looked::Enough(kept.unwrap_or_else(late));
        }
        let is_known = shelf.memory.had_document(question);
        Looked::Ask(kept, shelf.flights.board(question, now, is_known))
    }

    /// What is said of a host that was not asked, or not to the end: it is about us, so it is not kept.
    fn no_answer(&self, question: &Question, why: Unreachable) -> Heard {
        Reading::of(question, Answer::Unreachable(why), &self.rules).into()
    }
}

/// A question on its way. Wherever it ends, also in a panic, its place becomes free and who waits is told.
struct Flying {
    desk: Arc<Desk>,
    ticket: Ticket,
}

impl Flying {
    fn new(desk: Arc<Desk>, ticket: Ticket) -> Self {
        Self { desk, ticket }
    }

    async fn fly(self) {
        let Self { desk, ticket } = &self;
        let asked = desk.network.ask(&ticket.question, 0);
        let fetched = timeout(Duration::from_millis(desk.bounds.walk_ms), asked)
            .await
            .unwrap_or_else(|_| Answer::Unreachable(Unreachable::Timeout).into());
        self.land(fetched);
    }

    fn land(&self, fetched: Fetched) {
        let Self { desk, ticket } = self;
        let asked = ticket.asked;
        let offset = |host: Timestamp| host.as_millis() as i64 - asked.as_millis() as i64;
        let clock_offset_ms = fetched.host_time.map(offset);
        let reading = Reading::of(&ticket.question, fetched.answer, &desk.rules);
        let kept = Kept {
            clock_offset_ms,
            lifetime: Lifetime::of(&reading, fetched.keep, asked),
            number: ticket.number,
            reading: reading.clone(),
        };
        {
            let mut shelf = desk.shelf();
            shelf.memory.keep(&ticket.question, kept, asked);
        }
        let landed = Landed {
            clock_offset_ms,
            reading,
        };
        ticket.arrival.send_replace(Some(landed));
    }
}

impl Drop for Flying {
    fn drop(&mut self) {
        let Ticket {
            number, question, ..
        } = &self.ticket;
        self.desk.shelf().flights.end(question, *number);
    }
}

#[cfg(test)]
mod tests;
