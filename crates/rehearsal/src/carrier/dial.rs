//! The Connect applet: asks whom to dial, dials, and asks again when told to.

use super::hooks::Ask;
use super::walk::{Dialled, Walker};
use crate::checks::{ConnectAnswer, judge_connect};
use crate::knobs::Leg;
use crate::report::{Attempt, ConnectExit, ConnectReport, Happening};
use std::time::Duration;
use tokio::time::sleep;

/// A server that names people for ever is asked no more.
const MOST_ATTEMPTS: usize = 10;
/// An engaged line is known after so long, ms.
const BUSY_MS: u64 = 500;

impl Walker<'_> {
    /// The whole applet; gives back the exit that was taken.
    pub(super) async fn connect(&mut self, applet: &str, path: &str, fallback: Option<&str>) -> ConnectExit {
        let mut report = ConnectReport { attempts: Vec::new(), exit: ConnectExit::NotDialled, talked_ms: 0 };
        let mut answer = self.whom(applet, path, fallback).await;
        while let Some(number) = next_number(&answer, &report) {
            self.attempt(&number, &answer, &mut report).await;
            if report.talked_ms > 0 || report.attempts.len() >= MOST_ATTEMPTS {
                break;
            }
            if answer.again {
                answer = self.whom(applet, path, fallback).await;
            }
        }
        report.exit = match (report.talked_ms, report.attempts.len()) {
            (_, 0) => ConnectExit::NotDialled,
            (0, _) => ConnectExit::NoAnswer,
            _ => ConnectExit::Talked,
        };
        let exit = report.exit;
        self.report.connect = Some(report);
        exit
    }

    /// Asks; a bad answer leads to the fallback, and that to nobody.
    async fn whom(&mut self, applet: &str, path: &str, fallback: Option<&str>) -> ConnectAnswer {
        for path in std::iter::once(path).chain(fallback) {
            if let Some(answer) = self.ask_whom(applet, path).await {
                return answer;
            }
        }
        ConnectAnswer::default()
    }

    async fn ask_whom(&mut self, applet: &str, path: &str) -> Option<ConnectAnswer> {
        let carrier = self.carrier;
        let knobs = &carrier.line.knobs;
        let versioned = !knobs.header_missing;
        let whom = self.dialled.whom.clone();
        let query = self.query("call-attempt", &whom, self.dialled.seconds);
        let url = carrier.path(path);
        let copies = knobs.connect_polls.max(1 + knobs.dup);
        let ask = Ask { applet, url: &url, query: &query, versioned, copies };
        let answer = carrier.ask(&ask, &mut self.log()).await.ok()?;
        let at = self.call_ms();
        judge_connect(versioned, answer.status, &answer.content_type, &answer.body, at, &mut self.found)
    }

    async fn attempt(&mut self, number: &str, answer: &ConnectAnswer, report: &mut ConnectReport) {
        self.tell(&Happening::Dialling { number: number.to_owned() });
        let leg = self.carrier.line.knobs.legs.get(report.attempts.len()).copied().unwrap_or(Leg::NoAnswer);
        let most_ms = answer.ringing_s * 1_000;
        let (rings_ms, talks_ms, status) = match leg {
            Leg::Answers { after_ms, talks_ms } if after_ms < most_ms => {
                (after_ms, talks_ms.min(answer.talking_s * 1_000), "completed")
            }
            Leg::Busy => (BUSY_MS, 0, "busy"),
            Leg::Answers { .. } | Leg::NoAnswer => (most_ms, 0, "no-answer"),
        };
        sleep(Duration::from_millis(rings_ms + talks_ms)).await;
        report.attempts.push(Attempt { number: number.to_owned(), status });
        report.talked_ms = talks_ms;
        self.dialled = Dialled {
            status,
            whom: number.to_owned(),
            seconds: (rings_ms + talks_ms) / 1_000,
            talked_s: talks_ms / 1_000,
        };
    }
}

/// Of a list the next in turn; of a server that is asked again its first.
fn next_number(answer: &ConnectAnswer, report: &ConnectReport) -> Option<String> {
    let at = if answer.again { 0 } else { report.attempts.len() };
    answer.numbers.get(at).cloned()
}
