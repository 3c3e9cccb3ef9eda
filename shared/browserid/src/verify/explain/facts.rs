//! The words: one function a step.

use serde_json::{Map, Value, json};

use crate::{
    DiscoveryError, Domain, Federation, FederationRefusal, Freshness, Heard, Json, Member,
    PublicKey, SupportDocument, Timestamp,
    certificate::IssuerClaim,
    claims::{TimeClaim, Validity},
};

use super::super::proof::Parts;
use super::super::refusal::Refusal;

type Facts = Map<String, Json>;

/// Of `json!({…})`.
fn members(json: Json) -> Facts {
    match json {
        Value::Object(members) => members,
        _ => Facts::new(),
    }
}

pub(super) fn parsed(parts: Option<&Parts>) -> Facts {
    parts.map_or_else(Facts::new, |parts| {
        members(json!({
            "certificates": 1 + parts.further_certificates.len(),
            "certificate_algorithm": parts.first_certificate.algorithm(),
            "assertion_algorithm": parts.assertion.algorithm(),
        }))
    })
}

pub(super) fn identity(parts: &Parts) -> Facts {
    members(json!({
        "email": parts.email().map(|email| email.as_str()),
        "issuer": parts.issuer().as_str(),
        "issuer_is_trusted": parts.trusted_issuer().is_some(),
    }))
}

/// What the list says of the issuer and of the address's domain.
pub(super) fn federation(parts: &Parts, federation: &Federation, now: Timestamp) -> Facts {
    let Some(list) = federation.list() else {
        return members(json!({ "list": null }));
    };
    let member = match parts.issuer() {
        IssuerClaim::Named(issuer) => list.member(issuer),
        IssuerClaim::Absent(_) | IssuerClaim::Malformed(_) => None,
    };
    let speaker = parts.principal().and_then(|domain| list.member_of(domain));
    let issuer = |member: &Member| member.issuer.to_string();
    members(json!({
        "list": list.name(),
        "issued_ms": relative(TimeClaim::At(list.issued()), now),
        "expires_ms": relative(TimeClaim::At(list.expires()), now),
        "issuer_is_member": member.is_some(),
        "member_expires_ms":
            member.and_then(|member| relative(TimeClaim::At(member.expires), now)),
        "speaks_for_domain": speaker.map(issuer),
    }))
}

/// `error` is what the answer showed to be wrong although the search, or the verification, went on; `next` is what was
/// heard after it.
pub(super) fn hop(heard: &Heard, error: Option<&DiscoveryError>, next: Option<&Heard>) -> Facts {
    let reading = &heard.reading;
    let mut facts = members(json!({
        "host": reading.question().host.as_str(),
        "status": reading.status(),
    }));
    let mut add = |name: &str, fact: Json| facts.insert(name.to_owned(), fact);
    match heard.freshness {
        Freshness::Fetched => {
            add("freshness", "fetched".into());
        }
        Freshness::Kept { age_ms, left_ms } => {
            add("freshness", "kept".into());
            add("age_ms", age_ms.into());
            add("left_ms", left_ms.into());
        }
    }
    match reading.said() {
        Ok(SupportDocument::Supported(support)) => {
            add("keys", support.keys().count().into());
        }
        Ok(SupportDocument::Delegated { authority }) => {
            add("delegates_to", authority.as_str().into());
        }
        Ok(SupportDocument::Disabled) | Err(_) => {}
    }
    if let Some(error) = error {
        let told = json!({ "code": error.code().as_str(), "reason": error.to_string() });
        add("error", told);
        if let Some(fallback) = next {
            add("fallback", fallback.reading.question().host.as_str().into());
        }
    }
    facts
}

