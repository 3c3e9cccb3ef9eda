//! A drill: whether what the plan says keeps every certificate good at every verifier.

use std::fs;
use std::path::Path;

use serde_json::{Value, json};
use tests::keys::{ISSUER, OTHER, TestKey, USER};
use tests::tokens::token;

use super::{plan, steps};
use crate::folder;
use crate::program::run;

const SECOND: u64 = 1000;
const MINUTE: u64 = 60 * SECOND;
const HOUR: u64 = 60 * MINUTE;
const AUDIENCE: &str = "https://rp.example";

#[test]
fn every_certificate_is_good_everywhere_while_the_key_changes_as_planned() {
    let folder = folder();
    for (from, max_age_s, max_lifetime_s) in [("a", 21_600, 86_400), ("b", 300, 3600)] {
        let rotation = Rotation::planned(from, max_age_s, max_lifetime_s);
        let (good, refused) = rotation.drill(folder.path());
        assert_eq!(refused, [""; 0], "{from}");
        assert!(good > 50, "{good}");
    }
}

#[test]
fn a_key_that_signs_too_early_is_refused_where_the_old_document_is_held() {
    let folder = folder();
    let planned = Rotation::planned("a", 21_600, 86_400);
    // A minute before the caches are through: only the margin of the plan may be given away.
    let mut early = planned.clone();
    early.steps[2].at = early.steps[1].at + 2 * early.max_age - MINUTE;
    let (good, refused) = early.drill(folder.path());
    assert_eq!(refused, ["a refuses b: invalid signature"]);
    assert!(good > 0);
    // And the moment at which the last cache is through would have done.
    let mut in_time = planned;
    in_time.steps[2].at = in_time.steps[1].at + 2 * in_time.max_age;
    assert_eq!(in_time.drill(folder.path()).1, [""; 0]);
}

#[test]
fn a_key_that_is_taken_back_too_early_spoils_the_certificates_that_it_signed() {
    let folder = folder();
    let planned = Rotation::planned("a", 21_600, 86_400);
    let mut early = planned.clone();
    early.steps[3].at = early.steps[2].at + early.max_lifetime - MINUTE;
    let (good, refused) = early.drill(folder.path());
    assert_eq!(refused, ["b refuses a: invalid signature"]);
    assert!(good > 0);
    let mut in_time = planned;
    in_time.steps[3].at = in_time.steps[2].at + in_time.max_lifetime;
    assert_eq!(in_time.drill(folder.path()).1, [""; 0]);
}

#[test]
fn a_change_without_overlap_spoils_certificates_of_both_keys() {
    let folder = folder();
    let mut at_once = Rotation::planned("a", 21_600, 86_400);
    at_once.steps.drain(1..3);
    let (_, refused) = at_once.drill(folder.path());
    assert_eq!(
        refused,
        [
            "a refuses b: invalid signature",
            "b refuses a: invalid signature"
        ]
    );
}

/// What the domain publishes from a moment on; the first key signs.
#[derive(Clone)]
struct Step {
    at: u64,
    keys: Vec<&'static str>,
}

/// A domain over time.
#[derive(Clone)]
struct Rotation {
    max_age: u64,
    max_lifetime: u64,
    steps: Vec<Step>,
}

impl Rotation {
    /// As planned: before it, only the old key is published.
    fn planned(from: &str, max_age_s: u64, max_lifetime_s: u64) -> Self {
        let text = plan(&[
            "--from",
            from,
            "--start",
            "2026-11-21 12:00",
            "--max-age",
            &max_age_s.to_string(),
            "--max-lifetime",
            &max_lifetime_s.to_string(),
        ]);
        let names = |list: &str| match list {
            "a" => vec!["a"],
            "a,b" => vec!["a", "b"],
            "b" => vec!["b"],
            "b,a" => vec!["b", "a"],
            other => panic!("{other}"),
        };
        let mut steps = vec![Step {
            at: 0,
            keys: names(from),
        }];
        for line in steps_with_keys(&text) {
            steps.push(Step {
                at: millis(line.0),
                keys: names(line.1),
            });
        }
        assert_eq!(steps.len(), 4, "{text}");
        Self {
            max_age: max_age_s * SECOND,
            max_lifetime: max_lifetime_s * SECOND,
            steps,
        }
    }

    /// The number of the step that is in force.
    fn in_force(&self, time: u64) -> usize {
        self.steps
            .iter()
            .rposition(|step| step.at <= time)
            .expect("the first is always")
    }

    /// The steps whose document somebody may believe: a cache on the way keeps it for its max-age, and the verifier
    /// behind it for as long again.
    fn believed(&self, time: u64) -> std::ops::RangeInclusive<usize> {
        let oldest = time.saturating_sub((2 * self.max_age).saturating_sub(1));
        self.in_force(oldest)..=self.in_force(time)
    }

