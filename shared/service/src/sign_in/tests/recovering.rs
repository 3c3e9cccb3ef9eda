//! Recovery codes.

use super::*;
use crate::{
    history::What,
    recovery::{CODES, MAX_NOTED},
    session::Way,
    world::START,
};

/// You, with a fresh session and codes.
async fn with_codes() -> (Arc<World>, SignIn, Token, Vec<String>) {
    let (world, sign_in) = with_account().await;
    let token = sign_in.tries(YOU, RIGHT, HOME).await.expect("right").token;
    let codes = make(&sign_in, &token).await;
    world.calls();
    (world, sign_in, token, codes)
}

async fn make(sign_in: &SignIn, token: &Token) -> Vec<String> {
    let codes = sign_in.make_codes(token, &Client::at(HOME)).await;
    let codes = codes.unwrap_or_else(|failure| panic!("{failure}"));
    codes.iter().map(|code| code.expose()).collect()
}

impl SignIn {
    async fn recovers(&self, email: &str, code: &str, source: &str) -> String {
        let client = Client::at(source);
        match self
            .with_recovery_code(email, code, Life::Keep, &client)
            .await
        {
            Ok(_) => "signed in".to_owned(),
            Err(failure) => failure.code().to_owned(),
        }
    }
}

#[tokio::test]
async fn there_are_ten_codes_and_each_signs_in_once() {
    let (world, sign_in, _, codes) = with_codes().await;
    assert_eq!(codes.len(), CODES);
    for (n, code) in codes.iter().enumerate() {
        let typed = code.to_lowercase().replace('-', " ");
        assert_eq!(sign_in.recovers(YOU, &typed, HOME).await, "signed in");
        assert_eq!(sign_in.recovers(YOU, code, HOME).await, "credentials_wrong");
        let left = CODES - 1 - n;
        let events = world.events();
        assert!(
            events
                .iter()
                .any(|event| event.what == What::CodeUsed { left }),
            "{left}"
        );
    }
}

#[tokio::test]
async fn session_of_a_code_is_fresh_and_says_how_it_began() {
    let (_, sign_in, _, codes) = with_codes().await;
    let new = sign_in
        .with_recovery_code(YOU, &codes[3], Life::Hour, &Client::at(HOME))
        .await
        .expect("right");
    let session = sign_in.fresh(Some(&new.token)).await.expect("fresh");
    let expected = Session::start(email(YOU), START)
        .by(Way::RecoveryCode)
        .living(Life::Hour);
    assert_eq!(session, expected);
}

#[tokio::test]
async fn new_set_makes_the_old_one_worthless() {
    let (_, sign_in, token, old) = with_codes().await;
    let new = make(&sign_in, &token).await;
    assert!(new.iter().all(|code| !old.contains(code)));
    for code in &old {
        assert_eq!(sign_in.recovers(YOU, code, HOME).await, "credentials_wrong");
    }
    assert_eq!(sign_in.recovers(YOU, &new[0], HOME).await, "signed in");
}

#[tokio::test]
async fn of_many_who_show_one_code_at_once_one_gets_in() {
    let (world, sign_in, _, codes) = with_codes().await;
    let before = world.session_count();
    let try_it = || sign_in.recovers(YOU, &codes[0], HOME);
    let (a, b, c) = tokio::join!(try_it(), try_it(), try_it());
    let mut outcomes = [a, b, c];
    outcomes.sort();
    assert_eq!(
        outcomes,
        ["credentials_wrong", "credentials_wrong", "signed in"]
    );
    assert_eq!(world.session_count(), before + 1);
}

#[tokio::test]
async fn everything_wrong_looks_the_same_and_asks_the_stores_the_same() {
    let (world, sign_in, _, codes) = with_codes().await;
    let other = "other@me.example";
    assert!(
        sign_in
            .add(email(other), Some(password(RIGHT)))
            .await
            .is_ok()
    );
    world.calls();
    for (address, code) in [
        (YOU, "0000-0000-0000-0000"),
        (YOU, "no code"),
        (YOU, ""),
        (other, &*codes[0]),
        ("nobody@me.example", &*codes[0]),
    ] {
        assert_eq!(
            sign_in.recovers(address, code, HOME).await,
            "credentials_wrong"
        );
        let calls = [
            "switch.switch",
            "limits.climb",
            "accounts.find",
            "limits.hit",
            "history.keep",
        ];
        assert_eq!(world.calls(), calls, "{address} {code}");
    }
    // What is no address has no history; everything else is the same.
    assert_eq!(
        sign_in.recovers("no address", &codes[0], HOME).await,
        "credentials_wrong"
    );
    assert_eq!(
        world.calls(),
        ["switch.switch", "limits.climb", "accounts.find"]
    );
    assert_eq!(sign_in.recovers(YOU, &codes[0], HOME).await, "signed in");
}

#[tokio::test]
async fn source_is_slowed_down_and_nobody_locks_a_persons_codes_or_fills_their_history() {
    let (world, sign_in, _, codes) = with_codes().await;
    for n in 1..=21 {
        assert_eq!(
            sign_in.recovers(YOU, "no code", HOME).await,
            "credentials_wrong",
            "{n}"
        );
    }
    assert_eq!(
        sign_in.recovers(YOU, &codes[0], HOME).await,
        "too_many_tries"
    );
    for n in 1..=1000 {
        let source = format!("crowd {n}");
        assert_eq!(
            sign_in.recovers(YOU, "no code", &source).await,
            "credentials_wrong"
        );
    }
    assert_eq!(
        sign_in.recovers(YOU, &codes[0], "elsewhere").await,
        "signed in"
    );
    let events = world.events();
    let refused = events
        .iter()
        .filter(|event| matches!(event.what, What::Refused { .. }));
    assert_eq!(refused.count(), MAX_NOTED as usize);
}

#[tokio::test]
async fn locked_password_locks_no_codes_and_locked_codes_no_password() {
    let (_, sign_in, _, codes) = with_codes().await;
    for n in 1..=7 {
        sign_in.outcome(YOU, WRONG, &format!("crowd {n}")).await;
    }
    assert!(
        sign_in
            .outcome(YOU, RIGHT, HOME)
            .await
            .starts_with("TooManyTries")
    );
    assert_eq!(sign_in.recovers(YOU, &codes[0], HOME).await, "signed in");
}

#[tokio::test]
async fn code_whose_set_was_taken_away_while_it_was_used_starts_no_session() {
    let (world, sign_in, _, codes) = with_codes().await;
    world.overtakes_the_next_session();
    assert_eq!(
        sign_in.recovers(YOU, &codes[0], HOME).await,
        "credentials_wrong"
    );
    assert_eq!(world.session_count(), 0);
}

#[tokio::test]
async fn nor_does_the_last_code_of_somebody_who_had_said_it_once_before() {
    let (world, sign_in, _, codes) = with_codes().await;
    let last = |account: &mut crate::account::Account| {
        account.ways.recovery_codes.truncate(1);
        account.ways.is_to_be_renewed = true;
        Ok(())
    };
    assert!(sign_in.edit(&email(YOU), last).await.is_ok());
    world.overtakes_the_next_session();
    assert_eq!(
        sign_in.recovers(YOU, &codes[0], HOME).await,
        "credentials_wrong"
    );
    assert_eq!(world.session_count(), 0);
}
