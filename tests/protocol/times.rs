//! Times: T1 to T15, V11 to V17.

use browserid::Code;
use serde_json::{Value, json};

use crate::judging::World;
use crate::making::{AUDIENCE, Case, HOUR, ISSUER, MINUTE, NOW, USER};

const DAY: u64 = 24 * HOUR;
const EXPIRED: &str = "expired";
const LATER: &str = "issued later than verification date";
const MALFORMED: &str = "missing or malformed 'exp'";

fn certificate(changes: Value) -> String {
    Case::ordinary().certificate(changes).bundle()
}

fn assertion(changes: Value) -> String {
    Case::ordinary().assertion(changes).bundle()
}

#[test]
fn what_is_over_or_not_yet_begun_is_refused() {
    let world = World::ordinary();
    for (bundle, code, reason) in [
        (
            certificate(json!({"exp": NOW - 10})),
            Code::CertificateExpired,
            EXPIRED,
        ),
        (
            certificate(json!({"iat": NOW + 10})),
            Code::CertificateNotYetValid,
            LATER,
        ),
        (
            assertion(json!({"exp": NOW - 10})),
            Code::AssertionExpired,
            EXPIRED,
        ),
        (
            assertion(json!({"iat": NOW + 10})),
            Code::AssertionNotYetValid,
            LATER,
        ),
    ] {
        world.refuses(bundle, code, reason);
    }
}

#[test]
fn both_ends_hold_to_the_millisecond() {
    let world = World::ordinary();
    for bundle in [
        certificate(json!({"exp": NOW})),
        certificate(json!({"iat": NOW})),
        assertion(json!({"exp": NOW})),
        assertion(json!({"iat": NOW})),
        certificate(json!({"iat": NOW, "exp": NOW})),
        assertion(json!({"iat": NOW, "exp": NOW})),
    ] {
        world.accepts(bundle);
    }
    for (bundle, code, reason) in [
        (
            certificate(json!({"exp": NOW - 1})),
            Code::CertificateExpired,
            EXPIRED,
        ),
        (
            certificate(json!({"iat": NOW + 1})),
            Code::CertificateNotYetValid,
            LATER,
        ),
        (
            assertion(json!({"exp": NOW - 1})),
            Code::AssertionExpired,
            EXPIRED,
        ),
        (
            assertion(json!({"iat": NOW + 1})),
            Code::AssertionNotYetValid,
            LATER,
        ),
    ] {
        world.refuses(bundle, code, reason);
    }
}

/// The same bundle under another clock: what passes now fails before and after, so the clock is really looked at.
#[test]
fn one_bundle_holds_from_its_first_to_its_last_moment() {
    let bundle = Case::ordinary().bundle();
    for (now, reason) in [
        (NOW - 10_001, Some(LATER)),
        (NOW - 10_000, None),
        (NOW, None),
        (NOW + 2 * MINUTE, None),
        (NOW + 2 * MINUTE + 1, Some(EXPIRED)),
        (NOW + HOUR, Some(EXPIRED)),
        (NOW + HOUR + 1, Some(EXPIRED)),
        // What a clock that cannot be read gives.
        (0, Some(LATER)),
        (1, Some(LATER)),
        (u64::MAX, Some(EXPIRED)),
        (1 << 53, Some(EXPIRED)),
    ] {
        let seen = World::ordinary().at(now).judge(bundle.clone());
        let said = seen.outcome.err().map(|refusal| refusal.reason());
        assert_eq!(said.as_deref(), reason, "{now}");
    }
}

#[test]
fn an_issue_time_may_be_missing_but_not_odd() {
    let world = World::ordinary();
    world.accepts(Case::ordinary().certificate_without("iat").bundle());
    world.accepts(certificate(json!({"iat": null})));
    world.accepts(assertion(json!({"iat": null})));
    let malformed = "missing or malformed 'iat'";
    for odd in [
        json!("0"),
        json!(true),
        json!([]),
        json!({}),
        json!(1.5),
        json!(1e300),
    ] {
        let bundle = certificate(json!({ "iat": odd }));
        world.refuses(bundle, Code::CertificateMalformed, malformed);
        let bundle = assertion(json!({ "iat": odd }));
        world.refuses(bundle, Code::AssertionMalformed, malformed);
    }
}

