use browserid::{Authority, Discovery, DiscoveryError, DiscoveryRules, Domain, HostRule};
use serde_json::{Value, json};

use crate::exceptions::Exceptions;
use crate::recorded::{self, Responses};

#[test]
fn lookups_come_out_as_recorded_and_ask_whom_the_reference_asked() {
    let file = recorded::file("lookup.json");
    let cases = file["cases"].as_array().expect("cases");
    let mut exceptions = Exceptions::of("lookup");
    for case in cases {
        let mut responses = Responses::new(&case["responses"]);
        let ours = look_up(&case["lookup"], &mut responses);
        let requests: Vec<_> = responses
            .asked
            .iter()
            .map(|question| {
                format!(
                    "{}/.well-known/browserid?domain={}",
                    question.host, question.principal
                )
            })
            .collect();
        let expected = format!(
            "{} after {}",
            reference(&case["reference"]),
            case["requests_made"]
        );
        exceptions.check(
            case["name"].as_str().expect("a name"),
            &format!("{ours} after {}", json!(requests)),
            Some(&expected),
        );
    }
    exceptions.finish();
    assert_eq!(cases.len(), 134);
}

fn look_up(lookup: &Value, responses: &mut Responses) -> String {
    let rules = DiscoveryRules {
        max_delegations: lookup["maxDelegations"]
            .as_u64()
            .map_or(browserid::MAX_DELEGATIONS, |limit| limit as usize),
        ..recorded::rules(lookup["fallback"].as_str())
    };
    let domain = match lookup["domain"].as_str() {
        None | Some("") => "undefined",
        Some(domain) => domain,
    };
    // The caller of `Discovery` parses the name; its error is the reference's.
    if domain == "undefined" {
        return "failure: invalid domain: undefined".to_owned();
    }
    match Domain::parse(domain, HostRule::Recorded) {
        Ok(domain) => in_words(responses.discover(Discovery::start(domain, &rules))),
        Err(error) => format!("failure: {error}"),
    }
}

fn in_words(outcome: Result<Authority, DiscoveryError>) -> String {
    let names = |chain: &[Domain]| chain.iter().map(Domain::to_string).collect::<Vec<_>>();
    let result = match outcome {
        Ok(authority) => json!({
            "delegationChain": names(authority.chain()),
            "authoritativeDomain": authority.domain().as_str(),
            "urls": {
                "auth": format!("https://{}{}", authority.domain(), authority.support().authentication),
                "prov": format!("https://{}{}", authority.domain(), authority.support().provisioning),
            },
            "publicKeys": authority.support().keys().count(),
        }),
        Err(DiscoveryError::Disabled { domain, chain }) => json!({
            "disabled": true,
            "delegationChain": names(&chain),
            "authoritativeDomain": domain.as_str(),
        }),
        Err(error) => return format!("failure: {error}"),
    };
    format!("okay {result}")
}

fn reference(outcome: &Value) -> String {
    match outcome["reason"].as_str() {
        Some(reason) => format!("failure: {reason}"),
        None => format!("okay {}", outcome["result"]),
    }
}
