//! Whose addresses an issuer certifies.

use super::*;
use crate::ports::Said;

/// The desk of a fallback, to which you proved your address at [`START`].
fn fallback(said: Said) -> Desk {
    let mut desk = desk(How::Right);
    desk.world.says(said);
    desk.sign.addresses = None;
    desk.sign.speaks = Speaks::ForEverybodyElse(desk.world.standings());
    desk
}

fn supported() -> Said {
    Said::Supported {
        authority: email(YOU).domain().clone(),
    }
}

#[tokio::test]
async fn address_of_another_domain_is_not_certified_whatever_the_session_says() {
    for domains in [vec![], vec!["you.example"], vec!["example", "a.me.example"]] {
        let mut desk = desk(How::Right);
        let domains = domains
            .into_iter()
            .map(|name| Domain::parse(name, HostRule::Recorded).expect("a domain"));
        desk.sign.speaks = Speaks::For(domains.collect());
        let refused = desk.certify(YOU, 60.0).await;
        assert_eq!(refused, Err("not_our_domain".to_owned()));
        assert_eq!(desk.pen.signed.load(Ordering::SeqCst), 0);
    }
}

#[tokio::test]
async fn fallback_certifies_people_of_domains_without_support_and_no_others() {
    for (said, expected) in [
        (Said::NoSupport, None),
        (Said::Disabled, None),
        (supported(), Some("domain_supported")),
        (Said::Unclear, Some("domain_silent")),
    ] {
        let desk = fallback(said);
        let outcome = desk.certify(YOU, 60.0).await.err();
        assert_eq!(outcome.as_deref(), expected);
        let signed = desk.pen.signed.load(Ordering::SeqCst);
        assert_eq!(signed, usize::from(expected.is_none()));
        assert_eq!(desk.world.audit_rows().len(), signed);
    }
}

#[tokio::test]
async fn session_counts_again_only_if_it_began_after_the_last_support_to_the_millisecond() {
    for (seen_ms, expected) in [(0, None), (1, None), (2, Some("no_session"))] {
        let mut desk = fallback(supported());
        desk.session = Session::start(email(YOU), START.plus_ms(2));
        desk.world.is_at(START.plus_ms(seen_ms));
        assert_eq!(
            desk.certify(YOU, 60.0).await.err().as_deref(),
            Some("domain_supported")
        );
        desk.world.is_at(START.plus_ms(3));
        desk.world.says(Said::NoSupport);
        assert_eq!(
            desk.certify(YOU, 60.0).await.err().as_deref(),
            Some("domain_offline")
        );
        desk.world.says(Said::Disabled);
        let outcome = desk.certify(YOU, 60.0).await.err();
        assert_eq!(outcome.as_deref(), expected, "{seen_ms}");
    }
}

#[tokio::test]
async fn nobody_is_asked_about_requests_that_are_refused_anyway() {
    let desk = fallback(Said::NoSupport);
    desk.world.calls();
    assert!(desk.certify("them@me.example", 60.0).await.is_err());
    assert!(desk.certify(YOU, 0.0).await.is_err());
    assert_eq!(desk.world.calls(), Vec::<&str>::new());
    assert!(desk.certify(YOU, 60.0).await.is_ok());
    assert_eq!(
        desk.world.calls(),
        ["authorities.ask", "seen.find", "audit.keep"]
    );
}

#[tokio::test]
async fn broken_discovery_signs_nothing() {
    let desk = fallback(Said::NoSupport);
    desk.world.breaks();
    assert_eq!(
        desk.certify(YOU, 60.0).await.err().as_deref(),
        Some("unavailable")
    );
    assert_eq!(desk.pen.signed.load(Ordering::SeqCst), 0);
}

#[tokio::test]
async fn session_on_a_shared_computer_has_certificates_for_what_is_left_of_its_hour() {
    let mut desk = desk(How::Right);
    desk.session = Session::start(email(YOU), START).living(crate::session::Life::Hour);
    desk.world.is_at(START.plus_ms(600_000));
    assert_eq!(desk.lifetime_ms(86_400.0).await, Ok(3_000_000));
    assert_eq!(desk.lifetime_ms(60.0).await, Ok(60_000));
    desk.world.is_at(START.plus_ms(3_600_000 - 59_999));
    assert_eq!(desk.certify(YOU, 60.0).await, Err("no_session".to_owned()));
}
