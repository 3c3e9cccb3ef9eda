//! A certificate that the owner has: who made it, for how long, and whether the published key fits.

use browserid::PublicKey;
use serde_json::Value;

use crate::certificate::Certificate;
use crate::check::subject;
use crate::findings::Findings;
use crate::observation::Observation;
use crate::reading;

subject! {
    "certificate":
    UNREADABLE = Error "certificate-unreadable" in a page:
        "it is no certificate";
        "three parts with dots between them are expected, in base64url";
        "Give the text of the certificate, or a whole assertion (certificate~assertion).";
    ISSUER = Error "certificate-issuer" in a page:
        "the certificate names another issuer";
        "verifiers want the host at the end of the delegations";
        "Let the signing function write that host as `iss`, without a scheme and without www.";
    SUBJECT_ODD = Error "certificate-address" in a page:
        "the certificate is for an address of another domain";
        "this issuer does not speak for it";
        "Let the signing function take the address from the session.";
    NO_END = Error "certificate-endless" in a page:
        "the certificate does not end";
        "verifiers want `exp`, a whole number of milliseconds";
        "Write `exp`: now plus the duration, in milliseconds.";
    SECONDS = Error "certificate-seconds" in a page:
        "the times of the certificate are in seconds";
        "they are read as milliseconds, so it is over since 1970";
        "Multiply `iat` and `exp` by 1000.";
    LONG = Error "certificate-long" in a page:
        "the certificate lives longer than 24 hours";
        "verifiers refuse it, and a stolen key would be good for so long";
        "Cut the duration at 86400 seconds.";
    FUTURE = Error "certificate-future" in a page:
        "the certificate was made in the future";
        "verifiers refuse it: the clock of the signing function is ahead, or yours is behind";
        "Set the clock, and write `iat` ten seconds back.";
    OVER = Note "certificate-over" in a page:
        "the certificate is over";
        "that is usual for one of yesterday; for a new one the clock of the signing function is behind";
        "Give a new one to see more.";
    NO_START = Warning "certificate-undated" in a page:
        "the certificate does not say when it was made";
        "Persona's browsers took it for expired";
        "Write `iat`: now, ten seconds back, in milliseconds.";
    SIGNATURE = Error "certificate-signature":
        "no published key made the certificate";
        "verifiers refuse it: the document names another key than the one that signs";
        "Publish the public half of the key that signs, and the old one beside it until its last certificate is over.";
}

const LONGEST_MS: u64 = 24 * 3_600_000;
const TOLERANCE_MS: u64 = 5 * 60_000;
/// Milliseconds since 1970 are above this since 1973; seconds will be below it until the year 5138.
const FIRST_MS: u64 = 100_000_000_000;

pub(super) fn check(seen: &Observation, findings: &mut Findings) {
    let Some(text) = &seen.certificate else {
        return;
    };
    let host = seen
        .hosts
        .last()
        .map_or(seen.domain.as_str(), |host| host.host.as_str());
    findings.look(&SUBJECT);
    let Some(certificate) = Certificate::read(text) else {
        let parts = text
            .trim()
            .split('~')
            .next()
            .unwrap_or_default()
            .split('.')
            .count();
        return findings.add(&UNREADABLE, host, format!("{parts} parts"));
    };
    if certificate.issuer.as_deref() != Some(host) {
        let named = certificate.issuer.as_deref().unwrap_or("nobody");
        findings.add(
            &ISSUER,
            host,
            format!("{}, expected {host}", crate::observation::shortened(named)),
        );
    }
    if let Some((_, domain)) = certificate
        .email
        .as_deref()
        .and_then(|email| email.rsplit_once('@'))
        && domain != seen.domain
        && !seen.hosts.iter().any(|host| host.host == domain)
    {
        findings.add(&SUBJECT_ODD, host, crate::observation::shortened(domain));
    }
    times(&certificate, seen.now, host, findings);
    signature(&certificate, seen, host, findings);
}

fn times(certificate: &Certificate, now: u64, host: &str, findings: &mut Findings) {
    let Some(expires) = certificate.expires_ms else {
        return findings.add(&NO_END, host, "no whole number in `exp`");
    };
    if expires < FIRST_MS {
        return findings.add(&SECONDS, host, format!("\"exp\": {expires}"));
    }
    let issued = certificate.issued_ms;
    match issued {
        None => findings.add(&NO_START, host, "no `iat`"),
        Some(issued) if issued > now => {
            findings.add(
                &FUTURE,
                host,
                format!("{} seconds ahead", (issued - now).div_ceil(1_000)),
            );
        }
        Some(_) => {}
    }
    if expires < now {
        findings.add(
            &OVER,
            host,
            format!("since {} seconds", (now - expires) / 1_000),
        );
    }
    let life = expires.saturating_sub(issued.unwrap_or(now));
    if life > LONGEST_MS + TOLERANCE_MS {
        findings.add(&LONG, host, format!("{} hours", life / 3_600_000));
    }
}

fn signature(certificate: &Certificate, seen: &Observation, host: &str, findings: &mut Findings) {
    let Some(Ok(members)) = seen.hosts.last().map(|host| reading::document(host).1) else {
        return;
    };
    let listed = members
        .get("keys")
        .and_then(Value::as_array)
        .into_iter()
        .flatten();
    let keys: Vec<PublicKey> = members
        .get("public-key")
        .into_iter()
        .chain(listed)
        .filter_map(|key| PublicKey::from_json(key).ok())
        .collect();
    if keys.is_empty() || keys.iter().any(|key| certificate.is_by(key)) {
        return;
    }
    findings.add(
        &SIGNATURE,
        host,
        format!(
            "header says {}, {} keys are published",
            certificate.algorithm,
            keys.len()
        ),
    );
}
