//! When which step of a change of the signing key may be made.
//!
//! A certificate is believed if its key stands in the document that the verifier holds at that moment; and a verifier may
//! hold an old one. So a key is published long before it signs, and for as long after as anything that it signed lives.

use std::fmt;

use browserid::Timestamp;
use browserid::certificate::LIFETIME_TOLERANCE_MS;

use crate::arguments::KeyName;
use crate::utc;

const SECOND_MS: u64 = 1000;
const MINUTE_MS: u64 = 60 * SECOND_MS;
const HOUR_MS: u64 = 60 * MINUTE_MS;

/// For what cannot be computed: how long a deployment takes, clocks that differ, and verifiers that keep a document for a
/// time of their own (PyBrowserID: an hour).
const MARGIN_MS: u64 = HOUR_MS;
/// Between the end of the old key's use and the end of the key: time to notice that something still needs it.
const REGRET_MS: u64 = 7 * 24 * HOUR_MS;

/// The steps, in milliseconds of their earliest beginning.
pub struct Plan {
    from: KeyName,
    max_age_ms: u64,
    max_lifetime_ms: u64,
    publish: Timestamp,
    switch: Timestamp,
    unpublish: Timestamp,
    disable: Timestamp,
    delete: Timestamp,
}

impl Plan {
    /// For a document that is served with `max_age_s` and certificates of `max_lifetime_s` at most.
    pub fn new(from: KeyName, start: Timestamp, max_age_s: u64, max_lifetime_s: u64) -> Self {
        let max_age_ms = max_age_s.saturating_mul(SECOND_MS);
        let max_lifetime_ms = max_lifetime_s.saturating_mul(SECOND_MS);
        let held_ms = held_ms(max_age_ms);
        let switch = start.plus_ms(held_ms);
        let unpublish = switch.plus_ms(needed_ms(max_lifetime_ms) + held_ms);
        let disable = unpublish.plus_ms(held_ms);
        Self {
            from,
            max_age_ms,
            max_lifetime_ms,
            publish: start,
            switch,
            unpublish,
            disable,
            delete: disable.plus_ms(REGRET_MS),
        }
    }

    fn names(&self) -> (&'static str, &'static str) {
        match self.from {
            KeyName::A => ("a", "b"),
            KeyName::B => ("b", "a"),
        }
    }
}

/// How long after a new document was published somebody may still believe the one before: a cache on the way (the CDN)
/// hands out a copy that is nearly `max_age_ms` old, and a verifier that does not look at its age keeps it for as long
/// again.
fn held_ms(max_age_ms: u64) -> u64 {
    max_age_ms.saturating_mul(2).saturating_add(MARGIN_MS)
}

/// How long after its last signature a key is needed. A verifier whose clock is behind believes a certificate for longer
/// than it lives; and ours believe even one of another issuer for 24 h and this much from an `iat` that was set back.
fn needed_ms(max_lifetime_ms: u64) -> u64 {
    max_lifetime_ms + LIFETIME_TOLERANCE_MS
}

