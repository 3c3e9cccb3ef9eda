//! `verify --documents` and `discover --responses` on the recorded cases: the command
//! gives what the service gives.

use std::collections::BTreeSet;
use std::fs;
use std::io::Write;
use std::path::Path;
use std::process::{Output, Stdio};

use browserid::{
    Answer, Discovery, DiscoveryError, DiscoveryRules, Domain, HostRule, MAX_DELEGATIONS, Policy,
    Timestamp, Verification,
};
use serde_json::Value;
use service::verify::{Timing, Verified};

use crate::program::{command, run};
use crate::{complaint, folder, json};

fn cases(file: &str) -> Vec<Value> {
    let path = Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("vectors")
        .join(file);
    let text =
        fs::read_to_string(&path).unwrap_or_else(|_| panic!("{} is missing", path.display()));
    let mut vectors: Value = serde_json::from_str(&text).expect("JSON");
    let cases: Vec<Value> = serde_json::from_value(vectors["cases"].take()).expect("a list");
    assert!(cases.len() > 100, "{file} has its cases");
    cases
}

fn rules(fallback: Option<Domain>) -> DiscoveryRules {
    DiscoveryRules {
        fallback,
        hosts: HostRule::Recorded,
        max_delegations: MAX_DELEGATIONS,
        strict_content_type: false,
    }
}

fn text(json: &Value) -> Option<&str> {
    json.as_str().filter(|text| !text.is_empty())
}

/// What the library says of a case of `synthetic.json`.
fn verified(case: &Value) -> Verified {
    let fallback = text(&case["config"]["fallback"])
        .map(|fallback| Domain::parse(fallback, HostRule::Recorded).expect("a domain"));
    let trusted = case["config"]["trustedIssuers"]
        .as_array()
        .into_iter()
        .flatten();
    let policy = Policy {
        discovery: rules(fallback),
        strong_keys: false,
        federation: None,
        trusted_issuers: trusted.filter_map(text).map(str::to_owned).collect(),
    };
    let now = Timestamp::from_millis(case["now_ms"].as_u64().expect("a time"));
    let mut verification = Verification::start(&case["assertion"], &case["audience"], &policy, now);
    while let Some(question) = verification.question() {
        let document = case["docs"].get(question.host.as_str());
        verification.answer(match document {
            Some(document) => Answer::Response {
                status: 200,
                content_type: Some("application/json".into()),
                body: document.to_string().into_bytes(),
            },
            None => Answer::Response {
                status: 404,
                content_type: None,
                body: Vec::new(),
            },
        });
    }
    let (outcome, explanation) = verification.finish().expect("it is done");
    Verified {
        outcome,
        explanation,
        member: None,
        timing: Timing::default(),
    }
}

/// What `/v2` tells of it.
fn told(verified: &Verified, is_explained: bool) -> Value {
    serde_json::to_value(web::verify::report(verified, is_explained)).expect("JSON")
}

/// What the command says of it.
fn verify(folder: &Path, case: &Value, more: &[&str]) -> Output {
    fs::write(folder.join("documents"), case["docs"].to_string()).expect("it is written");
    let now = case["now_ms"].to_string();
    let mut arguments = vec!["verify", "--documents", "documents", "--now", &now];
    arguments.extend(["--audience", case["audience"].as_str().expect("a text")]);
    if let Some(fallback) = text(&case["config"]["fallback"]) {
        arguments.extend(["--fallback", fallback]);
    }
    for issuer in case["config"]["trustedIssuers"]
        .as_array()
        .into_iter()
        .flatten()
    {
        arguments.extend(["--trusted-issuer", issuer.as_str().expect("a text")]);
    }
    arguments.extend(more);
    let assertion = case["assertion"].as_str().expect("a text");
    arguments.extend(["--", assertion]);
    run(folder, &arguments)
}

