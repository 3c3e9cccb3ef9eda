//! How many hosts are asked, and which failure is told when there is an end to it.

use super::*;

/// `count` domains of which each delegates to the next and the last one is disabled.
fn disabled_after(count: usize) -> Vec<(String, Answer)> {
    let label = |index: usize| format!("{}.example", ["a", "b", "c", "d", "e", "f"][index]);
    (0..count)
        .map(|index| {
            let answer = if index + 1 == count {
                json_answer(&json!({"disabled": true}))
            } else {
                delegates_to(&label(index + 1))
            };
            (label(index), answer)
        })
        .collect()
}

fn ask(
    answers: &[(String, Answer)],
    more: &[(&str, Answer)],
) -> (Result<String, DiscoveryError>, usize) {
    let answers: Vec<_> = answers
        .iter()
        .map(|(host, answer)| (host.as_str(), answer.clone()))
        .chain(more.iter().cloned())
        .collect();
    let (outcome, asked) = find(Some("fallback.example"), &answers);
    (outcome, asked.len())
}

#[test]
fn the_fallback_is_asked_as_the_sixth_host_but_not_as_the_seventh() {
    let fallback = [("fallback.example", supported())];
    for count in 1..=5 {
        let (outcome, asked) = ask(&disabled_after(count), &fallback);
        assert_eq!(outcome, Ok("fallback.example".to_owned()), "{count}");
        assert_eq!(asked, count + 1);
    }
    let (outcome, asked) = ask(&disabled_after(6), &fallback);
    assert_eq!(outcome.expect_err("enough").code(), Code::DomainDisabled);
    assert_eq!(asked, 6);
}

#[test]
fn whom_the_fallback_delegates_to_counts_among_the_six() {
    let fallback = [
        ("fallback.example", delegates_to("bridge.example")),
        ("bridge.example", supported()),
    ];
    let (outcome, asked) = ask(&disabled_after(4), &fallback);
    assert_eq!((outcome, asked), (Ok("bridge.example".to_owned()), 6));
    // The failure of the domain itself is told, not that of the fallback.
    let (outcome, asked) = ask(&disabled_after(5), &fallback);
    let Err(DiscoveryError::Disabled { domain, chain }) = outcome else {
        panic!("{outcome:?}");
    };
    assert_eq!((domain.as_str(), chain.len(), asked), ("e.example", 5, 6));
}

#[test]
fn a_fallback_that_delegates_in_a_circle_tells_its_own_failure() {
    let (outcome, asked) = ask(
        &disabled_after(1),
        &[
            ("fallback.example", delegates_to("bridge.example")),
            ("bridge.example", delegates_to("fallback.example")),
        ],
    );
    assert_eq!(
        outcome.expect_err("a circle").to_string(),
        "Circular reference in delegating authority: fallback.example > bridge.example"
    );
    assert_eq!(asked, 3);
}

#[test]
fn without_delegations_one_host_is_asked_and_no_fallback() {
    let rules = DiscoveryRules {
        max_delegations: 0,
        ..rules(Some("fallback.example"))
    };
    let start = || Discovery::start(domain("a.example"), &rules);
    let (outcome, asked) = run(start(), &[("a.example", delegates_to("b.example"))]);
    assert_eq!(
        outcome.expect_err("too many").code(),
        Code::DelegationTooLong
    );
    assert_eq!(asked, ["a.example"]);
    let (outcome, asked) = run(start(), &[("a.example", supported())]);
    assert_eq!(outcome, Ok("a.example".to_owned()));
    assert_eq!(asked, ["a.example"]);
}

#[test]
fn only_hosts_that_were_asked_count_as_asked() {
    let mut discovery = Discovery::start(domain("a.example"), &rules(None));
    assert!(discovery.has_asked(&domain("a.example")));
    assert!(!discovery.has_asked(&domain("b.example")));
    discovery.answer(delegates_to("b.example"));
    assert!(discovery.has_asked(&domain("a.example")));
    assert!(discovery.has_asked(&domain("b.example")));
    discovery.answer(delegates_to("a.example"));
    assert!(!discovery.has_asked(&domain("c.example")));
    assert_eq!(discovery.first_error(), None);
}
