//! What is kept, within a bound of bytes.
//!
//! Two queues share the bound. What is new waits in the first; what is asked for again there moves on to the second, where
//! each use since the last time round saves it once more. When room is needed, the first queue pays as long as it is longer
//! than its share: a flood of hosts that nobody asks for twice passes through the first queue and takes nothing from the
//! second. (This is S3-FIFO without its list of the departed.) Every step is paid by an insertion or a use before it, so a
//! request costs the same however much is kept.

use std::collections::{HashMap, VecDeque};
use std::sync::Arc;

use browserid::{Heard, Question, Reading, Timestamp};

use super::lifetime::Lifetime;

/// How often a use may save an entry before it must be used again.
const MOST_USES: u8 = 3;

/// The first queue's share of the bound is one in so many.
const SHARE: usize = 4;

/// How many entries at the head of each queue are looked at with each insertion, so that what nobody asks for any more
/// goes even when there is room.
const SWEPT: usize = 2;

/// Bytes that an entry takes beside its reading: places in both tables with their slack, and a second copy of the question
/// (its names are counted by their length).
const OVERHEAD: usize = 512;

/// What is kept.
pub(super) struct Memory {
    bound: usize,
    entries: HashMap<Arc<Question>, Entry>,
    /// Asked once.
    new: Queue,
    /// Asked again.
    proven: Queue,
}

/// One answer.
#[derive(Clone, Debug)]
pub(super) struct Kept {
    pub(super) clock_offset_ms: Option<i64>,
    pub(super) lifetime: Lifetime,
    /// Questions are numbered in the order in which they are asked.
    pub(super) number: u64,
    pub(super) reading: Reading,
}

struct Entry {
    is_proven: bool,
    kept: Kept,
    uses: u8,
    weight: usize,
}

#[derive(Default)]
struct Queue {
    order: VecDeque<Arc<Question>>,
    weight: usize,
}

impl Memory {
    /// Keeps at most `bound` bytes.
    pub(super) fn new(bound: usize) -> Self {
        Self {
            bound,
            entries: HashMap::new(),
            new: Queue::default(),
            proven: Queue::default(),
        }
    }

    /// What is known about `question` and fresh at `now`. Counts as a use.
    pub(super) fn find(&mut self, question: &Question, now: Timestamp) -> Option<Heard> {
        let entry = self.entries.get_mut(question)?;
        let freshness = entry.kept.lifetime.at(now)?;
        entry.use_once();
        Some(Heard {
            clock_offset_ms: entry.kept.clock_offset_ms,
            freshness,
            reading: entry.kept.reading.clone(),
        })
    }

    /// True if the last that was heard of `question` was a document, fresh or not.
    pub(super) fn had_document(&self, question: &Question) -> bool {
        let entry = self.entries.get(question);
        entry.is_some_and(|entry| entry.kept.reading.said().is_ok())
    }

    /// Keeps what came of a question that was asked at `asked`. It does not take the place of what was asked later, nor, if
    /// it is a failure, of a document that was fresh when it was asked.
    pub(super) fn keep(&mut self, question: &Arc<Question>, kept: Kept, asked: Timestamp) {
        let weight = weight(&kept);
        match self.entries.get_mut(question) {
            Some(entry) if entry.yields_to(&kept, asked) => {
                let queue = if entry.is_proven {
                    &mut self.proven
                } else {
                    &mut self.new
                };
                queue.weight = queue.weight - entry.weight + weight;
                entry.kept = kept;
                entry.weight = weight;
                entry.use_once();
            }
            Some(_) => return,
            None => {
                self.new.push(Arc::clone(question), weight);
                let entry = Entry {
                    is_proven: false,
                    kept,
                    uses: 0,
                    weight,
                };
                self.entries.insert(Arc::clone(question), entry);
            }
        }
        self.sweep(asked);
        self.make_room();
    }

    /// Bytes kept.
    pub(super) fn weight(&self) -> usize {
        self.new.weight + self.proven.weight
    }

    /// How many answers are kept.
    pub(super) fn len(&self) -> usize {
        self.entries.len()
    }

    fn make_room(&mut self) {
        while self.weight() > self.bound {
            let new_is_over = self.new.weight > self.bound / SHARE;
            match (self.new.order.is_empty(), self.proven.order.is_empty()) {
                (true, true) => break,
                (false, true) => self.step_new(),
                (false, false) if new_is_over => self.step_new(),
                _ => self.step_proven(),
            }
        }
    }

    /// The head of the first queue moves on if it was used, and goes if not.
    fn step_new(&mut self) {
        let Some((question, entry)) = self.new.pop(&mut self.entries) else {
            return;
        };
        if entry.uses > 0 {
            entry.is_proven = true;
            let weight = entry.weight;
            self.proven.push(question, weight);
        } else {
            self.entries.remove(&question);
        }
    }

    /// The head of the second queue goes to its end if it was used, and goes if not.
    fn step_proven(&mut self) {
        let Some((question, entry)) = self.proven.pop(&mut self.entries) else {
            return;
        };
        if entry.uses > 0 {
            entry.uses -= 1;
            let weight = entry.weight;
            self.proven.push(question, weight);
        } else {
            self.entries.remove(&question);
        }
    }

    /// Looks at some heads, for what is stale. What was used lately keeps its place a little longer: it is likely to be
    /// asked again, and then to be replaced where it stands.
    fn sweep(&mut self, now: Timestamp) {
        for _ in 0..SWEPT {
            match self.new.head(&self.entries) {
                Some(entry) if entry.uses > 0 || entry.is_stale(now) => self.step_new(),
                _ => break,
            }
        }
        for _ in 0..SWEPT.min(self.proven.order.len()) {
            match self.proven.head(&self.entries) {
                Some(entry) if entry.is_stale(now) => self.step_proven(),
                Some(_) => self.proven.order.rotate_left(1),
                None => break,
            }
        }
    }
}

impl Entry {
    fn is_stale(&self, now: Timestamp) -> bool {
        self.kept.lifetime.at(now).is_none()
    }

    fn use_once(&mut self) {
        self.uses = (self.uses + 1).min(MOST_USES);
    }

    fn yields_to(&self, other: &Kept, asked: Timestamp) -> bool {
        let is_worse = other.reading.said().is_err()
            && self.kept.reading.said().is_ok()
            && !self.is_stale(asked);
        self.kept.number < other.number && !is_worse
    }
}

impl Queue {
    fn push(&mut self, question: Arc<Question>, weight: usize) {
        self.order.push_back(question);
        self.weight += weight;
    }

    fn head<'a>(&self, entries: &'a HashMap<Arc<Question>, Entry>) -> Option<&'a Entry> {
        entries.get(self.order.front()?)
    }

    /// Its head, which is out of the queue's weight then.
    fn pop<'a>(
        &mut self,
        entries: &'a mut HashMap<Arc<Question>, Entry>,
    ) -> Option<(Arc<Question>, &'a mut Entry)> {
        let question = self.order.pop_front()?;
        let entry = entries.get_mut(&question)?;
        self.weight -= entry.weight;
        Some((question, entry))
    }
}

fn weight(kept: &Kept) -> usize {
    let Question { host, principal } = kept.reading.question();
    OVERHEAD + host.as_str().len() + principal.as_str().len() + kept.reading.weight()
}

#[cfg(test)]
mod tests;
