use browserid::{Email, Timestamp};
pub const IDLE_MS: u64 = 14 * 24 * 60 * 60 * 1000;
pub const ABSOLUTE_MS: u64 = 30 * 24 * 60 * 60 * 1000;
#[derive(Clone, Debug, PartialEq)]
pub struct Session { pub email: Email, pub created: Timestamp, pub last_seen: Timestamp }
impl Session {
    /// The moment it ends by itself: the earlier of idle and absolute end.
    pub fn expires(&self) -> Timestamp { todo!() }
    /// At `expires` it is over.
    pub fn is_live(&self, now: Timestamp) -> bool { todo!() }
}
