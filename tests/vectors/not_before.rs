//! `not-before`, which the old libraries do not know.

use serde_json::Value;

use crate::recorded::{self, Responses};
use crate::synthetic::in_words;

#[test]
fn certificates_count_from_the_moment_that_their_authority_names() {
    let file = recorded::file("not_before.json");
    let cases = file["cases"].as_array().expect("cases");
    for case in cases {
        let outcome = Responses::of_documents(&case["docs"]).verify(
            &case["assertion"],
            &case["audience"],
            &recorded::policy(&case["config"]),
            case["now_ms"].as_u64().expect("a time"),
        );
        let said = in_words(&outcome);
        let name = &case["name"];
        match case["ours"].as_str().expect("an outcome") {
            "okay" => assert!(said.starts_with("okay "), "{name}: {said}"),
            reason => assert_eq!(said, format!("failure: {}", whole(reason, case)), "{name}"),
        }
    }
    assert_eq!(cases.len(), 22);
}

/// What is wrong with a document is said with the document's domain.
fn whole(reason: &str, case: &Value) -> String {
    let Some(of_document) = reason.strip_prefix("DOCUMENT ") else {
        return reason.to_owned();
    };
    let domain = case["docs"].as_object().and_then(|docs| docs.keys().next());
    let domain = domain.expect("a document");
    format!("bad support document for '{domain}': Error: {of_document}")
}
