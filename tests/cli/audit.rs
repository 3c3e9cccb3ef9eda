//! `audit`: the forms of both exports, what is said of them, and how it exits.

#[path = "audit/exports.rs"]
mod exports;

use std::fs;
use std::io::Write;
use std::process::{Output, Stdio};

use serde_json::{Value, json};
use tempfile::TempDir;

use self::exports::{FUNCTION, KEY, NOON, OTHER_KEY, lookup_events, noted, query, row, with};
use crate::program::{command, run};
use crate::{complaint, folder, json as printed, said};

/// A folder with the files `trail` and `rows`.
fn exports(trail: &str, rows: &str) -> TempDir {
    let folder = folder();
    fs::write(folder.path().join("trail"), trail).expect("it is written");
    fs::write(folder.path().join("rows"), rows).expect("it is written");
    folder
}

fn audit(folder: &TempDir, more: &[&str]) -> Output {
    let arguments = ["audit", "--cloudtrail", "trail", "--rows", "rows"];
    run(folder.path(), &[&arguments, more].concat())
}

/// Exit status, lines, summary.
fn told(output: &Output) -> (Option<i32>, String, String) {
    let summary = String::from_utf8(output.stderr.clone()).expect("text");
    (output.status.code(), said(output), summary)
}

#[test]
fn the_help_shows_how_a_month_is_exported() {
    let folder = folder();
    let help = said(&run(folder.path(), &["audit", "--help"]));
    for line in [
        "  aws cloudtrail lookup-events --lookup-attributes AttributeKey=EventName,AttributeValue=Sign \\\n",
        "    --expression-attribute-values '{\":month\": {\"S\": \"audit#2026-11\"}}' --output json >rows.json\n",
        "  selfsame audit --cloudtrail signatures.json --rows rows.json --since 2026-11-01 --until 2026-12-01\n",
    ] {
        assert!(help.contains(line), "{help}");
    }
}

#[test]
fn exports_that_match_are_told_in_one_line_in_every_form_of_cloudtrail() {
    let (one, other) = (noted("r-1", 9), noted("r-2", 11));
    let rows = query(&[row("r-1", 9), row("r-2", 11)]).to_string();
    let both = [one.clone(), other.clone()];
    for trail in [
        lookup_events(&both).to_string(),
        json!({"Records": both}).to_string(),
        json!([one.to_string(), other.to_string()]).to_string(),
        format!("{one}\n{other}\n"),
        format!("{one}\t{other}"),
        format!(
            "{}{}",
            lookup_events(&both[..1]),
            json!({"Records": [other]})
        ),
    ] {
        let output = audit(&exports(&trail, &rows), &[]);
        let summary = format!(
            "matched: 2; signatures without row: 0; rows without signature: 0\nsignatures with {KEY}: 2\n"
        );
        assert_eq!(told(&output), (Some(0), String::new(), summary), "{trail}");
    }
}

#[test]
fn rows_may_come_in_pages_lines_and_among_other_items() {
    let trail = lookup_events(&[noted("r-1", 9), noted("r-2", 11)]).to_string();
    let account = json!({"pk": {"S": "accounts"}, "sk": {"S": "me@my.example"}});
    let session = json!({"pk": {"S": "session#audit#"}, "sk": {"S": "session"}});
    let page = json!({
        "Items": [account, row("r-1", 9)],
        "LastEvaluatedKey": {"pk": {"S": "audit#2026-01"}, "sk": {"S": "x"}},
    });
    for rows in [
        format!("{page}\n{}", query(&[session, row("r-2", 11)])),
        format!(
            "{}\n{}\n",
            json!({"Item": row("r-1", 9)}),
            json!({"Item": row("r-2", 11)})
        ),
    ] {
        let (status, lines, summary) = told(&audit(&exports(&trail, &rows), &[]));
        assert_eq!((status, lines.as_str()), (Some(0), ""), "{summary}");
        assert!(!summary.contains("there is more"), "{summary}");
    }
}

