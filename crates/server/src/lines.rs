//! Connections: HTTP/1.1 with upgrades (a proxy in front speaks TLS and newer
//! versions), each with a seat in a bounded room. `axum::serve` waits for half
//! a request without end and takes whoever comes; this does neither.

mod room;
pub mod slow_body;

pub use room::{Doing, Room, Seat};

use axum::Router;
use axum::body::{Body, Bytes, HttpBody};
use axum::extract::{ConnectInfo, Request};
use axum::http::StatusCode;
use hyper::body::{Frame, Incoming, SizeHint};
use hyper::server::conn::http1;
use hyper::service::service_fn;
use hyper_util::rt::TokioIo;
use room::Taken;
use std::convert::Infallible;
use std::io;
use std::net::SocketAddr;
use std::pin::{Pin, pin};
use std::sync::Arc;
use std::task::{Context, Poll};
use std::time::Duration;
use tokio::io::{AsyncRead, AsyncReadExt, AsyncWrite, AsyncWriteExt, ReadBuf};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::Semaphore;
use tokio::time::MissedTickBehavior;
use tokio_util::sync::CancellationToken;
use tokio_util::task::TaskTracker;
use tower::ServiceExt;

/// Bytes of a request's head: an address, a cookie and some headers.
const LONGEST_HEAD: usize = 64 * 1024;
/// After an accept that failed, so that the next can have a descriptor.
const BREATH: Duration = Duration::from_millis(50);
/// How long somebody who is turned away is given to read why.
const FAREWELL: Duration = Duration::from_secs(1);
/// Who are told why they are turned away, at once; the rest see a closed line.
const FAREWELLS: usize = 64;

/// What each connection is handed.
#[derive(Clone)]
struct House {
    router: Router,
    room: Arc<Room>,
    closing: CancellationToken,
    farewells: Arc<Semaphore>,
}

/// Serves until `stop`, then lets the requests in hand finish. WebSockets are
/// not waited for: whoever stops has waited for the calls.
pub async fn serve(listener: TcpListener, router: Router, room: Arc<Room>, stop: impl Future<Output = ()>) {
    let (closing, farewells) = (CancellationToken::new(), Arc::new(Semaphore::new(FAREWELLS)));
    // Once here instead of at every request.
    let house = House { router: router.with_state(()), room, closing, farewells };
    let talks = TaskTracker::new();
    let mut pace = tokio::time::interval(house.room.pace());
    pace.set_missed_tick_behavior(MissedTickBehavior::Delay);
    let mut stop = pin!(stop);
    loop {
        tokio::select! {
            () = stop.as_mut() => break,
            accepted = listener.accept() => match accepted {
                Ok((tcp, from)) => house.receive(tcp, from, &talks),
                Err(error) => refused(&house.room, &error).await,
            },
            _ = pace.tick() => house.room.sweep(),
        }
    }
    drop(listener);
    house.closing.cancel();
    talks.close();
    loop {
        tokio::select! {
            () = talks.wait() => return,
            // Whoever stands still is not waited for now either.
            _ = pace.tick() => house.room.sweep(),
        }
    }
}

/// A peer that was gone before we came, or no descriptor left for it.
async fn refused(room: &Room, error: &io::Error) {
    use io::ErrorKind::{ConnectionAborted, ConnectionRefused, ConnectionReset};
    if !matches!(error.kind(), ConnectionAborted | ConnectionRefused | ConnectionReset) {
        let made_way = room.make_way();
        tracing::error!(socket.error = %error, lines.open = room.count(), lines.made_way = made_way, "no connection can be taken");
        tokio::time::sleep(BREATH).await;
    }
}

impl House {
    fn receive(&self, tcp: TcpStream, from: SocketAddr, talks: &TaskTracker) {
        // Without this, small frames wait for the peer's delayed acknowledgement.
        if let Err(e) = tcp.set_nodelay(true) {
            tracing::debug!(socket.error = %e, "a socket keeps its delay");
        }
        match self.room.enter() {
            Some(taken) => drop(talks.spawn(self.clone().talk(tcp, from, taken))),
            None => self.turn_away(tcp, talks),
        }
    }

    async fn talk(self, tcp: TcpStream, from: SocketAddr, taken: Taken) {
        let seat = Arc::clone(&taken.seat);
        let served = Arc::clone(&seat);
        let service = service_fn(move |request: Request<Incoming>| {
            let (router, seat) = (self.router.clone(), Arc::clone(&served));
            async move { Ok::<_, Infallible>(answered(router, seat, from, request.map(Body::new)).await) }
        });
        let line = TokioIo::new(Line { tcp, taken });
        let mut http = http1::Builder::new();
        http.max_buf_size(LONGEST_HEAD);
        let mut talking = pin!(http.serve_connection(line, service).with_upgrades());
        let mut told = false;
        loop {
            tokio::select! {
                ended = talking.as_mut() => {
                    if let Err(e) = ended {
                        tracing::debug!(socket.error = %e, "a connection broke");
                    }
                    return;
                }
                () = seat.wanted() => return,
                () = self.closing.cancelled(), if !told => {
                    told = true;
                    talking.as_mut().graceful_shutdown();
                }
            }
        }
    }

