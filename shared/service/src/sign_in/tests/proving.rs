//! What changes the ways in, and what proves once more who is there.

use super::*;
use crate::{
    history::What,
    session::FRESH_MS,
    ways::{Handle, Passkey},
    world::START,
};

impl World {
    /// Gives you a passkey.
    async fn has_passkey(&self, sign_in: &SignIn) {
        let you = email(YOU);
        let added = sign_in.edit(&you, |account| {
            account.ways.handle = Some(Handle([7; 32]));
            account.ways.passkeys.push(Passkey {
                created: START,
                credential: Vec::new(),
                id: vec![1],
                is_backed_up: false,
                last_used: None,
                name: "Phone".to_owned(),
            });
            Ok(())
        });
        assert!(matches!(added.await, Ok(Some(()))));
        self.calls();
    }

    fn last_what(&self) -> Option<What> {
        self.events().pop().map(|event| event.what)
    }
}

fn code<T>(done: Result<T, SignInFailure>) -> Result<T, &'static str> {
    done.map_err(|failure| failure.code())
}

async fn set(
    sign_in: &SignIn,
    token: &Token,
    current: Option<&str>,
    new: &str,
) -> Result<(), &'static str> {
    let current = current.map(password);
    let client = Client::at(HOME);
    code(
        sign_in
            .set_password(token, current, password(new), &client)
            .await,
    )
}

async fn prove(sign_in: &SignIn, token: &Token, typed: &str) -> Result<Timestamp, &'static str> {
    let typed = Typed::from(password(typed));
    let client = Client::at(HOME);
    let proved = sign_in.prove_again_with_password(Some(token), typed, &client);
    code(proved.await)
}

#[tokio::test]
async fn fresh_session_sets_a_password_without_the_current_one_and_an_older_one_does_not() {
    let (world, sign_in) = with_account().await;
    let token = sign_in.tries(YOU, RIGHT, HOME).await.expect("right").token;
    let other = sign_in.tries(YOU, RIGHT, HOME).await.expect("right").token;
    world.is_at(START.plus_ms(FRESH_MS));
    assert_eq!(
        set(&sign_in, &token, None, NEW).await,
        Err("step_up_needed")
    );
    assert_eq!(sign_in.outcome(YOU, RIGHT, HOME).await, "signed in");
    world.is_at(START.plus_ms(FRESH_MS - 1));
    assert_eq!(set(&sign_in, &token, None, NEW).await, Ok(()));
    assert_eq!(world.last_what(), Some(What::PasswordSet));
    assert_eq!(sign_in.outcome(YOU, RIGHT, HOME).await, "WrongCredentials");
    assert_eq!(sign_in.outcome(YOU, NEW, HOME).await, "signed in");
    assert!(sign_in.who(Some(&other)).await.expect("it works").is_none());
    assert!(sign_in.who(Some(&token)).await.expect("it works").is_some());
}

#[tokio::test]
async fn weak_password_is_refused_wherever_one_is_set() {
    let (_, sign_in) = with_account().await;
    let token = sign_in.tries(YOU, RIGHT, HOME).await.expect("right").token;
    for weak in ["You@Me.example", "aaaaaaaaaaaa", "123456789012"] {
        assert_eq!(
            set(&sign_in, &token, None, weak).await,
            Err("password_weak")
        );
        assert_eq!(
            set(&sign_in, &token, Some(RIGHT), weak).await,
            Err("password_weak")
        );
        let added = sign_in.add(email(YOU), Some(password(weak)));
        assert_eq!(code(added.await), Err("password_weak"));
    }
    assert_eq!(sign_in.outcome(YOU, RIGHT, HOME).await, "signed in");
}

#[tokio::test]
async fn password_proves_once_more_who_is_there_for_five_minutes() {
    let (world, sign_in) = with_account().await;
    let token = sign_in.tries(YOU, RIGHT, HOME).await.expect("right").token;
    let now = START.plus_ms(FRESH_MS);
    world.is_at(now);
    assert!(sign_in.fresh(Some(&token)).await.is_err());
    assert_eq!(
        prove(&sign_in, &token, WRONG).await,
        Err("credentials_wrong")
    );
    assert!(sign_in.fresh(Some(&token)).await.is_err());
    assert_eq!(
        prove(&sign_in, &token, RIGHT).await,
        Ok(now.plus_ms(FRESH_MS))
    );
    assert!(sign_in.fresh(Some(&token)).await.is_ok());
    world.is_at(now.plus_ms(FRESH_MS));
    assert!(sign_in.fresh(Some(&token)).await.is_err());
}

#[tokio::test]
async fn proving_is_no_way_round_the_limit_and_needs_a_session() {
    let (_, sign_in) = with_account().await;
    let token = sign_in.tries(YOU, RIGHT, HOME).await.expect("right").token;
    for _ in 1..=6 {
        assert_eq!(
            prove(&sign_in, &token, WRONG).await,
            Err("credentials_wrong")
        );
    }
    assert_eq!(prove(&sign_in, &token, RIGHT).await, Err("too_many_tries"));
    let locked = sign_in.outcome(YOU, RIGHT, "192.0.2.2").await;
    assert!(locked.starts_with("TooManyTries"), "{locked}");
    assert!(
        sign_in
            .sign_out(Some(&token), &Client::at(HOME))
            .await
            .is_ok()
    );
    assert_eq!(prove(&sign_in, &token, RIGHT).await, Err("no_session"));
}

#[tokio::test]
async fn password_is_removed_where_another_way_in_is_left() {
    let (world, sign_in) = with_account().await;
    let token = sign_in.tries(YOU, RIGHT, HOME).await.expect("right").token;
    let other = sign_in.tries(YOU, RIGHT, HOME).await.expect("right").token;
    let client = Client::at(HOME);
    let remove = async || code(sign_in.remove_password(&token, &client).await);
    assert!(sign_in.make_codes(&token, &client).await.is_ok());
    assert_eq!(remove().await, Err("last_way_in"), "codes are none");
    world.has_passkey(&sign_in).await;
    world.is_at(START.plus_ms(FRESH_MS));
    assert_eq!(remove().await, Err("step_up_needed"));
    world.is_at(START);
    assert_eq!(remove().await, Ok(()));
    assert_eq!(world.last_what(), Some(What::PasswordRemoved));
    assert_eq!(sign_in.outcome(YOU, RIGHT, HOME).await, "WrongCredentials");
    assert!(sign_in.who(Some(&other)).await.expect("it works").is_none());
    assert_eq!(remove().await, Ok(()), "there is none any more");
}

#[tokio::test]
async fn of_the_last_two_ways_in_one_stays_whoever_removes_them_at_once() {
    let (world, sign_in) = with_account().await;
    let token = sign_in.tries(YOU, RIGHT, HOME).await.expect("right").token;
    world.has_passkey(&sign_in).await;
    let client = Client::at(HOME);
    let (password, passkey) = tokio::join!(
        sign_in.remove_password(&token, &client),
        sign_in.remove_passkey(Some(&token), &[1], &client),
    );
    let outcomes = [code(password).err(), code(passkey).err()];
    assert!(
        [[None, Some("last_way_in")], [Some("last_way_in"), None]].contains(&outcomes),
        "{outcomes:?}"
    );
    let account = sign_in.accounts.find(&email(YOU)).await.expect("it works");
    let account = account.expect("you");
    let left = usize::from(account.password.is_some()) + account.ways.passkeys.len();
    assert_eq!(left, 1);
}
