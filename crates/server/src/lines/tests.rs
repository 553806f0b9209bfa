use super::*;
use crate::config::lines::Lines;
use axum::http::HeaderMap;
use axum::routing::get;
use std::sync::atomic::{AtomicUsize, Ordering};
use tokio::time::timeout;

const SOON: Duration = Duration::from_millis(300);
const LATER: Duration = Duration::from_secs(3_600);
/// No wait in these tests is as long as this unless something is wrong.
const PATIENCE: Duration = Duration::from_secs(20);
const ASK: &[u8] = b"GET /quick HTTP/1.1\r\nhost: caly\r\n\r\n";
const HALF: &[u8] = b"GET /quick HTTP/1.1\r\nhost: ca";

fn patient(most: usize) -> Lines {
    Lines { most, head: LATER, idle: LATER, body: LATER, write: LATER }
}

/// A house on a free port: one quick answer, one that takes until it is let
/// go, one that is large.
struct Inn {
    at: SocketAddr,
    room: Arc<Room>,
    go: CancellationToken,
    inside: Arc<AtomicUsize>,
    stop: CancellationToken,
    closed: tokio::task::JoinHandle<()>,
}

impl Inn {
    async fn open(lines: Lines) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let (at, room) = (listener.local_addr().unwrap(), Room::new(lines));
        let (go, stop, inside) = (CancellationToken::new(), CancellationToken::new(), Arc::new(AtomicUsize::new(0)));
        let (token, count) = (go.clone(), Arc::clone(&inside));
        let slow = move || async move {
            count.fetch_add(1, Ordering::Relaxed);
            token.cancelled().await;
            "done"
        };
        let from = |ConnectInfo(from): ConnectInfo<SocketAddr>, _: HeaderMap| async move { from.port().to_string() };
        let router = Router::new()
            .route("/quick", get(from))
            .route("/slow", get(slow))
            .route("/large", get(|| async { vec![b'x'; 16 << 20] }));
        let token = stop.clone();
        let stopped = async move { token.cancelled().await };
        let closed = tokio::spawn(serve(listener, router, Arc::clone(&room), stopped));
        Self { at, room, go, inside, stop, closed }
    }

    async fn guest(&self) -> TcpStream {
        TcpStream::connect(self.at).await.unwrap()
    }

    async fn asks(&self, bytes: &[u8]) -> TcpStream {
        let mut guest = self.guest().await;
        guest.write_all(bytes).await.unwrap();
        guest
    }

    async fn until(&self, what: impl Fn(&Self) -> bool) {
        timeout(PATIENCE, async {
            while !what(self) {
                tokio::time::sleep(Duration::from_millis(5)).await;
            }
        })
        .await
        .unwrap();
    }
}

/// One answer, as far as its end is known: headers and a short body.
async fn answer(guest: &mut TcpStream) -> String {
    let mut said = Vec::new();
    let mut buffer = [0; 4096];
    let body = |said: &[u8]| {
        let text = String::from_utf8_lossy(said).into_owned();
        let (head, body) = text.split_once("\r\n\r\n")?;
        let length = head.lines().find_map(|line| line.strip_prefix("content-length: "))?.parse::<usize>().ok()?;
        (body.len() >= length).then_some(text.clone())
    };
    timeout(PATIENCE, async {
        loop {
            let n = guest.read(&mut buffer).await.unwrap();
            said.extend_from_slice(&buffer[..n]);
            if let Some(text) = body(&said) {
                return text;
            }
            assert!(n > 0, "closed after {:?}", String::from_utf8_lossy(&said));
        }
    })
    .await
    .unwrap()
}

/// Whether it is closed within `time`, with nothing more to read.
async fn closed(guest: &mut TcpStream, time: Duration) -> bool {
    matches!(timeout(time, guest.read(&mut [0; 64])).await, Ok(Ok(0) | Err(_)))
}

#[tokio::test]
async fn half_a_head_and_silence_are_waited_for_until_the_limit_and_no_longer() {
    let inn = Inn::open(Lines { head: SOON, ..patient(100) }).await;
    let (mut half, mut silent) = (inn.asks(HALF).await, inn.guest().await);
    assert!(closed(&mut half, PATIENCE).await && closed(&mut silent, PATIENCE).await);
    inn.until(|inn| inn.room.count() == 0).await;
    // Byte by byte is no way round it, on a line that was used before either.
    let mut trickle = inn.asks(ASK).await;
    answer(&mut trickle).await;
    let dripped = timeout(PATIENCE, async {
        for byte in HALF.iter().cycle() {
            if trickle.write_all(&[*byte]).await.is_err() {
                return;
            }
            tokio::time::sleep(SOON / 10).await;
        }
    });
    dripped.await.unwrap();
    // The control: with patience the same halves are there ten limits later.
    let inn = Inn::open(patient(100)).await;
    let (mut half, mut silent) = (inn.asks(HALF).await, inn.guest().await);
    assert!(!closed(&mut half, SOON * 10).await && !closed(&mut silent, SOON).await);
    half.write_all(&ASK[HALF.len()..]).await.unwrap();
    assert!(answer(&mut half).await.starts_with("HTTP/1.1 200"));
}

