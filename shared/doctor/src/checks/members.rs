//! The members of a document, except its keys.

use browserid::{Domain, HostRule, Json, Path};
use serde_json::{Map, Value};

use crate::check::subject;
use crate::findings::Findings;
use crate::observation::shortened;
use crate::reading::{self, is_falsy};

subject! {
    "members":
    DISABLED = Error "disabled" in a page:
        "the document says that the domain takes no part";
        "nobody of this domain can sign in with it; a fallback may vouch for them instead";
        "Take `disabled` out. If that is what you want, all is as it should be.";
    DISABLED_ODD = Error "disabled-malformed" in a page:
        "`disabled` is neither true nor false";
        "verifiers refuse the document";
        "Write true or false without quotes, or leave it out.";
    AUTHORITY = Error "authority-malformed" in a page:
        "`authority` is no host name";
        "verifiers refuse the document";
        "Write the host alone, in lower case, without https:// and without a path: \"id.example.com\".";
    AUTHORITY_BESIDE = Note "authority-beside" in a page:
        "the document delegates, so the rest of it is not read";
        "keys and pages beside `authority` only mislead";
        "Leave nothing but `authority`.";
    NO_AUTHENTICATION = Error "authentication-missing" in a page:
        "`authentication` is missing or no text";
        "verifiers refuse the document";
        "Name the path of the sign-in page: \"/persona/sign_in.html\".";
    AUTHENTICATION = Error "authentication-path" in a page:
        "`authentication` is no path";
        "verifiers refuse the document";
        "A path begins with a slash and has no host, query, fragment, quote or blank.";
    NO_PROVISIONING = Error "provisioning-missing" in a page:
        "`provisioning` is missing or no text";
        "verifiers refuse the document";
        "Name the path of the provisioning page: \"/persona/provision.html\".";
    PROVISIONING = Error "provisioning-path" in a page:
        "`provisioning` is no path";
        "verifiers refuse the document";
        "A path begins with a slash and has no host, query, fragment, quote or blank.";
    NO_AGENT = Warning "agent-missing" in a page:
        "the document names no `agent`";
        "verifiers take the domain's certificates, but no browser can make any since Persona's central site is gone";
        "Put the agent page beside the other pages and name its path: \"/persona/agent.html\".";
    AGENT = Error "agent-path" in a page:
        "`agent` is no path";
        "it is ignored, so nobody can sign in";
        "A path begins with a slash and has no host, query, fragment, quote or blank.";
    NOT_BEFORE_ODD = Error "not-before-malformed" in a page:
        "`not-before` is no moment";
        "verifiers of ours refuse the document";
        "Write the milliseconds since 1970 as a whole number without quotes, as `selfsame panic` says them, or leave it out.";
    NOT_BEFORE_AHEAD = Error "not-before-ahead" in a page:
        "`not-before` is still to come";
        "until then verifiers of ours refuse every certificate of the domain, new ones too";
        "Write the moment of the panic, in milliseconds since 1970, as `selfsame panic` says it; look at the clock of the machine that wrote it.";
    NOT_BEFORE = Note "not-before" in a page:
        "the panic switch was pulled at some time";
        "verifiers of ours refuse certificates from before; others take them until they end";
        "Nothing is to be done: it stays true, also after the release.";
}

/// Clocks differ; five minutes is what verifiers allow.
const AHEAD_MS: u64 = 300_000;

/// `now` is the examiner's time in milliseconds; 0 if unknown.
pub(super) fn check(host: &str, members: &Map<String, Json>, now: u64, findings: &mut Findings) {
    findings.look(&SUBJECT);
    match members.get("disabled") {
        None | Some(Value::Bool(false)) => {}
        Some(Value::Bool(true)) => return findings.add(&DISABLED, host, "\"disabled\": true"),
        Some(other) => return findings.add(&DISABLED_ODD, host, written("disabled", other)),
    }
    if let Some(authority) = members
        .get("authority")
        .filter(|value| !is_falsy(Some(value)))
    {
        let is_host = authority
            .as_str()
            .is_some_and(|text| Domain::parse(text, HostRule::Public).is_ok());
        if !is_host {
            findings.add(&AUTHORITY, host, written("authority", authority));
        }
        let beside: Vec<_> = [
            "public-key",
            "keys",
            "authentication",
            "provisioning",
            "agent",
        ]
        .into_iter()
        .filter(|name| members.contains_key(*name))
        .collect();
        if !beside.is_empty() {
            findings.add(&AUTHORITY_BESIDE, host, beside.join(", "));
        }
        return;
    }
    for (name, missing, malformed) in [
        ("authentication", &NO_AUTHENTICATION, &AUTHENTICATION),
        ("provisioning", &NO_PROVISIONING, &PROVISIONING),
        ("agent", &NO_AGENT, &AGENT),
    ] {
        match members.get(name) {
            None => findings.add(missing, host, format!("no `{name}`")),
            Some(Value::String(path)) if Path::parse(path).is_ok() => {}
            Some(value @ Value::String(_)) => findings.add(malformed, host, written(name, value)),
            Some(value) if name == "agent" => findings.add(malformed, host, written(name, value)),
            Some(value) => findings.add(missing, host, written(name, value)),
        }
    }
    if let Some(value) = members.get("not-before") {
        not_before(host, value, now, findings);
    }
    debug_assert!(!reading::delegates(members), "delegations return above");
}

fn not_before(host: &str, value: &Json, now: u64, findings: &mut Findings) {
    // From 2^53 on a number in JavaScript is not the number that was written.
    let moment = value.as_u64().filter(|ms| (1..1 << 53).contains(ms));
    let Some(moment) = moment else {
        return findings.add(&NOT_BEFORE_ODD, host, written("not-before", value));
    };
    let is_ahead = now != 0 && moment > now.saturating_add(AHEAD_MS);
    let check = if is_ahead {
        &NOT_BEFORE_AHEAD
    } else {
        &NOT_BEFORE
    };
    findings.add(check, host, written("not-before", value));
}

fn written(name: &str, value: &Json) -> String {
    shortened(&format!("\"{name}\": {value}"))
}
