//! Figures for the record, not asserted: `cargo test … --test tts_measure -- --ignored --nocapture`.
#![allow(clippy::disallowed_methods)] // a measurement reads the clock

use std::path::PathBuf;
use std::time::Instant;

use caly_local_voice::g2p::table;
use caly_local_voice::tts::Synthesiser;

const TEXT: &str = "Hello, this is Asha from the store. Your order #1024 left on Monday and \
    arrives tomorrow between 9:30 am and noon. The refund of ₹1,20,000 is on its way. \
    Is there anything else that I can do for you today?";

#[test]
#[ignore = "a measurement"]
fn load_first_sentence_and_real_time_factor() {
    let models = std::env::var_os("CALY_MODELS").expect("CALY_MODELS");
    let dir = PathBuf::from(models).join("tts-en");
    if std::env::var_os("CALY_BUILD_TABLE").is_some() {
        table::build(&dir).expect("builds");
    }
    let before = resident();
    let start = Instant::now();
    let voice = Synthesiser::load(&dir).expect("pack loads");
    println!("load {:?}, {} MB more resident", start.elapsed(), resident() - before);
    for rate in [8_000, 16_000, 24_000] {
        voice.say("Warm up, please.", rate).expect("speaks");
        let start = Instant::now();
        let first = voice.say_sentence_stream(TEXT, rate).next().expect("a sentence").expect("speaks");
        let first_in = start.elapsed();
        let start = Instant::now();
        let spent = cpu_seconds();
        let all = voice.say(TEXT, rate).expect("speaks");
        let spent = cpu_seconds() - spent;
        let seconds = all.len() as f64 / f64::from(rate);
        let took = start.elapsed().as_secs_f64();
        let words = Instant::now();
        let phonemes = voice.phonemes(TEXT).expect("reads");
        println!(
            "{rate} Hz: first sentence ({:.2} s) in {first_in:?}; {seconds:.1} s of audio in {took:.3} s, factor {:.4}, of processor time {:.4}; \
             {} phonemes in {:?}; {} MB resident",
            first.len() as f64 / f64::from(rate),
            took / seconds,
            spent / seconds,
            phonemes.chars().count(),
            words.elapsed(),
            resident(),
        );
    }
    if let Some(out) = std::env::var_os("CALY_LISTEN") {
        write(&PathBuf::from(&out).join("text-16000.wav"), &voice.say(TEXT, 16_000).expect("speaks"), 16_000);
        write(&PathBuf::from(&out).join("text-8000.wav"), &voice.say(TEXT, 8_000).expect("speaks"), 8_000);
    }
}

/// Processor time of all threads so far, where the system tells (hundredths of a second).
fn cpu_seconds() -> f64 {
    let stat = std::fs::read_to_string("/proc/self/stat").unwrap_or_default();
    let after_name = stat.rsplit(')').next().unwrap_or_default();
    let ticks = after_name.split_whitespace().skip(11).take(2);
    ticks.filter_map(|t| t.parse::<f64>().ok()).sum::<f64>() / 100.0
}

/// Resident megabytes, where the system tells.
fn resident() -> i64 {
    let status = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    let line = status.lines().find_map(|l| l.strip_prefix("VmRSS:")).unwrap_or("0");
    line.trim().trim_end_matches(" kB").trim().parse::<i64>().unwrap_or(0) / 1024
}

fn write(path: &std::path::Path, samples: &[i16], sample_rate: u32) {
    let spec =
        hound::WavSpec { channels: 1, sample_rate, bits_per_sample: 16, sample_format: hound::SampleFormat::Int };
    let mut wav = hound::WavWriter::create(path, spec).expect("file opens");
    for s in samples {
        wav.write_sample(*s).expect("sample is written");
    }
    wav.finalize().expect("file closes");
}
