use super::*;
use service::{
    ceremony::{CEREMONY_MS, Purpose},
    not_me::LINK_MS,
};

on_each_medium!(
    challenge_is_taken_once,
    challenge_of_each_purpose_comes_back_as_it_was,
    challenge_that_is_over_is_not_found,
    challenge_is_the_browsers_that_asked,
    later_challenge_takes_the_place_of_the_one_before,
    link_of_a_mail_leaves_earlier_ones_and_challenges_as_they_are,
    of_many_who_take_one_challenge_one_gets_it,
);

async fn put(ports: &Ports, browser: u32, ceremony: &Ceremony) {
    let put = ports.ceremonies.put(hash(browser), ceremony.clone()).await;
    put.expect("it works");
}

async fn take(ports: &Ports, browser: u32, now: Timestamp) -> Option<Ceremony> {
    let taken = ports.ceremonies.take(&hash(browser), now).await;
    taken.expect("it works")
}

async fn challenge_is_taken_once(ports: &Ports) {
    let ceremony = ceremony(Purpose::SignIn);
    assert_eq!(take(ports, 1, START).await, None);
    put(ports, 1, &ceremony).await;
    assert_eq!(take(ports, 1, START).await, Some(ceremony));
    assert_eq!(take(ports, 1, START).await, None);
}

async fn challenge_of_each_purpose_comes_back_as_it_was(ports: &Ports) {
    let purposes = [
        Purpose::Add { session: hash(91) },
        Purpose::Enrol { link: hash(92) },
        Purpose::ProveAgain { session: hash(93) },
        Purpose::Release { token: hash(94) },
        Purpose::SignIn,
    ];
    for (browser, purpose) in (1..).zip(purposes) {
        put(ports, browser, &ceremony(purpose)).await;
    }
    for (browser, purpose) in (1..).zip(purposes) {
        assert_eq!(take(ports, browser, START).await, Some(ceremony(purpose)));
    }
    let nothing = Ceremony {
        state: Vec::new(),
        ..ceremony(Purpose::SignIn)
    };
    put(ports, 1, &nothing).await;
    assert_eq!(take(ports, 1, START).await, Some(nothing));
}

async fn challenge_that_is_over_is_not_found(ports: &Ports) {
    let ceremony = ceremony(Purpose::SignIn);
    put(ports, 1, &ceremony).await;
    put(ports, 2, &ceremony).await;
    let last = START.plus_ms(CEREMONY_MS - 1);
    assert_eq!(take(ports, 1, last).await, Some(ceremony));
    assert_eq!(take(ports, 2, START.plus_ms(CEREMONY_MS)).await, None);
}

async fn challenge_is_the_browsers_that_asked(ports: &Ports) {
    put(ports, 1, &ceremony(Purpose::SignIn)).await;
    assert_eq!(take(ports, 2, START).await, None);
    let taken = take(ports, 1, START).await;
    assert_eq!(taken, Some(ceremony(Purpose::SignIn)));
}

async fn later_challenge_takes_the_place_of_the_one_before(ports: &Ports) {
    let link = Purpose::Enrol { link: hash(9) };
    put(ports, 1, &ceremony(link)).await;
    put(ports, 1, &ceremony(Purpose::SignIn)).await;
    let taken = take(ports, 1, START).await;
    assert_eq!(taken, Some(ceremony(Purpose::SignIn)), "bound to nothing");
    assert_eq!(take(ports, 1, START).await, None);
}

async fn link_of_a_mail_leaves_earlier_ones_and_challenges_as_they_are(ports: &Ports) {
    let link = |later_ms| Ceremony {
        expires: START.plus_ms(later_ms + LINK_MS),
        ..ceremony(Purpose::NotMe)
    };
    let later_ms = LINK_MS - CEREMONY_MS;
    put(ports, 1, &link(0)).await;
    put(ports, 2, &link(later_ms)).await;
    let challenge = Ceremony {
        expires: START.plus_ms(later_ms + CEREMONY_MS),
        ..ceremony(Purpose::SignIn)
    };
    put(ports, 3, &challenge).await;
    put(ports, 4, &link(later_ms + 1)).await;
    let now = START.plus_ms(later_ms + 1);
    for (browser, expected) in [
        (1, link(0)),
        (2, link(later_ms)),
        (3, challenge),
        (4, link(later_ms + 1)),
    ] {
        assert_eq!(take(ports, browser, now).await, Some(expected), "{browser}");
    }
}

async fn of_many_who_take_one_challenge_one_gets_it(ports: &Ports) {
    put(ports, 1, &ceremony(Purpose::SignIn)).await;
    let taken = at_once(20, |_| {
        let ceremonies = Arc::clone(&ports.ceremonies);
        async move { ceremonies.take(&hash(1), START).await }
    })
    .await;
    let taken: Vec<_> = taken.into_iter().flatten().collect();
    assert_eq!(taken, [ceremony(Purpose::SignIn)]);
}