#[tokio::test]
async fn a_line_between_two_requests_has_a_patience_of_its_own() {
    let inn = Inn::open(Lines { head: SOON, idle: SOON * 6, ..patient(100) }).await;
    let mut guest = inn.asks(ASK).await;
    let first = answer(&mut guest).await;
    tokio::time::sleep(SOON * 3).await;
    guest.write_all(ASK).await.unwrap();
    let own = guest.local_addr().unwrap().port().to_string();
    let second = answer(&mut guest).await;
    assert!(first.ends_with(&own) && second.ends_with(&own), "{first} {second}");
    assert!(closed(&mut guest, PATIENCE).await);
}

#[tokio::test]
async fn a_full_room_asks_the_longest_silent_one_to_leave_and_turns_away_only_when_all_are_served() {
    let inn = Inn::open(patient(3)).await;
    let mut idle = inn.asks(ASK).await;
    answer(&mut idle).await;
    tokio::time::sleep(Duration::from_millis(20)).await;
    let mut half = inn.asks(HALF).await;
    let mut slow = inn.asks(b"GET /slow HTTP/1.1\r\nhost: caly\r\n\r\n").await;
    inn.until(|inn| inn.room.count() == 3 && inn.inside.load(Ordering::Relaxed) == 1).await;
    let mut new = inn.asks(ASK).await;
    assert!(answer(&mut new).await.starts_with("HTTP/1.1 200"));
    assert!(closed(&mut idle, PATIENCE).await, "the one who was silent longest");
    assert!(!closed(&mut half, Duration::from_millis(100)).await, "the other one stays");
    let mut others = Vec::new();
    for n in 2..=3 {
        others.push(inn.asks(b"GET /slow HTTP/1.1\r\nhost: caly\r\n\r\n").await);
        inn.until(|inn| inn.inside.load(Ordering::Relaxed) == n).await;
    }
    assert_eq!(inn.room.count(), 3);
    let mut refused = inn.asks(ASK).await;
    let words = answer(&mut refused).await;
    assert!(words.starts_with("HTTP/1.1 503") && words.contains("retry-after: 1"), "{words}");
    let problem: serde_json::Value = serde_json::from_str(words.split_once("\r\n\r\n").unwrap().1).unwrap();
    assert_eq!(problem["code"], "full");
    inn.go.cancel();
    assert!(answer(&mut slow).await.ends_with("done"), "whoever is served stays");
    let mut again = inn.asks(ASK).await;
    assert!(answer(&mut again).await.starts_with("HTTP/1.1 200"));
}

#[tokio::test]
async fn whoever_takes_nothing_of_his_answer_is_not_waited_for() {
    for (write, stays) in [(SOON, 0), (LATER, 1)] {
        let inn = Inn::open(Lines { write, ..patient(100) }).await;
        let _never_reads = inn.asks(b"GET /large HTTP/1.1\r\nhost: caly\r\n\r\n").await;
        inn.until(|inn| inn.room.count() == 1).await;
        tokio::time::sleep(SOON * 4).await;
        if stays == 0 {
            inn.until(|inn| inn.room.count() == 0).await;
        }
        assert_eq!(inn.room.count(), stays);
    }
}

#[tokio::test]
async fn a_stop_finishes_what_is_in_hand_and_waits_for_nobody_who_stands_still() {
    let inn = Inn::open(Lines { head: SOON, ..patient(100) }).await;
    let mut idle = inn.asks(ASK).await;
    answer(&mut idle).await;
    let mut slow = inn.asks(b"GET /slow HTTP/1.1\r\nhost: caly\r\n\r\n").await;
    let _half = inn.asks(HALF).await;
    inn.until(|inn| inn.inside.load(Ordering::Relaxed) == 1).await;
    inn.stop.cancel();
    assert!(closed(&mut idle, PATIENCE).await);
    assert!(TcpStream::connect(inn.at).await.is_err(), "no new ones");
    assert!(!inn.closed.is_finished(), "a request is in hand");
    inn.go.cancel();
    assert!(answer(&mut slow).await.ends_with("done"));
    timeout(PATIENCE, inn.closed).await.unwrap().unwrap();
}
