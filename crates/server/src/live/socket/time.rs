//! A call's own time: it begins where the machine's clock stands and goes on
//! evenly, whatever is done to that clock meanwhile. A step back would be
//! silence for the caller, a step forward an answer taken as heard.

use crate::clock::Clock;
use caly_core::time::At;
use std::time::Instant;

/// When a call began, by the clock that dates it and the one that measures it.
#[derive(Debug, Clone, Copy)]
pub(super) struct CallTime {
    began: At,
    /// `None`: the clock is somebody's own and is asked each time.
    since: Option<Instant>,
}

impl CallTime {
    pub(super) fn begin(clock: &dyn Clock) -> Self {
        Self { began: clock.now(), since: clock.measure() }
    }

    pub(super) fn now(self, clock: &dyn Clock) -> At {
        let Some(since) = self.since else { return clock.now() };
        self.began.plus(i64::try_from(since.elapsed().as_millis()).unwrap_or(i64::MAX))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::clock::{StillClock, SystemClock};
    use caly_core::time::MINUTE;
    use std::sync::atomic::{AtomicI64, Ordering};

    /// The machine's clock, set by hand.
    #[derive(Default)]
    struct Set(AtomicI64);

    impl Clock for Set {
        fn now(&self) -> At {
            SystemClock.now().plus(self.0.load(Ordering::Relaxed))
        }

        fn measure(&self) -> Option<Instant> {
            SystemClock.measure()
        }
    }

    #[test]
    fn a_step_of_the_machines_clock_is_none_of_the_calls() {
        let clock = Set::default();
        let time = CallTime::begin(&clock);
        let mut last = time.now(&clock);
        for step in [-MINUTE, 60 * MINUTE] {
            clock.0.store(step, Ordering::Relaxed);
            assert!((clock.now().0 - last.0).abs() > MINUTE / 2, "the control: the clock has moved");
            let now = time.now(&clock);
            assert!((0..MINUTE / 2).contains(&(now.0 - last.0)), "{last:?} {now:?}");
            last = now;
        }
    }

    #[test]
    fn a_clock_that_is_moved_by_hand_moves_the_call() {
        let clock = StillClock::at(At(5));
        let time = CallTime::begin(&clock);
        clock.advance(MINUTE);
        assert_eq!(time.now(&clock), At(5 + MINUTE));
    }
}
