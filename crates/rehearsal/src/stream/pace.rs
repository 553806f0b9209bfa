//! Keeping a paused clock from running away while other threads work.

use crate::knobs::Pace;
use std::future::Future;
use std::time::Duration;

/// After so long a held clock is let go, so that time-outs can fire. Real time.
const LONGEST_HOLD: Duration = Duration::from_secs(30);

/// Runs a future; a virtual clock stands still meanwhile. (tokio does not
/// advance a paused clock while a blocking task runs.)
pub(crate) async fn held<F: Future>(pace: Pace, future: F) -> F::Output {
    if pace == Pace::Real {
        return future.await;
    }
    let (release, released) = std::sync::mpsc::channel::<()>();
    let hold = tokio::task::spawn_blocking(move || {
        // Either way the wait is over.
        let _released_or_timed_out = released.recv_timeout(LONGEST_HOLD);
    });
    let output = future.await;
    drop(release);
    drop(hold.await);
    output
}

/// Gives other threads their real time, once per frame.
pub(crate) async fn breathe(pace: Pace) {
    if let Pace::Virtual { breath } = pace {
        drop(tokio::task::spawn_blocking(move || std::thread::sleep(breath)).await);
    }
}