#[test]
fn every_stranger_on_either_side_is_named_and_the_exit_status_is_1() {
    let thief = "arn:aws:iam::111122223333:user/\u{1b}[2Jthief";
    let stolen = with(noted("r-stolen", 10), "/userIdentity/arn", json!(thief));
    let folder = exports(
        &lookup_events(&[noted("r-1", 9), stolen, noted("r-2", 13)]).to_string(),
        &query(&[row("r-1", 9), row("r-invented", 12), row("r-2", 13)]).to_string(),
    );
    let (status, lines, summary) = told(&audit(&folder, &[]));
    assert_eq!(status, Some(1));
    assert_eq!(
        lines,
        format!(
            "signature without row: 2026-01-15T10:00:00Z, request r-stolen, by arn:aws:iam::111122223333:user/?[2Jthief, from 192.0.2.7, with {KEY}\n\
             row without signature: 2026-01-15T12:00:00.500Z, request r-invented, for me@my.example, key thumbprint, lifetime 3600 s\n"
        )
    );
    assert_eq!(
        summary,
        format!(
            "matched: 2; signatures without row: 1; rows without signature: 1\nsignatures with {KEY}: 3\n"
        )
    );

    let output = audit(&folder, &["--json"]);
    assert_eq!(output.status.code(), Some(1));
    assert_eq!(
        printed(&output),
        json!({
            "status": "failure",
            "matched": 2,
            "findings": [
                {
                    "code": "signature_without_row",
                    "time": NOON - 2 * 3_600_000,
                    "request_id": "r-stolen",
                    "principal": thief,
                    "source": "192.0.2.7",
                    "key": KEY,
                },
                {
                    "code": "row_without_signature",
                    "time": NOON + 500,
                    "request_id": "r-invented",
                    "email": "me@my.example",
                    "key_thumbprint": "thumbprint",
                    "lifetime_ms": 3_600_000,
                },
            ],
            "unjudged": [],
            "left_out": 0,
            "repeated": 0,
        })
    );
}

#[test]
fn only_signatures_that_were_made_are_counted() {
    let not_counted = [
        with(noted("r-verify", 10), "/eventName", json!("Verify")),
        with(
            noted("r-other", 10),
            "/eventSource",
            json!("signer.amazonaws.com"),
        ),
        {
            let mut denied = noted("r-denied", 10);
            denied["errorCode"] = json!("AccessDenied");
            denied
        },
        {
            let mut dry = noted("r-dry", 10);
            dry["errorCode"] = json!("DryRunOperationException");
            dry
        },
    ];
    let all = [&[noted("r-1", 9)], &not_counted[..], &[noted("r-2", 11)]].concat();
    let folder = exports(
        &lookup_events(&all).to_string(),
        &query(&[row("r-1", 9), row("r-2", 11)]).to_string(),
    );
    let (status, lines, _) = told(&audit(&folder, &[]));
    assert_eq!((status, lines.as_str()), (Some(0), ""));
}

#[test]
fn a_key_by_arn_or_id_is_the_only_one_looked_at() {
    let mut other = noted("r-other", 10);
    other["requestParameters"]["keyId"] = json!("alias/something");
    other["resources"][0]["ARN"] = json!(OTHER_KEY);
    // Some records have no resources: what the caller named is known, an ARN or an id.
    let mut bare = noted("r-2", 11);
    bare["resources"] = Value::Null;
    let folder = exports(
        &lookup_events(&[noted("r-1", 9), other, bare]).to_string(),
        &query(&[row("r-1", 9), row("r-2", 11)]).to_string(),
    );
    let id = KEY.rsplit('/').next().expect("an id");
    for keys in [&[][..], &["--key", OTHER_KEY, "--key", KEY]] {
        let (status, lines, _) = told(&audit(&folder, keys));
        assert_eq!(status, Some(1));
        assert!(lines.starts_with("signature without row: "), "{lines}");
        assert!(lines.contains(&format!(
            "r-other, by {FUNCTION}, from 192.0.2.7, with {OTHER_KEY}\n"
        )));
    }
    for key in [KEY, id] {
        let (status, lines, _) = told(&audit(&folder, &["--key", key]));
        assert_eq!((status, lines.as_str()), (Some(0), ""), "{key}");
    }
    // The same id in another region is another key: then no row has its signature.
    let elsewhere = KEY.replace("eu-central-1", "us-east-1");
    let (status, lines, summary) = told(&audit(&folder, &["--key", &elsewhere]));
    assert_eq!(status, Some(1), "{lines}{summary}");
    assert!(summary.starts_with("matched: 0; "), "{summary}");
}

