//! Whole verifications: what is accepted, what never is, and who is asked.

use std::sync::LazyLock;

use browserid::{
    Answer, DiscoveryRules, HostRule, Identity, Json, Policy, Refusal, Timestamp, Verification,
};
use proptest::prelude::*;
use serde_json::json;

use crate::discovery::{answer_of, any_world, domain, host};
use crate::signers::{ISSUER, USER};
use crate::texts::any_json;

pub const NOW: u64 = 1_400_000_000_000;
pub const AUDIENCE: &str = "https://rp.example";

/// One good bundle, for changing.
static BUNDLE: LazyLock<String> =
    LazyLock::new(|| bundle(&certificate("a.example", 0), NOW + 120_000));

pub fn certificate(issuer: &str, email_at: usize) -> Json {
    json!({
        "iss": issuer,
        "iat": NOW - 10_000,
        "exp": NOW + 3_600_000,
        "public-key": USER.json,
        "principal": {"email": format!("me@{}", host(email_at))},
    })
}

pub fn bundle(certificate: &Json, expires: u64) -> String {
    let assertion = json!({"exp": expires, "aud": AUDIENCE});
    format!("{}~{}", ISSUER.token(certificate), USER.token(&assertion))
}

pub fn policy() -> Policy {
    Policy {
        discovery: DiscoveryRules {
            fallback: None,
            max_delegations: 5,
            hosts: HostRule::Public,
            strict_content_type: false,
        },
        federation: None,
        trusted_issuers: vec![],
        strong_keys: false,
    }
}

pub fn supported() -> Answer {
    let document = json!({"public-key": ISSUER.json, "authentication": "/a", "provisioning": "/b"});
    Answer::Response {
        status: 200,
        content_type: Some("application/json".to_owned()),
        body: document.to_string().into_bytes(),
    }
}

/// Whoever is asked has the issuer's key. Gives the outcome and who was asked.
pub fn verify(
    assertion: &Json,
    audience: &Json,
    policy: &Policy,
    now: u64,
) -> (Result<Identity, Refusal>, Vec<String>) {
    verify_in(assertion, audience, policy, now, |_| supported())
}

