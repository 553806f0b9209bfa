//! Sending one hook and reading its answer.

use super::Carrier;
use crate::checks::{Found, Rule};
use crate::report::HookReport;
use crate::stream::held;
use std::time::Duration;
use tokio::time::Instant;

/// The carrier gives up on an answer.
const PATIENCE: Duration = Duration::from_secs(10);

/// An answer read to its end.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Answer {
    pub(super) status: u16,
    pub(super) content_type: String,
    pub(super) body: Vec<u8>,
}

/// Who keeps the record of hooks.
pub(super) struct Log<'a> {
    pub(super) hooks: &'a mut Vec<HookReport>,
    pub(super) found: &'a mut Found,
    pub(super) call_began: Instant,
}

/// What is asked.
pub(super) struct Ask<'a> {
    pub(super) applet: &'a str,
    pub(super) url: &'a str,
    pub(super) query: &'a str,
    /// `Exotel-Version: 1.0`.
    pub(super) versioned: bool,
    /// So many requests at once instead of one.
    pub(super) copies: u32,
}

impl Carrier {
    /// Sends the hook and its copies at once. The first answer counts; the
    /// others have to be the same. `Err` is why nothing came.
    pub(super) async fn ask(&self, ask: &Ask<'_>, log: &mut Log<'_>) -> Result<Answer, reqwest::Error> {
        let began = Instant::now();
        let requests = (0..ask.copies.max(1)).map(|_| self.get(ask));
        let mut answers = held(self.line.pace, futures::future::join_all(requests)).await;
        let ms = u64::try_from(began.elapsed().as_millis()).unwrap_or(u64::MAX);
        let at = u64::try_from(log.call_began.elapsed().as_millis()).unwrap_or(u64::MAX);
        let first = answers.remove(0);
        let status = first.as_ref().map_or(0, |a| a.status);
        log.hooks.push(HookReport { applet: ask.applet.to_owned(), status, ms });
        if let Err(e) = &first {
            log.found.add(Rule::NoAnswer, at, format!("{}: {}", ask.applet, without_url(e)));
        }
        if ms > self.line.knobs.limits.slow_answer_ms {
            log.found.add(Rule::Slow, at, format!("{} took {ms} ms", ask.applet));
        }
        for other in answers {
            if other.as_ref().ok() != first.as_ref().ok() {
                log.found.add(Rule::Unsteady, at, format!("{} answered a copy differently", ask.applet));
            }
        }
        first
    }

    async fn get(&self, ask: &Ask<'_>) -> Result<Answer, reqwest::Error> {
        let mut request = self.http.get(format!("{}?{}", ask.url, ask.query)).timeout(PATIENCE);
        if ask.versioned {
            request = request.header("Exotel-Version", "1.0");
        }
        read(request.send().await?).await
    }

    /// A POST, for status callbacks.
    pub(super) async fn post(&self, url: &str, content_type: &str, body: String) -> Result<Answer, reqwest::Error> {
        let mut request = self.http.post(url).timeout(PATIENCE);
        if !content_type.is_empty() {
            request = request.header("Content-Type", content_type);
        }
        let sent = async { read(request.body(body).send().await?).await };
        held(self.line.pace, sent).await
    }
}

async fn read(response: reqwest::Response) -> Result<Answer, reqwest::Error> {
    let header = response.headers().get("content-type").and_then(|v| v.to_str().ok());
    let content_type = header.unwrap_or_default().to_owned();
    let status = response.status().as_u16();
    Ok(Answer { status, content_type, body: response.bytes().await?.to_vec() })
}

/// The hook key is in the address, and reports are shown.
fn without_url(error: &reqwest::Error) -> String {
    let mut cause: &dyn std::error::Error = error;
    while let Some(deeper) = cause.source() {
        cause = deeper;
    }
    cause.to_string()
}
