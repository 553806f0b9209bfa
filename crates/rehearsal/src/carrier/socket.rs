//! One stream over the WebSocket, from handshake to stop, in real time.

use super::caller::{Caller, Deed, TICK_MS};
use super::playout::Playout;
use super::wire::Writer;
use super::{Line, Notes, RehearsalError};
use crate::checks::{self, FromServer, Phase, Violation};
use crate::report::{EndedBy, Observed, TurnTiming};
use crate::script::Script;
use crate::voice::CallerVoice;
use futures::{SinkExt, StreamExt};
use std::collections::VecDeque;
use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;
use tokio::io::AsyncWriteExt;
use tokio::net::TcpStream;
use tokio::time::{Instant, timeout};
use tokio_tungstenite::WebSocketStream;
use tokio_tungstenite::tungstenite::Message;
use url::Url;

const HANDSHAKE: Duration = Duration::from_secs(10);
/// How long a half-dead socket stays open.
const HALF_DEAD: Duration = Duration::from_secs(120);
/// The echo on the caller's line comes this much later, unless a knob says.
const ECHO_MS: u64 = 60;

type Socket = WebSocketStream<TcpStream>;

/// Where the stream goes.
pub(super) struct StreamAt {
    /// As the server gave it.
    pub given: Url,
    url: Url,
    address: String,
    rate: u32,
    params: String,
}

impl StreamAt {
    /// A host that is not this machine's own is replaced by the base's: a
    /// public address cannot be reached in a rehearsal.
    pub(super) fn of(given: &Url, line: &Line) -> Result<Self, RehearsalError> {
        let bad = || RehearsalError::Address(given.to_string());
        let own = |h: &str| h == "localhost" || h == "[::1]" || h.starts_with("127.");
        let place = if given.host_str().is_some_and(own) { given } else { &line.base };
        let host = place.host_str().ok_or_else(bad)?;
        let port = place.port_or_known_default().ok_or_else(bad)?;
        let mut url: Url = format!("ws://{host}:{port}").parse().map_err(|_| bad())?;
        url.set_path(given.path());
        url.set_query(given.query());
        let asked = given.query_pairs().find(|(k, _)| k == "sample-rate").and_then(|(_, v)| v.parse().ok());
        let rate = line.knobs.rate.or(asked).unwrap_or(8_000);
        let custom = given.query_pairs().filter(|(k, _)| k != "sample-rate");
        let params: serde_json::Map<_, _> = custom.map(|(k, v)| (k.into_owned(), v.into_owned().into())).collect();
        let params = serde_json::Value::Object(params).to_string();
        Ok(Self { given: given.clone(), url, address: format!("{host}:{port}"), rate, params })
    }
}

/// What came of the stream.
pub(super) struct Outcome {
    pub stream_sid: String,
    pub ended_by: EndedBy,
    pub stream_ms: u64,
    pub turns: Vec<TurnTiming>,
    pub agent_audio_ms: u64,
    pub heard: Option<PathBuf>,
}

pub(super) async fn run(
    line: &Line,
    at: &StreamAt,
    script: Script,
    voice: Option<Arc<dyn CallerVoice>>,
    notes: &mut Notes,
) -> Result<Outcome, RehearsalError> {
    let rate = at.rate;
    let ready = tokio::task::spawn_blocking(move || Caller::new(&script, voice.as_deref(), rate)).await;
    let caller = ready.map_err(|e| RehearsalError::Broken(e.to_string()))??;
    let stream_sid = format!("st-{}", line.call_sid);
    let mut live = Live::new(line, at, caller, &stream_sid);
    let ended_by = match connect(line, at).await {
        Some(socket) => {
            notes.see(Observed::Started);
            live.talk(socket, notes).await?
        }
        None => EndedBy::NoStream,
    };
    let heard = live.save(line).await?;
    let Live { caller, now, .. } = live;
    let Caller { turns, agent_audio_ms, .. } = caller;
    Ok(Outcome { stream_sid, ended_by, stream_ms: now, turns, agent_audio_ms, heard })
}

/// One try and one more, as the carrier does.
async fn connect(line: &Line, at: &StreamAt) -> Option<Socket> {
    if line.knobs.throttled {
        return None;
    }
    if line.knobs.handshake_fail_once {
        if let Ok(mut tcp) = TcpStream::connect(&at.address).await {
            // Broken off on purpose, whatever the server makes of it.
            let _ = tcp.write_all(b"GET ").await;
        }
        return handshake(at).await;
    }
    match handshake(at).await {
        Some(socket) => Some(socket),
        None => handshake(at).await,
    }
}

async fn handshake(at: &StreamAt) -> Option<Socket> {
    let open = async {
        let tcp = TcpStream::connect(&at.address).await.ok()?;
        tcp.set_nodelay(true).ok()?;
        tokio_tungstenite::client_async(at.url.as_str(), tcp).await.ok()
    };
    Some(timeout(HANDSHAKE, open).await.ok()??.0)
}

