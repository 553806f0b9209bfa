//! `GET /api/events`: the live stream. It reads the events table and is woken
//! by the bus; a lost wake-up costs a second, never an event.

use crate::auth::guard::{Who, identify};
use crate::board::feed_wire::{SentEvent, WireEvent, for_listener};
use crate::bus::Note;
use crate::error::{Problem, ProblemBody};
use crate::extract::Ask;
use crate::state::App;
use axum::extract::State;
use axum::http::{HeaderMap, HeaderName, HeaderValue, StatusCode};
use axum::response::sse::{Event as Sse, KeepAlive};
use axum::response::{IntoResponse, Response, Sse as SseStream};
use caly_store::Committed;
use futures::Stream;
use serde::Deserialize;
use std::collections::VecDeque;
use std::convert::Infallible;
use std::sync::Arc;
use std::time::Duration;
use tokio::sync::{OwnedSemaphorePermit, broadcast};
use utoipa::IntoParams;

/// A comment keeps proxies and browsers from giving the stream up.
const HEARTBEAT: Duration = Duration::from_secs(15);
/// How long a revoked session or an event of another node can stay unseen.
const LOOK: Duration = Duration::from_secs(1);
/// Events read at once.
const BATCH: i64 = 200;
/// How soon a browser that lost the stream comes back.
const RETRY: Duration = Duration::from_secs(1);

/// The live stream.
///
/// `id` counts per client; send the last one back as `Last-Event-ID` and the
/// stream goes on after it; a browser, whose first request cannot name one, says
/// `after`. When that is older than the ten minutes that are kept, `reset` comes
/// first: read everything again. A comment comes every 15 seconds. The stream
/// ends within a second of the session.
#[utoipa::path(get, path = "/api/events", tag = "boards",
    params(EventsAsk, ("Last-Event-ID" = Option<i64>, Header, description = "Go on after this event; before `after`")),
    responses((status = 200, description = "Server-sent events", content_type = "text/event-stream", body = SentEvent),
        (status = 400, body = ProblemBody), (status = 401, body = ProblemBody), (status = 503, body = ProblemBody)))]
pub async fn events(
    State(app): State<App>,
    who: Who,
    headers: HeaderMap,
    Ask(ask): Ask<EventsAsk>,
) -> Result<Response, Problem> {
    let last = last_event_id(&headers)?.or(ask.after()?);
    let Ok(permit) = Arc::clone(&app.streams).try_acquire_owned() else { return Err(full()) };
    let listener = Listener::start(app, who, last, permit).await?;
    let stream = SseStream::new(listener.stream()).keep_alive(KeepAlive::new().interval(HEARTBEAT));
    // Proxies that collect answers before passing them on are told not to.
    let unbuffered = [(HeaderName::from_static("x-accel-buffering"), HeaderValue::from_static("no"))];
    Ok((unbuffered, stream).into_response())
}

/// Where the stream begins.
#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct EventsAsk {
    /// Go on after this event, `last_event` of `GET /api/auth/me` for one; from
    /// now when left out.
    #[param(minimum = 0)]
    pub after: Option<i64>,
}

impl EventsAsk {
    fn after(&self) -> Result<Option<i64>, Problem> {
        match self.after {
            Some(id) if id < 0 => {
                Err(Problem::bad_request("bad_query", "after must be the id of an event, 0 or above.").at("after"))
            }
            after => Ok(after),
        }
    }
}

/// Idle boards never take the place of a carrier's hooks.
fn full() -> Problem {
    Problem::busy(
        "too_many_streams",
        "This node has as many live streams open as it may; read the resources themselves until one is free, or raise max_connections.",
        30,
    )
}

fn last_event_id(headers: &HeaderMap) -> Result<Option<i64>, Problem> {
    let Some(value) = headers.get("last-event-id") else { return Ok(None) };
    match value.to_str().map(str::parse::<i64>) {
        Ok(Ok(id)) if id >= 0 => Ok(Some(id)),
        _ => Err(Problem::bad_request(
            "bad_last_event_id",
            "Last-Event-ID must be the id of an event of this stream; leave it out to start from now.",
        )
        .at("Last-Event-ID")),
    }
}

