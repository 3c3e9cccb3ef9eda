//! IPv4 and IPv6: both must answer, and alike.

use crate::check::subject;
use crate::findings::Findings;
use crate::observation::{Exchange, Failure, Family, HostSeen};

subject! {
    "IPv4 and IPv6":
    DEAD = Error "family-dead":
        "the host answers over one kind of address only";
        "whoever asks over the other one waits in vain, and which one is asked is the asker's choice";
        "Let the server listen on both, or take the records of the dead one away.";
    DIFFERS = Error "family-differs":
        "IPv4 and IPv6 give different documents";
        "sign-ins then work or fail by chance; often one of the two leads to an old machine";
        "Let both kinds of address lead to the same files.";
}

pub(super) fn check(host: &HostSeen, findings: &mut Findings) {
    let [(one, first), (other, second)] = host.families.as_slice() else {
        let because = "the host has addresses of one kind only";
        return findings.not_seen(&SUBJECT, &host.host, because);
    };
    for (family, answer) in [(one, first), (other, second)] {
        if matches!(answer.failure, Some(Failure::NoRoute | Failure::Late)) {
            let because = format!("over {}: {}", name(*family), answer.in_words());
            return findings.not_seen(&SUBJECT, &host.host, &because);
        }
    }
    findings.look(&SUBJECT);
    let seen = || {
        format!(
            "{}: {}; {}: {}",
            name(*one),
            first.in_words(),
            name(*other),
            second.in_words()
        )
    };
    match (&first.failure, &second.failure) {
        (None, None) if same(first, second) => {}
        (None, None) => findings.add(&DIFFERS, &host.host, seen()),
        (Some(_), Some(_)) => {}
        _ => findings.add(&DEAD, &host.host, seen()),
    }
}

fn same(one: &Exchange, other: &Exchange) -> bool {
    one.status == other.status && (one.status != 200 || one.body == other.body)
}

const fn name(family: Family) -> &'static str {
    match family {
        Family::V4 => "IPv4",
        Family::V6 => "IPv6",
    }
}
