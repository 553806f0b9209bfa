use super::*;
use crate::tts::Mouth;
use futures::StreamExt;
use std::sync::atomic::AtomicBool;

/// What the recordings may weigh in every copy of Caly.
const MOST_BYTES: usize = 2_600_000;

#[test]
fn every_text_has_its_recording_and_every_recording_its_text() {
    let wanted = wanted().unwrap();
    let missing: Vec<&String> = wanted.iter().filter(|(f, _)| RECORDED.get_file(f).is_none()).map(|(_, s)| s).collect();
    assert!(missing.is_empty(), "run `make prompts`: not recorded are {missing:#?}");
    let stale: Vec<_> = RECORDED.files().filter(|f| !wanted.contains_key(f.path().to_str().unwrap())).collect();
    assert!(stale.is_empty(), "run `make prompts`: nothing says {stale:#?}");
    for fixed in prompts::ALL {
        assert!(is_whole(fixed.text), "{}", fixed.text);
    }
    // The control: a text that nobody recorded is noticed.
    assert!(!is_whole("Nobody has ever recorded this sentence.") && !wanted.contains_key("nobody.ima"));
}

#[test]
fn every_recording_is_heard_for_as_long_as_its_words_take() {
    let mut bytes = 0;
    for (file, sentence) in wanted().unwrap() {
        let recording = RECORDED.get_file(&file).unwrap().contents();
        bytes += recording.len();
        let sound = adpcm::decode(recording);
        let peak = sound.iter().map(|s| s.unsigned_abs()).max().unwrap();
        assert!((6_000..=32_700).contains(&peak), "{file}: the peak is {peak}");
        let letters = sentence.chars().count();
        let per_letter = sound.len() / letters;
        // 8 to 40 letters a second, a short word with its pause the slowest.
        assert!((200..=2_400).contains(&per_letter), "{file}: {per_letter} samples a letter");
        let silent = sound.rchunks(400).next().unwrap().iter().all(|s| s.unsigned_abs() < 500);
        assert!(silent, "{file} breaks off");
    }
    assert!(bytes < MOST_BYTES, "{bytes} bytes of recordings");
    println!("{bytes} bytes of recordings");
}

#[test]
fn names_are_words_and_stay_short() {
    assert_eq!(file_name("One moment, please."), "one_moment_please.ima");
    assert_eq!(file_name("I'm here!"), "im_here.ima");
    let long = file_name(&"word ".repeat(60));
    assert!(long.len() <= LONGEST + 13 && long != file_name(&"word ".repeat(61)), "{long}");
}

#[test]
fn what_is_not_recorded_is_left_out_or_general() {
    let known = recorded("One moment, please.").unwrap();
    assert_eq!(say("Rao and Sons, good day! One moment, please.", "x").unwrap(), known);
    assert_eq!(say("Rao and Sons, good day!", "retail.front_desk.greeting").unwrap(), recorded(GREETING.text).unwrap());
    assert_eq!(say("Rao and Sons take over.", "retail.other.takeover").unwrap(), known);
    assert!(say("Which size is it?", "retail.other.size.ask").is_none());
}

#[tokio::test]
async fn it_is_said_at_every_rate_of_the_wire() {
    let native = recorded("Thank you for calling. Goodbye.").unwrap().len();
    for (rate, times) in [(8_000, 1), (16_000, 2), (24_000, 3)] {
        let sound = Mouth::recordings().say("Thank you for calling. Goodbye.", Some("bye"), rate);
        let samples: usize = sound.map(|piece| piece.unwrap().len()).collect::<Vec<_>>().await.iter().sum();
        assert!(samples.abs_diff(native * times) < 100, "{samples} at {rate}");
    }
}

/// Where the pack is, its own ears write down what was recorded.
#[test]
fn the_recogniser_hears_the_words() {
    use caly_local_voice::{pack::Pack, stt::Recogniser};
    let Some(dir) = std::env::var_os("CALY_MODELS") else {
        eprintln!("SKIPPED: no speech pack; add it with: make models");
        assert!(std::env::var_os("CI").is_none(), "CI requires the speech pack");
        return;
    };
    let ears = Recogniser::load(&Pack::open(std::path::Path::new(&dir)).unwrap()).unwrap();
    let never = AtomicBool::new(false);
    let (mut all, mut lost, mut poor) = (0, 0, Vec::new());
    // One in fifteen is enough to notice a voice, a rate or a codec gone wrong.
    for (file, sentence) in wanted().unwrap().into_iter().step_by(15) {
        let sound = adpcm::decode(RECORDED.get_file(&file).unwrap().contents());
        let heard = crate::mind::words::plain(&ears.recognise(&wide(sound), &never).unwrap().text);
        let words = crate::mind::words::plain(&sentence);
        let missed = words.iter().filter(|w| !heard.contains(w)).count();
        all += words.len();
        lost += missed;
        if missed * 2 > words.len() {
            poor.push((sentence, heard.join(" ")));
        }
    }
    println!("{lost} of {all} words were not heard; worst: {poor:#?}");
    assert!(lost * 5 < all, "{lost} of {all} words were not heard: {poor:#?}");
}

/// With half a second of silence around it, as the recogniser takes sound.
fn wide(sound: Vec<i16>) -> Vec<f32> {
    let silence = || std::iter::repeat_n(0, 8_000);
    let sound = crate::tts::at_rate(sound, RATE, 16_000);
    silence().chain(sound).chain(silence()).map(|s| f32::from(s) / 32_768.0).collect()
}
