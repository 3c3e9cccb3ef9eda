use super::*;
use crate::world::START;

#[tokio::test]
async fn eleventh_guess_at_an_account_is_refused_even_if_it_is_right() {
    let (world, sign_in) = with_account().await;
    for network in 1..=10 {
        let source = format!("192.0.2.{network}");
        assert_eq!(
            sign_in.outcome(YOU, WRONG, &source).await,
            "WrongCredentials"
        );
    }
    world.is_at(START.plus_ms(60_000));
    world.calls();
    assert_eq!(
        sign_in.outcome(YOU, RIGHT, "192.0.2.11").await,
        format!("TooManyTries {{ retry_after_ms: {} }}", WINDOW_MS - 60_000)
    );
    assert_eq!(
        world.calls(),
        ["limits.hit", "limits.hit"],
        "nothing was looked at"
    );
    assert_eq!(world.session_count(), 0);
}

#[tokio::test]
async fn tenth_guess_at_an_account_may_be_right_and_starts_the_count_anew() {
    let (_, sign_in) = with_account().await;
    for round in 1..=2 {
        for network in 1..=9 {
            let source = format!("198.51.100.{round}{network}");
            assert_eq!(
                sign_in.outcome(YOU, WRONG, &source).await,
                "WrongCredentials"
            );
        }
        assert_eq!(sign_in.outcome(YOU, RIGHT, HOME).await, "signed in");
    }
}

#[tokio::test]
async fn guesses_are_free_again_at_the_end_of_the_window_and_not_before() {
    let (world, sign_in) = with_account().await;
    for network in 1..=10 {
        sign_in
            .outcome(YOU, WRONG, &format!("192.0.2.{network}"))
            .await;
    }
    world.is_at(START.plus_ms(WINDOW_MS - 1));
    assert_eq!(
        sign_in.outcome(YOU, RIGHT, HOME).await,
        "TooManyTries { retry_after_ms: 1 }"
    );
    world.is_at(START.plus_ms(WINDOW_MS));
    assert_eq!(sign_in.outcome(YOU, RIGHT, HOME).await, "signed in");
}

#[tokio::test]
async fn spellings_of_one_address_share_its_count() {
    let (_, sign_in) = with_account().await;
    for network in 1..=10 {
        let spelling = if network % 2 == 0 {
            YOU
        } else {
            "you@ME.example"
        };
        sign_in
            .outcome(spelling, WRONG, &format!("192.0.2.{network}"))
            .await;
    }
    let outcome = sign_in.outcome(YOU, RIGHT, HOME).await;
    assert!(outcome.starts_with("TooManyTries"), "{outcome}");
}

#[tokio::test]
async fn unknown_address_is_counted_like_a_known_one() {
    let (_, sign_in) = with_account().await;
    for network in 1..=10 {
        let source = format!("192.0.2.{network}");
        assert_eq!(
            sign_in.outcome("nobody@me.example", WRONG, &source).await,
            "WrongCredentials"
        );
    }
    let outcome = sign_in.outcome("nobody@me.example", WRONG, HOME).await;
    assert!(outcome.starts_with("TooManyTries"), "{outcome}");
}

#[tokio::test]
async fn eleventh_guess_from_a_source_is_refused_and_other_sources_are_not() {
    let (_, sign_in) = with_account().await;
    for person in 1..=10 {
        let address = format!("person{person}@me.example");
        assert_eq!(
            sign_in.outcome(&address, WRONG, HOME).await,
            "WrongCredentials"
        );
    }
    let outcome = sign_in.outcome(YOU, RIGHT, HOME).await;
    assert!(outcome.starts_with("TooManyTries"), "{outcome}");
    assert_eq!(sign_in.outcome(YOU, RIGHT, "192.0.2.2").await, "signed in");
}

#[tokio::test]
async fn source_that_is_refused_uses_up_nobodys_guesses() {
    let (_, sign_in) = with_account().await;
    for person in 1..=10 {
        sign_in
            .outcome(&format!("person{person}@me.example"), WRONG, HOME)
            .await;
    }
    for _ in 1..=20 {
        sign_in.outcome(YOU, WRONG, HOME).await;
    }
    assert_eq!(sign_in.outcome(YOU, RIGHT, "192.0.2.2").await, "signed in");
}

#[tokio::test]
async fn right_passwords_use_up_no_guesses() {
    let (_, sign_in) = with_account().await;
    for _ in 1..=12 {
        assert_eq!(sign_in.outcome(YOU, RIGHT, HOME).await, "signed in");
    }
}

#[tokio::test]
async fn right_password_does_not_pay_for_wrong_guesses_at_others() {
    let (_, sign_in) = with_account().await;
    for person in 1..=9 {
        sign_in
            .outcome(&format!("person{person}@me.example"), WRONG, HOME)
            .await;
        assert_eq!(sign_in.outcome(YOU, RIGHT, HOME).await, "signed in");
    }
    sign_in.outcome("person10@me.example", WRONG, HOME).await;
    let outcome = sign_in.outcome("person11@me.example", WRONG, HOME).await;
    assert!(outcome.starts_with("TooManyTries"), "{outcome}");
}

#[tokio::test]
async fn eleventh_wrong_link_from_a_source_is_refused_even_if_it_is_right() {
    let (world, sign_in) = with_account().await;
    let (right, _) = sign_in.link(&email(YOU)).await.expect("an account");
    for _ in 1..=12 {
        // Looking at a right one as often as one likes counts nothing.
        assert!(sign_in.look_at_enrolment(&right, HOME).await.is_ok());
    }
    for _ in 1..=10 {
        let guess = Token::random(world.as_ref()).expect("random");
        let failure = sign_in.look_at_enrolment(&guess, HOME).await.err();
        assert!(matches!(failure, Some(SignInFailure::EnrolmentInvalid)));
    }
    let failure = sign_in.look_at_enrolment(&right, HOME).await.err();
    assert!(matches!(
        failure,
        Some(SignInFailure::TooManyTries {
            retry_after_ms: WINDOW_MS
        })
    ));
    let failure = sign_in
        .enrol(&right, password(RIGHT), &Client::at(HOME))
        .await
        .err();
    assert!(matches!(failure, Some(SignInFailure::TooManyTries { .. })));
    assert!(
        sign_in
            .enrol(&right, password(RIGHT), &Client::at("192.0.2.2"))
            .await
            .is_ok()
    );
}
