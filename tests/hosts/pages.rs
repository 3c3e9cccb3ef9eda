//! GitHub Pages, GitLab Pages, Netlify and Cloudflare Pages, as they document themselves (GitLab: as its source does).

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;

use crate::guide::snippet;
use crate::server::{Asked, Reply, Server, ask};
use crate::{DOCUMENT, Scene, pages_may_read, put, slash_is_answered};

/// Published files by path.
type Files = BTreeMap<String, Vec<u8>>;

/// `family.example` as its `Host` is here.
const APEX: &str = "family.localhost";
const WWW: &str = "www.family.localhost";
const DELEGATION: [&str; 1] = [".well-known/browserid"];

fn files(folder: &Path) -> Files {
    let mut files = Files::new();
    let mut folders = vec![folder.to_owned()];
    while let Some(next) = folders.pop() {
        for entry in fs::read_dir(next).expect("a folder") {
            let path = entry.expect("an entry").path();
            if path.is_dir() {
                folders.push(path);
                continue;
            }
            let name = path.strip_prefix(folder).expect("it is inside");
            let content = fs::read(&path).expect("a file");
            files.insert(format!("/{}", name.display()), content);
        }
    }
    files
}

fn by_ending(path: &str) -> Option<&'static str> {
    let name = path.rsplit('/').next().unwrap_or_default();
    match name.rsplit_once('.')?.1 {
        "html" => Some("text/html; charset=utf-8"),
        "json" => Some("application/json"),
        "js" => Some("application/javascript; charset=utf-8"),
        _ => None,
    }
}

/// The site's other name leads to its main one.
fn elsewhere(asked: &Asked, main: &str) -> Option<Reply> {
    (asked.host != main).then(|| Reply::redirect(301, &format!("https://{main}{}", asked.path)))
}

/// Jekyll takes away what begins with a dot or an underscore, unless it is not run or told to leave it.
fn github_pages(folder: &Path, main: &'static str) -> Server {
    let mut files = files(folder);
    if !files.contains_key("/.nojekyll") {
        let config = files.get("/_config.yml").cloned().unwrap_or_default();
        let config = String::from_utf8(config).expect("text");
        files.retain(|path, _| {
            path.split('/').all(|part| {
                !part.starts_with(['.', '_']) || config.contains(&format!("\"{part}\""))
            })
        });
    }
    Server::start(move |asked| {
        if let Some(redirect) = elsewhere(asked, main) {
            return redirect;
        }
        let folder = format!("{}/", asked.path);
        let reply = match files.get(&asked.path) {
            Some(content) => {
                let media_type = by_ending(&asked.path).unwrap_or("application/octet-stream");
                Reply::new(200, media_type, content.clone())
            }
            None if files.keys().any(|path| path.starts_with(&folder)) => {
                Reply::redirect(301, &folder)
            }
            None => Reply::html(404),
        };
        reply
            .with("access-control-allow-origin", "*")
            .with("cache-control", "max-age=600")
    })
}

#[test]
fn github_pages_send_the_delegation_as_octets_and_that_will_do() {
    let scene = Scene::new();
    let folder = scene.uploaded(&[".well-known/browserid", ".nojekyll"]);
    let host = github_pages(folder.path(), APEX);
    let answer = ask(APEX, host.port(), DOCUMENT, &[]);
    assert_eq!(
        answer.header("content-type"),
        Some("application/octet-stream")
    );
    scene.discover(APEX, host.port()).is_found();
    pages_may_read(APEX, host.port());

    // The whole folder does no harm.
    let host = github_pages(&scene.out(), APEX);
    scene.discover(APEX, host.port()).is_found();
}

#[test]
fn github_pages_leave_out_hidden_folders_unless_told() {
    let scene = Scene::new();
    let folder = scene.uploaded(&DELEGATION);
    let host = github_pages(folder.path(), APEX);
    let said = scene.discover(APEX, host.port());
    said.is_refused(
        "document_missing",
        &["is not there (status 404)", "begin with a dot"],
    );

    let config = snippet("github-pages", "include:");
    put(folder.path(), "_config.yml", config.as_bytes());
    let host = github_pages(folder.path(), APEX);
    scene.discover(APEX, host.port()).is_found();
}

