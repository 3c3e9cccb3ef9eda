//! Two at the same time.

use std::sync::atomic::{AtomicBool, Ordering};

use async_trait::async_trait;
use browserid::Email;

use super::*;
use crate::{
    passkeys::using::has,
    ports::{Begun, NotProved, PortError, Registered, Sessions, Webauthn},
};

/// Accounts of which everybody reads before anybody writes.
struct Slow(Arc<World>);

#[async_trait]
impl Accounts for Slow {
    async fn find(&self, email: &Email) -> Result<Option<Account>, PortError> {
        let found = Accounts::find(self.0.as_ref(), email).await;
        tokio::task::yield_now().await;
        found
    }

    async fn list(&self) -> Result<Vec<Account>, PortError> {
        self.0.list().await
    }

    async fn create(&self, account: Account) -> Result<bool, PortError> {
        self.0.create(account).await
    }

    async fn find_by_handle(&self, handle: &Handle) -> Result<Option<Account>, PortError> {
        self.0.find_by_handle(handle).await
    }

    async fn change(&self, account: Account) -> Result<bool, PortError> {
        self.0.change(account).await
    }

    async fn remove(&self, email: &Email) -> Result<bool, PortError> {
        Accounts::remove(self.0.as_ref(), email).await
    }
}

#[tokio::test]
async fn of_two_who_remove_the_last_two_ways_in_one_is_refused() {
    let (world, mut sign_in) = world().await;
    let token = signed_in(&world, &sign_in).await.token;
    assert_eq!(
        outcome(adds(&world, &sign_in, &token, b"key", "Key").await),
        "fine"
    );
    sign_in.accounts = Arc::new(Slow(Arc::clone(&world)));
    let client = home();
    let (one, other) = tokio::join!(
        sign_in.remove_passkey(Some(&token), PHONE, &client),
        sign_in.remove_passkey(Some(&token), b"key", &client),
    );
    let mut outcomes = [outcome(one), outcome(other)];
    outcomes.sort();
    assert_eq!(outcomes, ["fine", "last_way_in"]);
    assert_eq!(world.you().await.ways.passkeys.len(), 1);
}

#[tokio::test]
async fn of_two_who_add_the_twentieth_passkey_one_is_refused() {
    let (world, mut sign_in) = world().await;
    let token = signed_in(&world, &sign_in).await.token;
    for number in 2..MAX_PASSKEYS {
        let added = adds(&world, &sign_in, &token, &[1, number as u8], "Key").await;
        assert_eq!(outcome(added), "fine");
    }
    sign_in.accounts = Arc::new(Slow(Arc::clone(&world)));
    let (one, other) = tokio::join!(
        adds(&world, &sign_in, &token, b"one", "One"),
        adds(&world, &sign_in, &token, b"other", "Other"),
    );
    let mut outcomes = [outcome(one), outcome(other)];
    outcomes.sort();
    assert_eq!(outcomes, ["fine", "too_many_passkeys"]);
    assert_eq!(world.you().await.ways.passkeys.len(), MAX_PASSKEYS);
}

/// Passkeys of play whose counter does not go on.
struct Stuck(Arc<World>);

impl Webauthn for Stuck {
    fn registration(
        &self,
        handle: &Handle,
        email: &Email,
        known: &[&[u8]],
    ) -> Result<Begun, PortError> {
        self.0.registration(handle, email, known)
    }

    fn register(&self, state: &[u8], answer: &[u8]) -> Result<Registered, NotProved> {
        self.0.register(state, answer)
    }

    fn authentication(&self) -> Result<Begun, PortError> {
        self.0.authentication()
    }

    fn claimed(&self, answer: &[u8]) -> Option<(Handle, Vec<u8>)> {
        self.0.claimed(answer)
    }

    fn authenticate(
        &self,
        state: &[u8],
        answer: &[u8],
        handle: &Handle,
        passkey: &Passkey,
    ) -> Result<Passkey, NotProved> {
        match passkey.credential == b"used" {
            true => Err(NotProved::Copied),
            false => self.0.authenticate(state, answer, handle, passkey),
        }
    }
}

