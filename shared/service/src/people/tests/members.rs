//! What is closed to whom.

use super::*;

/// Everything that owners do from their pages, as `token`: the codes of the refusals.
async fn everything(home: &Home, token: Option<&Token>) -> Vec<Option<&'static str>> {
    let sign_in = &home.sign_in;
    let client = from();
    let code = |failure: SignInFailure| failure.code();
    vec![
        sign_in.people(token).await.err().map(code),
        sign_in.invite(token, NEW, &client).await.err().map(code),
        sign_in.dismiss(token, EVE, &client).await.err().map(code),
        sign_in
            .give_address(token, NEW, BOB, &client)
            .await
            .err()
            .map(code),
        sign_in
            .take_address(token, NEW, BOB, &client)
            .await
            .err()
            .map(code),
        sign_in.panic(token, &client).await.err().map(code),
    ]
}

#[tokio::test]
async fn members_and_strangers_do_nothing_that_owners_do() {
    let home = home().await;
    let unknown = Token::random(home.world.as_ref()).expect("random");
    home.world.calls();
    for (token, code) in [
        (Some(&home.bob), "not_owner"),
        (Some(&unknown), "no_session"),
        (None, "no_session"),
    ] {
        assert_eq!(everything(&home, token).await, [Some(code); 6]);
    }
    assert_eq!(writes(&home.world), Vec::<&str>::new());
    assert_eq!(home.world.events(), []);
}

#[tokio::test]
async fn whoever_was_removed_owns_nothing_whatever_session_is_left() {
    let home = home().await;
    // As if a store had lost the race with the end of all sessions.
    let left = signed_in(&home.world, EVE);
    home.world.calls();
    assert_eq!(
        everything(&home, Some(&left)).await,
        [Some("no_session"); 6]
    );
    assert_eq!(writes(&home.world), Vec::<&str>::new());
}

#[tokio::test]
async fn owner_proves_it_within_five_minutes_for_all_but_looking() {
    let home = home().await;
    home.world.is_at(START.plus_ms(FRESH_MS - 1));
    assert!(home.invite(&home.ann, "a@me.example").await.is_ok());
    home.world.is_at(START.plus_ms(FRESH_MS));
    home.world.calls();
    let refused = everything(&home, Some(&home.ann)).await;
    assert_eq!(refused[0], None);
    assert_eq!(refused[1..], [Some("step_up_needed"); 5]);
    assert_eq!(writes(&home.world), Vec::<&str>::new());
    // A member is told that it helps nothing to prove anything.
    assert_eq!(
        everything(&home, Some(&home.bob)).await,
        [Some("not_owner"); 6]
    );
}

#[tokio::test]
async fn owner_who_is_one_no_more_is_none_from_the_next_request_on() {
    let home = home().await;
    assert!(home.invite(&home.ann, "a@me.example").await.is_ok());
    let found = home.sign_in.accounts.find(&email(ANN)).await;
    let mut account = found.expect("it works").expect("Ann");
    account.ways.is_owner = false;
    assert!(home.sign_in.accounts.change(account).await.expect("works"));
    home.world.calls();
    assert_eq!(
        everything(&home, Some(&home.ann)).await,
        [Some("not_owner"); 6]
    );
    assert_eq!(writes(&home.world), Vec::<&str>::new());
}

#[tokio::test]
async fn owner_cannot_act_as_a_member() {
    let home = home().await;
    let sign_in = &home.sign_in;
    home.has_another_address().await;
    home.world.calls();
    let client = from();
    // No link into Bob's account, nor by his further address.
    for who in [BOB, NEW] {
        let refused = home.invite(&home.ann, who).await.err();
        assert_eq!(refused, Some("address_taken"), "{who}");
    }
    // Bob's address is not made the owner's, in any spelling.
    for address in [BOB, NEW, "bob@ME.example"] {
        let given = sign_in.give_address(Some(&home.ann), address, ANN, &client);
        assert_eq!(given.await.expect_err("refused").code(), "address_taken");
        let chosen = sign_in.set_default_address(Some(&home.ann), address, &client);
        let code = chosen.await.expect_err("refused").code();
        assert_eq!(code, "not_your_address", "{address}");
    }
    // Nor is one that Bob was certified for, after it is taken away.
    let kept = sign_in.audit.keep(&row(BOB, NEW)).await;
    kept.expect("it works");
    let taken = sign_in.take_address(Some(&home.ann), NEW, BOB, &client);
    assert!(taken.await.is_ok());
    let given = sign_in.give_address(Some(&home.ann), NEW, ANN, &client);
    assert_eq!(given.await.expect_err("refused").code(), "address_taken");
    // Bob may have it back: sites that knew him by it know him again.
    let given = sign_in.give_address(Some(&home.ann), NEW, BOB, &client);
    assert!(given.await.is_ok());
    // His sessions and his history are his.
    let sessions = sign_in.sessions.of(&email(ANN)).await.expect("it works");
    assert_eq!(sessions.len(), 1);
    assert_eq!(sign_in.sessions.of(&email(BOB)).await.expect("it").len(), 1);
}

#[tokio::test]
async fn command_makes_owners_of_people_who_are_there_and_of_nobody_else() {
    let home = home().await;
    let made = home.sign_in.make_owner(&email(EVE)).await;
    assert_eq!(made.expect_err("refused").code(), "no_such_account");
    assert_eq!(home.history(EVE), []);
    assert!(home.sign_in.make_owner(&email(BOB)).await.is_ok());
    assert_eq!(home.history(BOB), [(What::OwnerMade, String::new())]);
    assert!(home.invite(&home.bob, NEW).await.is_ok());
}
