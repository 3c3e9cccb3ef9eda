//! Which decisions of an operator can only let more in, and which only less.

use browserid::{Json, Origin, Policy, audience};
use proptest::prelude::*;

use crate::discovery::{answer_of, any_world, domain, host};
use crate::verification::{AUDIENCE, NOW, bundle, certificate, policy, supported, verify_in};

/// Verifies a bundle by `issuer` for somebody at `email_at` in a world whose supporting hosts have the issuer's key.
fn outcome(
    issuer: usize,
    email_at: usize,
    world: &[browserid::Answer],
    policy: &Policy,
) -> Option<browserid::Identity> {
    let text = bundle(&certificate(&host(issuer), email_at), NOW + 120_000);
    let (outcome, _) = verify_in(
        &text.into(),
        &AUDIENCE.into(),
        policy,
        NOW,
        |host| match answer_of(world, host) {
            browserid::Answer::Response { body, .. } if body.starts_with(b"{\"authentication") => {
                supported()
            }
            other => other,
        },
    );
    outcome.ok()
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(200))]

    #[test]
    fn issuers_trusted_besides_only_ever_let_more_in(
        world in any_world(), issuer in 0usize..8, email_at in 0usize..8, fallback in prop::option::of(0usize..8),
        trusted in prop::collection::vec(0usize..8, 0..4),
    ) {
        let mut few = policy();
        few.discovery.fallback = fallback.map(domain);
        let mut more = few.clone();
        more.trusted_issuers = trusted.into_iter().map(host).collect();
        if let Some(identity) = outcome(issuer, email_at, &world, &few) {
            prop_assert_eq!(outcome(issuer, email_at, &world, &more), Some(identity));
        } else if outcome(issuer, email_at, &world, &more).is_some() {
            prop_assert!(more.trusted_issuers.contains(&host(issuer)));
        }
    }

    #[test]
    fn a_fallback_only_ever_lets_its_own_certificates_in(
        world in any_world(), issuer in 0usize..8, email_at in 0usize..8, fallback in 0usize..8,
    ) {
        let mut with = policy();
        with.discovery.fallback = Some(domain(fallback));
        match (outcome(issuer, email_at, &world, &policy()), outcome(issuer, email_at, &world, &with)) {
            (Some(without), with) => prop_assert_eq!(Some(without), with),
            (None, Some(_)) => {
                // The fallback itself, or whom it delegates to.
                let from_fallback = outcome(issuer, fallback, &world, &policy());
                prop_assert!(from_fallback.is_some());
            }
            (None, None) => {}
        }
    }

    #[test]
    fn without_a_fallback_a_strict_content_type_only_ever_refuses_more(
        world in any_world(), issuer in 0usize..8, email_at in 0usize..8,
    ) {
        let mut strict = policy();
        strict.discovery.strict_content_type = true;
        if let Some(identity) = outcome(issuer, email_at, &world, &strict) {
            prop_assert_eq!(outcome(issuer, email_at, &world, &policy()), Some(identity));
        }
    }

    #[test]
    fn fewer_delegations_only_ever_refuse_more(world in any_world(), email_at in 0usize..8, hops in 0usize..5) {
        let mut short = policy();
        short.discovery.max_delegations = hops;
        for issuer in 0..8 {
            if let Some(identity) = outcome(issuer, email_at, &world, &short) {
                prop_assert_eq!(outcome(issuer, email_at, &world, &policy()), Some(identity));
            }
        }
    }

    #[test]
    fn origins_match_themselves_alone_and_either_way(
        one in "https?://[ab]\\.example(:(80|443|81))?", other in "https?://[ab]\\.example(:(80|443|81))?",
    ) {
        let is_for = |one: &str, other: &str| audience::compare(Some(&Json::from(one)), &Json::from(other)).is_ok();
        let is_same = Origin::parse(&one) == Origin::parse(&other);
        prop_assert!(Origin::parse(&one).is_ok());
        prop_assert_eq!(is_for(&one, &other), is_same);
        prop_assert_eq!(is_for(&other, &one), is_same);
        let upper = one.to_uppercase();
        prop_assert_eq!(is_for(&upper, &other), is_same);
        let slashed = format!("{other}/");
        prop_assert_eq!(is_for(&one, &slashed), is_same);
    }
}
