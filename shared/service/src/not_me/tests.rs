use std::sync::Arc;

use browserid::Origin;

use super::*;
use crate::{
    ports::{Accounts, Sessions},
    session::{FRESH_MS, Session},
    sign_in::Notices,
    ways::{Handle, KnownDevice, Passkey, SecretHash, Totp},
    world::{START, World, email},
};

const YOU: &str = "you@me.example";
const BOB: &str = "bob@me.example";
const HOUR_MS: u64 = 60 * 60 * 1000;

fn client() -> Client {
    Client::at("192.0.2.1")
}

fn passkey(name: &str, created: Timestamp) -> Passkey {
    Passkey {
        created,
        credential: vec![1],
        id: name.as_bytes().to_vec(),
        is_backed_up: false,
        last_used: None,
        name: name.to_owned(),
    }
}

fn device(first: Timestamp) -> KnownDevice {
    KnownDevice {
        first,
        last: first,
        mark: crate::secret::TokenHash([7; 32]),
        name: String::new(),
        seen: None,
    }
}

/// You and Bob, with everything that there is, and somebody who signs in as you after an hour: now.
async fn broken_into() -> (Arc<World>, SignIn) {
    let world = World::new();
    let sign_in = world.sign_in().telling(Notices {
        mailer: world.clone(),
        pages: Origin::parse("https://id.example").expect("an origin"),
    });
    let now = START.plus_ms(HOUR_MS);
    for who in [YOU, BOB] {
        let mut account = Account::new(email(who), START);
        account.password = Some(crate::account::PasswordHash("hash".to_owned()));
        account.ways.devices = vec![device(START)];
        account.ways.handle = Some(Handle([1; 32]));
        account.ways.passkeys = vec![passkey("old", START), passkey("theirs", now)];
        account.ways.recovery_codes = vec![SecretHash([2; 32])];
        account.ways.totp = Some(Totp {
            is_confirmed: true,
            last_step: 1,
            secret: vec![3; 20],
        });
        assert!(
            Accounts::create(world.as_ref(), account)
                .await
                .expect("made")
        );
    }
    world.is_at(now);
    (world, sign_in)
}

fn signed_in(world: &World, session: Session) -> Token {
    let token = Token::random(world).expect("random");
    world.keeps(token.hash(), session);
    token
}

async fn account(world: &World, who: &str) -> Account {
    let found = Accounts::find(world, &email(who)).await;
    found.expect("it works").expect("somebody")
}

fn link_in(mail: &str) -> Token {
    let (_, token) = mail.trim_end().rsplit_once('#').expect("a link");
    Token::parse(token).expect("a token")
}

/// A stranger signs in as you: gives their session and the link of the mail that you get.
async fn stranger(world: &Arc<World>, sign_in: &SignIn) -> (Token, Token) {
    let session = Session::start(email(YOU), START.plus_ms(HOUR_MS));
    let new = sign_in.start_session_if(session, &client(), |_| true).await;
    let new = new.expect("it works").expect("right");
    (new.token, link_in(world.mails().last().expect("a mail")))
}

fn code<T>(outcome: Result<T, SignInFailure>) -> &'static str {
    outcome.err().map_or("okay", |failure| failure.code())
}

