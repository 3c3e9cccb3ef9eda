use serde_json::json;

use super::*;
use crate::test_kit::{answer, domain, json_answer, not_found, support_document};
use crate::{Code, Json};

fn rules(fallback: Option<&str>) -> DiscoveryRules {
    DiscoveryRules {
        fallback: fallback.map(domain),
        max_delegations: MAX_DELEGATIONS,
        hosts: HostRule::Public,
        strict_content_type: false,
    }
}

/// Answers questions from a list; who is not in it is not found. Gives the outcome and who was asked.
fn run(
    mut discovery: Discovery,
    answers: &[(&str, Answer)],
) -> (Result<String, DiscoveryError>, Vec<String>) {
    let mut asked = Vec::new();
    while let Some(question) = discovery.question() {
        assert_eq!(discovery.outcome(), None);
        let host = question.host.to_string();
        let found = answers.iter().find(|(name, _)| *name == host);
        discovery.answer(found.map_or_else(not_found, |(_, answer)| answer.clone()));
        asked.push(host);
    }
    let outcome = discovery.outcome().expect("an outcome").clone();
    (
        outcome.map(|authority| authority.domain().to_string()),
        asked,
    )
}

fn find(
    fallback: Option<&str>,
    answers: &[(&str, Answer)],
) -> (Result<String, DiscoveryError>, Vec<String>) {
    run(
        Discovery::start(domain("a.example"), &rules(fallback)),
        answers,
    )
}

fn delegates_to(authority: &str) -> Answer {
    json_answer(&json!({ "authority": authority }))
}

fn supported() -> Answer {
    json_answer(&support_document("RS256a"))
}

#[test]
fn the_principal_stays_the_same_along_the_chain() {
    let mut discovery = Discovery::start(domain("a.example"), &rules(None));
    for (host, answer) in [
        ("a.example", delegates_to("b.example")),
        ("b.example", delegates_to("c.example")),
        ("c.example", supported()),
    ] {
        let expected = Question {
            host: domain(host),
            principal: domain("a.example"),
        };
        assert_eq!(discovery.question(), Some(expected));
        discovery.answer(answer);
    }
    assert_eq!(discovery.question(), None);
    let authority = discovery.outcome().expect("done").as_ref().expect("found");
    assert_eq!(authority.domain(), &domain("c.example"));
    assert_eq!(
        authority.chain(),
        [
            domain("a.example"),
            domain("b.example"),
            domain("c.example")
        ]
    );
    assert_eq!(authority.support().keys().count(), 1);
}

#[test]
fn an_answer_without_a_question_changes_nothing() {
    let mut discovery = Discovery::start(domain("a.example"), &rules(None));
    discovery.answer(supported());
    let before = discovery.outcome().cloned();
    discovery.answer(not_found());
    assert_eq!(discovery.outcome().cloned(), before);
}

#[test]
fn five_delegations_pass_and_the_sixth_is_not_followed() {
    let chain = ["a", "b", "c", "d", "e", "f", "g"].map(|label| format!("{label}.example"));
    let mut answers: Vec<_> = chain
        .windows(2)
        .map(|pair| (pair[0].as_str(), delegates_to(&pair[1])))
        .collect();
    answers.push(("g.example", supported()));
    let (outcome, asked) = find(None, &answers);
    assert_eq!(asked, chain[..6]);
    assert_eq!(
        outcome.expect_err("too many").to_string(),
        "Too many hops while delegating authority: a.example > b.example > c.example > d.example > e.example > f.example > g.example"
    );
    answers[5] = ("f.example", supported());
    assert_eq!(find(None, &answers).0, Ok("f.example".to_owned()));
}

#[test]
fn a_circle_is_noticed_before_anyone_is_asked_again() {
    let (outcome, asked) = find(
        None,
        &[
            ("a.example", delegates_to("b.example")),
            ("b.example", delegates_to("a.example")),
        ],
    );
    assert_eq!(asked, ["a.example", "b.example"]);
    assert_eq!(
        outcome.expect_err("a circle").to_string(),
        "Circular reference in delegating authority: a.example > b.example"
    );
    let (outcome, asked) = find(None, &[("a.example", delegates_to("a.example"))]);
    assert_eq!(asked, ["a.example"]);
    assert_eq!(
        outcome.expect_err("a circle").to_string(),
        "Circular reference in delegating authority: a.example"
    );
}

#[test]
fn the_fallback_speaks_when_the_domain_says_that_it_has_no_support() {
    let body = support_document("RS256a").to_string();
    for no_support in [
        not_found(),
        answer(204, "application/json", ""),
        answer(499, "application/json", ""),
        answer(302, "application/json", ""),
        answer(200, "text/html", &body),
        answer(200, "application/json", "{}"),
        json_answer(&json!({"disabled": true})),
        json_answer(&json!({"authority": "a.example"})),
        Answer::Unreachable(Unreachable::NoSuchHost),
    ] {
        let answers = [
            ("a.example", no_support.clone()),
            ("fallback.example", supported()),
        ];
        let (outcome, asked) = find(Some("fallback.example"), &answers);
        assert_eq!(outcome, Ok("fallback.example".to_owned()), "{no_support:?}");
        assert_eq!(asked, ["a.example", "fallback.example"]);
    }
}

