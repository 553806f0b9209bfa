//! Ears: a worker a core, a bounded queue, and results that come back when
//! they are ready. Letting go of the future cancels the work.

use caly_local_voice::stt::Recogniser;
use futures::FutureExt;
use futures::future::BoxFuture;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::mpsc;
use std::thread;
use tokio::sync::oneshot;

/// Ranges that may wait for each worker. More is refused: those callers are
/// better off with a keypad than with an answer that comes too late.
const QUEUE: usize = 8;

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
    answer: oneshot::Sender<Result<String, EarsError>>,
}

/// The workers, shared by every call.
pub struct SttPool {
    queue: mpsc::SyncSender<Ask>,
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
        for n in 0..workers.max(1) {
            let (work, recogniser) = (Arc::clone(&work), Arc::clone(&recogniser));
            thread::Builder::new().name(format!("ears-{n}")).spawn(move || {
                listen(&work, |samples, cancel| {
                    let heard = recogniser.recognise(samples, cancel);
                    heard.map(|heard| heard.text).map_err(|e| EarsError::Failed(e.to_string()))
                });
            })?;
        }
        Ok(Self { queue })
    }

    /// Recognises 16 kHz mono samples.
    pub fn recognise(&self, samples: &[i16]) -> BoxFuture<'static, Result<String, EarsError>> {
        let samples = samples.iter().map(|s| f32::from(*s) / 32_768.0).collect();
        let cancel = Arc::new(AtomicBool::new(false));
        let (answer, words) = oneshot::channel();
        let ask = Ask { samples, cancel: Arc::clone(&cancel), answer };
        let queued = self.queue.try_send(ask).is_ok();
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
    recognise: impl Fn(&[f32], &AtomicBool) -> Result<String, EarsError>,
) {
    loop {
        let next = {
            let queue = work.lock().unwrap_or_else(std::sync::PoisonError::into_inner);
            queue.recv()
        };
        // Nobody can ask any more: the pool is gone.
        let Ok(ask) = next else { return };
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

    #[tokio::test]
    async fn a_panic_costs_its_range_and_not_the_worker() {
        let (queue, work) = mpsc::sync_channel(QUEUE);
        let worker = thread::spawn(move || {
            listen(&work.into(), |samples, _| match samples {
                [] => panic!("on purpose"),
                some => Ok(format!("{} samples", some.len())),
            });
        });
        let pool = SttPool { queue };
        for _ in 0..3 {
            assert!(matches!(pool.recognise(&[]).await, Err(EarsError::Failed(_))));
        }
        assert_eq!(pool.recognise(&[0, 0]).await.unwrap(), "2 samples");
        drop(pool);
        worker.join().unwrap();
    }
}