#[tokio::test]
async fn of_a_passkey_and_its_copy_with_the_same_counter_one_is_let_in() {
    let (world, mut sign_in) = world().await;
    sign_in.accounts = Arc::new(Slow(Arc::clone(&world)));
    sign_in.webauthn = Arc::new(Stuck(Arc::clone(&world)));
    let uses = async || {
        let challenge = sign_in.challenge(&home()).await.expect("a challenge");
        let answer = answer(&HANDLE, PHONE, &world.state_of(&challenge.browser));
        let proof = Proof {
            answer: &answer,
            browser: Some(&challenge.browser),
        };
        outcome(sign_in.with_passkey(proof, Life::Keep, &home()).await)
    };
    let (one, other) = tokio::join!(uses(), uses());
    let mut outcomes = [one, other];
    outcomes.sort();
    assert_eq!(outcomes, ["fine", "passkey_refused"]);
    assert_eq!(world.session_count(), 1);
    let name = "Phone".to_owned();
    assert!(world.what().contains(&What::PasskeyCopied { name }));
}

/// Accounts at which somebody ends all sessions just before the next change.
struct Ended(Arc<World>, AtomicBool);

#[async_trait]
impl Accounts for Ended {
    async fn find(&self, email: &Email) -> Result<Option<Account>, PortError> {
        Accounts::find(self.0.as_ref(), email).await
    }

    async fn list(&self) -> Result<Vec<Account>, PortError> {
        self.0.list().await
    }

    async fn create(&self, account: Account) -> Result<bool, PortError> {
        self.0.create(account).await
    }

    async fn find_by_handle(&self, handle: &Handle) -> Result<Option<Account>, PortError> {
        self.0.find_by_handle(handle).await
    }

    async fn change(&self, account: Account) -> Result<bool, PortError> {
        if self.1.swap(false, Ordering::SeqCst) {
            self.0.end_all(&account.email, None).await?;
        }
        self.0.change(account).await
    }

    async fn remove(&self, email: &Email) -> Result<bool, PortError> {
        Accounts::remove(self.0.as_ref(), email).await
    }
}

#[tokio::test]
async fn passkey_whose_session_was_ended_meanwhile_is_not_left_behind() {
    let (world, mut sign_in) = world().await;
    let token = signed_in(&world, &sign_in).await.token;
    sign_in.accounts = Arc::new(Ended(Arc::clone(&world), AtomicBool::new(true)));
    let added = adds(&world, &sign_in, &token, b"key", "Key").await;
    assert_eq!(outcome(added), "no_session");
    assert_eq!(world.you().await.ways.passkeys.len(), 1);
    assert!(
        !world
            .what()
            .iter()
            .any(|what| matches!(what, What::PasskeyAdded { .. }))
    );
}

#[tokio::test]
async fn passkey_that_is_removed_during_its_sign_in_lets_nobody_in() {
    let (world, sign_in) = world().await;
    let challenge = sign_in.challenge(&home()).await.expect("a challenge");
    let right = answer(&HANDLE, PHONE, &world.state_of(&challenge.browser));
    // Somebody sets a password and ends all sessions when the new one is about to be kept: the passkey is still there, and so
    // is the session.
    world.overtakes_the_next_session();
    let proof = Proof {
        answer: &right,
        browser: Some(&challenge.browser),
    };
    let new = sign_in.with_passkey(proof, Life::Keep, &home()).await;
    assert_eq!(outcome(new), "fine");

    let new = signed_in(&world, &sign_in).await;
    let used = (HANDLE, b"gone".to_vec());
    let session = Session::start(email(YOU), START).by(Way::Passkey);
    let begun = sign_in
        .start_session_if(session, &home(), |account| has(account, &used))
        .await;
    assert!(matches!(begun, Ok(None)), "a passkey that is gone by then");
    let sessions = Sessions::of(world.as_ref(), &email(YOU))
        .await
        .expect("it works");
    let kept = sessions.iter().any(|(token, _)| *token == new.token.hash());
    assert!(kept && sessions.len() == 2, "the others live on");
}
