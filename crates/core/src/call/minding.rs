//! What the mind is told and what it wants.

use super::{Call, Command, Fact, Phase, Thought};
use crate::mind::{Expect, MindIn, MindOut};
use crate::privacy::redact;
use crate::time::At;
use crate::tool::{ToolCall, ToolResult};

impl Call {
    pub(super) fn think(&mut self, input: MindIn, now: At) {
        if self.phase != Phase::Talking || self.waits_for_person() {
            return;
        }
        self.thought = Some(Thought { since: now, fillers: 0 });
        self.command(Command::Think(input));
    }

    pub(super) fn wish(&mut self, wish: MindOut, now: At) {
        if self.phase != Phase::Talking {
            return;
        }
        let Some(wish) = self.keep_for_later(wish) else { return };
        match wish {
            MindOut::Say(speech) => self.say(speech, now),
            MindOut::Expect(expect) => self.expected(expect),
            MindOut::Tool(call) => self.use_tool(call, now),
            MindOut::Switch(agent) => self.switched(agent),
            MindOut::Confirmed => {
                self.facts.slots_confirmed = true;
                self.fact(Fact::Confirmed);
            }
            MindOut::Helped(yes) => self.helped(yes),
            MindOut::Rated(stars) => self.rated(stars),
            MindOut::Escalate(reason) => self.escalate(reason, now),
            MindOut::Message { name, text } => {
                self.facts.task_made = true;
                self.fact(Fact::Message { name, text: redact(&text) });
            }
            MindOut::End => self.leave(now),
        }
    }

    pub(super) fn mind_rests(&mut self, _now: At) {
        if self.thought.is_some() && !self.waits_for_tool {
            self.thought = None;
        }
    }

    pub(super) fn tool_answered(&mut self, result: ToolResult, now: At) {
        if !self.waits_for_tool {
            return;
        }
        self.waits_for_tool = false;
        if let ToolResult::Unavailable { task_made: true } = result {
            self.facts.task_made = true;
        }
        self.think(MindIn::Tool(result), now);
    }

    fn expected(&mut self, expect: Expect) {
        self.turn.expect(expect.clone());
        self.expect = expect;
    }

    fn use_tool(&mut self, call: ToolCall, now: At) {
        self.waits_for_tool = true;
        self.thought = Some(Thought { since: now, fillers: 0 });
        self.fact(Fact::ToolUsed { tool: call.name().to_owned(), writes: call.writes() });
        self.command(Command::RunTool(call));
    }

    fn switched(&mut self, agent: crate::id::AgentId) {
        if self.agent != agent {
            self.agent = agent;
            self.fact(Fact::AgentSwitched { agent });
        }
    }

    /// Asked once, after a resolution, never after an escalation.
    fn rated(&mut self, stars: u8) {
        if stars <= 5 && self.rating.is_none() && self.facts.asked_for_person.is_none() {
            self.rating = Some(stars);
            self.fact(Fact::Rated { stars });
        }
    }
}
