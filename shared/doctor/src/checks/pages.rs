//! The pages that the document names: their status and their headers.

use crate::check::subject;
use crate::findings::Findings;
use crate::observation::{AuthoritySeen, Exchange, Failure, HostSeen, Role, shortened};
use crate::policy::{Framing, Policies, framing, framing_seen};
use crate::reading;

subject! {
    "pages":
    STATUS = Error "page-status" in a page remedy Document:
        "a page that the document names cannot be had";
        "without it nobody can sign in";
        "Put the page where the document says, or correct the path in the document.";
    CHALLENGE = Error "page-challenge" in a page:
        "something in front of a page wants to know whether a person is there";
        "the agent has to keep the window that opened it, and such checks break it";
        "Switch the protection off for /persona/.";
    TYPE = Error "page-type" in a page remedy PageHeaders:
        "a page is not sent as text/html";
        "browsers then show its source, or save it";
        "Send `Content-Type: text/html; charset=utf-8`.";
    AGENT_FRAMED = Error "agent-framable" in a page remedy PageHeaders:
        "any site may show the agent page in a frame";
        "such a site can lay it under something else and have its visitors press the button";
        "Send `Content-Security-Policy: frame-ancestors 'none'` and `X-Frame-Options: DENY`.";
    SIGN_IN_FRAMED = Warning "sign-in-framable" in a page remedy PageHeaders:
        "any site may show the sign-in page in a frame";
        "such a site can have people type their password where it looks like its own";
        "Send `Content-Security-Policy: frame-ancestors 'none'` and `X-Frame-Options: DENY`.";
    PROVISIONING_REFUSES = Error "provisioning-unframable" in a page remedy PageHeaders:
        "the provisioning page refuses to be shown in a frame";
        "the agent runs it in a frame of its own origin";
        "Send `frame-ancestors 'self'`, and no X-Frame-Options: DENY.";
    PROVISIONING_FRAMED = Note "provisioning-framable" in a page remedy PageHeaders:
        "any site may show the provisioning page in a frame";
        "Persona needed that; now the own origin is enough";
        "Send `Content-Security-Policy: frame-ancestors 'self'`.";
    AGENT_COOP = Error "agent-cut-off" in a page remedy PageHeaders:
        "a header cuts the agent page off from the site that opened it";
        "it can hand nothing over then, and every sign-in ends in the void";
        "Send no Cross-Origin-Opener-Policy with the agent page.";
    SIGN_IN_COOP = Warning "sign-in-reachable" in a page remedy PageHeaders:
        "the sign-in page keeps its connection with whoever opened it";
        "a site can then send that window somewhere that looks like it";
        "Send `Cross-Origin-Opener-Policy: same-origin` with the sign-in page.";
    NO_POLICY = Warning "csp-missing" in a page remedy PageHeaders:
        "a page has no content security policy for its scripts";
        "one script that slips in holds the keys of everybody who signs in here";
        "Send `Content-Security-Policy: default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; …` as `selfsame site build` writes it.";
    INLINE = Warning "csp-inline" in a page remedy PageHeaders:
        "the policy of a page allows scripts inside the page";
        "that is the way in which scripts slip in";
        "Take 'unsafe-inline' and 'unsafe-eval' out, and move code into files.";
    STRANGERS = Warning "csp-strangers" in a page remedy PageHeaders:
        "the policy of a page allows scripts of other hosts";
        "whoever controls such a host can sign in as everybody here";
        "Keep `script-src 'self'` alone.";
    NO_HSTS = Warning "hsts-missing" in a page remedy Tls:
        "the pages do not tell browsers to come by https alone";
        "on a bad network somebody can answer the first request by http instead";
        "Send `Strict-Transport-Security: max-age=31536000`.";
    SHORT_HSTS = Note "hsts-short" in a page remedy Tls:
        "browsers are told for less than half a year to come by https alone";
        "who comes more seldom is unprotected again";
        "Send `Strict-Transport-Security: max-age=31536000`.";
}

