//! `shared/doctor/CHECKS.md` and the page's texts are written from the source, and stand there as they were written last.

use std::collections::BTreeSet;
use std::fmt::Write;
use std::fs;
use std::path::Path;

use doctor::{Host, Remedy, SUBJECTS};
use serde_json::{Map, Value, json};

const HEAD: &str = "\
# What the doctor looks for

`selfsame doctor DOMAIN` looks at everything below; `/persona/doctor.html` on the domain itself at what a page can see
(third column). Ids are added, never renamed. An error means that somebody cannot sign in, or that somebody else could; a
warning, that it works today, for some, or less safely than it should; a note is worth knowing.

A fault is reported once, at its cause: what cannot be looked at because of it is listed as not looked at.

Written from `shared/doctor/src/checks/` and `remedies.rs`; a test holds it and `static/persona/lib/doctor/texts.js`. To
write both anew: `RENEW=1 cargo test -p tests --test doctor table`

## `--json`

One object: `domain`; `outcome` (`fine`, `errors`, `unexamined`: exit status 0, 1, 3); `chain`, the hosts from the domain
along the delegations; `counts` of `fine`, `errors`, `warnings`, `notes`; `findings`, each with `id`, `severity` (`error`,
`warning`, `note`), `host`, `what`, `seen` (the evidence), `why`, `fix`, and with `--fix-for` often `fix_on_host`;
`not_looked_at`, each with `subject`, `host`, `because`; `fine`, the ids that found nothing. Members may be added.
";

fn checks() -> String {
    let mut text = HEAD.to_owned();
    for subject in SUBJECTS {
        writeln!(text, "\n## {}\n", upper(subject.name)).expect("memory");
        text.push_str("| id | severity | page | what is wrong | why it matters | how to mend it |\n|---|---|---|---|---|---|\n");
        for check in subject.checks {
            let (severity, page) = (
                check.severity.as_str(),
                if check.is_for_pages { "yes" } else { "" },
            );
            let host = check
                .remedy
                .map(|remedy| format!(" Hosts: {}.", remedy.as_str()))
                .unwrap_or_default();
            writeln!(
                text,
                "| `{}` | {severity} | {page} | {} | {} | {}{host} |",
                check.id, check.what, check.why, check.fix
            )
            .expect("memory");
        }
    }
    text.push_str("\n## How hosts mend it (`--fix-for`)\n\n| what | host | how |\n|---|---|---|\n");
    for remedy in Remedy::ALL {
        for host in Host::ALL {
            let how = remedy.on(host).replace('|', "\\|");
            writeln!(text, "| {} | {host} | {how} |", remedy.as_str()).expect("memory");
        }
    }
    text
}

fn upper(text: &str) -> String {
    let mut letters = text.chars();
    letters
        .next()
        .map(|first| first.to_uppercase().chain(letters).collect())
        .unwrap_or_default()
}

fn texts() -> String {
    let mut text = "// @ts-check\n// Written from shared/doctor; see shared/doctor/CHECKS.md for how to write it anew.\n".to_owned();
    text.push_str("/** @type {Record<string, { severity: 'error' | 'warning' | 'note', subject: string, what: string, why: string, fix: string, remedy?: string }>} */\nexport const CHECKS = {\n");
    for subject in SUBJECTS {
        for check in subject.checks.iter().filter(|check| check.is_for_pages) {
            let mut entry = json!({
                "severity": check.severity.as_str(), "subject": subject.name,
                "what": check.what, "why": check.why, "fix": check.fix,
            });
            if let Some(remedy) = check.remedy {
                entry["remedy"] = remedy.as_str().into();
            }
            writeln!(text, "  {}: {entry},", json!(check.id)).expect("memory");
        }
    }
    text.push_str("};\n/** What to do on a host: by remedy, then by host. @type {Record<string, Record<string, string>>} */\nexport const REMEDIES = {\n");
    for remedy in Remedy::ALL {
        let hosts: Map<String, Value> = Host::ALL
            .iter()
            .map(|host| (host.to_string(), remedy.on(*host).into()))
            .collect();
        writeln!(
            text,
            "  {}: {},",
            json!(remedy.as_str()),
            Value::Object(hosts)
        )
        .expect("memory");
    }
    text.push_str("};\n");
    text
}

#[test]
fn table_and_texts_are_the_sources() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("..");
    for (path, written) in [
        (root.join("shared/doctor/CHECKS.md"), checks()),
        (root.join("static/persona/lib/doctor/texts.js"), texts()),
    ] {
        if std::env::var_os("RENEW").is_some() {
            fs::write(&path, &written).expect("it is written");
        }
        let stands = fs::read_to_string(&path).unwrap_or_default();
        assert!(
            stands == written,
            "{} is not what the source says; write it anew with `RENEW=1 cargo test -p tests --test doctor table`",
            path.display()
        );
    }
}

#[test]
fn ids_are_unique_and_texts_are_sentences() {
    let checks: Vec<_> = SUBJECTS.iter().flat_map(|subject| subject.checks).collect();
    let ids: BTreeSet<_> = checks.iter().map(|check| check.id).collect();
    assert_eq!(ids.len(), checks.len());
    for check in checks {
        let is_id = check
            .id
            .bytes()
            .all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'-');
        assert!(is_id, "{}", check.id);
        for clause in [check.what, check.why] {
            assert!(!clause.ends_with('.') && !clause.contains('|'), "{clause}");
        }
        assert!(
            check.fix.ends_with('.') && !check.fix.contains('|'),
            "{}",
            check.fix
        );
    }
    for host in Host::ALL {
        assert_eq!(host.as_str().parse(), Ok(host));
        for remedy in Remedy::ALL {
            assert!(remedy.on(host).ends_with('.'), "{host} {}", remedy.as_str());
        }
    }
}
