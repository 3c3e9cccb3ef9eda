//! `_headers` and `_redirects`, read as Netlify and Cloudflare Pages document it.

use crate::{Built, Headers, expected};

/// One rule: a path, and the headers for it.
type Rule = (String, Vec<(String, String)>);

/// Both hosts: a line that begins with a slash names a path; indented lines below it are headers; `#` begins a comment.
fn rules(text: &str) -> Vec<Rule> {
    let mut rules: Vec<Rule> = Vec::new();
    for line in text.lines() {
        // Cloudflare's limit.
        assert!(line.len() <= 2_000, "too long: {line}");
        let content = line.trim();
        if content.is_empty() || content.starts_with('#') {
            continue;
        }
        if line.starts_with('/') {
            rules.push((content.to_owned(), Vec::new()));
            continue;
        }
        assert!(line.starts_with("  "), "neither path nor header: {line}");
        let (name, value) = content.split_once(": ").expect("a name and a value");
        let is_name = name
            .bytes()
            .all(|byte| byte.is_ascii_alphanumeric() || byte == b'-');
        assert!(is_name && !value.is_empty(), "{line}");
        let (_, headers) = rules.last_mut().expect("a path before the first header");
        headers.push((name.to_lowercase(), value.to_owned()));
    }
    // Cloudflare's limit.
    assert!(rules.len() <= 100, "{} rules", rules.len());
    rules
}

/// What a request for `path` is answered with: of all rules that fit, a header that comes twice is joined with commas.
fn answered(rules: &[Rule], path: &str) -> Headers {
    let mut headers = Headers::new();
    for (pattern, found) in rules {
        let folder = pattern.strip_suffix('*').unwrap_or(pattern);
        let has_others = folder.contains(['*', ':']);
        assert!(
            !has_others,
            "this test reads none but a last one: {pattern}"
        );
        let is_in_folder = folder != pattern && path.starts_with(folder);
        if pattern != path && !is_in_folder {
            continue;
        }
        for (name, value) in found {
            headers
                .entry(name.clone())
                .and_modify(|known| *known = format!("{known}, {value}"))
                .or_insert_with(|| value.clone());
        }
    }
    headers
}

fn check(built: &Built, api: Option<&str>) {
    let rules = rules(&built.text("/_headers"));
    let served = built.served();
    assert!(served.len() > 30, "{served:?}");
    for path in &served {
        let mut expected = expected(path, api);
        if path.starts_with("/.well-known/") {
            expected.insert("content-type".into(), "application/json".into());
        }
        assert_eq!(answered(&rules, path), expected, "{path}");
        // Under its other name a page must not be without them.
        if let Some(bare) = path.strip_suffix(".html") {
            assert_eq!(answered(&rules, bare), expected, "{bare}");
        }
    }
    for (pattern, _) in &rules {
        let folder = pattern.strip_suffix('*');
        let is_folder = |path: &String| folder.is_some_and(|folder| path.starts_with(folder));
        let is_a_file = served.contains(pattern)
            || served.contains(&format!("{pattern}.html"))
            || served.iter().any(is_folder);
        assert!(is_a_file, "{pattern} leads nowhere");
    }
}

#[test]
fn netlify_and_cloudflare_pages_send_every_file_with_its_headers() {
    check(&Built::new(&[]), None);
    let api = "https://api.my.domain";
    check(&Built::new(&["--api", api]), Some(api));
}

#[test]
fn final_slash_is_answered_in_place_and_not_by_a_redirect() {
    let redirects = Built::new(&[]).text("/_redirects");
    let fields: Vec<Vec<&str>> = redirects
        .lines()
        .map(|line| line.split_whitespace().collect())
        .collect();
    assert_eq!(
        fields,
        [["/.well-known/browserid/", "/.well-known/browserid", "200"]]
    );
}

#[test]
fn readme_names_the_headers_of_every_file() {
    let built = Built::new(&[]);
    let readme = built.text("/README.txt");
    for path in built.served() {
        let block: Headers = readme
            .lines()
            .skip_while(|line| *line != path)
            .skip(1)
            .take_while(|line| line.starts_with("  "))
            .filter_map(|line| line.trim().split_once(": "))
            .filter(|(name, _)| *name != "Content-Type")
            .map(|(name, value)| (name.to_lowercase(), value.to_owned()))
            .collect();
        assert_eq!(block, expected(&path, None), "{path}");
    }
    for host in ["Netlify", "Cloudflare Pages", "nginx", "S3", "GitHub Pages"] {
        assert!(readme.contains(host), "{host}");
    }
}
