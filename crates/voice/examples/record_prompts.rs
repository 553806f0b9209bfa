//! `make prompts`: makes the recordings that are missing, with the local
//! pack's own voice, and takes away those that no text asks for any more.
//! The same pack gives the same files.

use caly_local_voice::pack::Pack;
use caly_local_voice::tts::Synthesiser;
use caly_voice::tts::{adpcm, shipped, trimmed};
use std::error::Error;
use std::path::Path;

/// Where the loudest sample of a sentence is put: 6 dB under full scale.
const PEAK: i32 = 16_400;

fn main() -> Result<(), Box<dyn Error>> {
    let models = std::env::args_os().nth(1).ok_or("say where the speech pack is: record_prompts DIR")?;
    let voice = Synthesiser::load(&Pack::open_tts(Path::new(&models))?.tts_dir())?;
    let dir = Path::new(env!("CARGO_MANIFEST_DIR")).join("prompts");
    let wanted = shipped::wanted()?;
    for entry in std::fs::read_dir(&dir)? {
        let path = entry?.path();
        let name = path.file_name().and_then(|n| n.to_str()).unwrap_or_default();
        if path.extension().is_some_and(|e| e == "ima") && !wanted.contains_key(name) {
            println!("no longer said: {name}");
            std::fs::remove_file(&path)?;
        }
    }
    let missing: Vec<_> = wanted.iter().filter(|(file, _)| !dir.join(file).exists()).collect();
    println!("{} sentences, {} to record", wanted.len(), missing.len());
    for (file, sentence) in missing {
        let mut sound = trimmed(&voice.say(sentence, shipped::RATE)?, shipped::RATE);
        level(&mut sound);
        std::fs::write(dir.join(file), adpcm::encode(&sound))?;
        println!("{sentence}");
    }
    Ok(())
}

/// One loudness for all of them.
fn level(sound: &mut [i16]) {
    let peak = sound.iter().map(|s| i32::from(s.unsigned_abs())).max().unwrap_or(0).max(1);
    for sample in sound {
        let scaled = i32::from(*sample) * PEAK / peak;
        *sample = i16::try_from(scaled).unwrap_or_default();
    }
}
