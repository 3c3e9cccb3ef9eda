//! What the AWS CLI complains of, in a line that says what to do.

use std::io;
use std::process::Output;

use serde_json::Value;

use super::Stack;
use crate::complaint::Complaint;

/// What is longer is no sentence.
const SENTENCE: usize = 300;

/// There is no `aws`, or it may not run.
pub(super) fn not_started(error: &io::Error) -> Complaint {
    Complaint::failure(match error.kind() {
        io::ErrorKind::NotFound => {
            "there is no `aws` on this machine: install the AWS CLI and sign in with it".to_owned()
        }
        _ => format!("`aws` cannot be started ({error}): install the AWS CLI again"),
    })
}

/// It ran, and failed. Both its versions are known by the words on their standard error: its exit status says less.
pub(super) fn said(output: &Output, stack: &Stack) -> Complaint {
    let text = String::from_utf8_lossy(&output.stderr);
    let function = stack.owner_function();
    let has = |words: &[&str]| words.iter().any(|word| text.contains(word));
    Complaint::failure(if has(&["ResourceNotFoundException"]) {
        let place = match &stack.region {
            Some(region) => format!(" in {}", region.0),
            None => " in the region of the AWS CLI".to_owned(),
        };
        format!(
            "there is no function `{function}`{place}: give the name that the stack was deployed with, and its region with --region"
        )
    } else if has(NOT_SIGNED_IN) {
        "the AWS CLI is not signed in: run `aws configure` or `aws sso login`, then this again"
            .to_owned()
    } else if has(&["specify a region", "NoRegion"]) {
        "the AWS CLI knows no region: name that of the stack with --region".to_owned()
    } else if has(&["AccessDenied", "not authorized to perform"]) {
        format!(
            "the AWS CLI's user may not call `{function}`: allow it lambda:InvokeFunction, or sign in as another"
        )
    } else if has(&[
        "Could not connect to the endpoint",
        "EndpointConnectionError",
    ]) {
        "AWS cannot be reached: look at the network, and at the name of the region".to_owned()
    } else if has(&[
        "TooManyRequestsException",
        "ServiceException",
        "Read timeout",
    ]) {
        format!("`{function}` does not answer at the moment: try again in a minute")
    } else {
        format!("the AWS CLI failed: {}", last_line(&text, output))
    })
}

/// What it says when it has no valid credentials.
const NOT_SIGNED_IN: &[&str] = &[
    "ExpiredToken",
    "InvalidClientTokenId",
    "InvalidSignatureException",
    "NoCredentials",
    "The SSO session",
    "Token has expired",
    "Unable to locate credentials",
    "UnrecognizedClientException",
    "config profile",
    "security token included in the request is",
];

/// The function itself broke: it ran into its time limit, or ended without an answer.
pub(super) fn of_function(stack: &Stack, answer: &Value) -> Complaint {
    let function = stack.owner_function();
    let message = match answer.get("errorMessage").and_then(Value::as_str) {
        Some(message) => format!(" ({})", sentence(message)),
        None => String::new(),
    };
    Complaint::failure(format!(
        "`{function}` failed{message}: its log is /aws/lambda/{function} in CloudWatch"
    ))
}

/// Something else than our owner function answered.
pub(super) fn not_understood(stack: &Stack, why: &str) -> Complaint {
    Complaint::failure(format!(
        "`{}` cannot be understood ({why}): deploy the stack with the release that this command belongs to",
        stack.owner_function()
    ))
}

fn last_line(text: &str, output: &Output) -> String {
    match text.lines().rev().find(|line| !line.trim().is_empty()) {
        Some(line) => sentence(line),
        None => output.status.to_string(),
    }
}

/// Without what would move a terminal's cursor, and cut where it goes on and on.
fn sentence(text: &str) -> String {
    text.trim()
        .chars()
        .map(|char| if char.is_control() { ' ' } else { char })
        .take(SENTENCE)
        .collect()
}
