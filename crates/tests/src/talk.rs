//! A call that was placed, with everything that can be known of it afterwards.

use crate::TestApp;
use caly_core::scope::Scope;
use caly_rehearsal::carrier::{self, Line};
use caly_rehearsal::knobs::Knobs;
use caly_rehearsal::report::{CallReport, Observed};
use caly_rehearsal::script::Script;
use caly_rehearsal::voice::CallerVoice;
use caly_store::{Call, StoredFact};
use std::path::PathBuf;
use std::sync::Arc;

/// A finished call.
pub struct Talk {
    /// What the carrier saw.
    pub report: CallReport,
    /// What the carrier saw, as it happened.
    pub seen: Vec<Observed>,
    /// The row.
    pub call: Call,
    /// The transcript, `caller: …` and `agent: …` in lower case.
    pub said: Vec<String>,
    /// The stored facts.
    pub facts: Vec<StoredFact>,
}

/// Where recordings of test calls are kept: build output, beside the binaries.
#[must_use]
pub fn recordings() -> PathBuf {
    let exe = std::env::current_exe().unwrap();
    // target/debug/deps/test → target
    let dir = exe.ancestors().nth(3).unwrap().join("recordings");
    std::fs::create_dir_all(&dir).unwrap();
    dir
}

impl TestApp {
    /// Places a call, keeps its recording under `name`, and asserts what holds
    /// for every call: the wire's rules were kept, it has an owner, and the
    /// counters follow from the call log.
    pub async fn talk(
        &self,
        name: &str,
        door: usize,
        knobs: Knobs,
        script: Script,
        voice: &Arc<dyn CallerVoice>,
    ) -> Talk {
        self.talk_on(name, door, self.line(door, knobs), script, voice).await
    }

    /// [`TestApp::talk`] on any line to a channel of the door's client.
    pub async fn talk_on(
        &self,
        name: &str,
        door: usize,
        mut line: Line,
        script: Script,
        voice: &Arc<dyn CallerVoice>,
    ) -> Talk {
        let dir = recordings();
        line.knobs.record_dir = Some(dir.clone());
        let sid = line.call_sid.clone();
        let (observer, mut watched) = tokio::sync::mpsc::unbounded_channel();
        let report = carrier::place(line, script, Some(Arc::clone(voice)), Some(observer)).await.unwrap();
        if let Some(heard) = &report.heard {
            std::fs::rename(heard, dir.join(format!("{name}.wav"))).unwrap();
        }
        let call = self.counted(&self.doors[door], &sid).await;
        let seen = std::iter::from_fn(|| watched.try_recv().ok()).collect();
        let said = self.said(door, &call).await;
        let facts = self.store.facts(&Scope::system(self.doors[door].client), call.id).await.unwrap();
        std::fs::write(dir.join(format!("{name}.txt")), said.join("\n")).unwrap();
        let talk = Talk { report, seen, call, said, facts };
        println!("{name}: {:#?}\n{:#?}", talk.said, talk.report.turns);
        assert!(talk.report.violations.is_empty(), "{name}: {:?}", talk.report.violations);
        assert!(talk.call.owner.is_some(), "{name}: nobody owns the call");
        let verified = caly_verify::verify(&self.store).await.unwrap();
        assert!(verified.clean(), "{name}: {verified}");
        talk
    }
}

impl Talk {
    /// How many facts of this kind are stored.
    #[must_use]
    pub fn count(&self, kind: &str) -> usize {
        self.facts.iter().filter(|f| f.kind == kind).count()
    }

    /// How often the server dropped what was queued at the carrier.
    #[must_use]
    pub fn clears(&self) -> usize {
        self.seen.iter().filter(|o| matches!(o, Observed::Cleared)).count()
    }

    /// Asserts that the transcript has these pieces, each in a later turn than
    /// the one before.
    pub fn in_order(&self, pieces: &[&str]) {
        let mut rest = self.said.iter();
        for piece in pieces {
            assert!(rest.any(|turn| turn.contains(piece)), "{piece:?} is not in its place: {:#?}", self.said);
        }
    }
}
