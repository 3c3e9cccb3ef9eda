//! The TLS handshake and the certificate of the host.

use crate::check::subject;
use crate::findings::Findings;
use crate::observation::{HostSeen, TlsFailure, TlsSeen, shortened};

subject! {
    "TLS":
    NAME = Error "tls-name" remedy Tls:
        "the certificate is for other names";
        "verifiers then believe that they speak with somebody else";
        "Get a certificate that names the domain itself: one for www alone does not.";
    EXPIRED = Error "tls-expired" remedy Tls:
        "the certificate is over";
        "nobody trusts it any more";
        "Renew it, and look why that did not happen by itself.";
    NOT_YET = Error "tls-not-yet-valid" remedy Tls:
        "the certificate is not valid yet";
        "nobody trusts it before its first day";
        "Use one that is valid now; look at the clock of the machine that made it.";
    CHAIN = Error "tls-chain" remedy Tls:
        "the intermediate certificate is not sent";
        "browsers often find it by themselves, verifiers do not";
        "Let the server send the whole chain (`fullchain.pem`), not the host's certificate alone.";
    UNTRUSTED = Error "tls-untrusted" remedy Tls:
        "nobody known vouches for the certificate";
        "verifiers trust the authorities that browsers trust and no others";
        "Get a certificate from a public authority, such as Let's Encrypt.";
    VERSION = Error "tls-version" remedy Tls:
        "it speaks no version of TLS that is still in use";
        "TLS 1.0 and 1.1 are broken; verifiers speak 1.2 and 1.3";
        "Switch TLS 1.2 and 1.3 on.";
    FAILED = Error "tls-failed" remedy Tls:
        "no secure connection can be made";
        "verifiers ask over HTTPS alone";
        "Let the server speak TLS at port 443, also for clients that name the domain itself.";
    SOON = Warning "tls-expires-soon" remedy Tls:
        "the certificate ends soon";
        "on that day nobody can sign in with this domain any more";
        "Renew it, and look why that has not happened by itself yet.";
}

const DAY_MS: u64 = 86_400_000;

pub(super) fn check(host: &HostSeen, now: u64, findings: &mut Findings) {
    let Some(tls) = &host.tls else {
        return findings.not_seen(&SUBJECT, &host.host, "there was no connection");
    };
    findings.look(&SUBJECT);
    if let Some((failure, words)) = &tls.failure {
        let check = match failure {
            TlsFailure::Expired => &EXPIRED,
            TlsFailure::Name => &NAME,
            TlsFailure::NotYetValid => &NOT_YET,
            TlsFailure::UnknownIssuer if tls.certificates == 1 && !tls.is_self_issued => &CHAIN,
            TlsFailure::UnknownIssuer => &UNTRUSTED,
            TlsFailure::Version => &VERSION,
            TlsFailure::Other => &FAILED,
        };
        findings.add(check, &host.host, evidence(*failure, words, tls, now));
    } else if tls.not_after > now {
        // Certificates of six days are renewed every third, those of ninety every sixtieth.
        let life = tls.not_after.saturating_sub(tls.not_before);
        let left = tls.not_after - now;
        if left < (14 * DAY_MS).min(life / 4) {
            let hours = left / 3_600_000;
            findings.add(
                &SOON,
                &host.host,
                format!("{} days and {} hours are left", hours / 24, hours % 24),
            );
        }
    }
}

fn evidence(failure: TlsFailure, words: &str, tls: &TlsSeen, now: u64) -> String {
    match failure {
        TlsFailure::Name if tls.names.is_empty() => "it names nobody".to_owned(),
        TlsFailure::Name => format!("it is for {}", shortened(&tls.names.join(", "))),
        TlsFailure::Expired => format!("since {} days", now.saturating_sub(tls.not_after) / DAY_MS),
        TlsFailure::NotYetValid => format!(
            "for another {} days",
            tls.not_before.saturating_sub(now) / DAY_MS
        ),
        TlsFailure::UnknownIssuer if tls.is_self_issued => "it vouches for itself".to_owned(),
        TlsFailure::UnknownIssuer => format!(
            "{} sent, the last made by {}",
            if tls.certificates == 1 {
                "one certificate".to_owned()
            } else {
                format!("{} certificates", tls.certificates)
            },
            shortened(&tls.issuer)
        ),
        TlsFailure::Version | TlsFailure::Other => shortened(words),
    }
}
