use super::*;
use crate::world::START;

#[tokio::test]
async fn password_of_the_account_signs_in() {
    let (world, sign_in) = with_account().await;
    let new = sign_in.tries(YOU, RIGHT, HOME).await.expect("it is right");
    assert_eq!(new.session, Session::start(email(YOU), START));
    let session = sign_in.who(Some(&new.token)).await.expect("it works");
    assert_eq!(session, Some(new.session));
    assert_eq!(world.session_count(), 1);
}

#[tokio::test]
async fn session_has_the_stored_spelling_whatever_was_typed() {
    let (_, sign_in) = with_account().await;
    let new = sign_in
        .tries(" you@ME.example ", RIGHT, HOME)
        .await
        .expect("the same address");
    assert_eq!(new.session.email.as_str(), YOU);
}

#[tokio::test]
async fn local_part_in_another_case_is_another_address() {
    let (_, sign_in) = with_account().await;
    let outcome = sign_in.outcome("You@me.example", RIGHT, HOME).await;
    assert_eq!(outcome, "WrongCredentials");
}

#[tokio::test]
async fn everything_wrong_looks_the_same_and_asks_the_stores_the_same() {
    let (world, sign_in) = with_account().await;
    let added = sign_in.add(email("new@me.example"), None).await;
    assert!(added.is_ok());
    world.calls();
    for (address, typed) in [
        (YOU, WRONG),
        (YOU, ""),
        ("new@me.example", RIGHT),
        ("nobody@me.example", RIGHT),
    ] {
        assert_eq!(
            sign_in.outcome(address, typed, HOME).await,
            "WrongCredentials",
            "{address}"
        );
        assert_eq!(
            world.calls(),
            [
                "limits.climb",
                "accounts.find",
                "limits.hit",
                "limits.climb",
                "history.keep"
            ],
            "{address}"
        );
    }
    // What is no address has no history; everything else is the same.
    for address in ["", "no address", "@", "you@", "you@me.example\0"] {
        assert_eq!(
            sign_in.outcome(address, RIGHT, HOME).await,
            "WrongCredentials",
            "{address}"
        );
        assert_eq!(
            world.calls(),
            [
                "limits.climb",
                "accounts.find",
                "limits.hit",
                "limits.climb"
            ],
            "{address}"
        );
    }
    assert_eq!(world.session_count(), 0);
}

#[tokio::test]
async fn sign_in_that_a_new_password_overtook_gets_no_session() {
    let (world, sign_in) = with_account().await;
    world.overtakes_the_next_session();
    assert_eq!(sign_in.outcome(YOU, RIGHT, HOME).await, "WrongCredentials");
    assert_eq!(world.session_count(), 0);
}

#[tokio::test]
async fn broken_store_is_no_wrong_password() {
    let (world, sign_in) = with_account().await;
    world.breaks();
    let failure = sign_in
        .with_password(YOU, password(RIGHT), Life::Keep, &Client::at(HOME))
        .await
        .err();
    assert_eq!(failure.map(|failure| failure.code()), Some("unavailable"));
    assert_eq!(world.session_count(), 0);
}
