use super::*;

const MAX: u32 = 3;
const WINDOW_MS: u64 = 1_000;

on_each_medium!(
    hit_over_the_maximum_is_refused_until_the_window_is_over,
    refused_hits_make_the_wait_no_longer,
    keys_are_counted_apart,
    hit_taken_back_is_free_again,
    cleared_count_starts_anew,
    parallel_hits_are_counted_and_taken_back_to_the_last,
    parallel_hits_never_exceed_the_maximum,
);

async fn hit(ports: &Ports, key: &str, now: Timestamp) -> Result<(), u64> {
    let hit = ports.limits.hit(key, MAX, WINDOW_MS, now).await;
    hit.expect("it works")
}

async fn hit_over_the_maximum_is_refused_until_the_window_is_over(ports: &Ports) {
    for later_ms in [0, 1, 400] {
        assert_eq!(hit(ports, "a", START.plus_ms(later_ms)).await, Ok(()));
    }
    assert_eq!(hit(ports, "a", START.plus_ms(400)).await, Err(600));
    assert_eq!(hit(ports, "a", START.plus_ms(999)).await, Err(1));
    // The next window starts with its first hit.
    for later_ms in [1_000, 1_500, 1_999] {
        assert_eq!(hit(ports, "a", START.plus_ms(later_ms)).await, Ok(()));
    }
    assert_eq!(hit(ports, "a", START.plus_ms(1_999)).await, Err(1));
    assert_eq!(hit(ports, "a", START.plus_ms(2_000)).await, Ok(()));
}

async fn refused_hits_make_the_wait_no_longer(ports: &Ports) {
    for _ in 1..=MAX {
        assert_eq!(hit(ports, "a", START).await, Ok(()));
    }
    for _ in 1..=2 * MAX {
        assert_eq!(hit(ports, "a", START.plus_ms(500)).await, Err(500));
    }
    assert_eq!(hit(ports, "a", START.plus_ms(1_000)).await, Ok(()));
}

async fn keys_are_counted_apart(ports: &Ports) {
    for _ in 1..=MAX {
        assert_eq!(hit(ports, "a", START).await, Ok(()));
    }
    assert_eq!(hit(ports, "a", START).await, Err(1_000));
    assert_eq!(hit(ports, "b", START).await, Ok(()));
    assert_eq!(hit(ports, "", START).await, Ok(()));
    // A window that starts later leaves one that is still open as it is.
    assert_eq!(hit(ports, "c", START.plus_ms(999)).await, Ok(()));
    assert_eq!(hit(ports, "a", START.plus_ms(999)).await, Err(1));
}

async fn hit_taken_back_is_free_again(ports: &Ports) {
    ports.limits.take_back("a").await.expect("it works");
    for _ in 1..=MAX {
        assert_eq!(hit(ports, "a", START).await, Ok(()));
    }
    ports.limits.take_back("a").await.expect("it works");
    assert_eq!(hit(ports, "a", START.plus_ms(1)).await, Ok(()));
    assert_eq!(hit(ports, "a", START.plus_ms(1)).await, Err(999));
    // Taking back more than there is gives nobody extra hits.
    for _ in 1..=2 * MAX {
        ports.limits.take_back("a").await.expect("it works");
    }
    for _ in 1..=MAX {
        assert_eq!(hit(ports, "a", START.plus_ms(2)).await, Ok(()));
    }
    assert_eq!(hit(ports, "a", START.plus_ms(2)).await, Err(998));
}

async fn cleared_count_starts_anew(ports: &Ports) {
    for _ in 1..=MAX {
        assert_eq!(hit(ports, "a", START).await, Ok(()));
        assert_eq!(hit(ports, "b", START).await, Ok(()));
    }
    ports.limits.clear("a").await.expect("it works");
    ports.limits.clear("never counted").await.expect("it works");
    assert_eq!(hit(ports, "a", START.plus_ms(500)).await, Ok(()));
    assert_eq!(hit(ports, "b", START.plus_ms(500)).await, Err(500));
    // The window is a new one too.
    for _ in 2..=MAX {
        assert_eq!(hit(ports, "a", START.plus_ms(500)).await, Ok(()));
    }
    assert_eq!(hit(ports, "a", START.plus_ms(1_499)).await, Err(1));
}

async fn parallel_hits_never_exceed_the_maximum(ports: &Ports) {
    // Where there was no window, and where there is one that is over.
    for now in [START, START.plus_ms(WINDOW_MS)] {
        let hits = at_once(50, |_| {
            let limits = Arc::clone(&ports.limits);
            async move { limits.hit("a", 10, WINDOW_MS, now).await }
        })
        .await;
        let counted = hits.iter().filter(|hit| hit.is_ok()).count();
        let refused = hits.iter().filter(|hit| **hit == Err(WINDOW_MS)).count();
        assert_eq!((counted, refused), (10, 40));
    }
}

async fn parallel_hits_are_counted_and_taken_back_to_the_last(ports: &Ports) {
    let count = async |of: u32, max: u32| {
        let hits = at_once(of, |_| {
            let limits = Arc::clone(&ports.limits);
            async move { limits.hit("a", max, WINDOW_MS, START).await }
        });
        hits.await.iter().filter(|hit| hit.is_ok()).count()
    };
    assert_eq!(count(20, 100).await, 20);
    at_once(8, |_| {
        let limits = Arc::clone(&ports.limits);
        async move { limits.take_back("a").await }
    })
    .await;
    // 12 are left of them.
    assert_eq!(count(20, 15).await, 3);
}
