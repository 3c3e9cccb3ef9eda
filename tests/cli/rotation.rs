//! `rotate --plan`: its text, its dates.

#[path = "rotation/drill.rs"]
mod drill;

use crate::program::run;
use crate::{complaint, folder, said};

fn plan(more: &[&str]) -> String {
    let folder = folder();
    let output = run(folder.path(), &[&["rotate", "--plan"], more].concat());
    assert_eq!(output.status.code(), Some(0), "{output:?}");
    assert_eq!(output.stderr, b"");
    said(&output)
}

#[test]
fn the_plan_is_a_runbook_with_every_date() {
    assert_eq!(
        plan(&["--start", "2026-11-21T12:00Z"]),
        include_str!("rotation/a_to_b.txt").replace("\r\n", "\n")
    );
}

/// The lines that begin with a time.
fn steps(plan: &str) -> Vec<&str> {
    plan.lines().filter(|line| line.starts_with("20")).collect()
}

#[test]
fn every_time_moves_with_its_causes() {
    assert_eq!(
        steps(&plan(&[
            "--from",
            "b",
            "--start",
            "2027-12-31 23:30",
            "--max-age",
            "300",
            "--max-lifetime",
            "3600",
        ])),
        [
            "2027-12-31 23:30  SigningKeys=b,a  publish a beside b, which signs",
            "2028-01-01 00:40  SigningKeys=a,b  sign with a; b stays published",
            "2028-01-01 02:55  SigningKeys=a  take b back",
            "2028-01-01 04:05  disable b",
            "2028-01-08 04:05  delete b",
        ]
    );
    // A start within a minute is rounded up: "not before" must stay true.
    let steps_of = |start| plan(&["--start", start]);
    assert!(steps(&steps_of("2028-02-28T10:59:01Z"))[0].starts_with("2028-02-28 11:00 "));
    assert!(steps(&steps_of("2028-02-28T10:59:01Z"))[1].starts_with("2028-02-29 00:00 "));
    assert!(steps(&steps_of("2028-02-28"))[0].starts_with("2028-02-28 00:00 "));
}

#[test]
fn without_a_start_it_begins_now() {
    let first = plan(&[]);
    let first = steps(&first)[0];
    let second = plan(&[]);
    let second = steps(&second)[0];
    assert!(first <= second, "{first} {second}");
    assert!(first > "2026-01-15", "{first}");
    assert!(first.ends_with("  SigningKeys=a,b  publish b beside a, which signs"));
}

#[test]
fn what_is_no_plan_is_wrong_usage() {
    let folder = folder();
    for (arguments, what) in [
        (&[][..], "--plan"),
        (&["--plan", "--start", "tomorrow"], "2026-11-21T12:00Z"),
        (&["--plan", "--start", "2026-11-21T12:00+01:00"], "in UTC"),
        (&["--plan", "--from", "c"], "'c'"),
        (&["--plan", "--max-age", "-1"], "-1"),
        (&["--plan", "--max-age", "31536001"], "31536001"),
        (&["--plan", "--max-lifetime", "86401"], "86401"),
        (&["--plan", "--max-lifetime", "59"], "59"),
    ] {
        let text = complaint(&run(folder.path(), &[&["rotate"], arguments].concat()), 2);
        assert!(text.contains(what), "{arguments:?}: {text}");
    }
}