#[test]
fn verify_says_of_every_recorded_assertion_what_v2_says() {
    let folder = folder();
    let (mut okay, mut refused) = (0, 0);
    for case in cases("synthetic.json") {
        if !case["assertion"].is_string() || !case["audience"].is_string() {
            continue;
        }
        let name = &case["name"];
        let verified = verified(&case);
        let output = verify(folder.path(), &case, &[]);
        let printed = json(&output);
        assert_eq!(printed, told(&verified, false), "{name}");
        if verified.outcome.is_ok() {
            assert_eq!(output.status.code(), Some(0), "{name}");
            assert_eq!(printed["status"], "okay", "{name}");
            okay += 1;
        } else {
            assert_eq!(output.status.code(), Some(1), "{name}");
            assert_eq!(printed["status"], "failure", "{name}");
            refused += 1;
        }
        assert_eq!(output.stderr, b"", "{name}");
    }
    assert!(okay > 20 && refused > 80, "{okay} okay, {refused} refused");
}

#[test]
fn an_explanation_is_the_ordered_steps_of_v2_whatever_the_outcome() {
    let folder = folder();
    let mut told_before = BTreeSet::new();
    for case in cases("synthetic.json") {
        if !case["assertion"].is_string() || !case["audience"].is_string() {
            continue;
        }
        let expected = told(&verified(&case), true);
        // One case for each code and each step that it can come from.
        let steps = expected["steps"].as_array().expect("a list");
        let last = steps.last().expect("a step");
        let end = (last["name"].to_string(), expected["code"].to_string());
        if !told_before.insert(end) {
            continue;
        }
        let printed = json(&verify(folder.path(), &case, &["--explain"]));
        assert_eq!(printed, expected, "{}", case["name"]);
        assert_eq!(last["okay"], expected["status"] == "okay");
    }
    assert!(told_before.len() > 20, "{told_before:?}");
}

#[test]
fn the_assertion_may_come_on_standard_input_with_the_end_of_its_line() {
    let folder = folder();
    let case = cases("synthetic.json").remove(0);
    let expected = verify(folder.path(), &case, &[]);
    assert_eq!(expected.status.code(), Some(0));
    let assertion = case["assertion"].as_str().expect("a text");
    let now = case["now_ms"].to_string();
    let audience = case["audience"].as_str().expect("a text");
    for (last, end) in [(None, ""), (None, "\n"), (Some("-"), "\r\n")] {
        let mut child = command(folder.path())
            .args(["verify", "--documents", "documents", "--now", &now])
            .args(["--audience", audience])
            .args(last)
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()
            .expect("it starts");
        let mut stdin = child.stdin.take().expect("a pipe");
        write!(stdin, "{assertion}{end}").expect("it is read");
        drop(stdin);
        let output = child.wait_with_output().expect("it ends");
        assert_eq!(output.stdout, expected.stdout, "{last:?} {end:?}");
        assert_eq!(output.status.code(), Some(0));
    }
}

