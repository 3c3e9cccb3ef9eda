//! The metrics of an invocation, in the line that the log has of it anyway: CloudWatch reads them from there (Embedded
//! Metric Format), so that no call and no permission is needed.

use browserid::Code;
use serde_json::{Map, Value, json};

/// Where CloudWatch shows them.
const NAMESPACE: &str = "Selfsame";

/// What one invocation came to.
#[derive(Debug)]
pub(crate) struct Measured<'a> {
    /// The first event of this process.
    pub(crate) cold_start: bool,
    /// From the raw event to the answer.
    pub(crate) duration_ms: f64,
    /// Our own fault: a 5xx.
    pub(crate) failed: bool,
    /// The dimension of all metrics: the function's name on the platform.
    pub(crate) function: &'a str,
    /// Milliseconds since 1970.
    pub(crate) now_ms: u64,
}

/// Adds the metrics, and what describes them to CloudWatch, to a line.
pub(crate) fn add(line: &mut Map<String, Value>, measured: &Measured<'_>) {
    let mut described = vec![json!({
        "Dimensions": [["function"]],
        "Metrics": [
            {"Name": "ColdStart", "Unit": "Count"},
            {"Name": "Duration", "Unit": "Milliseconds"},
            {"Name": "Errors", "Unit": "Count"},
        ],
        "Namespace": NAMESPACE,
    })];
    add_federations(line, &mut described);
    let description = json!({
        "CloudWatchMetrics": described,
        "Timestamp": measured.now_ms,
    });
    // Microseconds are as fine as it needs to be.
    let duration_ms = (measured.duration_ms * 1000.0).round() / 1000.0;
    line.insert("ColdStart".to_owned(), json!(u8::from(measured.cold_start)));
    line.insert("Duration".to_owned(), json!(duration_ms));
    line.insert("Errors".to_owned(), json!(u8::from(measured.failed)));
    line.insert("_aws".to_owned(), description);
    line.insert("function".to_owned(), json!(measured.function));
}

/// In a federation: how often each member's people were accepted and refused, and how often each of the federation's rules
/// refused. Every dimension's value costs, and strangers choose what they send: so members are those of the list and one
/// for all strangers, and rules are a handful. Which rule refused which member stands in the line (`member`, `code`).
fn add_federations(line: &mut Map<String, Value>, described: &mut Vec<Value>) {
    if !line.get("member").is_some_and(Value::is_string) {
        return;
    }
    let code = line.get("code").and_then(Value::as_str);
    let refused = code.is_some();
    let rule = RULES.iter().find(|rule| Some(rule.as_str()) == code);
    let described_by = |dimension: &str, metrics: &[&str]| {
        let metric = |name: &&str| json!({"Name": name, "Unit": "Count"});
        json!({
            "Dimensions": [["function", dimension]],
            "Metrics": metrics.iter().map(metric).collect::<Vec<_>>(),
            "Namespace": NAMESPACE,
        })
    };
    described.push(described_by("member", &["Accepted", "Refused"]));
    if let Some(rule) = rule {
        described.push(described_by("rule", &["Refused"]));
        line.insert("rule".to_owned(), json!(rule.as_str()));
    }
    line.insert("Accepted".to_owned(), json!(u8::from(!refused)));
    line.insert("Refused".to_owned(), json!(u8::from(refused)));
}

/// The rules that a federation adds.
const RULES: [Code; 7] = [
    Code::DomainNotMembers,
    Code::IssuerNotMember,
    Code::ListExpired,
    Code::ListMissing,
    Code::MemberDelegates,
    Code::MemberExpired,
    Code::MemberKeyTooWeak,
];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_described_metric_and_dimension_stands_in_the_line() {
        let mut line = Map::new();
        add(
            &mut line,
            &Measured {
                cold_start: true,
                duration_ms: 1.234_56,
                failed: false,
                function: "stack-sign",
                now_ms: 1_795_262_400_000,
            },
        );
        let described = &line["_aws"]["CloudWatchMetrics"][0];
        assert_eq!(described["Namespace"], "Selfsame");
        assert_eq!(line["_aws"]["Timestamp"], 1_795_262_400_000_u64);
        let metrics = described["Metrics"].as_array().expect("a list");
        assert_eq!(metrics.len(), 3);
        for metric in metrics {
            let name = metric["Name"].as_str().expect("a name");
            assert!(line[name].is_number(), "{name}");
        }
        assert_eq!(described["Dimensions"], json!([["function"]]));
        assert_eq!(line["function"], "stack-sign");
        assert_eq!(
            (&line["ColdStart"], &line["Duration"], &line["Errors"]),
            (&json!(1), &json!(1.235), &json!(0))
        );
    }

    /// Dimensions and their values, and metrics with theirs, of what a federation adds to a line.
    fn told(line: Value) -> Vec<(String, String)> {
        let mut line = line.as_object().expect("an object").clone();
        let mut described = Vec::new();
        add_federations(&mut line, &mut described);
        let telling = |described: &Value| {
            let names: Vec<_> = described["Dimensions"][0]
                .as_array()
                .expect("a list")
                .iter()
                .filter_map(Value::as_str)
                .skip(1)
                .map(|name| format!("{name}={}", line[name]))
                .collect();
            let metrics: Vec<_> = described["Metrics"]
                .as_array()
                .expect("a list")
                .iter()
                .filter_map(|metric| metric["Name"].as_str())
                .map(|name| format!("{name}={}", line[name]))
                .collect();
            (names.join(" "), metrics.join(" "))
        };
        described.iter().map(telling).collect()
    }

    #[test]
    fn a_federation_is_counted_by_member_and_by_its_own_rules_only() {
        let pair = |dimension: &str, metrics: &str| (dimension.to_owned(), metrics.to_owned());
        let member = |metrics: &str| pair("member=\"id.one.example\"", metrics);
        assert_eq!(
            told(json!({"member": "id.one.example"})),
            [member("Accepted=1 Refused=0")]
        );
        assert_eq!(
            told(json!({"member": "id.one.example", "code": "assertion_expired"})),
            [member("Accepted=0 Refused=1")]
        );
        assert_eq!(
            told(json!({"member": "id.one.example", "code": "domain_not_members"})),
            [
                member("Accepted=0 Refused=1"),
                pair("rule=\"domain_not_members\"", "Refused=1"),
            ]
        );
        assert_eq!(told(json!({"code": "assertion_expired"})), []);
    }
}