#[tokio::test]
async fn the_link_ends_everything_that_came_and_leaves_the_passkeys_from_before() {
    let (world, sign_in) = broken_into().await;
    let yours = signed_in(&world, Session::start(email(YOU), START));
    let bobs = signed_in(&world, Session::start(email(BOB), START));
    let before = account(&world, BOB).await;
    let (theirs, link) = stranger(&world, &sign_in).await;
    let (enrolment, _) = sign_in.link(&email(YOU)).await.expect("a link");

    let left = sign_in
        .not_me_by_link(&link, &client())
        .await
        .expect("it works");
    assert_eq!(left, Left { passkeys: 1 });
    for token in [&yours, &theirs] {
        assert_eq!(code(sign_in.signed_in(token).await), "no_session");
    }
    let you = account(&world, YOU).await;
    let names: Vec<_> = you
        .ways
        .passkeys
        .iter()
        .map(|passkey| &*passkey.name)
        .collect();
    assert_eq!(names, ["old"]);
    assert_eq!(you.password, None);
    assert_eq!(you.ways.recovery_codes, []);
    assert_eq!(you.ways.totp, None);
    assert_eq!(you.ways.devices, [device(START)]);
    assert!(you.ways.is_to_be_renewed);
    let outcome = sign_in.look_at_enrolment(&enrolment, "192.0.2.1").await;
    assert_eq!(code(outcome), "enrolment_invalid");
    let not_me = world
        .events()
        .into_iter()
        .filter(|event| event.what == What::NotMe);
    assert_eq!(not_me.count(), 1);

    assert!(sign_in.signed_in(&bobs).await.is_ok());
    assert_eq!(account(&world, BOB).await, before);
}

#[tokio::test]
async fn a_link_that_was_used_says_what_is_left_and_locks_no_more() {
    let (world, sign_in) = broken_into().await;
    let (_, link) = stranger(&world, &sign_in).await;
    let first = sign_in
        .not_me_by_link(&link, &client())
        .await
        .expect("it works");
    // You have come back since.
    let add = |account: &mut Account| {
        account
            .ways
            .passkeys
            .push(passkey("new", START.plus_ms(2 * HOUR_MS)));
        Ok(())
    };
    assert!(sign_in.edit(&email(YOU), add).await.is_ok());
    let yours = signed_in(
        &world,
        Session::start(email(YOU), START.plus_ms(2 * HOUR_MS)),
    );
    let again = sign_in
        .not_me_by_link(&link, &client())
        .await
        .expect("it works");
    assert_eq!((first.passkeys, again.passkeys), (1, 2));
    assert!(sign_in.signed_in(&yours).await.is_ok());
    assert!(
        !account(&world, YOU).await.ways.is_to_be_renewed,
        "there is a new way in"
    );
}

#[tokio::test]
async fn a_link_works_for_seven_days_and_for_nothing_else() {
    let (world, sign_in) = broken_into().await;
    let (theirs, link) = stranger(&world, &sign_in).await;
    assert_eq!(sign_in.who(Some(&link)).await.expect("it works"), None);
    let outcome = sign_in.look_at_enrolment(&link, "192.0.2.1").await;
    assert_eq!(code(outcome), "enrolment_invalid");
    let unknown = Token::random(world.as_ref()).expect("random");
    for wrong in [&unknown, &theirs] {
        let outcome = sign_in.not_me_by_link(wrong, &client()).await;
        assert_eq!(code(outcome), "notice_invalid");
    }
    world.is_at(START.plus_ms(HOUR_MS + LINK_MS));
    let outcome = sign_in.not_me_by_link(&link, &client()).await;
    assert_eq!(code(outcome), "notice_invalid");
    assert!(account(&world, YOU).await.password.is_some());
    assert!(sign_in.signed_in(&theirs).await.is_ok());
}

#[tokio::test]
async fn a_link_of_somebody_removed_does_nothing_to_who_has_the_address_now() {
    let (world, sign_in) = broken_into().await;
    let (_, link) = stranger(&world, &sign_in).await;
    assert!(sign_in.remove(&email(YOU)).await.expect("it works"));
    let outcome = sign_in.not_me_by_link(&link, &client()).await;
    assert_eq!(code(outcome), "notice_invalid");
    world.is_at(START.plus_ms(2 * HOUR_MS));
    assert!(sign_in.add(email(YOU), None).await.is_ok());
    let outcome = sign_in.not_me_by_link(&link, &client()).await;
    assert_eq!(code(outcome), "notice_invalid");
    assert!(!account(&world, YOU).await.ways.is_to_be_renewed);
}

