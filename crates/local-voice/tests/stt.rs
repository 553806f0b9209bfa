//! Support sentences, spoken by flite through a telephone's band, recognised.

use std::process::Command;
use std::sync::atomic::AtomicBool;

use caly_local_voice::error::SttError;
use caly_local_voice::pack::{Pack, default_dir};
use caly_local_voice::stt::Recogniser;

const SENTENCES: [&str; 34] = [
    "where is my order",
    "I want to return this product",
    "please cancel my order",
    "my payment failed but the money was deducted",
    "I want to talk to a person",
    "can you connect me to an agent",
    "yes please",
    "no thank you",
    "the parcel has not arrived yet",
    "I need a refund for my last order",
    "what is the status of my refund",
    "I would like to book an appointment for tomorrow",
    "can I change the delivery address",
    "the product was damaged when it arrived",
    "I received the wrong item",
    "how much does the delivery cost",
    "is the store open on sunday",
    "I forgot my password",
    "please repeat that",
    "I want to speak to your manager",
    "my card was charged two times",
    "when will my order be delivered",
    "I want to block my credit card",
    "what is my account balance",
    "I want to reschedule my appointment to monday",
    "do you have this shirt in a larger size",
    "can you send me the invoice by email",
    "I want to make a complaint",
    "the app does not open on my phone",
    "thank you very much goodbye",
    "my internet connection is very slow",
    "I want to upgrade my plan",
    "is the doctor available this evening",
    "how do I track my shipment",
];

/// The pack, or a loud skip that says how to have it; in CI a failure.
fn recogniser() -> Option<Recogniser> {
    let opened = default_dir().and_then(|dir| Pack::open_stt(&dir));
    match opened.and_then(|pack| Recogniser::load(&pack)) {
        Ok(recogniser) => Some(recogniser),
        Err(error) if std::env::var("CI").is_ok_and(|v| v == "true") => panic!("{error}"),
        Err(error) => {
            eprintln!("SKIPPED, speech recognition not tested: {error}");
            None
        }
    }
}

#[test]
fn support_sentences_over_a_telephone_are_understood() {
    let Some(recogniser) = recogniser() else {
        return;
    };
    if Command::new("flite").arg("--version").output().is_err() {
        eprintln!("SKIPPED, no `flite` on PATH to speak the sentences");
        return;
    }
    let dir = tempfile::tempdir().unwrap();
    let (mut wrong, mut words, mut seconds) = (0, 0, 0.0);
    let clips: Vec<_> =
        SENTENCES.iter().enumerate().map(|(i, s)| spoken(s, ["slt", "rms", "awb"][i % 3], dir.path())).collect();
    let before = cpu_ms();
    for (sentence, clip) in SENTENCES.iter().zip(&clips) {
        let heard = recogniser.recognise(clip, &AtomicBool::new(false)).unwrap();
        let (want, got) = (plain(sentence), plain(&heard.text));
        let errors = distance(&want, &got);
        wrong += errors;
        words += want.len();
        seconds += clip.len() as f32 / 16_000.0;
        if errors > 0 {
            println!("{errors}: {sentence:?} -> {:?} ({:.2})", heard.text, heard.confidence);
        }
    }
    let cpu = (cpu_ms() - before) / SENTENCES.len() as f64;
    let rate = 100.0 * wrong as f64 / words as f64;
    println!(
        "word error rate {rate:.1} % ({wrong} of {words}), {cpu:.0} CPU ms an utterance of {:.1} s",
        seconds / SENTENCES.len() as f32
    );
    assert!(rate < 15.0, "word error rate {rate:.1} %");
}

#[test]
fn silence_is_no_words_and_a_cancelled_call_stops() {
    let Some(recogniser) = recogniser() else {
        return;
    };
    let silence = recogniser.recognise(&[0.0; 16_000], &AtomicBool::new(false)).unwrap();
    assert_eq!(silence.text, "");
    let tone: Vec<f32> = (0..16_000).map(|i| (i as f32 * 0.1).sin() * 0.3).collect();
    let stopped = recogniser.recognise(&tone, &AtomicBool::new(true));
    assert!(matches!(stopped, Err(SttError::Cancelled)));
}

/// The sentence at 16 kHz with only 300-3400 Hz of it left.
fn spoken(text: &str, voice: &str, dir: &std::path::Path) -> Vec<f32> {
    let path = dir.join("clip.wav");
    let ran = Command::new("flite").args(["-voice", voice, "-t", text, "-o"]).arg(&path).status().unwrap();
    assert!(ran.success());
    let mut wav = hound::WavReader::open(&path).unwrap();
    assert_eq!(wav.spec().sample_rate, 16_000, "flite's voice {voice}");
    let samples: Vec<f32> = wav.samples::<i16>().map(|s| f32::from(s.unwrap()) / 32_768.0).collect();
    telephone(&samples)
}

/// A windowed-sinc band pass, as a carrier's 8 kHz leg leaves it.
fn telephone(samples: &[f32]) -> Vec<f32> {
    const HALF: i32 = 128;
    let sinc = |n: i32, hz: f32| {
        let f = 2.0 * hz / 16_000.0;
        let x = std::f32::consts::PI * f * n as f32;
        if n == 0 { f } else { f * x.sin() / x }
    };
    let taps: Vec<f32> = (-HALF..=HALF)
        .map(|n| {
            let window = 0.54 + 0.46 * (std::f32::consts::PI * n as f32 / HALF as f32).cos();
            window * (sinc(n, 3_400.0) - sinc(n, 300.0))
        })
        .collect();
    (0..samples.len())
        .map(|i| {
            let from = i.saturating_sub(taps.len() - 1);
            (from..=i).map(|j| samples[j] * taps[i - j]).sum()
        })
        .collect()
}

fn plain(text: &str) -> Vec<String> {
    let kept: String = text
        .to_lowercase()
        .replace("two times", "2 times")
        .chars()
        .filter(|c| c.is_alphanumeric() || c.is_whitespace())
        .collect();
    kept.split_whitespace().map(str::to_owned).collect()
}

fn distance(want: &[String], got: &[String]) -> usize {
    let mut row: Vec<usize> = (0..=got.len()).collect();
    for (i, w) in want.iter().enumerate() {
        let mut corner = row[0];
        row[0] = i + 1;
        for (j, g) in got.iter().enumerate() {
            let change = corner + usize::from(w != g);
            corner = row[j + 1];
            row[j + 1] = change.min(row[j] + 1).min(corner + 1);
        }
    }
    row[got.len()]
}

/// This process's CPU time, for the printed figure alone.
fn cpu_ms() -> f64 {
    let Ok(stat) = std::fs::read_to_string("/proc/self/stat") else {
        return 0.0;
    };
    let fields: Vec<&str> = stat.rsplit(')').next().unwrap().split_whitespace().collect();
    (fields[11].parse::<f64>().unwrap() + fields[12].parse::<f64>().unwrap()) * 10.0
}
