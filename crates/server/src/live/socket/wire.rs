//! The WebSocket itself: text in, text out, and nobody waits for a peer that
//! has stopped reading.

use axum::extract::ws::{CloseFrame, Message, Utf8Bytes, WebSocket};
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
pub struct Wire(WebSocket);

impl Wire {
    /// Takes over an upgraded socket.
    #[must_use]
    pub fn new(socket: WebSocket) -> Self {
        Self(socket)
    }

    /// The next text frame; `None` at the end, however it came. Cancel-safe.
    pub async fn next_text(&mut self) -> Option<Utf8Bytes> {
        loop {
            match self.0.recv().await? {
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

    /// Sends, for as long as the peer takes.
    ///
    /// # Errors
    /// [`Dead`].
    pub async fn send(&mut self, out: Out) -> Result<(), Dead> {
        let message = match out {
            Out::Text(text) => Message::Text(text.into()),
            Out::Ping => Message::Ping(axum::body::Bytes::new()),
        };
        match tokio::time::timeout(SEND, self.0.send(message)).await {
            Ok(Ok(())) => Ok(()),
            _ => Err(Dead),
        }
    }

    /// Says goodbye on the wire; a peer that is gone does not hear it.
    pub async fn close(mut self, code: u16, reason: &'static str) {
        let frame = CloseFrame { code, reason: reason.into() };
        let _ = tokio::time::timeout(SEND, self.0.send(Message::Close(Some(frame)))).await;
    }
}
