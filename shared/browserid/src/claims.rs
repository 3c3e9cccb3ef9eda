//! What certificates and assertions have in common: times and extra claims (PROTOCOL §3.4, §3.5).

use serde_json::{Map, Value};

use crate::{Json, Timestamp};

/// Names with a meaning of their own; never extra claims.
const RESERVED: [&str; 10] = [
    "aud",
    "exp",
    "iat",
    "iss",
    "jti",
    "nbf",
    "principal",
    "pubkey",
    "public-key",
    "sub",
];

/// The members of a payload that have no meaning of their own, and those of an object `principal` beside them.
///
/// As in the reference, a member of `principal` takes the place of a top-level one only if that is falsy, and `email`
/// is none there. `__proto__` is left out: it vanishes in the reference too, and it is a trap for readers in JavaScript.
pub(crate) fn extra(payload: &Map<String, Json>) -> Map<String, Json> {
    let mut extra = Map::new();
    for (name, value) in payload.iter().filter(|(name, _)| is_extra(name)) {
        extra.insert(name.clone(), value.clone());
    }
    if let Some(Value::Object(principal)) = payload.get("principal") {
        for (name, value) in principal
            .iter()
            .filter(|(name, _)| is_extra(name) && *name != "email")
        {
            if crate::json::is_falsy(extra.get(name)) {
                extra.insert(name.clone(), value.clone());
            }
        }
    }
    extra
}

fn is_extra(name: &str) -> bool {
    !RESERVED.contains(&name) && name != "__proto__"
}

/// A time as it stands in a payload, in milliseconds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum TimeClaim {
    /// Missing or null.
    Absent,
    /// An integer (also written as `1e12`) above 0 and below 2^53.
    At(Timestamp),
    /// An integer of 0 or below: over, whatever it was.
    BeforeAll,
    /// Anything else. The reference takes most of it for "never".
    Malformed,
}

impl TimeClaim {
    pub(crate) fn read(value: Option<&Json>) -> Self {
        /// 2^53: from here on, a number in JavaScript is not the number that was written.
        const END: u64 = 1 << 53;
        match value {
            None | Some(Value::Null) => Self::Absent,
            Some(Value::Number(number)) => {
                if let Some(ms) = number.as_u64() {
                    match ms {
                        0 => Self::BeforeAll,
                        1..END => Self::At(Timestamp::from_millis(ms)),
                        _ => Self::Malformed,
                    }
                } else if number.as_i64().is_some() {
                    Self::BeforeAll
                } else {
                    number.as_f64().map_or(Self::Malformed, Self::of_float)
                }
            }
            Some(_) => Self::Malformed,
        }
    }

    fn of_float(ms: f64) -> Self {
        if ms.fract() != 0.0 {
            Self::Malformed
        } else if ms <= 0.0 {
            Self::BeforeAll
        } else if ms < 9_007_199_254_740_992.0 {
            Self::At(Timestamp::from_millis(ms as u64))
        } else {
            Self::Malformed
        }
    }
}

/// From when until when something holds: both ends belong to it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Validity {
    /// `exp`
    pub expires: TimeClaim,
    /// `iat`
    pub issued: TimeClaim,
}

impl Validity {
    /// Was it issued at `moment` or later? What does not say when it was issued was not.
    pub(crate) fn is_issued_from(self, moment: Timestamp) -> bool {
        matches!(self.issued, TimeClaim::At(issued) if issued >= moment)
    }

    pub(crate) fn read(payload: &Map<String, Json>) -> Self {
        Self {
            expires: TimeClaim::read(payload.get("exp")),
            issued: TimeClaim::read(payload.get("iat")),
        }
    }

    /// `iat` before `exp`, as in the reference; `now` equal to either passes. Then `latest` of the issue time (or of
    /// `now`, where none is given) caps the life. Gives `exp`.
    pub(crate) fn check(
        self,
        now: Timestamp,
        latest: impl Fn(Option<Timestamp>) -> Timestamp,
    ) -> Result<Timestamp, ValidityError> {
        let issued = match self.issued {
            TimeClaim::Absent => None,
            TimeClaim::At(issued) if issued > now => return Err(ValidityError::NotYetValid),
            TimeClaim::At(issued) => Some(issued),
            TimeClaim::BeforeAll => Some(Timestamp::from_millis(0)),
            TimeClaim::Malformed => return Err(ValidityError::Malformed { claim: "iat" }),
        };
        let expires = match self.expires {
            TimeClaim::At(expires) if expires < now => return Err(ValidityError::Expired),
            TimeClaim::At(expires) => expires,
            TimeClaim::BeforeAll => return Err(ValidityError::Expired),
            TimeClaim::Absent | TimeClaim::Malformed => {
                return Err(ValidityError::Malformed { claim: "exp" });
            }
        };
        if expires > latest(issued) {
            return Err(ValidityError::LivesTooLong);
        }
        Ok(expires)
    }
}

