use std::sync::Arc;

use super::*;
use crate::{
    session::{FRESH_MS, Life, SHARED_MS},
    world::{START, World, email},
};

const YOU: &str = "you@me.example";
const BOB: &str = "bob@me.example";

fn client() -> Client {
    Client::at("192.0.2.1")
}

async fn people() -> (Arc<World>, SignIn) {
    let world = World::new();
    let sign_in = world.sign_in();
    for who in [YOU, BOB] {
        assert!(sign_in.add(email(who), None).await.is_ok());
    }
    (world, sign_in)
}

/// Somebody is signed in with this session.
fn signed_in(world: &World, session: Session) -> Token {
    let token = Token::random(world).expect("random");
    world.keeps(token.hash(), session);
    token
}

fn begun(who: &str, at_ms: u64) -> Session {
    Session::start(email(who), START.plus_ms(at_ms))
}

fn code<T>(outcome: Result<T, SignInFailure>) -> &'static str {
    outcome.err().map_or("okay", |failure| failure.code())
}

fn what(world: &World) -> Vec<What> {
    world.events().into_iter().map(|event| event.what).collect()
}

#[tokio::test]
async fn only_ones_own_live_sessions_are_listed_the_newest_first() {
    let (world, sign_in) = people().await;
    let here = signed_in(&world, begun(YOU, 0).on("Firefox on Linux"));
    signed_in(&world, begun(YOU, 2));
    signed_in(&world, begun(YOU, 1).living(Life::Hour));
    signed_in(&world, begun(BOB, 3));
    let created = async || {
        let listed = sign_in.sessions(&here).await.expect("signed in");
        let line = |listed: &Listed| (listed.session.created.since_ms(START), listed.is_this);
        listed.iter().map(line).collect::<Vec<_>>()
    };
    assert_eq!(created().await, [(2, false), (1, false), (0, true)]);
    world.is_at(START.plus_ms(1 + SHARED_MS));
    assert_eq!(created().await, [(2, false), (0, true)]);
    let nobody = Token::random(world.as_ref()).expect("random");
    assert_eq!(code(sign_in.sessions(&nobody).await), "no_session");
}

#[tokio::test]
async fn a_session_of_ones_own_is_ended_and_somebody_elses_is_unknown() {
    let (world, sign_in) = people().await;
    let here = signed_in(&world, begun(YOU, 0));
    let there = signed_in(&world, begun(YOU, 0));
    let bobs = signed_in(&world, begun(BOB, 0));
    let over = signed_in(&world, begun(YOU, 0).living(Life::Hour));
    world.is_at(START.plus_ms(SHARED_MS));
    let unknown = Token::random(world.as_ref()).expect("random");
    for other in [&bobs, &over, &unknown] {
        let outcome = sign_in.end_session(&here, &other.hash(), &client()).await;
        assert_eq!(code(outcome), "session_unknown");
    }
    assert!(what(&world).is_empty());
    assert!(sign_in.signed_in(&bobs).await.is_ok());
    let outcome = sign_in.end_session(&here, &there.hash(), &client()).await;
    assert_eq!(code(outcome), "okay");
    assert_eq!(code(sign_in.signed_in(&there).await), "no_session");
    assert!(sign_in.signed_in(&here).await.is_ok());
    let outcome = sign_in.end_session(&here, &there.hash(), &client()).await;
    assert_eq!(code(outcome), "session_unknown");
    assert_eq!(what(&world), [What::SessionEnded]);
}

#[tokio::test]
async fn all_others_end_for_who_has_just_proved_to_be_the_person() {
    let (world, sign_in) = people().await;
    let here = signed_in(&world, begun(YOU, 0));
    let there = signed_in(&world, begun(YOU, 0));
    let bobs = signed_in(&world, begun(BOB, 0));
    world.is_at(START.plus_ms(FRESH_MS));
    let outcome = sign_in.end_other_sessions(&here, &client()).await;
    assert_eq!(code(outcome), "step_up_needed");
    assert!(sign_in.signed_in(&there).await.is_ok());
    world.is_at(START.plus_ms(FRESH_MS - 1));
    let outcome = sign_in.end_other_sessions(&here, &client()).await;
    assert_eq!(code(outcome), "okay");
    assert_eq!(code(sign_in.signed_in(&there).await), "no_session");
    for token in [&here, &bobs] {
        assert!(sign_in.signed_in(token).await.is_ok());
    }
    assert_eq!(what(&world), [What::AllSessionsEnded]);
}

#[tokio::test]
async fn signing_out_is_written_down_once() {
    let (world, sign_in) = people().await;
    let here = signed_in(&world, begun(YOU, 0));
    for _ in 0..2 {
        assert!(sign_in.sign_out(Some(&here), &client()).await.is_ok());
    }
    assert_eq!(what(&world), [What::SignedOut]);
}

#[tokio::test]
async fn a_session_of_somebody_removed_is_nobodys() {
    let (world, sign_in) = people().await;
    assert!(sign_in.remove(&email(YOU)).await.is_ok());
    // Begun by a store that lets sessions outlive accounts.
    let here = signed_in(&world, begun(YOU, 0));
    let shown = sign_in
        .here(Some(&here), &client())
        .await
        .expect("it works");
    assert!(shown.person.is_none() && !shown.is_panic);
}

#[tokio::test]
async fn address_that_is_offered_first_is_one_that_the_person_has() {
    let (world, sign_in) = people().await;
    let here = signed_in(&world, begun(YOU, 0));
    let chosen = email("shop@me.example");
    // As if the choice had come just after the address was taken away.
    let choose = |account: &mut Account| {
        account.ways.default_address = Some(chosen.clone());
        Ok(())
    };
    assert!(sign_in.edit(&email(YOU), choose).await.is_ok());
    let first = async || {
        let shown = sign_in.here(Some(&here), &client()).await;
        let (_, person) = shown.expect("it works").person.expect("somebody");
        person.default_address
    };
    assert_eq!(first().await, email(YOU));
    let given = sign_in.add_address(&chosen, &email(YOU), &client()).await;
    assert!(given.is_ok());
    assert_eq!(first().await, chosen);
}
