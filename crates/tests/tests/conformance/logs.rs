//! Everything that this process logs, as JSON lines.

use std::io::Write;
use std::sync::{Arc, Mutex, OnceLock};
use tracing_subscriber::fmt::MakeWriter;

/// What was logged so far.
#[derive(Clone, Default)]
pub struct Logs(Arc<Mutex<Vec<u8>>>);

/// Our crates at debug, everything else at info.
const FILTER: &str = "info,caly=debug,caly_core=debug,caly_store=debug,caly_carriers=debug,caly_server=debug,\
    caly_voice=debug,caly_local_voice=debug,caly_verify=debug,conformance=debug";

/// Begins to listen, once a process.
pub fn listen() -> Logs {
    static LOGS: OnceLock<Logs> = OnceLock::new();
    LOGS.get_or_init(|| {
        let logs = Logs::default();
        let subscriber = tracing_subscriber::fmt().json().with_env_filter(FILTER).with_writer(logs.clone()).finish();
        tracing::subscriber::set_global_default(subscriber).unwrap();
        logs
    })
    .clone()
}

impl Logs {
    /// All lines.
    pub fn text(&self) -> String {
        String::from_utf8(self.0.lock().unwrap().clone()).unwrap()
    }

    /// Lines that hold every one of these.
    pub fn lines_with(&self, parts: &[&str]) -> usize {
        self.text().lines().filter(|line| parts.iter().all(|p| line.contains(p))).count()
    }
}

impl Write for Logs {
    fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
        self.0.lock().unwrap().extend_from_slice(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> std::io::Result<()> {
        Ok(())
    }
}

impl<'a> MakeWriter<'a> for Logs {
    type Writer = Self;

    fn make_writer(&'a self) -> Self {
        self.clone()
    }
}
