//! The WebSocket itself: text in, text out, and nobody waits for a peer that
//! has stopped reading.

use axum::extract::ws::{CloseFrame, Message, Utf8Bytes, WebSocket};
use std::collections::VecDeque;
use std::time::Duration;

/// A peer that takes nothing for this long is dead.
const SEND: Duration = Duration::from_secs(5);

/// What is sent.
#[derive(Debug)]
pub enum Out {
    /// A protocol frame.
    Text(String),
    /// Keeps middle boxes from forgetting the line.
    Ping,
}

/// The peer is gone or takes nothing.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Dead;

/// One socket.
pub struct Wire {
    /// Boxed: every function that a call is handed on to keeps room for it.
    socket: Box<WebSocket>,
    /// Frames that were looked at and given back.
    unread: VecDeque<Utf8Bytes>,
}

impl Wire {
    /// Takes over an upgraded socket.
    #[must_use]
    pub fn new(socket: WebSocket) -> Self {
        Self { socket: Box::new(socket), unread: VecDeque::new() }
    }

    /// The next text frame; `None` at the end, however it came. Cancel-safe.
    pub async fn next_text(&mut self) -> Option<Utf8Bytes> {
        if let Some(text) = self.unread.pop_front() {
            return Some(text);
        }
        loop {
            match self.socket.recv().await? {
                Ok(Message::Text(text)) => return Some(text),
                Ok(Message::Close(_)) => return None,
                // Pings are answered below us; binary frames are not spoken here.
                Ok(_) => {}
                Err(e) => {
                    tracing::debug!(socket.error = %e, "the socket ended");
                    return None;
                }
            }
        }
    }

    /// Gives frames back: they are the next ones again.
    pub fn unread(&mut self, texts: Vec<Utf8Bytes>) {
        self.unread.extend(texts);
    }

    /// Sends, for as long as the peer takes.
    ///
    /// # Errors
    /// [`Dead`].
    pub async fn send(&mut self, out: Out) -> Result<(), Dead> {
        let message = match out {
            Out::Text(text) => Message::Text(text.into()),
            Out::Ping => Message::Ping(axum::body::Bytes::new()),
        };
        match tokio::time::timeout(SEND, self.socket.send(message)).await {
            Ok(Ok(())) => Ok(()),
            _ => Err(Dead),
        }
    }

    /// Says goodbye on the wire; a peer that is gone does not hear it.
    pub async fn close(mut self, code: u16, reason: &'static str) {
        let frame = CloseFrame { code, reason: reason.into() };
        let _ = tokio::time::timeout(SEND, self.socket.send(Message::Close(Some(frame)))).await;
    }
}
