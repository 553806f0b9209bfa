//! The edge where time and chance enter. Everything inside is handed them.

use caly_core::time::At;
use std::sync::Mutex;
use std::time::Instant;
use uuid::Uuid;

/// Where a moment comes from.
pub trait Clock: Send + Sync {
    /// Now, UTC.
    fn now(&self) -> At;

    /// Where measuring starts that no setting of this clock disturbs. `None`
    /// for a clock that is only ever moved by hand.
    fn measure(&self) -> Option<Instant> {
        None
    }
}

/// Where random bytes come from.
pub trait Chance: Send + Sync {
    /// Fills the buffer.
    fn fill(&self, bytes: &mut [u8]);

    /// A seed for one replayable decision.
    fn seed(&self) -> u64 {
        let mut bytes = [0; 8];
        self.fill(&mut bytes);
        // Stored as a signed number in both engines: the top bit stays free.
        u64::from_le_bytes(bytes) >> 1
    }

    /// A new UUIDv7, sorted by `now`.
    fn id(&self, now: At) -> Uuid {
        let mut bytes = [0; 10];
        self.fill(&mut bytes);
        let ms = u64::try_from(now.0).unwrap_or(0);
        uuid::Builder::from_unix_timestamp_millis(ms, &bytes).into_uuid()
    }
}

/// `N` random bytes.
pub fn random<const N: usize>(chance: &dyn Chance) -> [u8; N] {
    let mut bytes = [0; N];
    chance.fill(&mut bytes);
    bytes
}

/// The machine's clock.
#[derive(Debug, Default)]
pub struct SystemClock;

impl Clock for SystemClock {
    #[expect(clippy::disallowed_methods, reason = "the one place where the server reads the time")]
    fn now(&self) -> At {
        At(jiff::Timestamp::now().as_millisecond())
    }

    #[expect(clippy::disallowed_methods, reason = "the one place where the server begins to measure")]
    fn measure(&self) -> Option<Instant> {
        Some(Instant::now())
    }
}

/// The operating system's random source.
#[derive(Debug, Default)]
pub struct SystemChance;

impl Chance for SystemChance {
    fn fill(&self, bytes: &mut [u8]) {
        // Without randomness no token is safe: better no server than a weak one.
        getrandom::fill(bytes).expect("the operating system's random source answers");
    }
}

/// A clock that stands still until it is moved: for tests and for the demo's
/// history, which runs through the real finishing code.
#[derive(Debug)]
pub struct StillClock(Mutex<At>);

impl StillClock {
    /// Stands at `at`.
    #[must_use]
    pub fn at(at: At) -> Self {
        Self(Mutex::new(at))
    }

    /// Moves to `at`.
    pub fn set(&self, at: At) {
        *self.0.lock().unwrap_or_else(std::sync::PoisonError::into_inner) = at;
    }

    /// Moves forward by `ms`.
    pub fn advance(&self, ms: i64) {
        let mut at = self.0.lock().unwrap_or_else(std::sync::PoisonError::into_inner);
        *at = at.plus(ms);
    }
}

impl Clock for StillClock {
    fn now(&self) -> At {
        *self.0.lock().unwrap_or_else(std::sync::PoisonError::into_inner)
    }
}

/// Chance from a seed: the same seed, the same bytes.
#[derive(Debug)]
pub struct SeededChance(Mutex<rand_chacha::ChaCha12Rng>);

impl SeededChance {
    /// Starts from `seed`.
    #[must_use]
    pub fn new(seed: u64) -> Self {
        use rand_chacha::rand_core::SeedableRng;
        Self(Mutex::new(rand_chacha::ChaCha12Rng::seed_from_u64(seed)))
    }
}

impl Chance for SeededChance {
    fn fill(&self, bytes: &mut [u8]) {
        use rand_chacha::rand_core::Rng;
        self.0.lock().unwrap_or_else(std::sync::PoisonError::into_inner).fill_bytes(bytes);
    }
}
