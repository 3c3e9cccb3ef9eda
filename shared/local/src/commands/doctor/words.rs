//! A report for people.

use std::fmt::Write;

use doctor::{Finding, Outcome, Report};

/// What is wrong first, what is fine in one line.
pub(super) fn of(report: &Report, is_verbose: bool) -> String {
    let mut text = format!("{}\n", report.chain.join(" → "));
    for finding in &report.findings {
        one(finding, report, &mut text);
    }
    if !report.not_looked_at.is_empty() {
        text.push_str("\nnot looked at\n");
        for (place, because, subjects) in together(report) {
            let _ = writeln!(text, "  {}{place}: {because}", folded(&subjects.join(", ")));
        }
    }
    if is_verbose {
        let _ = writeln!(text, "\nfine\n  {}", report.fine.join("\n  "));
    }
    let counts = &report.counts;
    let _ = writeln!(
        text,
        "\n{}{} checks fine, {}, {}, {}",
        match report.outcome {
            Outcome::Unexamined => "could not be examined from here; ",
            _ => "",
        },
        counts.fine,
        many(counts.errors, "error"),
        many(counts.warnings, "warning"),
        many(counts.notes, "note"),
    );
    text
}

/// What was not looked at for the same reason stands together.
fn together(report: &Report) -> Vec<(String, &str, Vec<&'static str>)> {
    let mut groups: Vec<(String, &str, Vec<&'static str>)> = Vec::new();
    for unseen in &report.not_looked_at {
        let at = place(&unseen.host, report);
        let known = |(place, because, _): &&mut (String, &str, Vec<_>)| {
            *place == at && *because == unseen.because
        };
        match groups.iter_mut().find(known) {
            Some((_, _, subjects)) => subjects.push(unseen.subject),
            None => groups.push((at, &unseen.because, vec![unseen.subject])),
        }
    }
    groups
}

fn one(finding: &Finding, report: &Report, text: &mut String) {
    let severity = finding.severity.as_str();
    let at = place(&finding.host, report);
    let _ = writeln!(text, "\n{severity} {}{at}: {}", finding.id, finding.what);
    let fix = finding.fix_on_host.unwrap_or(finding.fix);
    for (label, words) in [
        ("seen", finding.seen.as_str()),
        ("why ", finding.why),
        ("fix ", fix),
    ] {
        let _ = writeln!(text, "  {label} {}", folded(words));
    }
    if finding.fix_on_host.is_some() {
        let _ = writeln!(text, "       {}", folded(finding.fix));
    }
}

/// Named only where a chain could leave a doubt.
fn place(host: &str, report: &Report) -> String {
    if report.chain.len() > 1 || host != report.domain {
        format!(" at {host}")
    } else {
        String::new()
    }
}

/// Lines of a readable length, the later ones indented like the first.
fn folded(words: &str) -> String {
    const WIDTH: usize = 100;
    let mut text = String::new();
    let mut length = 0;
    for word in words.split_whitespace() {
        let letters = word.chars().count();
        if length > 0 && length + 1 + letters > WIDTH {
            text.push_str("\n       ");
            length = 0;
        } else if length > 0 {
            text.push(' ');
            length += 1;
        }
        text.push_str(word);
        length += letters;
    }
    text
}

fn many(count: usize, what: &str) -> String {
    match count {
        1 => format!("1 {what}"),
        _ => format!("{count} {what}s"),
    }
}
