//! Ten thousand duplicated, shuffled, late, contradictory and foreign hooks
//! over finished and live calls of both clients: nothing changes, and a repeat
//! gets the answer of the first time.

use caly_core::outcome::{CallFacts, ChannelKind, EndedBy, Helped, Outcome};
use caly_core::scope::Scope;
use caly_rehearsal::carrier;
use caly_rehearsal::knobs::Knobs;
use caly_rehearsal::script::{Script, Step};
use caly_server::clock::{Chance, Clock, SeededChance, StillClock, SystemClock};
use caly_server::finish::complete_call;
use caly_tests::behind::{Behind, Dump, EFFECTS, differences};
use caly_tests::{Setup, TestApp};
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;
use std::time::Duration;
use tokio::time::Instant;

const HOOKS: usize = 10_000;
/// In flight at once.
const ABREAST: usize = 12;
/// A flow hook gives up on the database after 700 ms and answers the safe
/// branch; what took half of that on a busy machine is not compared.
const PROMPT: Duration = Duration::from_millis(350);

/// One request, in one of the forms that carriers use.
#[derive(Debug, Clone)]
struct Hook {
    key: String,
    path: &'static str,
    pairs: Vec<(String, String)>,
    form: Form,
    versioned: bool,
}

#[derive(Debug, Clone, Copy)]
enum Form {
    Get,
    Post,
    Json,
    Multipart,
}

const FORMS: [Form; 4] = [Form::Get, Form::Post, Form::Json, Form::Multipart];

impl Hook {
    /// What it says, whatever its form.
    fn words(&self) -> String {
        format!("{} {} {} {:?}", self.key, self.path, self.versioned, self.pairs)
    }

    async fn send(&self, http: &reqwest::Client, base: &str) -> (u16, String) {
        let url = format!("{base}/exotel/{}/{}", self.key, self.path);
        let mut request = match self.form {
            Form::Get => http.get(&url).query(&self.pairs),
            Form::Post => http.post(&url).form(&self.pairs),
            Form::Json => http.post(&url).json(&self.pairs.iter().cloned().collect::<BTreeMap<_, _>>()),
            Form::Multipart => {
                let kind = "multipart/form-data; boundary=xyz";
                http.post(&url).header("content-type", kind).body(multipart(&self.pairs))
            }
        };
        if self.versioned {
            request = request.header("exotel-version", "1.0");
        }
        let answer = request.send().await.unwrap();
        (answer.status().as_u16(), answer.text().await.unwrap())
    }
}

fn multipart(pairs: &[(String, String)]) -> String {
    let part =
        |(k, v): &(String, String)| format!("--xyz\r\nContent-Disposition: form-data; name=\"{k}\"\r\n\r\n{v}\r\n");
    pairs.iter().map(part).collect::<String>() + "--xyz--\r\n"
}

