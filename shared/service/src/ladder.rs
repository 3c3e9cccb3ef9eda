//! How long to wait after a wrong guess: nothing at first, then longer each time.

/// Free guesses, then rising delays. Forgotten when nobody guessed for a while.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Ladder {
    /// The wait after each guess beyond the free ones, in milliseconds; the last one counts for all that follow. Not empty.
    pub delays_ms: &'static [u64],
    /// So long after the last guess (and its wait) everything is forgotten, in milliseconds.
    pub forget_ms: u64,
    /// So many guesses cost no wait.
    pub free: u32,
}

impl Ladder {
    /// The wait after the `count`th guess (from 1), in milliseconds.
    pub fn delay_ms(&self, count: u32) -> u64 {
        let Some(beyond) = count.checked_sub(self.free).filter(|beyond| *beyond > 0) else {
            return 0;
        };
        let last = self.delays_ms.len().saturating_sub(1);
        let step = usize::try_from(beyond - 1).unwrap_or(last).min(last);
        self.delays_ms.get(step).copied().unwrap_or_default()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn free_guesses_cost_nothing_and_the_last_delay_counts_for_all_that_follow() {
        let ladder = Ladder {
            delays_ms: &[10, 20],
            forget_ms: 100,
            free: 2,
        };
        let delays: Vec<u64> = (0..6).map(|count| ladder.delay_ms(count)).collect();
        assert_eq!(delays, [0, 0, 0, 10, 20, 20]);
        assert_eq!(ladder.delay_ms(u32::MAX), 20);
    }
}
