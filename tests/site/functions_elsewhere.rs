//! `--api`: what is written into pages and headers, and what never gets there.

use crate::{Built, make_key, refused};

#[test]
fn functions_elsewhere_are_named_in_every_page_and_in_nothing_else() {
    let api = "https://api.my.domain";
    let (plain, told) = (
        Built::new(&[]),
        Built::new(&["--api", "https://API.my.domain:443"]),
    );
    assert_eq!(plain.served(), told.served());
    let line = format!("  <meta name=\"selfsame-api\" content=\"{api}\">\n");
    for path in told.served() {
        if path.starts_with("/.well-known/") {
            continue; // the two have keys of their own
        }
        let (plain, told) = (plain.text(&path), told.text(&path));
        let named = told.matches(api).count();
        assert_eq!(named, usize::from(path.ends_with(".html")), "{path}");
        assert_eq!(told.replace(&line, ""), plain, "{path}");
    }
    let policy = format!("connect-src 'self' {api};");
    let served = told.served();
    let pages = served.iter().filter(|path| path.ends_with(".html")).count();
    assert!(pages >= 8, "{served:?}");
    assert_eq!(
        told.text("/_headers").matches(&policy).count(),
        2 * pages,
        "each page under two names"
    );
    assert_eq!(told.text("/nginx.conf").matches(&policy).count(), pages);
    assert_eq!(told.text("/apache.conf").matches(&policy).count(), pages);
    let readme = told.text("/README.txt");
    assert!(
        readme.contains("PAGES_ORIGIN=https://my.domain"),
        "{readme}"
    );
}

#[test]
fn what_is_no_origin_of_functions_is_refused_and_nothing_is_made() {
    let folder = tempfile::tempdir().expect("a folder");
    make_key(folder.path(), "key.pem");
    for api in [
        "",
        "null",
        "api.my.domain",
        "http://api.my.domain",
        "https://api.my.domain/",
        "https://api.my.domain/path",
        "https://*.my.domain",
        "https://api.my.domain; script-src *",
        "https://api.my.domain 'unsafe-inline'",
        "https://api.my.domain\"><script>alert(1)</script>",
        "https://api.my.domain\n  X-Injected: yes",
        "https://api.my.domain\r\nX-Injected: yes",
        "https://api.my.domain\";}",
        "https://api.my.domain$host",
        "javascript:alert(1)",
    ] {
        let said = refused(folder.path(), &["--key", "key.pem", "--api", api]);
        assert!(said.contains("must be an https origin"), "{said}");
    }
}

#[test]
fn functions_at_another_site_are_refused_since_the_cookie_would_not_reach_them() {
    let folder = tempfile::tempdir().expect("a folder");
    make_key(folder.path(), "key.pem");
    for api in [
        "https://x.execute-api.eu-central-1.amazonaws.com",
        "https://api.your.domain",
        "https://api.my.domain.evil.example",
    ] {
        let said = refused(folder.path(), &["--key", "key.pem", "--api", api]);
        assert!(said.contains("another site"), "{said}");
    }
}
