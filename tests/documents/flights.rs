//! Many who ask the same at once, and what becomes of them when something goes wrong with one.

use std::sync::Arc;

use browserid::{Heard, Timestamp};
use service::documents::{Bounds, Documents, Wanted};
use service::ports::Keep;
use tokio::task::JoinHandle;

use crate::strangers::{
    Gate, Manner, NOW, Strangers, about, ask, authority, delegation, documents, failure,
    is_fetched, is_kept_since, question, until,
};

/// Strangers of whom `idp.example` answers when the gate is opened.
fn slow() -> (Arc<Strangers>, Gate) {
    let (strangers, gate) = (Strangers::new(), Gate::new());
    strangers.says("idp.example", &delegation("other.example"), Keep::Unsaid);
    strangers.behaves("idp.example", Manner::Waits(gate.clone()));
    (strangers, gate)
}

/// Asks `idp.example` about itself, as a task of its own.
fn spawn(documents: &Arc<Documents>, now: Timestamp) -> JoinHandle<Heard> {
    let documents = Arc::clone(documents);
    tokio::spawn(async move { ask(&documents, &question("idp.example"), now).await })
}

#[tokio::test]
async fn two_hundred_who_ask_at_once_are_answered_by_one_question() {
    let (strangers, gate) = slow();
    let documents = documents(&strangers, Bounds::SERVER);
    // Each read the clock a little earlier or later than the one before.
    let asking: Vec<_> = (0..200)
        .map(|number| spawn(&documents, NOW.plus_ms(number * 7 % 20)))
        .collect();
    until(|| Arc::strong_count(&documents) == 201).await;
    until(|| documents.load().in_flight == 1).await;
    gate.open();
    for asking in asking {
        let heard = asking.await.expect("an answer");
        assert!(is_fetched(&heard));
        assert_eq!(authority(&heard).as_deref(), Some("other.example"));
    }
    assert_eq!(strangers.asked(), ["idp.example for idp.example"]);
    until(|| documents.load().in_flight == 0).await;
}

#[tokio::test]
async fn others_are_served_when_the_one_who_asked_first_goes_away() {
    let (strangers, gate) = slow();
    let documents = documents(&strangers, Bounds::SERVER);
    let first = spawn(&documents, NOW);
    until(|| documents.load().in_flight == 1).await;
    let others = [spawn(&documents, NOW), spawn(&documents, NOW)];
    first.abort();
    assert!(first.await.expect_err("went away").is_cancelled());
    gate.open();
    for other in others {
        let heard = other.await.expect("an answer");
        assert_eq!(authority(&heard).as_deref(), Some("other.example"));
    }
    assert_eq!(strangers.asked().len(), 1);
}

#[tokio::test]
async fn a_question_goes_on_when_everybody_went_away() {
    let (strangers, gate) = slow();
    let documents = documents(&strangers, Bounds::SERVER);
    let only = spawn(&documents, NOW);
    until(|| documents.load().in_flight == 1).await;
    only.abort();
    assert!(only.await.expect_err("went away").is_cancelled());
    assert_eq!(documents.load().in_flight, 1);
    gate.open();
    until(|| documents.load().in_flight == 0).await;
    let heard = ask(&documents, &question("idp.example"), NOW).await;
    assert!(is_kept_since(&heard, 0));
    assert_eq!(strangers.asked().len(), 1);
}

#[tokio::test]
async fn a_bug_in_the_network_port_reaches_everyone_who_waits_and_nobody_after() {
    let (strangers, gate) = slow();
    strangers.behaves("idp.example", Manner::WaitsAndBreaks(gate.clone()));
    let documents = documents(&strangers, Bounds::SERVER);
    let asking = [NOW; 3].map(|now| spawn(&documents, now));
    until(|| documents.load().in_flight == 1).await;
    gate.open();
    for asking in asking {
        // The web ring makes a 503 of it.
        assert!(asking.await.expect_err("a panic").is_panic());
    }
    assert_eq!(strangers.asked().len(), 1);
    assert_eq!(documents.load().in_flight, 0);

    strangers.recovers("idp.example");
    let heard = ask(&documents, &question("idp.example"), NOW).await;
    assert_eq!(authority(&heard).as_deref(), Some("other.example"));
}

#[tokio::test]
async fn who_has_no_time_left_hears_what_is_kept_and_asks_nobody() {
    let (strangers, gate) = slow();
    gate.open();
    let documents = documents(&strangers, Bounds::SERVER);
    let idp = question("idp.example");
    for spent_ms in [8_000, 8_001, u64::MAX] {
        let heard = documents.ask(&idp, NOW, spent_ms, Wanted::Fresh).await;
        assert_eq!(failure(&heard), Some("domain_timeout"));
    }
    assert_eq!(strangers.asked(), Vec::<String>::new());
    ask(&documents, &idp, NOW).await;
    for wanted in [Wanted::Fresh, Wanted::Newer] {
        let heard = documents.ask(&idp, NOW, 8_000, wanted).await;
        assert!(is_kept_since(&heard, 0));
    }
    assert_eq!(strangers.asked().len(), 1);
}

#[tokio::test]
async fn what_left_before_the_process_was_frozen_is_not_waited_for() {
    let (strangers, gate) = slow();
    let documents = documents(&strangers, Bounds::SERVER);
    let idp = question("idp.example");
    spawn(&documents, NOW);
    until(|| documents.load().in_flight == 1).await;
    strangers.recovers("idp.example");

    // An hour later by the clock on the wall; the process did not notice.
    let later = NOW.plus_ms(3_600_000);
    let heard = ask(&documents, &idp, later).await;
    assert_eq!(authority(&heard).as_deref(), Some("other.example"));
    assert_eq!(strangers.asked().len(), 2);

    // The old question comes back late, with an older answer, and takes nobody's place.
    strangers.says("idp.example", &delegation("older.example"), Keep::Unsaid);
    gate.open();
    until(|| documents.load().in_flight == 0).await;
    let heard = ask(&documents, &idp, later).await;
    assert!(is_kept_since(&heard, 0));
    assert_eq!(authority(&heard).as_deref(), Some("other.example"));
}

#[tokio::test]
async fn different_principals_are_different_questions() {
    let (strangers, gate) = slow();
    gate.open();
    let documents = documents(&strangers, Bounds::SERVER);
    let questions = ["a.example", "b.example"].map(|name| about("idp.example", name));
    let heard = tokio::join!(
        ask(&documents, &questions[0], NOW),
        ask(&documents, &questions[1], NOW)
    );
    assert_eq!(*heard.0.reading.question(), questions[0]);
    assert_eq!(*heard.1.reading.question(), questions[1]);
    assert_eq!(
        strangers.asked(),
        ["idp.example for a.example", "idp.example for b.example"]
    );
}
