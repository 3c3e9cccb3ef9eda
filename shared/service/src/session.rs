//! How long a sign-in lasts.

use browserid::{Email, Timestamp};
use serde::{Deserialize, Serialize};

const MINUTE_MS: u64 = 60 * 1000;
const HOUR_MS: u64 = 60 * 60 * 1000;
const DAY_MS: u64 = 24 * HOUR_MS;

/// A session that nobody used for so long is over. Longer would keep forgotten browsers signed in.
pub const IDLE_MS: u64 = 14 * DAY_MS;
/// No session lives longer, however much it is used: the person signs in again.
pub const ABSOLUTE_MS: u64 = 30 * DAY_MS;
/// On a computer that others use too a session lives so long, however much it is used; so do its certificates.
pub const SHARED_MS: u64 = HOUR_MS;
/// A session for one window: the browser forgets it with the window, and we after so long.
pub const WINDOW_MS: u64 = 12 * HOUR_MS;
/// `last_seen` moves at most this often, so that nearly every read of a session is only a read.
pub const TOUCH_MS: u64 = HOUR_MS;
/// What changes a way in needs a proof that is not older than this: 5 minutes.
pub const FRESH_MS: u64 = 5 * MINUTE_MS;

/// Somebody signed in. Its token is with the browser; stores know the token's hash.
#[derive(Clone, Debug, PartialEq)]
pub struct Session {
    /// When it began.
    pub created: Timestamp,
    /// What browser it is with, as far as it said: `Firefox on Linux`. Empty where nothing is known.
    pub device: String,
    /// Who.
    pub email: Email,
    /// When it was used last, to within [`TOUCH_MS`].
    pub last_seen: Timestamp,
    /// How long it may live.
    pub life: Life,
    /// When who has it proved last to be the person: at the beginning, or later once more.
    pub proved: Timestamp,
    /// How it began.
    pub way: Way,
}

/// How somebody signed in. The names stand in stores and in answers: rename none.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Way {
    /// A link from whoever controls the machine or the cloud account.
    Link,
    /// A code that was mailed (at a fallback).
    MailedCode,
    /// A passkey.
    Passkey,
    /// A password, with a second step where one is set.
    Password,
    /// A recovery code.
    RecoveryCode,
}

/// How long a session may live, as its person chose. The names stand in stores and in answers: rename none.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Life {
    /// An hour, on a computer that others use too.
    Hour,
    /// Thirty days.
    #[default]
    Keep,
    /// As long as the browser keeps the window, twelve hours at most.
    Window,
}

impl Life {
    /// How long a session lives at most, in milliseconds.
    pub fn session_ms(self) -> u64 {
        match self {
            Self::Hour => SHARED_MS,
            Self::Keep => ABSOLUTE_MS,
            Self::Window => WINDOW_MS,
        }
    }

    /// How long a certificate lives at most, in milliseconds.
    pub fn certificate_ms(self) -> u64 {
        match self {
            Self::Hour | Self::Window => HOUR_MS,
            Self::Keep => 6 * HOUR_MS,
        }
    }
}

impl Session {
    /// A session that starts now with a password, on the person's own computer.
    pub fn start(email: Email, now: Timestamp) -> Self {
        Self {
            created: now,
            device: String::new(),
            email,
            last_seen: now,
            life: Life::Keep,
            proved: now,
            way: Way::Password,
        }
    }

    /// The same, begun in another way.
    pub fn by(self, way: Way) -> Self {
        Self { way, ..self }
    }

    /// The same, for another time.
    pub fn living(self, life: Life) -> Self {
        Self { life, ..self }
    }

    /// The same, with this browser.
    pub fn on(self, device: impl Into<String>) -> Self {
        Self {
            device: device.into(),
            ..self
        }
    }

    /// How long it lives at most, in milliseconds.
    pub fn life_ms(&self) -> u64 {
        self.life.session_ms()
    }

    /// Its person proved who they are within the last [`FRESH_MS`]. A proof from the future is none.
    pub fn is_fresh(&self, now: Timestamp) -> bool {
        self.proved <= now && now < self.proved.plus_ms(FRESH_MS)
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
        let fresh = Session::start(email("you@me.example"), START).living(Life::Hour);
        let busy = Session {
            last_seen: START.plus_ms(SHARED_MS - 1),
            ..fresh.clone()
        };
        for session in [fresh, busy] {
            assert_eq!(session.expires(), START.plus_ms(SHARED_MS));
            assert_eq!(session.absolute_end(), START.plus_ms(SHARED_MS));
            assert!(session.is_live(START.plus_ms(SHARED_MS - 1)));
            assert!(!session.is_live(START.plus_ms(SHARED_MS)));
            let own = session.living(Life::Keep);
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
