//! A judgement in lines for people, and in JSON for programs.

use serde::Serialize;

use super::{Finding, Judgement, Row, Signature};
use crate::utc;

/// A line for each thing that does not match, then for each that cannot be judged.
pub fn lines(judgement: &Judgement) -> String {
    let findings = judgement.findings.iter().map(line);
    let unjudged = judgement.unjudged.iter();
    let unjudged = unjudged.map(|finding| format!("cannot be judged: {}", line(finding)));
    findings.chain(unjudged).map(|line| line + "\n").collect()
}

fn line(finding: &Finding) -> String {
    let text = match finding {
        Finding::RowTwice(row) => format!("second row for one signature: {}", of_row(row)),
        Finding::RowWithoutRequest(row) => format!("row without request id: {}", of_row(row)),
        Finding::RowWithoutSignature(row) => format!("row without signature: {}", of_row(row)),
        Finding::SignatureTwice(signature) => {
            format!(
                "second signature for one request id: {}",
                of_signature(signature)
            )
        }
        Finding::SignatureWithoutRow(signature) => {
            format!("signature without row: {}", of_signature(signature))
        }
    };
    // The files come from elsewhere: nothing in them may move a terminal's cursor or make a second line.
    text.replace(char::is_control, "?")
}

fn of_signature(signature: &Signature) -> String {
    format!(
        "{}, request {}, by {}, from {}, with {}",
        utc::text(signature.time),
        or_unknown(&signature.request_id),
        or_unknown(&signature.principal),
        or_unknown(&signature.source),
        or_unknown(&signature.key),
    )
}

fn of_row(row: &Row) -> String {
    format!(
        "{}, request {}, for {}, key {}, lifetime {} s",
        utc::text(row.time),
        or_unknown(&row.request_id),
        row.email,
        row.key_thumbprint,
        row.lifetime_ms.div_ceil(1000),
    )
}

fn or_unknown(text: &Option<String>) -> &str {
    text.as_deref().unwrap_or("unknown")
}

/// How many of what, in one line; then what should be known about the exports.
pub fn summary(judgement: &Judgement) -> String {
    let count = |what: fn(&Finding) -> bool| {
        judgement
            .findings
            .iter()
            .filter(|finding| what(finding))
            .count()
    };
    let without_row = count(|finding| matches!(finding, Finding::SignatureWithoutRow(_)));
    let without_signature = count(|finding| matches!(finding, Finding::RowWithoutSignature(_)));
    let other = judgement.findings.len() - without_row - without_signature;
    let mut text = format!(
        "matched: {}; signatures without row: {without_row}; rows without signature: {without_signature}",
        judgement.matched
    );
    for (what, count) in [
        ("wrong otherwise", other),
        ("cannot be judged", judgement.unjudged.len()),
        ("outside the time asked for", judgement.left_out),
        ("in the exports more than once", judgement.repeated),
    ] {
        if count > 0 {
            text += &format!("; {what}: {count}");
        }
    }
    for (key, count) in &judgement.keys {
        text += &format!(
            "\nsignatures with {}: {count}",
            key.replace(char::is_control, "?")
        );
    }
    if judgement.is_cut {
        text += "\nan export says that there is more of it: export without --no-paginate and --max-items";
    }
    if !judgement.unjudged.is_empty() {
        text += "\nwhat cannot be judged lies where the other export does not reach: export both for longer, and say what both cover with --since and --until";
    }
    text
}

/// The judgement for programs.
#[derive(Serialize)]
pub struct Json {
    status: &'static str,
    matched: usize,
    findings: Vec<JsonFinding>,
    unjudged: Vec<JsonFinding>,
    left_out: usize,
    repeated: usize,
}

#[derive(Serialize)]
struct JsonFinding {
    code: &'static str,
    time: u64,
    request_id: Option<String>,
    #[serde(flatten)]
    about: About,
}

#[derive(Serialize)]
#[serde(untagged)]
enum About {
    Row {
        email: String,
        key_thumbprint: String,
        lifetime_ms: u64,
    },
    Signature {
        principal: Option<String>,
        source: Option<String>,
        key: Option<String>,
    },
}

impl Json {
    /// `status` is `okay` exactly if the exit status is 0.
    pub fn new(judgement: &Judgement) -> Self {
        let all = |findings: &[Finding]| findings.iter().map(JsonFinding::new).collect();
        Self {
            status: if judgement.is_clean() {
                "okay"
            } else {
                "failure"
            },
            matched: judgement.matched,
            findings: all(&judgement.findings),
            unjudged: all(&judgement.unjudged),
            left_out: judgement.left_out,
            repeated: judgement.repeated,
        }
    }
}

impl JsonFinding {
    fn new(finding: &Finding) -> Self {
        match finding {
            Finding::RowTwice(row) => Self::of_row("row_twice", row),
            Finding::RowWithoutRequest(row) => Self::of_row("row_without_request", row),
            Finding::RowWithoutSignature(row) => Self::of_row("row_without_signature", row),
            Finding::SignatureTwice(signature) => Self::of_signature("signature_twice", signature),
            Finding::SignatureWithoutRow(signature) => {
                Self::of_signature("signature_without_row", signature)
            }
        }
    }

    fn of_row(code: &'static str, row: &Row) -> Self {
        Self {
            code,
            time: row.time.as_millis(),
            request_id: row.request_id.clone(),
            about: About::Row {
                email: row.email.clone(),
                key_thumbprint: row.key_thumbprint.clone(),
                lifetime_ms: row.lifetime_ms,
            },
        }
    }

    fn of_signature(code: &'static str, signature: &Signature) -> Self {
        Self {
            code,
            time: signature.time.as_millis(),
            request_id: signature.request_id.clone(),
            about: About::Signature {
                principal: signature.principal.clone(),
                source: signature.source.clone(),
                key: signature.key.clone(),
            },
        }
    }
}
