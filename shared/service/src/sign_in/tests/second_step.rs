//! Codes of an app after the password.

use totp_rs::{Builder, Secret};

use super::*;
use crate::{
    history::What,
    session::{FRESH_MS, Way},
    totp::STEP_MS,
    world::START,
};

/// You, with an app that makes codes, confirmed at the step of [`START`].
async fn with_app() -> (Arc<World>, SignIn, App) {
    let (world, sign_in) = with_account().await;
    let token = sign_in.tries(YOU, RIGHT, HOME).await.expect("right").token;
    let new = sign_in
        .begin_totp(&token)
        .await
        .unwrap_or_else(|e| panic!("{e}"));
    let app = App(new.secret);
    let (code, client) = (app.code(START), Client::at(HOME));
    let confirmed = sign_in.confirm_totp(&token, &code, &client).await;
    confirmed.unwrap_or_else(|e| panic!("{e}"));
    world.calls();
    (world, sign_in, app)
}

struct App(String);

impl App {
    fn code(&self, now: Timestamp) -> String {
        let secret = Secret::try_from_base32(&self.0).expect("base32");
        let codes = Builder::new().with_secret(secret).build_noncompliant();
        codes.generate(now.as_millis() / 1000).to_string()
    }
}

impl SignIn {
    async fn in_two_steps(&self, typed: &str, code: Option<&str>, source: &str) -> String {
        let typed = Typed::new(password(typed), code.map(str::to_owned));
        let client = Client::at(source);
        match self.with_password(YOU, typed, Life::Keep, &client).await {
            Ok(_) => "signed in".to_owned(),
            Err(failure) => failure.code().to_owned(),
        }
    }
}

#[tokio::test]
async fn code_is_asked_for_only_after_a_right_password() {
    let (world, sign_in, app) = with_app().await;
    let now = START.plus_ms(STEP_MS);
    world.is_at(now);
    let right = app.code(now);
    for code in [None, Some(""), Some("000000"), Some(&*right)] {
        let outcome = sign_in.in_two_steps(WRONG, code, HOME).await;
        assert_eq!(outcome, "credentials_wrong", "{code:?}");
    }
    assert_eq!(sign_in.in_two_steps(RIGHT, None, HOME).await, "totp_needed");
    assert_eq!(
        sign_in.in_two_steps(RIGHT, Some(" "), HOME).await,
        "totp_needed"
    );
    assert_eq!(
        sign_in.in_two_steps(RIGHT, Some("junk"), HOME).await,
        "totp_wrong"
    );
    assert_eq!(
        sign_in.in_two_steps(RIGHT, Some(&right), HOME).await,
        "signed in"
    );
}

#[tokio::test]
async fn code_works_once_and_no_earlier_one_after_it() {
    let (world, sign_in, app) = with_app().await;
    // The one that confirmed is used, too.
    assert_eq!(
        sign_in
            .in_two_steps(RIGHT, Some(&app.code(START)), HOME)
            .await,
        "totp_wrong"
    );
    let now = START.plus_ms(2 * STEP_MS);
    world.is_at(now);
    let code = app.code(now);
    assert_eq!(
        sign_in.in_two_steps(RIGHT, Some(&code), HOME).await,
        "signed in"
    );
    assert_eq!(
        sign_in.in_two_steps(RIGHT, Some(&code), HOME).await,
        "totp_wrong"
    );
    let earlier = app.code(START.plus_ms(STEP_MS));
    assert_eq!(
        sign_in.in_two_steps(RIGHT, Some(&earlier), HOME).await,
        "totp_wrong"
    );
    let next = app.code(now.plus_ms(STEP_MS));
    assert_eq!(
        sign_in.in_two_steps(RIGHT, Some(&next), HOME).await,
        "signed in"
    );
}

#[tokio::test]
async fn of_many_who_show_one_code_at_once_one_gets_in() {
    let (world, sign_in, app) = with_app().await;
    let now = START.plus_ms(STEP_MS);
    world.is_at(now);
    let (code, before) = (app.code(now), world.session_count());
    let try_it = || sign_in.in_two_steps(RIGHT, Some(&code), HOME);
    let (a, b, c) = tokio::join!(try_it(), try_it(), try_it());
    let mut outcomes = [a, b, c];
    outcomes.sort();
    assert_eq!(outcomes, ["signed in", "totp_wrong", "totp_wrong"]);
    assert_eq!(world.session_count(), before + 1);
}

#[tokio::test]
async fn who_knows_the_password_has_as_few_guesses_at_the_code_however_often_they_show_it() {
    let (world, sign_in, app) = with_app().await;
    let now = START.plus_ms(STEP_MS);
    world.is_at(now);
    for n in 1..=6 {
        let source = format!("source {n}");
        // The password alone, in between, starts nothing anew.
        assert_eq!(
            sign_in.in_two_steps(RIGHT, None, &source).await,
            "totp_needed"
        );
        let outcome = sign_in.in_two_steps(RIGHT, Some("junk"), &source).await;
        assert_eq!(outcome, "totp_wrong");
    }
    assert_eq!(sign_in.in_two_steps(RIGHT, None, HOME).await, "totp_needed");
    let code = app.code(now);
    let outcome = sign_in.in_two_steps(RIGHT, Some(&code), HOME).await;
    assert_eq!(outcome, "too_many_tries");
    let later = now.plus_ms(60_000);
    world.is_at(later);
    let code = app.code(later);
    assert_eq!(
        sign_in.in_two_steps(RIGHT, Some(&code), HOME).await,
        "signed in"
    );
    let events = world.events().into_iter().map(|event| event.what);
    let refused = What::Refused {
        way: Way::Password,
        code: "totp_wrong".to_owned(),
    };
    assert_eq!(events.filter(|what| *what == refused).count(), 6);
}

