use super::*;
use crate::{account::Account, history::What, world::START};

#[tokio::test]
async fn person_is_added_once() {
    let (_, sign_in) = with_account().await;
    let failure = sign_in.add(email(YOU), Some(password(WRONG))).await.err();
    assert!(matches!(failure, Some(SignInFailure::AccountExists)));
    assert_eq!(sign_in.outcome(YOU, RIGHT, HOME).await, "signed in");
}

#[tokio::test]
async fn password_under_the_policy_adds_nobody() {
    let world = World::new();
    let sign_in = world.sign_in();
    let failure = sign_in
        .add(email(YOU), Some(password("eleven chrs")))
        .await
        .err();
    assert!(matches!(
        failure,
        Some(SignInFailure::PasswordTooShort { min: 12 })
    ));
    assert_eq!(sign_in.list().await.expect("it works"), []);
}

#[tokio::test]
async fn person_without_a_password_is_listed_and_cannot_sign_in() {
    let world = World::new();
    let sign_in = world.sign_in();
    assert!(sign_in.add(email(YOU), None).await.is_ok());
    let account = Account::new(email(YOU), START);
    assert_eq!(sign_in.list().await.expect("it works"), [account]);
    assert_eq!(sign_in.outcome(YOU, "", HOME).await, "WrongCredentials");
}

#[tokio::test]
async fn nobody_gets_a_link_without_an_account() {
    let world = World::new();
    let sign_in = world.sign_in();
    let failure = sign_in.link(&email(YOU)).await.err();
    assert!(matches!(failure, Some(SignInFailure::NoSuchAccount)));
    assert_eq!(world.calls(), ["accounts.find"]);
}

#[tokio::test]
async fn person_removed_is_signed_out_and_stays_out() {
    let (world, sign_in) = with_account().await;
    let token = sign_in.tries(YOU, RIGHT, HOME).await.expect("right").token;
    assert!(sign_in.remove(&email(YOU)).await.expect("it works"));
    assert!(!sign_in.remove(&email(YOU)).await.expect("it works"));
    assert!(sign_in.who(Some(&token)).await.expect("it works").is_none());
    assert_eq!(sign_in.outcome(YOU, RIGHT, HOME).await, "WrongCredentials");
    assert_eq!(world.session_count(), 0);
    let events = world.events().into_iter().map(|event| event.what);
    let address = YOU.to_owned();
    let removed = What::PersonRemoved { address };
    let count = events.filter(|what| *what == removed).count();
    assert_eq!(count, 1, "written down once, and by the one that did it");
}

#[tokio::test]
async fn person_signed_out_everywhere_has_no_session_left_and_may_sign_in_again() {
    let (world, sign_in) = with_account().await;
    let other = "other@me.example";
    let added = sign_in.add(email(other), Some(password(RIGHT))).await;
    assert!(added.is_ok());
    let theirs = sign_in
        .tries(other, RIGHT, HOME)
        .await
        .expect("right")
        .token;
    let phone = sign_in.tries(YOU, RIGHT, HOME).await.expect("right").token;
    let laptop = sign_in.tries(YOU, RIGHT, HOME).await.expect("right").token;

    assert!(sign_in.sign_out_everywhere(&email(YOU)).await.is_ok());
    for token in [&phone, &laptop] {
        assert_eq!(sign_in.who(Some(token)).await.expect("it works"), None);
    }
    let left = sign_in.who(Some(&theirs)).await.expect("it works");
    assert_eq!(left.expect("another person's").email, email(other));
    assert_eq!(world.session_count(), 1);
    let last = world.events().pop().expect("something happened");
    assert_eq!(
        (last.email, last.source, last.what),
        (email(YOU), String::new(), What::AllSessionsEnded)
    );
    assert_eq!(sign_in.outcome(YOU, RIGHT, HOME).await, "signed in");
}

#[tokio::test]
async fn nobody_is_signed_out_without_an_account() {
    let world = World::new();
    let sign_in = world.sign_in();
    let failure = sign_in.sign_out_everywhere(&email(YOU)).await.err();
    assert!(matches!(failure, Some(SignInFailure::NoSuchAccount)));
    assert_eq!(world.calls(), ["accounts.find"]);
}
