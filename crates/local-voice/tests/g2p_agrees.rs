//! The phonemes are the reference's. `golden/g2p.tsv` holds a few hundred sentences;
//! `make g2p` compares a longer list, which `oracle/sentences.py` makes anew.

use std::path::PathBuf;

use caly_local_voice::g2p::{Phonemiser, table};

const GOLDEN: &str = include_str!("golden/g2p.tsv");
/// Our own readings where the reference's would surprise a caller in India.
const OURS: &str = include_str!("golden/g2p_india.tsv");

/// Pieces that odd text is made of.
const ODD: &str = "a|Z|é|ß|İ|हिन्दी|१२|½|٣|7|00|1,2|.|..|-|–|—|'|’|''|\"| |\n|$|₹|Rs.|#|@|%|+|/|:|12:30|IV|\
    Part |°C|km|lakh|3/4|2024-01-09|99999999999999999999999999999999999999999999|s'|ing|ed|U.S.|\
    x.com|😀|()|[|\u{200d}|\u{a0}|…|²|~|*|_|\\|5|th|am";

/// The pack's directory, or a loud skip; in CI a missing pack is a failure.
fn pack() -> Option<PathBuf> {
    let dir = std::env::var_os("CALY_MODELS").map(|d| PathBuf::from(d).join("tts-en"));
    let found = dir.filter(|d| d.join("oov.onnx").exists());
    if found.is_none() {
        assert!(std::env::var_os("CI").is_none(), "CI needs CALY_MODELS with the tts-en pack");
        eprintln!("SKIPPED: set CALY_MODELS to the directory that `caly models pull` filled");
    }
    found
}

fn phonemiser() -> Option<Phonemiser> {
    pack().map(|dir| Phonemiser::load(&dir).expect("pack loads"))
}

fn lines(text: &str) -> impl Iterator<Item = (&str, &str)> {
    text.lines().filter_map(|l| l.split_once('\t'))
}

/// Words that come out the same and in the same order (longest common subsequence).
fn same_words(ours: &[&str], theirs: &[&str]) -> usize {
    let mut row = vec![0; theirs.len() + 1];
    for our in ours {
        let mut corner = 0;
        for (j, their) in theirs.iter().enumerate() {
            let above = row[j + 1];
            row[j + 1] = if our == their { corner + 1 } else { above.max(row[j]) };
            corner = above;
        }
    }
    row[theirs.len()]
}

/// Words agreed on, words in all, and the sentences that differ.
fn agreement(phonemiser: &Phonemiser, text: &str) -> (usize, usize, usize) {
    let (mut same, mut all, mut differ) = (0, 0, 0);
    for (sentence, theirs) in lines(text) {
        let ours = phonemiser.phonemes(sentence).expect("reads");
        let (a, b): (Vec<_>, Vec<_>) = (ours.split(' ').collect(), theirs.split(' ').collect());
        same += same_words(&a, &b);
        all += a.len().max(b.len());
        if ours != theirs {
            differ += 1;
            println!("{sentence}\n  ours   {ours}\n  theirs {theirs}");
        }
    }
    (same, all, differ)
}

#[test]
fn golden_sentences_agree() {
    let Some(phonemiser) = phonemiser() else { return };
    let (same, all, differ) = agreement(&phonemiser, GOLDEN);
    println!("golden: {same} of {all} words, {differ} sentences differ");
    assert!(all > 1_500 && same * 1_000 >= all * 995, "{same} of {all} words agree");
}

#[test]
#[ignore = "needs CALY_G2P_HELD_OUT: make g2p"]
fn held_out_sentences_agree() {
    let file = std::env::var_os("CALY_G2P_HELD_OUT").expect("CALY_G2P_HELD_OUT names the list");
    let phonemiser = phonemiser().expect("CALY_MODELS names the speech pack");
    let text = std::fs::read_to_string(file).expect("the list is readable");
    let (same, all, differ) = agreement(&phonemiser, &text);
    println!("held out: {same} of {all} words, {differ} of {} sentences differ", lines(&text).count());
    assert!(same * 100 >= all * 99, "{same} of {all} words agree");
}

/// A figure is checked by the words that it must sound like.
#[test]
fn indian_figures_sound_like_these_words() {
    let Some(phonemiser) = phonemiser() else { return };
    for (written, spoken) in lines(OURS) {
        let read = |s: &str| phonemiser.phonemes(s).expect("reads");
        assert_eq!(read(written), read(spoken), "{written} should sound like {spoken}");
    }
}

/// The table file gives the same reading as tables built in memory, and a damaged one
/// is noticed rather than trusted.
#[test]
fn the_table_file_changes_nothing() {
    let Some(pack) = pack() else {
        return;
    };
    let copy = tempfile::tempdir().expect("a directory");
    for entry in std::fs::read_dir(pack).expect("pack is readable") {
        let entry = entry.expect("entry");
        if entry.file_name() != table::FILE {
            std::fs::copy(entry.path(), copy.path().join(entry.file_name())).expect("copies");
        }
    }
    let sentence = "The ladies stopped recording at the Zorvin café; I read it.";
    let read = || {
        let phonemiser = Phonemiser::load(copy.path()).expect("pack loads");
        phonemiser.phonemes(sentence).expect("reads")
    };
    let in_memory = read();
    table::build(copy.path()).expect("builds");
    let file = copy.path().join(table::FILE);
    assert_eq!(read(), in_memory);
    let bytes = std::fs::read(&file).expect("table is readable");
    std::fs::write(&file, &bytes[..bytes.len() / 2]).expect("writes");
    assert_eq!(read(), in_memory, "half a table is rebuilt, not believed");
}

/// Whatever a caller's name or a shop's catalogue holds, reading it does not panic.
#[test]
fn odd_text_is_read_or_left_out() {
    let Some(phonemiser) = phonemiser() else {
        return;
    };
    let odd: Vec<&str> = ODD.split('|').collect();
    let mut state = 0x1234_5678_9ABC_DEF1_u64;
    let mut draw = |n: usize| {
        state ^= state << 13;
        state ^= state >> 7;
        state ^= state << 17;
        (state >> 33) as usize % n
    };
    for _ in 0..4_000 {
        let text: String = (0..1 + draw(9)).map(|_| odd[draw(odd.len())]).collect();
        let phonemes = phonemiser.phonemes(&text);
        assert!(phonemes.is_ok(), "{text:?}: {phonemes:?}");
    }
}