/// A stream in progress.
struct Live<'a> {
    line: &'a Line,
    at: &'a StreamAt,
    writer: Writer,
    stream_sid: String,
    caller: Caller,
    playout: Playout,
    phase: Phase,
    now: u64,
    last_tick: Instant,
    frame: Vec<i16>,
    frame_at: u64,
    frame_ticks: u64,
    frames: u64,
    echo: VecDeque<Vec<i16>>,
    recording: Vec<(i16, i16)>,
    /// Marks of what was cleared, to be sent back.
    cleared: Vec<String>,
}

impl<'a> Live<'a> {
    fn new(line: &'a Line, at: &'a StreamAt, caller: Caller, stream_sid: &str) -> Self {
        Self {
            line,
            at,
            writer: Writer::new(&line.knobs, stream_sid, &line.call_sid),
            stream_sid: stream_sid.to_owned(),
            caller,
            playout: Playout::default(),
            phase: Phase::Opening,
            now: 0,
            last_tick: Instant::now(),
            frame: Vec::new(),
            frame_at: 0,
            frame_ticks: 0,
            frames: 0,
            echo: VecDeque::new(),
            recording: Vec::new(),
            cleared: Vec::new(),
        }
    }

    async fn talk(&mut self, mut socket: Socket, notes: &mut Notes) -> Result<EndedBy, RehearsalError> {
        let knobs = &self.line.knobs;
        let (from, to) = (knobs.num_format.write(&self.line.from), knobs.num_format.write(&self.line.to));
        let start = self.writer.start(&from, &to, &self.at.params, self.at.rate);
        let mut send = vec![self.writer.connected(), start];
        let mut clock = tokio::time::interval(Duration::from_millis(TICK_MS));
        self.phase = Phase::Open;
        loop {
            if !say(&mut socket, std::mem::take(&mut send)).await? {
                return Ok(EndedBy::Bot);
            }
            tokio::select! {
                // Messages first: what has come is in the queue before the clock plays it.
                biased;
                message = socket.next() => match message {
                    Some(Ok(Message::Text(text))) => self.take(text.as_str(), notes),
                    Some(Ok(Message::Binary(bytes))) => notes.broke(Violation::Binary(bytes.len())),
                    Some(Ok(Message::Close(_)) | Err(_)) | None => return Ok(EndedBy::Bot),
                    Some(Ok(_)) => {}
                },
                due = clock.tick() => {
                    // When it was due, not when this machine got round to it:
                    // ticks that are late are caught up one by one.
                    self.last_tick = due;
                    let hang_up = self.tick(&mut send, notes);
                    if hang_up {
                        self.hang_up(socket, send, notes).await?;
                        return Ok(EndedBy::Caller);
                    }
                }
            }
        }
    }

    fn take(&mut self, text: &str, notes: &mut Notes) {
        let waiting = self.playout.waiting() as u64 * 1_000 / u64::from(self.at.rate);
        // Since the last step of the clock the queue has drained a little more.
        let since = u64::try_from(self.last_tick.elapsed().as_millis()).unwrap_or(u64::MAX);
        let (message, broken) = checks::read(text, &self.stream_sid, self.phase, waiting.saturating_sub(since));
        broken.into_iter().for_each(|v| notes.broke(v));
        match message {
            Some(FromServer::Media(samples)) => self.playout.chunk(samples),
            Some(FromServer::Mark(name)) => self.playout.mark(name),
            Some(FromServer::Clear) => {
                let unplayed = self.playout.clear();
                if self.line.knobs.marks_on_clear {
                    self.cleared.extend(unplayed);
                }
                notes.see(Observed::Cleared);
            }
            None => {}
        }
    }

    /// 20 ms of the call; true when the caller hangs up.
    fn tick(&mut self, send: &mut Vec<String>, notes: &mut Notes) -> bool {
        let n = (u64::from(self.at.rate) * TICK_MS / 1_000) as usize;
        let (agent, marks) = self.playout.play(n);
        match self.caller.hear(&agent) {
            Some((true, at)) => notes.see(Observed::AgentSpeaks(at)),
            Some((false, at)) => notes.see(Observed::AgentQuiet(at)),
            None => {}
        }
        let deed = self.caller.act();
        self.tell(&deed, notes);
        let caller = self.with_echo(deed.samples, &agent);
        if self.line.knobs.record_dir.is_some() {
            self.recording.extend(caller.iter().copied().zip(agent));
        }
        self.media(caller, send);
        send.extend(deed.key.map(|k| self.writer.dtmf(k)));
        let cleared = std::mem::take(&mut self.cleared);
        for name in cleared.into_iter().chain(marks).filter(|_| !self.line.knobs.no_marks) {
            send.push(self.writer.mark(&name));
            notes.see(Observed::Marked(name));
        }
        self.now += TICK_MS;
        deed.hang_up
    }

