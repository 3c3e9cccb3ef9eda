//! The metrics of an invocation, in the line that the log has of it anyway: CloudWatch reads them from there (Embedded
//! Metric Format), so that no call and no permission is needed.

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
    /// The only dimension: the function's name on the platform.
    pub(crate) function: &'a str,
    /// Milliseconds since 1970.
    pub(crate) now_ms: u64,
}

/// Adds the metrics, and what describes them to CloudWatch, to a line.
pub(crate) fn add(line: &mut Map<String, Value>, measured: &Measured<'_>) {
    let description = json!({
        "CloudWatchMetrics": [{
            "Dimensions": [["function"]],
            "Metrics": [
                {"Name": "ColdStart", "Unit": "Count"},
                {"Name": "Duration", "Unit": "Milliseconds"},
                {"Name": "Errors", "Unit": "Count"},
            ],
            "Namespace": NAMESPACE,
        }],
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
}
