//! For which site an assertion is: A1 to A18, V34 to V39.

use browserid::{Code, Json};
use serde_json::json;

use crate::judging::World;
use crate::making::Case;

/// An assertion for `signed` where the site says `given`; None is a match.
#[track_caller]
fn compare(signed: impl Into<Json>, given: impl Into<Json>, expected: Option<&str>) {
    let (signed, given) = (signed.into(), given.into());
    let bundle = Case::ordinary().assertion(json!({"aud": signed})).bundle();
    let world = World::ordinary().asking(given.clone());
    match expected {
        None => {
            let identity = world.accepts(bundle);
            assert_eq!(
                Json::from(identity.audience()),
                given,
                "the site's own text comes back"
            );
        }
        Some(why) => {
            let seen = world.judge(bundle);
            let refusal = seen.outcome.expect_err("refused");
            assert_eq!(
                (refusal.code(), refusal.reason()),
                (Code::AudienceMismatch, format!("audience mismatch: {why}")),
                "{signed} for {given}"
            );
        }
    }
}

#[track_caller]
fn all(expected: Option<&str>, cases: &[(&str, &str)]) {
    for (signed, given) in cases {
        compare(*signed, *given, expected);
    }
}

const DOMAIN: Option<&str> = Some("domain mismatch");
const PATH: Option<&str> = Some("has non-empty path");
const PORT: Option<&str> = Some("port mismatch");
const SCHEME: Option<&str> = Some("scheme mismatch");

#[test]
fn the_same_site_in_other_spellings_matches() {
    all(
        None,
        &[
            ("http://x.example", "http://x.example"),
            ("http://x.example", "http://x.example:80"),
            ("http://x.example:80", "http://x.example"),
            ("http://x.example", "http://x.example:"),
            ("http://x.example", "http://x.example/"),
            ("http://x.example/", "http://x.example"),
            ("https://x.example", "https://x.example:443"),
            ("https://x.example", "https://x.example:443/"),
            ("https://x.example:443", "https://x.example"),
            ("http://x.example:8080", "http://x.example:8080"),
            ("http://x.example:8080", "x.example:8080"),
            ("http://x.example", "x.example"),
            ("http://x.example", "x.example/"),
            ("http://x.example", "x.example:80"),
            ("https://x.example:8443", "https://x.example:8443"),
            ("http://x.example", "http://x.example#top"),
            ("HTTP://X.EXAMPLE", "http://x.example"),
            ("http://x.example", "HTTP://X.Example:80/"),
            (
                "app://browser.gaiamobile.org",
                "app://browser.gaiamobile.org",
            ),
            (
                "app://browser.gaiamobile.org",
                "app://browser.gaiamobile.org:80",
            ),
            ("http://localhost:10001", "localhost:10001"),
            ("http://127.0.0.1:10001", "127.0.0.1:10001"),
            ("http://[::1]:8080", "[::1]:8080"),
            ("http://b\u{fc}cher.example", "http://xn--bcher-kva.example"),
            ("http://xn--bcher-kva.example", "http://B\u{dc}CHER.example"),
        ],
    );
}

#[test]
fn another_scheme_is_another_site() {
    all(
        SCHEME,
        &[
            ("http://x.example", "https://x.example"),
            ("https://x.example", "http://x.example"),
            ("https://x.example", "x.example"),
            ("https://x.example", "x.example:443"),
            ("https://x.example", "http://x.example:443"),
            ("app://x.example", "http://x.example"),
            ("http://x.example", "app://x.example"),
            ("x.example", "x.example"),
            ("x.example", "http://x.example"),
            ("ws://x.example", "ws://x.example"),
            ("ftp://x.example", "ftp://x.example"),
            ("chrome://browser", "chrome://browser"),
            ("null", "null"),
            ("", ""),
            ("*", "*"),
            // What the assertion says counts before what stands behind it.
            ("https://x.example", "http://y.example:1/path"),
        ],
    );
}

#[test]
fn another_port_is_another_site() {
    all(
        PORT,
        &[
            ("http://x.example:8100", "http://x.example:80"),
            ("https://x.example:9100", "https://x.example:443"),
            ("http://x.example:80", "http://x.example:8000"),
            ("https://x.example:443", "https://x.example:9000"),
            ("http://x.example:8080", "x.example"),
            ("http://x.example:8080", "http://x.example"),
            ("http://x.example", "x.example:443"),
            // Ports are compared as they are written.
            ("http://x.example", "http://x.example:080"),
            ("http://x.example:8080", "http://y.example/path"),
            // A port without a host is a port.
            ("http://x.example", ":8080"),
            ("http://x.example", "http://*.net:8080"),
        ],
    );
    all(DOMAIN, &[("http://x.example:8080", "http://*.net:8080")]);
}

