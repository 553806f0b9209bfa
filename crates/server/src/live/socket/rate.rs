//! Samples a second on the wire. The address asks for a rate and `start`
//! announces one; where they differ neither is believed, the bytes are.

use super::wire::Wire;
use crate::clock::Clock;
use caly_carriers::exotel::stream::{Frame, Inflow, read};
use caly_core::time::At;
use std::time::Duration;

/// The caller hears nothing in the meantime.
const LOOK: Duration = Duration::from_millis(400);
/// Sound enough to tell one rate from another, ms.
const ENOUGH_MS: u64 = 100;
const RATES: [u32; 3] = [8_000, 16_000, 24_000];

/// The rate of a stream that has started. Frames that it looks at stay unread.
pub(super) async fn settle(wire: &mut Wire, clock: &dyn Clock, asked: u32, announced: Option<u32>) -> u32 {
    let Some(announced) = announced.filter(|announced| *announced != asked) else { return asked };
    let mut meter = Meter::default();
    let mut texts = Vec::new();
    let look = async {
        let (mut audio, mut inflow) = (Vec::new(), Inflow::default());
        while meter.enough().is_none()
            && let Some(text) = wire.next_text().await
        {
            if let Ok(Frame::Media { sequence, timestamp }) = read(&text, &mut audio)
                && inflow.take(sequence, timestamp, &mut audio)
            {
                meter.take(audio.len(), timestamp, clock.now());
            }
            texts.push(text);
        }
    };
    // Nothing came in time: what was asked for is as good as any.
    let _ = tokio::time::timeout(LOOK, look).await;
    wire.unread(texts);
    let rate = meter.rate().unwrap_or(asked);
    tracing::warn!(
        stream.asked = asked,
        stream.announced = announced,
        stream.rate = rate,
        "a stream's rates differ; the bytes decide"
    );
    rate
}

/// Bytes, and the time that they last.
#[derive(Debug, Default)]
struct Meter {
    bytes: u64,
    first: Option<(Option<u64>, At)>,
    ms: u64,
}

impl Meter {
    fn take(&mut self, bytes: usize, timestamp: Option<u64>, now: At) {
        let Some((began, at)) = self.first else {
            self.first = Some((timestamp, now));
            self.bytes = bytes as u64;
            return;
        };
        // A frame's stamp is where it begins: what came before it has lasted
        // until then. Without stamps the clock of arrival says the same.
        self.ms = match (began, timestamp) {
            (Some(began), Some(timestamp)) => timestamp.saturating_sub(began),
            _ => u64::try_from(now.since(at)).unwrap_or(0),
        };
        if self.enough().is_none() {
            self.bytes += bytes as u64;
        }
    }

    fn enough(&self) -> Option<u64> {
        (self.ms >= ENOUGH_MS).then_some(self.ms)
    }

    /// The rate that the bytes come closest to.
    fn rate(&self) -> Option<u32> {
        let observed = self.bytes * 500 / self.enough()?;
        RATES.into_iter().min_by_key(|rate| u64::from(*rate).abs_diff(observed))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn observed(rate: u32, frame_ms: u64, stamped: bool) -> Option<u32> {
        let mut meter = Meter::default();
        let bytes = usize::try_from(u64::from(rate) * 2 * frame_ms / 1000).unwrap();
        for n in 0..40 {
            let ms = n * frame_ms;
            meter.take(bytes, stamped.then_some(ms + 40), At(i64::try_from(ms).unwrap()));
            if meter.enough().is_some() {
                break;
            }
        }
        meter.rate()
    }

    #[test]
    fn case_11_the_bytes_tell_the_rate_in_every_frame_size() {
        for rate in RATES {
            for frame_ms in [20, 60, 100] {
                assert_eq!(observed(rate, frame_ms, true), Some(rate), "{frame_ms} ms, stamped");
                assert_eq!(observed(rate, frame_ms, false), Some(rate), "{frame_ms} ms, by the clock");
            }
        }
    }

    #[test]
    fn too_little_sound_tells_nothing() {
        let mut meter = Meter::default();
        meter.take(3_200, Some(0), At(0));
        meter.take(3_200, Some(50), At(50));
        assert_eq!(meter.rate(), None);
    }
}
