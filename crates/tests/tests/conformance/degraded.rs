//! Case 26: the database is locked or away while the Voicebot applet asks.

use crate::speech::keypad;
use crate::wire::{self, Got, applet, get, hook, new_sid, row, url_in, voicebot};
use caly_core::id::ChannelId;
use caly_core::scope::Scope;
use caly_core::sector::Sector;
use caly_server::inbound::degraded;
use caly_store::testing::TempStore;
use caly_store::{Call, Database};
use caly_tests::behind::Behind;
use caly_tests::{Setup, TestApp};
use std::net::SocketAddr;
use std::time::Duration;
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::watch;

async fn app() -> TestApp {
    TestApp::with(Setup { speech: Some(keypad()), ..Setup::default() }).await
}

/// The safe branch: a token that stands for itself.
async fn degraded_url(app: &TestApp, sid: &str) -> String {
    let url = url_in(&get(&hook(app, 0, "voicebot"), &applet(app, 0, sid)).await);
    assert!(url.contains("/stream/d1-") && url.len() <= 600, "the mark of the safe branch: {url}");
    url
}

/// The stream comes, the call is talked to its end; it is one call.
async fn talked_and_counted_once(app: &TestApp, url: &str, sid: &str) -> Call {
    let mut stream = wire::open(url, None).await.unwrap();
    stream.start(sid).await;
    stream.ask_by_keys().await;
    assert_eq!(stream.closed().await, 1000);
    let call = app.counted(&app.doors[0], sid).await;
    assert!(call.resolved && call.owner.is_some(), "{call:?}");
    assert_eq!(call.caller_number.as_deref(), Some("+919812345678"));
    let scope = Scope::system(app.doors[0].client);
    let sums = app.store.sector_sums(&scope, Sector::Ecommerce).await.unwrap();
    assert_eq!((sums.calls, sums.successes), (1, 1), "counted once");
    assert_eq!(wire::calls(app, 0).await.len(), 1);
    assert!(caly_verify::verify(&app.store).await.unwrap().clean());
    // The carrier asks once more, late: the call is known and stays ended.
    get(&hook(app, 0, "voicebot"), &applet(app, 0, sid)).await;
    assert_eq!(row(app, 0, sid).await.unwrap(), call);
    call
}

