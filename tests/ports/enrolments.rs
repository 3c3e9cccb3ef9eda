use super::*;

const YOU: &str = "you@me.example";

on_each_medium!(
    enrolment_is_found_until_it_is_taken,
    enrolment_is_over_at_its_expiry_and_not_before,
    new_enrolment_replaces_those_of_the_same_address_only,
    unknown_token_takes_nothing,
    of_fifty_who_take_an_enrolment_one_gets_it,
    of_enrolments_put_at_once_one_is_left,
);

async fn enrolment_is_found_until_it_is_taken(ports: &Ports) {
    ports.has_enrolment(1, YOU).await;
    for _ in 1..=2 {
        let found = ports.enrolments.find(&hash(1), START).await;
        assert_eq!(found.expect("it works"), Some(enrolment(YOU)));
    }
    let taken = ports.enrolments.take(&hash(1), START).await;
    assert_eq!(taken.expect("it works"), Some(enrolment(YOU)));
    let found = ports.enrolments.find(&hash(1), START).await;
    assert_eq!(found.expect("it works"), None);
    let taken = ports.enrolments.take(&hash(1), START).await;
    assert_eq!(taken.expect("it works"), None);
}

async fn enrolment_is_over_at_its_expiry_and_not_before(ports: &Ports) {
    let expires = enrolment(YOU).expires;
    ports.has_enrolment(1, YOU).await;
    let found = ports.enrolments.find(&hash(1), expires).await;
    assert_eq!(found.expect("it works"), None);
    let found = ports.enrolments.find(&hash(1), expires.minus_ms(1)).await;
    assert_eq!(found.expect("it works"), Some(enrolment(YOU)));
    let taken = ports.enrolments.take(&hash(1), expires.minus_ms(1)).await;
    assert_eq!(taken.expect("it works"), Some(enrolment(YOU)));

    ports.has_enrolment(2, YOU).await;
    let taken = ports.enrolments.take(&hash(2), expires).await;
    assert_eq!(taken.expect("it works"), None);
}

async fn new_enrolment_replaces_those_of_the_same_address_only(ports: &Ports) {
    ports.has_enrolment(1, YOU).await;
    ports.has_enrolment(2, "them@me.example").await;
    ports.has_enrolment(3, YOU).await;
    for (token, whose) in [(1, None), (2, Some("them@me.example")), (3, Some(YOU))] {
        let found = ports.enrolments.find(&hash(token), START).await;
        assert_eq!(found.expect("it works"), whose.map(enrolment), "{token}");
    }
}

async fn unknown_token_takes_nothing(ports: &Ports) {
    ports.has_enrolment(1, YOU).await;
    let taken = ports.enrolments.take(&hash(2), START).await;
    assert_eq!(taken.expect("it works"), None);
    let found = ports.enrolments.find(&hash(1), START).await;
    assert_eq!(found.expect("it works"), Some(enrolment(YOU)));
}

async fn of_fifty_who_take_an_enrolment_one_gets_it(ports: &Ports) {
    ports.has_enrolment(1, YOU).await;
    let taken = at_once(50, |_| {
        let enrolments = Arc::clone(&ports.enrolments);
        async move { enrolments.take(&hash(1), START).await }
    })
    .await;
    let winners: Vec<_> = taken.into_iter().flatten().collect();
    assert_eq!(winners, [enrolment(YOU)]);
}

async fn of_enrolments_put_at_once_one_is_left(ports: &Ports) {
    ports.has_enrolment(6, YOU).await;
    at_once(5, |token| {
        let enrolments = Arc::clone(&ports.enrolments);
        async move { enrolments.put(hash(token), enrolment(YOU)).await }
    })
    .await;
    let mut left = Vec::new();
    for token in 1..=6 {
        let found = ports.enrolments.find(&hash(token), START).await;
        left.extend(found.expect("it works").map(|_| token));
    }
    assert_eq!(left.len(), 1, "{left:?}");
    assert_ne!(left, [6]);
}
