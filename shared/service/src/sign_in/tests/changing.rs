use super::*;

async fn outcome(sign_in: &SignIn, token: &Token, current: &str, new: &str) -> String {
    match sign_in
        .change_password(token, password(current), password(new), &Client::at(HOME))
        .await
    {
        Ok(()) => "changed".to_owned(),
        Err(failure) => format!("{failure:?}"),
    }
}

#[tokio::test]
async fn changing_the_password_ends_the_other_sessions() {
    let (_, sign_in) = with_account().await;
    let here = sign_in.tries(YOU, RIGHT, HOME).await.expect("right").token;
    let there = sign_in.tries(YOU, RIGHT, HOME).await.expect("right").token;
    assert_eq!(outcome(&sign_in, &here, RIGHT, NEW).await, "changed");
    assert!(sign_in.who(Some(&here)).await.expect("it works").is_some());
    assert!(sign_in.who(Some(&there)).await.expect("it works").is_none());
    assert_eq!(sign_in.outcome(YOU, RIGHT, HOME).await, "WrongCredentials");
    assert_eq!(sign_in.outcome(YOU, NEW, HOME).await, "signed in");
}

#[tokio::test]
async fn wrong_current_password_changes_nothing() {
    let (_, sign_in) = with_account().await;
    let here = sign_in.tries(YOU, RIGHT, HOME).await.expect("right").token;
    let there = sign_in.tries(YOU, RIGHT, HOME).await.expect("right").token;
    assert_eq!(
        outcome(&sign_in, &here, WRONG, NEW).await,
        "WrongCredentials"
    );
    assert!(sign_in.who(Some(&there)).await.expect("it works").is_some());
    assert_eq!(sign_in.outcome(YOU, RIGHT, HOME).await, "signed in");
}

#[tokio::test]
async fn new_password_under_the_policy_is_refused_before_the_current_one_is_looked_at() {
    let (world, sign_in) = with_account().await;
    let here = sign_in.tries(YOU, RIGHT, HOME).await.expect("right").token;
    world.calls();
    let short = outcome(&sign_in, &here, RIGHT, "eleven chrs").await;
    assert_eq!(short, "PasswordTooShort { min: 12 }");
    assert_eq!(world.calls(), ["sessions.find"]);
    assert_eq!(
        outcome(&sign_in, &here, RIGHT, "twelve chars").await,
        "changed"
    );
}

#[tokio::test]
async fn session_that_is_over_changes_nothing() {
    let (world, sign_in) = with_account().await;
    let here = sign_in.tries(YOU, RIGHT, HOME).await.expect("right").token;
    assert!(
        sign_in
            .sign_out(Some(&here), &Client::at(HOME))
            .await
            .is_ok()
    );
    world.calls();
    assert_eq!(outcome(&sign_in, &here, RIGHT, NEW).await, "NoSession");
    assert_eq!(world.calls(), ["sessions.find"]);
}

#[tokio::test]
async fn borrowed_session_is_no_way_round_the_limit() {
    let (_, sign_in) = with_account().await;
    let here = sign_in.tries(YOU, RIGHT, HOME).await.expect("right").token;
    for _ in 1..=3 {
        assert_eq!(
            outcome(&sign_in, &here, WRONG, NEW).await,
            "WrongCredentials"
        );
        assert_eq!(sign_in.outcome(YOU, WRONG, HOME).await, "WrongCredentials");
    }
    let refused = outcome(&sign_in, &here, RIGHT, NEW).await;
    assert!(refused.starts_with("TooManyTries"), "{refused}");
    assert_eq!(sign_in.outcome(YOU, NEW, "192.0.2.2").await, refused);
}
