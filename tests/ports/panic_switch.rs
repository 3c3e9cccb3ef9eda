use super::*;
use service::panic::{Release, Switch};

on_each_medium!(
    switch_that_was_never_touched_is_not_pulled,
    pulled_switch_stays_as_it_was_pulled_first,
    only_a_pulled_switch_is_let_be_released,
    switch_is_released_once_by_the_last_token_in_time,
    not_before_stays_after_a_release_and_never_goes_back,
    pulling_again_makes_an_earlier_token_worthless,
    of_many_who_release_one_does,
    many_who_pull_pull_it_once,
);

async fn switch(ports: &Ports) -> Switch {
    ports.switch.switch().await.expect("it works")
}

async fn pull(ports: &Ports, later_ms: u64) {
    let pulled = ports.switch.pull(START.plus_ms(later_ms)).await;
    pulled.expect("it works");
}

async fn let_release(ports: &Ports, token: u32, expires_ms: u64) -> bool {
    let expires = START.plus_ms(expires_ms);
    let may = ports.switch.let_release(hash(token), expires).await;
    may.expect("it works")
}

async fn release(ports: &Ports, token: u32, later_ms: u64) -> bool {
    let now = START.plus_ms(later_ms);
    let released = ports.switch.release(&hash(token), now).await;
    released.expect("it works")
}

fn pulled(later_ms: u64) -> Switch {
    Switch {
        is_pulled: true,
        not_before: Some(START.plus_ms(later_ms)),
        release: None,
    }
}

async fn switch_that_was_never_touched_is_not_pulled(ports: &Ports) {
    assert_eq!(switch(ports).await, Switch::default());
    assert!(!release(ports, 1, 0).await);
    assert_eq!(switch(ports).await, Switch::default());
}

async fn pulled_switch_stays_as_it_was_pulled_first(ports: &Ports) {
    for later_ms in [7, 9, 3] {
        pull(ports, later_ms).await;
        assert_eq!(switch(ports).await, pulled(7));
    }
    assert!(let_release(ports, 1, 100).await);
    pull(ports, 20).await;
    assert!(
        release(ports, 1, 21).await,
        "its token is as good as before"
    );
}

async fn only_a_pulled_switch_is_let_be_released(ports: &Ports) {
    assert!(!let_release(ports, 1, 100).await);
    assert_eq!(switch(ports).await, Switch::default());
    pull(ports, 7).await;
    assert!(let_release(ports, 1, 100).await);
    let expected = Switch {
        release: Some(Release {
            expires: START.plus_ms(100),
            token: hash(1),
        }),
        ..pulled(7)
    };
    assert_eq!(switch(ports).await, expected);
}

async fn switch_is_released_once_by_the_last_token_in_time(ports: &Ports) {
    pull(ports, 7).await;
    assert!(!release(ports, 1, 8).await, "nobody was let");
    assert!(let_release(ports, 1, 100).await);
    assert!(let_release(ports, 2, 100).await);
    for (token, now) in [(1, 8), (3, 8), (2, 100), (2, 101)] {
        assert!(!release(ports, token, now).await, "{token} {now}");
        assert!(switch(ports).await.is_pulled);
    }
    assert!(release(ports, 2, 99).await);
    let released = Switch {
        is_pulled: false,
        ..pulled(7)
    };
    assert_eq!(switch(ports).await, released);
    assert!(!release(ports, 2, 99).await);
}

async fn not_before_stays_after_a_release_and_never_goes_back(ports: &Ports) {
    pull(ports, 7).await;
    assert!(let_release(ports, 1, 100).await);
    assert!(release(ports, 1, 8).await);
    // The clock was set back.
    pull(ports, 5).await;
    assert_eq!(switch(ports).await, pulled(7));
    assert!(let_release(ports, 2, 100).await);
    assert!(release(ports, 2, 8).await);
    pull(ports, 9).await;
    assert_eq!(switch(ports).await, pulled(9));
}

async fn pulling_again_makes_an_earlier_token_worthless(ports: &Ports) {
    pull(ports, 1).await;
    assert!(let_release(ports, 1, 100).await);
    assert!(let_release(ports, 2, 100).await);
    assert!(release(ports, 2, 8).await);
    pull(ports, 9).await;
    for token in [1, 2] {
        assert!(!release(ports, token, 10).await);
    }
    assert_eq!(switch(ports).await, pulled(9));
}

async fn of_many_who_release_one_does(ports: &Ports) {
    pull(ports, 1).await;
    assert!(let_release(ports, 1, 100).await);
    let released = at_once(10, |_| {
        let switch = Arc::clone(&ports.switch);
        async move { switch.release(&hash(1), START).await }
    })
    .await;
    assert_eq!(released.into_iter().filter(|done| *done).count(), 1);
    assert!(!switch(ports).await.is_pulled);
}

async fn many_who_pull_pull_it_once(ports: &Ports) {
    at_once(10, |number| {
        let switch = Arc::clone(&ports.switch);
        async move { switch.pull(START.plus_ms(number.into())).await }
    })
    .await;
    let stands = switch(ports).await;
    assert!(stands.is_pulled);
    let since = stands.not_before.expect("it is pulled").since_ms(START);
    assert!((1..=10).contains(&since), "{since}");
}