/// The runbook. A step's line begins with its time; what stands indented below it is how, why so late, and what to look at.
impl fmt::Display for Plan {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (old, new) = self.names();
        let held = held_ms(self.max_age_ms);
        let longest = held.max(self.max_lifetime_ms);
        let [age, life, tolerance, margin] = [
            self.max_age_ms,
            self.max_lifetime_ms,
            LIFETIME_TOLERANCE_MS,
            MARGIN_MS,
        ]
        .map(span);
        let kept = span(needed_ms(self.max_lifetime_ms) + held);
        let [held, longest] = [held, longest].map(span);
        let [publish, switch, unpublish, disable, delete] = [
            self.publish,
            self.switch,
            self.unpublish,
            self.disable,
            self.delete,
        ]
        .map(utc::minute);
        write!(
            f,
            "\
Change of the signing key from {old} to {new}. Times are UTC, and no step may come before its own. One that is
finished later moves all after it by as much: count from there, or print the plan again. Each SigningKeys is a
parameter of the stack: set it in samconfig.toml and run `sam deploy`; if your pages are elsewhere, upload the new
support document as well.

{publish}  SigningKeys={old},{new}  publish {new} beside {old}, which signs
    Afterwards: `selfsame discover DOMAIN` prints \"keys\":2.

{switch}  SigningKeys={new},{old}  sign with {new}; {old} stays published
    {held} later: a cache on the way may hand out a copy that is {age} old, a verifier may keep it {age} more,
    and {margin} is left for the deployment, for clocks, and for verifiers that keep a document an hour whatever it says.
    Afterwards: `selfsame discover DOMAIN` prints \"keys\":2, and signing in at a site works with a certificate made
    now (a private window makes one). If not, SigningKeys={old},{new} is the way back, at any time.
    Verifiers that know only `public-key` and not `keys` (PyBrowserID) are not helped by the overlap: until they have
    read this document they refuse what {new} signed, and then what {old} signed; all is well again after {longest}.

{unpublish}  SigningKeys={new}  take {old} back
    {kept} later: the last certificate that {old} signed lives {life}; {tolerance} are for verifiers whose clock is behind,
    and {held} is a reserve for a function or a cache that was late.
    Before: note the ARN of {old}, the stack's output OtherKey; it is KEY below. The key leaves the stack, but stays.
    Afterwards: `selfsame discover DOMAIN` prints \"keys\":1.

{disable}  disable {old}
    {held} later: no copy of a document that names {old} is left.
    aws kms disable-key --key-id KEY
    `aws kms enable-key --key-id KEY` is the way back.

{delete}  delete {old}
    {regret} days later, if nothing was missed.
    aws kms schedule-key-deletion --key-id KEY --pending-window-in-days 30
    For 30 days `aws kms cancel-key-deletion --key-id KEY` and `enable-key` are the way back; then there is none.
",
            regret = REGRET_MS / (24 * HOUR_MS),
        )
    }
}

/// `6 h`, `37 h 5 min`, `10 min`, `90 s`.
fn span(ms: u64) -> String {
    let parts = [
        (ms / HOUR_MS, "h"),
        (ms / MINUTE_MS % 60, "min"),
        (ms / SECOND_MS % 60, "s"),
    ];
    let said: Vec<String> = parts
        .iter()
        .filter(|(count, _)| *count > 0)
        .map(|(count, unit)| format!("{count} {unit}"))
        .collect();
    match said.as_slice() {
        [] => "0 s".to_owned(),
        said => said.join(" "),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn steps_keep_their_distances() {
        let start = Timestamp::from_millis(1_795_262_400_000);
        for (max_age_s, max_lifetime_s) in [(0, 60), (300, 3600), (21_600, 86_400)] {
            let plan = Plan::new(KeyName::A, start, max_age_s, max_lifetime_s);
            let held = 2 * max_age_s * 1000 + 3_600_000;
            assert_eq!(plan.publish, start);
            assert_eq!(plan.switch.since_ms(plan.publish), held);
            assert_eq!(
                plan.unpublish.since_ms(plan.switch),
                max_lifetime_s * 1000 + 300_000 + held
            );
            assert_eq!(plan.disable.since_ms(plan.unpublish), held);
            assert_eq!(plan.delete.since_ms(plan.disable), 7 * 86_400_000);
        }
    }

    #[test]
    fn spans_are_said_in_hours_minutes_and_seconds() {
        for (ms, said) in [
            (0, "0 s"),
            (90_000, "1 min 30 s"),
            (300_000, "5 min"),
            (46_800_000, "13 h"),
            (133_500_000, "37 h 5 min"),
            (3_601_000, "1 h 1 s"),
        ] {
            assert_eq!(span(ms), said);
        }
    }
}