#[test]
fn what_the_other_export_does_not_reach_is_listed_apart() {
    let folder = exports(
        &lookup_events(&[noted("r-0", 3), noted("r-1", 9), noted("r-2", 11)]).to_string(),
        &query(&[row("r-1", 9), row("r-2", 11), row("r-3", 13)]).to_string(),
    );
    let (status, lines, summary) = told(&audit(&folder, &[]));
    assert_eq!(
        lines,
        format!(
            "cannot be judged: signature without row: 2026-01-15T03:00:00Z, request r-0, by {FUNCTION}, from 192.0.2.7, with {KEY}\n\
             cannot be judged: row without signature: 2026-01-15T13:00:00.500Z, request r-3, for me@my.example, key thumbprint, lifetime 3600 s\n"
        )
    );
    assert_eq!(status, Some(1), "{summary}");
    assert!(summary.contains("; cannot be judged: 2\n"), "{summary}");
    assert!(summary.contains("--since and --until"), "{summary}");

    // Now it is said what both hold.
    let window = ["--since", "2020-01-01", "--until", "2020-01-02"];
    let (status, lines, summary) = told(&audit(&folder, &window));
    assert_eq!((status, lines.as_str()), (Some(0), ""));
    assert!(
        summary.contains("; outside the time asked for: 2\n"),
        "{summary}"
    );
    let since = ["--since", "2026-01-15T03:00Z"];
    let (status, lines, _) = told(&audit(&folder, &since));
    assert_eq!(status, Some(1));
    assert!(
        lines.starts_with("signature without row: 2026-01-15T03:00:00Z, "),
        "{lines}"
    );
}

#[test]
fn exports_that_overlap_count_once_and_two_rows_of_one_signature_are_named() {
    let folder = exports(
        &lookup_events(&[noted("r-1", 9), noted("r-2", 11)]).to_string(),
        &query(&[row("r-1", 9), row("r-2", 11)]).to_string(),
    );
    let twice = ["--cloudtrail", "trail", "--rows", "rows"];
    let (status, lines, summary) = told(&audit(&folder, &twice));
    assert_eq!((status, lines.as_str()), (Some(0), ""));
    assert!(
        summary.contains("; in the exports more than once: 4\n"),
        "{summary}"
    );

    let mut second = row("r-1", 10);
    second["email"] = json!({"S": "thief@my.example"});
    let mut nameless = row("r-3", 10);
    nameless
        .as_object_mut()
        .expect("an object")
        .remove("request_id");
    let rows = query(&[row("r-1", 9), second, nameless, row("r-2", 11)]).to_string();
    fs::write(folder.path().join("rows"), rows).expect("it is written");
    let (status, lines, summary) = told(&audit(&folder, &[]));
    assert_eq!(status, Some(1));
    assert_eq!(
        lines,
        "second row for one signature: 2026-01-15T10:00:00.500Z, request r-1, for thief@my.example, key thumbprint, lifetime 3600 s\n\
         row without request id: 2026-01-15T10:00:00.500Z, request unknown, for me@my.example, key thumbprint, lifetime 3600 s\n"
    );
    assert!(summary.contains("; wrong otherwise: 2\n"), "{summary}");
}

