//! Others who are under way while everything is locked.

use std::sync::Mutex;

use async_trait::async_trait;

use super::*;
use crate::{
    ports::{Enrolments, PortError},
    secret::TokenHash,
    sign_in::NewSession,
    world::password,
};

const NOW: Timestamp = START.plus_ms(HOUR_MS);

/// Accounts of which the first read waits until a stranger has signed in, a moment later.
struct Slow {
    stranger: Mutex<Option<SignIn>>,
    new: Mutex<Option<NewSession>>,
    world: Arc<World>,
}

#[async_trait]
impl Accounts for Slow {
    async fn find(&self, email: &Email) -> Result<Option<Account>, PortError> {
        let stranger = self.stranger.lock().expect("nobody panics").take();
        if let Some(sign_in) = stranger {
            self.world.is_at(NOW.plus_ms(5));
            let session = Session::start(email.clone(), NOW.plus_ms(5));
            let new = sign_in.start_session_if(session, &client(), |_| true).await;
            *self.new.lock().expect("nobody panics") = new.expect("it works");
        }
        Accounts::find(self.world.as_ref(), email).await
    }

    async fn list(&self) -> Result<Vec<Account>, PortError> {
        self.world.list().await
    }

    async fn create(&self, account: Account) -> Result<bool, PortError> {
        self.world.create(account).await
    }

    async fn find_by_handle(&self, handle: &Handle) -> Result<Option<Account>, PortError> {
        self.world.find_by_handle(handle).await
    }

    async fn change(&self, account: Account) -> Result<bool, PortError> {
        self.world.change(account).await
    }

    async fn remove(&self, email: &Email) -> Result<bool, PortError> {
        Accounts::remove(self.world.as_ref(), email).await
    }
}

#[tokio::test]
async fn who_signed_in_while_it_began_changes_nothing_after_it() {
    let (world, mut sign_in) = broken_into().await;
    let yours = signed_in(&world, Session::start(email(YOU), NOW));
    let slow = Arc::new(Slow {
        stranger: Mutex::new(Some(world.sign_in())),
        new: Mutex::default(),
        world: world.clone(),
    });
    sign_in.accounts = slow.clone();
    assert!(sign_in.not_me(&yours, NOW, &client()).await.is_ok());
    let new = slow.new.lock().expect("nobody panics").take();
    let theirs = new.expect("they were in").session;
    // As one that asked who is there just before.
    let set = |account: &mut Account| {
        account.password = Some(crate::account::PasswordHash("theirs".to_owned()));
        Ok(())
    };
    assert_eq!(code(sign_in.edit_in(&theirs, set).await), "no_session");
    assert_eq!(account(&world, YOU).await.password, None);
}

/// Links of which the next one that is taken is overtaken: the person says that somebody else was in, just after.
struct Overtaken {
    lock: Mutex<Option<(SignIn, Token)>>,
    world: Arc<World>,
}

#[async_trait]
impl Enrolments for Overtaken {
    async fn put(&self, token: TokenHash, enrolment: Enrolment) -> Result<(), PortError> {
        Enrolments::put(self.world.as_ref(), token, enrolment).await
    }

    async fn find(
        &self,
        token: &TokenHash,
        now: Timestamp,
    ) -> Result<Option<Enrolment>, PortError> {
        Enrolments::find(self.world.as_ref(), token, now).await
    }

    async fn take(
        &self,
        token: &TokenHash,
        now: Timestamp,
    ) -> Result<Option<Enrolment>, PortError> {
        let taken = Enrolments::take(self.world.as_ref(), token, now).await?;
        let lock = self.lock.lock().expect("nobody panics").take();
        if let Some((sign_in, session)) = lock {
            self.world.is_at(NOW.plus_ms(5));
            let locked = sign_in.not_me(&session, NOW, &client()).await;
            assert!(locked.is_ok(), "a fresh session");
        }
        Ok(taken)
    }
}

/// Somebody has a link of yours, and you lock everything as soon as they use it.
async fn overtaken() -> (Arc<World>, SignIn, Token) {
    let (world, mut sign_in) = broken_into().await;
    let (link, _) = sign_in.link(&email(YOU)).await.expect("a link");
    let yours = signed_in(&world, Session::start(email(YOU), NOW));
    sign_in.enrolments = Arc::new(Overtaken {
        lock: Mutex::new(Some((world.sign_in(), yours))),
        world: world.clone(),
    });
    (world, sign_in, link)
}

#[tokio::test]
async fn link_that_was_taken_before_sets_no_password_after_it() {
    let (world, sign_in, link) = overtaken().await;
    let set = password("correct horse battery");
    let outcome = sign_in.enrol(&link, set, &client()).await;
    assert_eq!(code(outcome), "enrolment_invalid");
    assert_eq!(account(&world, YOU).await.password, None);
    assert_eq!(world.session_count(), 0);
}

#[tokio::test]
async fn link_that_was_taken_before_adds_no_passkey_after_it() {
    let (world, sign_in, link) = overtaken().await;
    let challenge = sign_in.challenge_to_enrol(&link, &client()).await;
    let browser = challenge.expect("a challenge").browser;
    let answer = [&world.state_of(&browser)[..], b"new"].concat();
    let proof = crate::passkeys::Proof {
        answer: &answer,
        browser: Some(&browser),
    };
    let outcome = sign_in
        .enrol_passkey(&link, proof, "Phone", &client())
        .await;
    assert_eq!(code(outcome), "enrolment_invalid");
    let names = account(&world, YOU).await.ways.passkeys;
    assert_eq!(names, [passkey("old", START)]);
    assert_eq!(world.session_count(), 0);
}
