//! The scripts of the pages.

use crate::check::subject;
use crate::findings::Findings;
use crate::html::{Target, scripts, target};
use crate::observation::{AuthoritySeen, Exchange, Failure, HostSeen, PageSeen, Role};
use crate::policy::Policies;
use crate::reading;

subject! {
    "scripts":
    GONE = Error "script-gone" in a page:
        "a page loads a script from a host of Persona that is gone";
        "whoever gets that name may answer with a script of their own, which then runs on the domain's pages";
        "Put `provisioning_api.js` and `authentication_api.js` on your own origin (`selfsame site build` makes them) and load them from there.";
    FOREIGN = Error "script-foreign" in a page:
        "a page loads a script from another host";
        "whoever controls that host can sign in as everybody here, and learns who does";
        "Put the script on your own origin, or leave it out of these pages.";
    NO_API = Error "script-missing" in a page:
        "a page does not load the script that it needs";
        "the agent cannot speak with it then";
        "Load /persona/provisioning_api.js in the provisioning page and /persona/authentication_api.js in the sign-in page.";
    NOT_FOUND = Error "script-not-found" in a page remedy Document:
        "a script that a page loads cannot be had";
        "the page does not work without it";
        "Put the file where the page looks for it, with the type text/javascript.";
    BLOCKED = Error "script-blocked" in a page:
        "a page has code inside that its own policy forbids";
        "browsers do not run it";
        "Move the code into a file of its own.";
}

/// Where Persona's scripts were, and everything that answered for it.
const GONE_HOSTS: [&str; 9] = [
    "browserid.org",
    "diresworb.org",
    "dev.diresworb.org",
    "login.anosrep.org",
    "login.dev.anosrep.org",
    "login.persona.org",
    "static.login.persona.org",
    "verifier.login.persona.org",
    "www.browserid.org",
];

pub(super) fn check(host: &HostSeen, seen: &AuthoritySeen, findings: &mut Findings) {
    findings.look(&SUBJECT);
    let origin = host.origin.as_str();
    for page in seen.pages.iter().filter(|page| is_shown(page)) {
        one(&host.host, page, origin, findings);
    }
    for script in &seen.scripts {
        let kind = reading::media_type(script).unwrap_or_default();
        let is_script = kind.ends_with("javascript") || kind == "application/ecmascript";
        if script.failure == Some(Failure::Late) {
            findings.not_seen(&SUBJECT, &host.host, "no time was left");
        } else if !script.is(200) {
            findings.add(
                &NOT_FOUND,
                &host.host,
                format!("{}: {}", script.url, script.in_words()),
            );
        } else if !is_script {
            findings.add(
                &NOT_FOUND,
                &host.host,
                format!("{}: its type is `{kind}`", script.url),
            );
        }
    }
}

fn one(host: &str, page: &PageSeen, origin: &str, findings: &mut Findings) {
    let role = page.role.as_str();
    let path = path_of(&page.answer, origin);
    let found = scripts(&page.answer.body);
    let api = match page.role {
        Role::Agent => None,
        Role::Authentication => Some("authentication_api.js"),
        Role::Provisioning => Some("provisioning_api.js"),
    };
    let mut has_api = api.is_none();
    for source in found.iter().filter_map(|script| script.source.as_deref()) {
        has_api = has_api
            || api.is_some_and(|api| {
                source
                    .split(['?', '#'])
                    .next()
                    .unwrap_or_default()
                    .ends_with(api)
            });
        if let Target::Elsewhere(named) = target(source, origin, path) {
            let bare = named.split(':').next().unwrap_or_default();
            let check = if GONE_HOSTS.contains(&bare) {
                &GONE
            } else {
                &FOREIGN
            };
            findings.add(check, host, format!("{role}: {named}"));
        }
    }
    if !has_api {
        findings.add(
            &NO_API,
            host,
            format!("{role}: no {}", api.unwrap_or_default()),
        );
    }
    if found.iter().any(|script| script.is_inline) && forbids_inline(&page.answer) {
        findings.add(&BLOCKED, host, role);
    }
}

fn forbids_inline(answer: &Exchange) -> bool {
    let policies = Policies::of(answer);
    policies.scripts().is_some_and(|sources| {
        !sources.iter().any(|source| {
            source == "'unsafe-inline'"
                || source.starts_with("'nonce-")
                || source.starts_with("'sha")
        })
    })
}

/// The scripts of Persona's interface that the pages load from their own origin: paths, each once.
pub(crate) fn own_api_scripts(pages: &[PageSeen], origin: &str) -> Vec<String> {
    let mut paths = Vec::new();
    for page in pages.iter().filter(|page| is_shown(page)) {
        let path = path_of(&page.answer, origin);
        for source in scripts(&page.answer.body)
            .iter()
            .filter_map(|script| script.source.as_deref())
        {
            if let Target::Here(script) = target(source, origin, path)
                && (script.ends_with("/provisioning_api.js")
                    || script.ends_with("/authentication_api.js"))
                && !paths.contains(&script)
            {
                paths.push(script);
            }
        }
    }
    paths
}

fn is_shown(page: &PageSeen) -> bool {
    page.answer.is(200)
        && reading::is_html(&page.answer)
        && reading::challenge(&page.answer).is_none()
}

fn path_of<'a>(answer: &'a Exchange, origin: &str) -> &'a str {
    answer.url.strip_prefix(origin).unwrap_or("/")
}
