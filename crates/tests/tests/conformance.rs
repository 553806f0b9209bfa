//! The wire's conformance cases, numbered as in `docs/conformance.md`, through
//! the front door: real HTTP, real WebSockets, literal requests and frames.

#[path = "conformance/broken.rs"]
mod broken;
#[path = "conformance/browser.rs"]
mod browser;
#[path = "conformance/carrier_asked.rs"]
mod carrier_asked;
#[path = "conformance/degraded.rs"]
mod degraded;
#[path = "conformance/ends.rs"]
mod ends;
#[path = "conformance/hooks.rs"]
mod hooks;
#[path = "conformance/logs.rs"]
mod logs;
#[path = "conformance/media.rs"]
mod media;
#[path = "conformance/people.rs"]
mod people;
#[path = "conformance/private.rs"]
mod private;
#[path = "conformance/recordings.rs"]
mod recordings;
#[path = "conformance/redaction.rs"]
mod redaction;
#[path = "conformance/rescue.rs"]
mod rescue;
#[path = "conformance/sockets.rs"]
mod sockets;
#[path = "conformance/speech.rs"]
mod speech;
#[path = "conformance/turns.rs"]
mod turns;
#[path = "conformance/unserved.rs"]
mod unserved;
#[path = "conformance/wire.rs"]
mod wire;
