//! The loop of a call. It carries; [`caly_core::call::Call`] decides.

use super::time::CallTime;
use super::wire::{Out, Wire};
use crate::live::Telephony;
use crate::live::caller_audio::CallerAudio;
use crate::live::ledger::Ledger;
use crate::live::pacer::{Pacer, Step};
use crate::live::registry::Seat;
use crate::live::{hold, seeker};
use crate::state::App;
use crate::tools::CallContext;
use axum::extract::ws::Utf8Bytes;
use caly_carriers::exotel::stream::{Frame, Inflow, read};
use caly_core::call::{Call, Command, Fact, Found, Input, Output, Setup};
use caly_core::mind::{Mind as _, Speech};
use caly_core::outcome::EndedBy;
use caly_core::scope::Scope;
use caly_core::time::{At, SECOND};
use caly_core::tool::ToolCall;
use caly_store::Call as CallRow;
use caly_voice::mind::prompts::HOLD;
use caly_voice::mind::script::ScriptedMind;
use futures::StreamExt as _;
use std::collections::VecDeque;
use std::sync::Arc;
use std::time::Duration;
use tokio::sync::mpsc;
use tokio::task::JoinHandle;

/// Answers that may wait; a call has a handful under way.
const WORDS: usize = 32;
/// A speech of which nothing is heard by then is passed over.
const MOUTH: Duration = Duration::from_secs(3);
/// Middle boxes forget a quiet line after a minute.
const PING_MS: i64 = 25 * SECOND;

/// What ears, mouth and tools answer.
enum Word {
    Recognised { range: u32, text: Result<String, String> },
    Sound { id: u32, piece: Arc<[i16]> },
    SoundEnds { id: u32 },
    NoSound { id: u32, why: String },
    Tool(caly_core::tool::ToolResult),
    Found(Found),
}

/// One call's driver.
pub(super) struct Driver {
    app: App,
    tel: Arc<Telephony>,
    scope: Scope,
    row: CallRow,
    call: Call,
    mind: ScriptedMind,
    pacer: Pacer,
    audio: CallerAudio,
    inflow: Inflow,
    rate: u32,
    words: mpsc::Sender<Word>,
    answers: mpsc::Receiver<Word>,
    /// The range at the recogniser; let go of when it is not wanted.
    range: Option<(u32, JoinHandle<()>)>,
    /// Looks for a person while the caller waits.
    seeker: Option<JoinHandle<()>>,
    /// A person is claimed for the line.
    found: bool,
    pinged: At,
    bad_frames: u64,
    time: CallTime,
}

/// What a drain leaves to be sent.
#[derive(Default)]
struct Sends {
    frames: Vec<String>,
    facts: Vec<Fact>,
    close: bool,
}

enum Arm {
    Frame(Option<Utf8Bytes>),
    Word(Word),
    Cut,
    Timer,
}

impl Driver {
    #[expect(clippy::too_many_arguments, reason = "a call is made of these, once, here")]
    pub(super) fn new(
        app: App,
        tel: Arc<Telephony>,
        scope: Scope,
        row: CallRow,
        setup: Setup,
        mind: ScriptedMind,
        stream_sid: &str,
        rate: u32,
    ) -> Self {
        let time = CallTime::begin(app.clock.as_ref());
        let now = time.now(app.clock.as_ref());
        let (words, answers) = mpsc::channel(WORDS);
        Self {
            call: Call::new(setup, now),
            pacer: Pacer::new(stream_sid, rate, now),
            audio: CallerAudio::new(rate),
            inflow: Inflow::default(),
            range: None,
            seeker: None,
            found: false,
            pinged: now,
            bad_frames: 0,
            time,
            app,
            tel,
            scope,
            row,
            mind,
            rate,
            words,
            answers,
        }
    }

    /// Talks until it is over; then everything is stored before the socket
    /// closes, so that the flow's next hook finds it.
    pub(super) async fn talk(mut self, mut wire: Wire, ledger: Ledger, seat: Seat) {
        let mut frame = Vec::new();
        let mut sends = Sends::default();
        self.feed(Input::Started, &mut sends);
        let mut alive = true;
        loop {
            if !self.flush(&mut sends, &mut wire, &ledger).await {
                alive = false;
                self.feed(Input::Gone(EndedBy::Carrier), &mut sends);
            }
            if self.call.is_over() {
                break;
            }
            match self.next(&mut wire, &seat).await {
                Arm::Frame(Some(text)) => self.frame(&text, &mut frame, &mut sends),
                Arm::Frame(None) => self.feed(Input::Gone(EndedBy::Carrier), &mut sends),
                Arm::Word(word) => self.word(word, &mut sends),
                Arm::Cut => self.feed(Input::Gone(EndedBy::Carrier), &mut sends),
                Arm::Timer => self.timer(&mut sends),
            }
        }
        let by = if sends.close { EndedBy::Agent } else { EndedBy::Caller };
        alive &= self.flush(&mut sends, &mut wire, &ledger).await;
        ledger.close(seat).await;
        if alive {
            // A dead peer is not waited for once more.
            wire.close(1000, "goodbye").await;
        }
        if self.bad_frames > 0 {
            tracing::warn!(call.id = %self.row.id, frames.dropped = self.bad_frames, "frames were dropped: unreadable, or sent twice");
        }
        super::ended(self.row.id, by);
    }

