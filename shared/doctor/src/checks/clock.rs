//! The clocks of those who sign.

use crate::check::subject;
use crate::findings::Findings;
use crate::observation::Observation;
use crate::reading;

subject! {
    "clock":
    WRONG = Error "clock-wrong" in a page:
        "the clock there differs by more than five minutes";
        "its certificates are over, or not yet valid, wherever the clock is right";
        "Set the clock (NTP), here or there.";
    OFF = Warning "clock-off" in a page:
        "the clock there differs by more than ten seconds";
        "certificates that are used at once may be refused as not yet valid";
        "Set the clock (NTP), here or there.";
}

pub(super) fn check(seen: &Observation, findings: &mut Findings) {
    let Some(host) = seen.hosts.last() else {
        return;
    };
    // The function's own answer is never kept by anything between; a document may be, with the date of then.
    let sign = seen
        .authority
        .as_ref()
        .and_then(|authority| authority.sign.as_ref());
    let offset = sign
        .and_then(|sign| reading::clock_offset(&sign.no_session))
        .or_else(|| reading::clock_offset(&host.document));
    let Some(offset) = offset else {
        return findings.not_seen(&SUBJECT, &host.host, "no answer tells its time");
    };
    findings.look(&SUBJECT);
    let direction = if offset < 0 { "behind" } else { "ahead" };
    let words = format!("{} seconds {direction} (by its Date)", offset.abs() / 1_000);
    match offset.abs() {
        ..=10_000 => {}
        10_001..=300_000 => findings.add(&OFF, &host.host, words),
        _ => findings.add(&WRONG, &host.host, words),
    }
}
