//! Progress for people: a bar on a terminal, plain lines elsewhere.

use caly_local_voice::pack::Progress;
use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};
use std::io::IsTerminal;
use std::sync::Mutex;

/// Draws one bar a download.
pub struct Bars {
    current: Mutex<Option<ProgressBar>>,
    terminal: bool,
}

impl Bars {
    /// For standard error.
    pub fn new() -> Self {
        Self { current: Mutex::new(None), terminal: std::io::stderr().is_terminal() }
    }

    fn bar(&self) -> std::sync::MutexGuard<'_, Option<ProgressBar>> {
        self.current.lock().unwrap_or_else(std::sync::PoisonError::into_inner)
    }
}

impl Progress for Bars {
    fn start(&self, file: &str, bytes: u64) {
        if !self.terminal {
            eprintln!("caly: fetching {file} ({:.1} MB)", bytes as f64 / 1e6);
        }
        let bar = ProgressBar::with_draw_target(Some(bytes), ProgressDrawTarget::stderr());
        if let Ok(style) = ProgressStyle::with_template("{msg:36!} {bar:28} {bytes:>9} of {total_bytes:9} {eta:>4}") {
            bar.set_style(style);
        }
        bar.set_message(file.to_owned());
        if let Some(last) = self.bar().replace(bar) {
            last.finish();
        }
    }

    fn advance(&self, bytes: u64) {
        if let Some(bar) = &*self.bar() {
            bar.inc(bytes);
        }
    }

    fn note(&self, text: &str) {
        match &*self.bar() {
            Some(bar) if self.terminal => bar.println(format!("caly: {text}")),
            _ => eprintln!("caly: {text}"),
        }
    }
}