pub fn verify_in(
    assertion: &Json,
    audience: &Json,
    policy: &Policy,
    now: u64,
    answer: impl Fn(&browserid::Domain) -> Answer,
) -> (Result<Identity, Refusal>, Vec<String>) {
    let mut verification =
        Verification::start(assertion, audience, policy, Timestamp::from_millis(now));
    let mut asked = Vec::new();
    while let Some(question) = verification.question() {
        asked.push(question.host.to_string());
        verification.answer(answer(&question.host));
    }
    let _ = verification.steps();
    (verification.outcome().expect("an outcome").clone(), asked)
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(200))]

    #[test]
    fn a_changed_byte_anywhere_never_verifies(at in any::<prop::sample::Index>(), to in "[A-Za-z0-9_.~=+/-]") {
        let at = at.index(BUNDLE.len());
        let mut changed = BUNDLE.clone();
        changed.replace_range(at..=at, &to);
        let (outcome, _) = verify(&changed.as_str().into(), &AUDIENCE.into(), &policy(), NOW);
        prop_assert_eq!(outcome.is_ok(), changed == *BUNDLE);
    }

    #[test]
    fn a_part_that_is_left_out_or_added_never_verifies(
        at in any::<prop::sample::Index>(), length in 1usize..40, more in "[A-Za-z0-9~.]{1,9}",
    ) {
        let at = at.index(BUNDLE.len());
        let end = (at + length).min(BUNDLE.len());
        let cut = format!("{}{}", &BUNDLE[..at], &BUNDLE[end..]);
        let longer = format!("{}{more}{}", &BUNDLE[..at], &BUNDLE[at..]);
        for changed in [cut, longer] {
            let (outcome, _) = verify(&changed.into(), &AUDIENCE.into(), &policy(), NOW);
            prop_assert!(outcome.is_err());
        }
    }

    #[test]
    fn it_holds_from_iat_to_exp_and_at_no_other_time(now in prop_oneof![
        NOW - 20_000..NOW + 240_000,
        Just(NOW - 10_001), Just(NOW - 10_000), Just(NOW + 120_000), Just(NOW + 120_001), any::<u64>(),
    ]) {
        let (outcome, _) = verify(&BUNDLE.as_str().into(), &AUDIENCE.into(), &policy(), now);
        prop_assert_eq!(outcome.is_ok(), (NOW - 10_000..=NOW + 120_000).contains(&now));
    }

    #[test]
    fn no_input_makes_a_verification_panic(assertion in any_json(), audience in any_json(), text in "[a-zA-Z0-9~._-]{0,60}") {
        for assertion in [assertion, text.into()] {
            let (outcome, asked) = verify(&assertion, &audience, &policy(), NOW);
            prop_assert!(outcome.is_err());
            prop_assert!(asked.is_empty());
            prop_assert!(!outcome.expect_err("refused").code().as_str().is_empty());
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    #[test]
    fn no_claims_make_a_verification_panic(certificate in any_json(), assertion in any_json()) {
        let text = format!("{}~{}", ISSUER.token(&certificate), USER.token(&assertion));
        let (outcome, _) = verify(&text.into(), &AUDIENCE.into(), &policy(), NOW);
        prop_assert!(outcome.is_err());
    }

    #[test]
    fn nobody_but_the_domain_its_authorities_and_the_fallback_is_ever_asked(
        world in any_world(), issuer in 0usize..8, email_at in 0usize..4, fallback in prop::option::of(4usize..6),
    ) {
        let issuer_name = format!("issuer{issuer}.example");
        let mut policy = policy();
        policy.discovery.fallback = fallback.map(domain);
        let text = bundle(&certificate(&issuer_name, email_at), NOW + 120_000);
        let (outcome, asked) = verify_in(&text.into(), &AUDIENCE.into(), &policy, NOW, |host| answer_of(&world, host));
        prop_assert!(!asked.contains(&issuer_name));
        prop_assert_eq!(asked.first(), Some(&host(email_at)));
        let refusal = outcome.expect_err("a stranger").reason();
        prop_assert!(refusal.ends_with(&format!("got '{issuer_name}'")), "{}", refusal);
    }

    #[test]
    fn who_is_accepted_was_certified_by_the_end_of_the_chain(
        world in any_world(), issuer in 0usize..8, email_at in 0usize..8, fallback in prop::option::of(0usize..8),
    ) {
        let mut policy = policy();
        policy.discovery.fallback = fallback.map(domain);
        let text = bundle(&certificate(&host(issuer), email_at), NOW + 120_000);
        let (outcome, asked) = verify_in(&text.into(), &AUDIENCE.into(), &policy, NOW, |host| {
            match answer_of(&world, host) {
                Answer::Response { body, .. } if body.starts_with(b"{\"authentication") => supported(),
                other => other,
            }
        });
        if let Ok(identity) = outcome {
            prop_assert_eq!(identity.issuer(), host(issuer));
            prop_assert_eq!(asked.last(), Some(&host(issuer)));
            prop_assert_eq!(asked.first(), Some(&host(email_at)));
        }
    }

    #[test]
    fn strong_keys_only_ever_refuses_more(email_at in 0usize..2, expires in NOW - 2..NOW + 2) {
        let strong = Policy { strong_keys: true, ..policy() };
        let text: Json = bundle(&certificate("a.example", email_at), expires).into();
        let (normal, _) = verify(&text, &AUDIENCE.into(), &policy(), NOW);
        let (strong, _) = verify(&text, &AUDIENCE.into(), &strong, NOW);
        prop_assert!(strong.is_err() || normal.is_ok());
        prop_assert_eq!(normal.is_ok(), email_at == 0 && expires >= NOW);
    }
}
