//! The product's opinion beside the oracle's.

use browserid::{
    Answer, DiscoveryRules, Domain, Email, HostRule, Identity, MAX_DELEGATIONS, Policy, Refusal,
    Timestamp, Unreachable, Verification,
};
use serde_json::Value;

use super::draft::Draft;
use crate::oracle::{Accepted, Asked, Decisions, Objection, Said, World, judge};

/// What came of it.
pub enum Verdict {
    /// Both accept the same person.
    Accepted,
    /// They do not agree.
    Disputed(String),
    /// Both refuse; the oracle's objection.
    Refused(&'static str),
    /// The oracle does not know.
    Undecided,
}

/// Asks both.
pub fn both(draft: &Draft) -> Verdict {
    let assertion = Value::from(draft.bundle());
    let asked = Asked {
        assertion: &assertion,
        audience: &draft.audience,
        decisions: &draft.decisions,
        now_ms: draft.now_ms,
        world: &draft.world,
    };
    let (ours, theirs) = (product(&asked), judge(&asked));
    match (ours, theirs) {
        (_, Err(Objection::Undecided)) => Verdict::Undecided,
        (Ok(ours), Ok(theirs)) if facts(&ours) == theirs => Verdict::Accepted,
        (Err(_), Err(Objection::Refused(rule))) => Verdict::Refused(rule),
        (ours, theirs) => {
            let ours = ours.map(|identity| facts(&identity));
            Verdict::Disputed(format!(
                "the product says {ours:?}, the oracle {theirs:?}\n    {asked:?}"
            ))
        }
    }
}

/// What the product says.
pub fn product(asked: &Asked) -> Result<Identity, Refusal> {
    let policy = policy(asked.decisions);
    let now = Timestamp::from_millis(asked.now_ms);
    let mut verification = Verification::start(asked.assertion, asked.audience, &policy, now);
    let mut hosts = Vec::new();
    while let Some(question) = verification.question() {
        assert!(
            !hosts.contains(&question.host),
            "{} was asked twice",
            question.host
        );
        let answer = answer(asked.world, &question.host);
        hosts.push(question.host);
        verification.answer(answer);
    }
    assert!(hosts.len() <= MAX_DELEGATIONS + 1, "{hosts:?}");
    verification.outcome().expect("an outcome").clone()
}

fn policy(decisions: &Decisions) -> Policy {
    let domain = |host: &String| Domain::parse(host, HostRule::Public).expect("a fallback");
    Policy {
        discovery: DiscoveryRules {
            fallback: decisions.fallback.as_ref().map(domain),
            hosts: HostRule::Public,
            max_delegations: MAX_DELEGATIONS,
            strict_content_type: decisions.strict_content_type,
        },
        strong_keys: decisions.strong_keys,
        federation: None,
        trusted_issuers: decisions.trusted.clone(),
    }
}

/// What the world answers, as the network would bring it.
pub fn answer(world: &World, host: &Domain) -> Answer {
    match world.get(host.as_str()) {
        None | Some(Said::Nothing) => Answer::Unreachable(Unreachable::NoSuchHost),
        Some(Said::Trouble) => Answer::Unreachable(Unreachable::Timeout),
        Some(Said::Response {
            body,
            content_type,
            status,
        }) => Answer::Response {
            status: *status,
            content_type: content_type.clone(),
            body: body.to_vec(),
        },
    }
}

fn facts(identity: &Identity) -> Accepted {
    Accepted {
        email: identity.email().map(Email::as_str).map(str::to_owned),
        expires_ms: identity.expires().as_millis(),
        idp_claims: identity.idp_claims().clone(),
        issuer: identity.issuer().to_owned(),
        user_claims: identity.user_claims().clone(),
    }
}