#[test]
fn another_host_is_another_site_and_what_is_no_host_is_none() {
    all(
        DOMAIN,
        &[
            ("http://x.example", "http://foo.x.example"),
            ("http://foo.x.example", "http://x.example"),
            ("http://x.example", "http://x.example."),
            ("http://x.example", "http://y.example"),
            ("http://x.example", "http://xx.example"),
            ("http://x.example", "http://x.example.evil.example"),
            ("http://x.example", "http://127.0.0.1"),
            ("http://x.example", "ftp://x.example"),
            ("http://x.example", "*"),
            ("http://x.example", "http://*"),
            ("http://x.example", "http://*.example"),
            ("http://*.example", "http://*.example"),
            ("http://x.example", ""),
            ("http://x.example", "http://"),
            ("http://", "http://"),
            ("http://x.example", ":80"),
            ("http://x.example", "//x.example"),
            ("http://x.example", "http:x.example"),
            ("http://x.example", "http://y.example/path"),
        ],
    );
}

#[test]
fn a_site_is_no_path() {
    all(
        PATH,
        &[
            ("http://x.example", "http://x.example/path"),
            ("http://x.example", "http://x.example/?q"),
            ("http://x.example", "http://x.example?q"),
            ("http://x.example", "http://x.example?"),
            ("http://x.example", "http://x.example;x"),
            ("http://x.example", "http://x.example//"),
            ("http://x.example", "x.example/path"),
            ("http://x.example", "x.example::80"),
            ("http://x.example", "x.example:80:80"),
            // Ours: browsers sign origins.
            ("http://x.example/path", "http://x.example"),
            ("http://x.example/path", "http://x.example/path"),
            ("http://x.example?q", "http://x.example"),
            ("http://x.example#x", "http://x.example"),
        ],
    );
}

/// The name of one site in what is the address of another.
#[test]
fn no_trick_of_urls_makes_one_site_another() {
    let rp = "http://rp.example";
    for (given, why) in [
        ("http://rp.example@evil.example", DOMAIN),
        ("http://evil.example#@rp.example", DOMAIN),
        ("http://evil.example/@rp.example", DOMAIN),
        ("http://evil.example?@rp.example", DOMAIN),
        ("http://evil.example\\@rp.example", DOMAIN),
        ("http://rp.example%2f@evil.example", DOMAIN),
        ("http://rp.example:80@evil.example", DOMAIN),
        // Whatever the host is here, it is written as a trick.
        (
            "http://rp.example\\@evil.example",
            Some("has non-empty path"),
        ),
        ("http://evil.example@rp.example", Some("has a user name")),
        ("http://u:p@rp.example", Some("has a user name")),
        ("u@rp.example", Some("has a user name")),
        ("http:\\\\rp.example", Some("has a backslash")),
        (" http://rp.example", Some("has a blank")),
        ("http://rp.example ", Some("has a blank")),
        ("http://rp.example\n", Some("has a blank")),
        ("\thttp://rp.example", Some("has a blank")),
    ] {
        compare(rp, given, why);
    }
    // The same in the assertion: whoever wrote it was no browser.
    for (signed, why) in [
        ("http://evil.example@rp.example", Some("has a user name")),
        (" http://rp.example", Some("has a blank")),
        ("http:\\\\rp.example", Some("has a backslash")),
        ("http://rp.example@evil.example", DOMAIN),
        ("http://evil.example\\@rp.example", DOMAIN),
    ] {
        compare(signed, rp, why);
    }
}

#[test]
fn what_is_no_text_is_no_site() {
    let not_a_text = Some("not a text");
    for odd in [
        json!(null),
        json!(5),
        json!(true),
        json!(["https://rp.example"]),
        json!({"href": "https://rp.example"}),
    ] {
        compare(odd.clone(), "https://rp.example", not_a_text);
        compare("https://rp.example", odd.clone(), not_a_text);
        compare(odd.clone(), odd, not_a_text);
    }
    let without = Case::ordinary().assertion_without("aud").bundle();
    World::ordinary().refuses(
        without,
        Code::AudienceMismatch,
        "audience mismatch: not a text",
    );
}
