use super::*;
use service::ladder::Ladder;

const LADDER: Ladder = Ladder {
    delays_ms: &[100, 300],
    forget_ms: 1_000,
    free: 3,
};

on_each_medium!(
    free_guesses_cost_no_wait_and_later_ones_a_longer_one_each,
    refused_guess_counts_nothing_and_makes_the_wait_no_longer,
    ladder_is_forgotten_so_long_after_its_last_wait_and_not_before,
    ladders_are_climbed_apart_and_beside_windows,
    ladder_begins_where_an_earlier_version_counted_in_a_window,
    guess_taken_back_is_free_again,
    cleared_ladder_starts_anew,
    ladder_without_a_free_guess_makes_the_first_one_wait,
    guess_of_a_clock_that_is_behind_is_no_reason_to_wait,
    parallel_climbs_never_exceed_the_free_guesses,
    parallel_climbs_are_counted_and_taken_back_to_the_last,
    one_of_many_climbs_after_a_wait,
);

async fn climb_as(ports: &Ports, key: &str, ladder: &Ladder, later_ms: u64) -> Result<(), u64> {
    let climbed = ports.limits.climb(key, ladder, START.plus_ms(later_ms));
    climbed.await.expect("it works")
}

async fn climb(ports: &Ports, later_ms: u64) -> Result<(), u64> {
    climb_as(ports, "a", &LADDER, later_ms).await
}

async fn free_guesses_cost_no_wait_and_later_ones_a_longer_one_each(ports: &Ports) {
    for (later_ms, expected) in [
        (0, Ok(())),
        (0, Ok(())),
        (5, Ok(())),
        // The fourth costs 100.
        (5, Ok(())),
        (5, Err(100)),
        (104, Err(1)),
        (105, Ok(())),
        // The fifth and all that follow 300.
        (105, Err(300)),
        (404, Err(1)),
        (405, Ok(())),
        (405, Err(300)),
        (705, Ok(())),
        (705, Err(300)),
    ] {
        assert_eq!(climb(ports, later_ms).await, expected, "{later_ms}");
    }
}

async fn refused_guess_counts_nothing_and_makes_the_wait_no_longer(ports: &Ports) {
    for _ in 1..=4 {
        assert_eq!(climb(ports, 0).await, Ok(()));
    }
    for later_ms in 0..10 {
        assert_eq!(climb(ports, later_ms).await, Err(100 - later_ms));
    }
    assert_eq!(climb(ports, 100).await, Ok(()));
    assert_eq!(climb(ports, 100).await, Err(300), "the fifth, not more");
}

async fn ladder_is_forgotten_so_long_after_its_last_wait_and_not_before(ports: &Ports) {
    for _ in 1..=4 {
        assert_eq!(climb(ports, 0).await, Ok(()));
    }
    // Its wait ends at 100.
    assert_eq!(climb(ports, 1_099).await, Ok(()));
    assert_eq!(climb(ports, 1_099).await, Err(300));
    for _ in 1..=4 {
        assert_eq!(climb(ports, 2_399).await, Ok(()));
    }
    assert_eq!(climb(ports, 2_399).await, Err(100));
    // Of free guesses it is the guess that counts.
    for (later_ms, expected) in [
        (0, Ok(())),
        (999, Ok(())),
        (1_998, Ok(())),
        (2_997, Ok(())),
        (2_997, Err(100)),
    ] {
        assert_eq!(
            climb_as(ports, "b", &LADDER, later_ms).await,
            expected,
            "{later_ms}"
        );
    }
    for later_ms in [0, 1_000, 2_000, 3_000, 4_000, 4_000, 4_000] {
        assert_eq!(climb_as(ports, "c", &LADDER, later_ms).await, Ok(()));
    }
}

async fn ladders_are_climbed_apart_and_beside_windows(ports: &Ports) {
    for _ in 1..=4 {
        assert_eq!(climb(ports, 0).await, Ok(()));
    }
    assert_eq!(climb_as(ports, "b", &LADDER, 0).await, Ok(()));
    // Windows that begin and end clean up behind themselves, and leave ladders alone.
    for later_ms in [0, 10, 20] {
        let hit = ports.limits.hit("w", 1, 10, START.plus_ms(later_ms)).await;
        assert_eq!(hit.expect("it works"), Ok(()));
    }
    assert_eq!(climb_as(ports, "c", &LADDER, 50).await, Ok(()));
    assert_eq!(climb(ports, 99).await, Err(1));
    assert_eq!(climb(ports, 100).await, Ok(()));
    assert_eq!(climb(ports, 100).await, Err(300));
    // And the other way round.
    let hit = ports.limits.hit("v", 1, 1_000, START).await;
    assert_eq!(hit.expect("it works"), Ok(()));
    assert_eq!(climb_as(ports, "d", &LADDER, 500).await, Ok(()));
    let hit = ports.limits.hit("v", 1, 1_000, START.plus_ms(999)).await;
    assert_eq!(hit.expect("it works"), Err(1));
}