#[test]
fn discover_says_of_every_recorded_look_up_what_the_library_says() {
    let folder = folder();
    let (mut okay, mut disabled, mut failed) = (0, 0, 0);
    for case in cases("lookup.json") {
        let lookup = &case["lookup"];
        let Some(domain) = lookup["domain"].as_str() else {
            continue;
        };
        // These two have no option: the verifier's fallback is not the domain's, five delegations are the protocol's.
        if lookup.get("fallback").is_some() || lookup.get("maxDelegations").is_some() {
            continue;
        }
        let name = &case["name"];
        fs::write(
            folder.path().join("responses"),
            case["responses"].to_string(),
        )
        .expect("it is written");
        let output = run(
            folder.path(),
            &["discover", "--responses", "responses", "--", domain],
        );
        let Ok(domain) = Domain::parse(&domain.to_lowercase(), HostRule::Recorded) else {
            complaint(&output, 2);
            continue;
        };
        let printed = json(&output);
        assert_eq!(output.stderr, b"", "{name}");
        match discovered(domain.clone(), &case["responses"]) {
            Ok(authority) => {
                assert_eq!(output.status.code(), Some(0), "{name}: {printed}");
                assert_eq!(printed["status"], "okay", "{name}");
                assert_eq!(printed["domain"], domain.as_str(), "{name}");
                assert_eq!(printed["authority"], authority.domain().as_str(), "{name}");
                let keys = authority.support().keys().count();
                assert_eq!(printed["keys"], keys, "{name}");
                let reference = &case["reference"];
                if reference["outcome"] == "okay" {
                    let result = &reference["result"];
                    assert_eq!(printed["chain"], result["delegationChain"], "{name}");
                    assert_eq!(printed["authentication"], result["urls"]["auth"], "{name}");
                    assert_eq!(printed["provisioning"], result["urls"]["prov"], "{name}");
                }
                okay += 1;
            }
            Err(DiscoveryError::Disabled { .. }) => {
                assert_eq!(output.status.code(), Some(0), "{name}: {printed}");
                assert_eq!(printed["status"], "disabled", "{name}");
                disabled += 1;
            }
            Err(error) => {
                assert_eq!(output.status.code(), Some(1), "{name}: {printed}");
                assert_eq!(printed["status"], "failure", "{name}");
                assert_eq!(printed["code"], error.code().as_str(), "{name}");
                assert_eq!(printed["reason"], error.to_string(), "{name}");
                failed += 1;
            }
        }
    }
    assert!(
        okay > 20 && disabled > 0 && failed > 50,
        "{okay}, {disabled}, {failed}"
    );
}

fn discovered(domain: Domain, responses: &Value) -> Result<browserid::Authority, DiscoveryError> {
    let mut discovery = Discovery::start(domain, &rules(None));
    while let Some(question) = discovery.question() {
        let response = responses.get(question.host.as_str());
        discovery.answer(match response {
            Some(response) => Answer::Response {
                status: response["status"].as_u64().expect("a status") as u16,
                content_type: text(&response["headers"]["content-type"]).map(str::to_owned),
                body: response["body"].as_str().expect("a text").into(),
            },
            None => Answer::Response {
                status: 404,
                content_type: None,
                body: Vec::new(),
            },
        });
    }
    discovery.outcome().expect("it is done").clone()
}

#[test]
fn a_principal_is_only_what_hosts_are_asked_about() {
    let folder = folder();
    let responses = r#"{"a.example": {"status": 200, "headers": {"Content-Type": "application/json"},
        "body": "{\"disabled\": true}"}}"#;
    fs::write(folder.path().join("responses"), responses).expect("it is written");
    let ask = [
        "discover",
        "a.example",
        "--responses",
        "responses",
        "--principal",
        "b.example",
    ];
    let printed = json(&run(folder.path(), &ask));
    assert_eq!(printed["status"], "disabled");
    assert_eq!(printed["domain"], "a.example");
    assert_eq!(printed["authority"], "a.example");
}

#[test]
fn recorded_files_of_another_shape_are_wrong_usage() {
    let folder = folder();
    for (option, content) in [
        ("--responses", "[]"),
        ("--responses", "{\"a.example\": 1}"),
        (
            "--responses",
            "{\"a.example\": {\"status\": 200, \"headers\": [], \"body\": \"\"}}",
        ),
        (
            "--responses",
            "{\"a.example\": {\"status\": 200, \"body\": {}}}",
        ),
    ] {
        fs::write(folder.path().join("file"), content).expect("it is written");
        let text = complaint(
            &run(folder.path(), &["discover", option, "file", "a.example"]),
            2,
        );
        assert!(text.contains("`file`"), "{text}");
    }
    fs::write(folder.path().join("file"), "no JSON").expect("it is written");
    let arguments = [
        "verify",
        "--audience",
        "http://x.example",
        "--documents",
        "file",
        "x",
    ];
    complaint(&run(folder.path(), &arguments), 2);
}