    /// Everybody is being served: in words, where there is time for them.
    fn turn_away(&self, mut tcp: TcpStream, talks: &TaskTracker) {
        tracing::warn!(lines.open = self.room.count(), "every connection is busy; a new one was turned away");
        let Ok(permit) = Arc::clone(&self.farewells).try_acquire_owned() else { return };
        talks.spawn(async move {
            let farewell = async {
                tcp.write_all(full().as_bytes()).await?;
                tcp.shutdown().await?;
                // What it still sends would make the kernel drop our words.
                let mut rest = [0; 1024];
                while tcp.read(&mut rest).await? > 0 {}
                Ok::<_, io::Error>(())
            };
            if !matches!(tokio::time::timeout(FAREWELL, farewell).await, Ok(Ok(()))) {
                tracing::debug!("somebody who was turned away did not wait for the reason");
            }
            drop(permit);
        });
    }
}

/// 503 as a problem, before there is a request to answer.
fn full() -> String {
    let body = r#"{"type":"urn:caly:problem:full","title":"Service Unavailable","status":503,"code":"full","detail":"Every connection of this node is busy; try again in a second."}"#;
    format!(
        "HTTP/1.1 503 Service Unavailable\r\ncontent-type: application/problem+json\r\ncache-control: no-store\r\n\
         retry-after: 1\r\nconnection: close\r\ncontent-length: {}\r\n\r\n{body}",
        body.len()
    )
}

async fn answered(router: Router, seat: Arc<Seat>, from: SocketAddr, mut request: Request) -> axum::response::Response {
    seat.is(Doing::Served);
    request.extensions_mut().insert(ConnectInfo(from));
    request.extensions_mut().insert(Arc::clone(&seat));
    let response = match router.oneshot(request).await {
        Ok(response) => response,
        Err(never) => match never {},
    };
    if response.status() == StatusCode::SWITCHING_PROTOCOLS {
        seat.is(Doing::Upgraded);
        return response;
    }
    response.map(|body| Body::new(Said { body, seat }))
}

/// An answer's body; once it is said, the connection is idle.
struct Said {
    body: Body,
    seat: Arc<Seat>,
}

impl Drop for Said {
    fn drop(&mut self) {
        self.seat.is(Doing::Idle);
    }
}

impl HttpBody for Said {
    type Data = Bytes;
    type Error = axum::Error;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Self::Data>, Self::Error>>> {
        Pin::new(&mut self.body).poll_frame(cx)
    }

    fn is_end_stream(&self) -> bool {
        self.body.is_end_stream()
    }

    fn size_hint(&self) -> SizeHint {
        self.body.size_hint()
    }
}

/// A socket that says when a head begins and when the peer takes nothing.
struct Line {
    tcp: TcpStream,
    taken: Taken,
}

impl Line {
    fn wrote<T>(&self, written: Poll<T>) -> Poll<T> {
        self.taken.seat.stuck(written.is_pending());
        written
    }
}

impl AsyncRead for Line {
    fn poll_read(mut self: Pin<&mut Self>, cx: &mut Context<'_>, buf: &mut ReadBuf<'_>) -> Poll<io::Result<()>> {
        let before = buf.filled().len();
        let read = Pin::new(&mut self.tcp).poll_read(cx, buf);
        if buf.filled().len() > before {
            self.taken.seat.becomes(Doing::Head, Doing::Idle);
        }
        read
    }
}

impl AsyncWrite for Line {
    fn poll_write(mut self: Pin<&mut Self>, cx: &mut Context<'_>, buf: &[u8]) -> Poll<io::Result<usize>> {
        let written = Pin::new(&mut self.tcp).poll_write(cx, buf);
        self.wrote(written)
    }

    fn poll_write_vectored(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        bufs: &[io::IoSlice<'_>],
    ) -> Poll<io::Result<usize>> {
        let written = Pin::new(&mut self.tcp).poll_write_vectored(cx, bufs);
        self.wrote(written)
    }

    fn is_write_vectored(&self) -> bool {
        self.tcp.is_write_vectored()
    }

    fn poll_flush(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.tcp).poll_flush(cx)
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.tcp).poll_shutdown(cx)
    }
}

#[cfg(test)]
mod tests;
