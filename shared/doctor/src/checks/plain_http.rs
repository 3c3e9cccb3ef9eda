//! Port 80.

use crate::check::subject;
use crate::findings::Findings;
use crate::observation::{HostSeen, shortened};

subject! {
    "plain HTTP":
    OPEN = Warning "http-open" remedy Tls:
        "plain HTTP is answered without leading to https";
        "who comes by http is shown a page that anybody on the line may have changed";
        "Redirect everything at port 80 to https, to the same name and path.";
}

pub(super) fn check(host: &HostSeen, findings: &mut Findings) {
    let Some(answer) = &host.plain_http else {
        return findings.not_seen(&SUBJECT, &host.host, "it was not asked");
    };
    findings.look(&SUBJECT);
    if answer.failure.is_some() {
        return;
    }
    let target = answer.header("location").unwrap_or_default();
    let leads_away =
        (300..400).contains(&answer.status) && !target.to_lowercase().starts_with("https://");
    if (200..300).contains(&answer.status) || leads_away {
        let seen = format!("{}: {}", shortened(&answer.url), answer.in_words());
        findings.add(&OPEN, &host.host, seen);
    }
}
