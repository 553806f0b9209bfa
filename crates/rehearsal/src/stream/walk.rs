//! The loop of one stream. Each round either reads one message or, when its
//! time has come, plays, speaks and sends one frame.

use super::caller::{Act, Caller};
use super::ears::Ears;
use super::frames::{LineNoise, every, length_ms, payload};
use super::pace::breathe;
use super::socket::Socket;
use crate::checks::{Found, Heard, Rule, StreamJudge};
use crate::knobs::{Knobs, Pace};
use crate::playout::Playout;
use crate::report::{EndedBy, Happening, StreamReport, TurnReport};
use crate::wire::{Outgoing, StreamIds};
use futures::stream::{SplitSink, SplitStream};
use futures::{SinkExt, StreamExt};
use std::time::Duration;
use tokio::time::{Instant, sleep_until};
use tokio_tungstenite::tungstenite::{Error as WsError, Message};

/// A dead line is kept so long before the carrier notices.
const HALF_DEAD_HOLD: Duration = Duration::from_secs(10);
/// After `stop` the server gets so long to close.
const STOP_WAIT: Duration = Duration::from_millis(1_500);
/// Between `connected` and `start`.
const BEFORE_START: Duration = Duration::from_millis(40);
const BAD_BASE64: &str = "!!not base64!!";

/// What a stream needs to know.
pub(crate) struct StreamPlan {
    pub(crate) ids: StreamIds,
    pub(crate) acts: Vec<Act>,
    pub(crate) patience_ms: u64,
    pub(crate) longest_ms: u64,
    pub(crate) knobs: Knobs,
    pub(crate) pace: Pace,
    pub(crate) record: bool,
    pub(crate) seed: u64,
    /// When the call began: the zero of violations' times.
    pub(crate) call_began: Instant,
    pub(crate) watch: Box<dyn Fn(&Happening) + Send + Sync>,
}

/// What came of it.
pub(crate) struct StreamResult {
    pub(crate) turns: Vec<TurnReport>,
    pub(crate) report: StreamReport,
    /// Caller and agent, when recording.
    pub(crate) tracks: Option<(Vec<i16>, Vec<i16>)>,
    pub(crate) found: Found,
}

pub(crate) struct Walk {
    plan: StreamPlan,
    /// Away while something is being sent.
    sink: Option<SplitSink<Socket, Message>>,
    socket: SplitStream<Socket>,
    found: Found,
    out: Outgoing,
    judge: StreamJudge,
    playout: Playout,
    ears: Ears,
    caller: Caller,
    noise: LineNoise,
    zero: Instant,
    /// Samples of the caller sent so far: the end of the last frame.
    sent: u64,
    report: StreamReport,
    tracks: (Vec<i16>, Vec<i16>),
}

type End = (EndedBy, String);

impl Walk {
    pub(crate) fn new(mut plan: StreamPlan, socket: Socket) -> Self {
        let rate = plan.ids.rate;
        let acts = std::mem::take(&mut plan.acts);
        let (sink, socket) = socket.split();
        Self {
            out: Outgoing::new(plan.ids.clone(), plan.knobs.dialect, plan.knobs.numbers),
            judge: StreamJudge::new(&plan.ids.stream, rate, plan.knobs.limits),
            playout: Playout::new(rate),
            ears: Ears::new(rate),
            caller: Caller::new(acts, rate, plan.patience_ms, plan.longest_ms),
            noise: LineNoise::new(&plan.knobs, plan.seed),
            zero: Instant::now(),
            sent: 0,
            report: StreamReport { rate, ..StreamReport::default() },
            tracks: Default::default(),
            found: Found::default(),
            plan,
            sink: Some(sink),
            socket,
        }
    }

    /// Runs until somebody ends it; `stop` is still unsaid then.
    pub(crate) async fn run(&mut self) -> End {
        let connected = self.out.connected();
        if let Err(end) = self.send(connected).await {
            return end;
        }
        if let Err(end) = self.listen(BEFORE_START).await {
            return end;
        }
        let start = self.out.start();
        if let Err(end) = self.send(start).await {
            return end;
        }
        self.judge.started();
        self.zero = Instant::now();
        loop {
            if let Some(end) = self.cut().await {
                return end;
            }
            let wake = self.wake_at();
            let round = tokio::select! {
                message = self.socket.next() => self.read(message),
                () = sleep_until(wake) => self.on_time().await,
            };
            if let Err(end) = round {
                return end;
            }
        }
    }