pub(super) fn check(host: &HostSeen, seen: &AuthoritySeen, findings: &mut Findings) {
    findings.look(&SUBJECT);
    let origin = host.origin.as_str();
    let mut transport = None;
    for page in &seen.pages {
        let (name, answer, role) = (host.host.as_str(), &page.answer, page.role);
        if answer.failure == Some(Failure::Late) {
            findings.not_seen(&SUBJECT, name, "no time was left");
            continue;
        }
        if let Some(how) = reading::challenge(answer) {
            findings.add(&CHALLENGE, name, format!("{}: {how}", role.as_str()));
            continue;
        }
        if !answer.is(200) {
            findings.add(
                &STATUS,
                name,
                format!("{} ({}): {}", role.as_str(), answer.url, answer.in_words()),
            );
            continue;
        }
        if !reading::is_html(answer) {
            let kind = answer.header("content-type").unwrap_or_default();
            findings.add(
                &TYPE,
                name,
                format!("{}: `{}`", role.as_str(), shortened(&kind)),
            );
            continue;
        }
        frames(name, role, answer, origin, findings);
        openers(name, role, answer, findings);
        policies(name, role, answer, origin, findings);
        transport = transport.or(Some(answer));
    }
    if let Some(answer) = transport.filter(|_| host.is_secure()) {
        strict_transport(&host.host, answer, findings);
    }
}

fn frames(host: &str, role: Role, answer: &Exchange, origin: &str, findings: &mut Findings) {
    let check = match (role, framing(answer, origin)) {
        (Role::Agent, Framing::Others) => &AGENT_FRAMED,
        (Role::Authentication, Framing::Others) => &SIGN_IN_FRAMED,
        (Role::Provisioning, Framing::Nobody) => &PROVISIONING_REFUSES,
        (Role::Provisioning, Framing::Others) => &PROVISIONING_FRAMED,
        _ => return,
    };
    findings.add(check, host, framing_seen(answer));
}

fn openers(host: &str, role: Role, answer: &Exchange, findings: &mut Findings) {
    let value = answer
        .header("cross-origin-opener-policy")
        .unwrap_or_default();
    let policy = value.split(';').next().unwrap_or_default().trim();
    let seen = || match policy {
        "" => "no Cross-Origin-Opener-Policy".to_owned(),
        policy => format!("Cross-Origin-Opener-Policy: {}", shortened(policy)),
    };
    let cuts_off = [
        "same-origin",
        "same-origin-allow-popups",
        "noopener-allow-popups",
    ]
    .contains(&policy);
    match role {
        Role::Agent if cuts_off => findings.add(&AGENT_COOP, host, seen()),
        Role::Authentication if !["same-origin", "noopener-allow-popups"].contains(&policy) => {
            findings.add(&SIGN_IN_COOP, host, seen());
        }
        _ => {}
    }
}

fn policies(host: &str, role: Role, answer: &Exchange, origin: &str, findings: &mut Findings) {
    let policies = Policies::of(answer);
    let Some(scripts) = policies.scripts() else {
        let seen = if policies.is_none() {
            "no policy"
        } else {
            "neither script-src nor default-src"
        };
        return findings.add(&NO_POLICY, host, format!("{}: {seen}", role.as_str()));
    };
    let has_nonce = scripts
        .iter()
        .any(|source| source.starts_with("'nonce-") || source.starts_with("'sha"));
    for source in scripts {
        let seen = || format!("{}: {}", role.as_str(), shortened(source));
        match source.as_str() {
            "'unsafe-inline'" if has_nonce => {}
            "'unsafe-inline'" | "'unsafe-eval'" => findings.add(&INLINE, host, seen()),
            own if own == origin || own.starts_with('\'') => {}
            _ => findings.add(&STRANGERS, host, seen()),
        }
    }
}

const HALF_A_YEAR_S: u64 = 15_552_000;

fn strict_transport(host: &str, answer: &Exchange, findings: &mut Findings) {
    let Some(value) = answer.header("strict-transport-security") else {
        return findings.add(&NO_HSTS, host, "no Strict-Transport-Security");
    };
    let lowered = value.to_lowercase();
    let max_age = lowered
        .split([';', ','])
        .find_map(|part| part.trim().strip_prefix("max-age="));
    let seconds = max_age
        .and_then(|text| text.trim_matches('"').parse::<u64>().ok())
        .unwrap_or(0);
    let seen = || format!("Strict-Transport-Security: {}", shortened(&value));
    match seconds {
        0 => findings.add(&NO_HSTS, host, seen()),
        1..HALF_A_YEAR_S => findings.add(&SHORT_HSTS, host, seen()),
        _ => {}
    }
}