#[test]
fn nothing_lives_for_ever() {
    let world = World::ordinary();
    world.refuses(
        Case::ordinary().certificate_without("exp").bundle(),
        Code::CertificateMalformed,
        MALFORMED,
    );
    world.refuses(
        Case::ordinary().assertion_without("exp").bundle(),
        Code::AssertionMalformed,
        MALFORMED,
    );
    for odd in [
        json!(null),
        json!(""),
        json!("never"),
        json!("Infinity"),
        json!((NOW + HOUR).to_string()),
        json!(format!("{}", (NOW + HOUR) as f64 / 1000.0)),
        json!({}),
        json!({"ms": NOW + HOUR}),
        json!([]),
        json!([NOW + HOUR]),
        json!(["x"]),
        json!(true),
        json!(false),
        json!((NOW + HOUR) as f64 + 0.5),
        json!(1e300),
        json!(u64::MAX),
        json!(9_007_199_254_740_992_u64),
    ] {
        let bundle = certificate(json!({ "exp": odd }));
        world.refuses(bundle, Code::CertificateMalformed, MALFORMED);
        let bundle = assertion(json!({ "exp": odd }));
        world.refuses(bundle, Code::AssertionMalformed, MALFORMED);
    }
    // Numbers that JSON has no end for, and words that it does not know.
    for odd in [
        "1e999",
        "Infinity",
        "NaN",
        "undefined",
        "0x1ffffffffff",
        "+1",
    ] {
        let text = |case: &Value| {
            let exp = case["exp"].to_string();
            case.to_string()
                .replace(&format!("\"exp\":{exp}"), &format!("\"exp\":{odd}"))
        };
        let case = Case::ordinary();
        let (certificate, assertion) = case.parts();
        let odd_assertion = USER.token_of(r#"{"alg":"DS128"}"#, &text(&case.assertion));
        world.refuses_unasked(
            format!("{certificate}~{odd_assertion}"),
            Code::AssertionMalformed,
            "payloadsegment: invalid json",
        );
        let odd_certificate = ISSUER.token_of(r#"{"alg":"RS256"}"#, &text(&case.certificate));
        world.refuses_unasked(
            format!("{odd_certificate}~{assertion}"),
            Code::CertificateMalformed,
            "payloadsegment: invalid json",
        );
    }
}

#[test]
fn seconds_zero_and_what_is_below_are_over() {
    let world = World::ordinary();
    for exp in [
        json!((NOW + HOUR) / 1000),
        json!(0),
        json!(-1),
        json!(-1e300),
        json!(1),
    ] {
        let bundle = certificate(json!({ "exp": exp }));
        world.refuses(bundle, Code::CertificateExpired, EXPIRED);
        let bundle = assertion(json!({ "exp": exp }));
        world.refuses(bundle, Code::AssertionExpired, EXPIRED);
    }
    // An issue time in seconds is long ago, so such a certificate lives too long.
    let bundle = certificate(json!({"iat": NOW / 1000}));
    world.refuses(
        bundle,
        Code::CertificateLivesTooLong,
        "certificate lives longer than 24 hours",
    );
}

#[test]
fn lives_are_capped() {
    let world = World::ordinary();
    let tolerance = 5 * MINUTE;
    world.accepts(certificate(
        json!({"iat": NOW, "exp": NOW + DAY + tolerance}),
    ));
    world.accepts(assertion(json!({"exp": NOW + DAY})));
    let too_long = "certificate lives longer than 24 hours";
    for changes in [
        json!({"iat": NOW, "exp": NOW + DAY + tolerance + 1}),
        json!({"iat": NOW - 10_000, "exp": NOW + 365 * DAY}),
        json!({"iat": null, "exp": NOW + DAY + tolerance + 1}),
        // 250 days: milliseconds taken for seconds.
        json!({"iat": NOW, "exp": NOW + 21_600_000 * 1000}),
        json!({"exp": 8_640_000_000_000_001_u64}),
    ] {
        world.refuses(
            certificate(changes),
            Code::CertificateLivesTooLong,
            too_long,
        );
    }
    for exp in [NOW + DAY + 1, NOW + 365 * DAY, 8_640_000_000_000_001] {
        let bundle = assertion(json!({ "exp": exp }));
        let reason = "assertion lives longer than 24 hours";
        world.refuses(bundle, Code::AssertionLivesTooLong, reason);
    }
}

#[test]
fn only_now_counts_and_only_what_has_a_meaning() {
    let world = World::ordinary();
    // An assertion may outlive its certificate, and be older than it.
    world.accepts(
        Case::ordinary()
            .certificate(json!({"exp": NOW}))
            .assertion(json!({"exp": NOW + 12 * HOUR, "iat": NOW - DAY}))
            .bundle(),
    );
    world.accepts(certificate(json!({"nbf": NOW + HOUR})));
    world.accepts(assertion(json!({"nbf": NOW + HOUR})));
    // A whole number in another spelling is one.
    let payload = format!(r#"{{"aud":"{AUDIENCE}","exp":1.40000012e12}}"#);
    let (certificate, _) = Case::ordinary().parts();
    let identity = world.accepts(format!(
        "{certificate}~{}",
        USER.token_of(r#"{"alg":"DS128"}"#, &payload)
    ));
    assert_eq!(identity.expires().as_millis(), NOW + 2 * MINUTE);
}

#[test]
fn the_certificate_is_judged_before_the_assertion_and_that_before_the_audience() {
    let elsewhere = World::ordinary().asking("https://other.example");
    let mut case = Case::ordinary()
        .certificate(json!({"iat": NOW + 1, "exp": NOW - 1}))
        .assertion(json!({"iat": NOW + 1, "exp": NOW - 1}));
    elsewhere.refuses(case.bundle(), Code::CertificateNotYetValid, LATER);
    case.certificate["iat"] = json!(NOW);
    elsewhere.refuses(case.bundle(), Code::CertificateExpired, EXPIRED);
    case.certificate["exp"] = json!(NOW);
    elsewhere.refuses(case.bundle(), Code::AssertionNotYetValid, LATER);
    case.assertion["iat"] = json!(NOW);
    elsewhere.refuses(case.bundle(), Code::AssertionExpired, EXPIRED);
    case.assertion["exp"] = json!(NOW);
    elsewhere.refuses(
        case.bundle(),
        Code::AudienceMismatch,
        "audience mismatch: domain mismatch",
    );
    World::ordinary().accepts(case.bundle());
}