    /// Says the last word and waits for the close, as the end demands.
    pub(crate) async fn finish(&mut self, by: EndedBy) {
        match by {
            EndedBy::Bot => {}
            EndedBy::Caller if self.plan.knobs.drop_stop => {}
            EndedBy::Carrier if self.plan.knobs.half_dead_after_ms.is_some() => {}
            EndedBy::Caller => self.stop("callended").await,
            EndedBy::Carrier => self.stop("stopped").await,
        }
    }

    pub(crate) fn into_result(mut self) -> StreamResult {
        let rate = u64::from(self.report.rate);
        let ms = |samples: u64| samples * 1_000 / rate;
        self.report.length_ms = ms(self.sent);
        self.report.first_audio_ms = self.ears.runs().first().map(|r| ms(r.start));
        self.report.agent_ms = ms(self.ears.audible());
        let turns = self.caller.turns(&self.ears);
        StreamResult { turns, report: self.report, tracks: self.plan.record.then_some(self.tracks), found: self.found }
    }

    /// The carrier's own reasons to break off.
    async fn cut(&mut self) -> Option<End> {
        let now_ms = self.samples_now() * 1_000 / u64::from(self.report.rate);
        if self.plan.knobs.half_dead_after_ms.is_some_and(|at| now_ms >= at) {
            tokio::time::sleep(HALF_DEAD_HOLD).await;
            return Some((EndedBy::Carrier, "the line was dead".to_owned()));
        }
        self.plan
            .knobs
            .cap_ms
            .is_some_and(|at| now_ms >= at)
            .then(|| (EndedBy::Carrier, "the longest session was over".to_owned()))
    }

    /// The next frame's end, or the next mark's time if that is sooner.
    fn wake_at(&self) -> Instant {
        let frame = self.sent + self.frame_len() as u64;
        let mark = self.playout.next_mark_at().unwrap_or(u64::MAX);
        let micros = frame.min(mark) * 1_000_000 / u64::from(self.report.rate);
        // Rounded up: a wake a microsecond early would spin.
        self.zero + Duration::from_micros(micros + 1)
    }

    async fn on_time(&mut self) -> Result<(), End> {
        breathe(self.plan.pace).await;
        self.play().await?;
        let due = self.sent + self.frame_len() as u64;
        if self.samples_now() >= due { self.speak().await } else { Ok(()) }
    }

    /// Plays up to now; marks that were reached go back.
    async fn play(&mut self) -> Result<(), End> {
        for mark in self.play_silently() {
            self.judge.mark_done(&mark);
            if !self.plan.knobs.no_marks {
                let message = self.out.mark(&mark);
                self.send(message).await?;
            }
        }
        Ok(())
    }

    fn play_silently(&mut self) -> Vec<String> {
        let (heard, marks) = self.playout.advance(self.samples_now());
        self.ears.hear(&heard);
        if self.plan.record {
            self.tracks.1.extend(heard);
        }
        marks
    }

    /// One frame of the caller.
    async fn speak(&mut self) -> Result<(), End> {
        let (from, len, n) = (self.sent, self.frame_len(), self.report.frames);
        let mut frame = self.caller.frame(from, len, &self.ears, self.playout.is_empty());
        if let Some(said) = frame.began.take() {
            (self.plan.watch)(&Happening::CallerBegins { said });
        }
        self.noise.add(&mut frame.audio, from, self.report.rate, &self.plan.knobs, &self.ears);
        let (duplicate, bad) = (self.plan.knobs.duplicate_every, self.plan.knobs.bad_base64_every);
        let encoded = payload(&frame.audio, n, &self.plan.knobs);
        let ms = from * 1_000 / u64::from(self.report.rate);
        self.sent += len as u64;
        self.report.frames += 1;
        if self.plan.record {
            self.tracks.0.extend(&frame.audio);
        }
        let message = self.out.media(&encoded, ms);
        self.send(message).await?;
        if every(duplicate, n) {
            let again = self.out.media_again();
            self.send(again).await?;
        }
        if every(bad, n) {
            let bad = self.out.media(BAD_BASE64, ms);
            self.send(bad).await?;
        }
        for key in frame.keys {
            let message = self.out.dtmf(key);
            self.send(message).await?;
        }
        match frame.hangs_up {
            None => Ok(()),
            Some(why) => Err(self.hung_up(why)),
        }
    }

