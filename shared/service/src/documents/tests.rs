//! What the clock of the machine decides; everything else is tested in `tests/documents`.

use async_trait::async_trait;
use browserid::{Domain, HostRule};
use tokio::time::{Instant, sleep};

use super::*;
use crate::ports::Keep;

const NOW: Timestamp = Timestamp::from_millis(1_800_000_000_000);

/// Delegates to `other.example`, each time after the next of these times; counts what it is asked.
struct Slow {
    asked_with: Mutex<Vec<u64>>,
    times: Mutex<Vec<Duration>>,
}

#[async_trait]
impl SupportDocuments for Slow {
    async fn ask(&self, _: &Question, spent_ms: u64) -> Fetched {
        self.asked_with.lock().expect("no poison").push(spent_ms);
        let time = self.times.lock().expect("no poison").remove(0);
        sleep(time).await;
        Fetched {
            answer: Answer::Response {
                status: 200,
                content_type: Some("application/json".to_owned()),
                body: br#"{"authority":"other.example"}"#.to_vec(),
            },
            host_time: None,
            keep: Keep::Unsaid,
        }
    }
}

fn slow(times: &[u64]) -> (Arc<Slow>, Documents) {
    let rules = DiscoveryRules {
        fallback: None,
        hosts: HostRule::Public,
        max_delegations: 5,
        strict_content_type: false,
    };
    let times = times.iter().copied().map(Duration::from_millis).collect();
    let slow = Arc::new(Slow {
        asked_with: Mutex::default(),
        times: Mutex::new(times),
    });
    let documents = Documents::new(Arc::clone(&slow) as _, rules, Bounds::SERVER);
    (slow, documents)
}

fn idp() -> Question {
    let domain = Domain::parse("idp.example", HostRule::Public).expect("a domain");
    Question {
        host: domain.clone(),
        principal: domain,
    }
}

fn failure(heard: &Heard) -> Option<&'static str> {
    let error = heard.reading.said().as_ref().err()?;
    Some(error.code().as_str())
}

#[tokio::test(start_paused = true)]
async fn nobody_waits_longer_than_the_own_walk_and_the_question_has_its_whole_time() {
    let (network, documents) = slow(&[2_000]);
    let begun = Instant::now();
    // A chain of slow delegations has taken all but 100 ms.
    let hasty = documents.ask(&idp(), NOW, 7_900, Wanted::Fresh).await;
    assert_eq!(failure(&hasty), Some("domain_timeout"));
    assert_eq!(begun.elapsed(), Duration::from_millis(100));

    // That does not make the host one that does not answer.
    let patient = documents.ask(&idp(), NOW, 0, Wanted::Fresh).await;
    assert_eq!(failure(&patient), None);
    assert_eq!(begun.elapsed(), Duration::from_millis(2_000));
    assert_eq!(*network.asked_with.lock().expect("no poison"), [0]);
}

#[tokio::test(start_paused = true)]
async fn a_port_that_does_not_come_back_is_given_up_after_one_walk() {
    let (_, documents) = slow(&[3_600_000]);
    let begun = Instant::now();
    let heard = documents.ask(&idp(), NOW, 0, Wanted::Fresh).await;
    assert_eq!(failure(&heard), Some("domain_timeout"));
    assert_eq!(begun.elapsed(), Duration::from_millis(8_000));
    tokio::task::yield_now().await;
    assert_eq!(documents.load().in_flight, 0);
}

#[tokio::test(start_paused = true)]
async fn a_second_look_that_takes_too_long_leaves_what_is_kept() {
    let (network, documents) = slow(&[0, 3_600_000]);
    let first = documents.ask(&idp(), NOW, 0, Wanted::Fresh).await;
    let begun = Instant::now();
    let second = documents.ask(&idp(), NOW, 5_000, Wanted::Newer).await;
    assert_eq!(begun.elapsed(), Duration::from_millis(3_000));
    assert_eq!(second.reading, first.reading);
    assert!(matches!(second.freshness, Freshness::Kept { .. }));
    sleep(Duration::from_millis(5_001)).await;
    assert_eq!(documents.load().in_flight, 0);
    let third = documents.ask(&idp(), NOW, 0, Wanted::Fresh).await;
    assert_eq!(third.reading, first.reading);
    assert_eq!(network.asked_with.lock().expect("no poison").len(), 2);
}
