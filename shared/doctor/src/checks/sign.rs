//! What the functions answer to somebody who may do nothing.

use crate::check::subject;
use crate::findings::Findings;
use crate::observation::{Exchange, Failure, HostSeen, SignSeen, shortened};
use crate::reading;

subject! {
    "functions":
    MISSING = Error "sign-missing" in a page:
        "there is no signing function";
        "the agent asks it for every certificate";
        "Let /persona/ (everything that is no file) lead to the functions; build the pages with `--api ORIGIN` if they are at another origin.";
    BROKEN = Error "sign-broken" in a page:
        "a function is broken";
        "nobody gets a certificate then";
        "Look into its log; the function answers 503 when its key or table cannot be reached.";
    GET = Warning "sign-get" in a page:
        "the signing function does not say that it takes POST alone";
        "what answers GET may be kept by caches, and be asked by a mere link";
        "Answer GET with 405 and `Allow: POST`.";
    OPEN = Error "sign-open" in a page:
        "the signing function answers without a session";
        "whoever asks may get a certificate for anybody at this domain";
        "Switch it off now. It must ask for a session before anything else, and answer 403 without one.";
    NO_SESSION = Warning "sign-no-session" in a page:
        "without a session the signing function answers otherwise than 403";
        "the agent then does not know that the person has to sign in";
        "Answer 403 when there is no session.";
    CROSSING = Error "sign-crossing":
        "pages of other sites may read what the signing function answers";
        "a site could ask for certificates in its visitors' names";
        "Send no Access-Control-Allow-Origin to other origins than that of your own pages.";
    NO_SESSION_PATH = Error "session-missing" in a page:
        "/persona/session does not say who is signed in";
        "the agent asks it before it asks for a certificate";
        "Let /persona/ (everything that is no file) lead to the functions.";
}

pub(super) fn check(host: &HostSeen, sign: &SignSeen, findings: &mut Findings) {
    let name = host.host.as_str();
    if [&sign.get, &sign.no_session]
        .iter()
        .any(|answer| answer.failure == Some(Failure::Late))
    {
        return findings.not_seen(&SUBJECT, name, "no time was left");
    }
    findings.look(&SUBJECT);
    if let Some(how) = [&sign.get, &sign.no_session]
        .iter()
        .find_map(|answer| reading::challenge(answer))
    {
        return findings.add(&BROKEN, name, format!("a bot challenge: {how}"));
    }
    if sign.get.failure.is_some() || sign.get.status == 404 {
        return findings.add(
            &MISSING,
            name,
            format!("GET {}: {}", shortened(&sign.get.url), sign.get.in_words()),
        );
    }
    let answers = [
        Some(&sign.get),
        Some(&sign.no_session),
        Some(&sign.session),
        sign.foreign_origin.as_ref(),
    ];
    let broken = answers
        .into_iter()
        .flatten()
        .find(|answer| answer.status >= 500);
    if let Some(broken) = broken {
        return findings.add(
            &BROKEN,
            name,
            format!(
                "{} {}: {}",
                broken.method,
                shortened(&broken.url),
                broken.in_words()
            ),
        );
    }
    let allows = sign.get.header("allow").unwrap_or_default();
    if sign.get.status != 405 || !allows.split(',').any(|method| method.trim() == "POST") {
        let seen = format!(
            "GET: {}, Allow: {}",
            sign.get.in_words(),
            shortened(&allows)
        );
        findings.add(&GET, name, seen);
    }
    let posts = [Some(&sign.no_session), sign.foreign_origin.as_ref()];
    for answer in posts.into_iter().flatten() {
        if is_success(answer) {
            findings.add(
                &OPEN,
                name,
                format!("POST without a cookie: {}", answer.in_words()),
            );
        } else if answer.status != 403 {
            findings.add(
                &NO_SESSION,
                name,
                format!("POST without a cookie: {}", answer.in_words()),
            );
        }
    }
    if let Some(allowed) = sign
        .foreign_origin
        .as_ref()
        .and_then(|answer| answer.header("access-control-allow-origin"))
        && (allowed == "*" || allowed == FOREIGN)
    {
        findings.add(
            &CROSSING,
            name,
            format!("Access-Control-Allow-Origin: {}", shortened(&allowed)),
        );
    }
    let is_json = reading::media_type(&sign.session).as_deref() == Some("application/json");
    if !(sign.session.is(200) && is_json) {
        findings.add(
            &NO_SESSION_PATH,
            name,
            format!(
                "GET {}: {}",
                shortened(&sign.session.url),
                sign.session.in_words()
            ),
        );
    }
}

/// The origin that nobody has (RFC 2606), for the request that must be refused.
pub(crate) const FOREIGN: &str = "https://selfsame-doctor.invalid";

fn is_success(answer: &Exchange) -> bool {
    answer.failure.is_none() && (200..300).contains(&answer.status)
}