#[test]
fn github_pages_of_www_redirect_and_the_owner_is_told_what_to_change() {
    let scene = Scene::new();
    let folder = scene.uploaded(&[".well-known/browserid", ".nojekyll"]);
    let host = github_pages(folder.path(), WWW);
    let said = scene.discover(APEX, host.port());
    said.is_refused(
        "document_redirected",
        &[
            "family.example must be the main name of the site",
            "www.family.example the other",
            "infra/HOSTS.md",
        ],
    );
}

/// Files first, then `_redirects`; a type by the ending, or by a look into the file.
fn gitlab_pages(public: &Path) -> Server {
    let files = files(public);
    let rules = rules(&files);
    Server::start(move |asked| {
        let folder = format!("{}/", asked.path);
        let published = |path: &str| {
            let content = files.get(path)?.clone();
            let text = "text/plain; charset=utf-8";
            Some(Reply::new(200, by_ending(path).unwrap_or(text), content))
        };
        let rewritten = || {
            let wanted = asked.path.trim_end_matches('/');
            let rule = rules
                .iter()
                .find(|(from, _)| from.trim_end_matches('/') == wanted)?;
            published(&rule.1)
        };
        let reply = match published(&asked.path) {
            Some(reply) => reply,
            None if files.keys().any(|path| path.starts_with(&folder)) => {
                Reply::redirect(302, &folder)
            }
            None => rewritten().unwrap_or_else(|| Reply::html(404)),
        };
        match asked.has_origin {
            true => reply.with("access-control-allow-origin", "*"),
            false => reply,
        }
    })
}

/// From and to of the rules that answer in place.
fn rules(files: &Files) -> Vec<(String, String)> {
    let text = files.get("/_redirects").cloned().unwrap_or_default();
    let text = String::from_utf8(text).expect("text");
    text.lines()
        .map(|line| {
            let fields: Vec<&str> = line.split_whitespace().collect();
            assert_eq!((fields.len(), fields[2]), (3, "200"), "{line}");
            (fields[0].to_owned(), fields[1].to_owned())
        })
        .collect()
}

#[test]
fn gitlab_pages_know_the_type_by_the_file_that_a_rewrite_leads_to() {
    let scene = Scene::new();
    let folder = scene.uploaded(&[
        "gitlab-pages/.gitlab-ci.yml",
        "gitlab-pages/public/.well-known/browserid.json",
        "gitlab-pages/public/_redirects",
    ]);
    let job = scene.text("gitlab-pages/.gitlab-ci.yml");
    assert!(job.starts_with('#') && job.contains("\npages:\n"), "{job}");
    assert!(
        job.contains("  artifacts:\n    paths:\n      - public\n"),
        "{job}"
    );
    let host = gitlab_pages(&folder.path().join("gitlab-pages/public"));
    let answer = ask(APEX, host.port(), DOCUMENT, &[]);
    assert_eq!(answer.header("content-type"), Some("application/json"));
    scene.discover(APEX, host.port()).is_found();
    pages_may_read(APEX, host.port());
    slash_is_answered(APEX, host.port());
}

#[test]
fn gitlab_pages_call_a_file_without_an_ending_text_and_that_is_refused() {
    let scene = Scene::new();
    let folder = scene.uploaded(&DELEGATION);
    let host = gitlab_pages(folder.path());
    let hints = ["as application/json", "text/plain", "infra/HOSTS.md"];
    scene
        .discover(APEX, host.port())
        .is_refused("document_content_type", &hints);

    // The file wins over the rewrite.
    let public = scene.out().join("gitlab-pages/public");
    put(
        &public,
        ".well-known/browserid",
        b"{\"authority\":\"id.example\"}\n",
    );
    let host = gitlab_pages(&public);
    scene
        .discover(APEX, host.port())
        .is_refused("document_content_type", &hints);
}

/// What Netlify and Cloudflare Pages do where neither has a file.
#[derive(Clone, Copy)]
enum Missing {
    /// Netlify.
    NotFound,
    /// Cloudflare Pages, for a site without a `404.html`.
    StartPage,
}

