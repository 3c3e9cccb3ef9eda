use super::*;
use crate::{sign_in::guesses::ACCOUNT_LADDER, world::START};

const MINUTE_MS: u64 = 60_000;

/// Wrong guesses at an address, each from a source of its own, and each as soon as it may be made.
async fn crowd(world: &World, sign_in: &SignIn, address: &str, guesses: u32) -> u64 {
    let mut now = world.now();
    for n in 1..=guesses {
        let source = format!("crowd {address} {n}");
        let outcome = sign_in.outcome(address, WRONG, &source).await;
        assert_eq!(outcome, "WrongCredentials", "{n}");
        now = now.plus_ms(ACCOUNT_LADDER.delay_ms(n));
        world.is_at(now);
    }
    now.since_ms(START)
}

#[tokio::test]
async fn five_slips_are_free_and_each_one_after_them_costs_a_longer_wait() {
    for (guesses, wait_ms) in [
        (6, MINUTE_MS),
        (7, 5 * MINUTE_MS),
        (8, 15 * MINUTE_MS),
        (9, 60 * MINUTE_MS),
        (10, 240 * MINUTE_MS),
        (11, 720 * MINUTE_MS),
        (12, 1440 * MINUTE_MS),
        (13, 1440 * MINUTE_MS),
    ] {
        let (world, sign_in) = with_account().await;
        let free = crowd(&world, &sign_in, YOU, guesses - 1).await;
        assert_eq!(
            sign_in.outcome(YOU, WRONG, "last").await,
            "WrongCredentials"
        );
        world.is_at(START.plus_ms(free + 1));
        world.calls();
        let until = START.plus_ms(free + wait_ms);
        assert_eq!(
            sign_in.outcome(YOU, RIGHT, HOME).await,
            format!(
                "TooManyTries {{ retry_after_ms: {}, until: {until:?} }}",
                wait_ms - 1
            )
        );
        assert_eq!(
            world.calls(),
            [
                "limits.climb",
                "accounts.find",
                "limits.hit",
                "limits.climb",
                "limits.take_back"
            ],
            "no password was looked at, and all the others have theirs back"
        );
        assert_eq!(world.session_count(), 0);
        world.is_at(until.minus_ms(1));
        let early = sign_in.outcome(YOU, RIGHT, "early").await;
        assert!(
            early.starts_with("TooManyTries { retry_after_ms: 1,"),
            "{early}"
        );
        world.is_at(until);
        assert_eq!(sign_in.outcome(YOU, RIGHT, "now").await, "signed in");
    }
}

#[tokio::test]
async fn right_password_starts_the_accounts_count_anew() {
    let (_, sign_in) = with_account().await;
    for round in 1..=3 {
        for n in 1..=5 {
            let source = format!("{round} {n}");
            assert_eq!(
                sign_in.outcome(YOU, WRONG, &source).await,
                "WrongCredentials"
            );
        }
        assert_eq!(sign_in.outcome(YOU, RIGHT, HOME).await, "signed in");
    }
}

#[tokio::test]
async fn parallel_guesses_stay_inside_the_free_ones() {
    let (world, sign_in) = with_account().await;
    let sources: Vec<String> = (0..20).map(|n| format!("crowd {n}")).collect();
    let mut looked_at = 0;
    let guesses = sources
        .iter()
        .map(|source| sign_in.outcome(YOU, WRONG, source));
    for outcome in join_all(guesses).await {
        looked_at += u32::from(outcome == "WrongCredentials");
    }
    assert_eq!(looked_at, ACCOUNT_LADDER.free + 1);
    assert_eq!(world.session_count(), 0);
}