    /// Now, as the call goes.
    fn now(&self) -> At {
        self.time.now(self.app.clock.as_ref())
    }

    async fn next(&mut self, wire: &mut Wire, seat: &Seat) -> Arm {
        let now = self.now();
        let ping = self.pinged.plus(PING_MS);
        let due = [self.call.wake_at(), self.pacer.due(), Some(ping)].into_iter().flatten().min().unwrap_or(ping);
        if due <= now {
            // Before the next frame: a flood of them must not starve the clock.
            return Arm::Timer;
        }
        let wait = Duration::from_millis(u64::try_from(due.0 - now.0).unwrap_or(0));
        tokio::select! {
            biased;
            () = seat.cut.cancelled() => Arm::Cut,
            Some(word) = self.answers.recv() => Arm::Word(word),
            text = wire.next_text() => Arm::Frame(text),
            () = tokio::time::sleep(wait) => Arm::Timer,
        }
    }

    /// One input and everything that follows from it.
    fn feed(&mut self, input: Input, sends: &mut Sends) {
        let now = self.now();
        let mut inputs = VecDeque::from([input]);
        while let Some(input) = inputs.pop_front() {
            self.call.handle(input, now);
            while let Some(output) = self.call.poll() {
                match output {
                    Output::Fact(fact) => sends.facts.push(fact),
                    Output::Command(Command::Think(input)) => {
                        self.mind.handle(input, now);
                        while let Some(wish) = self.mind.poll() {
                            inputs.push_back(Input::Mind(wish));
                        }
                        inputs.push_back(Input::MindRests);
                    }
                    Output::Command(command) => self.obey(command, now, sends),
                }
            }
        }
    }

    fn obey(&mut self, command: Command, now: At, sends: &mut Sends) {
        match command {
            Command::Recognise { range, from_ms, to_ms } => self.recognise(range, from_ms, to_ms),
            Command::ForgetRange { range } => {
                if let Some((_, job)) = self.range.take_if(|(id, _)| *id == range) {
                    job.abort();
                }
            }
            Command::RunTool(call) => self.run_tool(call),
            Command::Seek => self.seek(),
            Command::StopSeeking => self.stop_seeking(),
            Command::Speak(speech) => self.speak(&speech),
            Command::Pause => sends.frames.push(self.pacer.pause(now)),
            Command::GoOn => self.pacer.go_on(),
            Command::Drop => self.pacer.drop_all(),
            Command::Close => sends.close = true,
            Command::Think(_) => unreachable!("thoughts are taken in feed"),
        }
    }

    fn recognise(&mut self, range: u32, from_ms: i64, to_ms: i64) {
        let Some(ears) = &self.tel.speech.ears else { return };
        let words = ears.recognise(self.audio.range(from_ms, to_ms));
        let answer = self.words.clone();
        let job = tokio::spawn(async move {
            let text = words.await;
            // The call may be over: then nobody asks any more.
            let _ = answer.send(Word::Recognised { range, text }).await;
        });
        self.range = Some((range, job));
    }

    fn run_tool(&self, call: ToolCall) {
        let (tel, scope, answer) = (Arc::clone(&self.tel), self.scope.clone(), self.words.clone());
        let ctx = CallContext { call: self.row.id, caller: self.row.caller_number.clone() };
        tokio::spawn(async move {
            let result = tel.tools.run(&scope, &ctx, call).await;
            let _ = answer.send(Word::Tool(result)).await;
        });
    }

    fn seek(&mut self) {
        let (app, scope, call, answer) = (App::clone(&self.app), self.scope.clone(), self.row.id, self.words.clone());
        let tell = async move |found| answer.send(Word::Found(found)).await.is_ok();
        self.seeker = Some(tokio::spawn(seeker::seek(app, scope, call, tell)));
    }

    /// Out of the queue, with whatever was claimed at this very moment; a
    /// person who was found stays: the line is handed over to him.
    fn stop_seeking(&mut self) {
        if let Some(seeker) = self.seeker.take() {
            seeker.abort();
        }
        if self.found {
            return;
        }
        let (app, scope, call) = (App::clone(&self.app), self.scope.clone(), self.row.id);
        tokio::spawn(async move {
            if let Err(e) = app.store.leave_queue(&scope, call, app.clock.now()).await {
                // Who does not ask any more loses his place by himself.
                tracing::warn!(call.id = %call, rescue.error = %e, "a caller could not be taken out of the queue");
            }
        });
    }

