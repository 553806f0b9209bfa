//! The caller's voice: text to samples, in the band of a telephone.

use caly_local_voice::tts::Synthesiser;
use std::collections::HashMap;
use std::path::PathBuf;
use std::process::Command;
use std::sync::{Arc, Mutex, PoisonError};

/// Why a voice said nothing.
#[derive(Debug, thiserror::Error)]
pub enum VoiceError {
    /// The local pack could not speak.
    #[error("the local voice failed: {0}")]
    Local(#[from] caly_local_voice::tts::TtsError),
    /// `flite` is missing or failed.
    #[error("flite failed ({0}); install it with `apt-get install flite`")]
    Flite(String),
    /// The file that was spoken could not be read.
    #[error("the spoken file could not be read: {0}")]
    Wav(#[from] hound::Error),
}

/// Speaks text. Blocking: the carrier calls it off the executor.
pub trait CallerVoice: Send + Sync {
    /// Samples of the text at `rate` Hz.
    ///
    /// # Errors
    /// See [`VoiceError`].
    fn say(&self, text: &str, rate: u32) -> Result<Vec<i16>, VoiceError>;
}

impl CallerVoice for Synthesiser {
    fn say(&self, text: &str, rate: u32) -> Result<Vec<i16>, VoiceError> {
        Ok(Self::say(self, text, rate)?)
    }
}

/// The `flite` program, one process a sentence.
#[derive(Debug, Clone)]
pub struct Flite {
    /// Where spoken files are kept for a moment.
    pub scratch: PathBuf,
}

impl CallerVoice for Flite {
    fn say(&self, text: &str, rate: u32) -> Result<Vec<i16>, VoiceError> {
        // A name of its own: others may say the same at this moment.
        let file = tempfile::Builder::new().prefix("say-").suffix(".wav").tempfile_in(&self.scratch);
        let file = file.map_err(|e| VoiceError::Wav(hound::Error::IoError(e)))?.into_temp_path();
        let done = Command::new("flite").arg("-t").arg(text).arg("-o").arg(&file).output();
        let done = done.map_err(|e| VoiceError::Flite(e.to_string()))?;
        if !done.status.success() {
            return Err(VoiceError::Flite(String::from_utf8_lossy(&done.stderr).trim().to_owned()));
        }
        let (samples, from) = read_wav(&file)?;
        Ok(resample(&samples, from, rate))
    }
}

/// Samples by words and rate.
type Said = HashMap<(String, u32), Arc<[i16]>>;

/// Remembers what was said, for load runs in which every caller says the same.
pub struct Remembered<V> {
    voice: V,
    said: Mutex<Said>,
}

impl<V> Remembered<V> {
    /// A memory over `voice`.
    pub fn new(voice: V) -> Self {
        Self { voice, said: Mutex::new(HashMap::new()) }
    }
}

impl<V: CallerVoice> CallerVoice for Remembered<V> {
    fn say(&self, text: &str, rate: u32) -> Result<Vec<i16>, VoiceError> {
        let key = (text.to_owned(), rate);
        let known = self.said.lock().unwrap_or_else(PoisonError::into_inner).get(&key).cloned();
        if let Some(samples) = known {
            return Ok(samples.to_vec());
        }
        let samples = self.voice.say(text, rate)?;
        self.said.lock().unwrap_or_else(PoisonError::into_inner).insert(key, samples.clone().into());
        Ok(samples)
    }
}

/// A mono 16-bit WAV file and its rate; of more channels the first.
///
/// # Errors
/// When the file is missing or not such a file.
pub fn read_wav(path: &std::path::Path) -> Result<(Vec<i16>, u32), hound::Error> {
    let mut wav = hound::WavReader::open(path)?;
    let spec = wav.spec();
    let all: Result<Vec<i16>, _> = wav.samples::<i16>().step_by(usize::from(spec.channels.max(1))).collect();
    Ok((all?, spec.sample_rate))
}

/// Another rate, in Hz, by straight lines between samples; good enough below
/// the telephone's 3.4 kHz because the band filter runs before it.
#[must_use]
#[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "positions and samples stay in range")]
pub fn resample(samples: &[i16], from: u32, to: u32) -> Vec<i16> {
    if from == to || samples.is_empty() {
        return samples.to_vec();
    }
    let narrow = telephone(samples, from);
    let last = narrow.len() - 1;
    let count = (narrow.len() as u64 * u64::from(to) / u64::from(from)) as usize;
    let at = |i: usize| {
        let x = i as f64 * f64::from(from) / f64::from(to);
        let (left, part) = ((x as usize).min(last), x.fract());
        let right = (left + 1).min(last);
        (f64::from(narrow[left]) * (1.0 - part) + f64::from(narrow[right]) * part) as i16
    };
    (0..count).map(at).collect()
}

/// What a telephone leaves of a voice: 300 to 3,400 Hz, two second-order
/// Butterworth filters in each direction of the band.
#[must_use]
#[expect(clippy::cast_possible_truncation, reason = "clamped to 16 bit")]
pub fn telephone(samples: &[i16], rate: u32) -> Vec<i16> {
    let rate = f64::from(rate);
    let mut chain = [
        Biquad::new(300.0 / rate, true),
        Biquad::new(300.0 / rate, true),
        Biquad::new(3_400.0 / rate, false),
        Biquad::new(3_400.0 / rate, false),
    ];
    let one = |s: &i16| chain.iter_mut().fold(f64::from(*s), |x, f| f.step(x)).round().clamp(-32_768.0, 32_767.0);
    samples.iter().map(one).map(|x| x as i16).collect()
}

/// A second-order filter in direct form II, transposed.
struct Biquad {
    b: [f64; 3],
    a: [f64; 2],
    z: [f64; 2],
}

impl Biquad {
    /// Corner as a part of the sample rate; the bilinear transform's formulas.
    fn new(corner: f64, high_pass: bool) -> Self {
        let (sin, cos) = (std::f64::consts::TAU * corner).sin_cos();
        let alpha = sin / std::f64::consts::SQRT_2;
        let a0 = 1.0 + alpha;
        let edge = if high_pass { f64::midpoint(1.0, cos) } else { f64::midpoint(1.0, -cos) };
        let middle = if high_pass { -2.0 * edge } else { 2.0 * edge };
        Self { b: [edge / a0, middle / a0, edge / a0], a: [-2.0 * cos / a0, (1.0 - alpha) / a0], z: [0.0; 2] }
    }

    fn step(&mut self, x: f64) -> f64 {
        let y = self.b[0] * x + self.z[0];
        self.z[0] = self.b[1] * x - self.a[0] * y + self.z[1];
        self.z[1] = self.b[2] * x - self.a[1] * y;
        y
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn tone(hz: f64, rate: u32) -> Vec<i16> {
        let at = |i: u32| (8_000.0 * (std::f64::consts::TAU * hz * f64::from(i) / f64::from(rate)).sin()) as i16;
        (0..rate).map(at).collect()
    }

    fn power(samples: &[i16]) -> f64 {
        samples.iter().map(|s| f64::from(*s).powi(2)).sum::<f64>() / samples.len() as f64
    }

    #[test]
    fn the_band_keeps_speech_and_drops_the_rest() {
        let kept = |hz: f64| 10.0 * (power(&telephone(&tone(hz, 16_000), 16_000)) / power(&tone(hz, 16_000))).log10();
        assert!(kept(1_000.0) > -0.5, "{}", kept(1_000.0));
        assert!(kept(100.0) < -30.0, "{}", kept(100.0));
        assert!(kept(6_000.0) < -25.0, "{}", kept(6_000.0));
    }

    #[test]
    fn a_resampled_tone_keeps_its_length_and_power() {
        let down = resample(&tone(1_000.0, 16_000), 16_000, 8_000);
        assert_eq!(down.len(), 8_000);
        let part = power(&down) / power(&tone(1_000.0, 16_000));
        assert!((0.8..1.05).contains(&part), "{part}");
    }

    #[test]
    fn flite_speaks_where_it_is_installed() {
        let scratch = tempfile::tempdir().unwrap();
        let flite = Remembered::new(Flite { scratch: scratch.path().to_owned() });
        match flite.say("one two three", 8_000) {
            Ok(samples) => {
                assert!(samples.len() > 4_000 && flite.say("one two three", 8_000).unwrap() == samples);
                assert_eq!(std::fs::read_dir(scratch.path()).unwrap().count(), 0, "nothing is left behind");
            }
            Err(VoiceError::Flite(why)) => eprintln!("SKIPPED: flite is not installed ({why})"),
            Err(other) => panic!("{other}"),
        }
    }
}
