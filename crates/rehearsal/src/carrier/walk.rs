//! One call from applet to applet.

use super::Carrier;
use super::hooks::{Ask, Log};
use crate::audio::write_wav;
use crate::checks::{Found, Rule};
use crate::error::RehearsalError;
use crate::flow::Applet;
use crate::knobs::{Knobs, StatusBody};
use crate::report::{CallReport, EndedBy, Happening};
use crate::script::CallPlan;
use crate::stream::Act;
use crate::wire::{HookFacts, StreamEnd, hook_query, status_fields, stream_params};
use jiff::Timestamp;
use tokio::time::Instant;

/// A flow that goes in circles is cut here.
const MOST_APPLETS: usize = 32;
/// The parts of a multipart body are kept apart by this.
const BOUNDARY: &str = "----carrier5a1f";

pub(super) struct Walker<'a> {
    pub(super) carrier: &'a Carrier,
    pub(super) sid: &'a str,
    pub(super) plan: &'a CallPlan,
    pub(super) acts: Vec<Act>,
    pub(super) found: Found,
    pub(super) report: CallReport,
    pub(super) stream_end: StreamEnd,
    pub(super) began: Instant,
    created: Timestamp,
    /// Of the Connect applet, for the hook behind it.
    pub(super) dialled: Dialled,
}

/// What the dialling came to, in the carrier's words.
#[derive(Debug, Clone, Default)]
pub(super) struct Dialled {
    pub(super) status: &'static str,
    pub(super) whom: String,
    pub(super) seconds: u64,
    pub(super) talked_s: u64,
}

impl<'a> Walker<'a> {
    pub(super) fn new(carrier: &'a Carrier, sid: &'a str, plan: &'a CallPlan) -> Self {
        let report = CallReport {
            call_sid: sid.to_owned(),
            script: plan.script.name.clone(),
            turns: Vec::new(),
            violations: Vec::new(),
            more_violations: 0,
            hooks: Vec::new(),
            voicebot_ms: None,
            stream: None,
            after_bot_status: None,
            connect: None,
            recordings: Vec::new(),
            ended_by: EndedBy::Carrier,
            cause: "no stream".to_owned(),
        };
        Self {
            carrier,
            sid,
            plan,
            acts: Vec::new(),
            found: Found::default(),
            report,
            stream_end: StreamEnd::default(),
            began: Instant::now(),
            created: carrier.now(),
            dialled: Dialled::default(),
        }
    }

    pub(super) async fn walk(mut self) -> Result<CallReport, RehearsalError> {
        self.acts = self.carrier.prepare(self.plan).await?;
        self.began = Instant::now();
        self.created = self.carrier.now();
        let mut name = self.carrier.line.flow.start.clone();
        for _ in 0..MOST_APPLETS {
            if matches!(self.carrier.line.flow.applet(&name)?, Applet::Hangup) || self.caller_is_gone(&name)? {
                break;
            }
            name = self.applet(&name).await?;
        }
        self.status_callback().await;
        self.tell(&Happening::HungUp);
        (self.report.violations, self.report.more_violations) = self.found.into_parts();
        Ok(self.report)
    }

    /// Runs one applet and names the next.
    pub(super) async fn applet(&mut self, name: &str) -> Result<String, RehearsalError> {
        let carrier = self.carrier;
        match carrier.line.flow.applet(name)? {
            Applet::Voicebot { path, then } => self.voicebot(name, path, then).await,
            Applet::Passthru { path, sync, on_200, on_302 } => {
                let status = self.passthru(name, path).await;
                Ok(if *sync && status == 302 { on_302.clone() } else { on_200.clone() })
            }
            Applet::Connect { path, fallback, talked, no_answer, not_dialled } => {
                let exit = self.connect(name, path, fallback.as_deref()).await;
                Ok(match exit {
                    crate::report::ConnectExit::Talked => talked.clone(),
                    crate::report::ConnectExit::NoAnswer => no_answer.clone(),
                    crate::report::ConnectExit::NotDialled => not_dialled.clone(),
                })
            }
            Applet::Greeting { then } => Ok(then.clone()),
            Applet::Hangup => Ok(name.to_owned()),
        }
    }

    /// A caller who left is told of by the hook behind the bot, and goes no
    /// further.
    fn caller_is_gone(&self, next: &str) -> Result<bool, RehearsalError> {
        let left = self.stream_end.by == "user";
        let told = self.report.after_bot_status.is_some();
        Ok(left && (told || !matches!(self.carrier.line.flow.applet(next)?, Applet::Passthru { .. })))
    }

