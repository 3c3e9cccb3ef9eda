//! How long a sign-in lasts.

use browserid::{Email, Timestamp};

const HOUR_MS: u64 = 60 * 60 * 1000;
const DAY_MS: u64 = 24 * HOUR_MS;

/// A session that nobody used for so long is over. Longer would keep forgotten browsers signed in.
pub const IDLE_MS: u64 = 14 * DAY_MS;
/// No session lives longer, however much it is used: the password is asked again.
pub const ABSOLUTE_MS: u64 = 30 * DAY_MS;
/// On a computer that others use too a session lives so long, however much it is used; so do its certificates.
pub const SHARED_MS: u64 = HOUR_MS;
/// `last_seen` moves at most this often, so that nearly every read of a session is only a read.
pub const TOUCH_MS: u64 = HOUR_MS;

/// Somebody signed in. Its token is with the browser; stores know the token's hash.
#[derive(Clone, Debug, PartialEq)]
pub struct Session {
    /// When the password or the code was given.
    pub created: Timestamp,
    /// Who.
    pub email: Email,
    /// It began with a mailed code, and not with a password.
    pub is_by_code: bool,
    /// On a computer that others use too.
    pub is_shared: bool,
    /// When it was used last, to within [`TOUCH_MS`].
    pub last_seen: Timestamp,
}

impl Session {
    /// A session that starts now with a password, on the person's own computer.
    pub fn start(email: Email, now: Timestamp) -> Self {
        Self {
            created: now,
            email,
            is_by_code: false,
            is_shared: false,
            last_seen: now,
        }
    }

    /// The same, begun by a mailed code.
    pub fn by_code(self) -> Self {
        Self {
            is_by_code: true,
            ..self
        }
    }

    /// The same, on a computer that others use too if `is_shared`.
    pub fn shared(self, is_shared: bool) -> Self {
        Self { is_shared, ..self }
    }

    /// How long it lives at most, in milliseconds.
    pub fn life_ms(&self) -> u64 {
        if self.is_shared {
            SHARED_MS
        } else {
            ABSOLUTE_MS
        }
    }

    /// The moment it is over even if it is used all the time.
    pub fn absolute_end(&self) -> Timestamp {
        self.created.plus_ms(self.life_ms())
    }

    /// The moment it ends by itself: the earlier of idle and absolute end.
    pub fn expires(&self) -> Timestamp {
        self.last_seen.plus_ms(IDLE_MS).min(self.absolute_end())
    }

    /// At `expires` it is over.
    pub fn is_live(&self, now: Timestamp) -> bool {
        now < self.expires()
    }

    /// True once an hour of use: then the store should learn of it.
    pub fn is_to_be_touched(&self, now: Timestamp) -> bool {
        now.since_ms(self.last_seen) >= TOUCH_MS
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::world::{START, email};

    #[test]
    fn session_ends_at_the_earlier_of_its_ends_and_not_a_moment_sooner() {
        let fresh = Session::start(email("you@me.example"), START);
        assert_eq!(fresh.expires(), START.plus_ms(IDLE_MS));
        let busy = Session {
            last_seen: START.plus_ms(ABSOLUTE_MS - 1),
            ..fresh.clone()
        };
        assert_eq!(busy.expires(), START.plus_ms(ABSOLUTE_MS));
        for session in [fresh, busy] {
            assert!(session.is_live(session.expires().minus_ms(1)));
            assert!(!session.is_live(session.expires()));
        }
    }

    #[test]
    fn session_on_a_shared_computer_ends_after_an_hour_however_much_it_is_used() {
        let fresh = Session::start(email("you@me.example"), START).shared(true);
        let busy = Session {
            last_seen: START.plus_ms(SHARED_MS - 1),
            ..fresh.clone()
        };
        for session in [fresh, busy] {
            assert_eq!(session.expires(), START.plus_ms(SHARED_MS));
            assert_eq!(session.absolute_end(), START.plus_ms(SHARED_MS));
            assert!(session.is_live(START.plus_ms(SHARED_MS - 1)));
            assert!(!session.is_live(START.plus_ms(SHARED_MS)));
            let own = session.shared(false);
            assert_eq!(own.absolute_end(), START.plus_ms(ABSOLUTE_MS));
        }
    }

    #[test]
    fn use_is_to_be_noted_after_an_hour() {
        let session = Session::start(email("you@me.example"), START);
        assert!(!session.is_to_be_touched(START.plus_ms(TOUCH_MS - 1)));
        assert!(session.is_to_be_touched(START.plus_ms(TOUCH_MS)));
        // A clock that was set back is no reason to write.
        assert!(!session.is_to_be_touched(START.minus_ms(TOUCH_MS)));
    }
}
