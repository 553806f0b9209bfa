//! The caller's sound as it comes in: frames that came twice are told apart,
//! and an odd byte at a frame's end does not turn the rest into noise.

/// One stream's inflow. Time is counted in the bytes that pass.
#[derive(Debug, Default)]
pub struct Inflow {
    last: Option<(u64, u64)>,
    /// Half a sample, or one byte too many: the next frame tells.
    odd: Option<u8>,
}

impl Inflow {
    /// Takes a media frame's counters and its s16le bytes, which are left a
    /// whole number of samples. `false`: the frame came before and is to be
    /// dropped; only one with both counters can be known again, since a gap or
    /// a counter that stands still is no fault of the sound.
    pub fn take(&mut self, sequence: Option<u64>, timestamp: Option<u64>, bytes: &mut Vec<u8>) -> bool {
        let stamp = sequence.zip(timestamp);
        if stamp.is_some() && stamp == self.last {
            return false;
        }
        self.last = stamp;
        self.align(bytes);
        true
    }

    /// A carrier may cut its frames anywhere (then the odd byte is the first
    /// half of the next sample) or may send a byte too many (then it is none):
    /// of the two readings of the next frame the smoother is sound.
    fn align(&mut self, bytes: &mut Vec<u8>) {
        if let Some(low) = self.odd.take()
            && roughness(Some(low), bytes) <= roughness(None, bytes)
        {
            bytes.insert(0, low);
        }
        if !bytes.len().is_multiple_of(2) {
            self.odd = bytes.pop();
        }
    }
}

/// The sum of the steps from each sample to the next.
fn roughness(low: Option<u8>, bytes: &[u8]) -> u64 {
    let (first, rest) = match (low, bytes.split_first()) {
        (Some(low), Some((high, tail))) => (Some(i16::from_le_bytes([low, *high])), tail),
        _ => (None, bytes),
    };
    let samples = first.into_iter().chain(rest.as_chunks::<2>().0.iter().map(|pair| i16::from_le_bytes(*pair)));
    let step = |(sum, before): (u64, Option<i16>), sample: i16| {
        (sum + before.map_or(0, |before| u64::from(sample.abs_diff(before))), Some(sample))
    };
    samples.fold((0, None), step).0
}

#[cfg(test)]
mod tests {
    use super::*;

    /// 200 Hz at 16 kHz: smooth, as speech is.
    #[expect(clippy::cast_possible_truncation, reason = "a quarter of full scale")]
    fn sound(samples: usize) -> Vec<u8> {
        let at = |n: usize| (8_000.0 * (n as f64 * std::f64::consts::TAU / 80.0).sin()) as i16;
        (0..samples).flat_map(|n| at(n).to_le_bytes()).collect()
    }

    #[test]
    fn case_09_frames_cut_in_the_middle_of_a_sample_are_whole_again() {
        let whole = sound(3_200);
        for size in [641, 33, 1_601] {
            let mut inflow = Inflow::default();
            let mut out = Vec::new();
            for piece in whole.chunks(size) {
                let mut piece = piece.to_vec();
                assert!(inflow.take(None, None, &mut piece));
                assert!(piece.len().is_multiple_of(2));
                out.extend(piece);
            }
            assert_eq!(out, whole, "{size}");
        }
    }

    #[test]
    fn case_09_a_byte_too_many_is_dropped() {
        let whole = sound(3_200);
        let mut inflow = Inflow::default();
        let mut out = Vec::new();
        for (n, piece) in whole.chunks(640).enumerate() {
            let mut piece = piece.to_vec();
            if n % 3 == 1 {
                piece.push(0x5a);
            }
            assert!(inflow.take(None, None, &mut piece));
            out.extend(piece);
        }
        assert_eq!(out, whole);
    }

    #[test]
    fn case_09_a_frame_that_comes_twice_counts_once() {
        let mut inflow = Inflow::default();
        let mut take = |sequence, timestamp| inflow.take(sequence, timestamp, &mut vec![1, 2]);
        assert!(take(Some(1), Some(0)));
        assert!(!take(Some(1), Some(0)));
        assert!(take(Some(2), Some(100)));
        assert!(take(Some(2), Some(200)), "a number twice over other sound is only a miscount");
        assert!(take(Some(9), Some(300)), "a gap is nothing");
        assert!(take(None, None) && take(None, None), "without counters every frame is new");
    }
}
