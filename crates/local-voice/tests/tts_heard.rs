//! What the voice says, the recogniser hears: the substitute for listening. Needs
//! both packs.

use std::path::PathBuf;
use std::sync::atomic::AtomicBool;

use caly_local_voice::pack::Pack;
use caly_local_voice::stt::Recogniser;
use caly_local_voice::tts::Synthesiser;

/// What is said, and telling words of it.
const SAID: [(&str, &[&str]); 12] = [
    ("Hello, thank you for calling.", &["hello", "thank", "calling"]),
    ("Your order has been shipped.", &["order", "shipped"]),
    ("It will arrive on Friday morning.", &["arrive", "friday", "morning"]),
    ("Could you tell me your order number, please?", &["order", "number", "please"]),
    ("I can book you with the dermatologist tomorrow.", &["book", "dermatologist", "tomorrow"]),
    ("Would nine thirty in the morning suit you?", &["morning", "suit"]),
    ("I am sorry that the kettle arrived broken.", &["sorry", "kettle", "broken"]),
    ("We will refund the full amount to your card.", &["refund", "full", "card"]),
    ("Let me connect you to a person in the team.", &["connect", "person", "team"]),
    ("Please stay on the line.", &["stay", "line"]),
    ("Is there anything else that I can do for you?", &["anything", "else"]),
    ("Goodbye, and have a nice day.", &["goodbye", "nice", "day"]),
];

#[test]
fn telling_words_are_heard() {
    let packs = std::env::var_os("CALY_MODELS").map(PathBuf::from);
    let packs = packs.filter(|d| d.join("tts-en").exists() && d.join("stt-en").exists());
    let Some(dir) = packs else {
        assert!(std::env::var_os("CI").is_none(), "CI needs CALY_MODELS with both packs");
        eprintln!("SKIPPED: set CALY_MODELS to the directory that `caly models pull` filled");
        return;
    };
    let voice = Synthesiser::load(&dir.join("tts-en")).expect("voice loads");
    let ears = Recogniser::load(&Pack::open(&dir).expect("pack opens")).expect("ears load");
    for rate in [16_000, 8_000] {
        let (mut heard, mut all) = (0, 0);
        for (text, words) in SAID {
            let samples = wide(&voice.say(text, rate).expect("speaks"), rate);
            let got = ears.recognise(&samples, &AtomicBool::new(false)).expect("hears").text.to_lowercase();
            let hits = words.iter().filter(|w| got.contains(**w)).count();
            println!("{rate} {hits}/{} {text} -> {got}", words.len());
            (heard, all) = (heard + hits, all + words.len());
        }
        assert!(heard * 10 >= all * 9, "{heard} of {all} telling words at {rate} Hz");
    }
}

/// 16 kHz floats; a straight line between the samples of 8 kHz is enough to be heard.
fn wide(samples: &[i16], rate: u32) -> Vec<f32> {
    let float = |s: i16| f32::from(s) / 32_768.0;
    if rate == 16_000 {
        return samples.iter().copied().map(float).collect();
    }
    let pairs = samples.windows(2).flat_map(|p| [float(p[0]), float(p[0]).midpoint(float(p[1]))]);
    pairs.collect()
}
