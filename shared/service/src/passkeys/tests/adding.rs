//! One more passkey: from a session, or by a link.

use super::*;

#[tokio::test]
async fn passkey_is_added_in_a_session_that_is_fresh() {
    let (world, sign_in) = world().await;
    let token = signed_in(&world, &sign_in).await.token;
    let id = adds(&world, &sign_in, &token, b"key", "  Blue key ").await;
    assert_eq!(id.expect("it is added"), b"key");
    let passkeys = world.you().await.ways.passkeys;
    let added = Passkey {
        credential: b"new".to_vec(),
        name: "Blue key".to_owned(),
        ..passkey(b"key")
    };
    assert_eq!(passkeys.last(), Some(&added));
    let name = "Blue key".to_owned();
    assert_eq!(world.what().last(), Some(&What::PasskeyAdded { name }));
    assert_eq!(world.you().await.ways.handle, Some(HANDLE), "the same one");

    world.is_at(START.plus_ms(FRESH_MS));
    let stale = adds(&world, &sign_in, &token, b"other", "Other").await;
    assert_eq!(outcome(stale), "step_up_needed");
    assert_eq!(world.you().await.ways.passkeys.len(), 2);
}

#[tokio::test]
async fn freshness_is_asked_for_when_it_is_added_and_not_only_before() {
    let (world, sign_in) = world().await;
    let token = signed_in(&world, &sign_in).await.token;
    let challenge = sign_in.challenge_to_add(Some(&token), &home()).await;
    let challenge = challenge.expect("a challenge");
    let answer = [&world.state_of(&challenge.browser)[..], b"key"].concat();
    world.is_at(START.plus_ms(FRESH_MS));
    let proof = Proof {
        answer: &answer,
        browser: Some(&challenge.browser),
    };
    let added = sign_in
        .add_passkey(Some(&token), proof, "Key", &home())
        .await;
    assert_eq!(outcome(added), "step_up_needed");
    assert_eq!(world.you().await.ways.passkeys, [used()]);
}

fn used() -> Passkey {
    Passkey {
        credential: b"used".to_vec(),
        last_used: Some(START),
        ..passkey(PHONE)
    }
}

#[tokio::test]
async fn names_have_1_to_60_characters() {
    let (world, sign_in) = world().await;
    let token = signed_in(&world, &sign_in).await.token;
    let names = [
        "é".repeat(60),
        "é".repeat(61),
        String::new(),
        " \t".to_owned(),
        "a\nb".to_owned(),
    ];
    let expected = [
        "fine",
        "name_invalid",
        "name_invalid",
        "name_invalid",
        "name_invalid",
    ];
    for (number, (name, expected)) in names.iter().zip(expected).enumerate() {
        let added = adds(&world, &sign_in, &token, &[1, number as u8], name).await;
        assert_eq!(outcome(added), expected, "{name:?}");
    }
}

#[tokio::test]
async fn names_can_be_seen_and_turn_nothing_around() {
    let (world, sign_in) = world().await;
    let token = signed_in(&world, &sign_in).await.token;
    for (number, (name, expected)) in [
        ("\u{200b}", "name_invalid"),
        ("\u{3164}", "name_invalid"),
        ("\u{2800}", "name_invalid"),
        ("\u{feff}\u{ad}", "name_invalid"),
        ("Phone\u{202e}enohP", "name_invalid"),
        ("\u{2067}Phone", "name_invalid"),
        ("Phone\u{2028}Key", "name_invalid"),
        ("\u{e0041}", "name_invalid"),
        // What these languages, and signs of several parts, cannot do without.
        ("کلید\u{200c}ها", "fine"),
        ("👩\u{200d}💻 שלי", "fine"),
        ("❤\u{fe0f}", "fine"),
        (
            "🏴\u{e0067}\u{e0062}\u{e0065}\u{e006e}\u{e0067}\u{e007f}",
            "fine",
        ),
        ("ключ 鍵", "fine"),
    ]
    .into_iter()
    .enumerate()
    {
        let added = adds(&world, &sign_in, &token, &[2, number as u8], name).await;
        assert_eq!(outcome(added), expected, "{name:?}");
    }
}

#[tokio::test]
async fn twenty_passkeys_are_the_most() {
    let (world, sign_in) = world().await;
    let token = signed_in(&world, &sign_in).await.token;
    // The last challenge, asked for while there was room.
    let late = sign_in
        .challenge_to_add(Some(&token), &home())
        .await
        .expect("a challenge");
    let answer = [&world.state_of(&late.browser)[..], b"late"].concat();
    for number in 1..MAX_PASSKEYS {
        let added = adds(&world, &sign_in, &token, &[1, number as u8], "Key").await;
        assert_eq!(outcome(added), "fine");
    }
    let more = adds(&world, &sign_in, &token, b"more", "Key").await;
    assert_eq!(outcome(more), "too_many_passkeys");
    let proof = Proof {
        answer: &answer,
        browser: Some(&late.browser),
    };
    let more = sign_in
        .add_passkey(Some(&token), proof, "Key", &home())
        .await;
    assert_eq!(outcome(more), "too_many_passkeys");
    assert_eq!(world.you().await.ways.passkeys.len(), MAX_PASSKEYS);
}

