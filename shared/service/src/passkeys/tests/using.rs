//! Signing in.

use super::*;
use crate::sign_in::WINDOW_MS;

/// Answers a new challenge with what `answer` makes of what has to be signed.
async fn tries(
    world: &World,
    sign_in: &SignIn,
    answer: impl FnOnce(&[u8]) -> Vec<u8>,
    client: &Client,
) -> Result<NewSession, SignInFailure> {
    let challenge = sign_in.challenge(client).await?;
    let answer = answer(&world.state_of(&challenge.browser));
    let proof = Proof {
        answer: &answer,
        browser: Some(&challenge.browser),
    };
    sign_in.with_passkey(proof, Life::Hour, client).await
}

#[tokio::test]
async fn passkey_signs_in_and_is_kept_as_it_is_now() {
    let (world, sign_in) = world().await;
    world.is_at(START.plus_ms(1000));
    let new = tries(&world, &sign_in, |s| answer(&HANDLE, PHONE, s), &home()).await;
    let session = new.expect("you are let in").session;
    let expected = Session::start(email(YOU), START.plus_ms(1000))
        .by(Way::Passkey)
        .living(Life::Hour);
    assert_eq!(session, expected);
    let account = world.you().await;
    let used = Passkey {
        credential: b"used".to_vec(),
        last_used: Some(START.plus_ms(1000)),
        ..passkey(PHONE)
    };
    assert_eq!(account.ways.passkeys, [used]);
    let what = What::SignedIn {
        way: Way::Passkey,
        new_device: true,
    };
    assert_eq!(world.what(), [what]);
}

#[tokio::test]
async fn challenge_is_answered_once() {
    let (world, sign_in) = world().await;
    let challenge = sign_in.challenge(&home()).await.expect("a challenge");
    let right = answer(&HANDLE, PHONE, &world.state_of(&challenge.browser));
    for expected in ["fine", "passkey_refused"] {
        let proof = Proof {
            answer: &right,
            browser: Some(&challenge.browser),
        };
        let tried = sign_in.with_passkey(proof, Life::Keep, &home()).await;
        assert_eq!(outcome(tried), expected);
    }
    assert_eq!(world.session_count(), 1);
}

#[tokio::test]
async fn challenge_that_was_answered_wrongly_is_used_up() {
    let (world, sign_in) = world().await;
    let challenge = sign_in.challenge(&home()).await.expect("a challenge");
    let right = answer(&HANDLE, PHONE, &world.state_of(&challenge.browser));
    for tried in [b"junk".to_vec(), right] {
        let proof = Proof {
            answer: &tried,
            browser: Some(&challenge.browser),
        };
        let tried = sign_in.with_passkey(proof, Life::Keep, &home()).await;
        assert_eq!(outcome(tried), "passkey_refused");
    }
    assert_eq!(world.session_count(), 0);
}

#[tokio::test]
async fn challenge_of_another_browser_or_of_none_or_that_is_over_is_none() {
    let (world, sign_in) = world().await;
    let mine = sign_in.challenge(&home()).await.expect("a challenge");
    let theirs = sign_in.challenge(&home()).await.expect("a challenge");
    let right = answer(&HANDLE, PHONE, &world.state_of(&mine.browser));
    for browser in [None, Some(&theirs.browser)] {
        let proof = Proof {
            answer: &right,
            browser,
        };
        let tried = sign_in.with_passkey(proof, Life::Keep, &home()).await;
        assert_eq!(outcome(tried), "passkey_refused");
    }
    world.is_at(START.plus_ms(CEREMONY_MS));
    let proof = Proof {
        answer: &right,
        browser: Some(&mine.browser),
    };
    let tried = sign_in.with_passkey(proof, Life::Keep, &home()).await;
    assert_eq!(outcome(tried), "passkey_refused");

    let last = sign_in.challenge(&home()).await.expect("a challenge");
    world.is_at(START.plus_ms(2 * CEREMONY_MS - 1));
    let right = answer(&HANDLE, PHONE, &world.state_of(&last.browser));
    let proof = Proof {
        answer: &right,
        browser: Some(&last.browser),
    };
    let tried = sign_in.with_passkey(proof, Life::Keep, &home()).await;
    assert_eq!(outcome(tried), "fine");
}