#[test]
fn an_export_that_was_cut_off_says_so() {
    let mut cut = lookup_events(&[noted("r-1", 9)]);
    cut["NextToken"] = json!("more");
    let folder = exports(&cut.to_string(), &query(&[row("r-1", 9)]).to_string());
    let (status, lines, summary) = told(&audit(&folder, &[]));
    // What is not in it may be a signature without a row.
    assert_eq!((status, lines.as_str()), (Some(1), ""));
    assert!(
        summary.contains("an export says that there is more of it"),
        "{summary}"
    );
}

#[test]
fn nothing_on_one_side_is_no_match() {
    let folder = exports(
        &lookup_events(&[noted("r-stolen", 9)]).to_string(),
        &query(&[]).to_string(),
    );
    let (status, lines, _) = told(&audit(&folder, &[]));
    assert_eq!(status, Some(1));
    assert!(
        lines.starts_with("cannot be judged: signature without row: "),
        "{lines}"
    );
    let folder = exports(&lookup_events(&[]).to_string(), &query(&[]).to_string());
    let (status, lines, _) = told(&audit(&folder, &[]));
    assert_eq!((status, lines.as_str()), (Some(0), ""));
}

#[test]
fn one_export_may_come_on_standard_input() {
    let folder = exports("", &query(&[row("r-1", 9)]).to_string());
    let mut child = command(folder.path())
        .args(["audit", "--cloudtrail", "-", "--rows", "rows"])
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .expect("it starts");
    let mut stdin = child.stdin.take().expect("a pipe");
    write!(stdin, "{}", noted("r-1", 9)).expect("it is read");
    drop(stdin);
    let output = child.wait_with_output().expect("it ends");
    assert_eq!(told(&output).0, Some(0));

    let text = complaint(
        &run(
            folder.path(),
            &["audit", "--cloudtrail", "-", "--rows", "-"],
        ),
        2,
    );
    assert!(text.contains("standard input can be read once"), "{text}");
}

#[test]
fn what_cannot_be_read_is_one_line_and_exit_status_2() {
    let trail = lookup_events(&[noted("r-1", 9)]).to_string();
    let rows = query(&[row("r-1", 9)]).to_string();
    let mut timeless = noted("r-1", 9);
    timeless["eventTime"] = json!("yesterday");
    let mut odd = row("r-1", 9);
    odd["time"] = json!({"S": "noon"});
    for (trail, rows, what) in [
        ("", rows.as_str(), "`trail` is empty"),
        (&trail, " \n", "`rows` is empty"),
        ("\u{1f}", &rows, "`trail` is no JSON"),
        ("{\"Records\": [", &rows, "`trail` is no JSON"),
        ("{}", &rows, "`trail` is no export of CloudTrail"),
        ("[1]", &rows, "`trail` is no export of CloudTrail"),
        ("\"text\"", &rows, "`trail` is no export of CloudTrail"),
        (
            "{\"Events\": [{}]}",
            &rows,
            "`trail` is no export of CloudTrail",
        ),
        (
            &json!({"Records": [timeless]}).to_string(),
            &rows,
            "without the time",
        ),
        (&rows, &rows, "`trail` is no export of CloudTrail"),
        (&trail, &trail, "`rows` is no export of the table"),
        (&trail, "[]", "`rows` is no export of the table"),
        (
            &trail,
            &query(&[odd]).to_string(),
            "has an audit row that cannot be read",
        ),
    ] {
        let text = complaint(&audit(&exports(trail, rows), &[]), 2);
        assert!(text.contains(what), "{what}: {text}");
    }
    let folder = exports(&trail, &rows);
    fs::write(folder.path().join("trail"), [0x1f, 0x8b, 8, 0, 0]).expect("it is written");
    let text = complaint(&audit(&folder, &[]), 2);
    assert!(text.contains("gunzip -c trail |"), "{text}");
    fs::remove_file(folder.path().join("trail")).expect("it is there");
    let text = complaint(&audit(&folder, &[]), 2);
    assert!(text.contains("`trail` cannot be read"), "{text}");
}
