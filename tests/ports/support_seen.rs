use super::*;
use service::standing::SEEN_RETENTION_MS;

on_each_medium!(
    domain_is_remembered_with_the_latest_moment,
    memory_never_moves_backwards_however_many_write_at_once,
    domains_are_remembered_apart,
    memory_outlives_everything_that_is_proved_by_mail,
);

async fn keep(ports: &Ports, name: &str, now: Timestamp) {
    ports.seen.keep(&domain(name), now).await.expect("it works");
}

async fn find(ports: &Ports, name: &str) -> Option<Timestamp> {
    ports.seen.find(&domain(name)).await.expect("it works")
}

async fn domain_is_remembered_with_the_latest_moment(ports: &Ports) {
    assert_eq!(find(ports, "me.example").await, None);
    for (ms, latest) in [(5, 5), (5, 5), (9, 9), (3, 9), (0, 9)] {
        keep(ports, "me.example", START.plus_ms(ms)).await;
        assert_eq!(find(ports, "me.example").await, Some(START.plus_ms(latest)));
    }
}

async fn memory_never_moves_backwards_however_many_write_at_once(ports: &Ports) {
    at_once(20, |number| {
        let seen = Arc::clone(&ports.seen);
        async move {
            let now = START.plus_ms(u64::from(number * 7 % 20));
            seen.keep(&domain("me.example"), now).await
        }
    })
    .await;
    assert_eq!(find(ports, "me.example").await, Some(START.plus_ms(19)));
}

async fn domains_are_remembered_apart(ports: &Ports) {
    keep(ports, "me.example", START).await;
    for other in ["www.me.example", "example.org", "e.example"] {
        assert_eq!(find(ports, other).await, None, "{other}");
    }
    keep(ports, "you.example", START.plus_ms(1)).await;
    assert_eq!(find(ports, "me.example").await, Some(START));
}

async fn memory_outlives_everything_that_is_proved_by_mail(ports: &Ports) {
    const { assert!(SEEN_RETENTION_MS > service::fallback::PASSWORD_MS) };
    keep(ports, "me.example", START).await;
    // What is written meanwhile may clean, but not this.
    let later = START.plus_ms(SEEN_RETENTION_MS - 1);
    keep(ports, "you.example", later).await;
    assert_eq!(find(ports, "me.example").await, Some(START));
}
