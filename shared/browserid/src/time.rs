//! Points in time, in the unit of the wire.

use core::fmt;

/// Milliseconds since 1970-01-01T00:00:00Z, the unit on the wire (PROTOCOL §3.4).
///
/// Arithmetic saturates: a time can never wrap around into the past.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Timestamp(u64);

impl Timestamp {
    /// The point `ms` milliseconds after the start of 1970.
    pub const fn from_millis(ms: u64) -> Self {
        Self(ms)
    }

    /// Milliseconds since the start of 1970.
    pub const fn as_millis(self) -> u64 {
        self.0
    }

    /// `ms` milliseconds later; at most the end of time.
    pub const fn plus_ms(self, ms: u64) -> Self {
        Self(self.0.saturating_add(ms))
    }

    /// `ms` milliseconds earlier; at least the start of 1970.
    pub const fn minus_ms(self, ms: u64) -> Self {
        Self(self.0.saturating_sub(ms))
    }

    /// Milliseconds from `earlier` to self; 0 if `earlier` is later.
    pub const fn since_ms(self, earlier: Self) -> u64 {
        self.0.saturating_sub(earlier.0)
    }
}

impl fmt::Display for Timestamp {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} ms", self.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn arithmetic_stops_at_both_ends() {
        let end = Timestamp::from_millis(u64::MAX);
        assert_eq!(end.plus_ms(1), end);
        assert_eq!(
            Timestamp::from_millis(5).minus_ms(6),
            Timestamp::from_millis(0)
        );
        assert_eq!(
            Timestamp::from_millis(5).since_ms(Timestamp::from_millis(9)),
            0
        );
        assert_eq!(
            Timestamp::from_millis(9).since_ms(Timestamp::from_millis(5)),
            4
        );
    }
}