/// `refused`: why each key before the one that `fits` did not.
pub(super) fn keys(authority: Option<&Heard>, refused: &[Refusal], fits: bool) -> Facts {
    let mut tried = Vec::new();
    if let Some(Ok(SupportDocument::Supported(support))) =
        authority.map(|heard| heard.reading.said())
    {
        let mut keys = support.keys();
        for (refusal, key) in refused.iter().zip(keys.by_ref()) {
            let mut facts = named(key);
            facts.insert("fits".to_owned(), false.into());
            facts.insert("code".to_owned(), refusal.code().as_str().into());
            tried.push(Value::Object(facts));
        }
        if let Some(key) = keys.next().filter(|_| fits) {
            let mut facts = named(key);
            facts.insert("fits".to_owned(), true.into());
            tried.push(Value::Object(facts));
        }
    }
    members(json!({ "tried": tried }))
}

/// By how much the authority's clock is ahead of ours, as it said when it was asked, to the second. When both objects
/// were issued and end.
pub(super) fn clock(parts: &Parts, now: Timestamp, authority: Option<&Heard>) -> Facts {
    let times = |validity: &Validity| {
        json!({
            "issued_ms": relative(validity.issued, now),
            "expires_ms": relative(validity.expires, now),
        })
    };
    members(json!({
        "now": now.as_millis(),
        "offset_ms": authority.and_then(|heard| heard.clock_offset_ms),
        "certificate": times(&parts.first_certificate.unverified_claims().validity),
        "assertion": times(&parts.assertion.unverified_claims().validity),
    }))
}

/// From when on the authority's certificates count, if it says so.
pub(super) fn certificate(authority: Option<&Heard>, now: Timestamp) -> Facts {
    match authority.map(|heard| heard.reading.said()) {
        Some(Ok(SupportDocument::Supported(support))) => {
            support.not_before.map_or_else(Facts::new, |not_before| {
                members(json!({ "not_before_ms": relative(TimeClaim::At(not_before), now) }))
            })
        }
        _ => Facts::new(),
    }
}

/// Below zero if it has passed; None for what is no time.
fn relative(claim: TimeClaim, now: Timestamp) -> Option<i64> {
    match claim {
        TimeClaim::At(time) => {
            let [time, now] =
                [time, now].map(|time| i64::try_from(time.as_millis()).unwrap_or(i64::MAX));
            Some(time.saturating_sub(now))
        }
        TimeClaim::Absent | TimeClaim::BeforeAll | TimeClaim::Malformed => None,
    }
}

pub(super) fn signature(user_key: Option<&PublicKey>) -> Facts {
    members(json!({ "key": user_key.map(named) }))
}

pub(super) fn audience(parts: &Parts, asked: &Json) -> Facts {
    let signed = parts.assertion.unverified_claims().audience.as_ref();
    members(json!({
        "asked": asked.as_str(),
        "signed": signed.and_then(Json::as_str),
    }))
}

/// `authority`: whoever was found, or the fallback that would have counted.
pub(super) fn authority(parts: &Parts, heard: Option<&Heard>, refusal: Option<&Refusal>) -> Facts {
    let found = heard.and_then(|heard| match heard.reading.said() {
        Ok(SupportDocument::Supported(_)) => Some(&heard.reading.question().host),
        _ => None,
    });
    let expected = match refusal {
        Some(Refusal::UntrustedIssuer { expected, .. }) => expected.as_ref(),
        Some(Refusal::Federation(FederationRefusal::DomainNotMembers { speaks, .. })) => {
            speaks.as_ref()
        }
        _ => None,
    };
    members(json!({
        "authority": found.or(expected).map(Domain::as_str),
        "issuer": parts.issuer().as_str(),
        "issuer_is_trusted": parts.trusted_issuer().is_some(),
    }))
}

pub(super) fn refusal(refusal: &Refusal) -> Facts {
    let code = refusal.code();
    let mut facts = members(json!({
        "code": code.as_str(),
        "reason": refusal.server_reason(),
        "fault": code.fault().as_str(),
        "advice": code.advice(),
    }));
    if let Refusal::UserKey(error) = refusal {
        facts.insert("detail".to_owned(), error.to_string().into());
    }
    facts
}

fn named(key: &PublicKey) -> Facts {
    members(json!({
        "algorithm": key.algorithm().label(),
        "bits": key.bits(),
        "thumbprint": key.thumbprint(),
    }))
}