/// What the carrier may say of a call, in every contradiction.
fn stories() -> Vec<(&'static str, Vec<(&'static str, &'static str)>)> {
    let end = |status, by| vec![("Stream[Status]", status), ("Stream[DisconnectedBy]", by), ("Stream[Duration]", "28")];
    let leg = |event, status| vec![("EventType", event), ("Status", status), ("DialWhomNumber", "+919800000001")];
    let dial = |status, kind| vec![("DialCallStatus", status), ("CallType", kind), ("DialCallDuration", "40")];
    vec![
        ("after-bot", end("completed", "bot")),
        ("after-bot", end("cancelled", "user")),
        ("after-bot", end("failed", "NA")),
        ("after-bot", vec![("Stream", r#"{"Status":"completed","DisconnectedBy":"bot","Duration":"31"}"#)]),
        ("after-bot", vec![("Stream[DetailedStatus]", "Streaming_call_throttled")]),
        ("after-bot", vec![]),
        ("connect", vec![("DialCallDuration", "0")]),
        ("connect", vec![("DialCallStatus", "busy"), ("DialWhomNumber", "+919800000001")]),
        ("after-connect", dial("completed", "completed")),
        ("after-connect", dial("no-answer", "incomplete")),
        ("after-connect", dial("canceled", "client-hangup")),
        ("status", vec![("Status", "completed"), ("RecordingUrl", "https://recordings.example.com/a.mp3")]),
        ("status", vec![("Status", "failed")]),
        ("status", vec![("Status", "no-answer"), ("Legs[0][Status]", "")]),
        ("status", vec![("EventType", "terminal"), ("ConversationDuration", "12")]),
        ("status", leg("Dial", "busy")),
        ("status", leg("Ringing", "busy")),
        ("status", leg("Answered", "busy")),
        ("status", leg("Terminal", "free")),
        ("status", vec![("EndTime", "1970-01-01 05:30:00"), ("StartTime", "2026-01-02 23:59:59")]),
        ("status", vec![]),
    ]
}

/// Two clients with finished and live calls, and a clock that stands still.
struct World {
    app: TestApp,
    behind: Behind,
    http: reqwest::Client,
    /// (hook key, call id, number), of every call.
    calls: Vec<(String, String, &'static str)>,
    live: Vec<tokio::task::JoinHandle<()>>,
}

impl World {
    async fn new() -> Self {
        let clock = Arc::new(StillClock::at(SystemClock.now()));
        let app = TestApp::with(Setup { clock: Some(clock), ..Setup::default() }).await;
        let behind = Behind::open(&app).await;
        let http = reqwest::Client::builder().redirect(reqwest::redirect::Policy::none()).build().unwrap();
        let mut world = Self { app, behind, http, calls: Vec::new(), live: Vec::new() };
        for door in 0..2 {
            for n in 0..24 {
                world.finished(door, n).await;
            }
            for _ in 0..3 {
                world.placed(door).await;
            }
            for _ in 0..3 {
                world.talking(door).await;
            }
        }
        world.rest(6).await;
        world
    }

    /// A call whose voicebot URL was fetched.
    async fn placed(&mut self, door: usize) -> String {
        let line = self.app.line(door, Knobs::default());
        let hook = voicebot(&line.hook_key, &line.call_sid, &line.to, Form::Get);
        let (status, body) = hook.send(&self.http, &self.app.base).await;
        assert_eq!(status, 200, "{body}");
        self.calls.push((line.hook_key, line.call_sid.clone(), self.app.doors[door].number));
        line.call_sid
    }

    /// A call that ended one way or another, through the finishing code.
    async fn finished(&mut self, door: usize, n: i64) {
        let sid = self.placed(door).await;
        let (app, now) = (&self.app.node.app, self.app.node.app.clock.now());
        let scope = Scope::system(self.app.doors[door].client);
        let call = app.store.call_by_carrier_id(&scope, &sid).await.unwrap().unwrap();
        app.store.start_stream(&scope, call.id, &sid, "test", None, now).await.unwrap();
        let by = if n % 2 == 0 { EndedBy::Agent } else { EndedBy::Caller };
        let mut facts = CallFacts::new(ChannelKind::Rehearsal, by, now.plus(60_000 + n * 1_000));
        facts.is_demo = true;
        facts.started_at = Some(now);
        facts.first_audio = Some(now.plus(300));
        facts.last_audio = Some(facts.ended_at);
        facts.answer_played = n % 3 != 0;
        facts.helped = (n % 3 == 1).then_some(Helped::Yes);
        let rating = (n % 6 == 1).then_some(4);
        complete_call::complete(app, &scope, call.id, &facts, rating, None).await.unwrap();
    }

    /// A call whose socket stays open; with a still clock it talks no further
    /// than the first syllable.
    async fn talking(&mut self, door: usize) {
        let line = self.app.line(door, Knobs::default());
        self.calls.push((line.hook_key.clone(), line.call_sid.clone(), self.app.doors[door].number));
        let script = Script::new("holds the line", vec![Step::Pause(3_600_000)]);
        self.live.push(tokio::spawn(async move {
            carrier::place(line, script, None, None).await.unwrap();
        }));
    }

    /// Waits until nothing moves any more and so many streams are open.
    async fn rest(&self, streams: i64) {
        let mut last = Dump::new();
        for _ in 0..240 {
            tokio::time::sleep(Duration::from_millis(1_000)).await;
            let now = self.behind.dump(EFFECTS).await;
            let talking = self.behind.number("SELECT COUNT(*) FROM calls WHERE state = 'streaming'").await;
            let waiting = self.app.store.waiting_jobs().await.unwrap();
            if now == last && talking == streams && waiting == 0 {
                return;
            }
            last = now;
        }
        panic!("the world did not come to rest");
    }

    /// Every story of every call, in all forms, often enough, shuffled.
    fn flood(&self, seed: u64) -> Vec<Hook> {
        let chance = SeededChance::new(seed);
        let pick = |n: usize| usize::try_from(chance.seed() % n as u64).unwrap();
        let stories = stories();
        let mut hooks = Vec::with_capacity(HOOKS);
        while hooks.len() < HOOKS {
            let (key, sid, number) = &self.calls[pick(self.calls.len())];
            let form = FORMS[pick(4)];
            let mut hook = match pick(8) {
                0 => voicebot(key, sid, number, form),
                kind => {
                    let (path, pairs) = &stories[pick(stories.len())];
                    // One in eight names a call that is nobody's or another client's.
                    let other = &self.calls[pick(self.calls.len())].1;
                    let sid = if kind == 1 { [other.as_str(), "nobodys"][pick(2)] } else { sid };
                    let mut hook = Hook { path, versioned: *path == "connect", ..voicebot(key, sid, number, form) };
                    hook.pairs.extend(pairs.iter().map(|(k, v)| ((*k).to_owned(), (*v).to_owned())));
                    hook
                }
            };
            for _ in 0..=pick(5) {
                hook.form = FORMS[pick(4)];
                hooks.push(hook.clone());
            }
        }
        hooks.truncate(HOOKS);
        for i in (1..hooks.len()).rev() {
            hooks.swap(i, pick(i + 1));
        }
        hooks
    }
}

/// An order that has nothing to do with the words.
fn shuffled(words: &str) -> (u64, String) {
    let mix = |sum: u64, byte: u8| (sum ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3);
    (words.bytes().fold(0xcbf2_9ce4_8422_2325, mix), words.to_owned())
}

fn voicebot(key: &str, sid: &str, number: &str, form: Form) -> Hook {
    let pairs = [
        ("CallSid", sid),
        ("CallFrom", caly_tests::CALLER),
        ("CallTo", number),
        ("Direction", "incoming"),
        ("EndTime", "1970-01-01 05:30:00"),
    ];
    let pairs = pairs.map(|(k, v)| (k.to_owned(), v.to_owned())).to_vec();
    Hook { key: key.to_owned(), path: "voicebot", pairs, form, versioned: false }
}

/// Sends them all, `ABREAST` at a time; what each was answered, and how fast.
async fn send_all(world: &World, hooks: Vec<Hook>) -> Vec<(String, u16, String, bool)> {
    use futures::StreamExt;
    let (http, base) = (&world.http, &world.app.base);
    let one = |hook: Hook| async move {
        loop {
            let began = Instant::now();
            let (status, body) = hook.send(http, base).await;
            let prompt = began.elapsed() < PROMPT;
            // A notification that could not be made durable in time says so,
            // and the carrier sends it again.
            if (status, hook.path, prompt) == (503, "status", false) {
                continue;
            }
            return (hook.words(), status, body, prompt);
        }
    };
    futures::stream::iter(hooks).map(one).buffer_unordered(ABREAST).collect().await
}

#[tokio::test(flavor = "multi_thread")]
async fn ten_thousand_repeats_change_nothing() {
    let world = World::new().await;
    let mut tables = EFFECTS.to_vec();
    tables.extend(["stream_tokens", "channels", "events"]);
    // Once each, in any order: the carrier's contradictions have their effect,
    // and calls that were placed or talking are with people or over.
    let mut once = world.flood(11);
    once.sort_by_cached_key(|hook| shuffled(&hook.words()));
    once.dedup_by_key(|hook| hook.words());
    answered_alike(&send_all(&world, once).await, 0);
    world.rest(0).await;
    let ended = world.behind.number("SELECT COUNT(*) FROM calls WHERE outcome IS NOT NULL").await;
    assert!(ended > 48, "a call that was placed ended with its person's leg");
    let before = world.behind.dump(&tables).await;
    assert!(caly_verify::verify(&world.app.store).await.unwrap().clean());
    let answers = send_all(&world, world.flood(11)).await;
    assert_eq!(answers.len(), HOOKS);
    answered_alike(&answers, HOOKS / 10);
    assert_eq!(differences(&before, &world.behind.dump(&tables).await), [""; 0]);
    let report = caly_verify::verify(&world.app.store).await.unwrap();
    assert!(report.clean() && report.calls == usize::try_from(ended).unwrap(), "{report}");
    kept(&world).await;
    noticed(world, &before, &tables).await;
}

/// No 5xx, and one answer to one question.
fn answered_alike(answers: &[(String, u16, String, bool)], enough: usize) {
    let mut known: BTreeMap<&str, BTreeSet<(u16, &str)>> = BTreeMap::new();
    let mut compared = 0;
    for (words, status, body, prompt) in answers {
        assert!(*status < 500, "{status} for {words}");
        if *prompt {
            known.entry(words).or_default().insert((*status, body));
            compared += 1;
        }
    }
    let differ: Vec<_> = known.iter().filter(|(_, answers)| answers.len() > 1).collect();
    assert!(differ.is_empty(), "{} questions got two answers: {:?}", differ.len(), &differ[..differ.len().min(3)]);
    eprintln!("{compared} of {} answers compared, {} questions", answers.len(), known.len());
    assert!(compared >= enough, "this machine was too slow to compare");
}

/// Each distinct notification was stored, once.
async fn kept(world: &World) {
    let rows = world.behind.number("SELECT COUNT(*) FROM carrier_inbox WHERE kind = 'status'").await;
    let flood: BTreeSet<_> = world.flood(11).iter().filter(|h| h.path == "status").map(Hook::words).collect();
    assert_eq!(rows, flood.len() as i64);
}

/// The controls: the same comparison notices one call more, `verify` a call
/// that was applied twice; and the live calls end once each.
async fn noticed(mut world: World, before: &Dump, tables: &[&str]) {
    world.finished(0, 1).await;
    world.rest(0).await;
    let found = differences(before, &world.behind.dump(tables).await);
    for table in ["calls", "decisions", "members", "assignments", "daily", "agent_days", "loads", "jobs"] {
        assert!(found.iter().any(|line| line.starts_with(table)), "{table} moved unnoticed");
    }
    for live in std::mem::take(&mut world.live) {
        live.abort();
    }
    world.rest(0).await;
    let ended = world.behind.number("SELECT COUNT(*) FROM calls WHERE outcome IS NOT NULL").await;
    // Finished, placed, talking, and the one more.
    assert_eq!(ended, 48 + 6 + 6 + 1);
    assert!(caly_verify::verify(&world.app.store).await.unwrap().clean());
    let again = format!(
        "UPDATE jobs SET state = 'waiting' WHERE ref = (SELECT MIN(id) FROM calls WHERE outcome = '{}')",
        Outcome::ResolvedByAgent
    );
    assert_eq!(world.behind.tamper(&again).await, 1);
    world.rest(0).await;
    assert!(!caly_verify::verify(&world.app.store).await.unwrap().clean(), "a doubled call was not noticed");
}
