//! The chain of delegations.

use browserid::MAX_DELEGATIONS;

use crate::check::subject;
use crate::findings::Findings;
use crate::observation::Observation;
use crate::reading;

subject! {
    "delegation":
    CIRCLE = Error "delegation-circle" in a page:
        "the domains delegate to each other in a circle";
        "nobody speaks for the domain's people then";
        "Let one of these hosts publish a document with a key of its own.";
    HOPS = Error "delegation-too-long" in a page:
        "there are more than five delegations";
        "verifiers stop after five";
        "Let the domain delegate to the last host itself.";
    DELEGATED = Note "delegated" in a page:
        "another host speaks for the domain";
        "certificates must name that host as their issuer, and whoever keeps it can sign in as everybody here";
        "Nothing has to be done.";
}

pub(super) fn check(seen: &Observation, findings: &mut Findings) {
    let hosts: Vec<&str> = seen.hosts.iter().map(|host| host.host.as_str()).collect();
    let Some(last) = seen.hosts.last() else {
        return;
    };
    let next = match reading::document(last).1 {
        Ok(members) => reading::authority(&members),
        Err(_) if hosts.len() > 1 => None,
        Err(_) => return findings.not_seen(&SUBJECT, &last.host, "there is no document to read"),
    };
    findings.look(&SUBJECT);
    let first = hosts.first().copied().unwrap_or_default();
    match next {
        Some(next) if hosts.contains(&next.as_str()) => {
            findings.add(&CIRCLE, first, format!("{} → {next}", hosts.join(" → ")));
        }
        Some(next) if hosts.len() > MAX_DELEGATIONS => {
            findings.add(&HOPS, first, format!("{} → {next}", hosts.join(" → ")));
        }
        Some(next) => findings.not_seen(
            &super::document::SUBJECT,
            next.as_str(),
            "it was not asked: `selfsame doctor` asks it",
        ),
        None if hosts.len() > 1 => findings.add(&DELEGATED, first, hosts.join(" → ")),
        None => {}
    }
}
