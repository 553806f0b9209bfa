//! Passwords: Argon2id, a few hashings at a time, and the same work for a user
//! who does not exist.

mod strength;

use crate::clock::{Chance, random};
use crate::error::Problem;
use argon2::password_hash::phc::PasswordHash;
use argon2::password_hash::{PasswordHasher, PasswordVerifier};
use argon2::{Algorithm, Argon2, Params, Version};
use std::sync::Arc;
use tokio::sync::{OwnedSemaphorePermit, Semaphore};

/// 19 MiB, two passes, one lane.
const MEMORY_KIB: u32 = 19_456;
const PASSES: u32 = 2;
/// Hashings that may wait; the next one is told to come back.
const QUEUE: usize = 32;
/// Longer texts are refused before any work is done on them.
pub const LONGEST: usize = 1_024;

/// Hashes and checks passwords, at most one per two cores at once.
#[derive(Debug, Clone)]
pub struct Passwords {
    working: Arc<Semaphore>,
    waiting: Arc<Semaphore>,
    nobody: Arc<str>,
}

impl Passwords {
    /// Sized for this machine. Makes the hash that stands in for unknown users.
    ///
    /// # Errors
    /// [`Problem`] when Argon2 refuses its parameters.
    pub fn new(chance: &dyn Chance) -> Result<Self, Problem> {
        let cores = std::thread::available_parallelism().map_or(1, std::num::NonZero::get);
        let permits = (cores / 2).max(1);
        let nobody = hash(&random::<32>(chance), &random::<16>(chance))?;
        Ok(Self {
            working: Arc::new(Semaphore::new(permits)),
            waiting: Arc::new(Semaphore::new(permits + QUEUE)),
            nobody: nobody.into(),
        })
    }

    /// The PHC string of a new password.
    ///
    /// # Errors
    /// 429 when too many wait.
    pub async fn hash(&self, password: &str, chance: &dyn Chance) -> Result<String, Problem> {
        let salt = random::<16>(chance);
        let password = password.to_owned();
        self.work(move || hash(password.as_bytes(), &salt)).await?
    }

    /// The PHC string of a password that a person chose, when it is long enough
    /// and hard to guess. `told` is what is known of the person: e-mail, name,
    /// company.
    ///
    /// # Errors
    /// 422 at `field` with what to do; 429 when too many wait.
    pub async fn choose(
        &self,
        field: &'static str,
        password: &str,
        told: &[&str],
        chance: &dyn Chance,
    ) -> Result<String, Problem> {
        strength::fits(field, password)?;
        let (told, salt) = (strength::words(told), random::<16>(chance));
        let password = password.to_owned();
        self.work(move || {
            strength::hard_to_guess(field, &password, &told)?;
            hash(password.as_bytes(), &salt)
        })
        .await?
    }

    /// Whether `password` belongs to `stored`. Without a stored hash the same
    /// work is done and the answer is no.
    ///
    /// # Errors
    /// 429 when too many wait.
    pub async fn matches(&self, password: &str, stored: Option<&str>) -> Result<bool, Problem> {
        if password.len() > LONGEST {
            return Ok(false);
        }
        let known = stored.is_some();
        let stored = stored.unwrap_or(&self.nobody).to_owned();
        let password = password.to_owned();
        let fits = self.work(move || verify(password.as_bytes(), &stored)).await??;
        Ok(known && fits)
    }

    async fn work<T: Send + 'static>(&self, job: impl FnOnce() -> T + Send + 'static) -> Result<T, Problem> {
        let place = Arc::clone(&self.waiting).try_acquire_owned().map_err(|_| {
            Problem::too_many("Too many people are logging in at this moment; try again in a few seconds.", 5)
        })?;
        let permit = Arc::clone(&self.working).acquire_owned().await.map_err(Problem::internal)?;
        // Both travel into the thread: a client that hangs up does not free
        // the place before the work is done.
        let held: (OwnedSemaphorePermit, OwnedSemaphorePermit) = (place, permit);
        tokio::task::spawn_blocking(move || {
            let _held = held;
            job()
        })
        .await
        .map_err(Problem::internal)
    }
}

/// The PHC string of a password; for the demo and set-up, outside requests.
///
/// # Errors
/// [`Problem`] when Argon2 refuses (it does not, with these parameters).
pub fn hash(password: &[u8], salt: &[u8; 16]) -> Result<String, Problem> {
    let hash: PasswordHash = argon()?.hash_password_with_salt(password, salt).map_err(Problem::internal)?;
    Ok(hash.to_string())
}

fn verify(password: &[u8], stored: &str) -> Result<bool, Problem> {
    let parsed = PasswordHash::new(stored).map_err(Problem::internal)?;
    Ok(argon()?.verify_password(password, &parsed).is_ok())
}

fn argon() -> Result<Argon2<'static>, Problem> {
    let params = Params::new(MEMORY_KIB, PASSES, 1, None).map_err(Problem::internal)?;
    Ok(Argon2::new(Algorithm::Argon2id, Version::V0x13, params))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::clock::SeededChance;

    #[tokio::test]
    async fn a_password_fits_only_its_own_hash() {
        let chance = SeededChance::new(1);
        let passwords = Passwords::new(&chance).unwrap();
        let stored = passwords.hash("correct horse battery", &chance).await.unwrap();
        assert!(stored.starts_with("$argon2id$v=19$m=19456,t=2,p=1$"), "{stored}");
        assert!(passwords.matches("correct horse battery", Some(&stored)).await.unwrap());
        assert!(!passwords.matches("correct horse batter", Some(&stored)).await.unwrap());
        assert!(!passwords.matches("anything", None).await.unwrap());
        assert!(!passwords.matches(&"x".repeat(2_000), Some(&stored)).await.unwrap());
    }

    #[tokio::test]
    async fn a_flood_is_turned_away() {
        let chance = SeededChance::new(1);
        let passwords = Passwords::new(&chance).unwrap();
        let all = passwords.waiting.available_permits();
        let _held = Arc::clone(&passwords.waiting).acquire_many_owned(u32::try_from(all).unwrap()).await.unwrap();
        let refused = passwords.matches("x", None).await.unwrap_err();
        assert_eq!((refused.status.as_u16(), refused.retry_after), (429, Some(5)));
    }
}
