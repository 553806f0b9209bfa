//! A request's body is here within its time, or the answer is 408. Whoever
//! reads the body sees it break off; what he makes of that is not sent.

use super::{Doing, Seat};
use crate::error::Problem;
use axum::body::{Body, Bytes, HttpBody};
use axum::extract::Request;
use axum::http::{HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use hyper::body::{Frame, SizeHint};
use std::pin::Pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::task::{Context, Poll};
use std::time::Duration;
use tokio::time::Sleep;

/// Whether a request's body came too late; of one without a body, never.
#[derive(Debug, Default)]
pub struct Late(Option<Arc<AtomicBool>>);

impl Late {
    /// The answer: `response`, unless the body came too late.
    #[must_use]
    pub fn or(self, response: Response) -> Response {
        if self.0.is_some_and(|late| late.load(Ordering::Relaxed)) { too_slow() } else { response }
    }
}

/// Bounds the body of a request that has one to `time`.
pub fn bound(request: Request, time: Duration) -> (Request, Late) {
    if request.body().is_end_stream() {
        return (request, Late::default());
    }
    let late = Arc::new(AtomicBool::new(false));
    let seat = request.extensions().get::<Arc<Seat>>().cloned();
    let until = Box::pin(tokio::time::sleep(time));
    let request = request.map(|body| Body::new(Timed { body, until, late: Arc::clone(&late), seat }));
    (request, Late(Some(late)))
}

fn too_slow() -> Response {
    let words = "The body did not arrive in time; send it again, faster or in smaller parts.";
    let mut response = Problem::new(StatusCode::REQUEST_TIMEOUT, "too_slow", words).into_response();
    // Where its rest would end nobody knows.
    response.headers_mut().insert(header::CONNECTION, HeaderValue::from_static("close"));
    response
}

/// A body with a last moment.
struct Timed {
    body: Body,
    until: Pin<Box<Sleep>>,
    late: Arc<AtomicBool>,
    seat: Option<Arc<Seat>>,
}

impl Timed {
    fn seat(&self, doing: Doing, from: Doing) {
        if let Some(seat) = &self.seat {
            seat.becomes(doing, from);
        }
    }
}

impl Drop for Timed {
    fn drop(&mut self) {
        self.seat(Doing::Served, Doing::Body);
    }
}

impl HttpBody for Timed {
    type Data = Bytes;
    type Error = axum::Error;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Self::Data>, Self::Error>>> {
        if self.until.as_mut().poll(cx).is_ready() {
            self.late.store(true, Ordering::Relaxed);
            return Poll::Ready(Some(Err(axum::Error::new(std::io::Error::from(std::io::ErrorKind::TimedOut)))));
        }
        let frame = Pin::new(&mut self.body).poll_frame(cx);
        match frame {
            Poll::Pending => self.seat(Doing::Body, Doing::Served),
            Poll::Ready(None) => self.seat(Doing::Served, Doing::Body),
            Poll::Ready(Some(_)) => {}
        }
        frame
    }

    fn is_end_stream(&self) -> bool {
        self.body.is_end_stream()
    }

    fn size_hint(&self) -> SizeHint {
        self.body.size_hint()
    }
}