#[tokio::test]
async fn crowd_does_not_keep_a_known_browser_out_and_its_slips_are_its_own() {
    let (world, sign_in) = with_account().await;
    let laptop = known(&sign_in).await;
    crowd(&world, &sign_in, YOU, 11).await;
    world.is_at(world.now().minus_ms(1));
    assert!(
        sign_in
            .outcome(YOU, RIGHT, "new browser")
            .await
            .starts_with("TooManyTries")
    );
    world.calls();
    assert_eq!(sign_in.from(&laptop, RIGHT).await, "signed in");
    // Right there is no reason to let the crowd begin anew.
    assert!(
        sign_in
            .outcome(YOU, RIGHT, "new browser")
            .await
            .starts_with("TooManyTries")
    );
    for _ in 1..=6 {
        assert_eq!(sign_in.from(&laptop, WRONG).await, "WrongCredentials");
    }
    let refused = sign_in.from(&laptop, RIGHT).await;
    assert!(
        refused.starts_with("TooManyTries { retry_after_ms: 60000,"),
        "{refused}"
    );
}

#[tokio::test]
async fn slips_in_a_known_browser_lock_no_other_one() {
    let (_, sign_in) = with_account().await;
    let laptop = known(&sign_in).await;
    for _ in 1..=6 {
        sign_in.from(&laptop, WRONG).await;
    }
    assert!(
        sign_in
            .from(&laptop, RIGHT)
            .await
            .starts_with("TooManyTries")
    );
    assert_eq!(sign_in.outcome(YOU, RIGHT, "phone").await, "signed in");
}

#[tokio::test]
async fn cookie_of_another_account_or_of_nobody_makes_no_browser_known() {
    let (world, sign_in) = with_account().await;
    let other = "other@me.example";
    assert!(
        sign_in
            .add(email(other), Some(password(RIGHT)))
            .await
            .is_ok()
    );
    let theirs = sign_in.tries(other, RIGHT, HOME).await.expect("right").mark;
    let client = Client {
        marks: vec![
            theirs.expect("a new browser").hash(),
            Token::random(world.as_ref()).expect("random").hash(),
        ],
        ..Client::at(HOME)
    };
    for _ in 1..=6 {
        assert_eq!(sign_in.from(&client, WRONG).await, "WrongCredentials");
    }
    let locked = sign_in.outcome(YOU, RIGHT, "another").await;
    assert!(locked.starts_with("TooManyTries"), "{locked}");
}

#[tokio::test]
async fn spellings_of_one_address_share_its_count() {
    let (_, sign_in) = with_account().await;
    for (n, spelling) in [YOU, "you@ME.example", " you@me.example"]
        .iter()
        .enumerate()
    {
        for m in 0..2 {
            sign_in.outcome(spelling, WRONG, &format!("{n} {m}")).await;
        }
    }
    let outcome = sign_in.outcome(YOU, RIGHT, HOME).await;
    assert!(outcome.starts_with("TooManyTries"), "{outcome}");
}

#[tokio::test]
async fn unknown_address_is_counted_like_a_known_one() {
    let (world, sign_in) = with_account().await;
    let mut waits = Vec::new();
    for address in [YOU, "nobody@me.example", "no address"] {
        world.is_at(START);
        crowd(&world, &sign_in, address, 9).await;
        world.is_at(world.now().minus_ms(1));
        waits.push(sign_in.outcome(address, WRONG, HOME).await);
    }
    assert!(
        waits[0].starts_with("TooManyTries { retry_after_ms: 1,"),
        "{waits:?}"
    );
    assert_eq!(waits[1..], [waits[0].clone(), waits[0].clone()]);
}

/// All of them at once, on one thread.
async fn join_all<F: Future>(futures: impl Iterator<Item = F>) -> Vec<F::Output> {
    let mut waiting: Vec<_> = futures.map(|f| (Box::pin(f), None)).collect();
    core::future::poll_fn(|context| {
        for (future, done) in &mut waiting {
            if done.is_none()
                && let core::task::Poll::Ready(output) = future.as_mut().poll(context)
            {
                *done = Some(output);
            }
        }
        match waiting.iter().all(|(_, done)| done.is_some()) {
            true => core::task::Poll::Ready(()),
            false => core::task::Poll::Pending,
        }
    })
    .await;
    waiting.into_iter().filter_map(|(_, done)| done).collect()
}