    fn tell(&self, deed: &Deed, notes: &mut Notes) {
        if let Some(text) = &deed.begins {
            notes.see(Observed::Said(text.clone()));
        }
        if let Some(key) = deed.key {
            notes.see(Observed::Pressed(key));
        }
        if let Some(ms) = deed.no_reply {
            notes.broke(Violation::NoReply(ms));
        }
    }

    #[expect(clippy::cast_possible_truncation, reason = "a float cast saturates")]
    fn with_echo(&mut self, mut caller: Vec<i16>, agent: &[i16]) -> Vec<i16> {
        let Some(db) = self.line.knobs.line_echo_db else { return caller };
        let gain = 10_f32.powf(db / 20.0);
        self.echo.push_back(agent.to_vec());
        let late = self.line.knobs.line_echo_ms.unwrap_or(ECHO_MS) / TICK_MS;
        if self.echo.len() as u64 > late {
            let back = self.echo.pop_front().unwrap_or_default();
            caller.iter_mut().zip(back).for_each(|(c, e)| *c = c.saturating_add((f32::from(e) * gain) as i16));
        }
        caller
    }

    fn media(&mut self, samples: Vec<i16>, send: &mut Vec<String>) {
        self.frame.extend(samples);
        self.frame_ticks += 1;
        if self.frame_ticks < self.line.knobs.frame.ticks(self.frames) {
            return;
        }
        self.frames += 1;
        let knobs = &self.line.knobs;
        let odd = knobs.odd_bytes && self.frames.is_multiple_of(10);
        send.push(self.writer.media(&self.frame, self.frame_at, odd));
        if knobs.bad_frames && self.frames.is_multiple_of(7) {
            send.push(self.writer.bad(self.frames / 7));
        }
        self.frame_at += self.frame_ticks * TICK_MS;
        self.frame_ticks = 0;
        self.frame.clear();
    }

    async fn hang_up(
        &mut self,
        mut socket: Socket,
        mut send: Vec<String>,
        notes: &mut Notes,
    ) -> Result<(), RehearsalError> {
        if self.line.knobs.half_dead {
            // Answers nothing any more; only the far side or time ends it.
            let closed = async { while !matches!(socket.next().await, None | Some(Err(_) | Ok(Message::Close(_)))) {} };
            // Running out of time is one of the two expected ends.
            let _ = timeout(HALF_DEAD, closed).await;
            return Ok(());
        }
        if self.line.knobs.drop_stop {
            return Ok(());
        }
        send.push(self.writer.stop());
        if !say(&mut socket, send).await? {
            return Ok(());
        }
        self.phase = Phase::Stopped;
        self.drain(&mut socket, notes).await;
        // The far side may have closed first; either way the stream is over.
        let _ = timeout(Duration::from_secs(1), socket.close(None)).await;
        Ok(())
    }

    /// What still comes after the stop. What was under way before the server
    /// could read it (100 ms) is no fault.
    async fn drain(&mut self, socket: &mut Socket, notes: &mut Notes) {
        let under_way = Instant::now() + Duration::from_millis(100);
        let until = under_way + Duration::from_millis(400);
        while let Ok(Some(Ok(message))) = tokio::time::timeout_at(until, socket.next()).await {
            match message {
                Message::Text(text) if Instant::now() > under_way => self.take(text.as_str(), notes),
                Message::Close(_) => break,
                _ => {}
            }
        }
    }

    async fn save(&mut self, line: &Line) -> Result<Option<PathBuf>, RehearsalError> {
        let Some(dir) = line.knobs.record_dir.clone() else { return Ok(None) };
        let (samples, rate) = (std::mem::take(&mut self.recording), self.at.rate);
        let path = dir.join(format!("{}.wav", line.call_sid));
        let done = path.clone();
        let written = tokio::task::spawn_blocking(move || write(&path, &samples, rate)).await;
        let written = written.map_err(|e| RehearsalError::Broken(e.to_string()))?;
        written.map_err(|e| RehearsalError::Recording { path: done.clone(), why: e.to_string() })?;
        Ok(Some(done))
    }
}

/// False when the far side has closed.
async fn say(socket: &mut Socket, texts: Vec<String>) -> Result<bool, RehearsalError> {
    for text in texts {
        match timeout(Duration::from_secs(10), socket.send(Message::text(text))).await {
            Err(_) => return Err(RehearsalError::Stalled),
            Ok(Err(_)) => return Ok(false),
            Ok(Ok(())) => {}
        }
    }
    Ok(true)
}

fn write(path: &std::path::Path, samples: &[(i16, i16)], sample_rate: u32) -> Result<(), hound::Error> {
    let spec =
        hound::WavSpec { channels: 2, sample_rate, bits_per_sample: 16, sample_format: hound::SampleFormat::Int };
    let mut wav = hound::WavWriter::create(path, spec)?;
    for (caller, agent) in samples {
        wav.write_sample(*caller)?;
        wav.write_sample(*agent)?;
    }
    wav.finalize()
}
