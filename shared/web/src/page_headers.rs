//! The headers of every static file on an identity provider's origin: one table, for the local server and for
//! `selfsame site build`.

use std::borrow::Cow;

use browserid::Origin;

/// How the files are served.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum Transport {
    /// As it must be on the Internet.
    Https,
    /// `cargo run`: browsers treat `.localhost` as trustworthy, but HSTS has no place there.
    PlainLocalhost,
}

/// Everything may come from this origin and nothing from any other. [`to_api`] adds one place to ask, where the functions
/// are at another origin.
const PAGE_POLICY: &str = "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; \
    img-src 'self' data:; frame-src 'self'; frame-ancestors 'none'; base-uri 'none'; form-action 'none'";

/// The same for the page that the agent runs as a frame of its own origin.
const FRAME_POLICY: &str = "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; \
    img-src 'self' data:; frame-src 'self'; frame-ancestors 'self'; base-uri 'none'; form-action 'none'";

/// What differs between files.
#[derive(Clone, Copy)]
enum Sort {
    /// Speaks with the page that opened it, so it must keep its opener.
    Agent,
    /// Discovery from pages of other origins reads it.
    Document,
    /// Framed by the agent.
    Frame,
    /// Scripts and styles of our own pages.
    Part,
    /// A page in a window of its own.
    Page,
    /// Loaded by pages of other origins.
    Shared,
}

const TABLE: &[(&str, Sort)] = &[
    ("/.well-known/browserid", Sort::Document),
    ("/.well-known/browserid/", Sort::Document),
    ("/include.js", Sort::Shared),
    ("/persona/account.html", Sort::Page),
    ("/persona/agent.html", Sort::Agent),
    ("/persona/doctor.html", Sort::Page),
    ("/persona/enrol.html", Sort::Page),
    ("/persona/include.js", Sort::Shared),
    ("/persona/not_me.html", Sort::Page),
    ("/persona/panic.html", Sort::Page),
    ("/persona/provision.html", Sort::Frame),
    ("/persona/prove.html", Sort::Page),
    ("/persona/recover.html", Sort::Page),
    ("/persona/return.html", Sort::Page),
    ("/persona/sign_in.html", Sort::Page),
];

/// What a page of ours may ask.
const ASKED: &str = "connect-src 'self'";

/// The headers of the file at `path`, whose functions are at `api` if they are not at its own origin. A page that is not
/// in the table gets the strictest ones.
pub fn of(
    path: &str,
    transport: Transport,
    api: Option<&Origin>,
) -> Vec<(&'static str, Cow<'static, str>)> {
    let listed = TABLE.iter().find(|(listed, _)| *listed == path);
    let sort = match listed {
        Some((_, sort)) => *sort,
        None if [".js", ".css", ".txt"]
            .iter()
            .any(|ending| path.ends_with(ending)) =>
        {
            Sort::Part
        }
        None => Sort::Page,
    };
    let mut headers = vec![
        ("Referrer-Policy", "no-referrer"),
        ("X-Content-Type-Options", "nosniff"),
    ];
    headers.extend_from_slice(match sort {
        Sort::Agent => &[
            ("Content-Security-Policy", PAGE_POLICY),
            ("X-Frame-Options", "DENY"),
        ],
        Sort::Document => &[("Access-Control-Allow-Origin", "*")],
        Sort::Frame => &[("Content-Security-Policy", FRAME_POLICY)],
        Sort::Page => &[
            ("Content-Security-Policy", PAGE_POLICY),
            ("Cross-Origin-Opener-Policy", "same-origin"),
            ("X-Frame-Options", "DENY"),
        ],
        Sort::Part => &[],
        Sort::Shared => &[
            ("Access-Control-Allow-Origin", "*"),
            ("Cross-Origin-Resource-Policy", "cross-origin"),
        ],
    });
    if transport == Transport::Https {
        headers.push(("Strict-Transport-Security", "max-age=31536000"));
    }
    headers.sort_unstable();
    let told = |(name, value)| match api {
        Some(api) => (name, to_api(value, api)),
        None => (name, Cow::Borrowed(value)),
    };
    headers.into_iter().map(told).collect()
}