    fn speak(&mut self, speech: &Speech) {
        self.pacer.queue(speech.id);
        let id = speech.id;
        if speech.prompt.as_deref() == Some(HOLD) {
            self.pacer.sound(id, hold::round(self.rate));
            self.pacer.sound_ends(id);
            return;
        }
        let mut sound = self.tel.speech.mouth.say(speech, self.rate);
        let answer = self.words.clone();
        tokio::spawn(async move {
            let mut heard = false;
            let end = loop {
                let next = tokio::time::timeout(MOUTH, sound.next()).await;
                match next.unwrap_or_else(|_| Some(Err("the mouth took too long".to_owned()))) {
                    Some(Ok(piece)) => {
                        heard = true;
                        // The call may be over: then nobody listens any more.
                        if answer.send(Word::Sound { id, piece }).await.is_err() {
                            return;
                        }
                    }
                    Some(Err(why)) if !heard => break Word::NoSound { id, why },
                    Some(Err(why)) => {
                        tracing::warn!(mouth.error = why, "a speech broke off");
                        break Word::SoundEnds { id };
                    }
                    None => break Word::SoundEnds { id },
                }
            };
            let _ = answer.send(end).await;
        });
    }

    fn word(&mut self, word: Word, sends: &mut Sends) {
        match word {
            Word::Recognised { range, text: Ok(text) } => {
                self.tel.ears.worked();
                self.feed(Input::Recognised { range, text }, sends);
            }
            Word::Recognised { range, text: Err(e) } => {
                tracing::warn!(call.id = %self.row.id, ears.error = e, "a turn could not be recognised");
                self.feed(Input::NoWords { range }, sends);
            }
            Word::Sound { id, piece } => {
                self.tel.mouth.worked();
                self.pacer.sound(id, piece);
                self.timer(sends);
            }
            Word::SoundEnds { id } => {
                self.pacer.sound_ends(id);
                self.timer(sends);
            }
            Word::NoSound { id, why } => {
                tracing::warn!(call.id = %self.row.id, mouth.error = why, "a speech could not be made into sound");
                self.tel.mouth.failed(self.app.clock.now());
                self.pacer.skip(id);
                self.feed(Input::Unspeakable { id }, sends);
            }
            Word::Tool(result) => self.feed(Input::Tool(result), sends),
            Word::Found(found) => {
                self.found = matches!(found, Found::Person(_));
                self.feed(Input::Found(found), sends);
            }
        }
    }

    fn frame(&mut self, text: &str, audio: &mut Vec<u8>, sends: &mut Sends) {
        match read(text, audio) {
            Ok(Frame::Media { sequence, timestamp }) => {
                if self.inflow.take(sequence, timestamp, audio) {
                    self.heard(audio, sends);
                } else {
                    self.bad_frames += 1;
                }
            }
            Ok(Frame::Key(Some(key))) => self.feed(Input::Key(key), sends),
            Ok(Frame::Mark(name)) => {
                if let Some(id) = self.pacer.mark(&name) {
                    self.feed(Input::Played { id }, sends);
                }
            }
            Ok(Frame::Stop(_)) => self.feed(Input::Gone(EndedBy::Caller), sends),
            Ok(Frame::Connected | Frame::Start(_) | Frame::Key(None) | Frame::Other) => {}
            Err(_) => self.bad_frames += 1,
        }
    }

    fn heard(&mut self, bytes: &[u8], sends: &mut Sends) {
        if self.tel.speech.ears.is_none() {
            // By keypad alone nobody asks for voices; judging them would be a
            // third of such a call's cost.
            return;
        }
        let own_db = self.pacer.own_level(self.now());
        let mut bits = Vec::with_capacity(8);
        self.audio.push(bytes, own_db, |bit| bits.push(bit));
        for bit in bits {
            self.feed(Input::Voice(bit), sends);
        }
    }

    /// Whatever is due: sound to send, time that passed.
    fn timer(&mut self, sends: &mut Sends) {
        let now = self.now();
        while let Some(step) = self.pacer.step(now) {
            match step {
                Step::Send(frame) => sends.frames.push(frame),
                Step::Begins { id, from, ms } => self.feed(Input::Playing { id, from, ms }, sends),
            }
        }
        self.feed(Input::Tick, sends);
    }

    /// Sends and stores what a drain left; `false` when the peer is dead.
    async fn flush(&mut self, sends: &mut Sends, wire: &mut Wire, ledger: &Ledger) -> bool {
        let now = self.now();
        for fact in sends.facts.drain(..) {
            if matches!(fact, Fact::EarsLost) {
                self.tel.ears.failed(self.app.clock.now());
            }
            ledger.put(now, fact).await;
        }
        for frame in sends.frames.drain(..) {
            if wire.send(Out::Text(frame)).await.is_err() {
                return false;
            }
        }
        if now.since(self.pinged) >= PING_MS {
            self.pinged = now;
            return wire.send(Out::Ping).await.is_ok();
        }
        true
    }
}
