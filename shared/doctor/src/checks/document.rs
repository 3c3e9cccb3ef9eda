//! The document as HTTP and as JSON.

use browserid::json::JsonError;

use crate::check::subject;
use crate::findings::Findings;
use crate::observation::{Exchange, Failure, HostSeen, shortened};
use crate::reading::{self, Flaw, MAX_DOCUMENT};

subject! {
    "document":
    REDIRECTED = Error "document-redirected" in a page remedy Document:
        "the document is redirected";
        "verifiers follow no redirect: who controls where it leads would control the domain's people";
        "Serve /.well-known/browserid at the domain itself with status 200, or let a document there delegate: {\"authority\": HOST}.";
    MISSING = Error "document-missing" in a page remedy Document:
        "there is no document";
        "without it the domain does not take part";
        "Put a document at https://DOMAIN/.well-known/browserid, on the very host that stands after the @.";
    STATUS = Error "document-status" in a page remedy Document:
        "the document comes with another status than 200";
        "verifiers read nothing else; from 500 on they take the domain for broken";
        "Let the server answer 200 to everybody, without asking who it is.";
    CHALLENGE = Error "bot-challenge" in a page:
        "something in front of the host wants to know whether a person is there";
        "verifiers are programs and can prove nothing of the kind";
        "Switch the protection off for /.well-known/browserid and /persona/ (at Cloudflare: a rule that skips bot fight mode, WAF and challenges for these paths).";
    TYPE = Error "document-type" in a page remedy DocumentHeaders:
        "the document's type is not application/json";
        "verifiers look at the type first, so that no page of a visitor can pass for a document";
        "Send `Content-Type: application/json`. A host that sends application/octet-stream may serve a document that only delegates.";
    BOM = Error "document-bom" in a page:
        "the document begins with a byte-order mark";
        "it is no JSON then";
        "Save the file as UTF-8 without BOM.";
    TOO_LARGE = Error "document-too-large" in a page:
        "the document is too large";
        "verifiers stop at 64 KiB";
        "A usual document has 1 KiB: leave out what is not needed.";
    LARGE = Warning "document-large" in a page:
        "the document is larger than 8 KiB";
        "old verifiers stood behind proxies that cut it off";
        "A usual document has 1 KiB: leave out what is not needed.";
    ENCODED = Error "document-encoded" remedy DocumentHeaders:
        "the document is compressed although nobody asked for that";
        "verifiers ask for it as it is and unpack nothing";
        "Compress only for clients that send Accept-Encoding, or never for this file.";
    SLOW = Warning "document-slow" in a page:
        "the document takes longer than two seconds";
        "verifiers give up after three";
        "Serve it as a file, not from a program that has to wake up.";
    JSON = Error "document-json" in a page:
        "the document is no JSON";
        "nothing can be read from it";
        "Write it with `selfsame support-document`, or look for missing quotes and commas.";
    TWICE = Error "document-member-twice" in a page:
        "a member stands twice in the document";
        "readers differ on which of the two counts";
        "Leave one of them.";
    NOT_OBJECT = Error "document-not-object" in a page:
        "the document is JSON but no object";
        "its members are what is read";
        "Write {…} around it.";
}

pub(super) fn check(host: &HostSeen, findings: &mut Findings) {
    findings.look(&SUBJECT);
    let name = host.host.as_str();
    let (answer, read) = reading::document(host);
    if answer.failure == Some(Failure::Redirected) || (300..400).contains(&answer.status) {
        return findings.add(&REDIRECTED, name, redirected(answer));
    }
    if let Some(how) = reading::challenge(answer) {
        return findings.add(&CHALLENGE, name, format!("{}: {how}", answer.url));
    }
    if answer.status == 404 || answer.status == 410 {
        return findings.add(
            &MISSING,
            name,
            format!("{}: {}", answer.url, answer.in_words()),
        );
    }
    if !answer.is(200) {
        return findings.add(
            &STATUS,
            name,
            format!("{}: {}", answer.url, answer.in_words()),
        );
    }
    if answer.took > 2_000 {
        findings.add(&SLOW, name, format!("{} ms", answer.took));
    }
    if let Some(encoding) = reading::encoding(answer) {
        return findings.add(
            &ENCODED,
            name,
            format!("Content-Encoding: {}", shortened(&encoding)),
        );
    }
    media_type(name, answer, findings);
    if answer.is_bom {
        findings.add(&BOM, name, "the first bytes are EF BB BF");
    }
    match read {
        Ok(_) if answer.bytes > MAX_DOCUMENT / 8 => {
            findings.add(&LARGE, name, format!("{} bytes", answer.bytes));
        }
        Ok(_) => {}
        Err(Flaw::TooLarge) => {
            findings.add(&TOO_LARGE, name, format!("more than {MAX_DOCUMENT} bytes"));
        }
        Err(Flaw::NotAnObject) => findings.add(&NOT_OBJECT, name, beginning(answer)),
        Err(Flaw::Json(JsonError::RepeatedMember)) => findings.add(&TWICE, name, beginning(answer)),
        // A page in the document's place was reported by its type.
        Err(Flaw::Json(_)) if reading::is_html(answer) => {}
        Err(Flaw::Json(error)) => {
            findings.add(&JSON, name, format!("{error}: {}", beginning(answer)))
        }
        Err(Flaw::NoAnswer | Flaw::Challenge | Flaw::Encoded) => {}
    }
}

/// application/octet-stream is what static hosts send for files without an ending; it is taken for a delegation alone.
fn media_type(name: &str, answer: &Exchange, findings: &mut Findings) {
    let kind = reading::media_type(answer);
    let delegates = reading::members(answer).is_ok_and(|members| reading::delegates(&members));
    match kind.as_deref() {
        Some("application/json") => {}
        Some("application/octet-stream") if delegates => {}
        Some(kind) => findings.add(&TYPE, name, format!("Content-Type: {}", shortened(kind))),
        None => findings.add(&TYPE, name, "no Content-Type"),
    }
}

fn redirected(answer: &Exchange) -> String {
    let from = answer.url.as_str();
    let Some(to) = answer.header("location") else {
        return format!("{from} leads elsewhere");
    };
    let bare = |url: &str| {
        let rest = url.split_once("://").map_or("", |(_, rest)| rest);
        let host = rest.split(['/', '?', '#']).next().unwrap_or_default();
        host.to_lowercase()
    };
    let (here, there) = (bare(from), bare(&to));
    let what = if there == format!("www.{here}") {
        " (to www)"
    } else if to.ends_with('/') && !to.contains('?') && there == here {
        " (a final slash)"
    } else if from.starts_with("http:") && to.starts_with("https:") {
        " (to https)"
    } else {
        ""
    };
    format!("status {} to {}{what}", answer.status, shortened(&to))
}

fn beginning(answer: &Exchange) -> String {
    let text: String = answer.body.chars().take(60).collect();
    format!("it begins with `{}`", shortened(text.trim()))
}
