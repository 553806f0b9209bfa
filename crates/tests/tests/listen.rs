//! Listens to the recordings that the spoken tests left: what a recogniser
//! understands of both channels, beside the transcript; clicks, clipping,
//! holes in the agent's speech, and both at once.
//!
//! `cargo test --workspace --test listen -- --ignored --nocapture`, after them.

use caly_local_voice::pack::Pack;
use caly_local_voice::stt::Recogniser;
use caly_rehearsal::voice::resample;
use caly_tests::{pack_dir, talk::recordings};
use std::path::Path;
use std::sync::atomic::AtomicBool;

/// A sample jumps by so much only where sound was cut in the middle.
const CLICK: i32 = 9_000;
const LOUD: u16 = 300;
const FRAME_MS: usize = 20;

#[test]
#[ignore = "listens to what the spoken tests recorded; prints, and fails on clipping"]
fn listen() {
    let Some(pack) = pack_dir() else { return };
    let ears = Recogniser::load(&Pack::open(&pack).unwrap()).unwrap();
    let mut files: Vec<_> = std::fs::read_dir(recordings()).unwrap().map(|f| f.unwrap().path()).collect();
    files.retain(|f| f.extension().is_some_and(|e| e == "wav"));
    files.sort();
    assert!(!files.is_empty(), "nothing was recorded: run the spoken tests first");
    for file in files {
        let [caller, agent] = channels(&file);
        let said = std::fs::read_to_string(file.with_extension("txt")).unwrap_or_default();
        println!("\n{}", file.file_stem().unwrap().to_string_lossy());
        heard(&ears, "caller", &caller, &said);
        heard(&ears, "agent", &agent, &said);
        println!("  holes in the agent's speech over 300 ms: {:?}", holes(&agent));
        let both = frames(&caller).iter().zip(frames(&agent)).filter(|(c, a)| **c && *a).count();
        println!("  both at once: {} ms", both * FRAME_MS);
    }
}

/// Caller and agent at 16 kHz.
fn channels(file: &Path) -> [Vec<i16>; 2] {
    let mut wav = hound::WavReader::open(file).unwrap();
    let rate = wav.spec().sample_rate;
    let all: Vec<i16> = wav.samples::<i16>().map(Result::unwrap).collect();
    [0, 1].map(|channel| {
        let one: Vec<i16> = all.iter().copied().skip(channel).step_by(2).collect();
        let clipped = one.iter().filter(|s| s.unsigned_abs() >= 32_700).count();
        let clicks = one.windows(2).filter(|w| (i32::from(w[0]) - i32::from(w[1])).abs() > CLICK).count();
        println!("  channel {channel}: {clipped} clipped samples, {clicks} jumps");
        assert_eq!(clipped, 0, "{}", file.display());
        resample(&one, rate, 16_000)
    })
}

fn frames(samples: &[i16]) -> Vec<bool> {
    samples.chunks(16 * FRAME_MS).map(|f| f.iter().any(|s| s.unsigned_abs() > LOUD)).collect()
}

/// Where sound begins and ends, in frames; pauses below `join` frames belong to it.
fn runs(samples: &[i16], join: usize) -> Vec<(usize, usize)> {
    let mut runs: Vec<(usize, usize)> = Vec::new();
    for (n, _) in frames(samples).iter().enumerate().filter(|(_, loud)| **loud) {
        match runs.last_mut() {
            Some(run) if n - run.1 <= join => run.1 = n,
            _ => runs.push((n, n)),
        }
    }
    runs
}

/// Silences of 300 to 900 ms; longer ones are turns.
fn holes(samples: &[i16]) -> Vec<usize> {
    let starts = runs(samples, 1);
    let gaps = starts.windows(2).map(|w| (w[1].0 - w[0].1) * FRAME_MS);
    gaps.filter(|ms| (300..900).contains(ms)).collect()
}

fn heard(ears: &Recogniser, who: &str, samples: &[i16], said: &str) {
    let mut words = Vec::new();
    for (from, to) in runs(samples, 20) {
        let from = from.saturating_sub(10) * 16 * FRAME_MS;
        let to = ((to + 10) * 16 * FRAME_MS).min(samples.len());
        let audio: Vec<f32> = samples[from..to].iter().map(|s| f32::from(*s) / 32_768.0).collect();
        words.push(ears.recognise(&audio, &AtomicBool::new(false)).unwrap().text);
    }
    let line = format!("{who}: ");
    let stored: Vec<&str> = said.lines().filter_map(|l| l.strip_prefix(&line)).collect();
    let (stored, understood) = (plain(&stored.join(" ")), plain(&words.join(" ")));
    let mut left = understood.clone();
    let missing: Vec<&String> =
        stored.iter().filter(|w| left.iter().position(|h| h == *w).map(|at| left.remove(at)).is_none()).collect();
    println!(
        "  {who}: {} words stored, {} not heard {missing:?}, {} others heard {left:?}",
        stored.len(),
        missing.len(),
        left.len()
    );
}

fn plain(text: &str) -> Vec<String> {
    let words = text.to_lowercase();
    let words = words.split(|c: char| !c.is_alphanumeric()).filter(|w| !w.is_empty());
    words.map(ToOwned::to_owned).collect()
}