/// One open stream.
struct Listener {
    app: App,
    who: Who,
    /// Everything up to here was sent or was not for this person.
    after: i64,
    ready: VecDeque<(i64, WireEvent)>,
    greeted: bool,
    committed: broadcast::Receiver<Committed>,
    notes: broadcast::Receiver<Note>,
    /// Free again with the stream.
    _permit: OwnedSemaphorePermit,
}

impl Listener {
    async fn start(app: App, who: Who, last: Option<i64>, permit: OwnedSemaphorePermit) -> Result<Self, Problem> {
        // Listening begins before the first look, so that nothing falls between.
        let (committed, notes) = (app.store.committed(), app.bus.listen());
        let after = match last {
            Some(id) => id,
            None => app.store.last_event(&who.scope).await?,
        };
        Ok(Self { app, who, after, ready: VecDeque::new(), greeted: false, committed, notes, _permit: permit })
    }

    fn stream(self) -> impl Stream<Item = Result<Sse, Infallible>> {
        futures::stream::unfold(self, |mut listener| async move {
            let event = listener.next().await?;
            Some((Ok(event), listener))
        })
    }

    /// The next event for this person; `None` ends the stream.
    async fn next(&mut self) -> Option<Sse> {
        if !self.greeted {
            self.greeted = true;
            // Something at once, so that proxies and browsers see an open stream.
            return Some(Sse::default().retry(RETRY).comment("ok"));
        }
        loop {
            if let Some((id, event)) = self.ready.pop_front() {
                match Sse::default().id(id.to_string()).event(event.name()).json_data(&event) {
                    Ok(sse) => return Some(sse),
                    Err(error) => tracing::error!(error.cause = %error, event.id = id, "an event could not be written"),
                }
                continue;
            }
            if self.app.is_draining() || !self.still_welcome().await {
                return None;
            }
            if !self.read().await {
                self.wait().await;
            }
        }
    }

    /// Whether the session is alive; takes over a changed role. A database
    /// that is away is no reason to end the stream.
    async fn still_welcome(&mut self) -> bool {
        match identify(&self.app, &self.who.session, self.who.carried).await {
            Ok(who) => {
                self.who = who;
                true
            }
            Err(problem) => problem.status != StatusCode::UNAUTHORIZED,
        }
    }

    /// Reads what is new; false when nothing was.
    async fn read(&mut self) -> bool {
        let events = match self.app.store.events(&self.who.scope, self.after, BATCH).await {
            Ok(events) => events,
            Err(error) => {
                tracing::warn!(error.cause = %error, "events could not be read");
                return false;
            }
        };
        if events.reset {
            self.after = events.last;
            self.ready.push_back((events.last, WireEvent::Reset {}));
            return true;
        }
        let Some(newest) = events.items.last() else { return false };
        self.after = newest.id;
        let scope = &self.who.scope;
        self.ready.extend(events.items.into_iter().filter_map(|row| Some((row.id, for_listener(row.event, scope)?))));
        true
    }

    /// Until something of this client or session happened, or a second passed.
    async fn wait(&mut self) {
        let (client, user) = (self.who.client.id, self.who.scope.user());
        let concerns = async {
            loop {
                tokio::select! {
                    note = self.committed.recv() => match note {
                        Ok(note) if note.client != client => {}
                        Err(broadcast::error::RecvError::Closed) => std::future::pending().await,
                        // Ours, or so many that ours may be among them.
                        _ => return,
                    },
                    note = self.notes.recv() => match note {
                        Ok(Note::Sessions(of)) if Some(of) == user => return,
                        Ok(Note::Events(of)) if of == client => return,
                        Ok(_) => {}
                        Err(broadcast::error::RecvError::Closed) => std::future::pending().await,
                        Err(broadcast::error::RecvError::Lagged(_)) => return,
                    },
                }
            }
        };
        // The look itself is what counts: running out of time is the normal end.
        let _ = tokio::time::timeout(LOOK, concerns).await;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_last_event_id_is_a_number() {
        let read = |text: &'static str| {
            let mut headers = HeaderMap::new();
            headers.insert("last-event-id", HeaderValue::from_static(text));
            last_event_id(&headers)
        };
        assert_eq!(read("17"), Ok(Some(17)));
        assert_eq!(read("-1").unwrap_err().code, "bad_last_event_id");
        assert_eq!(last_event_id(&HeaderMap::new()), Ok(None));
    }
}
