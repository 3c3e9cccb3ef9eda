use super::*;
use crate::{session::Way, world::START};

/// A world in which you have an account without a password, and a link.
async fn with_link() -> (Arc<World>, SignIn, Token) {
    let world = World::new();
    let sign_in = world.sign_in();
    assert!(sign_in.add(email(YOU), None).await.is_ok());
    let (token, expires) = sign_in.link(&email(YOU)).await.expect("an account");
    assert_eq!(expires, START.plus_ms(LINK_MS));
    (world, sign_in, token)
}

async fn refusal(sign_in: &SignIn, token: &Token, typed: &str) -> String {
    match sign_in
        .enrol(token, password(typed), &Client::at(HOME))
        .await
    {
        Ok(_) => "enrolled".to_owned(),
        Err(failure) => format!("{failure:?}"),
    }
}

#[tokio::test]
async fn link_sets_the_password_and_signs_in() {
    let (_, sign_in, token) = with_link().await;
    let new = sign_in
        .enrol(&token, password(RIGHT), &Client::at(HOME))
        .await
        .expect("a link");
    let expected = Session::start(email(YOU), START).by(Way::Link);
    assert_eq!(new.session, expected);
    let session = sign_in.who(Some(&new.token)).await.expect("it works");
    assert_eq!(session, Some(new.session));
    assert_eq!(sign_in.outcome(YOU, RIGHT, HOME).await, "signed in");
}

#[tokio::test]
async fn looking_at_a_link_says_whose_it_is_and_uses_nothing_up() {
    let (_, sign_in, token) = with_link().await;
    for _ in 1..=2 {
        let enrolment = sign_in
            .look_at_enrolment(&token, HOME)
            .await
            .expect("a link");
        assert_eq!(enrolment.email, email(YOU));
        assert_eq!(enrolment.expires, START.plus_ms(LINK_MS));
    }
    assert_eq!(refusal(&sign_in, &token, RIGHT).await, "enrolled");
}

#[tokio::test]
async fn link_works_once() {
    let (world, sign_in, token) = with_link().await;
    assert_eq!(refusal(&sign_in, &token, RIGHT).await, "enrolled");
    assert_eq!(
        refusal(&sign_in, &token, "another password").await,
        "EnrolmentInvalid"
    );
    let failure = sign_in.look_at_enrolment(&token, HOME).await.err();
    assert!(matches!(failure, Some(SignInFailure::EnrolmentInvalid)));
    assert_eq!(world.session_count(), 1);
    assert_eq!(
        sign_in.outcome(YOU, "another password", HOME).await,
        "WrongCredentials"
    );
}

#[tokio::test]
async fn of_many_who_use_a_link_at_once_one_enrols() {
    let (world, sign_in, token) = with_link().await;
    let (a, b, c) = tokio::join!(
        refusal(&sign_in, &token, "first password"),
        refusal(&sign_in, &token, "second password"),
        refusal(&sign_in, &token, "third password"),
    );
    let mut outcomes = [a, b, c];
    outcomes.sort();
    assert_eq!(
        outcomes,
        ["EnrolmentInvalid", "EnrolmentInvalid", "enrolled"]
    );
    assert_eq!(world.session_count(), 1);
}

#[tokio::test]
async fn link_works_for_24_hours() {
    let (world, sign_in, token) = with_link().await;
    world.is_at(START.plus_ms(LINK_MS));
    assert_eq!(refusal(&sign_in, &token, RIGHT).await, "EnrolmentInvalid");
    // A clock that was set back locks nobody out.
    world.is_at(START.plus_ms(LINK_MS - 1));
    assert_eq!(refusal(&sign_in, &token, RIGHT).await, "enrolled");
}

#[tokio::test]
async fn new_link_replaces_the_earlier_one() {
    let (_, sign_in, earlier) = with_link().await;
    let (later, _) = sign_in.link(&email(YOU)).await.expect("an account");
    assert_eq!(refusal(&sign_in, &earlier, RIGHT).await, "EnrolmentInvalid");
    assert_eq!(refusal(&sign_in, &later, RIGHT).await, "enrolled");
}

#[tokio::test]
async fn password_that_is_refused_leaves_the_link_as_it_is() {
    let (world, sign_in, token) = with_link().await;
    world.calls();
    let eleven = "ä".repeat(11);
    assert_eq!(
        refusal(&sign_in, &token, &eleven).await,
        "PasswordTooShort { min: 12 }"
    );
    let long = "a".repeat(1025);
    assert_eq!(
        refusal(&sign_in, &token, &long).await,
        "PasswordTooLong { max: 1024 }"
    );
    assert_eq!(world.calls(), [""; 0], "no store was asked");
    assert_eq!(
        refusal(&sign_in, &token, "you@me.example").await,
        "PasswordWeak"
    );
    let twelve = "Käseschränke".to_owned();
    assert_eq!(refusal(&sign_in, &token, &twelve).await, "enrolled");
    assert_eq!(sign_in.outcome(YOU, &twelve, HOME).await, "signed in");
}

#[tokio::test]
async fn password_of_1024_bytes_is_taken() {
    let (_, sign_in, token) = with_link().await;
    assert_eq!(
        refusal(&sign_in, &token, &"It is long. ".repeat(86)[..1024]).await,
        "enrolled"
    );
}

#[tokio::test]
async fn link_of_somebody_removed_does_not_bring_them_back() {
    let (_, sign_in, token) = with_link().await;
    assert!(sign_in.remove(&email(YOU)).await.expect("it works"));
    assert_eq!(refusal(&sign_in, &token, RIGHT).await, "EnrolmentInvalid");
    assert_eq!(sign_in.list().await.expect("it works"), []);
}

#[tokio::test]
async fn enrolling_again_ends_the_sessions_of_the_earlier_password() {
    let (world, sign_in) = with_account().await;
    let other = "other@me.example";
    assert!(
        sign_in
            .add(email(other), Some(password(RIGHT)))
            .await
            .is_ok()
    );
    let mine = sign_in.tries(YOU, RIGHT, HOME).await.expect("right").token;
    let theirs = sign_in
        .tries(other, RIGHT, HOME)
        .await
        .expect("right")
        .token;
    let (link, _) = sign_in.link(&email(YOU)).await.expect("an account");

    let new = sign_in
        .enrol(&link, password(WRONG), &Client::at(HOME))
        .await
        .expect("a link");
    assert!(sign_in.who(Some(&mine)).await.expect("it works").is_none());
    assert!(
        sign_in
            .who(Some(&theirs))
            .await
            .expect("it works")
            .is_some()
    );
    assert!(
        sign_in
            .who(Some(&new.token))
            .await
            .expect("it works")
            .is_some()
    );
    assert_eq!(world.session_count(), 2);
    assert_eq!(sign_in.outcome(YOU, RIGHT, HOME).await, "WrongCredentials");
}
