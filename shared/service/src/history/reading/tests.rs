use super::*;
use crate::{
    account::Account,
    client::Client,
    ports::{Audit, History},
    session::Session,
    world::{START, World, email},
};

const YOU: &str = "you@me.example";

fn event(who: &str, at: Timestamp) -> Event {
    Event {
        device: "Firefox on Linux".to_owned(),
        email: email(who),
        source: "192.0.2.1".to_owned(),
        time: at,
        what: What::SignedOut,
    }
}

fn row(account: &str, address: &str, at: Timestamp) -> AuditRow {
    AuditRow {
        account: email(account),
        email: email(address),
        key_thumbprint: "thumb".to_owned(),
        lifetime_ms: 60_000,
        request_id: None,
        time: at,
    }
}

async fn signed_in(world: &std::sync::Arc<World>) -> (SignIn, Token) {
    let sign_in = world.sign_in();
    let you = Account::new(email(YOU), START);
    assert!(sign_in.accounts.create(you).await.expect("it works"));
    let token = Token::random(world.as_ref()).expect("random");
    let session = Session::start(email(YOU), crate::ports::Clock::now(world.as_ref()));
    world.keeps(token.hash(), session);
    (sign_in, token)
}

async fn times(
    sign_in: &SignIn,
    token: &Token,
    from: Option<u64>,
    until: Option<u64>,
    max: usize,
) -> Vec<u64> {
    let [from, until] = [from, until].map(|ms| ms.map(|ms| START.plus_ms(ms)));
    let events = sign_in
        .history(token, from, until, max)
        .await
        .expect("signed in");
    events
        .iter()
        .map(|event| event.time.since_ms(START))
        .collect()
}

#[tokio::test]
async fn events_and_certificates_stand_in_one_order_and_nobody_elses_among_them() {
    let world = World::new();
    world.is_at(START.plus_ms(100));
    let (sign_in, token) = signed_in(&world).await;
    for at in [1, 30, 99] {
        History::keep(world.as_ref(), &event(YOU, START.plus_ms(at)))
            .await
            .expect("kept");
    }
    History::keep(world.as_ref(), &event("bob@me.example", START.plus_ms(50)))
        .await
        .expect("kept");
    for (account, address, at) in [
        (YOU, YOU, 20),
        (YOU, "you+shop@me.example", 40),
        // Somebody who had your address before you.
        ("bob@me.example", YOU, 60),
        ("bob@me.example", "bob@me.example", 70),
    ] {
        let row = row(account, address, START.plus_ms(at));
        Audit::keep(world.as_ref(), &row).await.expect("kept");
    }
    assert_eq!(
        times(&sign_in, &token, None, None, 100).await,
        [99, 40, 30, 20, 1]
    );
    assert_eq!(times(&sign_in, &token, None, None, 2).await, [99, 40]);
    assert_eq!(
        times(&sign_in, &token, Some(20), Some(99), 100).await,
        [40, 30, 20]
    );
    assert_eq!(
        times(&sign_in, &token, Some(50), Some(20), 100).await,
        [0; 0]
    );
    let events = sign_in
        .history(&token, None, None, 2)
        .await
        .expect("signed in");
    let certified = What::Certified {
        address: "you+shop@me.example".to_owned(),
        key: "thumb".to_owned(),
        lifetime_ms: 60_000,
    };
    assert_eq!(events[1].what, certified);
}

#[tokio::test]
async fn what_is_older_than_400_days_is_not_shown_though_a_store_still_has_it() {
    let world = World::new();
    world.is_at(START.plus_ms(HISTORY_MS));
    let (sign_in, token) = signed_in(&world).await;
    for at in [0, 1] {
        let old = START.plus_ms(at).minus_ms(u64::from(at == 0));
        History::keep(world.as_ref(), &event(YOU, old))
            .await
            .expect("kept");
    }
    let events = sign_in
        .history(&token, Some(Timestamp::from_millis(0)), None, 100)
        .await;
    let events = events.expect("signed in");
    assert_eq!(events.len(), 1);
    assert_eq!(events[0].time, START.plus_ms(1));
}

#[tokio::test]
async fn nobody_reads_without_a_session() {
    let world = World::new();
    let (sign_in, token) = signed_in(&world).await;
    assert!(
        sign_in
            .sign_out(Some(&token), &Client::none())
            .await
            .is_ok()
    );
    let refused = sign_in.history(&token, None, None, 10).await;
    assert!(matches!(refused, Err(SignInFailure::NoSession)));
}

#[tokio::test]
async fn whoever_has_an_address_now_does_not_read_what_somebody_did_who_had_it_before() {
    let world = World::new();
    let (sign_in, token) = signed_in(&world).await;
    for at in [10, 20, 30] {
        let event = event(YOU, START.plus_ms(at));
        History::keep(world.as_ref(), &event).await.expect("kept");
        let row = row(YOU, YOU, START.plus_ms(at + 1));
        Audit::keep(world.as_ref(), &row).await.expect("kept");
    }
    world.is_at(START.plus_ms(100));
    let expected = [31, 30, 21, 20, 11, 10];
    assert_eq!(times(&sign_in, &token, None, None, 100).await, expected);
    // Removed, and the address given out again by the command. The removal is the last of what was before.
    world.is_at(START.plus_ms(19));
    assert!(sign_in.remove(&email(YOU)).await.expect("it works"));
    world.is_at(START.plus_ms(20));
    assert!(sign_in.add(email(YOU), None).await.is_ok());
    world.is_at(START.plus_ms(100));
    let token = Token::random(world.as_ref()).expect("random");
    world.keeps(token.hash(), Session::start(email(YOU), START.plus_ms(100)));
    for from in [None, Some(0)] {
        let seen = times(&sign_in, &token, from, None, 100).await;
        assert_eq!(seen, [31, 30, 21, 20]);
    }
}

#[tokio::test]
async fn a_last_moment_that_is_to_come_hides_no_certificates() {
    let world = World::new();
    let (sign_in, token) = signed_in(&world).await;
    let at = START.plus_ms(10);
    Audit::keep(world.as_ref(), &row(YOU, YOU, at))
        .await
        .expect("kept");
    world.is_at(START.plus_ms(100));
    for until in [200, HISTORY_MS + 100, u64::MAX] {
        let seen = times(&sign_in, &token, None, Some(until), 100).await;
        assert_eq!(seen, [10], "{until}");
    }
}
