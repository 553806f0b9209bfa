//! A carrier in the raw: literal requests and frames, for what the rehearsal
//! does not do. It shares no codec with the server.

use caly_rehearsal::checks::{self, FromServer, Phase, Violation};
use caly_server::clock::{Chance, SystemChance};
use caly_store::Call;
use caly_tests::TestApp;
use caly_tests::behind::Behind;
use futures::{SinkExt, StreamExt};
use std::net::SocketAddr;
use std::time::Duration;
use tokio::net::{TcpSocket, TcpStream};
use tokio::time::timeout;
use tokio_tungstenite::WebSocketStream;
use tokio_tungstenite::tungstenite::client::IntoClientRequest;
use tokio_tungstenite::tungstenite::http::HeaderValue;
use tokio_tungstenite::tungstenite::{Error, Message};

/// Nothing on a loopback line takes this long.
const PATIENCE: Duration = Duration::from_secs(30);
/// A prompt is over when nothing came for this long.
const QUIET: Duration = Duration::from_millis(900);

/// What an applet sends, as documented; `@sid` and `@to` are holes.
const APPLET: &str = "CallSid=@sid&CallFrom=%2B919812345678&CallTo=@to&Direction=incoming\
    &Created=2026-11-23+10%3A00%3A00&DialCallDuration=0&StartTime=2026-11-23+10%3A00%3A00\
    &EndTime=1970-01-01+05%3A30%3A00&CallType=call-attempt&flow_id=30842&tenant_id=acme1m\
    &From=%2B919812345678&To=@to&CurrentTime=2026-11-23+10%3A00%3A01";

/// A carrier's call id that was never used.
pub fn new_sid(app: &TestApp) -> String {
    SystemChance.id(app.now()).simple().to_string()
}

/// The query of a call to a client's number.
pub fn applet(app: &TestApp, door: usize, sid: &str) -> String {
    APPLET.replace("@sid", sid).replace("@to", &app.doors[door].number.replace('+', "%2B"))
}

/// The address of a client's hook.
pub fn hook(app: &TestApp, door: usize, name: &str) -> String {
    format!("{}/exotel/{}/{name}", app.base, app.doors[door].hook_key)
}

/// An answer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Said {
    pub status: u16,
    pub content_type: String,
    pub body: String,
}

/// Asks as the carrier asks: following no redirects.
pub fn http() -> reqwest::Client {
    reqwest::Client::builder().redirect(reqwest::redirect::Policy::none()).timeout(PATIENCE).build().unwrap()
}

pub async fn ask(request: reqwest::RequestBuilder) -> Said {
    let answer = request.send().await.unwrap();
    let kind = answer.headers().get("content-type").map(|v| v.to_str().unwrap().to_owned());
    Said {
        status: answer.status().as_u16(),
        content_type: kind.unwrap_or_default(),
        body: answer.text().await.unwrap(),
    }
}

pub async fn get(url: &str, query: &str) -> Said {
    ask(http().get(format!("{url}?{query}"))).await
}

/// Where the Voicebot applet is sent.
pub async fn voicebot(app: &TestApp, door: usize, sid: &str) -> String {
    url_in(&get(&hook(app, door, "voicebot"), &applet(app, door, sid)).await)
}

pub fn url_in(said: &Said) -> String {
    assert_eq!((said.status, said.content_type.as_str()), (200, "application/json"), "{said:?}");
    let body: serde_json::Value = serde_json::from_str(&said.body).unwrap();
    body["url"].as_str().unwrap().to_owned()
}

/// All calls of a client.
pub async fn calls(app: &TestApp, door: usize) -> Vec<Call> {
    let scope = caly_core::scope::Scope::system(app.doors[door].client);
    app.store.calls(&scope, Default::default(), None, 200).await.unwrap().items
}

/// The row of a call.
pub async fn row(app: &TestApp, door: usize, sid: &str) -> Option<Call> {
    let scope = caly_core::scope::Scope::system(app.doors[door].client);
    app.store.call_by_carrier_id(&scope, sid).await.unwrap()
}

/// A number from the database, whoever's rows they are.
pub async fn count(app: &TestApp, sql: &'static str) -> i64 {
    Behind::open(app).await.number(sql).await
}

/// The same with one value in it.
pub async fn count_of(app: &TestApp, sql: &'static str, value: &str) -> i64 {
    Behind::open(app).await.number_of(sql, value).await
}

/// Every stream's token runs out then.
pub async fn age(app: &TestApp, expires_at: i64) {
    let behind = Behind::open(app).await;
    for column in ["calls SET token_expires_at", "stream_tokens SET expires_at"] {
        behind.tamper(&format!("UPDATE {column} = {expires_at}")).await;
    }
}

