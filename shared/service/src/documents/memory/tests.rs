use browserid::{Answer, DiscoveryRules, Domain, Freshness, HostRule};

use super::*;
use crate::ports::Keep;

const NOW: Timestamp = Timestamp::from_millis(1_800_000_000_000);
const BOUND: usize = 256 * 1024;
const HOUR_MS: u64 = 3_600_000;

/// A memory, and what has been asked of it so far.
struct Desk {
    memory: Memory,
    next_number: u64,
}

fn question(host: &str) -> Arc<Question> {
    let domain = Domain::parse(host, HostRule::Public).expect("a domain");
    Arc::new(Question {
        host: domain.clone(),
        principal: domain,
    })
}

fn read(question: &Question, status: u16, body: &str) -> Reading {
    let rules = DiscoveryRules {
        fallback: None,
        hosts: HostRule::Public,
        max_delegations: 5,
        strict_content_type: false,
    };
    let answer = Answer::Response {
        status,
        content_type: Some("application/json".to_owned()),
        body: body.as_bytes().to_vec(),
    };
    Reading::of(question, answer, &rules)
}

/// A document that delegates to `name`, with `padding` more bytes.
fn delegation(question: &Question, name: &str, padding: usize) -> Reading {
    let padding = "x".repeat(padding);
    let body = format!(r#"{{"authority":"{name}","padding":"{padding}"}}"#);
    let reading = read(question, 200, &body);
    assert!(reading.said().is_ok(), "{reading:?}");
    reading
}

impl Desk {
    fn new() -> Self {
        Self::bounded(BOUND)
    }

    fn bounded(bound: usize) -> Self {
        Self {
            memory: Memory::new(bound),
            next_number: 1,
        }
    }

    /// It is asked at `now`, answers `reading`, and the answer may be kept for six hours.
    fn keep(&mut self, question: &Arc<Question>, reading: &Reading, now: Timestamp) {
        let number = self.next_number;
        self.next_number += 1;
        self.keep_numbered(question, reading, now, number);
    }

    fn keep_numbered(
        &mut self,
        question: &Arc<Question>,
        reading: &Reading,
        now: Timestamp,
        number: u64,
    ) {
        let keep = Keep::For { ms: 6 * HOUR_MS };
        let kept = Kept {
            clock_offset_ms: None,
            lifetime: Lifetime::of(reading, keep, now),
            number,
            reading: reading.clone(),
        };
        self.memory.keep(question, kept, now);
        let weight = self.memory.weight();
        assert!(weight <= self.memory.bound, "{weight}");
        self.is_whole();
    }

    fn keep_some_document(&mut self, host: &str, now: Timestamp) {
        let question = question(host);
        self.keep(&question, &delegation(&question, "idp.example", 0), now);
    }

    fn has(&mut self, host: &str, now: Timestamp) -> bool {
        self.memory.find(&question(host), now).is_some()
    }

    /// Without counting as a use.
    fn holds(&self, host: &str) -> bool {
        self.memory.entries.contains_key(&question(host))
    }

    /// Every entry stands in one queue, once. (Looked through only while that is quick.)
    fn is_whole(&self) {
        let Memory { new, proven, .. } = &self.memory;
        assert_eq!(
            new.order.len() + proven.order.len(),
            self.memory.entries.len()
        );
        if !self.next_number.is_multiple_of(1_000) {
            return;
        }
        for (queue, is_proven) in [(new, false), (proven, true)] {
            let entries = queue.order.iter().map(|question| {
                let entry = self.memory.entries.get(question).expect("an entry");
                assert_eq!(entry.is_proven, is_proven);
                entry.weight
            });
            assert_eq!(entries.sum::<usize>(), queue.weight);
        }
    }
}

#[test]
fn a_flood_of_hosts_stays_within_the_bound_and_leaves_a_host_that_was_asked_for_twice() {
    let mut desk = Desk::new();
    desk.keep_some_document("busy.example", NOW);
    assert!(desk.has("busy.example", NOW));
    for number in 0..100_000 {
        desk.keep_some_document(&format!("h{number}.example"), NOW);
    }
    assert!(desk.has("busy.example", NOW));
    assert!(desk.holds("h99999.example"), "the newest is kept too");
    assert!(!desk.holds("h0.example"));
}

#[test]
fn a_flood_of_hosts_asked_for_twice_leaves_a_host_that_is_asked_for_now_and_then() {
    let mut desk = Desk::new();
    desk.keep_some_document("busy.example", NOW);
    for number in 0..100_000 {
        let host = format!("h{number}.example");
        desk.keep_some_document(&host, NOW);
        assert!(desk.has(&host, NOW));
        if number % 30 == 0 {
            assert!(desk.has("busy.example", NOW), "after {number}");
        }
    }
    assert!(!desk.holds("h0.example"));
}

#[test]
fn without_need_nothing_that_is_fresh_goes() {
    let mut desk = Desk::new();
    for number in 0..100 {
        desk.keep_some_document(&format!("h{number}.example"), NOW);
    }
    assert_eq!(desk.memory.len(), 100);
    assert!((0..100).all(|number| desk.has(&format!("h{number}.example"), NOW)));
}

#[test]
fn what_is_stale_goes_although_there_is_room() {
    let mut desk = Desk::new();
    for number in 0..50 {
        let host = format!("old{number}.example");
        desk.keep_some_document(&host, NOW);
        // Some were asked for often, and go a little later.
        for _ in 0..number % 5 {
            assert!(desk.has(&host, NOW));
        }
    }
    let later = NOW.plus_ms(6 * HOUR_MS);
    for number in 0..110 {
        desk.keep_some_document(&format!("h{number}.example"), later);
    }
    let old: Vec<_> = (0..50)
        .map(|number| format!("old{number}.example"))
        .filter(|host| desk.holds(host))
        .collect();
    assert_eq!(old, Vec::<String>::new());
    assert_eq!(desk.memory.len(), 110);
}

#[test]
fn a_stale_answer_is_not_given() {
    let mut desk = Desk::new();
    desk.keep_some_document("idp.example", NOW);
    assert!(desk.has("idp.example", NOW.plus_ms(6 * HOUR_MS - 1)));
    assert!(!desk.has("idp.example", NOW.plus_ms(6 * HOUR_MS)));
    assert!(desk.memory.had_document(&question("idp.example")));
    assert!(!desk.memory.had_document(&question("other.example")));
}

#[test]
fn what_is_too_heavy_for_the_bound_goes_and_takes_nobody_along_that_was_asked_for_twice() {
    let mut desk = Desk::bounded(100 * 1024);
    desk.keep_some_document("busy.example", NOW);
    assert!(desk.has("busy.example", NOW));
    for number in 0..100 {
        let heavy = question(&format!("heavy{number}.example"));
        desk.keep(&heavy, &delegation(&heavy, "idp.example", 60_000), NOW);
    }
    assert!(desk.has("busy.example", NOW));
    assert_eq!(desk.memory.len(), 1);
}

#[test]
fn an_answer_that_grows_where_it_stands_stays_within_the_bound() {
    let mut desk = Desk::bounded(100 * 1024);
    let growing = question("growing.example");
    for number in 0..40 {
        desk.keep_some_document(&format!("h{number}.example"), NOW);
    }
    for padding in [0, 1_000, 20_000, 40_000, 60_000, 0] {
        desk.keep(&growing, &delegation(&growing, "idp.example", padding), NOW);
    }
    assert!(desk.holds("growing.example"));
}

#[test]
fn a_failure_does_not_take_the_place_of_a_fresh_document() {
    let idp = question("idp.example");
    let document = delegation(&idp, "other.example", 0);
    for failure in [
        read(&idp, 404, ""),
        read(&idp, 503, ""),
        read(&idp, 200, ""),
    ] {
        let mut desk = Desk::new();
        desk.keep(&idp, &document, NOW);
        let last = NOW.plus_ms(6 * HOUR_MS - 1);
        desk.keep(&idp, &failure, last);
        let heard = desk.memory.find(&idp, last).expect("still there");
        assert_eq!(heard.reading, document);
        assert_eq!(
            heard.freshness,
            Freshness::Kept {
                age_ms: 6 * HOUR_MS - 1,
                left_ms: 1
            }
        );

        let stale = NOW.plus_ms(6 * HOUR_MS);
        desk.keep(&idp, &failure, stale);
        let heard = desk.memory.find(&idp, stale).expect("the failure");
        assert_eq!(heard.reading, failure);
    }
}

#[test]
fn a_document_takes_the_place_of_a_document_and_of_a_failure() {
    let idp = question("idp.example");
    let document = delegation(&idp, "other.example", 0);
    for before in [delegation(&idp, "another.example", 0), read(&idp, 404, "")] {
        let mut desk = Desk::new();
        desk.keep(&idp, &before, NOW);
        desk.keep(&idp, &document, NOW);
        let heard = desk.memory.find(&idp, NOW).expect("the new one");
        assert_eq!(heard.reading, document);
    }
}

#[test]
fn what_was_asked_earlier_does_not_take_the_place_of_what_was_asked_later() {
    let idp = question("idp.example");
    let newer = delegation(&idp, "newer.example", 0);
    let older = delegation(&idp, "older.example", 0);
    let mut desk = Desk::new();
    desk.keep_numbered(&idp, &newer, NOW, 2);
    desk.keep_numbered(&idp, &older, NOW.plus_ms(5), 1);
    let heard = desk.memory.find(&idp, NOW).expect("one of them");
    assert_eq!(heard.reading, newer);
}
