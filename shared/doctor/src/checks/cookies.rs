//! The cookies that pages and functions set for somebody who is not signed in. Their values are not even recorded.

use crate::check::subject;
use crate::findings::Findings;
use crate::observation::{AuthoritySeen, HostSeen, shortened};

subject! {
    "cookies":
    INSECURE = Warning "cookie-insecure":
        "a cookie is sent over plain HTTP too";
        "whoever listens on the line has it then";
        "Set it with `Secure`, and let its name begin with `__Host-`.";
    SCRIPT = Warning "cookie-readable":
        "scripts can read a cookie";
        "one script that slips in takes the session with it";
        "Set it with `HttpOnly`.";
    CROSSING = Warning "cookie-crossing":
        "a cookie goes along with requests that other sites start";
        "such a site can then ask in the person's name";
        "Set it with `SameSite=Strict` (or Lax).";
}

pub(super) fn check(host: &HostSeen, seen: &AuthoritySeen, findings: &mut Findings) {
    if !host.is_secure() && seen.sign.is_none() {
        return findings.not_seen(&SUBJECT, &host.host, "plain HTTP on this machine");
    }
    if host.names.is_none() && host.is_secure() {
        return findings.not_seen(&SUBJECT, &host.host, "a page cannot see this");
    }
    findings.look(&SUBJECT);
    let functions = seen.sign.iter().flat_map(|sign| {
        [
            Some(&sign.get),
            Some(&sign.no_session),
            Some(&sign.session),
            sign.foreign_origin.as_ref(),
        ]
    });
    let answers = seen
        .pages
        .iter()
        .map(|page| &page.answer)
        .chain(functions.flatten());
    for answer in answers {
        for cookie in answer.lines("set-cookie") {
            one(host, cookie, findings);
        }
    }
}

fn one(host: &HostSeen, cookie: &str, findings: &mut Findings) {
    let mut parts = cookie.split(';').map(str::trim);
    let name = parts.next().unwrap_or_default();
    let name = shortened(name.split('=').next().unwrap_or_default());
    let attributes: Vec<String> = parts.map(str::to_lowercase).collect();
    let has = |wanted: &str| attributes.iter().any(|attribute| attribute == wanted);
    if host.is_secure() && !has("secure") {
        findings.add(&INSECURE, &host.host, name.clone());
    }
    if !has("httponly") {
        findings.add(&SCRIPT, &host.host, name.clone());
    }
    if has("samesite=none")
        || !attributes
            .iter()
            .any(|attribute| attribute.starts_with("samesite="))
    {
        findings.add(&CROSSING, &host.host, name);
    }
}
