//! A store without a service that cleans up behind it does so itself.

use super::*;
use service::{
    ceremony::{CEREMONY_MS, Purpose},
    history::HISTORY_MS,
    proof::PROOF_MS,
    session::{ABSOLUTE_MS, IDLE_MS},
    standing::SEEN_RETENTION_MS,
};

const YOU: &str = "you@me.example";
const THEM: &str = "them@me.example";

on_each_medium!(
    sessions_that_are_over_are_cleaned_away_in_passing,
    challenges_that_are_over_are_cleaned_away_in_passing,
    events_that_were_kept_long_enough_are_cleaned_away_in_passing_whoevers_they_are,
    proofs_that_are_over_are_cleaned_away_in_passing,
    domains_that_were_kept_long_enough_are_cleaned_away_in_passing,
);

async fn proofs_that_are_over_are_cleaned_away_in_passing(ports: &Ports) {
    let put_at = async |browser, now| {
        let proof = Proof::start(CodeHash([1; 32]), email(YOU), now);
        let put = ports.proofs.put(hash(browser), proof).await;
        put.expect("it works");
    };
    put_at(1, START).await;
    put_at(2, START.plus_ms(PROOF_MS - 1)).await;
    let taken = ports.proofs.take(&hash(1)).await;
    assert!(taken.expect("it works"), "it was not over yet");
    put_at(1, START).await;
    put_at(3, START.plus_ms(PROOF_MS)).await;
    for (browser, expected) in [(1, false), (2, true), (3, true)] {
        let taken = ports.proofs.take(&hash(browser)).await;
        assert_eq!(taken.expect("it works"), expected, "{browser}");
    }
}

async fn domains_that_were_kept_long_enough_are_cleaned_away_in_passing(ports: &Ports) {
    let keep = async |name: &str, now| {
        ports.seen.keep(&domain(name), now).await.expect("it works");
    };
    keep("a.example", START).await;
    keep("b.example", START.plus_ms(SEEN_RETENTION_MS)).await;
    let found = ports.seen.find(&domain("a.example")).await;
    assert_eq!(found.expect("it works"), None);
}

async fn sessions_that_are_over_are_cleaned_away_in_passing(ports: &Ports) {
    ports.has_session(1, YOU).await;
    ports.has_session(2, YOU).await;
    let touch = ports.sessions.touch(&hash(2), START.plus_ms(IDLE_MS)).await;
    touch.expect("it works");

    let put_at = async |token, now| {
        let session = Session::start(email(THEM), now);
        let put = ports.sessions.put(hash(token), session).await;
        put.expect("it works");
    };
    put_at(3, START.plus_ms(IDLE_MS - 1)).await;
    assert_eq!(ports.sessions_up_to(3).await, [1, 2, 3]);
    put_at(4, START.plus_ms(IDLE_MS)).await;
    assert_eq!(ports.sessions_up_to(4).await, [2, 3, 4]);
    put_at(5, START.plus_ms(ABSOLUTE_MS)).await;
    assert_eq!(ports.sessions_up_to(5).await, [5]);
}

async fn challenges_that_are_over_are_cleaned_away_in_passing(ports: &Ports) {
    let put_at = async |browser, later_ms| {
        let ceremony = Ceremony {
            expires: START.plus_ms(later_ms + CEREMONY_MS),
            ..ceremony(Purpose::SignIn)
        };
        let put = ports.ceremonies.put(hash(browser), ceremony).await;
        put.expect("it works");
    };
    for browser in [1, 2] {
        put_at(browser, 0).await;
    }
    put_at(3, CEREMONY_MS - 1).await;
    // By a clock that is behind, so that only what is gone is not found.
    let taken = ports.ceremonies.take(&hash(1), START).await;
    assert!(taken.expect("it works").is_some(), "it was not over yet");
    put_at(4, CEREMONY_MS).await;
    for (browser, expected) in [(2, false), (3, true), (4, true)] {
        let taken = ports.ceremonies.take(&hash(browser), START).await;
        assert_eq!(taken.expect("it works").is_some(), expected, "{browser}");
    }
}

async fn events_that_were_kept_long_enough_are_cleaned_away_in_passing_whoevers_they_are(
    ports: &Ports,
) {
    let times = async |address| {
        let events = ports.everything_of(address).await;
        let later = events.iter().map(|event| event.time.since_ms(START));
        later.collect::<Vec<_>>()
    };
    for later_ms in [0, 0, 1] {
        ports.keeps(&event(YOU, later_ms)).await;
        ports.keeps(&event(THEM, later_ms)).await;
    }
    ports.keeps(&event(YOU, HISTORY_MS - 1)).await;
    assert_eq!(times(YOU).await, [HISTORY_MS - 1, 1, 0, 0]);
    assert_eq!(times(THEM).await, [1, 0, 0]);
    ports.keeps(&event(YOU, HISTORY_MS)).await;
    assert_eq!(times(YOU).await, [HISTORY_MS, HISTORY_MS - 1, 1]);
    assert_eq!(times(THEM).await, [1]);
    ports.keeps(&event(YOU, HISTORY_MS + 1)).await;
    assert_eq!(times(THEM).await, [0; 0]);
}
