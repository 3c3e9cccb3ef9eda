//! What is counted beside accounts: sources, everybody together, links. And what the history has of it.

use super::*;
use crate::{
    history::What,
    session::Way,
    sign_in::guesses::{ACCOUNT_LADDER, MAX_OVERALL, OVERALL_MS, SOURCE_LADDER},
    world::START,
};

const MINUTE_MS: u64 = 60_000;

#[tokio::test]
async fn source_has_twenty_free_guesses_and_no_other_source_pays_for_them() {
    let (world, sign_in) = with_account().await;
    for n in 1..=21 {
        let address = format!("person{n}@me.example");
        assert_eq!(
            sign_in.outcome(&address, WRONG, HOME).await,
            "WrongCredentials"
        );
    }
    world.calls();
    let refused = sign_in.outcome(YOU, RIGHT, HOME).await;
    assert!(
        refused.starts_with("TooManyTries { retry_after_ms: 60000,"),
        "{refused}"
    );
    assert_eq!(world.calls(), ["limits.climb"], "no account was looked at");
    assert_eq!(sign_in.outcome(YOU, RIGHT, "192.0.2.2").await, "signed in");
}

#[tokio::test]
async fn source_that_is_refused_uses_up_nobodys_guesses() {
    let (_, sign_in) = with_account().await;
    for n in 1..=21 {
        let address = format!("person{n}@me.example");
        sign_in.outcome(&address, WRONG, HOME).await;
    }
    for _ in 1..=100 {
        sign_in.outcome(YOU, WRONG, HOME).await;
    }
    for n in 1..=5 {
        let source = format!("198.51.100.{n}");
        assert_eq!(
            sign_in.outcome(YOU, WRONG, &source).await,
            "WrongCredentials"
        );
    }
    assert_eq!(
        sign_in.outcome(YOU, RIGHT, "198.51.100.6").await,
        "signed in"
    );
}

#[tokio::test]
async fn sources_slips_are_forgotten_after_an_hour_of_peace() {
    let (world, sign_in) = with_account().await;
    for n in 1..=20 {
        let address = format!("person{n}@me.example");
        sign_in.outcome(&address, WRONG, HOME).await;
    }
    world.is_at(START.plus_ms(SOURCE_LADDER.forget_ms));
    for n in 21..=40 {
        let address = format!("person{n}@me.example");
        assert_eq!(
            sign_in.outcome(&address, WRONG, HOME).await,
            "WrongCredentials",
            "{n}"
        );
    }
}

#[tokio::test]
async fn all_together_have_thirty_guesses_a_minute_from_unknown_browsers() {
    let (world, sign_in) = with_account().await;
    let laptop = known(&sign_in).await;
    for n in 1..=MAX_OVERALL {
        let address = format!("person{n}@me.example");
        let outcome = sign_in
            .outcome(&address, WRONG, &format!("source {n}"))
            .await;
        assert_eq!(outcome, "WrongCredentials", "{n}");
    }
    world.is_at(START.plus_ms(1));
    world.calls();
    let refused = sign_in.outcome(YOU, RIGHT, "phone").await;
    assert!(
        refused.starts_with("TooManyTries { retry_after_ms: 59999,"),
        "{refused}"
    );
    assert_eq!(
        world.calls(),
        ["limits.climb", "accounts.find", "limits.hit"],
        "the account's ladder stays as it is"
    );
    assert_eq!(sign_in.from(&laptop, RIGHT).await, "signed in");
    world.is_at(START.plus_ms(OVERALL_MS));
    assert_eq!(sign_in.outcome(YOU, RIGHT, "phone").await, "signed in");
}

#[tokio::test]
async fn locked_account_uses_up_nothing_of_what_all_share() {
    let (_, sign_in) = with_account().await;
    for n in 1..=200 {
        sign_in.outcome(YOU, WRONG, &format!("source {n}")).await;
    }
    let other = "other@me.example";
    assert!(
        sign_in
            .add(email(other), Some(password(RIGHT)))
            .await
            .is_ok()
    );
    assert_eq!(sign_in.outcome(other, RIGHT, HOME).await, "signed in");
}

#[tokio::test]
async fn right_passwords_use_up_no_guesses() {
    let (_, sign_in) = with_account().await;
    for _ in 1..=2 * MAX_OVERALL {
        assert_eq!(sign_in.outcome(YOU, RIGHT, HOME).await, "signed in");
    }
}

#[tokio::test]
async fn right_password_does_not_pay_for_wrong_guesses_at_others() {
    let (_, sign_in) = with_account().await;
    for n in 1..=20 {
        let address = format!("person{n}@me.example");
        sign_in.outcome(&address, WRONG, HOME).await;
        assert_eq!(sign_in.outcome(YOU, RIGHT, HOME).await, "signed in");
    }
    assert_eq!(sign_in.outcome(YOU, RIGHT, HOME).await, "signed in");
    sign_in.outcome("person21@me.example", WRONG, HOME).await;
    let refused = sign_in.outcome(YOU, RIGHT, HOME).await;
    assert!(refused.starts_with("TooManyTries"), "{refused}");
}

#[tokio::test]
async fn guesses_that_were_looked_at_stand_in_the_history_of_whoever_they_were_at_known_or_not() {
    let (world, sign_in) = with_account().await;
    let before = world.events().len();
    for address in [YOU, "nobody@me.example"] {
        for n in 1..=20 {
            sign_in
                .outcome(address, WRONG, &format!("{address} {n}"))
                .await;
        }
    }
    sign_in.outcome("no address", WRONG, HOME).await;
    let events = world.events().split_off(before);
    let refused = What::Refused {
        way: Way::Password,
        code: "credentials_wrong".to_owned(),
    };
    let looked_at = ACCOUNT_LADDER.free as usize + 1;
    assert_eq!(
        events.len(),
        2 * looked_at,
        "what is refused unread fills no store"
    );
    for (n, event) in events.iter().enumerate() {
        let address = if n < looked_at {
            YOU
        } else {
            "nobody@me.example"
        };
        assert_eq!((event.email.as_str(), &event.what), (address, &refused));
        assert_eq!(event.source, format!("{address} {}", n % looked_at + 1));
    }
}

#[tokio::test]
async fn source_that_shows_wrong_links_is_refused_even_with_a_right_one() {
    let (world, sign_in) = with_account().await;
    let (right, _) = sign_in.link(&email(YOU)).await.expect("an account");
    for _ in 1..=30 {
        // Looking at a right one as often as one likes counts nothing.
        assert!(sign_in.look_at_enrolment(&right, HOME).await.is_ok());
    }
    for _ in 1..=21 {
        let guess = Token::random(world.as_ref()).expect("random");
        let failure = sign_in.look_at_enrolment(&guess, HOME).await.err();
        assert!(matches!(failure, Some(SignInFailure::EnrolmentInvalid)));
    }
    let failure = sign_in.look_at_enrolment(&right, HOME).await.err();
    assert!(matches!(
        failure,
        Some(SignInFailure::TooManyTries {
            retry_after_ms: MINUTE_MS,
            ..
        })
    ));
    let enrols = async |source| {
        let client = Client::at(source);
        let enrolled = sign_in.enrol(&right, password(RIGHT), &client).await;
        enrolled.map_err(|failure| failure.code()).map(|_| ())
    };
    assert_eq!(enrols(HOME).await, Err("too_many_tries"));
    // Wrong links keep nobody from signing in.
    assert_eq!(sign_in.outcome(YOU, RIGHT, HOME).await, "signed in");
    assert_eq!(enrols("192.0.2.2").await, Ok(()));
}