/// What came from the server.
#[derive(Debug, Clone, PartialEq)]
pub enum Got {
    Sound(Vec<i16>),
    Mark(String),
    Clear,
    Closed(u16),
}

/// One audio socket.
pub struct Stream {
    socket: WebSocketStream<TcpStream>,
    pub stream_sid: String,
    /// Whether marks are sent back.
    pub marks: bool,
    /// Everything that came, in order.
    pub got: Vec<Got>,
    /// Rules that the server broke; its lead needs a play-out clock and is the
    /// rehearsal's to check.
    pub broken: Vec<Violation>,
    pub phase: Phase,
    sequence: u64,
    at_ms: u64,
}

/// Opens a socket; the error is the status instead of the upgrade.
pub async fn open(url: &str, authorization: Option<&str>) -> Result<Stream, u16> {
    let tcp = TcpSocket::new_v4().unwrap().connect(address(url)).await.unwrap();
    tcp.set_nodelay(true).unwrap();
    over(tcp, url, authorization).await
}

/// The same with little room for what is not read.
pub async fn open_small(url: &str) -> Stream {
    let socket = TcpSocket::new_v4().unwrap();
    socket.set_recv_buffer_size(4 * 1024).unwrap();
    let tcp = socket.connect(address(url)).await.unwrap();
    over(tcp, url, None).await.unwrap()
}

fn address(url: &str) -> SocketAddr {
    url.split('/').nth(2).unwrap().parse().unwrap()
}

async fn over(tcp: TcpStream, url: &str, authorization: Option<&str>) -> Result<Stream, u16> {
    let mut request = url.into_client_request().unwrap();
    if let Some(value) = authorization {
        request.headers_mut().insert("authorization", HeaderValue::from_str(value).unwrap());
    }
    match timeout(PATIENCE, tokio_tungstenite::client_async(request, tcp)).await.unwrap() {
        Ok((socket, _)) => Ok(Stream {
            socket,
            stream_sid: "st-1".into(),
            marks: true,
            got: Vec::new(),
            broken: Vec::new(),
            phase: Phase::Opening,
            sequence: 0,
            at_ms: 0,
        }),
        Err(Error::Http(answer)) => Err(answer.status().as_u16()),
        Err(e) => panic!("the handshake broke: {e}"),
    }
}

/// A call up to its stream's `start`.
pub async fn talk(app: &TestApp, door: usize) -> (Stream, String) {
    let sid = new_sid(app);
    let url = voicebot(app, door, &sid).await;
    let mut stream = open(&url, None).await.unwrap();
    stream.start(&sid).await;
    (stream, sid)
}

impl Stream {
    /// `connected` and `start` as documented.
    pub async fn start(&mut self, call_sid: &str) {
        self.start_at(call_sid, "16000").await;
    }

