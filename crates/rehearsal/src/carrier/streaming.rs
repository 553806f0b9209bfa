//! The Voicebot applet: asks where the stream goes, opens it, runs it.

use super::hooks::Ask;
use super::walk::Walker;
use crate::checks::{Rule, StreamAddress, judge_voicebot};
use crate::error::RehearsalError;
use crate::report::{EndedBy, Happening};
use crate::stream::{Socket, StreamPlan, Target, Walk, held, open};
use crate::wire::{StreamEnd, StreamIds, dial_digits};
use futures::StreamExt;
use std::time::Duration;
use tokio::time::timeout;

/// With two sockets of one token the server has so long to close the older.
const OLD_SOCKET: Duration = Duration::from_secs(5);
const NOT_ESTABLISHED: &str = "3009 failed to establish ws conn";

impl Walker<'_> {
    /// The whole applet; gives back the next one.
    pub(super) async fn voicebot(&mut self, applet: &str, path: &str, then: &str) -> Result<String, RehearsalError> {
        let next = match self.stream_address(applet, path).await? {
            Some(address) => self.stream(&address, then).await?,
            None => {
                self.stream_failed(NOT_ESTABLISHED.to_owned(), "", String::new());
                None
            }
        };
        Ok(next.unwrap_or_else(|| then.to_owned()))
    }

    async fn stream_address(&mut self, applet: &str, path: &str) -> Result<Option<StreamAddress>, RehearsalError> {
        let carrier = self.carrier;
        let (url, query) = (carrier.path(path), self.query("call-attempt", "", 0));
        let ask = Ask { applet, url: &url, query: &query, versioned: false, copies: 1 + carrier.line.knobs.dup };
        let answer = carrier.ask(&ask, &mut self.log()).await;
        let answer =
            answer.map_err(|e| RehearsalError::Unreachable { url: carrier.base.to_string(), source: e.into() })?;
        self.report.voicebot_ms = self.report.hooks.last().map(|h| h.ms);
        if matches!(answer.status, 401 | 403 | 404) {
            return Err(RehearsalError::UnknownHook { status: answer.status });
        }
        let at = self.call_ms();
        Ok(judge_voicebot(answer.status, &answer.content_type, &answer.body, at, &mut self.found))
    }

    /// From handshake to end. `Some`: the hook behind it has been sent already,
    /// and this is the applet after that.
    async fn stream(&mut self, address: &StreamAddress, then: &str) -> Result<Option<String>, RehearsalError> {
        let line = &self.carrier.line;
        if line.knobs.throttle {
            self.stream_failed("stream limit reached".to_owned(), "Streaming_call_throttled", address.url.to_string());
            return Ok(None);
        }
        let target = Target { url: address.url.clone(), dial: line.dial, basic: line.basic.clone() };
        let abandoned = if line.knobs.handshake_fail_once { held(line.pace, open(&target)).await.ok() } else { None };
        // A failed handshake is tried once more.
        let opened = match held(line.pace, open(&target)).await {
            Err(_) => held(line.pace, open(&target)).await,
            opened => opened,
        };
        let old = abandoned.map(|socket| tokio::spawn(timeout(OLD_SOCKET, until_closed(socket))));
        let next = match opened {
            Ok(socket) => self.talk(address, socket, then).await?,
            Err(why) => {
                let at = self.call_ms();
                self.found.add(Rule::Handshake, at, &why);
                self.stream_failed(format!("{NOT_ESTABLISHED}: {why}"), "", address.url.to_string());
                None
            }
        };
        if let Some(old) = old
            && !matches!(old.await, Ok(Ok(())))
        {
            let at = self.call_ms();
            self.found.add(Rule::OldSocketOpen, at, "the first socket stayed open beside the second");
        }
        Ok(next)
    }

    async fn talk(
        &mut self,
        address: &StreamAddress,
        socket: Socket,
        then: &str,
    ) -> Result<Option<String>, RehearsalError> {
        let rate = self.carrier.line.knobs.rate.unwrap_or(address.rate);
        self.tell(&Happening::Streaming { rate });
        let plan = self.stream_plan(address, rate);
        let stream = plan.ids.stream.clone();
        let mut walk = Walk::new(plan, socket);
        let (by, cause) = walk.run().await;
        self.report.ended_by = by;
        self.report.cause = cause;
        self.tell(&Happening::StreamEnded { by });
        let url = address.url.to_string();
        let mut next = None;
        if self.carrier.line.knobs.reorder && by == EndedBy::Caller {
            self.stream_ended(by, &stream, 0, url.clone());
            next = Some(Box::pin(self.applet(then)).await?);
        }
        walk.finish(by).await;
        let result = walk.into_result();
        self.found.append(result.found);
        self.stream_ended(by, &stream, result.report.length_ms / 1_000, url);
        self.report.turns = result.turns;
        self.report.stream = Some(result.report);
        if let Some((caller, agent)) = result.tracks {
            self.keep(rate, caller, agent).await?;
        }
        Ok(next)
    }

    fn stream_plan(&mut self, address: &StreamAddress, rate: u32) -> StreamPlan {
        let line = &self.carrier.line;
        let number = |e164: &str| dial_digits(e164, line.knobs.num_format);
        let ids = StreamIds {
            stream: format!("s{}", self.sid),
            call: self.sid.to_owned(),
            account: line.account_sid.clone(),
            from: number(&self.plan.from),
            to: number(&line.number),
            custom: address.custom.clone(),
            rate,
        };
        let (watch, sid) = (line.watch.clone(), self.sid.to_owned());
        StreamPlan {
            ids,
            acts: self.carrier.at_rate(std::mem::take(&mut self.acts), rate),
            patience_ms: self.plan.script.patience_ms,
            longest_ms: self.plan.script.longest_ms,
            knobs: line.knobs.clone(),
            pace: line.pace,
            record: line.recordings.is_some(),
            seed: line.seed,
            call_began: self.began,
            watch: Box::new(move |happening| {
                if let Some(watch) = &watch {
                    watch(&sid, happening);
                }
            }),
        }
    }

    fn stream_failed(&mut self, error: String, detail: &'static str, url: String) {
        self.report.cause.clone_from(&error);
        let failure = Some((error, detail));
        self.stream_end = StreamEnd { status: "failed", by: "NA", url, failure, ..StreamEnd::default() };
    }

    fn stream_ended(&mut self, by: EndedBy, stream: &str, seconds: u64, url: String) {
        // A line that breaks looks to the carrier as if the caller had left.
        let (status, by) = if by == EndedBy::Bot { ("completed", "bot") } else { ("cancelled", "user") };
        self.stream_end = StreamEnd { stream: stream.to_owned(), status, by, seconds, url, failure: None };
    }
}

async fn until_closed(mut socket: Socket) {
    while let Some(Ok(_)) = socket.next().await {}
}