/// A policy that lets pages ask `api` too. An origin has no character that could end the directive.
fn to_api(policy: &'static str, api: &Origin) -> Cow<'static, str> {
    if policy.contains(ASKED) {
        Cow::Owned(policy.replacen(ASKED, &format!("{ASKED} {api}"), 1))
    } else {
        Cow::Borrowed(policy)
    }
}

/// The paths whose headers differ from those of their kind: what a host's configuration must name.
pub fn paths() -> impl Iterator<Item = &'static str> {
    TABLE.iter().map(|(path, _)| *path)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn value(path: &str, name: &str) -> Option<String> {
        value_with(path, name, None)
    }

    fn value_with(path: &str, name: &str, api: Option<&Origin>) -> Option<String> {
        let headers = of(path, Transport::Https, api);
        let found = headers.into_iter().find(|(header, _)| *header == name);
        found.map(|(_, value)| value.into_owned())
    }

    #[test]
    fn agent_keeps_its_opener_and_the_other_pages_do_not() {
        assert_eq!(
            value("/persona/agent.html", "Cross-Origin-Opener-Policy"),
            None
        );
        for page in [
            "account",
            "enrol",
            "prove",
            "return",
            "sign_in",
            "some_new_page",
        ] {
            let page = format!("/persona/{page}.html");
            let coop = value(&page, "Cross-Origin-Opener-Policy");
            assert_eq!(coop.as_deref(), Some("same-origin"), "{page}");
        }
    }

    #[test]
    fn only_the_provisioning_page_may_be_framed_and_only_by_us() {
        for page in [
            "account", "agent", "enrol", "prove", "return", "sign_in", "other",
        ] {
            let page = format!("/persona/{page}.html");
            let policy = value(&page, "Content-Security-Policy").unwrap_or_default();
            assert!(policy.contains("frame-ancestors 'none'"), "{page}");
            let framing = value(&page, "X-Frame-Options");
            assert_eq!(framing.as_deref(), Some("DENY"), "{page}");
        }
        let page = "/persona/provision.html";
        let policy = value(page, "Content-Security-Policy").unwrap_or_default();
        assert!(policy.contains("frame-ancestors 'self'"));
        assert_eq!(value(page, "X-Frame-Options"), None);
    }

    #[test]
    fn only_what_other_origins_read_is_open_to_them() {
        for open in [
            "/.well-known/browserid",
            "/persona/include.js",
            "/include.js",
        ] {
            let allowed = value(open, "Access-Control-Allow-Origin");
            assert_eq!(allowed.as_deref(), Some("*"));
        }
        for ours in [
            "/persona/agent.html",
            "/persona/lib/api.js",
            "/persona/style.css",
        ] {
            assert_eq!(value(ours, "Access-Control-Allow-Origin"), None);
            let sniffing = value(ours, "X-Content-Type-Options");
            assert_eq!(sniffing.as_deref(), Some("nosniff"));
        }
    }

    #[test]
    fn functions_elsewhere_are_one_more_place_to_ask_and_nothing_more() {
        let api = Origin::parse("https://api.my.domain").expect("an origin");
        let policy = "Content-Security-Policy";
        for path in paths().chain(["/persona/some_new_page.html", "/persona/lib/api.js"]) {
            let (plain, told) = (
                of(path, Transport::Https, None),
                of(path, Transport::Https, Some(&api)),
            );
            assert_eq!(plain.len(), told.len());
            for ((name, plain), (_, told)) in plain.iter().zip(&told) {
                let expected = plain.replace(
                    "connect-src 'self';",
                    "connect-src 'self' https://api.my.domain;",
                );
                assert_eq!(*told, expected, "{path} {name}");
                assert_eq!(*name == policy, plain != told, "{path} {name}");
            }
        }
        assert!(value_with("/persona/agent.html", policy, Some(&api)).is_some());
    }

    #[test]
    fn hsts_is_sent_over_https_only() {
        for path in paths() {
            let sends = |transport| {
                let headers = of(path, transport, None);
                headers
                    .iter()
                    .any(|(name, _)| *name == "Strict-Transport-Security")
            };
            assert!(sends(Transport::Https), "{path}");
            assert!(!sends(Transport::PlainLocalhost), "{path}");
        }
    }
}
