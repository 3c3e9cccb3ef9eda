//! The domain's name and its port.

use crate::check::subject;
use crate::findings::Findings;
use crate::observation::{Failure, HostSeen};

subject! {
    "name and port":
    NO_ADDRESS = Error "dns-no-address" remedy Document:
        "the name has no address";
        "verifiers ask the very host that stands after the @; without an address nobody there can answer";
        "Make an A record (and AAAA, if the host gives one) for the domain itself, not only for www.";
    NOT_PUBLIC = Error "dns-not-public":
        "the name leads to an address that is not public";
        "verifiers refuse private addresses, so that nobody can make them knock at machines of their own network";
        "Let the records of the domain name public addresses only.";
    NO_IPV4 = Warning "dns-no-ipv4":
        "the name has IPv6 addresses only";
        "many networks, and many verifiers, have no IPv6";
        "Add an A record.";
    NO_IPV6 = Note "dns-no-ipv6":
        "the name has IPv4 addresses only";
        "visitors whose network has IPv6 alone reach it by a translator at best";
        "Add AAAA records, if the host gives such addresses.";
    REFUSED = Error "port-closed":
        "nobody listens at the port";
        "verifiers ask at port 443 and nowhere else";
        "Start the web server, let it listen on port 443, and open this port in the firewall.";
    SILENT = Error "host-silent":
        "the host does not answer in time";
        "verifiers wait three seconds for the headers of a document, and eight for a whole chain";
        "Look whether a firewall drops the packets, or whether the server is overloaded.";
    NOT_HTTP = Error "host-not-http":
        "what answers does not speak HTTP";
        "a document comes as the answer to GET";
        "Let a web server answer at this port.";
    CLOSED = Error "host-hangs-up":
        "the host closes the connection without an answer";
        "nothing can be read then";
        "Look into the log of the server, and of what stands in front of it.";
}

/// True if there was somebody to ask.
pub(super) fn check(host: &HostSeen, findings: &mut Findings) -> bool {
    let name = host.host.as_str();
    if let Some(names) = &host.names {
        if let Some(trouble) = &names.trouble {
            findings.give_up();
            findings.not_seen(
                &SUBJECT,
                name,
                &format!("the name servers could not be asked: {trouble}"),
            );
            return false;
        }
        findings.look(&SUBJECT);
        match (names.v4.is_empty(), names.v6.is_empty()) {
            (true, true) if names.forbidden.is_empty() => {
                findings.add(&NO_ADDRESS, name, "no A and no AAAA record");
                return false;
            }
            (true, true) => {
                findings.add(&NOT_PUBLIC, name, names.forbidden.join(", "));
                return false;
            }
            (true, false) => findings.add(&NO_IPV4, name, names.v6.join(", ")),
            (false, true) => findings.add(&NO_IPV6, name, names.v4.join(", ")),
            (false, false) => {}
        }
        if !names.forbidden.is_empty() {
            findings.add(&NOT_PUBLIC, name, names.forbidden.join(", "));
        }
    }
    let check = match host.document.failure {
        Some(Failure::Refused) => &REFUSED,
        Some(Failure::Timeout) => &SILENT,
        Some(Failure::NotHttp) => &NOT_HTTP,
        Some(Failure::Closed) => &CLOSED,
        Some(Failure::NoRoute) => {
            findings.give_up();
            findings.not_seen(&SUBJECT, name, "this machine has no way to its addresses");
            return false;
        }
        Some(Failure::Late) => {
            findings.not_seen(&SUBJECT, name, "no time was left");
            return false;
        }
        _ => return true,
    };
    findings.look(&SUBJECT);
    findings.add(
        check,
        name,
        format!("{}: {}", host.document.url, host.document.in_words()),
    );
    true
}