#[tokio::test]
async fn a_used_link_of_somebody_removed_says_nothing_of_who_has_the_address_now() {
    let (world, sign_in) = broken_into().await;
    let (_, link) = stranger(&world, &sign_in).await;
    assert!(sign_in.not_me_by_link(&link, &client()).await.is_ok());
    assert!(sign_in.remove(&email(YOU)).await.expect("it works"));
    world.is_at(START.plus_ms(2 * HOUR_MS));
    assert!(sign_in.add(email(YOU), None).await.is_ok());
    let outcome = sign_in.not_me_by_link(&link, &client()).await;
    assert_eq!(code(outcome), "notice_invalid");
}

#[tokio::test]
async fn a_link_locks_an_account_that_is_younger_than_a_proof_may_be() {
    let (world, sign_in) = broken_into().await;
    let new = "new@me.example";
    assert!(sign_in.add(email(new), None).await.is_ok());
    let session = Session::start(email(new), START.plus_ms(HOUR_MS));
    let begun = sign_in.start_session_if(session, &client(), |_| true).await;
    assert!(begun.expect("it works").is_some());
    world.is_at(START.plus_ms(HOUR_MS + FRESH_MS - 1));
    let told = sign_in
        .happened(&email(new), &client(), What::CodesMade)
        .await;
    assert!(told.is_ok());
    let link = link_in(world.mails().last().expect("a mail"));
    assert_eq!(code(sign_in.not_me_by_link(&link, &client()).await), "okay");
    assert!(account(&world, new).await.ways.is_to_be_renewed);
}

#[tokio::test]
async fn a_session_says_it_only_while_it_is_fresh_and_ends_with_the_others() {
    let (world, sign_in) = broken_into().await;
    let now = START.plus_ms(HOUR_MS);
    let stale = signed_in(&world, Session::start(email(YOU), now.minus_ms(FRESH_MS)));
    let fresh = signed_in(&world, Session::start(email(YOU), now));
    let outcome = sign_in.not_me(&stale, now, &client()).await;
    assert_eq!(code(outcome), "step_up_needed");
    assert!(account(&world, YOU).await.password.is_some());
    let left = sign_in.not_me(&fresh, now, &client()).await.expect("fresh");
    assert_eq!(left.passkeys, 1);
    let sessions = Sessions::of(world.as_ref(), &email(YOU)).await;
    assert!(sessions.expect("it works").is_empty());
    let mails = world.mails();
    assert!(mails[0].contains("this was not me") && !mails[0].contains('#'));
}

#[tokio::test]
async fn what_a_session_from_before_was_about_to_change_is_refused() {
    let (world, sign_in) = broken_into().await;
    let (theirs, link) = stranger(&world, &sign_in).await;
    let session = sign_in.signed_in(&theirs).await.expect("signed in");
    assert!(sign_in.not_me_by_link(&link, &client()).await.is_ok());
    let add = |account: &mut Account| {
        account
            .ways
            .passkeys
            .push(passkey("late", START.plus_ms(HOUR_MS)));
        Ok(())
    };
    assert_eq!(code(sign_in.edit_in(&session, add).await), "no_session");
    assert_eq!(account(&world, YOU).await.ways.passkeys.len(), 1);
    // Another one, from after that.
    let session = Session::start(email(YOU), START.plus_ms(HOUR_MS + 1));
    assert_eq!(code(sign_in.edit_in(&session, add).await), "okay");
}

#[tokio::test]
async fn whoever_comes_back_with_a_new_browser_is_told_of_it_though_none_is_known() {
    let (world, sign_in) = broken_into().await;
    let forget = |account: &mut Account| {
        account.ways.devices.clear();
        account.ways.is_to_be_renewed = true;
        Ok(())
    };
    assert!(sign_in.edit(&email(YOU), forget).await.is_ok());
    stranger(&world, &sign_in).await;
    assert_eq!(world.mails().len(), 1);
}

mod racing;
