//! Discovery ends, asks nobody twice, and finds the same thing each time, whatever the world answers.

use std::collections::BTreeSet;

use browserid::{Answer, Discovery, DiscoveryError, DiscoveryRules, Domain, HostRule, Unreachable};
use proptest::prelude::*;
use serde_json::json;

use crate::signers::SHORT;

/// Hosts a.example to h.example, and what each answers.
const HOSTS: usize = 8;

pub fn host(number: usize) -> String {
    let letter = char::from(b'a' + (number % HOSTS) as u8);
    format!("{letter}.example")
}

pub fn domain(number: usize) -> Domain {
    Domain::parse(&host(number), HostRule::Public).expect("a domain")
}

pub fn any_answer() -> impl Strategy<Value = Answer> {
    let body = prop_oneof![
        4 => (0..HOSTS).prop_map(|to| json!({"authority": host(to)})),
        2 => Just(json!({"public-key": SHORT.json, "authentication": "/a", "provisioning": "/b"})),
        1 => Just(json!({"disabled": true})),
        1 => Just(json!({})),
    ];
    let content_type = prop_oneof![
        6 => Just(Some("application/json".to_owned())),
        1 => Just(Some("application/octet-stream".to_owned())),
        1 => Just(None),
    ];
    let status = prop_oneof![6 => Just(200u16), 1 => Just(404), 1 => Just(302), 1 => Just(503)];
    let unreachable = prop_oneof![
        Just(Unreachable::NoSuchHost),
        Just(Unreachable::Timeout),
        Just(Unreachable::TooLarge { limit: 1 }),
    ];
    prop_oneof![
        9 => (status, content_type, body).prop_map(|(status, content_type, body)| Answer::Response {
            status,
            content_type,
            body: body.to_string().into_bytes(),
        }),
        1 => unreachable.prop_map(Answer::Unreachable),
    ]
}

pub fn any_world() -> impl Strategy<Value = Vec<Answer>> {
    prop::collection::vec(any_answer(), HOSTS)
}

pub fn answer_of(world: &[Answer], domain: &Domain) -> Answer {
    let number = usize::from(domain.as_str().as_bytes()[0] - b'a');
    world[number].clone()
}

proptest! {
    #[test]
    fn discovery_ends_within_its_limit_and_asks_nobody_twice(
        world in any_world(), max_delegations in 0usize..7, fallback in prop::option::of(0..HOSTS), strict in any::<bool>(),
    ) {
        let rules = DiscoveryRules {
            fallback: fallback.map(domain),
            max_delegations,
            hosts: HostRule::Public,
            strict_content_type: strict,
        };
        let mut discovery = Discovery::start(domain(0), &rules);
        let mut asked = BTreeSet::new();
        while let Some(question) = discovery.question() {
            prop_assert_eq!(discovery.outcome(), None);
            prop_assert_eq!(&question.principal, &domain(0));
            prop_assert!(asked.insert(question.host.clone()), "{} was asked twice", question.host);
            discovery.answer(answer_of(&world, &question.host));
        }
        prop_assert!(asked.len() <= max_delegations + 1);
        match discovery.outcome() {
            Some(Ok(authority)) => {
                prop_assert_eq!(authority.chain().last(), Some(authority.domain()));
                prop_assert!(authority.chain().len() <= max_delegations + 1);
                prop_assert!(authority.chain().iter().all(|domain| asked.contains(domain)));
                let first = authority.chain().first();
                prop_assert!(first == Some(&domain(0)) || first == rules.fallback.as_ref());
            }
            Some(Err(error)) => {
                prop_assert!(!error.to_string().is_empty());
                let is_asked = fallback.is_none_or(|fallback| asked.contains(&domain(fallback)));
                prop_assert!(is_asked || asked.len() > max_delegations || !error.is_no_support());
            }
            None => prop_assert!(false, "no question and no outcome"),
        }
    }

    #[test]
    fn without_a_fallback_the_fallbacks_absence_changes_nothing(world in any_world()) {
        let rules = |fallback: Option<usize>| DiscoveryRules {
            fallback: fallback.map(domain),
            max_delegations: 5,
            hosts: HostRule::Public,
            strict_content_type: false,
        };
        let find = |fallback| -> Result<Domain, DiscoveryError> {
            let mut discovery = Discovery::start(domain(0), &rules(fallback));
            while let Some(question) = discovery.question() {
                discovery.answer(answer_of(&world, &question.host));
            }
            discovery.outcome().expect("an outcome").clone().map(|authority| authority.domain().clone())
        };
        match find(None) {
            Ok(authority) => prop_assert_eq!(find(Some(1)), Ok(authority)),
            Err(error) if !error.is_no_support() => prop_assert_eq!(find(Some(1)), Err(error)),
            Err(_) => {}
        }
    }
}
