//! Domains that have support, had it, or say nothing: what they do to asking, confirming and passwords.

use super::*;

const DOMAIN: &str = "plain.example";

#[tokio::test]
async fn domain_with_support_is_refused_without_a_mail() {
    let idp = FallbackIdp::new();
    idp.discovery.supports(DOMAIN);
    let heard = idp.send(ask(ANNA)).await;
    check_refused(&heard, 403, "domain_supported");
    assert!(
        heard.json()["reason"]
            .as_str()
            .is_some_and(|r| r.contains(DOMAIN))
    );
    check_refused(
        &idp.send(sign_in(ANNA, PASSWORD)).await,
        403,
        "domain_supported",
    );
    assert_eq!(idp.outbox.sent().len(), 0);
}

#[tokio::test]
async fn domain_that_is_silent_is_refused_for_the_moment() {
    let idp = FallbackIdp::new();
    idp.discovery.says(DOMAIN, Said::Unclear);
    for call in [ask(ANNA), sign_in(ANNA, PASSWORD)] {
        let heard = idp.send(call).await;
        check_refused(&heard, 503, "domain_silent");
        assert_eq!(heard.header("retry-after"), Some("30"));
    }
    assert_eq!(idp.outbox.sent().len(), 0);
    idp.discovery.says(DOMAIN, Said::NoSupport);
    assert_eq!(idp.send(ask(ANNA)).await.status, 200);
}

#[tokio::test]
async fn support_that_went_away_without_a_word_is_waited_for_thirty_days() {
    let idp = FallbackIdp::new();
    idp.discovery.supports(DOMAIN);
    idp.send(ask(ANNA)).await;
    idp.discovery.says(DOMAIN, Said::NoSupport);
    let until = START_MS + 30 * DAY_MS;
    idp.clock.forward(30 * DAY_MS - 1);
    for call in [ask(ANNA), sign_in(ANNA, PASSWORD)] {
        let heard = idp.send(call).await;
        check_refused(&heard, 403, "domain_offline");
        assert_eq!(heard.json()["until"], until);
    }
    assert_eq!(idp.outbox.sent().len(), 0);
    idp.clock.forward(1);
    assert_eq!(idp.send(ask(ANNA)).await.status, 200);
}

#[tokio::test]
async fn domain_that_says_that_it_has_no_support_any_more_is_served_at_once() {
    let idp = FallbackIdp::new();
    idp.discovery.supports(DOMAIN);
    idp.send(ask(ANNA)).await;
    idp.clock.forward(1);
    idp.discovery.says(DOMAIN, Said::Disabled);
    let cookie = idp.prove(ANNA).await;
    assert_eq!(idp.certify(ANNA, &cookie).await.status, 200);
}

#[tokio::test]
async fn domain_that_starts_between_asking_and_confirming_wins() {
    let idp = FallbackIdp::new();
    let (proof, code) = idp.ask(ANNA).await;
    idp.discovery.supports(DOMAIN);
    check_refused(
        &idp.send(confirm(&proof, &code)).await,
        403,
        "domain_supported",
    );
    assert!(!idp.knows(ANNA).await);
    // A wrong code does not learn that much.
    check_refused(
        &idp.send(confirm(&proof, &wrong(&code))).await,
        403,
        "code_invalid",
    );
    // Mailed before the domain spoke for itself: worth nothing after it.
    idp.clock.forward(1);
    idp.discovery.says(DOMAIN, Said::Disabled);
    check_refused(&idp.send(confirm(&proof, &code)).await, 403, "code_invalid");
    assert!(!idp.knows(ANNA).await);
}

#[tokio::test]
async fn code_outlives_a_moment_in_which_the_domain_is_silent() {
    let idp = FallbackIdp::new();
    let (proof, code) = idp.ask(ANNA).await;
    idp.discovery.says(DOMAIN, Said::Unclear);
    check_refused(
        &idp.send(confirm(&proof, &code)).await,
        503,
        "domain_silent",
    );
    assert!(!idp.knows(ANNA).await);
    idp.discovery.says(DOMAIN, Said::NoSupport);
    assert_eq!(idp.send(confirm(&proof, &code)).await.status, 200);
}

#[tokio::test]
async fn account_goes_with_its_sessions_when_the_domain_is_found_to_speak_for_itself() {
    for by_password in [false, true] {
        let idp = FallbackIdp::new();
        let cookie = idp.prove(ANNA).await;
        idp.send(set_password(&cookie, PASSWORD)).await;
        let bob = idp.prove("bob@other.example").await;
        idp.discovery.supports(DOMAIN);
        let call = if by_password {
            sign_in(ANNA, PASSWORD)
        } else {
            ask(ANNA)
        };
        check_refused(&idp.send(call).await, 403, "domain_supported");
        assert!(!idp.knows(ANNA).await);
        assert_eq!(idp.who(&cookie).await, None);
        assert_eq!(idp.who(&bob).await.as_deref(), Some("bob@other.example"));
    }
}

#[tokio::test]
async fn password_from_before_the_domain_spoke_for_itself_opens_nothing() {
    let idp = FallbackIdp::new();
    let cookie = idp.prove(ANNA).await;
    idp.send(set_password(&cookie, PASSWORD)).await;
    // Seen by somebody else's request: Anna's account is still there.
    idp.clock.forward(1);
    idp.discovery.supports(DOMAIN);
    check_refused(
        &idp.send(ask("bob@plain.example")).await,
        403,
        "domain_supported",
    );
    assert!(idp.knows(ANNA).await);
    idp.clock.forward(1);
    idp.discovery.says(DOMAIN, Said::Disabled);
    let heard = idp.send(sign_in(ANNA, PASSWORD)).await;
    check_refused(&heard, 401, "credentials_wrong");
    check_refused(
        &idp.send(set_password(&cookie, PASSWORD)).await,
        403,
        "no_session",
    );
    // The new owner of the mailbox begins anew, and the old session ends with that.
    let new = idp.prove(ANNA).await;
    assert_eq!(idp.who(&cookie).await, None);
    assert_eq!(idp.who(&new).await.as_deref(), Some(ANNA));
    check_refused(
        &idp.send(sign_in(ANNA, PASSWORD)).await,
        401,
        "credentials_wrong",
    );
}