#[tokio::test(flavor = "multi_thread")]
async fn case_26_a_locked_database_is_not_waited_for() {
    let app = app().await;
    let sid = new_sid(&app);
    let lock = Behind::open(&app).await.lock().await;
    // All of these are answered while the lock is held.
    let url = degraded_url(&app, &sid).await;
    assert_eq!(
        get(&hook(&app, 0, "after-bot"), &applet(&app, 0, &sid)).await.status,
        302,
        "people are the safe branch"
    );
    assert_eq!(get(&hook(&app, 0, "connect"), &applet(&app, 0, &sid)).await.status, 200);
    assert_eq!(get(&hook(&app, 0, "after-connect"), &applet(&app, 0, &sid)).await.status, 200);
    let status = get(&hook(&app, 0, "status"), &applet(&app, 0, &sid)).await.status;
    assert_eq!(status, 503, "a notification is not acknowledged before it is durable");
    assert!(row(&app, 0, &sid).await.is_none(), "nothing was written under the lock");
    lock.release().await;
    // What was queued may still land; either way it is one call.
    talked_and_counted_once(&app, &url, &sid).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn case_26_the_stream_makes_the_row_that_is_missing() {
    let app = app().await;
    let sid = new_sid(&app);
    let url = {
        let lock = Behind::open(&app).await.lock().await;
        let url = degraded_url(&app, &sid).await;
        // Until the writer itself has given up: SQLite's has five seconds for
        // the batch that it may be at, five for the one that holds this call.
        tokio::time::sleep(lock.patience() * 2).await;
        lock.release().await;
        url
    };
    assert!(row(&app, 0, &sid).await.is_none());
    let call = talked_and_counted_once(&app, &url, &sid).await;
    assert!(call.degraded, "the row says how it came about");
    // The control: a call that was placed in order is not marked so.
    let sid = new_sid(&app);
    assert!(!voicebot(&app, 0, &sid).await.contains("/stream/d1-"));
    assert!(!row(&app, 0, &sid).await.unwrap().degraded);
}

#[tokio::test(flavor = "multi_thread")]
async fn case_26_the_stream_may_come_while_the_database_is_still_locked() {
    let app = app().await;
    let sid = new_sid(&app);
    let lock = Behind::open(&app).await.lock().await;
    let url = degraded_url(&app, &sid).await;
    let mut stream = wire::open(&url, None).await.unwrap();
    stream.start(&sid).await;
    tokio::time::sleep(Duration::from_secs(1)).await;
    lock.release().await;
    assert!(matches!(stream.next().await, Got::Sound(_)), "the caller is greeted when it answers again");
    assert!(row(&app, 0, &sid).await.is_some());
}

#[tokio::test(flavor = "multi_thread")]
async fn case_26_a_call_that_ends_under_the_lock_is_counted_when_it_is_gone() {
    let app = app().await;
    let sid = new_sid(&app);
    let mut stream = wire::open(&voicebot(&app, 0, &sid).await, None).await.unwrap();
    stream.start(&sid).await;
    stream.listen().await;
    let lock = Behind::open(&app).await.lock().await;
    // The whole conversation and its end, with nothing that can be written.
    for keys in ["1", "1024#", "1", "5"] {
        stream.press(keys).await;
        stream.listen().await;
    }
    assert_eq!(stream.closed().await, 1000, "the caller is not kept waiting for the database");
    let open = row(&app, 0, &sid).await.unwrap();
    assert_eq!(open.ended_at, None, "the control: nothing could be stored");
    // Longer than a writer waits, so that every write was refused once.
    tokio::time::sleep(lock.patience()).await;
    lock.release().await;
    let call = app.counted(&app.doors[0], &sid).await;
    assert!(call.resolved && call.rating == Some(5), "{call:?}");
    let said = app.said(0, &call).await.join("\n");
    assert!(said.contains("on its way"), "the transcript too: {said}");
    let scope = Scope::system(app.doors[0].client);
    assert_eq!(app.store.sector_sums(&scope, Sector::Ecommerce).await.unwrap().calls, 1);
    assert!(caly_verify::verify(&app.store).await.unwrap().clean());
}

#[tokio::test(flavor = "multi_thread")]
async fn case_26_the_token_is_for_one_call_on_one_line_once() {
    let app = app().await;
    let keys = &app.node.telephony.keys;
    let sid = new_sid(&app);
    let (client, channel) = (app.doors[0].client, app.doors[0].channel);
    let token = degraded::mint(keys, client, channel, &sid, app.now());
    let open = async |key: &str, token: &str| {
        let url = format!("{}/exotel/{key}/stream/{token}?sample-rate=16000", app.base.replace("http", "ws"));
        wire::open(&url, None).await
    };
    let own = app.doors[0].hook_key.as_str();
    for at in [3, 8, 20, token.len() / 2, token.len() - 2] {
        let mut bent = token.clone().into_bytes();
        bent[at] = if bent[at] == b'A' { b'B' } else { b'A' };
        assert_eq!(open(own, std::str::from_utf8(&bent).unwrap()).await.err(), Some(404), "bent at {at}");
    }
    for (name, foreign) in [
        ("another client's line", app.doors[1].hook_key.as_str()),
        ("another line of the client", app.doors[0].echo_key.as_str()),
    ] {
        assert_eq!(open(foreign, &token).await.err(), Some(404), "{name}");
    }
    let other = degraded::mint(keys, app.doors[1].client, channel, &sid, app.now());
    assert_eq!(open(own, &other).await.err(), Some(404), "another client's token");
    let other = degraded::mint(keys, client, ChannelId(channel.0 + 1), &sid, app.now());
    assert_eq!(open(own, &other).await.err(), Some(404), "another line's token");
    let old = degraded::mint(keys, client, channel, &sid, app.now().plus(-60_001));
    assert_eq!(open(own, &old).await.err(), Some(404), "a minute is over");
    // The control: nothing of that has used it up. It is for this call only.
    let mut stream = open(own, &token).await.unwrap();
    stream.start(&new_sid(&app)).await;
    assert_eq!(stream.next().await, Got::Closed(1008), "another call");
    assert_eq!(open(own, &token).await.err(), Some(404), "once");
}

/// A wire to the database that can be cut or stand still.
struct Proxy {
    at: SocketAddr,
    flow: watch::Sender<Flow>,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Flow {
    Open,
    /// Connections are closed, new ones at once.
    Cut,
    /// Connections stand and carry nothing.
    Still,
}

impl Proxy {
    async fn to(port: u16) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let at = listener.local_addr().unwrap();
        let (flow, seen) = watch::channel(Flow::Open);
        tokio::spawn(async move {
            while let Ok((near, _)) = listener.accept().await {
                tokio::spawn(carry(near, port, seen.clone()));
            }
        });
        Self { at, flow }
    }
}

async fn carry(near: TcpStream, port: u16, mut flow: watch::Receiver<Flow>) {
    if *flow.borrow() == Flow::Cut {
        return;
    }
    let far = TcpStream::connect(("127.0.0.1", port)).await.unwrap();
    let (mut near_in, mut near_out) = near.into_split();
    let (mut far_in, mut far_out) = far.into_split();
    loop {
        let _ = flow.wait_for(|f| *f != Flow::Still).await;
        if *flow.borrow() == Flow::Cut {
            return;
        }
        tokio::select! {
            biased;
            _ = flow.changed() => {}
            end = pass(&mut near_in, &mut far_out) => if end { return },
            end = pass(&mut far_in, &mut near_out) => if end { return },
        }
    }
}

/// Carries what is there; `true` at the end.
async fn pass(from: &mut tokio::net::tcp::OwnedReadHalf, to: &mut tokio::net::tcp::OwnedWriteHalf) -> bool {
    use tokio::io::AsyncWriteExt;
    if from.readable().await.is_err() {
        return true;
    }
    let mut bytes = [0; 16 * 1024];
    match from.try_read(&mut bytes) {
        Ok(0) => true,
        Ok(n) => to.write_all(&bytes[..n]).await.is_err(),
        Err(e) => e.kind() != std::io::ErrorKind::WouldBlock,
    }
}

/// A Caly on PostgreSQL behind the proxy.
async fn on_postgres() -> Option<(TestApp, Proxy, TempStore)> {
    let temp = TempStore::postgres().await.unwrap()?;
    let Database::Postgres(url) = &temp.database else { unreachable!() };
    let port: u16 = url.rsplit(':').next().unwrap().split('/').next().unwrap().parse().unwrap();
    let proxy = Proxy::to(port).await;
    let through = url.replace(&format!(":{port}/"), &format!(":{}/", proxy.at.port()));
    let setup = Setup { speech: Some(keypad()), database: Some(Database::Postgres(through)), ..Setup::default() };
    Some((TestApp::with(setup).await, proxy, temp))
}

async fn away(flow: Flow) {
    let Some((app, proxy, _temp)) = on_postgres().await else { return };
    // It serves, which is after it has seen its channels.
    assert_eq!(get(&format!("{}/health", app.base), "").await.status, 200);
    proxy.flow.send(flow).unwrap();
    let sid = new_sid(&app);
    // Nobody has called this line since the start, and it is answered.
    let url = degraded_url(&app, &sid).await;
    assert_eq!(get(&hook(&app, 0, "after-bot"), &applet(&app, 0, &sid)).await.status, 302);
    assert_eq!(get(&hook(&app, 0, "connect"), &applet(&app, 0, &sid)).await.status, 200);
    assert_eq!(get(&hook(&app, 0, "status"), &applet(&app, 0, &sid)).await.status, 503);
    // The control: a key that is nobody's is nobody's with or without it.
    let guessed = format!("{}/exotel/guessed/voicebot", app.base);
    assert_eq!(get(&guessed, &applet(&app, 0, &sid)).await.status, 404);
    proxy.flow.send(Flow::Open).unwrap();
    let call = talked_and_counted_once(&app, &url, &sid).await;
    assert!(flow == Flow::Still || call.degraded, "{call:?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn case_26_postgres_is_cut_off() {
    away(Flow::Cut).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn case_26_postgres_stands_still() {
    away(Flow::Still).await;
}
