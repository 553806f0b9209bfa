//! The wire's conformance cases, numbered as in `docs/conformance.md`, through
//! the front door: real HTTP, real WebSockets, literal requests and frames.

#[path = "conformance/hooks.rs"]
mod hooks;
#[path = "conformance/logs.rs"]
mod logs;
#[path = "conformance/speech.rs"]
mod speech;
#[path = "conformance/wire.rs"]
mod wire;