#[tokio::test]
async fn nothing_is_asked_for_before_a_right_code_confirmed_the_app() {
    let (world, sign_in) = with_account().await;
    let token = sign_in.tries(YOU, RIGHT, HOME).await.expect("right").token;
    let client = Client::at(HOME);
    let confirm = async |code: &str| {
        let confirmed = sign_in.confirm_totp(&token, code, &client).await;
        confirmed.map_err(|failure| failure.code())
    };
    assert_eq!(
        confirm("000000").await,
        Err("totp_wrong"),
        "nothing was begun"
    );
    let first = App(sign_in.begin_totp(&token).await.expect("begun").secret);
    let second = App(sign_in.begin_totp(&token).await.expect("begun").secret);
    assert_ne!(first.0, second.0);
    assert_eq!(
        confirm(&first.code(START)).await,
        Err("totp_wrong"),
        "replaced"
    );
    assert_eq!(sign_in.in_two_steps(RIGHT, None, HOME).await, "signed in");
    assert_eq!(confirm(&second.code(START)).await, Ok(()));
    assert_eq!(sign_in.in_two_steps(RIGHT, None, HOME).await, "totp_needed");
    // A confirmed one is not replaced by one that is not.
    let again = sign_in.begin_totp(&token).await.err();
    assert_eq!(again.map(|failure| failure.code()), Some("totp_known"));
    assert_eq!(confirm(&second.code(START)).await, Err("totp_known"));
    assert_eq!(sign_in.in_two_steps(RIGHT, None, HOME).await, "totp_needed");
    assert!(sign_in.remove_totp(&token, &client).await.is_ok());
    assert_eq!(sign_in.in_two_steps(RIGHT, None, HOME).await, "signed in");
    let last = world
        .events()
        .into_iter()
        .rev()
        .take(2)
        .map(|event| event.what);
    assert!(last.into_iter().any(|what| what == What::TotpRemoved));
}

#[tokio::test]
async fn second_step_is_set_and_removed_only_in_a_session_that_was_proved_lately() {
    let (world, sign_in, app) = with_app().await;
    let now = START.plus_ms(STEP_MS);
    world.is_at(now);
    let typed = Typed::new(password(RIGHT), Some(app.code(now)));
    let client = Client::at(HOME);
    let new = sign_in.with_password(YOU, typed, Life::Keep, &client).await;
    let token = new.expect("signed in").token;
    let later = now.plus_ms(FRESH_MS);
    world.is_at(later);
    for refused in [
        sign_in.begin_totp(&token).await.err(),
        sign_in.confirm_totp(&token, "000000", &client).await.err(),
        sign_in.remove_totp(&token, &client).await.err(),
        sign_in.make_codes(&token, &client).await.err(),
    ] {
        let code = refused.map(|failure| failure.code());
        assert_eq!(code, Some("step_up_needed"));
    }
    // The password alone neither proves nor changes anything.
    let alone = Typed::from(password(RIGHT));
    let proved = sign_in.prove_again_with_password(Some(&token), alone, &client);
    assert_eq!(proved.await.err().map(|f| f.code()), Some("totp_needed"));
    let changed = sign_in.change_password(&token, password(RIGHT), password(WRONG), &client);
    assert_eq!(
        changed.await.err().map(|f| f.code()),
        Some("step_up_needed")
    );
    let both = Typed::new(password(RIGHT), Some(app.code(later)));
    let proved = sign_in.prove_again_with_password(Some(&token), both, &client);
    assert!(proved.await.is_ok());
    assert!(sign_in.remove_totp(&token, &client).await.is_ok());
    assert_eq!(sign_in.in_two_steps(RIGHT, None, HOME).await, "signed in");
}

#[tokio::test]
async fn password_is_changed_with_the_old_one_once_both_steps_were_proved_lately() {
    let (world, sign_in, app) = with_app().await;
    let now = START.plus_ms(STEP_MS);
    world.is_at(now);
    let typed = Typed::new(password(RIGHT), Some(app.code(now)));
    let client = Client::at(HOME);
    let new = sign_in.with_password(YOU, typed, Life::Keep, &client).await;
    let token = new.expect("signed in").token;
    let change = async |current| {
        let changed = sign_in.change_password(&token, password(current), password(NEW), &client);
        changed.await.map_err(|failure| failure.code())
    };
    assert_eq!(change(WRONG).await, Err("credentials_wrong"));
    assert_eq!(sign_in.in_two_steps(RIGHT, None, HOME).await, "totp_needed");
    assert_eq!(change(RIGHT).await, Ok(()));
    assert_eq!(sign_in.in_two_steps(NEW, None, HOME).await, "totp_needed");
}
