//! From what was seen to what it means. One file a subject; each function looks at an observation alone.

mod caching;
mod certificate;
mod clock;
mod cookies;
mod delegation;
mod document;
mod families;
mod keys;
mod members;
mod names;
mod openness;
mod pages;
mod plain_http;
mod scripts;
mod sign;
mod tls;

use crate::check::Subject;
use crate::findings::{Findings, Report};
use crate::observation::{Failure, HostSeen, Observation};
use crate::reading;
pub(crate) use scripts::own_api_scripts;
pub(crate) use sign::FOREIGN;

/// Every check there is, in the order of the table.
pub static SUBJECTS: &[&Subject] = &[
    &names::SUBJECT,
    &tls::SUBJECT,
    &families::SUBJECT,
    &plain_http::SUBJECT,
    &document::SUBJECT,
    &openness::SUBJECT,
    &caching::SUBJECT,
    &members::SUBJECT,
    &keys::SUBJECT,
    &delegation::SUBJECT,
    &pages::SUBJECT,
    &scripts::SUBJECT,
    &cookies::SUBJECT,
    &sign::SUBJECT,
    &clock::SUBJECT,
    &certificate::SUBJECT,
];

/// Judges what was seen. What cannot be judged because of something else that is wrong is not guessed at: it is listed as
/// not looked at.
pub fn examine(seen: &Observation) -> Report {
    let mut findings = Findings::default();
    for host in &seen.hosts {
        if !network(host, seen.now, &mut findings) {
            for subject in [
                &document::SUBJECT,
                &openness::SUBJECT,
                &caching::SUBJECT,
                &members::SUBJECT,
                &keys::SUBJECT,
            ] {
                findings.not_seen(subject, &host.host, "the host did not answer");
            }
            continue;
        }
        document::check(host, &mut findings);
        let (answer, read) = reading::document(host);
        let Ok(members) = read else {
            for subject in [
                &openness::SUBJECT,
                &caching::SUBJECT,
                &members::SUBJECT,
                &keys::SUBJECT,
            ] {
                findings.not_seen(subject, &host.host, "there is no document to read");
            }
            continue;
        };
        openness::check(host, answer, &mut findings);
        caching::check(&host.host, answer, &mut findings);
        members::check(&host.host, &members, answer.when, &mut findings);
        if reading::delegates(&members) || reading::is_disabled(&members) {
            findings.not_seen(
                &keys::SUBJECT,
                &host.host,
                "the document does not speak for itself",
            );
        } else {
            keys::check(&host.host, &members, &mut findings);
        }
    }
    delegation::check(seen, &mut findings);
    authority(seen, &mut findings);
    clock::check(seen, &mut findings);
    certificate::check(seen, &mut findings);
    let chain = seen.hosts.iter().map(|host| host.host.clone()).collect();
    findings.into_report(&seen.domain, chain)
}

/// True if the host gave an answer over a connection that verifiers would trust.
fn network(host: &HostSeen, now: u64, findings: &mut Findings) -> bool {
    if !names::check(host, findings) {
        for subject in [&tls::SUBJECT, &families::SUBJECT, &plain_http::SUBJECT] {
            findings.not_seen(subject, &host.host, "it has no address to ask");
        }
        return false;
    }
    if !host.is_secure() {
        for subject in [&tls::SUBJECT, &families::SUBJECT, &plain_http::SUBJECT] {
            findings.not_seen(subject, &host.host, "plain HTTP on this machine");
        }
    } else if host.names.is_none() {
        for subject in [
            &names::SUBJECT,
            &tls::SUBJECT,
            &families::SUBJECT,
            &plain_http::SUBJECT,
        ] {
            findings.not_seen(subject, &host.host, "a page cannot see this");
        }
    } else {
        tls::check(host, now, findings);
        families::check(host, findings);
        plain_http::check(host, findings);
    }
    !matches!(
        host.document.failure,
        Some(
            Failure::Closed
                | Failure::Forbidden
                | Failure::Late
                | Failure::NoAddress
                | Failure::NoRoute
                | Failure::NotHttp
                | Failure::Refused
                | Failure::Timeout
                | Failure::Tls
        )
    )
}

fn authority(seen: &Observation, findings: &mut Findings) {
    let host = seen.hosts.last();
    let name = host.map_or(seen.domain.as_str(), |host| host.host.as_str());
    let (Some(authority), Some(host)) = (&seen.authority, host) else {
        for subject in [
            &pages::SUBJECT,
            &scripts::SUBJECT,
            &cookies::SUBJECT,
            &sign::SUBJECT,
        ] {
            findings.not_seen(subject, name, "no document names pages");
        }
        return;
    };
    pages::check(host, authority, findings);
    scripts::check(host, authority, findings);
    cookies::check(host, authority, findings);
    match &authority.sign {
        Some(sign) => sign::check(host, sign, findings),
        None => findings.not_seen(
            &sign::SUBJECT,
            name,
            "the pages are not this product's, so their functions are their own business",
        ),
    }
}