/// Why something does not hold now.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ValidityError {
    /// `exp` has passed.
    Expired,
    /// `exp` is further away than anything may live.
    LivesTooLong,
    /// `exp` is missing, or a time is no whole number of milliseconds.
    Malformed {
        /// Which.
        claim: &'static str,
    },
    /// `iat` is still to come.
    NotYetValid,
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn at(ms: u64) -> TimeClaim {
        TimeClaim::At(Timestamp::from_millis(ms))
    }

    #[test]
    fn times_are_whole_milliseconds_below_2_to_the_53() {
        for (value, expected) in [
            (json!(1), at(1)),
            (json!(9_007_199_254_740_991_u64), at(9_007_199_254_740_991)),
            (json!(9_007_199_254_740_992_u64), TimeClaim::Malformed),
            (json!(1.4e12), at(1_400_000_000_000)),
            (json!(1.5), TimeClaim::Malformed),
            (json!(9_007_199_254_740_991.0), at(9_007_199_254_740_991)),
            (json!(9_007_199_254_740_992.0), TimeClaim::Malformed),
            (json!(0.0), TimeClaim::BeforeAll),
            (json!(-0.0), TimeClaim::BeforeAll),
            (json!(1e300), TimeClaim::Malformed),
            (json!(0), TimeClaim::BeforeAll),
            (json!(-1), TimeClaim::BeforeAll),
            (json!(-1e300), TimeClaim::BeforeAll),
            (json!(null), TimeClaim::Absent),
            (json!(true), TimeClaim::Malformed),
            (json!("1400000000000"), TimeClaim::Malformed),
            (json!([1_400_000_000_000_u64]), TimeClaim::Malformed),
        ] {
            assert_eq!(TimeClaim::read(Some(&value)), expected, "{value}");
        }
        assert_eq!(TimeClaim::read(None), TimeClaim::Absent);
    }

    #[test]
    fn both_ends_belong_to_the_time_and_the_cap_to_the_life() {
        let now = Timestamp::from_millis(1000);
        let check = |issued, expires| {
            Validity { expires, issued }
                .check(now, |issued| issued.unwrap_or(now).plus_ms(100))
                .map(Timestamp::as_millis)
        };
        assert_eq!(check(at(1000), at(1000)), Ok(1000));
        assert_eq!(check(at(1001), at(999)), Err(ValidityError::NotYetValid));
        assert_eq!(check(at(1000), at(999)), Err(ValidityError::Expired));
        assert_eq!(check(at(950), at(1050)), Ok(1050));
        assert_eq!(check(at(950), at(1051)), Err(ValidityError::LivesTooLong));
        assert_eq!(check(TimeClaim::Absent, at(1100)), Ok(1100));
        assert_eq!(
            check(TimeClaim::Absent, at(1101)),
            Err(ValidityError::LivesTooLong)
        );
        assert_eq!(
            check(TimeClaim::BeforeAll, at(1000)),
            Err(ValidityError::LivesTooLong)
        );
        assert_eq!(
            check(at(1), TimeClaim::BeforeAll),
            Err(ValidityError::Expired)
        );
        for expires in [TimeClaim::Absent, TimeClaim::Malformed] {
            assert_eq!(
                check(at(1), expires),
                Err(ValidityError::Malformed { claim: "exp" })
            );
        }
        assert_eq!(
            check(TimeClaim::Malformed, at(1000)),
            Err(ValidityError::Malformed { claim: "iat" })
        );
    }

    #[test]
    fn extra_claims_are_what_has_no_meaning_of_its_own() {
        let payload = json!({
            "iss": "a", "sub": "b", "aud": "c", "exp": 1, "nbf": 1, "iat": 1, "jti": 1, "public-key": {}, "pubkey": {},
            "email": "top@level", "kept": 1, "falsy": 0, "__proto__": {"x": 1}, "constructor": "y",
            "principal": {"email": "a@b", "iss": "z", "kept": 2, "falsy": 3, "unverified-email": "c@d"},
        });
        assert_eq!(
            Json::Object(extra(payload.as_object().expect("an object"))),
            json!({"email": "top@level", "kept": 1, "falsy": 3, "unverified-email": "c@d", "constructor": "y"})
        );
    }

    #[test]
    fn a_principal_that_is_no_object_has_no_claims() {
        for principal in [json!(null), json!("a@b"), json!(["x"])] {
            let payload = json!({ "principal": principal });
            assert!(extra(payload.as_object().expect("an object")).is_empty());
        }
    }
}
