use browserid::{Identity, Refusal};
use serde_json::{Map, Value, json};

use crate::exceptions::Exceptions;
use crate::recorded::{self, Responses};

#[test]
fn synthetic_bundles_come_out_as_recorded() {
    let file = recorded::file("synthetic.json");
    let cases = file["cases"].as_array().expect("cases");
    let mut exceptions = Exceptions::of("synthetic");
    for case in cases {
        let outcome = Responses::of_documents(&case["docs"]).verify(
            &case["assertion"],
            &case["audience"],
            &recorded::policy(&case["config"]),
            case["now_ms"].as_u64().expect("a time"),
        );
        let expected = expected(case);
        exceptions.check(name(case), &in_words(&outcome), expected.as_deref());
    }
    exceptions.finish();
    assert_eq!(cases.len(), 132);
}

fn name(case: &Value) -> &str {
    case["name"].as_str().expect("a name")
}

/// The reference's outcome, if a careful implementation may have it: with its native numbers, else with its own.
fn expected(case: &Value) -> Option<String> {
    let reference = [&case["reference_native"], &case["reference_js"]];
    let strict = case["strict"].as_str().expect("a verdict");
    let okay = reference
        .iter()
        .find(|outcome| outcome["outcome"] == "okay");
    let failure = reference
        .iter()
        .find(|outcome| outcome["outcome"] == "failure");
    match (strict, okay, failure) {
        ("accept" | "policy", Some(okay), _) => Some(okay_in_words(&okay["result"], case)),
        ("reject" | "policy", _, Some(failure)) => Some(format!(
            "failure: {}",
            failure["reason"].as_str().expect("a reason")
        )),
        _ => None,
    }
}

/// The result as the old verifier server gave it: `audience` is what the site sent.
fn okay_in_words(result: &Value, case: &Value) -> String {
    let mut result = result.clone();
    result["audience"] = case["audience"].clone();
    format!("okay {result}")
}

pub fn in_words(outcome: &Result<Identity, Refusal>) -> String {
    match outcome {
        Ok(identity) => format!("okay {}", result(identity)),
        Err(refusal) => format!("failure: {}", refusal.reason()),
    }
}

fn result(identity: &Identity) -> Value {
    let mut result = Map::new();
    result.insert("audience".to_owned(), identity.audience().into());
    result.insert("expires".to_owned(), identity.expires().as_millis().into());
    result.insert("issuer".to_owned(), identity.issuer().into());
    if let Some(email) = identity.email() {
        result.insert("email".to_owned(), email.as_str().into());
    }
    for (name, claims) in [
        ("idpClaims", identity.idp_claims()),
        ("userClaims", identity.user_claims()),
    ] {
        if !claims.is_empty() {
            result.insert(name.to_owned(), json!(claims));
        }
    }
    Value::Object(result)
}
