//! Identity assertions: the holder of a certified key speaks to one site (PROTOCOL §3.3).

use serde_json::Map;

use crate::{
    Json, Timestamp,
    claims::{self, Validity, ValidityError},
};

/// How far ahead an assertion may expire, in milliseconds. Browsers give it two minutes.
pub const MAX_ASSERTION_MS: u64 = 24 * 60 * 60 * 1000;

/// What an assertion says, as written; each claim is judged when its turn comes.
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub struct AssertionClaims {
    /// `aud`: the site it is for.
    pub audience: Option<Json>,
    /// Members without a meaning of their own: said by the browser, vouched for by nobody.
    pub extra: Map<String, Json>,
    /// `iat` and `exp`
    pub validity: Validity,
}

impl AssertionClaims {
    pub(crate) fn read(payload: &Map<String, Json>) -> Self {
        Self {
            audience: payload.get("aud").cloned(),
            extra: claims::extra(payload),
            validity: Validity::read(payload),
        }
    }

    /// Holds now, and expires within 24 hours.
    pub(crate) fn check_validity(&self, now: Timestamp) -> Result<Timestamp, ValidityError> {
        self.validity.check(now, |_| now.plus_ms(MAX_ASSERTION_MS))
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn an_assertion_expires_within_a_day() {
        let now = Timestamp::from_millis(1_400_000_000_000);
        let expires = |exp: u64| {
            let payload = json!({"exp": exp, "iat": now.as_millis() - MAX_ASSERTION_MS});
            AssertionClaims::read(payload.as_object().expect("an object")).check_validity(now)
        };
        let latest = now.plus_ms(MAX_ASSERTION_MS);
        assert_eq!(expires(latest.as_millis()), Ok(latest));
        assert_eq!(
            expires(latest.as_millis() + 1),
            Err(ValidityError::LivesTooLong)
        );
    }
}
