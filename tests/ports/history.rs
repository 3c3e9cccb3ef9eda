use super::*;
use service::history::What;

const YOU: &str = "you@me.example";
const THEM: &str = "them@me.example";

on_each_medium!(
    everything_that_can_happen_is_read_as_it_was_kept,
    what_happened_is_read_from_a_moment_with_it_to_another_without_it,
    newest_is_first_and_no_more_than_asked_is_read,
    many_events_are_all_read,
    events_of_one_millisecond_are_all_kept,
    histories_are_kept_apart_also_of_addresses_without_an_account,
    history_stays_when_the_account_goes,
    ends_of_time_are_times_too,
);

async fn of(ports: &Ports, from_ms: u64, until_ms: u64, max: usize) -> Vec<u64> {
    let (from, until) = (START.plus_ms(from_ms), START.plus_ms(until_ms));
    let events = ports.history.of(&email(YOU), from, until, max).await;
    let events = events.expect("it works");
    events.iter().map(|e| e.time.since_ms(START)).collect()
}

/// One of each; what is not secret and comes from outside may be anything.
fn everything() -> Vec<What> {
    let odd = || "\u{1F511} \"#\u{0}".to_owned();
    let way = Way::RecoveryCode;
    vec![
        What::AddressAdded { address: odd() },
        What::AddressRemoved { address: odd() },
        What::AllSessionsEnded,
        What::CodeUsed { left: 9 },
        What::CodesMade,
        What::DefaultAddressSet { address: odd() },
        What::Invited { address: odd() },
        What::LinkMade,
        What::LinkUsed,
        What::NotMe,
        What::OwnerMade,
        What::PanicReleased,
        What::PanicSwitchPulled,
        What::PasskeyAdded { name: odd() },
        What::PasskeyCopied { name: odd() },
        What::PasskeyRemoved { name: odd() },
        What::PasskeyRenamed { name: odd() },
        What::PasswordRemoved,
        What::PasswordSet,
        What::PersonRemoved { address: odd() },
        What::Refused { way, code: odd() },
        What::SessionEnded,
        What::SignedIn {
            way: Way::Passkey,
            new_device: true,
        },
        What::SignedOut,
        What::TotpRemoved,
        What::TotpSet,
    ]
}

async fn everything_that_can_happen_is_read_as_it_was_kept(ports: &Ports) {
    let mut expected = Vec::new();
    for (later_ms, what) in (0..).zip(everything()) {
        let event = Event {
            device: format!("Firefox \u{202e} {later_ms}"),
            what,
            ..event(YOU, later_ms)
        };
        ports.keeps(&event).await;
        expected.push(event);
    }
    let bare = Event {
        device: String::new(),
        source: String::new(),
        ..event(YOU, 1_000)
    };
    ports.keeps(&bare).await;
    expected.push(bare);
    expected.reverse();
    assert_eq!(ports.everything_of(YOU).await, expected);
}

async fn what_happened_is_read_from_a_moment_with_it_to_another_without_it(ports: &Ports) {
    for later_ms in [9, 10, 11, 19, 20, 21] {
        ports.keeps(&event(YOU, later_ms)).await;
    }
    assert_eq!(of(ports, 10, 20, 9).await, [19, 11, 10]);
    assert_eq!(of(ports, 20, 21, 9).await, [20]);
    assert!(of(ports, 12, 19, 9).await.is_empty());
    assert!(of(ports, 10, 10, 9).await.is_empty());
    assert!(of(ports, 20, 10, 9).await.is_empty());
}

async fn newest_is_first_and_no_more_than_asked_is_read(ports: &Ports) {
    // In no order: what is late is put into its place.
    for later_ms in [30, 10, 40, 20] {
        ports.keeps(&event(YOU, later_ms)).await;
    }
    assert_eq!(of(ports, 0, 100, 9).await, [40, 30, 20, 10]);
    assert_eq!(of(ports, 0, 100, 4).await, [40, 30, 20, 10]);
    assert_eq!(of(ports, 0, 100, 3).await, [40, 30, 20]);
    assert_eq!(of(ports, 0, 40, 2).await, [30, 20]);
    assert!(of(ports, 0, 100, 0).await.is_empty());
}

async fn many_events_are_all_read(ports: &Ports) {
    let kept = at_once(60, |number| {
        let history = Arc::clone(&ports.history);
        async move {
            // Large ones.
            let event = Event {
                device: "x".repeat(2_000),
                ..event(YOU, number.into())
            };
            history.keep(&event).await
        }
    });
    kept.await;
    let newest: Vec<u64> = (1..=60).rev().collect();
    assert_eq!(of(ports, 0, 100, usize::MAX).await, newest);
    assert_eq!(of(ports, 0, 100, 59).await, newest[..59]);
}

async fn events_of_one_millisecond_are_all_kept(ports: &Ports) {
    at_once(20, |_| {
        let history = Arc::clone(&ports.history);
        async move { history.keep(&event(YOU, 5)).await }
    })
    .await;
    assert_eq!(ports.everything_of(YOU).await, vec![event(YOU, 5); 20]);
    assert_eq!(of(ports, 5, 6, 7).await, [5; 7]);
}

async fn histories_are_kept_apart_also_of_addresses_without_an_account(ports: &Ports) {
    ports.has_account(YOU).await;
    for (address, later_ms) in [(YOU, 1), (THEM, 2), ("you@me.example.org", 3)] {
        ports.keeps(&event(address, later_ms)).await;
    }
    assert_eq!(ports.everything_of(YOU).await, [event(YOU, 1)]);
    assert_eq!(ports.everything_of(THEM).await, [event(THEM, 2)]);
    assert!(ports.everything_of("You@me.example").await.is_empty());
    assert_eq!(ports.find(THEM).await, None, "nobody came to be");
}

async fn history_stays_when_the_account_goes(ports: &Ports) {
    ports.has_account(YOU).await;
    ports.keeps(&event(YOU, 1)).await;
    let removed = ports.accounts.remove(&email(YOU)).await;
    assert!(removed.expect("it works"));
    assert_eq!(ports.everything_of(YOU).await, [event(YOU, 1)]);
}

async fn ends_of_time_are_times_too(ports: &Ports) {
    ports.keeps(&event(YOU, 1)).await;
    let (first, last) = (Timestamp::from_millis(0), Timestamp::from_millis(u64::MAX));
    for (from, until, count) in [(first, last, 1), (last, last, 0), (last, first, 0)] {
        let events = ports.history.of(&email(YOU), from, until, 9).await;
        assert_eq!(events.expect("it works").len(), count);
    }
}