    fn hung_up(&mut self, why: &str) -> End {
        if why != "the caller hung up" {
            let at = self.call_ms();
            self.found.add(Rule::CallerGaveUp, at, why);
        }
        (EndedBy::Caller, why.to_owned())
    }

    /// One message of the server, or its close.
    fn read(&mut self, message: Option<Result<Message, WsError>>) -> Result<(), End> {
        match message {
            Some(Ok(Message::Text(text))) => self.heard(text.as_str()),
            Some(Ok(Message::Binary(_))) => {
                let at = self.call_ms();
                self.found.add(Rule::UnknownMessage, at, "a binary message");
            }
            Some(Ok(Message::Close(frame))) => {
                let cause = frame.map_or_else(
                    || "closed without a code".to_owned(),
                    |f| format!("closed {} {}", u16::from(f.code), f.reason.as_str()).trim_end().to_owned(),
                );
                return Err((EndedBy::Bot, cause));
            }
            Some(Ok(Message::Ping(_) | Message::Pong(_) | Message::Frame(_))) => {}
            Some(Err(e)) => return Err(broke(e)),
            None => return Err((EndedBy::Bot, "the socket ended".to_owned())),
        }
        Ok(())
    }

    fn heard(&mut self, text: &str) {
        let at = self.call_ms();
        match self.judge.message(text, at, &mut self.found) {
            Heard::Audio(samples) => {
                self.report.chunks += 1;
                // What is due has to be played first, or the lead is too long.
                let marks = self.play_silently();
                self.put_back(marks);
                self.playout.push(samples);
                self.judge.judge_lead(self.playout.queued_ms(), at, &mut self.found);
            }
            Heard::Mark(name) => {
                self.report.marks += 1;
                self.playout.mark(name);
            }
            Heard::Clear => {
                self.report.clears += 1;
                let marks = self.play_silently();
                let dropped = self.playout.clear();
                dropped.iter().for_each(|m| self.judge.mark_done(m));
                self.put_back(marks);
                if self.plan.knobs.marks_on_clear {
                    self.put_back(dropped);
                }
            }
            Heard::Nothing => {}
        }
    }

    /// Marks to be returned at the next time to send: in front of nothing,
    /// since all that was before them has been played.
    fn put_back(&mut self, marks: Vec<String>) {
        marks.into_iter().for_each(|m| self.playout.mark(m));
    }

    async fn stop(&mut self, reason: &str) {
        let message = self.out.stop(reason);
        let sent = self.send(message).await;
        self.judge.stopped(self.call_ms());
        if sent.is_err() {
            return;
        }
        if self.listen(STOP_WAIT).await.is_ok() {
            drop(self.send_message(Message::Close(None)).await);
        }
    }

    /// Only reads for so long.
    async fn listen(&mut self, time: Duration) -> Result<(), End> {
        breathe(self.plan.pace).await;
        let deadline = Instant::now() + time;
        while let Ok(message) = tokio::time::timeout_at(deadline, self.socket.next()).await {
            self.read(message)?;
        }
        Ok(())
    }

    async fn send(&mut self, text: String) -> Result<(), End> {
        self.send_message(Message::text(text)).await
    }

    /// A server that does not read must not keep us from hearing it.
    async fn send_message(&mut self, message: Message) -> Result<(), End> {
        let Some(mut sink) = self.sink.take() else { return Err(broke("an earlier message was cut off")) };
        let sent = {
            let mut sending = sink.send(message);
            loop {
                tokio::select! {
                    biased;
                    sent = &mut sending => break sent,
                    message = self.socket.next() => self.read(message)?,
                }
            }
        };
        self.sink = Some(sink);
        sent.map_err(broke)
    }

    fn frame_len(&self) -> usize {
        let ms = length_ms(self.plan.knobs.frame, self.report.frames);
        usize::try_from(ms * u64::from(self.report.rate) / 1_000).unwrap_or(0)
    }

    fn samples_now(&self) -> u64 {
        let micros = u64::try_from(self.zero.elapsed().as_micros()).unwrap_or(u64::MAX);
        micros.saturating_mul(u64::from(self.report.rate)) / 1_000_000
    }

    fn call_ms(&self) -> u64 {
        u64::try_from(self.plan.call_began.elapsed().as_millis()).unwrap_or(u64::MAX)
    }
}

fn broke(why: impl std::fmt::Display) -> End {
    (EndedBy::Bot, format!("the socket broke: {why}"))
}