    /// The first Passthru behind the stream tells of the stream, later ones of
    /// the dialling. The answer's status; 0 for none.
    async fn passthru(&mut self, name: &str, path: &str) -> u16 {
        let carrier = self.carrier;
        let after_bot = self.report.after_bot_status.is_none() && self.report.connect.is_none();
        let (call_type, more) = if after_bot {
            let call_type = if self.stream_end.by == "user" { "client-hangup" } else { "call-attempt" };
            (call_type, stream_params(&self.stream_end, carrier.line.knobs.stream_params))
        } else {
            (self.dialled_type(), self.dialled_params())
        };
        let whom = self.dialled.whom.clone();
        let query = format!("{}{more}", self.query(call_type, &whom, self.dialled.seconds));
        let url = carrier.path(path);
        let ask = Ask { applet: name, url: &url, query: &query, versioned: false, copies: 1 + carrier.line.knobs.dup };
        let status = carrier.ask(&ask, &mut self.log()).await.map_or(0, |a| a.status);
        if !matches!(status, 200 | 302) {
            let at = self.call_ms();
            self.found.add(Rule::Status, at, format!("{name} answered {status}; the carrier knows 200 and 302"));
        }
        if after_bot {
            self.report.after_bot_status = Some(status);
        }
        status
    }

    fn dialled_type(&self) -> &'static str {
        match self.dialled.status {
            "completed" => "completed",
            "" => "call-attempt",
            _ => "incomplete",
        }
    }

    fn dialled_params(&self) -> String {
        let d = &self.dialled;
        if d.status.is_empty() {
            return String::new();
        }
        let number: String = form_urlencoded::byte_serialize(d.whom.as_bytes()).collect();
        format!(
            "&DialCallStatus={}&Legs%5B0%5D%5BNumber%5D={number}&Legs%5B0%5D%5BStatus%5D={}&Legs%5B0%5D%5BOnCallDuration%5D={}",
            d.status, d.status, d.talked_s
        )
    }

    async fn status_callback(&mut self) {
        let carrier = self.carrier;
        let facts = self.facts("completed", "", 0);
        let fields = status_fields(&facts, &carrier.line.knobs);
        let Some((content_type, body)) = status_body(&fields, &carrier.line.knobs) else { return };
        let posted = carrier.post(&carrier.path("/exotel/{k}/status"), &content_type, body).await;
        let status = posted.map_or(0, |a| a.status);
        if status != 200 {
            let at = self.call_ms();
            self.found.add(Rule::Status, at, format!("the status callback was answered {status}"));
        }
    }

    /// Writes caller, agent, and both.
    pub(super) async fn keep(&mut self, rate: u32, caller: Vec<i16>, agent: Vec<i16>) -> Result<(), RehearsalError> {
        let Some(dir) = &self.carrier.line.recordings else { return Ok(()) };
        let path = |what: &str| dir.join(format!("{}-{}{what}.wav", self.plan.script.name, self.sid));
        let paths = [path("-caller"), path("-agent"), path("")];
        let written = paths.clone();
        let write = move || -> Result<(), RehearsalError> {
            write_wav(&written[0], rate, &[&caller])?;
            write_wav(&written[1], rate, &[&agent])?;
            write_wav(&written[2], rate, &[&caller, &agent])
        };
        match tokio::task::spawn_blocking(write).await {
            Ok(written) => written?,
            Err(e) => std::panic::resume_unwind(e.into_panic()),
        }
        self.report.recordings = paths.into();
        Ok(())
    }

    pub(super) fn query(&self, call_type: &str, whom: &str, dialled_s: u64) -> String {
        hook_query(&self.facts(call_type, whom, dialled_s), &self.carrier.line.knobs)
    }

    fn facts<'f>(&'f self, call_type: &'f str, whom: &'f str, dialled_s: u64) -> HookFacts<'f> {
        HookFacts {
            sid: self.sid,
            from: &self.plan.from,
            to: &self.carrier.line.number,
            created: self.created,
            now: self.carrier.now(),
            call_type,
            whom,
            dialled_s,
        }
    }

    pub(super) fn log(&mut self) -> Log<'_> {
        Log { hooks: &mut self.report.hooks, found: &mut self.found, call_began: self.began }
    }

    pub(super) fn call_ms(&self) -> u64 {
        u64::try_from(self.began.elapsed().as_millis()).unwrap_or(u64::MAX)
    }

    pub(super) fn tell(&self, happening: &Happening) {
        if let Some(watch) = &self.carrier.line.watch {
            watch(self.sid, happening);
        }
    }
}

/// Content type and body; `None` when nothing is sent.
fn status_body(fields: &[(&str, String)], knobs: &Knobs) -> Option<(String, String)> {
    let form = || {
        let mut form = form_urlencoded::Serializer::new(String::new());
        form.extend_pairs(fields).finish()
    };
    match knobs.status_body {
        StatusBody::Unsent => None,
        StatusBody::Empty => Some((String::new(), String::new())),
        StatusBody::Urlencoded => Some(("application/x-www-form-urlencoded".to_owned(), form())),
        StatusBody::Json => {
            let object: serde_json::Map<_, _> =
                fields.iter().map(|(k, v)| ((*k).to_owned(), v.as_str().into())).collect();
            Some(("application/json".to_owned(), serde_json::Value::Object(object).to_string()))
        }
        StatusBody::Multipart => {
            let part = |(name, value): &(&str, String)| {
                format!("--{BOUNDARY}\r\nContent-Disposition: form-data; name=\"{name}\"\r\n\r\n{value}\r\n")
            };
            let body: String = fields.iter().map(part).collect();
            Some((format!("multipart/form-data; boundary={BOUNDARY}"), format!("{body}--{BOUNDARY}--\r\n")))
        }
    }
}
