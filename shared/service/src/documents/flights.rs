//! Questions that are on their way.

use std::collections::HashMap;
use std::sync::Arc;

use browserid::{Domain, Question, Reading, Timestamp};
use tokio::sync::watch;

use super::Bounds;
use super::lifetime::is_ahead;

/// How many of all that may be on their way are left to hosts that had a document before: strangers that hang do not keep
/// a known domain from being asked again. One in so many.
const RESERVE: usize = 8;

/// Questions that are on their way.
pub(super) struct Flights {
    bounds: Bounds,
    by_question: HashMap<Arc<Question>, Flight>,
    /// How many for other principals than the host itself are on their way to each host.
    by_host: HashMap<Domain, usize>,
    count: usize,
    next_number: u64,
}

/// What came back.
#[derive(Clone, Debug)]
pub(super) struct Landed {
    pub(super) clock_offset_ms: Option<i64>,
    pub(super) reading: Reading,
}

/// Who waits for it is told here; when the sender is gone without a word, the port panicked.
pub(super) type Arrival = watch::Receiver<Option<Landed>>;

struct Flight {
    arrival: Arrival,
    asked: Timestamp,
    number: u64,
}

/// A question that may be sent.
pub(super) struct Ticket {
    pub(super) arrival: watch::Sender<Option<Landed>>,
    pub(super) asked: Timestamp,
    /// Larger than that of every question before it.
    pub(super) number: u64,
    pub(super) question: Arc<Question>,
}

/// How a question is answered from the network.
pub(super) enum Boarding {
    /// It is on its way.
    Joined(Arrival),
    /// It is to be sent now.
    First(Arrival, Ticket),
    /// Too many are on their way.
    Full,
}

impl Flights {
    pub(super) fn new(bounds: Bounds) -> Self {
        Self {
            bounds,
            by_question: HashMap::new(),
            by_host: HashMap::new(),
            count: 0,
            next_number: 0,
        }
    }

    /// True if `question` is on its way already, for no longer than a walk takes. (In a process that was frozen meanwhile
    /// it may have left long ago.)
    pub(super) fn is_on_its_way(&self, question: &Question, now: Timestamp) -> bool {
        self.under_way(question, now).is_some()
    }

    /// `is_known` if the host had a document before.
    pub(super) fn board(
        &mut self,
        question: &Question,
        now: Timestamp,
        is_known: bool,
    ) -> Boarding {
        if let Some(flight) = self.under_way(question, now) {
            return Boarding::Joined(flight.arrival.clone());
        }
        let reserved = if is_known {
            0
        } else {
            self.bounds.in_flight / RESERVE
        };
        if self.count + reserved >= self.bounds.in_flight || !self.board_to_host(question) {
            return Boarding::Full;
        }
        self.count += 1;
        self.next_number += 1;
        let number = self.next_number;
        let question = Arc::new(question.clone());
        let (sender, arrival) = watch::channel(None);
        let flight = Flight {
            arrival: arrival.clone(),
            asked: now,
            number,
        };
        self.by_question.insert(Arc::clone(&question), flight);
        let ticket = Ticket {
            arrival: sender,
            asked: now,
            number,
            question,
        };
        Boarding::First(arrival, ticket)
    }

    /// It came back, or never will.
    pub(super) fn end(&mut self, question: &Question, number: u64) {
        self.count = self.count.saturating_sub(1);
        if let Some(count) = self.by_host.get_mut(&question.host) {
            if question.host != question.principal {
                *count = count.saturating_sub(1);
            }
            if *count == 0 {
                self.by_host.remove(&question.host);
            }
        }
        let current = self.by_question.get(question);
        if current.is_some_and(|flight| flight.number == number) {
            self.by_question.remove(question);
        }
    }

    /// How many are on their way.
    pub(super) fn count(&self) -> usize {
        self.count
    }

    /// A host's question about itself is one and no more; those about others, which anyone can invent, have a bound.
    fn board_to_host(&mut self, question: &Question) -> bool {
        if question.host == question.principal {
            return true;
        }
        let count = self.by_host.get(&question.host).copied().unwrap_or(0);
        let is_free = count < self.bounds.in_flight_per_host;
        if is_free {
            self.by_host.insert(question.host.clone(), count + 1);
        }
        is_free
    }

    fn under_way(&self, question: &Question, now: Timestamp) -> Option<&Flight> {
        self.by_question.get(question).filter(|flight| {
            !is_ahead(flight.asked, now) && now.since_ms(flight.asked) <= self.bounds.walk_ms
        })
    }
}
