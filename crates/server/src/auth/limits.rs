//! How often a login may be tried: tight per address, loose per account, so
//! that nobody can lock somebody else out.

use crate::clock::Clock;
use crate::error::Problem;
use caly_core::time::At;
use governor::clock::Clock as GovernorClock;
use governor::middleware::NoOpMiddleware;
use governor::state::keyed::DefaultKeyedStateStore;
use governor::{Quota, RateLimiter};
use std::net::IpAddr;
use std::num::NonZeroU32;
use std::sync::Arc;
use std::time::Duration;

/// Tries at once from one address, and one more every [`ADDRESS_REFILL`].
const ADDRESS_BURST: NonZeroU32 = NonZeroU32::new(30).expect("30 is not zero");
const ADDRESS_REFILL: Duration = Duration::from_secs(3);
/// Tries at once on one account, and one more every [`ACCOUNT_REFILL`].
const ACCOUNT_BURST: NonZeroU32 = NonZeroU32::new(100).expect("100 is not zero");
const ACCOUNT_REFILL: Duration = Duration::from_secs(10);
/// Beyond this many remembered keys the idle ones are dropped first.
const MOST_KEYS: usize = 50_000;

type Limiter<K> = RateLimiter<K, DefaultKeyedStateStore<K>, Ticks, NoOpMiddleware<Duration>>;

/// Counts tries.
pub struct LoginLimits {
    addresses: Limiter<IpAddr>,
    /// By what the store would find, hashed: a key is as long as any other.
    accounts: Limiter<[u8; 32]>,
    clock: Ticks,
}

impl LoginLimits {
    /// Nothing tried yet.
    #[must_use]
    pub fn new(clock: Arc<dyn Clock>) -> Self {
        let clock = Ticks { start: clock.now(), clock };
        Self {
            addresses: RateLimiter::dashmap_with_clock(quota(ADDRESS_BURST, ADDRESS_REFILL), clock.clone()),
            accounts: RateLimiter::dashmap_with_clock(quota(ACCOUNT_BURST, ACCOUNT_REFILL), clock.clone()),
            clock,
        }
    }

    /// Counts one try.
    ///
    /// # Errors
    /// 429 with the seconds to wait.
    pub fn check(&self, address: IpAddr, email: &str) -> Result<(), Problem> {
        self.check_address(address)?;
        self.check_account(email)
    }

    /// Counts one try on an account, where the address was counted already.
    ///
    /// # Errors
    /// 429 with the seconds to wait.
    pub fn check_account(&self, email: &str) -> Result<(), Problem> {
        let now = self.clock.now();
        self.accounts.check_key(&account(email)).map_err(|n| refused(n.wait_time_from(now)))
    }

    /// Counts one try of somebody who has not said yet who he is.
    ///
    /// # Errors
    /// 429 with the seconds to wait.
    pub fn check_address(&self, address: IpAddr) -> Result<(), Problem> {
        self.forget_idle();
        let now = self.clock.now();
        self.addresses.check_key(&network(address)).map_err(|n| refused(n.wait_time_from(now)))
    }

    fn forget_idle(&self) {
        if self.addresses.len() + self.accounts.len() > MOST_KEYS {
            self.addresses.retain_recent();
            self.accounts.retain_recent();
        }
    }
}

/// E-mails are one where the store finds one login for them: without case and
/// surrounding blanks.
fn account(email: &str) -> [u8; 32] {
    *blake3::hash(email.trim().to_lowercase().as_bytes()).as_bytes()
}

fn refused(wait: Duration) -> Problem {
    let seconds = u32::try_from(wait.as_secs()).unwrap_or(u32::MAX).saturating_add(1);
    Problem::too_many(format!("Too many login attempts; try again in {seconds} seconds."), seconds)
}

/// An IPv6 customer has a whole /64: it counts as one address.
fn network(address: IpAddr) -> IpAddr {
    match address.to_canonical() {
        IpAddr::V4(v4) => IpAddr::V4(v4),
        IpAddr::V6(v6) => {
            let s = v6.segments();
            IpAddr::from([s[0], s[1], s[2], s[3], 0, 0, 0, 0])
        }
    }
}

fn quota(burst: NonZeroU32, refill: Duration) -> Quota {
    // Both refills are constants above zero, the only thing that is refused.
    Quota::with_period(refill).unwrap_or_else(|| Quota::per_minute(burst)).allow_burst(burst)
}

/// Our clock in governor's terms: time since the server started.
#[derive(Clone)]
struct Ticks {
    start: At,
    clock: Arc<dyn Clock>,
}

impl GovernorClock for Ticks {
    type Instant = Duration;

    fn now(&self) -> Duration {
        let ms = self.clock.now().since(self.start);
        Duration::from_millis(u64::try_from(ms).unwrap_or(0))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::clock::StillClock;

    #[test]
    fn an_address_is_slowed_and_recovers() {
        let clock = Arc::new(StillClock::at(At(1_000_000)));
        let limits = LoginLimits::new(clock.clone());
        let from: IpAddr = "203.0.113.9".parse().unwrap();
        for n in 0..ADDRESS_BURST.get() {
            assert!(limits.check(from, &format!("u{n}@example.com")).is_ok());
        }
        assert_eq!(limits.check(from, "x@example.com").unwrap_err().status.as_u16(), 429);
        assert!(limits.check("203.0.113.10".parse().unwrap(), "x@example.com").is_ok());
        clock.advance(3_000);
        assert!(limits.check(from, "x@example.com").is_ok());
    }

    #[test]
    fn an_account_is_one_however_it_is_written() {
        let limits = LoginLimits::new(Arc::new(StillClock::at(At(1_000_000))));
        for n in 0..ACCOUNT_BURST.get() {
            let blanks = " ".repeat(n as usize);
            assert!(limits.check_account(&format!("{blanks}Asha@Example.com\t{blanks}")).is_ok());
        }
        assert_eq!(limits.check_account("asha@example.com").unwrap_err().status.as_u16(), 429);
        assert!(limits.check_account("ravi@example.com").is_ok());
    }

    #[test]
    fn one_household_is_one_address() {
        let a = network("2001:db8:1:2::1".parse().unwrap());
        assert_eq!(a, network("2001:db8:1:2:ffff::9".parse().unwrap()));
        assert_ne!(a, network("2001:db8:1:3::1".parse().unwrap()));
        assert_eq!(network("::ffff:10.0.0.1".parse().unwrap()), "10.0.0.1".parse::<IpAddr>().unwrap());
    }
}
