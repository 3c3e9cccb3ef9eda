//! What one verification hears, and whether asking again is worth while.

use browserid::{FederationRefusal, Freshness, Heard, Question, Refusal, Timestamp, Verification};

use crate::documents::{Documents, Wanted};
use crate::ports::Clock;

/// Asks for one verification: nobody twice, and everybody within the time of one walk.
pub(super) struct Hearing<'a> {
    clock: &'a dyn Clock,
    documents: &'a Documents,
    /// In this walk, or asked for newly in the one before it.
    heard: Vec<Heard>,
    /// What came from memory in the walk before this one.
    outdated: Vec<Heard>,
    started: Timestamp,
    took_us: u64,
}

impl<'a> Hearing<'a> {
    /// For a verification that began at `started`.
    pub(super) fn new(clock: &'a dyn Clock, documents: &'a Documents, started: Timestamp) -> Self {
        Self {
            clock,
            documents,
            heard: Vec::new(),
            outdated: Vec::new(),
            started,
            took_us: 0,
        }
    }

    /// Answers all questions of `verification`.
    pub(super) async fn answer_all(&mut self, verification: &mut Verification) {
        while let Some(question) = verification.question() {
            let heard = self.ask(&question).await;
            verification.hear(&heard);
        }
    }

    /// After a refusal that other documents may change: asks those hosts again whose answers came from memory, one after
    /// the other, each at most once a minute whoever wants it, until one says something else. Then this is the hearing for
    /// a second verification; nothing that was asked newly so far is asked again in it. False if nobody says anything else.
    pub(super) async fn look_again(&mut self) -> bool {
        let is_new = |heard: &Heard| heard.freshness == Freshness::Fetched;
        let heard = core::mem::take(&mut self.heard);
        (self.heard, self.outdated) = heard.into_iter().partition(is_new);
        for old in self.outdated.clone() {
            let newer = self.ask(old.reading.question()).await;
            if is_new(&newer) && newer.reading != old.reading {
                return true;
            }
        }
        false
    }

    /// Microseconds that all questions took.
    pub(super) fn took_us(&self) -> u64 {
        self.took_us
    }

    async fn ask(&mut self, question: &Question) -> Heard {
        if let Some(heard) = find(&self.heard, question) {
            return heard.clone();
        }
        let wanted = match find(&self.outdated, question) {
            Some(_) => Wanted::Newer,
            None => Wanted::Fresh,
        };
        let asked_us = self.clock.elapsed_us();
        let now = self.clock.now();
        let spent_ms = now.since_ms(self.started);
        let heard = self.documents.ask(question, now, spent_ms, wanted).await;
        self.took_us += self.clock.elapsed_us().saturating_sub(asked_us);
        self.heard.push(heard.clone());
        heard
    }
}

fn find<'a>(heard: &'a [Heard], question: &Question) -> Option<&'a Heard> {
    heard
        .iter()
        .find(|heard| heard.reading.question() == question)
}

/// True for a refusal that another document could turn into something else: other keys, another authority. What is wrong
/// with what was sent stays wrong.
pub(super) fn may_be_outdated(refusal: &Refusal) -> bool {
    use browserid::Part::Certificate;
    match refusal {
        Refusal::AlgorithmMismatch { part } | Refusal::Signature { part, .. } => {
            *part == Certificate
        }
        // Of the issuer's keys or of the person's: the refusal does not tell.
        Refusal::KeyTooWeak { .. } => true,
        Refusal::Discovery(_) | Refusal::UntrustedIssuer { .. } => true,
        Refusal::Federation(refusal) => matches!(
            refusal,
            FederationRefusal::KeyTooWeak { .. } | FederationRefusal::MemberDelegates { .. }
        ),
        _ => false,
    }
}
