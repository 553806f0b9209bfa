//! The echo channel: sound comes back, nothing is listened to, nothing counts.
//! It proves a line end to end with a few kilobytes.

use super::socket::{Out, Wire};
use caly_carriers::exotel::stream::{Chunker, Dialect, Encoder, Frame, Inflow, read};
use caly_core::outcome::EndedBy;
use std::time::Duration;
use tokio_util::sync::CancellationToken;

/// The carrier has no timer of its own for a line that nobody ends.
const LONGEST: Duration = Duration::from_mins(58);

/// Sends back what comes until somebody ends it.
pub async fn talk(wire: &mut Wire, cut: &CancellationToken, stream_sid: &str, rate: u32) -> EndedBy {
    tokio::select! {
        () = cut.cancelled() => EndedBy::Carrier,
        by = tokio::time::timeout(LONGEST, echo(wire, stream_sid, rate)) => by.unwrap_or(EndedBy::Agent),
    }
}

async fn echo(wire: &mut Wire, stream_sid: &str, rate: u32) -> EndedBy {
    let mut encoder = Encoder::new(stream_sid, Dialect::Superset, rate);
    let mut chunker = Chunker::new(rate);
    let mut inflow = Inflow::default();
    let mut full = Vec::new();
    loop {
        let Some(text) = wire.next_text().await else { return EndedBy::Carrier };
        // Anew for each frame: a call mostly waits, and holds no sound meanwhile.
        let mut audio = Vec::new();
        match read(&text, &mut audio) {
            Ok(Frame::Media { sequence, timestamp }) => {
                if inflow.take(sequence, timestamp, &mut audio) {
                    chunker.push(&audio, |chunk| full.push(encoder.media(chunk)));
                }
            }
            Ok(Frame::Stop(_)) => return EndedBy::Caller,
            Ok(_) => {}
            Err(e) => tracing::debug!(frame.error = %e, "a frame was dropped"),
        }
        for frame in full.drain(..) {
            if wire.send(Out::Text(frame)).await.is_err() {
                return EndedBy::Carrier;
            }
        }
    }
}
