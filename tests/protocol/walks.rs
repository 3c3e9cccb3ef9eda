//! The walk along authorities: L10 to L13, L30 to L33, V21, V45.

use browserid::{Code, Unreachable};
use serde_json::json;

use crate::documents::with;
use crate::judging::{World, answer, support_document, unreachable};
use crate::making::{Case, IDP, ISSUER, USER};

/// h0.example → h1.example → … → `length` delegations, the last one with support.
fn chain(length: usize) -> World {
    let host = |number: usize| format!("h{number}.example");
    let world = (0..length).fold(World::empty(), |world, number| {
        world.document(&host(number), &json!({"authority": host(number + 1)}))
    });
    world.document(&host(length), &support_document(&ISSUER))
}

#[test]
fn delegations_are_followed_up_to_the_limit() {
    let mut world = chain(9);
    world.policy.discovery.max_delegations = 9;
    let (outcome, asked) = world.look_up("h0.example");
    assert_eq!((outcome.as_str(), asked.len()), ("h9.example", 10));
    world.policy.discovery.max_delegations = 8;
    let (outcome, asked) = world.look_up("h0.example");
    assert_eq!(
        outcome,
        "Too many hops while delegating authority: h0.example > h1.example > h2.example > h3.example > h4.example > h5.example > h6.example > h7.example > h8.example > h9.example"
    );
    assert_eq!(asked.len(), 9, "the tenth is not asked");

    let (outcome, asked) = chain(5).look_up("h0.example");
    assert_eq!((outcome.as_str(), asked.len()), ("h5.example", 6));
    let (outcome, asked) = chain(6).look_up("h0.example");
    assert_eq!(
        outcome,
        "Too many hops while delegating authority: h0.example > h1.example > h2.example > h3.example > h4.example > h5.example > h6.example"
    );
    assert_eq!(asked.len(), 6);
}

#[test]
fn a_circle_is_named_and_nobody_asked_again() {
    let delegating = |pairs: &[(&str, &str)]| {
        pairs.iter().fold(World::empty(), |world, (from, to)| {
            world.document(from, &json!({ "authority": to }))
        })
    };
    for (pairs, said, asked) in [
        (
            &[("a.example", "a.example")][..],
            "a.example",
            &["a.example"][..],
        ),
        (
            &[("a.example", "b.example"), ("b.example", "a.example")],
            "a.example > b.example",
            &["a.example", "b.example"],
        ),
        (
            &[("a.example", "b.example"), ("b.example", "b.example")],
            "a.example > b.example",
            &["a.example", "b.example"],
        ),
        (
            &[
                ("a.example", "b.example"),
                ("b.example", "c.example"),
                ("c.example", "b.example"),
            ],
            "a.example > b.example > c.example",
            &["a.example", "b.example", "c.example"],
        ),
    ] {
        let (outcome, by_whom) = delegating(pairs).look_up("a.example");
        assert_eq!(
            outcome,
            format!("Circular reference in delegating authority: {said}")
        );
        assert_eq!(by_whom, asked);
    }
}

#[test]
fn the_last_hops_trouble_is_the_walks() {
    let at_the_end = |last: browserid::Answer| {
        let world = World::empty()
            .document("a.example", &json!({"authority": "b.example"}))
            .document("b.example", &json!({"authority": "c.example"}))
            .answer("c.example", last);
        let (outcome, asked) = world.look_up("a.example");
        assert_eq!(asked, ["a.example", "b.example", "c.example"]);
        outcome
    };
    assert_eq!(
        at_the_end(unreachable(Unreachable::Timeout)),
        "timeout trying to load well-known for c.example"
    );
    assert_eq!(
        at_the_end(answer(200, "application/json", "{")),
        "bad support document for 'c.example': Error: declaration of support is malformed (invalid json)"
    );
    assert_eq!(
        at_the_end(answer(200, "application/json", r#"{"disabled":true}"#)),
        "c.example is not a browserid primary - support is disabled"
    );
}

#[test]
fn every_hop_hears_for_whose_domain_it_is_asked() {
    let world = chain(5).fallback("fallback.example");
    let bundle = Case::of("bob@h0.example")
        .certificate(json!({"iss": "h5.example"}))
        .bundle();
    let seen = world.judge(bundle);
    assert!(seen.outcome.is_ok());
    let expected: Vec<_> = (0..=5)
        .map(|number| format!("h{number}.example for h0.example"))
        .collect();
    assert_eq!(seen.asked, expected);
    // The fallback too, and whom it delegates to.
    let world = World::empty()
        .document("fallback.example", &json!({"authority": "bridge.example"}))
        .fallback("fallback.example");
    let seen = world.judge(Case::of("bob@none.example").bundle());
    assert_eq!(
        seen.asked,
        [
            "none.example for none.example",
            "fallback.example for none.example",
            "bridge.example for none.example"
        ]
    );
}

#[test]
fn a_fallback_answers_for_what_is_missing_broken_or_disabled() {
    let world = |given: browserid::Answer| {
        World::empty()
            .answer("a.example", given)
            .document("fallback.example", &support_document(&ISSUER))
            .fallback("fallback.example")
    };
    for no_support in [
        answer(404, "", ""),
        answer(200, "application/json", "{"),
        answer(200, "application/json", r#"{"disabled":true}"#),
        answer(200, "application/json", r#"{"authority":"gone.example"}"#),
    ] {
        assert_eq!(world(no_support).look_up("a.example").0, "fallback.example");
    }
    let own = answer(
        200,
        "application/json",
        &support_document(&USER).to_string(),
    );
    let (found, asked) = world(own).look_up("a.example");
    assert_eq!(
        (found.as_str(), asked.len()),
        ("a.example", 1),
        "support of its own wins"
    );
}

#[test]
fn a_new_key_counts_as_soon_as_it_is_published() {
    // Nothing of an earlier verification stays in the core: what is published now decides.
    let bundle = Case::ordinary().issued_by(&USER).bundle();
    let before = World::ordinary();
    before.refuses(
        bundle.clone(),
        Code::AlgorithmMismatch,
        "algorithms do not match",
    );
    let during = with(json!({"keys": [USER.json()]}));
    World::empty()
        .document(IDP, &during)
        .accepts(bundle.clone());
    World::empty()
        .document(IDP, &during)
        .accepts(Case::ordinary().bundle());
    World::empty()
        .document(IDP, &support_document(&USER))
        .accepts(bundle);
}
