use super::*;
use crate::{
    session::{ABSOLUTE_MS, IDLE_MS, TOUCH_MS},
    world::START,
};

async fn who(sign_in: &SignIn, token: &Token) -> Option<Session> {
    sign_in.who(Some(token)).await.expect("the store works")
}

#[tokio::test]
async fn nobody_is_signed_in_without_a_token_or_with_an_unknown_one() {
    let (world, sign_in) = with_account().await;
    assert_eq!(sign_in.who(None).await.expect("it works"), None);
    assert_eq!(world.calls(), [""; 0]);
    let unknown = Token::random(world.as_ref()).expect("random");
    assert_eq!(who(&sign_in, &unknown).await, None);
}

#[tokio::test]
async fn unused_session_ends_after_14_days() {
    let (world, sign_in) = with_account().await;
    let token = sign_in.tries(YOU, RIGHT, HOME).await.expect("right").token;
    world.is_at(START.plus_ms(IDLE_MS));
    assert_eq!(who(&sign_in, &token).await, None);
    // A look at what is over does not bring it back.
    world.is_at(START.plus_ms(IDLE_MS - 1));
    let session = who(&sign_in, &token).await.expect("still there");
    assert_eq!(session.last_seen, START.plus_ms(IDLE_MS - 1));
}

#[tokio::test]
async fn used_session_ends_after_30_days() {
    let (world, sign_in) = with_account().await;
    let token = sign_in.tries(YOU, RIGHT, HOME).await.expect("right").token;
    for now in [IDLE_MS - 1, 2 * (IDLE_MS - 1), ABSOLUTE_MS - 1] {
        world.is_at(START.plus_ms(now));
        assert!(who(&sign_in, &token).await.is_some(), "{now}");
    }
    world.is_at(START.plus_ms(ABSOLUTE_MS));
    assert_eq!(who(&sign_in, &token).await, None);
}

#[tokio::test]
async fn use_is_written_down_once_an_hour() {
    let (world, sign_in) = with_account().await;
    let token = sign_in.tries(YOU, RIGHT, HOME).await.expect("right").token;
    world.calls();
    world.is_at(START.plus_ms(TOUCH_MS - 1));
    who(&sign_in, &token).await;
    assert_eq!(world.calls(), ["sessions.find"]);
    world.is_at(START.plus_ms(TOUCH_MS));
    let session = who(&sign_in, &token).await.expect("still there");
    assert_eq!(world.calls(), ["sessions.find", "sessions.touch"]);
    assert_eq!(session.expires(), START.plus_ms(TOUCH_MS + IDLE_MS));
    world.is_at(START.plus_ms(2 * TOUCH_MS - 1));
    assert_eq!(who(&sign_in, &token).await, Some(session));
    assert_eq!(world.calls(), ["sessions.find"]);
}

#[tokio::test]
async fn sign_out_ends_this_session_and_no_other() {
    let (world, sign_in) = with_account().await;
    let here = sign_in.tries(YOU, RIGHT, HOME).await.expect("right").token;
    let there = sign_in.tries(YOU, RIGHT, HOME).await.expect("right").token;
    for _ in 1..=2 {
        assert!(
            sign_in
                .sign_out(Some(&here), &Client::at(HOME))
                .await
                .is_ok()
        );
        assert_eq!(who(&sign_in, &here).await, None);
    }
    assert!(who(&sign_in, &there).await.is_some());
    world.calls();
    assert!(sign_in.sign_out(None, &Client::at(HOME)).await.is_ok());
    assert_eq!(world.calls(), [""; 0]);
}
