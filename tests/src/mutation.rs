//! Valid bundles, changed in every way that anybody thought of, and two opinions on each: the product's and the
//! [oracle](crate::oracle)'s. What one accepts and the other refuses is a fault of one of them.
//!
//! Each case is made from a seed and its number alone, so any of them can be made again.

#[path = "mutation/circumstances.rs"]
mod circumstances;
#[path = "mutation/claims.rs"]
mod claims;
#[path = "mutation/compare.rs"]
mod compare;
#[path = "mutation/dice.rs"]
mod dice;
#[path = "mutation/documents.rs"]
mod documents;
#[path = "mutation/draft.rs"]
mod draft;
#[path = "mutation/keys.rs"]
mod keys;
#[path = "mutation/odd.rs"]
mod odd;
#[path = "mutation/signers.rs"]
mod signers;
#[path = "mutation/splice.rs"]
mod splice;
#[path = "mutation/stage.rs"]
mod stage;
#[path = "mutation/text.rs"]
mod text;

use std::collections::BTreeMap;
use std::fmt;
use std::ops::Range;
use std::sync::Mutex;
use std::sync::atomic::{AtomicU64, Ordering};

use dice::Dice;
use draft::Draft;
use stage::Stage;

/// A name, and what it does to a draft.
type Mutation = (&'static str, fn(&mut Draft, &mut Dice, &Stage));

/// The numbers of a run.
#[derive(Debug, Default)]
pub struct Tally {
    /// Good bundles that all others were made of.
    pub bases: usize,
    /// How many both accept.
    pub accepted: u64,
    /// How many the product accepts and the oracle refuses, or the other way round, or as somebody else: each a fault.
    pub disputed: Vec<String>,
    /// Kind of mutation → how often it was the first, and how often the bundle was accepted all the same.
    pub kinds: BTreeMap<&'static str, (u64, u64)>,
    /// Rule of the oracle → how often it refused.
    pub refused: BTreeMap<&'static str, u64>,
    /// How many the oracle knew no answer to.
    pub undecided: u64,
}

/// Makes and judges the cases of `numbers` under `seed`, on so many threads.
pub fn run(seed: u64, numbers: Range<u64>, threads: usize) -> Tally {
    let stage = Stage::new();
    let next = AtomicU64::new(numbers.start);
    let total = Mutex::new(Tally {
        bases: stage.bases.len(),
        ..Tally::default()
    });
    std::thread::scope(|scope| {
        for _ in 0..threads.max(1) {
            scope.spawn(|| {
                let mut tally = Tally::default();
                loop {
                    let number = next.fetch_add(1, Ordering::Relaxed);
                    if number >= numbers.end {
                        break;
                    }
                    one(seed, number, &stage, &mut tally);
                }
                total.lock().expect("no poison").add(tally);
            });
        }
    });
    total.into_inner().expect("no poison")
}

/// Kinds of mutation.
fn kinds() -> Vec<Mutation> {
    let all = [
        text::ALL,
        splice::ALL,
        claims::ALL,
        keys::ALL,
        documents::ALL,
        circumstances::ALL,
    ];
    all.concat()
}

fn one(seed: u64, number: u64, stage: &Stage, tally: &mut Tally) {
    let kinds = kinds();
    let mut dice = Dice::new(seed, number);
    // Long keys are slow to sign with and no more interesting.
    let bases = if dice.once_in(4) {
        &stage.bases
    } else {
        &stage.quick
    };
    let mut draft = dice.pick(bases).clone();
    let (kind, mutate) = kinds[number as usize % kinds.len()];
    mutate(&mut draft, &mut dice, stage);
    let mut also = "";
    if dice.once_in(4) {
        let (second, mutate) = *dice.pick(&kinds);
        mutate(&mut draft, &mut dice, stage);
        also = second;
    }
    let verdict = compare::both(&draft);
    let count = tally.kinds.entry(kind).or_default();
    count.0 += 1;
    match verdict {
        compare::Verdict::Accepted => {
            count.1 += 1;
            tally.accepted += 1;
        }
        compare::Verdict::Refused(rule) => *tally.refused.entry(rule).or_default() += 1,
        compare::Verdict::Undecided => tally.undecided += 1,
        compare::Verdict::Disputed(why) => {
            tally.disputed.push(format!(
                "number {number} under seed {seed} ({kind}; {also}): {why}"
            ));
        }
    }
}

impl Tally {
    /// How many cases there were.
    pub fn cases(&self) -> u64 {
        self.kinds.values().map(|(count, _)| count).sum()
    }

    fn add(&mut self, other: Self) {
        self.accepted += other.accepted;
        self.undecided += other.undecided;
        self.disputed.extend(other.disputed);
        for (kind, (count, accepted)) in other.kinds {
            let sum = self.kinds.entry(kind).or_default();
            sum.0 += count;
            sum.1 += accepted;
        }
        for (rule, count) in other.refused {
            *self.refused.entry(rule).or_default() += count;
        }
    }
}

impl fmt::Display for Tally {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(f, "kind of mutation: cases, accepted by both")?;
        for (kind, (count, accepted)) in &self.kinds {
            writeln!(f, "  {kind}: {count}, {accepted}")?;
        }
        writeln!(f, "refused by both, by the oracle's first objection")?;
        for (rule, count) in &self.refused {
            writeln!(f, "  {rule}: {count}")?;
        }
        for why in self.disputed.iter().take(20) {
            writeln!(f, "DISPUTED {why}")?;
        }
        write!(
            f,
            "{} changed bundles of {} good ones, {} kinds of mutation: {} accepted by both, {} undecided, {} disputed",
            self.cases(),
            self.bases,
            self.kinds.len(),
            self.accepted,
            self.undecided,
            self.disputed.len()
        )
    }
}
