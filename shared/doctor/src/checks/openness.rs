//! Who can read the document, however they ask.

use crate::check::subject;
use crate::findings::Findings;
use crate::observation::{Exchange, HostSeen, shortened};
use crate::reading;

subject! {
    "reading the document":
    QUERY_REFUSED = Error "query-refused" in a page remedy Document:
        "with ?domain= there is no document, without it there is";
        "verifiers always send it, since one host may answer for several domains";
        "Let the server ignore the query of this path.";
    QUERY_DIFFERS = Warning "query-differs" in a page:
        "with ?domain= comes another document than without";
        "old verifiers do not send it and see other keys";
        "Unless one host answers for several domains on purpose, let the server ignore the query.";
    CORS = Warning "cors-missing" in a page remedy DocumentHeaders:
        "pages of other sites may not read the document";
        "sites look the domain up from their visitors' browsers; without the header each must ask a verifier instead";
        "Send `Access-Control-Allow-Origin: *` with the document.";
    SLASH = Note "final-slash" in a page remedy Document:
        "with a final slash there is no document";
        "some old software asks for /.well-known/browserid/";
        "Answer both alike, without a redirect, where the host can.";
}

pub(super) fn check(host: &HostSeen, answer: &Exchange, findings: &mut Findings) {
    findings.look(&SUBJECT);
    let name = host.host.as_str();
    if let Some(other) = &host.without_query {
        let is_read = |answer| reading::members(answer).is_ok();
        if !is_read(&host.document) {
            let seen = format!(
                "with it {}, without it {}",
                host.document.in_words(),
                other.in_words()
            );
            findings.add(&QUERY_REFUSED, name, seen);
        } else if other.failure.is_none() && other.body != host.document.body {
            let seen = format!(
                "with it {} bytes, without it {}",
                host.document.bytes,
                without(other)
            );
            findings.add(&QUERY_DIFFERS, name, seen);
        }
    }
    match answer.header("access-control-allow-origin") {
        Some(allowed) if allowed.trim() == "*" => {}
        Some(allowed) => {
            findings.add(
                &CORS,
                name,
                format!("Access-Control-Allow-Origin: {}", shortened(&allowed)),
            );
        }
        None => findings.add(&CORS, name, "no Access-Control-Allow-Origin"),
    }
    if let Some(slash) = &host.with_slash
        && reading::members(slash).is_err()
        && slash.failure != Some(crate::observation::Failure::Late)
    {
        findings.add(&SLASH, name, slash.in_words());
    }
}

fn without(answer: &Exchange) -> String {
    if answer.is(200) {
        format!("{} bytes", answer.bytes)
    } else {
        answer.in_words()
    }
}