    pub async fn start_at(&mut self, call_sid: &str, rate: &str) {
        let sid = self.stream_sid.clone();
        self.send(r#"{"event":"connected"}"#).await;
        self.phase = Phase::Open;
        self.send(&format!(
            r#"{{"event":"start","sequence_number":"1","stream_sid":"{sid}","start":{{"stream_sid":"{sid}","call_sid":"{call_sid}","account_sid":"acme1m","from":"+919812345678","to":"+918047491899","custom_parameters":{{}},"media_format":{{"encoding":"raw","sample_rate":"{rate}","bit_rate":"128"}}}}}}"#
        ))
        .await;
        self.sequence = 1;
    }

    /// The same from a browser, which has no account and no numbers.
    pub async fn start_as(&mut self, call_sid: &str, stream_sid: &str) {
        self.stream_sid = stream_sid.to_owned();
        self.phase = Phase::Open;
        self.send(&format!(
            r#"{{"event":"start","sequence_number":1,"stream_sid":"{stream_sid}","start":{{"stream_sid":"{stream_sid}","call_sid":"{call_sid}","media_format":{{"sample_rate":16000}}}}}}"#
        ))
        .await;
        self.sequence = 1;
    }

    /// Any text; a socket that is gone takes it silently.
    pub async fn send(&mut self, text: &str) {
        let _ = timeout(PATIENCE, self.socket.send(Message::text(text))).await.expect("the server reads");
    }

    /// One media frame of s16le bytes that lasts `ms`.
    pub async fn media(&mut self, bytes: &[u8], ms: u64) {
        self.sequence += 1;
        let (n, at, sid) = (self.sequence, self.at_ms, self.stream_sid.clone());
        let payload = base64_simd::STANDARD.encode_to_string(bytes);
        self.at_ms += ms;
        self.send(&format!(
            r#"{{"event":"media","sequence_number":"{n}","stream_sid":"{sid}","media":{{"chunk":"{n}","timestamp":"{at}","payload":"{payload}"}}}}"#
        ))
        .await;
    }

    /// The frame before, once more.
    pub async fn again(&mut self, bytes: &[u8], ms: u64) {
        self.sequence -= 1;
        self.at_ms -= ms;
        self.media(bytes, ms).await;
    }

    /// Sound in frames of 20 ms, in real time, hearing what comes meanwhile.
    pub async fn say(&mut self, samples: &[i16], rate: u32) {
        let mut clock = tokio::time::interval(Duration::from_millis(20));
        for frame in samples.chunks(rate as usize / 50) {
            loop {
                tokio::select! {
                    biased;
                    _ = clock.tick() => break,
                    _ = self.next() => {}
                }
            }
            self.media(&crate::speech::bytes(frame), 20).await;
        }
    }

    /// Keys, one after another.
    pub async fn press(&mut self, keys: &str) {
        for key in keys.chars() {
            self.sequence += 1;
            let (n, sid) = (self.sequence, self.stream_sid.clone());
            self.send(&format!(
                r#"{{"event":"dtmf","sequence_number":"{n}","stream_sid":"{sid}","dtmf":{{"digit":"{key}","duration":"100"}}}}"#
            ))
            .await;
        }
    }

    /// The caller hangs up.
    pub async fn stop(&mut self, call_sid: &str) {
        let sid = self.stream_sid.clone();
        self.send(&format!(
            r#"{{"event":"stop","sequence_number":"9","stream_sid":"{sid}","stop":{{"call_sid":"{call_sid}","account_sid":"acme1m","reason":"callended"}}}}"#
        ))
        .await;
        self.phase = Phase::Stopped;
    }

    /// The next thing that the server says.
    pub async fn next(&mut self) -> Got {
        loop {
            match timeout(PATIENCE, self.socket.next()).await.expect("the server says something") {
                Some(Ok(Message::Text(text))) => {
                    if let Some(got) = self.take(text.as_str()).await {
                        return got;
                    }
                }
                Some(Ok(Message::Close(frame))) => return self.keep(Got::Closed(frame.map_or(0, |f| f.code.into()))),
                Some(Ok(Message::Binary(bytes))) => self.broken.push(Violation::Binary(bytes.len())),
                Some(Ok(_)) => {}
                Some(Err(_)) | None => return self.keep(Got::Closed(0)),
            }
        }
    }

    async fn take(&mut self, text: &str) -> Option<Got> {
        let (read, broken) = checks::read(text, &self.stream_sid, self.phase, 0);
        self.broken.extend(broken);
        let got = match read? {
            FromServer::Media(samples) => Got::Sound(samples),
            FromServer::Mark(name) => Got::Mark(name),
            FromServer::Clear => Got::Clear,
        };
        // Kept first: whoever waits for something else may let go of us here.
        let got = self.keep(got);
        if let (Got::Mark(name), true) = (&got, self.marks) {
            self.mark(name).await;
        }
        Some(got)
    }

    fn keep(&mut self, got: Got) -> Got {
        self.got.push(got.clone());
        got
    }

    /// Sends a mark back.
    pub async fn mark(&mut self, name: &str) {
        let sid = self.stream_sid.clone();
        self.send(&format!(
            r#"{{"event":"mark","sequence_number":"8","stream_sid":"{sid}","mark":{{"name":"{name}"}}}}"#
        ))
        .await;
    }

    /// Hears a prompt to its end.
    pub async fn listen(&mut self) {
        while !matches!(self.next().await, Got::Sound(_) | Got::Closed(_)) {}
        self.listen_out().await;
    }

    /// Hears what there is until nothing more comes.
    pub async fn listen_out(&mut self) {
        while let Ok(got) = timeout(QUIET, self.next()).await {
            if matches!(got, Got::Closed(_)) {
                return;
            }
        }
    }

    /// Everything until the server closes; the code.
    pub async fn closed(&mut self) -> u16 {
        loop {
            if let Got::Closed(code) = self.next().await {
                return code;
            }
        }
    }

    /// Asks for an order by keys, is helped, gives a rating.
    pub async fn ask_by_keys(&mut self) {
        for keys in ["1", "1024#", "1", "5"] {
            self.listen().await;
            self.press(keys).await;
        }
    }

    /// How much sound came, ms at 16 kHz.
    pub fn heard_ms(&self) -> usize {
        let samples = |g: &Got| if let Got::Sound(s) = g { s.len() } else { 0 };
        self.got.iter().map(samples).sum::<usize>() / 16
    }
}
