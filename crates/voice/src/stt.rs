//! Ears: a worker a core, a bounded queue, and results that come back when
//! they are ready. Letting go of the future cancels the work.

use caly_local_voice::stt::Recogniser;
use futures::FutureExt;
use futures::future::BoxFuture;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU64, AtomicUsize, Ordering};
use std::sync::mpsc;
use std::thread;
use std::time::Duration;
use tokio::sync::oneshot;
use tokio::time::Instant;

/// Ranges that may wait for each worker. More is refused: those callers are
/// better off with a keypad than with an answer that comes too late.
const QUEUE: usize = 8;
/// While ranges wait longer than this, ms, another caller is better off with a
/// person.
const LATE_MS: u64 = 1_000;

/// Why there are no words.
#[derive(Debug, thiserror::Error)]
pub enum EarsError {
    /// More is waiting than can be heard in time.
    #[error("more speech is waiting to be recognised than this machine can do")]
    Busy,
    /// The recogniser failed.
    #[error("the recogniser failed: {0}")]
    Failed(String),
}

struct Ask {
    samples: Vec<f32>,
    cancel: Arc<AtomicBool>,
    asked: Instant,
    answer: oneshot::Sender<Result<String, EarsError>>,
}

/// The workers, shared by every call.
pub struct SttPool {
    queue: mpsc::SyncSender<Ask>,
    wait: Arc<Wait>,
}

/// How long ranges wait.
#[derive(Default)]
struct Wait {
    /// Ranges that no worker has taken yet.
    ranges: AtomicUsize,
    /// How long the one that was taken last had waited.
    last_ms: AtomicU64,
}

impl Wait {
    fn taken(&self, waited: Duration) {
        self.ranges.fetch_sub(1, Ordering::Relaxed);
        self.last_ms.store(u64::try_from(waited.as_millis()).unwrap_or(u64::MAX), Ordering::Relaxed);
    }

    /// Nothing that waits is late, however long the last one waited.
    fn late(&self) -> bool {
        self.ranges.load(Ordering::Relaxed) > 0 && self.last_ms.load(Ordering::Relaxed) > LATE_MS
    }
}

/// Cancels the work when the asker goes away.
struct CancelOnDrop(Arc<AtomicBool>);

impl Drop for CancelOnDrop {
    fn drop(&mut self) {
        self.0.store(true, Ordering::Relaxed);
    }
}

impl SttPool {
    /// Starts `workers` threads over one recogniser; one a core is right.
    ///
    /// # Errors
    /// When the system gives no thread.
    pub fn start(recogniser: Arc<Recogniser>, workers: usize) -> std::io::Result<Self> {
        let (queue, work) = mpsc::sync_channel::<Ask>(QUEUE * workers.max(1));
        let work = Arc::new(std::sync::Mutex::new(work));
        let wait = Arc::new(Wait::default());
        for n in 0..workers.max(1) {
            let (work, wait, recogniser) = (Arc::clone(&work), Arc::clone(&wait), Arc::clone(&recogniser));
            thread::Builder::new().name(format!("ears-{n}")).spawn(move || {
                listen(&work, &wait, |samples, cancel| {
                    let heard = recogniser.recognise(samples, cancel);
                    heard.map(|heard| heard.text).map_err(|e| EarsError::Failed(e.to_string()))
                });
            })?;
        }
        Ok(Self { queue, wait })
    }

    /// Whether more speech waits than this machine keeps up with: another call
    /// would make it worse for all.
    #[must_use]
    pub fn late(&self) -> bool {
        self.wait.late()
    }

    /// Recognises 16 kHz mono samples.
    pub fn recognise(&self, samples: &[i16]) -> BoxFuture<'static, Result<String, EarsError>> {
        let samples = samples.iter().map(|s| f32::from(*s) / 32_768.0).collect();
        let cancel = Arc::new(AtomicBool::new(false));
        let (answer, words) = oneshot::channel();
        let ask = Ask { samples, cancel: Arc::clone(&cancel), asked: Instant::now(), answer };
        // Counted before a worker can take it.
        self.wait.ranges.fetch_add(1, Ordering::Relaxed);
        let queued = self.queue.try_send(ask).is_ok();
        if !queued {
            self.wait.ranges.fetch_sub(1, Ordering::Relaxed);
        }
        let guard = CancelOnDrop(cancel);
        async move {
            let _guard = guard;
            if !queued {
                return Err(EarsError::Busy);
            }
            words.await.unwrap_or_else(|_| Err(EarsError::Failed("its worker is gone".into())))
        }
        .boxed()
    }
}

/// One worker. A panic in the recogniser costs that range, not the worker.
fn listen(
    work: &std::sync::Mutex<mpsc::Receiver<Ask>>,
    wait: &Wait,
    recognise: impl Fn(&[f32], &AtomicBool) -> Result<String, EarsError>,
) {
    loop {
        let next = {
            let queue = work.lock().unwrap_or_else(std::sync::PoisonError::into_inner);
            queue.recv()
        };
        // Nobody can ask any more: the pool is gone.
        let Ok(ask) = next else { return };
        wait.taken(ask.asked.elapsed());
        if ask.cancel.load(Ordering::Relaxed) {
            continue;
        }
        let words = catch_unwind(AssertUnwindSafe(|| recognise(&ask.samples, &ask.cancel)))
            // The hook has printed it; the thread hears the others.
            .unwrap_or_else(|_| Err(EarsError::Failed("it panicked".into())));
        // The asker may have gone away in the meantime.
        let _ = ask.answer.send(words);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A pool whose workers are the test's.
    fn unattended() -> (SttPool, mpsc::Receiver<Ask>) {
        let (queue, work) = mpsc::sync_channel(QUEUE);
        (SttPool { queue, wait: Arc::default() }, work)
    }

    #[tokio::test]
    async fn whoever_waits_behind_a_long_wait_is_late() {
        let (pool, work) = unattended();
        let _asked: Vec<_> = (0..3).map(|_| pool.recognise(&[0])).collect();
        assert!(!pool.late(), "nobody has waited yet");
        let long = Duration::from_millis(LATE_MS + 1);
        let taken = || {
            work.recv().unwrap();
            pool.wait.taken(long);
        };
        taken();
        assert!(pool.late());
        taken();
        taken();
        assert!(!pool.late(), "nobody waits any more");
        for _ in 0..QUEUE {
            drop(pool.recognise(&[0]));
        }
        assert!(matches!(pool.recognise(&[0]).await, Err(EarsError::Busy)));
        assert_eq!(pool.wait.ranges.load(Ordering::Relaxed), QUEUE, "what was refused does not wait");
    }

    #[tokio::test]
    async fn a_panic_costs_its_range_and_not_the_worker() {
        let (pool, work) = unattended();
        let wait = Arc::clone(&pool.wait);
        let worker = thread::spawn(move || {
            listen(&work.into(), &wait, |samples, _| match samples {
                [] => panic!("on purpose"),
                some => Ok(format!("{} samples", some.len())),
            });
        });
        for _ in 0..3 {
            assert!(matches!(pool.recognise(&[]).await, Err(EarsError::Failed(_))));
        }
        assert_eq!(pool.recognise(&[0, 0]).await.unwrap(), "2 samples");
        drop(pool);
        worker.join().unwrap();
    }
}