/// A site with `_headers` and `_redirects`.
fn with_header_files(folder: &Path, main: &'static str, missing: Missing) -> Server {
    let mut files = files(folder);
    let rules = rules(&files);
    let headers = files.remove("/_headers").unwrap_or_default();
    let headers = String::from_utf8(headers).expect("text");
    Server::start(move |asked| {
        if let Some(redirect) = elsewhere(asked, main) {
            return redirect;
        }
        let rewritten = rules.iter().find(|(from, _)| *from == asked.path);
        let path = match (files.get(&asked.path), rewritten) {
            (None, Some((_, to))) => to,
            _ => &asked.path,
        };
        let Some(content) = files.get(path) else {
            return match missing {
                Missing::NotFound => Reply::html(404),
                Missing::StartPage => Reply::html(200),
            };
        };
        let media_type = by_ending(path).unwrap_or("application/octet-stream");
        let mut reply = Reply::new(200, media_type, content.clone());
        let block = headers.lines().skip_while(|line| line != path).skip(1);
        for line in block.take_while(|line| line.starts_with("  ")) {
            let (name, value) = line.trim().split_once(": ").expect("a header");
            reply = reply.with(name, value);
        }
        reply
    })
}

#[test]
fn netlify_and_cloudflare_pages_send_the_document_with_the_headers_of_the_folder() {
    let scene = Scene::new();
    for missing in [Missing::NotFound, Missing::StartPage] {
        let folder = scene.uploaded(&[".well-known/browserid", "_headers", "_redirects"]);
        let host = with_header_files(folder.path(), APEX, missing);
        let answer = ask(APEX, host.port(), DOCUMENT, &[]);
        assert_eq!(answer.header("content-type"), Some("application/json"));
        assert_eq!(
            answer.header("cache-control"),
            Some("public, max-age=21600")
        );
        scene.discover(APEX, host.port()).is_found();
        pages_may_read(APEX, host.port());
        slash_is_answered(APEX, host.port());
    }
}

#[test]
fn without_the_headers_verifiers_are_content_and_pages_cannot_read_it() {
    let scene = Scene::new();
    let folder = scene.uploaded(&DELEGATION);
    let host = with_header_files(folder.path(), APEX, Missing::NotFound);
    scene.discover(APEX, host.port()).is_found();
    let answer = ask(APEX, host.port(), DOCUMENT, &[("Origin", "null")]);
    assert_eq!(answer.header("access-control-allow-origin"), None);
}

#[test]
fn netlify_with_www_as_primary_domain_redirects_and_that_is_refused() {
    let scene = Scene::new();
    let folder = scene.uploaded(&[".well-known/browserid", "_headers", "_redirects"]);
    let host = with_header_files(folder.path(), WWW, Missing::NotFound);
    let said = scene.discover(APEX, host.port());
    said.is_refused(
        "document_redirected",
        &["family.example must be the main name"],
    );
}

#[test]
fn start_page_in_place_of_a_missing_document_is_no_document() {
    let scene = Scene::new();
    let folder = scene.uploaded(&["_headers"]);
    let host = with_header_files(folder.path(), APEX, Missing::StartPage);
    let said = scene.discover(APEX, host.port());
    said.is_refused("document_content_type", &["one that is not there"]);
}

/// Hosts that know only pages.
#[test]
fn host_that_makes_a_page_of_everything_or_forces_a_final_slash_is_refused() {
    let scene = Scene::new();
    let document = scene.text(".well-known/browserid");
    let html = document.clone();
    let host = Server::start(move |_| Reply::new(200, "text/html; charset=utf-8", html.clone()));
    let said = scene.discover(APEX, host.port());
    said.is_refused("document_content_type", &["as application/json"]);

    let host = Server::start(move |asked| match asked.path.ends_with('/') {
        true => Reply::new(200, "application/json", document.clone()),
        false => Reply::redirect(301, &format!("{}/", asked.path)),
    });
    assert_eq!(
        ask(APEX, host.port(), &format!("{DOCUMENT}/"), &[]).status,
        200
    );
    let said = scene.discover(APEX, host.port());
    said.is_refused(
        "document_redirected",
        &["before any redirect to https, www. or a final slash"],
    );
}
