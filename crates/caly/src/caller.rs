//! Synthetic callers: a voice, a line, and a telling of the call as it happens.

use crate::tell::Telling;
use anyhow::Context;
use caly_rehearsal::carrier::{self, Line};
use caly_rehearsal::knobs::Knobs;
use caly_rehearsal::report::{CallReport, Observed};
use caly_rehearsal::script::Script;
use caly_rehearsal::voice::{CallerVoice, Flite, Remembered};
use caly_server::clock::{Chance, Clock, SystemChance, SystemClock};
use std::path::Path;
use std::sync::Arc;
use tokio::sync::mpsc;

/// Whose number the callers of the demo ring from: the fake shop knows it.
pub const CALLER: &str = "+919812345678";

/// The pack's voice, else flite, else none (keypad scripts only).
pub fn voice(models: &Path, scratch: &Path) -> Option<Arc<dyn CallerVoice>> {
    if let Ok(pack) = caly_local_voice::pack::Pack::open_tts(models)
        && let Ok(synthesiser) = caly_local_voice::tts::Synthesiser::load(&pack.tts_dir())
    {
        return Some(Arc::new(Remembered::new(synthesiser)));
    }
    let path = std::env::var_os("PATH").unwrap_or_default();
    let flite = std::env::split_paths(&path).any(|dir| dir.join("flite").is_file());
    flite.then(|| Arc::new(Remembered::new(Flite { scratch: scratch.to_owned() })) as Arc<dyn CallerVoice>)
}

/// A line to a channel, with an id that no other call has.
pub fn line(base: &str, hook_key: &str, to: &str, knobs: Knobs) -> anyhow::Result<Line> {
    let now = SystemClock.now();
    Ok(Line {
        base: base
            .parse()
            .with_context(|| format!("{base} is not an address; give one such as http://127.0.0.1:8080"))?,
        hook_key: hook_key.to_owned(),
        to: to.to_owned(),
        from: CALLER.to_owned(),
        call_sid: SystemChance.id(now).simple().to_string(),
        at: jiff::Timestamp::from_millisecond(now.0)?,
        knobs,
    })
}

/// Places a call and tells it as it happens.
pub async fn place(
    line: Line,
    script: Script,
    voice: Option<Arc<dyn CallerVoice>>,
    tell: Telling,
) -> anyhow::Result<CallReport> {
    let (observer, mut seen) = mpsc::unbounded_channel();
    let telling = tokio::spawn(async move {
        while let Some(what) = seen.recv().await {
            if let Some(words) = words(&what) {
                tell.say("call", || format!("  {words}"), || serde_json::json!({ "observed": what }));
            }
        }
    });
    let report = carrier::place(line, script, voice, Some(observer)).await?;
    telling.await?;
    Ok(report)
}

fn words(what: &Observed) -> Option<String> {
    Some(match what {
        Observed::Answered { ms } => format!("ring    answered after {ms} ms"),
        Observed::Said(text) => format!("caller  “{text}”"),
        Observed::Pressed(key) => format!("caller  presses {key}"),
        Observed::AgentSpeaks(ms) => format!("agent   speaks at {:.1} s", *ms as f64 / 1000.0),
        Observed::Cleared => "agent   stops: the caller talks over it".to_owned(),
        Observed::StreamEnded(by) => format!("line    ended by the {by:?}").to_lowercase(),
        Observed::AfterBot(status) => format!("flow    after the bot: {status}"),
        Observed::Broke(violation) => format!("RULE    {violation:?}"),
        Observed::Started | Observed::AgentQuiet(_) | Observed::Marked(_) => return None,
    })
}

/// The figures of one call, in a line.
pub fn figures(report: &CallReport) -> String {
    let mut replies: Vec<u64> = report.turns.iter().filter_map(|t| t.first_reply_ms).collect();
    replies.sort_unstable();
    let middle = replies.get(replies.len() / 2).map_or_else(|| "–".to_owned(), |ms| format!("{ms} ms"));
    format!(
        "{} turns, half of them answered within {middle}, voicebot URL {} ms, {} rules broken",
        report.turns.len(),
        report.voicebot_ms,
        report.violations.len()
    )
}
