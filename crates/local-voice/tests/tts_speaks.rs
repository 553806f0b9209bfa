//! The voice speaks: lengths, levels, sameness. Needs the `tts-en` pack.

use std::path::PathBuf;

use caly_local_voice::tts::{RATES, Synthesiser, TtsError};

const PHONEMES: &str = "wˌi kən ɹᵻpˈɪɹ jʊɹ fˈOn, ænd bɹˈɪŋ ɪt bˈæk tʊ ju ˌɔn fɹˈIdA.";

/// The pack's directory, or a loud skip; in CI a missing pack is a failure.
fn pack() -> Option<PathBuf> {
    let dir = std::env::var_os("CALY_MODELS").map(|d| PathBuf::from(d).join("tts-en"));
    let found = dir.filter(|d| d.join("hibari.onnx").exists());
    if found.is_none() {
        assert!(std::env::var_os("CI").is_none(), "CI needs CALY_MODELS with the tts-en pack");
        eprintln!("SKIPPED: set CALY_MODELS to the directory that `caly models pull` filled");
    }
    found
}

#[test]
fn the_same_words_at_every_rate() {
    let Some(dir) = pack() else { return };
    let voice = Synthesiser::load(&dir).expect("pack loads");
    let mut levels = Vec::new();
    for rate in RATES {
        let samples = voice.say_phonemes(PHONEMES, 1.0, rate).expect("speaks");
        let seconds = samples.len() as f64 / f64::from(rate);
        assert!((1.5..6.0).contains(&seconds), "{seconds} s at {rate} Hz");
        let power: f64 = samples.iter().map(|s| f64::from(*s).powi(2)).sum();
        levels.push((power / samples.len() as f64).sqrt());
        if let Some(out) = std::env::var_os("CALY_LISTEN") {
            write(&PathBuf::from(out).join(format!("phonemes-{rate}.wav")), &samples, rate);
        }
    }
    // A lower rate only loses the top of the spectrum, where speech has little.
    for level in &levels {
        assert!((0.8..1.2).contains(&(level / levels[2])), "levels {levels:?}");
    }
}

#[test]
fn the_same_input_gives_the_same_samples() {
    let Some(dir) = pack() else { return };
    let voice = Synthesiser::load(&dir).expect("pack loads");
    let text = "Your order leaves today. It arrives on Friday.";
    let once = voice.say(text, 8_000).expect("speaks");
    assert_eq!(once, voice.worker().say(text, 8_000).expect("speaks"));
    let parts: Vec<_> = voice.say_sentence_stream(text, 8_000).collect();
    assert_eq!(parts.len(), 2);
    assert!(voice.say("", 8_000).expect("silence is fine").is_empty());
    assert!(matches!(voice.say("Hi.", 11_025), Err(TtsError::Rate(11_025))));
}

fn write(path: &std::path::Path, samples: &[i16], rate: u32) {
    let spec =
        hound::WavSpec { channels: 1, sample_rate: rate, bits_per_sample: 16, sample_format: hound::SampleFormat::Int };
    let mut wav = hound::WavWriter::create(path, spec).expect("file opens");
    for s in samples {
        wav.write_sample(*s).expect("sample is written");
    }
    wav.finalize().expect("file closes");
}