async fn ladder_begins_where_an_earlier_version_counted_in_a_window(ports: &Ports) {
    for (key, later_ms) in [("a", 10), ("b", 2_000)] {
        let hit = ports.limits.hit(key, 10, 1_000, START).await;
        assert_eq!(hit.expect("it works"), Ok(()));
        assert_eq!(climb_as(ports, key, &LADDER, later_ms).await, Ok(()));
        assert_eq!(climb_as(ports, key, &LADDER, later_ms).await, Ok(()));
    }
}

async fn guess_taken_back_is_free_again(ports: &Ports) {
    ports.limits.take_back("a").await.expect("it works");
    for _ in 1..=50 {
        assert_eq!(climb(ports, 0).await, Ok(()));
        ports.limits.take_back("a").await.expect("it works");
    }
    for _ in 1..=4 {
        assert_eq!(climb(ports, 0).await, Ok(()));
    }
    // Down to a guess that is free: no wait is left.
    ports.limits.take_back("a").await.expect("it works");
    assert_eq!(climb(ports, 10).await, Ok(()));
    assert_eq!(climb(ports, 10).await, Err(100), "the fourth once more");
    // Down to one that was not: the wait stays.
    assert_eq!(climb(ports, 110).await, Ok(()));
    ports.limits.take_back("a").await.expect("it works");
    assert_eq!(climb(ports, 110).await, Err(300));
    assert_eq!(climb(ports, 410).await, Ok(()));
    assert_eq!(climb(ports, 410).await, Err(300));
}

async fn cleared_ladder_starts_anew(ports: &Ports) {
    for _ in 1..=4 {
        assert_eq!(climb(ports, 0).await, Ok(()));
    }
    ports.limits.clear("a").await.expect("it works");
    for _ in 1..=4 {
        assert_eq!(climb(ports, 0).await, Ok(()));
    }
    assert_eq!(climb(ports, 0).await, Err(100));
}

async fn ladder_without_a_free_guess_makes_the_first_one_wait(ports: &Ports) {
    let strict = Ladder { free: 0, ..LADDER };
    for (later_ms, expected) in [(0, Ok(())), (0, Err(100)), (100, Ok(())), (100, Err(300))] {
        assert_eq!(climb_as(ports, "a", &strict, later_ms).await, expected);
    }
}

async fn guess_of_a_clock_that_is_behind_is_no_reason_to_wait(ports: &Ports) {
    for later_ms in [5, 4, 3, 9] {
        assert_eq!(climb(ports, later_ms).await, Ok(()), "{later_ms}");
    }
    assert_eq!(climb(ports, 4).await, Err(105));
}

async fn parallel_climbs_never_exceed_the_free_guesses(ports: &Ports) {
    // Where there was no ladder, and where there is one that is forgotten.
    let ladder = Ladder { free: 10, ..LADDER };
    for later_ms in [0, 1_100] {
        let climbs = at_once(50, |_| {
            let limits = Arc::clone(&ports.limits);
            let now = START.plus_ms(later_ms);
            async move { limits.climb("a", &ladder, now).await }
        })
        .await;
        let counted = climbs.iter().filter(|climb| climb.is_ok()).count();
        let refused = climbs.iter().filter(|climb| **climb == Err(100)).count();
        assert_eq!((counted, refused), (11, 39), "one more, that costs a wait");
    }
}

async fn parallel_climbs_are_counted_and_taken_back_to_the_last(ports: &Ports) {
    let ladder = Ladder { free: 30, ..LADDER };
    let climb = async |of: u32| {
        let climbs = at_once(of, |_| {
            let limits = Arc::clone(&ports.limits);
            async move { limits.climb("a", &ladder, START).await }
        });
        climbs.await.iter().filter(|climb| climb.is_ok()).count()
    };
    assert_eq!(climb(20).await, 20);
    at_once(8, |_| {
        let limits = Arc::clone(&ports.limits);
        async move { limits.take_back("a").await }
    })
    .await;
    // 12 are left of them.
    assert_eq!(climb(30).await, 19);
}

async fn one_of_many_climbs_after_a_wait(ports: &Ports) {
    for _ in 1..=4 {
        assert_eq!(climb(ports, 0).await, Ok(()));
    }
    let climbs = at_once(20, |_| {
        let limits = Arc::clone(&ports.limits);
        async move { limits.climb("a", &LADDER, START.plus_ms(100)).await }
    })
    .await;
    let counted = climbs.iter().filter(|climb| climb.is_ok()).count();
    let refused = climbs.iter().filter(|climb| **climb == Err(300)).count();
    assert_eq!((counted, refused), (1, 19));
}
