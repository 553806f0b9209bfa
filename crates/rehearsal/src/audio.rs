//! Sound as 16-bit mono samples: files, rates, the telephone's band, and where
//! speech truly ends. No clock, no sockets.

mod band;
mod resample;

pub use band::telephone_band;
pub use resample::resample;

use crate::error::RehearsalError;
use std::path::Path;

/// A sample below this much of the peak is not speech any more: −34 dB.
const SPEECH_FLOOR: f64 = 0.019_952_623;

/// A played sample at or above this (−41 dB of full scale) is audible: −34 dB
/// below a voice that peaks at half of full scale.
pub const AUDIBLE: i16 = 300;

/// Little-endian bytes; an odd last byte is left out.
#[must_use]
pub fn from_bytes(bytes: &[u8]) -> Vec<i16> {
    bytes.chunks_exact(2).map(|b| i16::from_le_bytes([b[0], b[1]])).collect()
}

/// Little-endian bytes.
#[must_use]
pub fn to_bytes(samples: &[i16]) -> Vec<u8> {
    samples.iter().flat_map(|s| s.to_le_bytes()).collect()
}

/// Index behind the last sample above −34 dB of the clip's peak: the true end
/// of speech. 0 for silence.
#[must_use]
pub fn speech_end(samples: &[i16]) -> usize {
    let peak = samples.iter().map(|s| s.unsigned_abs()).max().unwrap_or(0);
    let floor = f64::from(peak) * SPEECH_FLOOR;
    samples.iter().rposition(|s| peak > 0 && f64::from(s.unsigned_abs()) >= floor).map_or(0, |i| i + 1)
}

/// Index of the first audible sample.
#[must_use]
pub fn first_audible(samples: &[i16]) -> Option<usize> {
    samples.iter().position(|s| s.unsigned_abs() >= AUDIBLE.unsigned_abs())
}

/// Adds `other × gain` onto `samples` from the start; loud sums are clipped.
#[expect(clippy::cast_possible_truncation, reason = "clamped to the range of i16")]
pub fn mix(samples: &mut [i16], other: &[i16], gain: f32) {
    for (sample, add) in samples.iter_mut().zip(other) {
        let sum = f32::from(*sample) + f32::from(*add) * gain;
        *sample = sum.clamp(-32_768.0, 32_767.0) as i16;
    }
}

/// dB as a factor of amplitude.
#[must_use]
pub fn gain(db: f32) -> f32 {
    10f32.powf(db / 20.0)
}

/// Reads a WAV of any rate as mono samples at `rate`.
///
/// # Errors
/// [`RehearsalError::Sound`].
pub fn read_wav(path: &Path, rate: u32) -> Result<Vec<i16>, RehearsalError> {
    let sound = |e: hound::Error| RehearsalError::Sound { path: path.to_owned(), why: e.to_string() };
    let reader = hound::WavReader::open(path).map_err(sound)?;
    let spec = reader.spec();
    let samples = match (spec.sample_format, spec.bits_per_sample) {
        (hound::SampleFormat::Int, 16) => reader.into_samples::<i16>().collect::<Result<Vec<_>, _>>().map_err(sound)?,
        (hound::SampleFormat::Float, 32) => {
            let floats = reader.into_samples::<f32>().collect::<Result<Vec<_>, _>>().map_err(sound)?;
            floats.into_iter().map(from_float).collect()
        }
        (_, bits) => {
            let why = format!("{bits} bits a sample; use 16-bit or float WAV");
            return Err(RehearsalError::Sound { path: path.to_owned(), why });
        }
    };
    Ok(resample(&to_mono(&samples, spec.channels), spec.sample_rate, rate))
}

/// Writes mono (one track) or stereo (two tracks, the shorter padded) WAV.
///
/// # Errors
/// [`RehearsalError::Sound`].
pub fn write_wav(path: &Path, rate: u32, tracks: &[&[i16]]) -> Result<(), RehearsalError> {
    let sound = |e: hound::Error| RehearsalError::Sound { path: path.to_owned(), why: e.to_string() };
    let channels = u16::try_from(tracks.len()).unwrap_or(1);
    let spec =
        hound::WavSpec { channels, sample_rate: rate, bits_per_sample: 16, sample_format: hound::SampleFormat::Int };
    let mut writer = hound::WavWriter::create(path, spec).map_err(sound)?;
    for i in 0..tracks.iter().map(|t| t.len()).max().unwrap_or(0) {
        for track in tracks {
            writer.write_sample(track.get(i).copied().unwrap_or(0)).map_err(sound)?;
        }
    }
    writer.finalize().map_err(sound)
}

#[expect(clippy::cast_possible_truncation, reason = "clamped to the range of i16")]
fn from_float(x: f32) -> i16 {
    (x * 32_767.0).clamp(-32_768.0, 32_767.0) as i16
}

fn to_mono(samples: &[i16], channels: u16) -> Vec<i16> {
    let n = usize::from(channels.max(1));
    if n == 1 {
        return samples.to_vec();
    }
    let mean = |frame: &[i16]| frame.iter().map(|s| i32::from(*s)).sum::<i32>() / i32::from(channels);
    samples.chunks_exact(n).map(|frame| i16::try_from(mean(frame)).unwrap_or(0)).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn speech_ends_at_the_last_sample_above_the_floor() {
        let mut clip = vec![0i16; 100];
        clip[10] = 10_000;
        clip[40] = -250;
        clip[60] = 150; // −36 dB: a tail, not speech
        assert_eq!(speech_end(&clip), 41);
        assert_eq!(speech_end(&[0; 10]), 0);
        assert_eq!(speech_end(&[]), 0);
    }

    #[test]
    fn a_file_survives_and_changes_its_rate() {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("a.wav");
        let left: Vec<i16> = (0..800).map(|i| (i % 50) * 100).collect();
        write_wav(&path, 8_000, &[&left, &left[..400]]).unwrap();
        let mono = read_wav(&path, 8_000).unwrap();
        assert_eq!((mono.len(), mono[10], mono[410]), (800, left[10], left[410] / 2));
        assert_eq!(read_wav(&path, 16_000).unwrap().len(), 1_600);
        assert!(read_wav(&dir.path().join("no.wav"), 8_000).unwrap_err().to_string().contains("no.wav"));
    }

    #[test]
    fn mixing_clips_instead_of_wrapping() {
        let mut a = [30_000, -30_000, 5];
        mix(&mut a, &[30_000, -30_000], 1.0);
        assert_eq!(a, [32_767, -32_768, 5]);
        assert!((gain(-20.0) - 0.1).abs() < 1e-6);
    }
}