#[test]
fn nobody_speaks_for_a_domain_that_is_only_in_trouble() {
    for trouble in [
        answer(500, "text/html", ""),
        answer(503, "application/json", ""),
        Answer::Unreachable(Unreachable::Connection),
        Answer::Unreachable(Unreachable::Forbidden),
        Answer::Unreachable(Unreachable::Timeout),
        Answer::Unreachable(Unreachable::Tls),
        Answer::Unreachable(Unreachable::TooLarge { limit: 1 }),
    ] {
        let answers = [
            ("a.example", trouble.clone()),
            ("fallback.example", supported()),
        ];
        let (outcome, asked) = find(Some("fallback.example"), &answers);
        assert!(
            !outcome.expect_err("trouble").is_no_support(),
            "{trouble:?}"
        );
        assert_eq!(asked, ["a.example"]);
    }
}

#[test]
fn a_fallback_may_delegate_and_its_own_failure_is_the_reason() {
    let answers = [
        ("fallback.example", delegates_to("bridge.example")),
        ("bridge.example", supported()),
    ];
    let (outcome, asked) = find(Some("fallback.example"), &answers);
    assert_eq!(outcome, Ok("bridge.example".to_owned()));
    assert_eq!(asked, ["a.example", "fallback.example", "bridge.example"]);

    let (outcome, _) = find(Some("fallback.example"), &[]);
    assert_eq!(
        outcome.expect_err("down").to_string(),
        "fallback.example is not a browserid primary - non-200 response code to /.well-known/browserid"
    );
}

#[test]
fn nobody_is_asked_twice_when_chain_and_fallback_meet() {
    let disabled = || json_answer(&json!({"disabled": true}));
    let (outcome, asked) = find(
        Some("fallback.example"),
        &[
            ("a.example", delegates_to("fallback.example")),
            ("fallback.example", disabled()),
        ],
    );
    assert_eq!(asked, ["a.example", "fallback.example"]);
    assert_eq!(outcome.expect_err("disabled").code(), Code::DomainDisabled);

    let (outcome, asked) = find(
        Some("fallback.example"),
        &[
            ("a.example", delegates_to("b.example")),
            ("b.example", disabled()),
            ("fallback.example", delegates_to("b.example")),
        ],
    );
    assert_eq!(asked, ["a.example", "b.example", "fallback.example"]);
    assert_eq!(outcome.expect_err("disabled").code(), Code::DomainDisabled);

    let (outcome, asked) = find(Some("a.example"), &[]);
    assert_eq!(asked, ["a.example"]);
    assert_eq!(outcome.expect_err("missing").code(), Code::DocumentMissing);
}

#[test]
fn no_fallback_answers_for_a_trusted_issuer() {
    let discovery = || {
        Discovery::start_at(
            domain("trusted.example"),
            domain("a.example"),
            &rules(Some("fallback.example")),
        )
    };
    let expected = Question {
        host: domain("trusted.example"),
        principal: domain("a.example"),
    };
    assert_eq!(discovery().question(), Some(expected));
    let (outcome, asked) = run(discovery(), &[("fallback.example", supported())]);
    assert_eq!(asked, ["trusted.example"]);
    assert_eq!(outcome.expect_err("missing").code(), Code::DocumentMissing);
}

#[test]
fn a_document_that_only_delegates_may_be_served_as_octets() {
    let octets = |document: &Json| answer(200, "application/octet-stream", &document.to_string());
    let delegating = json!({"authority": "b.example"});
    let answers = [
        ("a.example", octets(&delegating)),
        ("b.example", supported()),
    ];
    assert_eq!(find(None, &answers).0, Ok("b.example".to_owned()));

    let strict = DiscoveryRules {
        strict_content_type: true,
        ..rules(None)
    };
    let (outcome, asked) = run(Discovery::start(domain("a.example"), &strict), &answers);
    assert_eq!(asked, ["a.example"]);
    assert_eq!(
        outcome.expect_err("octets").code(),
        Code::DocumentContentType
    );

    for more in [
        support_document("RS256a"),
        json!({"authority": "b.example", "disabled": false}),
        json!({"authority": ""}),
        json!({"disabled": true}),
        json!("b.example"),
    ] {
        let answers = [("a.example", octets(&more)), ("b.example", supported())];
        let (outcome, asked) = find(None, &answers);
        assert_eq!(
            outcome.expect_err("octets").code(),
            Code::DocumentContentType,
            "{more}"
        );
        assert_eq!(asked, ["a.example"]);
    }
}

#[test]
fn reasons_are_the_references() {
    let reason = |answer: Answer| {
        let (outcome, _) = find(None, &[("a.example", answer)]);
        outcome.expect_err("a failure").to_string()
    };
    for (given, expected) in [
        (
            answer(301, "", ""),
            "a.example is not a browserid primary - redirection not supported for support documents",
        ),
        (
            answer(308, "", ""),
            "a.example is not a browserid primary - non-200 response code to /.well-known/browserid",
        ),
        (
            answer(200, "", "{}"),
            "a.example is not a browserid primary - non \"application/json\" response to /.well-known/browserid",
        ),
        (
            Answer::Unreachable(Unreachable::Timeout),
            "timeout trying to load well-known for a.example",
        ),
        (
            Answer::Unreachable(Unreachable::Tls),
            "a.example is not a browserid primary: no secure connection",
        ),
        (
            json_answer(&json!({"disabled": true})),
            "a.example is not a browserid primary - support is disabled",
        ),
        (
            answer(200, "application/json", "{,"),
            "bad support document for 'a.example': Error: declaration of support is malformed (invalid json)",
        ),
    ] {
        assert_eq!(reason(given), expected);
    }
}

mod limits;
mod readings;
