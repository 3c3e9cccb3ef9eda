//! When each host was asked again although its answer was fresh.

use std::hash::{BuildHasher as _, RandomState};

use browserid::{Domain, Timestamp};

use super::lifetime::is_ahead;

/// How long a host is left in peace after a second look.
const PAUSE_MS: u64 = 60_000;

/// Hosts share so many shelves, and nobody outside can choose who shares one. A host that finds its shelf full of others
/// waits until one of them may be asked again. So a flood of hosts takes no memory, and none is forgotten too early.
const SHELVES: usize = 512;

/// Hosts on one shelf.
const PLACES: usize = 4;

/// The times of second looks.
pub(super) struct SecondLooks {
    shelves: Vec<[Option<Look>; PLACES]>,
    state: RandomState,
}

#[derive(Clone, Copy)]
struct Look {
    at: Timestamp,
    /// Its hash: two hosts with the same one wait for each other.
    host: u64,
}

impl SecondLooks {
    pub(super) fn new() -> Self {
        Self {
            shelves: vec![[None; PLACES]; SHELVES],
            state: RandomState::new(),
        }
    }

    /// True if `host` may be asked again at `now`, which then counts as done.
    pub(super) fn take(&mut self, host: &Domain, now: Timestamp) -> bool {
        let host = self.state.hash_one(host);
        let Some(shelf) = self.shelves.get_mut((host % SHELVES as u64) as usize) else {
            return false;
        };
        let rests = |look: &Look| !is_ahead(look.at, now) && now.since_ms(look.at) < PAUSE_MS;
        let is_its_own = |place: &&mut Option<Look>| place.is_some_and(|look| look.host == host);
        let place = match shelf.iter_mut().find(is_its_own) {
            Some(own) => Some(own),
            None => shelf
                .iter_mut()
                .find(|place| !place.as_ref().is_some_and(rests)),
        };
        match place {
            Some(place) if !place.as_ref().is_some_and(rests) => {
                *place = Some(Look { at: now, host });
                true
            }
            _ => false,
        }
    }
}

#[cfg(test)]
mod tests {
    use browserid::HostRule;

    use super::*;

    const NOW: Timestamp = Timestamp::from_millis(1_800_000_000_000);

    fn host(text: &str) -> Domain {
        Domain::parse(text, HostRule::Public).expect("a domain")
    }

    #[test]
    fn a_host_is_asked_again_once_a_minute() {
        let mut looks = SecondLooks::new();
        let host = host("idp.example");
        assert!(looks.take(&host, NOW));
        for ms in [0, 1, 59_999] {
            assert!(!looks.take(&host, NOW.plus_ms(ms)), "{ms}");
        }
        assert!(looks.take(&host, NOW.plus_ms(60_000)));
        assert!(!looks.take(&host, NOW.plus_ms(119_999)));
        assert!(looks.take(&host, NOW.plus_ms(120_000)));
    }

    #[test]
    fn a_clock_that_was_set_back_does_not_silence_a_host() {
        let mut looks = SecondLooks::new();
        let host = host("idp.example");
        assert!(looks.take(&host, NOW));
        assert!(!looks.take(&host, NOW.minus_ms(1_000)));
        assert!(looks.take(&host, NOW.minus_ms(3_600_000)));
    }

    #[test]
    fn a_flood_of_hosts_frees_nobody_and_takes_no_room() {
        let mut looks = SecondLooks::new();
        let busy = host("idp.example");
        assert!(looks.take(&busy, NOW));
        let taken = (0..100_000)
            .filter(|number| looks.take(&host(&format!("h{number}.example")), NOW))
            .count();
        assert!(taken < SHELVES * PLACES, "{taken}");
        assert_eq!(looks.shelves.len(), SHELVES);
        assert!(!looks.take(&busy, NOW.plus_ms(59_999)));
    }

    #[test]
    fn hosts_do_not_wait_for_each_other() {
        let mut looks = SecondLooks::new();
        let taken = (0..20)
            .filter(|number| looks.take(&host(&format!("h{number}.example")), NOW))
            .count();
        assert_eq!(taken, 20);
    }
}
