//! Answers that were read before, and the names of what can go wrong.

use super::*;

fn question(host: &str, principal: &str) -> Question {
    Question {
        host: domain(host),
        principal: domain(principal),
    }
}

#[test]
fn a_reading_is_heard_as_its_answer_would_be() {
    let rules = rules(None);
    let asked = question("a.example", "a.example");
    let reading = Reading::of(&asked, supported(), &rules);
    assert_eq!(reading.question(), &asked);
    assert_eq!(reading.status(), Some(200));
    assert!(matches!(
        reading.said(),
        Ok(crate::SupportDocument::Supported(_))
    ));
    let mut discovery = Discovery::start(domain("a.example"), &rules);
    discovery.hear(&reading);
    let authority = discovery.outcome().expect("done").as_ref().expect("found");
    assert_eq!(authority.domain(), &domain("a.example"));
}

#[test]
fn a_reading_for_another_question_is_no_answer() {
    let rules = rules(Some("fallback.example"));
    for (host, principal) in [("b.example", "a.example"), ("a.example", "b.example")] {
        let reading = Reading::of(&question(host, principal), supported(), &rules);
        let mut discovery = Discovery::start(domain("a.example"), &rules);
        discovery.hear(&reading);
        let expected = DiscoveryError::Unreachable {
            host: domain("a.example"),
            why: Unreachable::Connection,
        };
        assert_eq!(discovery.question(), None);
        assert_eq!(discovery.outcome(), Some(&Err(expected)));
    }
}

#[test]
fn the_status_is_told_if_the_host_spoke_http() {
    let status =
        |answer| Reading::of(&question("a.example", "a.example"), answer, &rules(None)).status();
    assert_eq!(status(not_found()), Some(404));
    assert_eq!(status(answer(503, "", "")), Some(503));
    assert_eq!(status(Answer::Unreachable(Unreachable::Timeout)), None);
}

#[test]
fn a_reading_weighs_at_least_its_body_twice() {
    let weight =
        |answer| Reading::of(&question("a.example", "a.example"), answer, &rules(None)).weight();
    let of = |length: usize| weight(answer(200, "text/plain", &"x".repeat(length)));
    assert_eq!(of(0), weight(Answer::Unreachable(Unreachable::Timeout)));
    assert!(of(0) >= 1_000, "{}", of(0));
    for length in [1, 1_000, 65_536] {
        assert_eq!(of(length), of(0) + 2 * length);
    }
}

#[test]
fn what_came_just_now_is_fetched_and_tells_no_time() {
    let reading = Reading::of(
        &question("a.example", "a.example"),
        supported(),
        &rules(None),
    );
    let heard = Heard::from(reading.clone());
    assert_eq!(heard.freshness, Freshness::Fetched);
    assert_eq!(heard.clock_offset_ms, None);
    assert_eq!(heard.reading, reading);
}

#[test]
fn every_answer_that_is_none_has_its_code() {
    let broken = answer(200, "application/json", "{,");
    for (answer, code, is_no_support) in [
        (
            answer(200, "text/html", "{}"),
            Code::DocumentContentType,
            true,
        ),
        (broken, Code::DocumentMalformed, true),
        (
            json_answer(&json!({"disabled": true})),
            Code::DomainDisabled,
            true,
        ),
        (answer(204, "", ""), Code::DocumentMissing, true),
        (answer(300, "", ""), Code::DocumentMissing, true),
        (answer(301, "", ""), Code::DocumentRedirected, true),
        (answer(302, "", ""), Code::DocumentRedirected, true),
        (answer(303, "", ""), Code::DocumentRedirected, true),
        (answer(304, "", ""), Code::DocumentMissing, true),
        (answer(307, "", ""), Code::DocumentRedirected, true),
        (answer(308, "", ""), Code::DocumentMissing, true),
        (not_found(), Code::DocumentMissing, true),
        (answer(499, "", ""), Code::DocumentMissing, true),
        (answer(500, "", ""), Code::DomainUnreachable, false),
        (answer(599, "", ""), Code::DomainUnreachable, false),
        (
            Answer::Unreachable(Unreachable::Connection),
            Code::DomainUnreachable,
            false,
        ),
        (
            Answer::Unreachable(Unreachable::Forbidden),
            Code::DomainForbidden,
            false,
        ),
        (
            Answer::Unreachable(Unreachable::NoSuchHost),
            Code::DomainUnknown,
            true,
        ),
        (
            Answer::Unreachable(Unreachable::Timeout),
            Code::DomainTimeout,
            false,
        ),
        (
            Answer::Unreachable(Unreachable::Tls),
            Code::DomainTls,
            false,
        ),
        (
            Answer::Unreachable(Unreachable::TooLarge { limit: 9 }),
            Code::DocumentTooLarge,
            false,
        ),
    ] {
        let error = find(None, &[("a.example", answer)])
            .0
            .expect_err("no authority");
        assert_eq!(error.code(), code, "{error}");
        assert_eq!(error.is_no_support(), is_no_support, "{error}");
    }
    for (why, code, words) in [
        (
            Unreachable::Connection,
            Code::DomainUnreachable,
            "no connection",
        ),
        (
            Unreachable::Forbidden,
            Code::DomainForbidden,
            "not a public address",
        ),
        (Unreachable::NoSuchHost, Code::DomainUnknown, "no such host"),
        (
            Unreachable::Timeout,
            Code::DomainTimeout,
            "no answer in time",
        ),
        (Unreachable::Tls, Code::DomainTls, "no secure connection"),
        (
            Unreachable::TooLarge { limit: 9 },
            Code::DocumentTooLarge,
            "the answer is too large",
        ),
    ] {
        let host = domain("a.example");
        let error = DiscoveryError::Unreachable { host, why };
        assert_eq!(error.code(), code);
        let expected = format!("a.example is not a browserid primary: {words}");
        assert_eq!(error.to_string(), expected);
    }
}

#[test]
fn each_key_of_a_document_adds_what_it_takes_when_it_is_prepared() {
    let question = question("a.example", "a.example");
    let keys = |count: usize| {
        let document = support_document("RS256a");
        let key = document["public-key"].clone();
        let document = crate::test_kit::with(document, json!({"keys": vec![key; count]}));
        let length = document.to_string().len();
        let weight = Reading::of(&question, json_answer(&document), &rules(None)).weight();
        weight - 2 * length
    };
    let bare = Reading::of(&question, answer(200, "text/plain", ""), &rules(None)).weight();
    let a_key = keys(0) - bare;
    // Measured: 2.5 KB a key of 2048 bits, its text among them.
    assert!((2_000..10_000).contains(&a_key), "{a_key}");
    assert_eq!(keys(1) - keys(0), a_key);
    assert_eq!(keys(7) - keys(0), 7 * a_key);
}