#[tokio::test]
async fn same_passkey_is_not_added_twice() {
    let (world, sign_in) = world().await;
    let token = signed_in(&world, &sign_in).await.token;
    let again = adds(&world, &sign_in, &token, PHONE, "Again").await;
    assert_eq!(outcome(again), "passkey_known");
    assert_eq!(world.you().await.ways.passkeys, [used()]);
}

/// Enrols by this link.
async fn enrols(
    world: &World,
    sign_in: &SignIn,
    link: &Token,
    id: &[u8],
    name: &str,
) -> Result<NewSession, SignInFailure> {
    let challenge = sign_in.challenge_to_enrol(link, &home()).await?;
    let answer = [&world.state_of(&challenge.browser), id].concat();
    let proof = Proof {
        answer: &answer,
        browser: Some(&challenge.browser),
    };
    sign_in.enrol_passkey(link, proof, name, &home()).await
}

#[tokio::test]
async fn link_makes_the_first_passkey_and_signs_in_once() {
    let world = World::new();
    let sign_in = world.sign_in();
    assert!(sign_in.add(email(YOU), None).await.is_ok());
    let (link, _) = sign_in.link(&email(YOU)).await.expect("a link");
    let new = enrols(&world, &sign_in, &link, b"key", "Key").await;
    let session = new.expect("you are let in").session;
    assert_eq!((session.email, session.way), (email(YOU), Way::Link));
    let account = world.you().await;
    assert_eq!(account.ways.passkeys.len(), 1);
    let handle = account.ways.handle.expect("one was drawn");
    assert_ne!(handle, HANDLE);
    let again = enrols(&world, &sign_in, &link, b"other", "Other").await;
    assert_eq!(outcome(again), "enrolment_invalid");
    assert_eq!(world.you().await.ways.passkeys.len(), 1);
    let what = world.what();
    let name = "Key".to_owned();
    assert!(what.contains(&What::LinkUsed));
    assert!(what.contains(&What::PasskeyAdded { name }));

    // And it works from then on.
    let challenge = sign_in.challenge(&home()).await.expect("a challenge");
    let answer = answer(&handle, b"key", &world.state_of(&challenge.browser));
    let proof = Proof {
        answer: &answer,
        browser: Some(&challenge.browser),
    };
    let new = sign_in.with_passkey(proof, Life::Keep, &home()).await;
    assert_eq!(outcome(new), "fine");
}

#[tokio::test]
async fn link_ends_the_other_sessions() {
    let (world, sign_in) = world().await;
    let before = signed_in(&world, &sign_in).await.token;
    let (link, _) = sign_in.link(&email(YOU)).await.expect("a link");
    let new = enrols(&world, &sign_in, &link, b"key", "Key")
        .await
        .expect("it works");
    assert!(
        sign_in
            .who(Some(&before))
            .await
            .expect("it works")
            .is_none()
    );
    assert!(
        sign_in
            .who(Some(&new.token))
            .await
            .expect("it works")
            .is_some()
    );
}

#[tokio::test]
async fn what_is_refused_costs_no_link() {
    let (world, sign_in) = world().await;
    let before = signed_in(&world, &sign_in).await.token;
    let (link, _) = sign_in.link(&email(YOU)).await.expect("a link");
    for (id, name, expected) in [
        (&b"key"[..], "", "name_invalid"),
        (b"", "Key", "passkey_refused"),
        (PHONE, "Key", "passkey_known"),
    ] {
        let tried = enrols(&world, &sign_in, &link, id, name).await;
        assert_eq!(outcome(tried), expected);
    }
    let still = sign_in.who(Some(&before)).await.expect("it works");
    assert!(still.is_some(), "nothing was ended");
    assert_eq!(
        outcome(enrols(&world, &sign_in, &link, b"key", "Key").await),
        "fine"
    );
}

#[tokio::test]
async fn handle_is_drawn_once_and_stays() {
    let world = World::new();
    let sign_in = world.sign_in();
    assert!(sign_in.add(email(YOU), None).await.is_ok());
    let (link, _) = sign_in.link(&email(YOU)).await.expect("a link");
    assert!(sign_in.challenge_to_enrol(&link, &home()).await.is_ok());
    let first = world.you().await.ways.handle;
    assert!(first.is_some());
    assert!(sign_in.challenge_to_enrol(&link, &home()).await.is_ok());
    assert_eq!(world.you().await.ways.handle, first);
}
