//! Prints the bundles that the benches verify, for other libraries to verify too: a JSON array.

use serde_json::{Value, json};
use verifier_bench::{AUDIENCE, CASES, NOW_MS};

fn main() {
    let cases: Vec<Value> = CASES
        .iter()
        .map(|case| {
            let bundle = case.bundle();
            json!({
                "case": case.to_string(),
                "assertion": bundle.text,
                "audience": AUDIENCE,
                "document": bundle.document,
                "domain": bundle.domain,
                "now": NOW_MS,
            })
        })
        .collect();
    println!("{}", Value::from(cases));
}