#[tokio::test]
async fn passkey_that_is_not_there_and_a_wrong_signature_look_and_cost_the_same() {
    let (world, sign_in) = world().await;
    let unknown = tries(&world, &sign_in, |s| answer(&HANDLE, b"other", s), &home()).await;
    let calls_of_unknown = world.calls();
    let wrong = tries(&world, &sign_in, |_| answer(&HANDLE, PHONE, b"no"), &home()).await;
    let calls_of_wrong = world.calls();
    assert_eq!(calls_of_unknown, calls_of_wrong);
    let nobodys = Handle([9; 32]);
    let nobody = tries(&world, &sign_in, |s| answer(&nobodys, PHONE, s), &home()).await;
    // A passkey of yours under the handle of another person.
    let crossed = answer(&OTHERS_HANDLE, b"mine alone", b"");
    let crossed = tries(&world, &sign_in, |_| crossed, &home()).await;
    let texts: Vec<String> = [unknown, wrong, nobody, crossed]
        .into_iter()
        .map(|tried| format!("{:?}", tried.err()))
        .collect();
    assert_eq!(texts, vec!["Some(PasskeyRefused)"; 4]);
    let refused = What::Refused {
        way: Way::Passkey,
        code: "passkey_refused".to_owned(),
    };
    assert_eq!(world.what(), [refused.clone(), refused.clone(), refused]);
    assert_eq!(world.session_count(), 0);
}

#[tokio::test]
async fn copied_passkey_is_refused_and_stands_in_the_history() {
    let (world, sign_in) = world().await;
    let copied = |_: &[u8]| answer(&HANDLE, PHONE, b"copied");
    let tried = tries(&world, &sign_in, copied, &home()).await;
    assert_eq!(outcome(tried), "passkey_refused");
    let name = "Phone".to_owned();
    assert_eq!(world.what(), [What::PasskeyCopied { name }]);
    assert_eq!(world.you().await.ways.passkeys, [passkey(PHONE)]);
}

#[tokio::test]
async fn removed_person_is_not_let_in() {
    let (world, sign_in) = world().await;
    let challenge = sign_in.challenge(&home()).await.expect("a challenge");
    let right = answer(&HANDLE, PHONE, &world.state_of(&challenge.browser));
    assert!(sign_in.remove(&email(YOU)).await.expect("it works"));
    let proof = Proof {
        answer: &right,
        browser: Some(&challenge.browser),
    };
    let tried = sign_in.with_passkey(proof, Life::Keep, &home()).await;
    assert_eq!(outcome(tried), "passkey_refused");
}

#[tokio::test]
async fn wrong_answers_of_a_source_have_a_limit_and_right_ones_none() {
    let (world, sign_in) = world().await;
    for _ in 0..2 * MAX_ANSWERS {
        // Challenges have a limit of their own.
        let client = Client::at("198.51.100.1");
        let new = tries(&world, &sign_in, |s| answer(&HANDLE, PHONE, s), &client).await;
        assert_eq!(outcome(new), "fine");
    }
    for _ in 0..MAX_ANSWERS {
        let tried = tries(&world, &sign_in, |_| Vec::new(), &home()).await;
        assert_eq!(outcome(tried), "passkey_refused");
    }
    let tried = tries(&world, &sign_in, |s| answer(&HANDLE, PHONE, s), &home()).await;
    assert_eq!(outcome(tried), "too_many_tries");
    // Nobody else is kept out by that.
    let elsewhere = Client::at("192.0.2.2");
    let new = tries(&world, &sign_in, |s| answer(&HANDLE, PHONE, s), &elsewhere).await;
    assert_eq!(outcome(new), "fine");
    world.is_at(START.plus_ms(WINDOW_MS));
    let new = tries(&world, &sign_in, |s| answer(&HANDLE, PHONE, s), &home()).await;
    assert_eq!(outcome(new), "fine");
}

#[tokio::test]
async fn challenges_of_a_source_have_a_limit() {
    let (_, sign_in) = world().await;
    for _ in 0..MAX_CHALLENGES {
        assert_eq!(outcome(sign_in.challenge(&home()).await), "fine");
    }
    assert_eq!(outcome(sign_in.challenge(&home()).await), "too_many_tries");
    let elsewhere = Client::at("192.0.2.2");
    assert_eq!(outcome(sign_in.challenge(&elsewhere).await), "fine");
}

#[tokio::test]
async fn locked_password_locks_no_passkey() {
    let (world, sign_in) = world().await;
    for _ in 0..100 {
        let tried = sign_in
            .with_password(YOU, password("wrong wrong wrong"), Life::Keep, &home())
            .await;
        if outcome(tried) == "too_many_tries" {
            break;
        }
    }
    let tried = sign_in
        .with_password(YOU, password("wrong wrong wrong"), Life::Keep, &home())
        .await;
    assert_eq!(outcome(tried), "too_many_tries");
    signed_in(&world, &sign_in).await;
}

#[tokio::test]
async fn stores_that_are_broken_let_nobody_in() {
    let (world, sign_in) = world().await;
    let challenge = sign_in.challenge(&home()).await.expect("a challenge");
    let right = answer(&HANDLE, PHONE, &world.state_of(&challenge.browser));
    world.breaks();
    let proof = Proof {
        answer: &right,
        browser: Some(&challenge.browser),
    };
    let tried = sign_in.with_passkey(proof, Life::Keep, &home()).await;
    assert_eq!(outcome(tried), "unavailable");
    assert_eq!(world.session_count(), 0);
}
