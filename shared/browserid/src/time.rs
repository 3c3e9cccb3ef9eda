/// Milliseconds since 1970-01-01T00:00:00Z, the unit on the wire.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Timestamp(u64);
impl Timestamp {
    pub const fn from_millis(ms: u64) -> Self { Self(ms) }
    pub const fn as_millis(self) -> u64 { self.0 }
    pub const fn plus_ms(self, ms: u64) -> Self { Self(self.0.saturating_add(ms)) }
    pub const fn minus_ms(self, ms: u64) -> Self { Self(self.0.saturating_sub(ms)) }
    /// Milliseconds from `earlier` to self; 0 if `earlier` is later.
    pub const fn since_ms(self, earlier: Self) -> u64 { self.0.saturating_sub(earlier.0) }
}