    /// When certificates were signed that live at this moment: now, as long ago as possible, and at the last moment of
    /// each step.
    fn signed(&self, time: u64) -> Vec<u64> {
        let oldest = time - (self.max_lifetime - SECOND);
        let last_moments = self.steps.iter().skip(1).map(|step| step.at - 1);
        let mut times: Vec<u64> = last_moments
            .filter(|moment| (oldest..time).contains(moment))
            .chain([oldest, time])
            .collect();
        times.sort_unstable();
        times
    }

    /// Moments at which something has just changed, or is about to.
    fn moments(&self) -> Vec<u64> {
        let after = [
            0,
            2 * self.max_age,
            self.max_lifetime - SECOND,
            self.max_lifetime + 2 * self.max_age,
        ];
        let changes = self
            .steps
            .iter()
            .skip(1)
            .flat_map(|step| after.map(|later| step.at + later));
        let mut moments: Vec<u64> = changes.flat_map(|change| [change - 1, change]).collect();
        moments.sort_unstable();
        moments.dedup();
        moments
    }

    /// Tries every certificate that lives with every document that may be believed, at every moment: how often it was
    /// good, and what was said where it was not (which keys the document had, which one had signed).
    fn drill(&self, folder: &Path) -> (usize, Vec<String>) {
        let mut good = 0;
        let mut refused = Vec::new();
        for now in self.moments() {
            for step in self.believed(now) {
                let keys = &self.steps[step].keys;
                fs::write(
                    folder.join("documents"),
                    json!({"my.example": document(keys)}).to_string(),
                )
                .expect("it is written");
                for signed_at in self.signed(now) {
                    let signer = self.steps[self.in_force(signed_at)].keys[0];
                    let bundle = bundle(signer, signed_at, self.max_lifetime, now);
                    let said = verify(folder, &bundle, now);
                    if said["status"] == "okay" {
                        assert_eq!(said["email"], "me@my.example");
                        good += 1;
                    } else {
                        let reason = said["reason"].as_str().expect("a reason");
                        refused.push(format!("{} refuses {signer}: {reason}", keys.join(",")));
                    }
                }
            }
        }
        refused.sort();
        refused.dedup();
        (good, refused)
    }
}

/// Date and `SigningKeys` of each step that has both.
fn steps_with_keys(plan: &str) -> impl Iterator<Item = (&str, &str)> {
    steps(plan).into_iter().filter_map(|line| {
        let (date, rest) = line.split_once("  SigningKeys=")?;
        Some((date, rest.split_once("  ")?.0))
    })
}

/// `2026-11-21 12:00`, this year or the next.
fn millis(date: &str) -> u64 {
    let number = |from: usize, to: usize| date[from..to].parse::<u64>().expect("a number");
    let days_before_month = [0, 31, 59, 90, 120, 151, 181, 212, 243, 273, 304, 334];
    let year_begins = match number(0, 4) {
        2026 => 1_767_225_600_000,
        2027 => 1_798_761_600_000,
        other => panic!("{other}"),
    };
    let days = days_before_month[number(5, 7) as usize - 1] + number(8, 10) - 1;
    year_begins + days * 24 * HOUR + number(11, 13) * HOUR + number(14, 16) * MINUTE
}

fn key(name: &str) -> &'static TestKey {
    match name {
        "a" => &ISSUER,
        _ => &OTHER,
    }
}

/// What the domain publishes: the first key in `public-key`, the other in `keys`.
fn document(names: &[&str]) -> Value {
    let mut document = json!({
        "public-key": key(names[0]).to_json(),
        "authentication": "/persona/sign_in.html",
        "provisioning": "/persona/provision.html",
    });
    let others: Vec<Value> = names
        .iter()
        .skip(1)
        .map(|name| key(name).to_json())
        .collect();
    if !others.is_empty() {
        document["keys"] = json!(others);
    }
    document
}

/// A certificate of then with an assertion of now.
fn bundle(signer: &str, signed_at: u64, lifetime: u64, now: u64) -> String {
    let certificate = json!({
        "iss": "my.example",
        "iat": signed_at - 10 * SECOND,
        "exp": signed_at + lifetime,
        "public-key": USER.to_json(),
        "principal": {"email": "me@my.example"},
    });
    let assertion = json!({"aud": AUDIENCE, "exp": now + 2 * MINUTE});
    let certificate = token(key(signer), "RS256", &certificate);
    format!("{certificate}~{}", token(&USER, "RS256", &assertion))
}

fn verify(folder: &Path, bundle: &str, now: u64) -> Value {
    let now = now.to_string();
    let arguments = [
        "verify",
        "--audience",
        AUDIENCE,
        "--documents",
        "documents",
        "--now",
        &now,
        "--",
        bundle,
    ];
    crate::json(&run(folder, &arguments))
}
