//! Whole calls against a small server that echoes, over HTTP and WebSocket.
