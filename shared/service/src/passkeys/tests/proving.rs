//! Proving once more who is there, and what a challenge for one thing is worth for another.

use super::*;

async fn proves(
    world: &World,
    sign_in: &SignIn,
    token: &Token,
    answer: impl FnOnce(&[u8]) -> Vec<u8>,
) -> Result<(), SignInFailure> {
    let challenge = sign_in.challenge_again(Some(token), &home()).await?;
    let answer = answer(&world.state_of(&challenge.browser));
    let proof = Proof {
        answer: &answer,
        browser: Some(&challenge.browser),
    };
    let until = sign_in.prove_again(Some(token), proof, &home()).await?;
    assert_eq!(until, world.now().plus_ms(FRESH_MS));
    Ok(())
}

impl World {
    fn now(&self) -> browserid::Timestamp {
        crate::ports::Clock::now(self)
    }
}

#[tokio::test]
async fn proof_makes_this_session_fresh_and_no_other() {
    let (world, sign_in) = world().await;
    let mine = signed_in(&world, &sign_in).await.token;
    let elsewhere = signed_in(&world, &sign_in).await.token;
    assert_eq!(outcome(sign_in.fresh(Some(&mine)).await), "fine");
    world.is_at(START.plus_ms(FRESH_MS));
    assert_eq!(outcome(sign_in.fresh(Some(&mine)).await), "step_up_needed");
    let proved = proves(&world, &sign_in, &mine, |s| answer(&HANDLE, PHONE, s)).await;
    assert_eq!(outcome(proved), "fine");
    assert_eq!(outcome(sign_in.fresh(Some(&mine)).await), "fine");
    let other = sign_in.fresh(Some(&elsewhere)).await;
    assert_eq!(outcome(other), "step_up_needed");
    world.is_at(START.plus_ms(2 * FRESH_MS));
    assert_eq!(outcome(sign_in.fresh(Some(&mine)).await), "step_up_needed");
    let nobody = Token::random(world.as_ref()).expect("a token");
    assert_eq!(outcome(sign_in.fresh(Some(&nobody)).await), "no_session");
    assert_eq!(outcome(sign_in.fresh(None).await), "no_session");
}

#[tokio::test]
async fn passkey_of_another_person_proves_nothing_in_this_session() {
    let (world, sign_in) = world().await;
    let mine = signed_in(&world, &sign_in).await.token;
    world.is_at(START.plus_ms(FRESH_MS));
    world.calls();
    let theirs = |state: &[u8]| answer(&OTHERS_HANDLE, PHONE, state);
    let proved = proves(&world, &sign_in, &mine, theirs).await;
    assert_eq!(outcome(proved), "passkey_refused");
    assert!(
        !world.calls().contains(&"accounts.find_by_handle"),
        "whose it is matters to nobody"
    );
    assert_eq!(outcome(sign_in.fresh(Some(&mine)).await), "step_up_needed");
    let wrong = proves(&world, &sign_in, &mine, |_| answer(&HANDLE, PHONE, b"no")).await;
    assert_eq!(outcome(wrong), "passkey_refused");
    assert_eq!(outcome(sign_in.fresh(Some(&mine)).await), "step_up_needed");
}

#[tokio::test]
async fn challenge_for_one_purpose_opens_no_other() {
    let (world, sign_in) = world().await;
    let mine = signed_in(&world, &sign_in).await.token;
    let other = signed_in(&world, &sign_in).await.token;
    let (link, _) = sign_in.link(&email(YOU)).await.expect("a link");
    let (their_link, _) = sign_in.link(&email(OTHER)).await.expect("a link");
    let sessions = world.session_count();
    let passkeys = world.you().await.ways.passkeys.len();

    for made_for in 0..6 {
        for used_for in 0..6 {
            if made_for == used_for {
                continue;
            }
            let client = &home();
            let challenge = match made_for {
                0 => sign_in.challenge(client).await,
                1 => sign_in.challenge_again(Some(&mine), client).await,
                2 => sign_in.challenge_again(Some(&other), client).await,
                3 => sign_in.challenge_to_add(Some(&mine), client).await,
                4 => sign_in.challenge_to_add(Some(&other), client).await,
                _ => sign_in.challenge_to_enrol(&their_link, client).await,
            }
            .expect("a challenge");
            let state = world.state_of(&challenge.browser);
            let using = answer(&HANDLE, PHONE, &state);
            let making = [&state[..], b"new one"].concat();
            let proof = |answer| Proof {
                answer,
                browser: Some(&challenge.browser),
            };
            // Somewhere else at each turn: wrong answers have a limit.
            let client = &Client::at(format!("192.0.2.{}", made_for * 6 + used_for));
            let tried = match used_for {
                0 => outcome(
                    sign_in
                        .with_passkey(proof(&using), Life::Keep, client)
                        .await,
                ),
                1 => outcome(
                    sign_in
                        .prove_again(Some(&mine), proof(&using), client)
                        .await,
                ),
                2 => outcome(
                    sign_in
                        .prove_again(Some(&other), proof(&using), client)
                        .await,
                ),
                3 => outcome(
                    sign_in
                        .add_passkey(Some(&mine), proof(&making), "A", client)
                        .await,
                ),
                4 => outcome(
                    sign_in
                        .add_passkey(Some(&other), proof(&making), "A", client)
                        .await,
                ),
                _ => outcome(
                    sign_in
                        .enrol_passkey(&link, proof(&making), "A", client)
                        .await,
                ),
            };
            assert_eq!(tried, "passkey_refused", "{made_for} for {used_for}");
        }
    }
    assert_eq!(world.session_count(), sessions);
    assert_eq!(world.you().await.ways.passkeys.len(), passkeys);
    let looked = sign_in.look_at_enrolment(&link, "192.0.2.1").await;
    assert!(looked.is_ok(), "the link is as good as before");
}

#[tokio::test]
async fn session_that_ended_is_not_proved() {
    let (world, sign_in) = world().await;
    let mine = signed_in(&world, &sign_in).await.token;
    let challenge = sign_in.challenge_again(Some(&mine), &home()).await;
    let challenge = challenge.expect("a challenge");
    let right = answer(&HANDLE, PHONE, &world.state_of(&challenge.browser));
    sign_in
        .sign_out(Some(&mine), &home())
        .await
        .expect("it works");
    let proof = Proof {
        answer: &right,
        browser: Some(&challenge.browser),
    };
    let proved = sign_in.prove_again(Some(&mine), proof, &home()).await;
    assert_eq!(outcome(proved), "no_session");
    let again = sign_in.challenge_again(Some(&mine), &home()).await;
    assert_eq!(outcome(again), "no_session");
    assert_eq!(
        outcome(sign_in.challenge_again(None, &home()).await),
        "no_session"
    );
}
