//! How long an answer may be used.
//!
//! | what was answered | it may be used for |
//! |---|---|
//! | a document, and how long it may be kept | so long, but at least 60 s and at most 6 h |
//! | a document that is not to be kept | 60 s |
//! | a document, and nothing about keeping it | 5 min |
//! | anything else: another status, a broken document, no answer | 30 s, whatever it says |
//!
//! An answer is as old as the question: time on the way, or in a frozen process, counts. At the last millisecond and after
//! it an answer is stale, and what is stale is not used for anything.

use browserid::{Freshness, Reading, Timestamp};

use crate::ports::Keep;

/// The shortest time a document is used: also for those that say `no-store`. What a crowd asks in one minute is asked
/// once.
pub(super) const LEAST_MS: u64 = 60_000;

/// The longest time a document is used, whatever it says: so a withdrawn key is gone after six hours everywhere.
pub(super) const MOST_MS: u64 = 6 * 3_600_000;

/// How long a document is used that does not say how long it may be.
pub(super) const UNSAID_MS: u64 = 5 * 60_000;

/// How long anything is used that is no document: a short outage must stay short (PROTOCOL V46).
pub(super) const FAILURE_MS: u64 = 30_000;

/// How far a time may lie ahead and still be the present: requests read the clock one after the other and get here in
/// another order. What lies further ahead was written before the clock was set back, and nothing is known about its age.
pub(super) const SLACK_MS: u64 = 1_000;

/// When something was asked, and until when the answer may be used.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Lifetime {
    asked: Timestamp,
    ms: u64,
}

impl Lifetime {
    /// Of `reading`, asked for at `asked`, whose host says `keep` of keeping it.
    pub(super) fn of(reading: &Reading, keep: Keep, asked: Timestamp) -> Self {
        let ms = match (reading.said(), keep) {
            (Err(_), _) => FAILURE_MS,
            (Ok(_), Keep::For { ms }) => ms.clamp(LEAST_MS, MOST_MS),
            (Ok(_), Keep::No) => LEAST_MS,
            (Ok(_), Keep::Unsaid) => UNSAID_MS,
        };
        Self { asked, ms }
    }

    /// How fresh it is at `now`; None when it is stale, or when the clock was set back since.
    pub(super) fn at(self, now: Timestamp) -> Option<Freshness> {
        if is_ahead(self.asked, now) {
            return None;
        }
        let age_ms = now.since_ms(self.asked);
        let left_ms = self.ms.saturating_sub(age_ms);
        (left_ms > 0).then_some(Freshness::Kept { age_ms, left_ms })
    }
}

/// True if `moment` is so far ahead of `now` that the clock must have been set back in between.
pub(super) fn is_ahead(moment: Timestamp, now: Timestamp) -> bool {
    moment.since_ms(now) > SLACK_MS
}

#[cfg(test)]
mod tests {
    use browserid::{Answer, DiscoveryRules, Domain, HostRule, Question, Unreachable};

    use super::*;

    const ASKED: Timestamp = Timestamp::from_millis(1_800_000_000_000);

    fn read(answer: Answer) -> Reading {
        let domain = Domain::parse("idp.example", HostRule::Public).expect("a domain");
        let question = Question {
            host: domain.clone(),
            principal: domain,
        };
        let rules = DiscoveryRules {
            fallback: None,
            hosts: HostRule::Public,
            max_delegations: 5,
            strict_content_type: false,
        };
        Reading::of(&question, answer, &rules)
    }

    fn response(status: u16, body: &str) -> Reading {
        read(Answer::Response {
            status,
            content_type: Some("application/json".to_owned()),
            body: body.as_bytes().to_vec(),
        })
    }

    fn document() -> Reading {
        response(200, r#"{"authority":"other.example"}"#)
    }

    /// It is fresh until just before `ms`, and stale from then on.
    fn lives(reading: &Reading, keep: Keep, ms: u64) {
        let lifetime = Lifetime::of(reading, keep, ASKED);
        for age_ms in [0, 1, ms - 1] {
            let left_ms = ms - age_ms;
            let expected = Some(Freshness::Kept { age_ms, left_ms });
            assert_eq!(lifetime.at(ASKED.plus_ms(age_ms)), expected, "{keep:?}");
        }
        for age_ms in [ms, ms + 1, u64::MAX] {
            assert_eq!(lifetime.at(ASKED.plus_ms(age_ms)), None, "{keep:?}");
        }
    }

    #[test]
    fn a_document_lives_as_long_as_it_says_between_a_minute_and_six_hours() {
        for (says, lives_ms) in [
            (0, 60_000),
            (59_999, 60_000),
            (60_000, 60_000),
            (60_001, 60_001),
            (21_599_999, 21_599_999),
            (21_600_000, 21_600_000),
            (21_600_001, 21_600_000),
            (u64::MAX, 21_600_000),
        ] {
            lives(&document(), Keep::For { ms: says }, lives_ms);
        }
    }

    #[test]
    fn a_document_that_is_not_to_be_kept_lives_a_minute_and_one_that_says_nothing_five() {
        lives(&document(), Keep::No, 60_000);
        lives(&document(), Keep::Unsaid, 300_000);
        lives(
            &response(200, r#"{"disabled":true}"#),
            Keep::Unsaid,
            300_000,
        );
    }

    #[test]
    fn every_failure_lives_half_a_minute_whatever_it_says() {
        for failure in [
            response(404, ""),
            response(503, ""),
            response(302, ""),
            response(200, "{}"),
            read(Answer::Unreachable(Unreachable::NoSuchHost)),
            read(Answer::Unreachable(Unreachable::Timeout)),
        ] {
            for keep in [
                Keep::Unsaid,
                Keep::No,
                Keep::For { ms: 0 },
                Keep::For { ms: u64::MAX },
            ] {
                lives(&failure, keep, 30_000);
            }
        }
    }

    #[test]
    fn what_was_asked_after_now_is_stale_but_for_the_time_between_reading_the_clock_and_asking() {
        let lifetime = Lifetime::of(&document(), Keep::Unsaid, ASKED);
        for back_ms in [1, 1_000] {
            let expected = Freshness::Kept {
                age_ms: 0,
                left_ms: 300_000,
            };
            assert_eq!(lifetime.at(ASKED.minus_ms(back_ms)), Some(expected));
        }
        for back_ms in [1_001, 3_600_000, u64::MAX] {
            assert_eq!(lifetime.at(ASKED.minus_ms(back_ms)), None);
        }
    }
}
