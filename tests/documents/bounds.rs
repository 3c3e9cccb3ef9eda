//! How much is kept, and how many are asked at once.

use std::pin::pin;
use std::sync::Arc;
use std::task::{Context, Poll, Waker};

use browserid::Question;
use service::documents::{Bounds, Documents};
use service::ports::Keep;

use crate::strangers::{
    Gate, Manner, NOW, Strangers, about, ask, authority, delegation, documents, failure,
    is_kept_since, question, until,
};

const NARROW: Bounds = Bounds {
    bytes: 256 * 1024,
    in_flight: 16,
    in_flight_per_host: 2,
    walk_ms: 8_000,
};

/// Asks without waiting for the answer.
fn send(documents: &Arc<Documents>, question: Question) {
    let documents = Arc::clone(documents);
    tokio::spawn(async move { ask(&documents, &question, NOW).await });
}

#[tokio::test]
async fn a_flood_of_hosts_stays_within_the_bound_and_leaves_a_busy_one() {
    let strangers = Strangers::new();
    strangers.says("busy.example", &delegation("other.example"), Keep::Unsaid);
    let documents = documents(&strangers, NARROW);
    let busy = question("busy.example");
    ask(&documents, &busy, NOW).await;
    for number in 0..100_000 {
        ask(&documents, &question(&format!("h{number}.example")), NOW).await;
        assert!(documents.load().bytes <= NARROW.bytes, "at {number}");
        if number % 1_000 == 0 {
            assert!(is_kept_since(&ask(&documents, &busy, NOW).await, 0));
        }
    }
    assert_eq!(strangers.asked().len(), 100_001);
    let load = documents.load();
    assert!(load.answers > 100 && load.in_flight == 0, "{load:?}");
}

#[tokio::test]
async fn a_flood_of_principals_at_one_host_leaves_a_busy_one() {
    let strangers = Strangers::new();
    strangers.says("busy.example", &delegation("other.example"), Keep::Unsaid);
    let documents = documents(&strangers, NARROW);
    let busy = question("busy.example");
    ask(&documents, &busy, NOW).await;
    ask(&documents, &busy, NOW).await;
    for number in 0..5_000 {
        let invented = about("fallback.example", &format!("h{number}.example"));
        ask(&documents, &invented, NOW).await;
        assert!(documents.load().bytes <= NARROW.bytes);
    }
    assert!(is_kept_since(&ask(&documents, &busy, NOW).await, 0));
}

#[tokio::test]
async fn beyond_the_bound_a_host_is_unreachable_at_once_and_what_is_kept_stays_available() {
    let strangers = Strangers::new();
    for host in ["kept.example", "new.example"] {
        strangers.says(host, &delegation("other.example"), Keep::Unsaid);
    }
    let documents = documents(&strangers, NARROW);
    let (kept, new) = (question("kept.example"), question("new.example"));
    ask(&documents, &kept, NOW).await;
    let gate = Gate::new();
    for number in 0..14 {
        let host = format!("hangs{number}.example");
        strangers.behaves(&host, Manner::Waits(gate.clone()));
        send(&documents, question(&host));
    }
    until(|| documents.load().in_flight == 14).await;
    until(|| strangers.asked().is_empty()).await;

    let heard = ask(&documents, &new, NOW).await;
    assert_eq!(failure(&heard), Some("domain_unreachable"));
    assert!(is_kept_since(&ask(&documents, &kept, NOW).await, 0));
    assert_eq!(strangers.asked(), Vec::<String>::new());
    assert_eq!(
        documents.load().in_flight,
        14,
        "nobody has answered meanwhile"
    );

    // The two places that are left are for hosts that had a document before.
    let stale = NOW.plus_ms(300_000);
    let heard = ask(&documents, &kept, stale).await;
    assert_eq!(authority(&heard).as_deref(), Some("other.example"));
    assert_eq!(strangers.asked(), ["kept.example for kept.example"]);

    // It was about us, so nobody kept it.
    gate.open();
    until(|| documents.load().in_flight == 0).await;
    let heard = ask(&documents, &new, NOW).await;
    assert_eq!(authority(&heard).as_deref(), Some("other.example"));
}

#[tokio::test]
async fn invented_principals_take_a_few_places_and_not_the_hosts_own() {
    let strangers = Strangers::new();
    strangers.says("slow.example", &delegation("other.example"), Keep::Unsaid);
    let gate = Gate::new();
    strangers.behaves("slow.example", Manner::Waits(gate.clone()));
    let documents = documents(&strangers, NARROW);
    for number in 0..10 {
        let invented = about("slow.example", &format!("a{number}.example"));
        send(&documents, invented);
    }
    until(|| documents.load().in_flight == 2).await;
    let refused = ask(&documents, &about("slow.example", "b.example"), NOW).await;
    assert_eq!(failure(&refused), Some("domain_unreachable"));

    strangers.recovers("slow.example");
    let heard = ask(&documents, &question("slow.example"), NOW).await;
    assert_eq!(authority(&heard).as_deref(), Some("other.example"));
    gate.open();
    until(|| documents.load().in_flight == 0).await;
    let heard = ask(&documents, &about("slow.example", "b.example"), NOW).await;
    assert_eq!(authority(&heard).as_deref(), Some("other.example"));
}

#[tokio::test]
async fn a_thousand_strangers_that_hang_do_not_slow_down_who_is_kept() {
    let strangers = Strangers::new();
    strangers.says("kept.example", &delegation("other.example"), Keep::Unsaid);
    let documents = documents(&strangers, Bounds::SERVER);
    let kept = question("kept.example");
    ask(&documents, &kept, NOW).await;
    let gate = Gate::new();
    for number in 0..1_000 {
        let host = format!("hangs{number}.example");
        strangers.behaves(&host, Manner::Waits(gate.clone()));
        send(&documents, question(&host));
    }
    until(|| documents.load().in_flight == 1_024 - 128).await;
    for _ in 0..100 {
        // Not even the scheduler is needed for that.
        let asking = pin!(ask(&documents, &kept, NOW));
        let mut context = Context::from_waker(Waker::noop());
        match asking.poll(&mut context) {
            Poll::Ready(heard) => assert!(is_kept_since(&heard, 0)),
            Poll::Pending => panic!("it waits for something"),
        }
    }
    assert!(documents.load().in_flight >= 896);
}
