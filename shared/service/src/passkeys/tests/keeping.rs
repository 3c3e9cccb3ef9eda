//! Names, and removal.

use super::*;

/// You, with a second passkey called Key.
async fn with_two() -> (Arc<World>, SignIn, Token) {
    let (world, sign_in) = world().await;
    let token = signed_in(&world, &sign_in).await.token;
    let added = adds(&world, &sign_in, &token, b"key", "Key").await;
    assert_eq!(outcome(added), "fine");
    (world, sign_in, token)
}

#[tokio::test]
async fn passkey_gets_another_name() {
    let (world, sign_in, token) = with_two().await;
    // That needs no fresh proof: it lets nobody in, and keeps nobody out.
    world.is_at(START.plus_ms(FRESH_MS));
    let renamed = sign_in
        .rename_passkey(Some(&token), b"key", " Desk ", &home())
        .await;
    assert_eq!(outcome(renamed), "fine");
    let names: Vec<_> = world
        .you()
        .await
        .ways
        .passkeys
        .into_iter()
        .map(|p| p.name)
        .collect();
    assert_eq!(names, ["Phone", "Desk"]);
    let name = "Desk".to_owned();
    assert_eq!(world.what().last(), Some(&What::PasskeyRenamed { name }));
    for (id, name, expected) in [
        (&b"nothing"[..], "Name", "passkey_unknown"),
        (b"key", "", "name_invalid"),
    ] {
        let renamed = sign_in
            .rename_passkey(Some(&token), id, name, &home())
            .await;
        assert_eq!(outcome(renamed), expected);
    }
    let renamed = sign_in.rename_passkey(None, b"key", "Name", &home()).await;
    assert_eq!(outcome(renamed), "no_session");
}

#[tokio::test]
async fn passkey_is_removed_in_a_session_that_is_fresh_and_opens_nothing_from_then_on() {
    let (world, sign_in, token) = with_two().await;
    let elsewhere = signed_in(&world, &sign_in).await.token;
    world.is_at(START.plus_ms(FRESH_MS));
    let stale = sign_in.remove_passkey(Some(&token), PHONE, &home()).await;
    assert_eq!(outcome(stale), "step_up_needed");
    world.is_at(START);
    let challenge = sign_in.challenge(&home()).await.expect("a challenge");
    let removed = sign_in.remove_passkey(Some(&token), PHONE, &home()).await;
    assert_eq!(outcome(removed), "fine");
    let name = "Phone".to_owned();
    assert_eq!(world.what().last(), Some(&What::PasskeyRemoved { name }));
    let right = answer(&HANDLE, PHONE, &world.state_of(&challenge.browser));
    let proof = Proof {
        answer: &right,
        browser: Some(&challenge.browser),
    };
    let tried = sign_in.with_passkey(proof, Life::Keep, &home()).await;
    assert_eq!(outcome(tried), "passkey_refused");
    let other = sign_in.who(Some(&elsewhere)).await.expect("it works");
    assert!(other.is_none(), "it may have begun with what is gone");
    assert!(sign_in.who(Some(&token)).await.expect("it works").is_some());
}

#[tokio::test]
async fn last_way_in_is_not_removed() {
    let (world, sign_in, token) = with_two().await;
    let unknown = sign_in
        .remove_passkey(Some(&token), b"nothing", &home())
        .await;
    assert_eq!(outcome(unknown), "passkey_unknown");
    let removed = sign_in.remove_passkey(Some(&token), b"key", &home()).await;
    assert_eq!(outcome(removed), "fine");
    let last = sign_in.remove_passkey(Some(&token), PHONE, &home()).await;
    assert_eq!(outcome(last), "last_way_in");
    assert_eq!(world.you().await.ways.passkeys.len(), 1);
}

#[tokio::test]
async fn passkey_of_another_person_is_not_removed_or_renamed() {
    let (world, sign_in) = world().await;
    let mut other = Accounts::find(world.as_ref(), &email(OTHER)).await;
    let other = other.as_mut().expect("it works").as_mut().expect("there");
    other.ways.passkeys.push(passkey(b"theirs"));
    assert!(world.change(other.clone()).await.expect("it works"));
    let token = signed_in(&world, &sign_in).await.token;
    let removed = sign_in
        .remove_passkey(Some(&token), b"theirs", &home())
        .await;
    assert_eq!(outcome(removed), "passkey_unknown");
    let renamed = sign_in
        .rename_passkey(Some(&token), b"theirs", "Mine", &home())
        .await;
    assert_eq!(outcome(renamed), "passkey_unknown");
    let after = Accounts::find(world.as_ref(), &email(OTHER))
        .await
        .expect("it works");
    assert_eq!(after.expect("there").ways, other.ways);
}

#[tokio::test]
async fn person_is_nudged_until_there_are_two_passkeys_or_codes() {
    let (world, _) = world().await;
    let mut ways = world.you().await.ways;
    assert!(is_nudged(&ways));
    ways.recovery_codes = vec![crate::ways::SecretHash([1; 32])];
    assert!(!is_nudged(&ways));
    ways.recovery_codes.clear();
    ways.passkeys.push(passkey(b"key"));
    assert!(!is_nudged(&ways));
    ways.passkeys.clear();
    assert!(is_nudged(&ways));
}
